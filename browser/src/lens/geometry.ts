/* Where the window lies on a picture, by the axes that Python's rules give; and the pictures' scale. */

import type { Axis } from "../axes";
import { extentOf, largestOf, paddingOf } from "./filter";
import type { Session } from "./session";
import type { Place } from "./view";

/* The share of a direction that the window of an output takes, from its first tap to its last. */
function reach(axis: Axis, output: number, size: number): [start: number, length: number] {
	const taps = axis.taps[output],
		first = paddingOf(axis);
	return [(taps[0] - first) / size, (taps[taps.length - 1] - taps[0] + 1) / size];
}

/** The window of an output. */
export function windowPlace({ now, input }: Session, [row, column]: readonly number[]): Place {
	const [top, height] = reach(now.axes[0], row, input.height),
		[left, width] = reach(now.axes[1], column, input.width);
	return [top, left, height, width];
}

export function outputPlace({ outputShape: [height, width] }: Session, [row, column]: readonly number[]): Place {
	return [row / height, column / width, 1 / height, 1 / width];
}

/* The output whose middle tap is nearest to a place of the picture. */
function nearest(axis: Axis, place: number): number {
	const first = paddingOf(axis),
		middle = axis.taps.map(taps => taps[Math.floor((taps.length - 1) / 2)] - first);
	const step = axis.out > 1 ? middle[1] - middle[0] : 1;
	return Math.round((place - middle[0]) / step);
}

/** The output at a place of one of the pictures, in shares of it. */
export function outputAt(session: Session, side: "before" | "after", down: number, right: number): [number, number] {
	const { input, outputShape, now } = session;
	if (side === "after") return [Math.floor(down * outputShape[0]), Math.floor(right * outputShape[1])];
	const [rows, columns] = now.axes;
	return [nearest(rows, Math.floor(down * input.height)), nearest(columns, Math.floor(right * input.width))];
}

/** The number that is white in each picture; zero has the same grey in all. */
export function scaleOf({ input, lowest, extent, target, s }: Session): {
	signed: boolean;
	before: number;
	after: number;
} {
	const aimed = extentOf(target?.planes ?? []);
	// What is nothing but zeros has no largest number.
	const largest = Math.max(largestOf(extent), largestOf(aimed)) || input.white;
	return {
		signed: Math.min(extent.minimum, aimed.minimum, lowest) < 0,
		before: input.white,
		after: s.contrast === "own" ? largest : input.white,
	};
}
