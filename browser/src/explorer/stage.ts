/* The picture on screen: panels from input to output, the other channels under them. */

import { arrange, node, setText } from "../dom";
import { Grid } from "../parts/grid";
import type { Words } from "../words";
import type { Panel, Picture, Unit } from "./panels";

const MOVING = ["product", "mixed"];
const LARGEST = 34,
	LEAST = 6,
	READABLE = 14,
	ROOMY = 22,
	GROWS = 1.3,
	NARROW = 560,
	GAP = 32,
	PAIR = 16;
/** A panel is as wide as its heading at least. */
const HEADING = 112;
/** The height of a line's heading, and of a row of small grids. */
const HEAD = 44,
	LOW_HEAD = 28,
	SMALLS = 84;
const INNER = ["kernel", "product", "pointwise"];
/** The heading between kernel and products, in cells. */
const INNER_HEAD = 2;
/** Panels change their places only where it is worth it. */
const WORTH = 1.15;

export interface Stage {
	readonly element: HTMLElement;
	readonly grids: ReadonlyMap<string, Grid>;
	/** `still`: all stands as before but what hangs on the place alone. */
	show(picture: Picture, words: Words, still: boolean): void;
	destroy(): void;
}

/** The lines of cells in a panel's large grids, one after the other or side by side. */
function extent({ kind, grids }: Panel, along: "rows" | "columns", added: boolean): number {
	const counts = grids.filter(grid => !grid.small).map(grid => grid[along].length);
	// Pointwise weights and their products always stand side by side.
	const sum = kind === "pointwise" ? along === "columns" : added;
	return sum ? counts.reduce((all, one) => all + one, 0) : Math.max(...counts);
}

/** Products under their kernel: where sizes are large, cells are larger so. */
const isStacked = (line: readonly Panel[], stacked: boolean): boolean =>
	stacked && line.some(({ kind }) => kind === "product");

/** How many lines of cells a line of panels has along a direction: of each column, or of the tallest. */
function columnsOf(line: readonly Panel[], beside: boolean, stacked: boolean): number[] {
	const along = (panel: Panel): number => extent(panel, "columns", beside);
	if (!isStacked(line, stacked)) return line.map(along);
	const inner = line.filter(({ kind }) => INNER.includes(kind)),
		outer = line.filter(({ kind }) => !INNER.includes(kind));
	return [...outer.map(along), Math.max(...inner.map(along))];
}
function rowsOf(line: readonly Panel[], beside: boolean, stacked: boolean): number {
	const rows = (panels: readonly Panel[]): number[] => panels.map(panel => extent(panel, "rows", !beside));
	const all = Math.max(...rows(line));
	if (!isStacked(line, stacked)) return all;
	const inner = rows(line.filter(({ kind }) => INNER.includes(kind)));
	return Math.max(
		all,
		inner.reduce((sum, one) => sum + one, INNER_HEAD),
	);
}

/** Where there is little room, what lies between input and output has a line of its own; in a series each has. */
function parted(line: readonly Panel[], flat: boolean): (readonly Panel[])[] {
	if (line.some(({ kind }) => kind === "pointwise")) return [line];
	const inner = line.filter(({ kind }) => INNER.includes(kind)),
		outer = line.filter(({ kind }) => !INNER.includes(kind));
	return [...(flat ? outer.map(panel => [panel]) : [outer]), inner].filter(part => part.length);
}

/** The side with which grids of so many columns fill a width: a narrow one takes its heading's. */
function sideOf(columns: readonly number[], width: number): number {
	let wide = columns,
		side = LARGEST;
	for (let left = width; wide.length; ) {
		side = left / wide.reduce((sum, one) => sum + one, 0);
		const narrow = wide.filter(one => one * side < HEADING);
		if (!narrow.length) break;
		left -= HEADING * narrow.length;
		wide = wide.filter(one => !narrow.includes(one));
	}
	return side;
}

export function stage(choose: (channel: number) => void): Stage {
	const lines = [node("div.line"), node("div.line")];
	const units = node("div.units");
	const element = node("div.stage", {}, lines[0], units, lines[1]);
	const known = new Map<string, Grid>(),
		panels = new Map<string, HTMLElement>(),
		grids = new Map<string, Grid>();
	let now = 0,
		width = 0,
		height = 0,
		last: Picture | null = null;
	const observer = new ResizeObserver(([entry]) => fit(entry.contentRect.width));
	observer.observe(element);

	function gridOf(spec: Panel["grids"][number]): Grid {
		let grid = known.get(spec.id);
		if (!grid) known.set(spec.id, (grid = new Grid()));
		grid.show(spec);
		grids.set(spec.id, grid);
		return grid;
	}

	/** What the products come to stands under them. */
	function sayUnder(specs: Panel["grids"], note: string): void {
		const product = specs.find(({ kind }) => kind === "product");
		if (product) setText(gridOf(product).note, note);
	}

	function panelOf({ kind, grids: specs, note = "" }: Panel, words: Words): HTMLElement {
		let panel = panels.get(kind);
		if (!panel)
			panels.set(
				kind,
				(panel = node("section", { className: `panel ${kind}` }, node("h3"), node("div.grids"), node("div.smalls"))),
			);
		const [heading, host, strip] = panel.children;
		setText(heading, words.text(`explorer.panel_${kind}`));
		arrange(
			host,
			specs.filter(spec => !spec.small).map(spec => gridOf(spec).figure),
		);
		arrange(
			strip,
			specs.filter(spec => spec.small).map(spec => gridOf(spec).figure),
		);
		sayUnder(specs, note);
		return panel;
	}

	const made = new Map<number, HTMLElement>();
	function unitOf({ channel, grids: specs, note }: Unit, words: Words): HTMLElement {
		let unit = made.get(channel);
		if (!unit) {
			const button = node("button", { type: "button" });
			button.addEventListener("click", () => choose(channel));
			made.set(channel, (unit = node("div.unit", {}, button, node("div.grids"))));
			button.dataset.name = `channel.${channel}`;
		}
		setText(unit.children[0], words.text("explorer.channel", { channel }));
		arrange(
			unit.children[1],
			specs.map(spec => gridOf(spec).figure),
		);
		sayUnder(specs, note);
		return unit;
	}

	function fit(wide: number): void {
		if (wide === width && innerHeight === height) return;
		[width, height, now] = [wide, innerHeight, 0];
		if (last) size(last);
	}

	/** A cell's side: all large grids fit into the width and, with what else must be seen, the height. */
	function size(picture: Picture): void {
		if (!width) return;
		const narrow = width < NARROW,
			flat = picture.lines.flat().every(panel => extent(panel, "rows", false) === 1),
			lines = picture.lines.flatMap(line => (narrow || flat ? parted(line, flat) : [line]));
		const smalls = picture.lines.some(line => line.some(panel => panel.grids.some(grid => grid.small))) ? SMALLS : 0;
		const rest = (picture.units.length ? SMALLS : 0) + smalls + (narrow ? LOW_HEAD : HEAD) * lines.length;
		const budget = height * (narrow ? 0.84 : 0.92) - (narrow ? 100 : 110) - rest;
		const side = (beside: boolean, stacked: boolean): number => {
			const tall = lines.reduce((sum, line) => sum + rowsOf(line, beside, stacked), 0);
			const wide = lines.map(line => {
				const columns = columnsOf(line, beside, stacked),
					between = GAP * (columns.length - 1) + 8 + (beside ? PAIR * line.length : 0);
				return sideOf(columns, width - between);
			});
			return Math.max(LEAST, Math.min(LARGEST, Math.floor(Math.min(budget / tall, ...wide))));
		};
		// A gradient stands beside its numbers or under them, wherever both can be larger.
		const paired = side(true, false) > side(false, false),
			stacked = !narrow && !flat && side(paired, true) > WORTH * side(paired, false),
			best = side(paired, stacked);
		// All cells are laid out anew when their side changes: it stays while it fits.
		if (now > best || best > GROWS * now) now = best;
		for (const panel of picture.lines.flat()) {
			const style = panels.get(panel.kind)?.style,
				text = `max(${HEADING}px, ${extent(panel, "columns", paired)} * var(--side) + ${paired ? PAIR + 4 : 4}px)`;
			if (style && panel.kind !== "pointwise") style.width = text;
		}
		element.classList.toggle("flat", flat);
		element.classList.toggle("paired", paired);
		element.classList.toggle("stacked", stacked);
		element.classList.toggle("tiny", now < READABLE);
		element.classList.toggle("compact", now < ROOMY);
		if (element.style.getPropertyValue("--side") !== `${now}px`) element.style.setProperty("--side", `${now}px`);
	}

	/** Only products and their sums change with the place. */
	function move({ lines: shown, units: others }: Picture): void {
		for (const { grids: specs, note = "" } of [...shown.flat(), ...others]) {
			for (const spec of specs) if (MOVING.includes(spec.kind)) gridOf(spec);
			sayUnder(specs, note);
		}
	}

	return {
		element,
		grids,
		show(picture, words, still) {
			last = picture;
			if (still) return move(picture);
			grids.clear();
			lines.forEach((line, index) =>
				arrange(
					line,
					(picture.lines[index] ?? []).map(panel => panelOf(panel, words)),
				),
			);
			arrange(
				units,
				picture.units.map(unit => unitOf(unit, words)),
			);
			// The first time nobody has told the width yet: it must not jump a moment later.
			if (width) size(picture);
			else fit(element.getBoundingClientRect().width);
		},
		destroy() {
			observer.disconnect();
		},
	};
}
