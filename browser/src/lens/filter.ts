/* One kernel over a plane of numbers. Sizes and places are those of the axes, by Python's rules. */

import { type Axis, NONE } from "../axes";
import type { Numbers } from "./records";

export type Axes = readonly [Axis, Axis];

/** How many slots of padding are before the first place. */
export const paddingOf = ({ places }: Axis): number => places.findIndex(place => place !== NONE);

/** The plane that is slid over: zeros where the padding is. */
export function padded(plane: Float32Array, width: number, [rows, columns]: Axes): Float32Array {
	const line = columns.places.length,
		found = new Float32Array(rows.places.length * line);
	rows.places.forEach((row, slot) => {
		if (row !== NONE) found.set(plane.subarray(row * width, (row + 1) * width), slot * line + paddingOf(columns));
	});
	return found;
}

type Tap = readonly [weight: number, row: number, column: number];

/* So many products are added to a sum at once: fewer passes over the sums. */
const TOGETHER = 3;

/** Add a kernel's products to the sums at every place. */
export function filter(from: Float32Array, axes: Axes, kernel: Numbers, sums: Float32Array): Float32Array {
	const [rows, columns] = axes,
		width = columns.places.length,
		taps = tapsOf(kernel);
	const starts = columns.taps[0],
		step = columns.out > 1 ? columns.taps[1][0] - starts[0] : 1;
	for (let r = 0; r < rows.out; r++) {
		const line = sums.subarray(r * columns.out, (r + 1) * columns.out);
		const begin = ([, row, column]: Tap): number => rows.taps[r][row] * width + starts[column];
		for (let t = 0; t < taps.length; t += TOGETHER) {
			const [a, b, c] = taps.slice(t, t + TOGETHER);
			add(line, from, step, a[0], begin(a), b[0], begin(b), c[0], begin(c));
		}
	}
	return sums;
}

/** The taps that are not zero, and as many more as make the last group whole. */
function tapsOf(kernel: Numbers): Tap[] {
	const taps = kernel
		.flatMap((line, row) => line.map((weight, column): Tap => [weight, row, column]))
		.filter(([weight]) => weight);
	while (taps.length % TOGETHER) taps.push([0, 0, 0]);
	return taps;
}

function add(
	line: Float32Array,
	from: Float32Array,
	step: number,
	u: number,
	i: number,
	v: number,
	j: number,
	w: number,
	k: number,
): void {
	for (let c = 0; c < line.length; c++) {
		line[c] += u * from[i] + v * from[j] + w * from[k];
		i += step;
		j += step;
		k += step;
	}
}

export interface Extent {
	readonly mean: number;
	readonly minimum: number;
	readonly maximum: number;
}

export function extentOf(planes: readonly Float32Array[]): Extent {
	let sum = 0,
		count = 0,
		minimum = Number.POSITIVE_INFINITY,
		maximum = -Number.POSITIVE_INFINITY;
	for (const plane of planes) {
		for (let i = 0; i < plane.length; i++) {
			const value = plane[i];
			sum += value;
			if (value < minimum) minimum = value;
			if (value > maximum) maximum = value;
		}
		count += plane.length;
	}
	return { mean: sum / count, minimum, maximum };
}

/** The largest number, whatever its sign. */
export const largestOf = ({ minimum, maximum }: Extent): number => Math.max(-minimum, maximum);
