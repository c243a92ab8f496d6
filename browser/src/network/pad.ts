/* The drawing pad: a pen, an eraser, and the bits that come of it. It shows what was drawn as it was drawn. */

import { button, focusedName, focusOn, node, put, setText, uniqueId } from "../dom";
import { type Control, choice, type Label, type Option } from "../parts/controls";
import { bytesOf, fileField, withImage } from "../parts/picture";
import type { Words } from "../words";
import { type Ink, normalised, type Point, type Stroke } from "./bitmap";
import { followKeys, followPointer } from "./hands";
import { inkOfPicture } from "./scan";
import { type Drawing, Sheet } from "./sheet";

export interface Pad {
	readonly element: HTMLElement;
	readonly canvas: HTMLCanvasElement;
	/** Another drawing from outside; null is an empty pad. */
	show(bits: Uint8Array | null): void;
	/** All texts anew, after a change of language. */
	name(): void;
}

/** Pens' widths as shares of the pad's height, and how much wider the eraser is. */
const WIDTHS: Readonly<Record<string, number>> = { fine: 0.04, medium: 0.07, broad: 0.11 },
	ERASER = 1.5;
const TOOLS = ["pen", "eraser"];
/** A picture is shrunk to so many places along its longer side. */
const LARGEST_SIDE = 256;

/** `changed` is told of the normalised bits as they come, at most once a frame; null is an empty pad. */
export const pad = (words: Words, rows: number, columns: number, changed: (bits: Uint8Array | null) => void): Pad =>
	new DrawingPad(words, new Sheet(rows, columns), changed);

class DrawingPad implements Pad {
	readonly canvas = node("canvas", { tabIndex: 0, role: "application", "data-name": "pad" });
	readonly element: HTMLElement;
	readonly #tip = node("span.tip", { hidden: true });
	readonly #hint = node("span.hint", { ariaHidden: "true" });
	readonly #keys = node("p.unseen", { id: uniqueId() });
	readonly #said = node("p.said", { role: "status" });
	readonly #treated = node("p.treated");
	readonly #tools = node("div.tools");
	#tool = "pen";
	#width = "medium";
	#down = false;
	#told: Uint8Array | null = null;
	#waiting = false;

	constructor(
		private readonly words: Words,
		private readonly sheet: Sheet,
		private readonly changed: (bits: Uint8Array | null) => void,
	) {
		const { canvas } = this,
			[tip, hint, keys] = [this.#tip, this.#hint, this.#keys],
			{ rows, columns } = sheet;
		const paper = node("div.paper", {}, canvas, hint, tip);
		paper.style.aspectRatio = `${columns} / ${rows}`;
		canvas.setAttribute("aria-describedby", keys.id);
		const side = node("div.beside-paper", {}, this.#tools, this.#said, this.#treated);
		this.element = node("div.pad", {}, paper, keys, side);
		const hand = { begin: this.#begin, move: this.#move };
		followPointer(canvas, rows, columns, hand);
		followKeys(canvas, rows, columns, hand, this.#point);
		whenSeenAnew(canvas, () => paint(canvas, sheet));
		this.name();
	}

	show(bits: Uint8Array | null): void {
		if (same(bits, this.#told)) return;
		this.sheet.put(bits, true);
		this.#told = bits;
		this.#soon();
	}

	name(): void {
		const focused = focusedName(this.element),
			t = this.#text;
		put(this.canvas, { ariaLabel: t("canvas") });
		setText(this.#hint, t("empty"));
		setText(this.#keys, t("keys"));
		setText(this.#said, "");
		setText(this.#treated, t("treated"));
		const controls = this.#controls();
		for (const control of controls) control.show();
		this.#tools.replaceChildren(...controls.map(({ element }) => element), this.#buttons());
		focusOn(this.#tools, focused);
	}

	readonly #text = (key: string, filled = {}): string => this.words.text(`pad.${key}`, filled);

	#controls(): Control[] {
		const t = this.#text;
		const one = (name: string, values: readonly string[]): [Label, Option[]] => [
			{ name: `pad.${name}`, text: t(name) },
			values.map(value => [value, t(`${name}_${value}`)]),
		];
		return [
			choice(
				...one("tool", TOOLS),
				() => this.#tool,
				tool => (this.#tool = tool),
			),
			choice(
				...one("width", Object.keys(WIDTHS)),
				() => this.#width,
				width => (this.#width = width),
			),
		];
	}

	#buttons(): HTMLElement {
		const t = this.#text;
		const acts = (["undo", "clear"] as const).map(name =>
			button(`pad.${name}`, t(name), () => {
				this.sheet[name]();
				this.#soon();
			}),
		);
		const label = { name: "pad.picture", text: t("picture") };
		const file = fileField(label, t("picture_choose"), file => this.#take(file));
		return node("div.buttons", {}, ...acts, file.element);
	}

	readonly #begin = (point: Point, turned: boolean): void => {
		const rubs = turned || this.#tool === "eraser";
		this.sheet.begin(point, this.#size(rubs), rubs);
		this.#soon();
	};

	readonly #move = (point: Point): void => {
		this.sheet.move(point);
		this.#soon();
	};

	#size(rubs: boolean): number {
		return WIDTHS[this.#width] * this.sheet.rows * (rubs ? ERASER : 1);
	}

	/* The tip that keys move is seen while it is in hand. */
	readonly #point = (tip: Point | null, down: boolean): void => {
		put(this.#tip, { hidden: !tip });
		if (tip) {
			const { rows, columns } = this.sheet,
				size = this.#size(this.#tool === "eraser");
			const percent = (part: number, whole: number): string => `${(100 * part) / whole}%`;
			const [left, top, width] = [percent(tip.x, columns), percent(tip.y, rows), percent(size, columns)];
			Object.assign(this.#tip.style, { left, top, width });
			const place = { row: Math.min(rows, Math.floor(tip.y) + 1), column: Math.min(columns, Math.floor(tip.x) + 1) };
			if (down !== this.#down) setText(this.#said, this.#text(down ? "down" : "up", place));
		} else setText(this.#said, "");
		this.#down = down;
		this.#tip.classList.toggle("down", down);
	};

	async #take(file: File): Promise<void> {
		const { rows, columns } = this.sheet;
		const ink = await inkOfFile(file).catch(() => undefined);
		const bits = ink && normalised(ink, rows, columns, Number.POSITIVE_INFINITY);
		if (bits) this.sheet.put(bits, false);
		setText(this.#said, bits ? "" : this.#text(ink === null ? "picture_empty" : "picture_none", { name: file.name }));
		this.#soon();
	}

	/* At the next frame, however much is done until then. */
	#soon(): void {
		if (this.#waiting) return;
		this.#waiting = true;
		requestAnimationFrame(() => {
			this.#waiting = false;
			this.#tell();
		});
	}

	#tell(): void {
		const bits = this.sheet.bits();
		paint(this.canvas, this.sheet);
		put(this.#hint, { hidden: !isEmpty(this.sheet.drawing) });
		if (same(bits, this.#told)) return;
		this.#told = bits;
		this.changed(bits);
	}
}

const same = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
	a === b || (a?.length === b?.length && (a?.every((bit, i) => bit === b?.[i]) ?? false));

const isEmpty = ({ bits, strokes }: Drawing): boolean => !bits && !strokes.length;

/** The ink of a picture in a file; null where nothing stands out. */
const inkOfFile = (file: File): Promise<Ink | null> =>
	withImage(file, (image, width, height) => {
		const share = Math.min(1, LARGEST_SIDE / Math.max(width, height)),
			[rows, columns] = [height, width].map(side => Math.max(1, Math.round(side * share)));
		return inkOfPicture(bytesOf(image, columns, rows), rows, columns);
	});

/* Bits are squares, strokes are lines; both as fine as the screen. */
function paint(canvas: HTMLCanvasElement, { rows, columns, drawing }: Sheet): void {
	const [width, height] = [canvas.clientWidth, canvas.clientHeight].map(side => Math.round(side * devicePixelRatio));
	const pen = canvas.getContext("2d");
	if (!pen || !width) return;
	put(canvas, { width, height });
	pen.clearRect(0, 0, width, height);
	pen.fillStyle = pen.strokeStyle = getComputedStyle(canvas).color;
	const edge = (place: number): number => Math.round((place * height) / rows);
	drawing.bits?.forEach((bit, i) => {
		const [row, column] = [Math.floor(i / columns), i % columns];
		const [top, left] = [edge(row), edge(column)];
		if (bit) pen.fillRect(left, top, edge(column + 1) - left, edge(row + 1) - top);
	});
	for (const stroke of drawing.strokes) line(pen, stroke, height / rows);
}

function line(pen: CanvasRenderingContext2D, { points, width, rubs }: Stroke, scale: number): void {
	pen.globalCompositeOperation = rubs ? "destination-out" : "source-over";
	pen.lineCap = pen.lineJoin = "round";
	pen.lineWidth = width * scale;
	pen.beginPath();
	// A line of no length is a dot.
	for (const { x, y } of [points[0], ...points]) pen.lineTo(x * scale, y * scale);
	pen.stroke();
	pen.globalCompositeOperation = "source-over";
}

/** Whenever the canvas comes into sight, has another size, or may have other colours. */
function whenSeenAnew(canvas: HTMLCanvasElement, act: () => void): void {
	const dark = matchMedia("(prefers-color-scheme: dark)"),
		themes = new MutationObserver(act);
	new ResizeObserver(() => {
		const seen = canvas.clientWidth > 0;
		// Out of sight, nothing of the page holds it.
		themes.disconnect();
		dark.removeEventListener("change", act);
		if (!seen) return;
		themes.observe(document, { subtree: true, attributeFilter: ["data-jp-theme-light"] });
		dark.addEventListener("change", act);
		act();
	}).observe(canvas);
}
