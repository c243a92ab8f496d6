/* Numbers as greys or colours on a canvas. Zero has one grey in all pictures. */

import { node } from "../dom";
import type { Pixels } from "./pixels";

export interface Scale {
	/** Whether 0 is the middle grey, with black for negative numbers; else it is black. */
	readonly signed: boolean;
	/** The number that is white. */
	readonly bound: number;
}

const MIDDLE = 128,
	WHITE = 255,
	OPAQUE = 0xff000000,
	GREY = 0x010101;

export class Screen {
	readonly canvas = node("canvas");
	#image: ImageData | null = null;

	paint({ height, width, planes }: Pixels, scale: Scale): void {
		const { canvas } = this,
			pen = canvas.getContext("2d");
		if (!pen) return;
		if (canvas.height !== height || canvas.width !== width) Object.assign(canvas, { height, width });
		if (this.#image?.width !== width || this.#image.height !== height) this.#image = pen.createImageData(width, height);
		const dots = new Uint32Array(this.#image.data.buffer);
		if (planes.length === 1) lay(dots.fill(OPAQUE), planes[0], scale, GREY);
		else planes.forEach((plane, k) => lay(k ? dots : dots.fill(OPAQUE), plane, scale, 1 << (8 * k)));
		pen.putImageData(this.#image, 0, 0);
	}
}

/* The levels of one plane, into the bytes that `unit` names. */
function lay(dots: Uint32Array, plane: Float32Array, { signed, bound }: Scale, unit: number): void {
	const zero = signed ? MIDDLE : 0,
		gain = (WHITE - zero) / bound;
	for (let i = 0; i < plane.length; i++) {
		const level = (zero + gain * plane[i] + 0.5) | 0;
		dots[i] |= Math.max(0, Math.min(level, WHITE)) * unit;
	}
}
