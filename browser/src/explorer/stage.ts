/* The picture on screen: panels from input to output, the other channels under them. */

import { arrange, node, setText } from "../dom";
import { Grid } from "../parts/grid";
import type { Words } from "../words";
import type { Panel, Picture, Unit } from "./panels";

const MOVING = ["product", "mixed"];
const LARGEST = 34, LEAST = 9, READABLE = 14, NARROW = 560, GAP = 40;

export interface Stage {
	readonly element: HTMLElement;
	readonly grids: ReadonlyMap<string, Grid>;
	/** `still`: all stands as before but what hangs on the place alone. */
	show(picture: Picture, words: Words, still: boolean): void;
	destroy(): void;
}

export function stage(choose: (channel: number) => void): Stage {
	const lines = [node("div", { className: "line" }), node("div", { className: "line" })];
	const units = node("div", { className: "units" });
	const element = node("div", { className: "stage" }, lines[0], units, lines[1]);
	const known = new Map<string, Grid>(), panels = new Map<string, HTMLElement>(), grids = new Map<string, Grid>();
	let width = 0, height = 0, last: Picture | null = null;
	const observer = new ResizeObserver(([entry]) => {
		[width, height] = [entry!.contentRect.width, innerHeight];
		if (last) size(last);
	});
	observer.observe(element);

	function gridOf(spec: Panel["grids"][number]): Grid {
		let grid = known.get(spec.id);
		if (!grid) known.set(spec.id, (grid = new Grid()));
		grid.show(spec);
		grids.set(spec.id, grid);
		return grid;
	}

	function panelOf({ kind, grids: specs, note = "" }: Panel, words: Words): HTMLElement {
		let panel = panels.get(kind);
		if (!panel) panels.set(kind, (panel = node("section", { className: `panel ${kind}` }, node("h4"), node("div", { className: "grids" }))));
		const [heading, host] = panel.children;
		setText(heading!, words.text(`explorer.panel_${kind}`));
		const shown = specs.map(gridOf);
		arrange(host!, shown.map(grid => grid.figure));
		if (note || kind === "product") setText(shown[0].note, note);
		return panel;
	}

	const made = new Map<number, HTMLElement>();
	function unitOf({ channel, grids: specs }: Unit, words: Words): HTMLElement {
		let unit = made.get(channel);
		if (!unit) {
			const button = node("button", { type: "button" });
			button.addEventListener("click", () => choose(channel));
			made.set(channel, (unit = node("div", { className: "unit" }, button, node("div", { className: "grids" }))));
			button.dataset.name = `channel.${channel}`;
		}
		setText(unit.children[0], words.text("explorer.channel", { channel }));
		arrange(unit.children[1], specs.map(spec => gridOf(spec).figure));
		return unit;
	}

	/** A cell's side: all large grids of a line fit, none is larger than what is easy to read. */
	function size(picture: Picture): void {
		if (!width) return;
		const narrow = width < NARROW, widest = (panel: Panel): number => panel.grids.find(grid => !grid.small)!.columns.length;
		const tallest = (list: readonly Panel[]): number => Math.max(...list.map(panel => panel.grids.find(grid => !grid.small)!.rows.length));
		const rows = picture.lines.flatMap(line => {
			const inner = line.filter(({ kind }) => ["kernel", "product", "pointwise"].includes(kind));
			const outer = line.filter(panel => !inner.includes(panel));
			return narrow && inner.length ? [outer, inner] : [line];
		});
		const high = rows.reduce((sum, line) => sum + tallest(line), 0);
		const sides = rows.map(line => (width - GAP * (line.length - 1) - 8) / line.reduce((sum, panel) => sum + widest(panel), 0));
		const budget = narrow ? height * 0.5 - 44 * rows.length : height * 0.62 - 60 * rows.length;
		const side = Math.max(LEAST, Math.min(LARGEST, Math.floor(Math.min(budget / high, ...sides))));
		const text = `${side}px`;
		if (element.style.getPropertyValue("--side") === text) return;
		element.style.setProperty("--side", text);
		element.classList.toggle("tiny", side < READABLE);
		element.classList.toggle("narrow", narrow);
	}

	/** Only products and their sums change with the place. */
	function move({ lines: shown, units: others }: Picture): void {
		for (const { kind, grids: specs, note = "" } of [...shown.flat(), ...others.map(one => ({ kind: "", note: "", ...one }))]) {
			for (const spec of specs) if (MOVING.includes(spec.kind)) gridOf(spec);
			if (kind === "product") setText(gridOf(specs[0]).note, note);
		}
	}

	return {
		element, grids,
		show(picture, words, still) {
			last = picture;
			if (still) return move(picture);
			grids.clear();
			lines.forEach((line, index) => arrange(line, (picture.lines[index] ?? []).map(panel => panelOf(panel, words))));
			arrange(units, picture.units.map(unit => unitOf(unit, words)));
			size(picture);
		},
		destroy() { observer.disconnect(); },
	};
}
