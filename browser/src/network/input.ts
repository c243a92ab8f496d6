/* What goes into the stack: a sample, a drawing or a picture of the reader's, shifted and with noise.
   All work on the picture of it: rows, columns and planes; of a series its steps, its channels and one plane. */

import { grain } from "../grain";
import { type Tensor, zeros } from "../tensor";
import type { Layer } from "./stack";

/** The picture's shape for what the first layer takes. */
export const pictureShape = ({ input, from: { rank } }: Layer): readonly number[] =>
	rank === 2 ? input : [input[1], input[2], 1];

/** What leaves the picture is lost, and zeros come in. */
export function shifted(picture: Tensor, [down, right]: readonly [number, number]): Tensor {
	if (!down && !right) return picture;
	const [rows, columns, planes] = picture.shape,
		found = zeros(picture.shape);
	for (let row = Math.max(0, down); row < Math.min(rows, rows + down); row++)
		for (let column = Math.max(0, right); column < Math.min(columns, columns + right); column++) {
			const from = ((row - down) * columns + column - right) * planes,
				to = (row * columns + column) * planes;
			for (let k = 0; k < planes; k++) found.data[to + k] = picture.data[from + k];
		}
	return found;
}

/** With a fixed grain, its standard deviation in percent of white. */
export function noisy(picture: Tensor, percent: number, white: number): Tensor {
	if (!percent) return picture;
	const share = (white * percent) / 100;
	return { shape: picture.shape, data: picture.data.map((value, index) => value + share * grain(index + 1)) };
}

/** A picture as its own data format has it, for the first layer: the numbers stay in their order. */
export const laid = (picture: Tensor, { input }: Layer): Tensor => ({ shape: input, data: picture.data });

/** The weights of the pad's layer: full of ink is white. */
export const padWeights = (pad: number, white: number): Float32Array =>
	new Float32Array(pad * pad).fill(white / (pad * pad));

export const bitsTensor = (bits: Uint8Array, rows: number, columns: number): Tensor => ({
	shape: [rows, columns, 1],
	data: Float64Array.from(bits),
});
