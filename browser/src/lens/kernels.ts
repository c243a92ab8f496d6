/* A kernel as numbers: by its name at a size, or cut or filled all around its middle. */

import type { Numbers, Records, State } from "./records";

export type Kernel = State["kernel"];

const lines = (height: number, width: number, at: (row: number, column: number) => number): Numbers =>
	Array.from({ length: height }, (_, row) => Array.from({ length: width }, (_, column) => at(row, column)));

export function numbersOf(records: Records, kernel: Kernel, size: readonly number[]): Numbers {
	const own = typeof kernel === "string" ? records.kernels[kernel][Math.max(...size) - 1] : kernel;
	// The middle tap stays the middle one.
	const middle = (length: number): number => Math.floor((length - 1) / 2);
	const [down, right] = [middle(own.length) - middle(size[0]), middle(own[0].length) - middle(size[1])];
	return lines(size[0], size[1], (row, column) => own[row + down]?.[column + right] ?? 0);
}

/** A kernel of another size: a square one keeps its name. */
export const fitted = (records: Records, kernel: Kernel, size: readonly number[]): Kernel =>
	typeof kernel === "string" && size[0] === size[1] ? kernel : numbersOf(records, kernel, size);

export const turned = (kernel: Numbers): Numbers => [...kernel].reverse().map(line => [...line].reverse());

/** What one step of a drag adds: 1 to whole numbers, to smaller ones a tenth of their size. */
export function stepOf(kernel: Numbers): number {
	const all = kernel.flat().map(Math.abs);
	if (all.every(Number.isInteger)) return 1;
	return 10 ** Math.min(Math.floor(Math.log10(Math.max(...all))) - 1, -1);
}

/** A number as a person writes it, also as a fraction; NaN for anything else. */
export function numberOf(text: string): number {
	const [above, below = "1", ...more] = text.trim().replace(/[−－]/g, "-").split("/");
	return above.trim() === "" || below.trim() === "" || more.length ? Number.NaN : Number(above) / Number(below);
}
