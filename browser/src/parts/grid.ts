/* A grid of numbers: cells that are kept from one drawing to the next, and marks upon them. */

import { node, setText, uniqueId } from "../dom";
import { short } from "../format";

export const NONE = -1;

/** What a grid shows. `rows` and `columns` name the place in each line of cells, NONE outside. */
export interface GridSpec {
	readonly id: string;
	readonly kind: string;
	readonly channel: number;
	readonly title: string;
	readonly rows: readonly number[];
	readonly columns: readonly number[];
	/** The number at a place; null where there is none. */
	value(row: number, column: number): number | null;
	/** What stands outside: the zeros of the padding, or what is cropped off. */
	readonly outside?: "pad" | "crop";
	readonly small?: boolean;
	/** The place along the kernel's last two axes. */
	readonly a?: number;
	readonly b?: number;
}

/** A frame that glides over the cells: first and last line along both directions. */
export type Frame = readonly [top: number, left: number, bottom: number, right: number] | null;
export type Mark = readonly [row: number, column: number, name: string];

interface Cell {
	readonly element: HTMLElement;
	readonly at: readonly [number, number];
	value: number;
	kind: string;
	largest: number;
	text: string;
	look: string;
	name: string;
}

const STEPS = 5,
	LONG = 4;
/** A small grid's side in pixels, and the least cell in which a number can be read. */
const SMALL = 60,
	READABLE = 14;
const gridOf = new WeakMap<Element, Grid>();

export class Grid {
	readonly figure: HTMLElement;
	readonly body: HTMLElement;
	readonly note = node("span.note");
	spec!: GridSpec;
	active: readonly [number, number] = [0, 0];
	height = 0;
	width = 0;
	readonly #id = uniqueId();
	readonly #caption = node("figcaption");
	readonly #window = node("div.window", { ariaHidden: "true", hidden: true });
	readonly #lines: { element: HTMLElement; cells: Cell[]; shown: number }[] = [];
	#marks = new Map<Cell, string>();
	#tiny = false;
	#side = "";

	constructor() {
		this.body = node("div.grid", { role: "grid", tabIndex: 0 });
		const scroll = node("div.scroll", {}, this.body);
		this.figure = node("figure", {}, this.#caption, scroll, this.note);
		gridOf.set(this.body, this);
	}

	/** The grid and the place of the cell that an event met. */
	static met(target: EventTarget | null): { grid: Grid; at: readonly [number, number] } | null {
		const cell = (target as Element | null)?.closest?.(".cell");
		const grid = cell && Grid.of(cell.closest(".grid"));
		const [row, column] = cell?.id.split("-").slice(-2).map(Number) ?? [];
		return grid && row !== undefined && column !== undefined ? { grid, at: [row, column] } : null;
	}

	static of(body: EventTarget | null): Grid | undefined {
		return body instanceof Element ? gridOf.get(body) : undefined;
	}

	show(spec: GridSpec): void {
		this.spec = spec;
		setText(this.#caption, spec.title);
		const name = `${spec.kind}${spec.small ? " small" : ""}`;
		if (this.figure.className !== name) this.figure.className = name;
		if (this.body.ariaLabel !== spec.title) this.body.ariaLabel = spec.title;
		this.#shape(spec.rows.length, spec.columns.length, Boolean(spec.small));
		this.#fill(spec);
	}

	#shape(height: number, width: number, small: boolean): void {
		const side = Math.min(20, Math.floor(SMALL / Math.max(height, width, 1)));
		const tiny = small && side < READABLE;
		if (tiny !== this.#tiny) for (const { cells } of this.#lines) for (const cell of cells) cell.kind = "";
		this.#tiny = tiny;
		const sideText = small ? `${side}px` : "var(--side)";
		if (this.#side !== sideText) this.body.style.setProperty("--cell", (this.#side = sideText));
		if (height === this.height && width === this.width) return;
		for (let r = 0; r < height; r++) this.#line(r, width);
		for (let r = this.height; r < height; r++) this.body.append(this.#lines[r].element);
		for (let r = height; r < this.height; r++) this.#lines[r].element.remove();
		Object.assign(this, { height, width });
		// Not as variables: every cell would inherit them, and be styled anew.
		Object.assign(this.body.style, {
			gridTemplate: `repeat(${height}, var(--cell)) / repeat(${width}, var(--cell))`,
			width: `calc(${width} * var(--cell) + 1px)`,
			height: `calc(${height} * var(--cell) + 1px)`,
		});
		this.body.append(this.#window);
		// A cell that is gone cannot stay the active one.
		if (this.body.hasAttribute("aria-activedescendant")) this.activate(...this.active);
	}

	#line(r: number, width: number): void {
		const line = (this.#lines[r] ??= { element: node("div", { role: "row" }), cells: [], shown: 0 });
		while (line.cells.length < width) {
			const c = line.cells.length;
			const element = node("span", { role: "gridcell", id: `${this.#id}-${r}-${c}` });
			line.cells.push({ element, at: [r, c], value: Number.NaN, kind: "", largest: 0, text: "", look: "", name: "" });
		}
		while (line.shown < width) line.element.append(line.cells[line.shown++].element);
		while (line.shown > width) line.cells[--line.shown].element.remove();
	}

	#fill({ rows, columns, value, outside = "pad" }: GridSpec): void {
		const values = rows.map(i => columns.map(j => (i === NONE || j === NONE ? undefined : value(i, j))));
		let largest = 0;
		for (const line of values) {
			for (const one of line) if (one && Math.abs(one) > largest && Number.isFinite(one)) largest = Math.abs(one);
		}
		const inside = (place: number): boolean => place !== NONE;
		const [top, left] = [rows.findIndex(inside), columns.findIndex(inside)];
		const [bottom, right] = [rows.findLastIndex(inside), columns.findLastIndex(inside)];
		values.forEach((line, r) =>
			line.forEach((one, c) => {
				if (one !== undefined) return this.#set(r, c, one ?? 0, one === null ? "none" : "value", largest);
				const between = r >= top && r <= bottom && c >= left && c <= right;
				this.#set(r, c, 0, outside === "crop" ? "crop" : between ? "gap" : "pad", 0);
			}),
		);
		// Where one number finds no room in a small cell, a few others would only confuse.
		const long = rows.some((_, r) => columns.some((_, c) => this.#lines[r].cells[c].text.length > LONG));
		this.body.classList.toggle("crowded", long);
	}

	/** The tint has a few steps only: a class costs less than a colour of its own. */
	#set(r: number, c: number, value: number, kind: string, largest: number): void {
		const cell = this.#lines[r].cells[c];
		if (cell.value === value && cell.kind === kind && cell.largest === largest) return;
		Object.assign(cell, { value, kind, largest });
		const text = this.#tiny || kind === "none" || kind === "crop" ? "" : short(value);
		if (cell.text !== text) {
			setText(cell.element, text);
			cell.text = text;
		}
		const step = value && largest ? Math.ceil(STEPS * Math.min(Math.abs(value) / largest, 1)) : 0;
		cell.look = `cell ${kind} v${step}${value < 0 ? " negative" : ""}${text.length > LONG ? " long" : ""}`;
		this.#dress(cell);
	}

	#dress(cell: Cell): void {
		const name = cell.look + (this.#marks.get(cell) ?? "");
		if (cell.name !== name) cell.element.className = cell.name = name;
	}

	/** Give marks, touching only the cells that differ; and frame the window. */
	mark(list: readonly Mark[] = [], frame: Frame = null): void {
		const before = this.#marks;
		this.#marks = new Map();
		for (const [r, c, name] of list) {
			const cell = r < this.height && c < this.width ? this.#lines[r]?.cells[c] : undefined;
			if (!cell) continue;
			const names = this.#marks.get(cell) ?? "";
			if (!`${names} `.includes(` ${name} `)) this.#marks.set(cell, `${names} ${name}`);
		}
		for (const cell of before.keys()) this.#dress(cell);
		for (const cell of this.#marks.keys()) this.#dress(cell);
		this.#glide(frame);
	}

	#glide(frame: Frame): void {
		const text = frame ? frame.join(" ") : "";
		if (this.#window.dataset.at === text) return;
		this.#window.dataset.at = text;
		this.#window.hidden = !frame;
		if (!frame) return;
		const [top, left, bottom, right] = frame,
			{ style } = this.#window;
		style.transform = `translate(calc(${left} * var(--cell)), calc(${top} * var(--cell)))`;
		style.width = `calc(${right - left + 1} * var(--cell) + 1px)`;
		style.height = `calc(${bottom - top + 1} * var(--cell) + 1px)`;
	}

	activate(r: number, c: number): void {
		this.active = [Math.max(0, Math.min(r, this.height - 1)), Math.max(0, Math.min(c, this.width - 1))];
		this.body.setAttribute("aria-activedescendant", `${this.#id}-${this.active.join("-")}`);
	}

	/** The cell to which a key leads from the active one; none where the key leads nowhere. */
	led(key: string): readonly [number, number] | undefined {
		const [r, c] = this.active;
		const moves: Record<string, readonly [number, number]> = {
			ArrowUp: [r - 1, c],
			ArrowDown: [r + 1, c],
			ArrowLeft: [r, c - 1],
			ArrowRight: [r, c + 1],
			Home: [r, 0],
			End: [r, this.width],
			PageUp: [0, c],
			PageDown: [this.height, c],
		};
		return moves[key];
	}
}
