/* The window magnified: the picture's numbers under the kernel, their products, and the sum. */

import { node, setText } from "../dom";
import { python, short } from "../format";
import { Grid } from "../parts/grid";
import { sumPart } from "../parts/sum";
import type { Words } from "../words";
import type { Session } from "./session";

/** One product: its tap, and the numbers that meet there. */
export interface Term {
	readonly i: number;
	readonly j: number;
	readonly x: number;
	readonly w: number;
}

export function termsOf(session: Session): Term[] {
	const { input, now, taps } = session,
		[r, c, f] = session.s.position;
	const [rows, columns] = [now.found.axes[0].sources[r], now.found.axes[1].sources[c]];
	const at = (row: number, column: number): number =>
		row < 0 || column < 0 ? 0 : input.planes[f][row * input.width + column];
	return rows.flatMap((row, i) => columns.map((column, j) => ({ i, j, x: at(row, column), w: taps[i][j] })));
}

export const sumOf = (terms: readonly Term[]): number => terms.reduce((sum, { x, w }) => sum + x * w, 0);

export interface Magnifier {
	readonly element: HTMLElement;
	/** The sum, term by term. */
	readonly sums: HTMLElement;
	show(terms: readonly Term[]): void;
	/** Mark a tap in all that holds it, or none. */
	mark(tap: readonly [number, number] | null): void;
}

type Tap = readonly [number, number];

export function magnifier(session: Session, words: Words, point: (tap: Tap | null) => void): Magnifier {
	const t = (key: string, more = {}): string => words.text(`lens.${key}`, more);
	const grids = { window: new Grid(), product: new Grid() };
	const sums = sumPart(term => point(term && [term.i, term.j])),
		total = node("output", { className: "total" });
	sums.element.ariaLabel = t("sums");
	const sign = (text: string): HTMLElement => node("span", { className: "sign", ariaHidden: "true" }, text);
	const element = node(
		"div",
		{ className: "magnified" },
		grids.window.figure,
		sign("×"),
		node("span", { className: "meets" }, t("kernel")),
		sign("="),
		grids.product.figure,
		sign("Σ →"),
		total,
	);
	handle(element, point);
	return {
		element,
		sums: sums.element,
		show(terms) {
			const [r, c, f] = session.s.position,
				{ axes } = session.now.found,
				{ planes, width } = session.input,
				across = session.taps[0].length;
			element.style.setProperty("--across", String(Math.max(across, session.taps.length)));
			grids.window.show({
				id: "window",
				kind: "input",
				channel: 0,
				title: t("window"),
				rows: axes[0].sources[r],
				columns: axes[1].sources[c],
				value: (row, column) => planes[f][row * width + column],
			});
			grids.product.show({
				id: "product",
				kind: "product",
				channel: 0,
				title: t("products"),
				rows: [...session.taps.keys()],
				columns: [...session.taps[0].keys()],
				value: (i, j) => terms[i * across + j].x * terms[i * across + j].w,
			});
			const value = sumOf(terms);
			setText(total, short(value));
			total.title = String(value);
			if (!sums.element.closest("[hidden]")) sums.show([written(session, terms, value)], []);
		},
		mark(tap) {
			for (const grid of Object.values(grids)) grid.mark(tap ? [[...tap, "met"]] : []);
			sums.mark(tap && { kind: "product", channel: 0, i: tap[0], j: tap[1] });
		},
	};
}

const written = ({ s }: Session, terms: readonly Term[], value: number) => ({
	kind: "product",
	name: `y${python(s.position).replace("(", "[").replace(")", "]")}`,
	terms: terms.map(term => ({ ...term, channel: 0 })),
	bias: null,
	value,
});

/* Pointing at a cell, and walking the cells by keys. */
function handle(element: HTMLElement, point: (tap: Tap | null) => void): void {
	for (const event of ["pointerover", "click"])
		element.addEventListener(event, ({ target }) => point(Grid.met(target)?.at ?? null));
	element.addEventListener("pointerleave", () => point(null));
	element.addEventListener("focusout", () => point(null));
	element.addEventListener("keydown", event => {
		const grid = Grid.of(event.target),
			to = grid?.led(event.key);
		if (!grid || !to) return;
		grid.activate(...to);
		point(grid.active);
		event.preventDefault();
	});
}
