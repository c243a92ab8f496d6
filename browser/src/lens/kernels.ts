/* A kernel as numbers: by its name at a size, or cut or filled all around its middle. */

import type { Numbers, Records, State } from "./records";

export type Kernel = State["kernel"];

const lines = (height: number, width: number, at: (row: number, column: number) => number): Numbers =>
	Array.from({ length: height }, (_, row) => Array.from({ length: width }, (_, column) => at(row, column)));

function named({ kernels }: Records, name: string, side: number): Numbers {
	const [rows, order] = kernels[name][side - 1];
	return order.map(index => rows[index]);
}

/** The side of a kernel that takes a name at this size: named kernels are square, and not of every size. */
export const namedSide = ({ kernels }: Records, size: readonly number[]): number =>
	Math.min(Math.max(...size), Object.values(kernels)[0].length);

export function numbersOf(records: Records, kernel: Kernel, size: readonly number[]): Numbers {
	const own = typeof kernel === "string" ? named(records, kernel, Math.max(...size)) : kernel;
	// The middle tap stays the middle one.
	const middle = (length: number): number => Math.floor((length - 1) / 2);
	const [down, right] = [middle(own.length) - middle(size[0]), middle(own[0].length) - middle(size[1])];
	return lines(size[0], size[1], (row, column) => own[row + down]?.[column + right] ?? 0);
}

/** A kernel of another size: a square one keeps its name. */
export const fitted = (records: Records, kernel: Kernel, size: readonly number[]): Kernel =>
	typeof kernel === "string" && size[0] === size[1] ? kernel : numbersOf(records, kernel, size);

export const turned = (kernel: Numbers): Numbers => [...kernel].reverse().map(line => [...line].reverse());

/** The kernel with nothing but one tap, or with all taps but that. */
export const masked = (kernel: Numbers, tap: number, alone: boolean): Numbers => {
	return kernel.map((line, row) => line.map((one, at) => ((row * line.length + at === tap) === alone ? one : 0)));
};

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
