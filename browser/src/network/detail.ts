/* One number taken apart: its map, and of each channel the window, the kernel, the products and their sum. */

import { isLined } from "../activations";
import { arrange, button, children, focusOn, node, put, setText } from "../dom";
import { factor, general, short } from "../format";
import { type Control, checkbox } from "../parts/controls";
import { Grid, type GridSpec } from "../parts/grid";
import type { Words } from "../words";
import { type Part, partsOf } from "./cell";
import type { Step } from "./pass";
import type { Session } from "./session";
import { type Inner, indexOf, PAD } from "./stack";

export interface Detail {
	readonly element: HTMLElement;
	show(): void;
	/** The sum in words. */
	sentence(): string;
}

/** So many channels are shown at once. */
const AT_ONCE = 4;

interface Unit {
	readonly element: HTMLElement;
	readonly title: HTMLElement;
	readonly grids: readonly Grid[];
	readonly start: Grid;
	readonly total: HTMLElement;
}

export function detail(
	session: Session,
	words: Words,
	open: (layer: number, place: Inner, from: number) => void,
): Detail {
	const t = (key: string, more = {}): string => words.text(`network.${key}`, more);
	const title = node("h4"),
		terms = node("span.terms"),
		rest = node("span"),
		last = node("span.last"),
		formula = node("p.sums", { tabIndex: 0, role: "region" }, "z = ", terms, rest, last),
		note = node("p.pointed"),
		map = new Grid(),
		units = node("div.parts"),
		count = node("span"),
		pager = node("div.pager"),
		made: Unit[] = [];
	let page = 0,
		shownFor = "",
		parts: readonly Part[] = [];
	const pages = (): number => Math.ceil(parts.length / AT_ONCE),
		turn = (by: number) => () => {
			page = (page + by + pages()) % pages();
			showParts();
			made[0].element.scrollIntoView({ block: "nearest" });
		};
	const back = button("parts.back", "‹", turn(-1), { ariaLabel: t("page_back") }),
		forth = button("parts.forth", "›", turn(1), { ariaLabel: t("page_forth") });
	pager.append(back, count, forth);
	const off: Control = checkbox(
		{ name: "off", text: t("off") },
		() => isOff(),
		() => {
			const one = session.chosen;
			if (one) session.toggle("off", [one.layer, one.place[2]]);
		},
	);
	const openIt = button("open", t("open"), () => {
			const one = session.chosen;
			if (one) open(one.layer, one.place, page * AT_ONCE);
		}),
		leave = button("leave", t("leave"), close);
	const head = node("div.head", {}, title, node("div.buttons", {}, off.element, openIt, leave)),
		element = node(
			"div.detail",
			{ hidden: true },
			head,
			node("div.taken", {}, map.figure, node("div", {}, formula, note, pager)),
			units,
		);

	const now = (): { step: Step; place: Inner; layer: number } | null => {
		const one = session.chosen;
		return one && { step: session.stepOf(one.layer), ...one };
	};

	/** The focus goes to the map that was looked at. */
	function close(): void {
		const one = session.chosen,
			net = element.closest(".net");
		session.turn({ selected: null });
		if (one && net) focusOn(net, one.layer === PAD ? "picture.place" : `map.${one.layer}.${one.place[2]}`);
	}

	function isOff(): boolean {
		const one = now();
		return one?.step.off.has(one.place[2]) ?? false;
	}

	formula.addEventListener("click", event => {
		const term = (event.target as HTMLElement).dataset.term;
		if (term === undefined) return;
		page = Math.floor(Number(term) / AT_ONCE);
		showParts();
	});

	// Hands on the grids

	element.addEventListener("click", event => {
		const met = Grid.met(event.target);
		if (met) take(met.grid, met.at, true);
	});
	element.addEventListener("pointerover", event => {
		const met = Grid.met(event.target);
		if (met) say(met.grid, met.at);
	});
	element.addEventListener("keydown", event => {
		const grid = Grid.of(event.target),
			to = grid?.led(event.key);
		if (!grid || !(to || event.key === "Enter")) return;
		event.preventDefault();
		if (to) grid.activate(...to);
		say(grid, grid.active);
		// The map follows the keys; from a window, Enter leads one layer back.
		if (event.key === "Enter" || grid === map) take(grid, grid.active, event.key === "Enter");
	});

	function placeAt(grid: Grid, [r, c]: readonly [number, number]): Inner | null {
		const { rows, columns, channel } = grid.spec,
			[row = -1, column = -1] = [rows[r], columns[c]];
		return row < 0 || column < 0 ? null : [row, column, channel];
	}

	function take(grid: Grid, at: readonly [number, number], sure: boolean): void {
		const place = placeAt(grid, at),
			one = session.chosen;
		if (!place || !one) return;
		grid.activate(...at);
		if (grid === map) return session.choose(one.layer, place);
		if (sure && grid.spec.kind === "input") session.stepBack(one.layer, place);
	}

	/** The whole number under the pointer or the keys. */
	function say(grid: Grid, at: readonly [number, number]): void {
		const { rows, columns, kind, channel } = grid.spec,
			place = placeAt(grid, at),
			[row = -1, column = -1] = [rows[at[0]], columns[at[1]]];
		const value = row < 0 || column < 0 ? 0 : (grid.spec.value(row, column) ?? 0);
		const name = place ? t(`place_${kind}`, { row, column, channel }) : t("place_outside");
		setText(note, t("pointed", { name, value: general(value) }));
	}

	// Drawing

	function show(): void {
		const one = now();
		put(element, { hidden: !one });
		if (!one) return;
		const { step, place, layer } = one,
			key = `${layer} ${place}`;
		parts = partsOf(step, place);
		if (shownFor !== key) {
			page = Math.min(page, pages() - 1);
			shownFor = key;
			setText(note, t("step_back"));
		}
		setText(title, titleOf(layer, step, place));
		put(formula, { ariaLabel: title.textContent });
		off.show();
		put(off.element, { hidden: layer === PAD });
		// It would have one filter, and such an activation reads all.
		put(openIt, { hidden: layer === PAD || isLined(step.activation) || !session.canOpen(layer) });
		showFormula(step, place);
		showMap(step, place);
		showParts();
	}

	function titleOf(layer: number, step: Step, place: Inner): string {
		const at = indexOf(place, step.layer).join(", ");
		if (layer === PAD) return t("chosen_pad", { at });
		return t("chosen", { number: layer + 1, layer: step.layer.record.layer, channel: place[2], at });
	}

	const at = ({ shape, data }: { shape: readonly number[]; data: Float64Array }, [r, c, k]: Inner): number =>
		data[(r * shape[1] + c) * shape[2] + k];

	/** The sum over the channels, a term each. */
	function showFormula(step: Step, place: Inner): void {
		const bias = step.weights.bias,
			end = bias ? ` + ${factor(bias[place[2]])} (b)` : "";
		const spans = children(terms, parts.length, () => node("span", {}, node("span")));
		parts.forEach(({ share }, index) => {
			const [term] = spans[index].children;
			term.setAttribute("data-term", String(index));
			setText(term, factor(share));
		});
		setText(rest, `${end} = ${short(at(step.z, place))}`);
		setText(last, `a = ${step.activation}(z) = ${short(at(step.a, place))}`);
		mark();
	}

	const mark = (): void =>
		formula.querySelectorAll<HTMLElement>("[data-term]").forEach(term => {
			term.classList.toggle("lit", Math.floor(Number(term.dataset.term) / AT_ONCE) === page && pages() > 1);
		});

	const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

	function showMap({ a, layer: { rank } }: Step, place: Inner): void {
		const [rows, columns] = a.shape;
		map.show({
			id: "map",
			kind: "output",
			channel: place[2],
			title: t("map", { channel: place[2] }),
			rows: range(rows),
			columns: range(columns),
			value: (r, c) => at(a, [r, c, place[2]]),
		});
		map.mark([[place[0], place[1], "here"]]);
		map.activate(place[0], place[1]);
		map.figure.classList.toggle("many", Math.max(rows, columns) > (rank === 1 ? 16 : 10));
	}

	function showParts(): void {
		const shown = parts.slice(page * AT_ONCE, (page + 1) * AT_ONCE),
			held = units.matches(":focus-within");
		put(pager, { hidden: pages() < 2 });
		setText(count, t("channels_of", { page: page + 1, pages: pages() }));
		while (made.length < shown.length) made.push(unit());
		arrange(
			units,
			shown.map((_, index) => made[index].element),
		);
		shown.forEach((part, index) => fill(made[index], part));
		// A layer back there may be fewer.
		if (held && !units.matches(":focus-within")) made[0].grids[0].body.focus({ preventScroll: true });
		mark();
	}

	function unit(): Unit {
		const grids = [new Grid(), new Grid(), new Grid()],
			sign = (text: string): HTMLElement => node("span.sign", { ariaHidden: "true" }, text),
			start = new Grid(),
			heading = node("h5"),
			total = node("output.total");
		const [window, kernel, products] = grids.map(({ figure }) => figure);
		const row = node(
			"div.grids",
			{},
			window,
			sign("×"),
			node("div.kernels", {}, kernel, start.figure),
			sign("="),
			products,
			node("span.result", {}, sign("Σ → "), total),
		);
		return { element: node("section.part", {}, heading, row), title: heading, grids, start, total };
	}

	function fill({ element, title: heading, grids, start, total }: Unit, part: Part): void {
		const { rows, columns, channel, x, w, mid, weight, sum, share } = part,
			taps = [range(rows.length), range(columns.length)] as const;
		const [window, kernel, products] = grids;
		setText(heading, mid === null || mid === channel ? t("channel", { channel }) : t("channel_mid", { channel, mid }));
		const common = { channel, title: "" };
		window.show({ ...common, id: "x", kind: "input", title: t("window"), rows, columns, value: x });
		kernel.show({ ...common, id: "w", kind: "kernel", title: t("kernel"), rows: taps[0], columns: taps[1], value: w });
		const product: GridSpec = {
			...common,
			id: "p",
			kind: "product",
			title: t("products"),
			rows: taps[0],
			columns: taps[1],
			value: (i, j) => x(rows[i], columns[j]) * w(i, j),
		};
		products.show(product);
		element.classList.toggle("wide", columns.length > 4);
		showStart(start, part);
		setText(total, weight === null ? short(sum) : `${short(sum)} × ${factor(weight)} = ${short(share)}`);
		put(total, { title: general(share) });
	}

	/** The kernel as it was before all training. */
	function showStart(grid: Grid, { a, b, channel }: Part): void {
		const one = session.chosen,
			first = one && one.layer !== PAD && session.epochs ? session.weightsAt(0)[one.layer] : null;
		put(grid.figure, { hidden: !first });
		if (!first) return;
		const [height, width, inner, outer] = first.kernels[0].shape;
		grid.show({
			id: "start",
			kind: "kernel",
			channel,
			title: t("start"),
			small: true,
			rows: range(height),
			columns: range(width),
			value: (i, j) => first.kernels[0].data[((i * width + j) * inner + a) * outer + b],
		});
	}

	return {
		element,
		show,
		sentence() {
			const one = now();
			if (!one) return t("nothing_chosen");
			const { step, place, layer } = one,
				said = { z: short(at(step.z, place)), a: short(at(step.a, place)), activation: step.activation };
			return t("said", { title: titleOf(layer, step, place), ...said });
		},
	};
}
