/* Numbers as colours: 0 is paper, more is darker, the sign is the hue. By the theme that is on. */

const LEVELS = 127,
	ROLES = ["paper", "positive", "negative", "ink"] as const;

type Rgb = readonly [number, number, number];

/** A colour for every level from −127 to 127, as a canvas holds its dots. */
export interface Colours {
	readonly signed: Uint32Array;
	/** For pictures without negative numbers: from paper to ink. */
	readonly plain: Uint32Array;
}

const known = new Map<string, Colours>();

/** The colours of an element's theme. */
export function coloursOf(element: Element): Colours {
	const style = getComputedStyle(element),
		texts = ROLES.map(role => style.getPropertyValue(`--convlab-${role}`).trim()),
		key = texts.join();
	let found = known.get(key);
	if (!found) {
		const [paper, positive, negative, ink] = texts.map(rgb);
		found = { signed: line(paper, positive, negative), plain: line(paper, ink, negative) };
		known.set(key, found);
	}
	return found;
}

const rgb = (text: string): Rgb =>
	[1, 3, 5].map(start => Number.parseInt(text.slice(start, start + 2), 16)) as unknown as Rgb;

function line(paper: Rgb, above: Rgb, below: Rgb): Uint32Array {
	return Uint32Array.from({ length: 2 * LEVELS + 1 }, (_, index) => {
		const level = index - LEVELS,
			share = Math.abs(level) / LEVELS,
			to = level < 0 ? below : above;
		const [red, green, blue] = paper.map((from, k) => Math.round(from + (to[k] - from) * share));
		return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
	});
}

/** One channel of numbers [rows, columns, channels] onto a canvas, one dot each. */
export class Tile {
	readonly canvas = document.createElement("canvas");
	readonly #pen = this.canvas.getContext("2d", { willReadFrequently: true });
	#image: ImageData | null = null;
	#dots = new Uint32Array();

	paint(shape: readonly number[], data: Float64Array, channel: number, bound: number, colours: Uint32Array): void {
		const [rows, columns, channels] = shape,
			{ canvas } = this,
			pen = this.#pen;
		if (!pen) return;
		if (canvas.height !== rows || canvas.width !== columns || !this.#image) {
			Object.assign(canvas, { height: rows, width: columns });
			this.#image = pen.createImageData(columns, rows);
			this.#dots = new Uint32Array(this.#image.data.buffer);
		}
		const gain = bound > 0 ? LEVELS / bound : 0;
		for (let place = 0, at = channel; place < this.#dots.length; place++, at += channels) {
			const level = Math.round(data[at] * gain);
			this.#dots[place] = colours[LEVELS + Math.max(-LEVELS, Math.min(level, LEVELS))];
		}
		pen.putImageData(this.#image, 0, 0);
	}
}
