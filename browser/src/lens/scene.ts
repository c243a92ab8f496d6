/* What lies under the kernel besides a picture that was given, and what is found in its output.
   Patterns and grain are made by the same sums as in Python. `widgets.lens_scene` */

import type { Axis } from "../axes";
import { grain } from "../grain";
import { type Axes, extentOf } from "./filter";
import type { Pixels } from "./pixels";

export type Place = readonly [row: number, column: number];

/** A cosine from -1 to 1, turned by degrees. */
export function stripes(period: number, angle: number, pixels: Pixels): Pixels {
	const { height, width } = pixels,
		turn = (angle * Math.PI) / 180,
		[across, along] = [Math.cos(turn), Math.sin(turn)];
	const plane = Float32Array.from({ length: height * width }, (_, i) =>
		Math.cos((2 * Math.PI * ((i % width) * across + Math.floor(i / width) * along)) / period),
	);
	return { ...pixels, planes: [plane] };
}

/** With grain added, its standard deviation in percent of white. */
export function noisy(pixels: Pixels, percent: number): Pixels {
	const { planes, white } = pixels,
		share = (white * percent) / 100;
	const add = (plane: Float32Array, k: number): Float32Array =>
		plane.map((value, i) => value + share * grain(i * planes.length + k + 1));
	return { ...pixels, planes: planes.map(add) };
}

/** What leaves a picture at one side comes in at the other. */
export function moved(pixels: Pixels, [down, right]: Place): Pixels {
	const { height, width, planes } = pixels;
	const along = right % width;
	const roll = (plane: Float32Array): Float32Array => {
		const found = new Float32Array(plane.length);
		for (let row = 0; row < height; row++) {
			const line = plane.subarray(row * width, (row + 1) * width),
				to = ((row + down) % height) * width;
			found.set(line.subarray(width - along), to);
			found.set(line.subarray(0, width - along), to + along);
		}
		return found;
	};
	return { ...pixels, planes: planes.map(roll) };
}

export function difference(one: Pixels, other: Pixels): Pixels {
	const planes = one.planes.map((plane, k) => plane.map((value, i) => value - other.planes[k][i]));
	return { ...one, planes };
}

/** The outputs that meet neither padding nor what a move of the picture has brought in. */
const comparable = ({ sources }: Axis, move: number): number[] =>
	[...sources.keys()].filter(output => sources[output].every(place => place >= move));

/** The largest of a difference's numbers at comparable places; null where there are none. */
export function largestDifference({ planes, width }: Pixels, axes: Axes, move: Place): number | null {
	const [rows, columns] = axes.map((axis, k) => comparable(axis, move[k]));
	if (!rows.length || !columns.length) return null;
	let largest = 0;
	for (const plane of planes)
		for (const row of rows)
			for (const column of columns) largest = Math.max(largest, Math.abs(plane[row * width + column]));
	return largest;
}

/** The places of the largest outputs, apart by half a kernel or more. */
export function strongest({ planes, width }: Pixels, [rows, columns]: Axes, count: number): Place[] {
	const [first, ...more] = planes,
		left = more.reduce((most, plane) => most.map((value, i) => Math.max(value, plane[i])), first.slice()),
		places: Place[] = [];
	while (places.length < count) {
		const best = left.reduce((at, value, i) => (value > left[at] ? i : at), 0);
		if (left[best] === -Number.POSITIVE_INFINITY) break;
		const [row, column] = [Math.floor(best / width), best % width];
		places.push([row, column]);
		for (const r of around(rows, row))
			for (const c of around(columns, column)) left[r * width + c] = -Number.POSITIVE_INFINITY;
	}
	return places;
}

/* The outputs whose windows hold the middle of this one's window. */
function around({ taps }: Axis, output: number): number[] {
	const ends = (slots: readonly number[]) => [slots[0], slots[slots.length - 1]],
		[first, last] = ends(taps[output]),
		middle = Math.floor((first + last) / 2);
	return [...taps.keys()].filter(other => {
		const [start, stop] = ends(taps[other]);
		return start <= middle && middle <= stop;
	});
}

/* The standard deviation. */
function spread(planes: readonly Float32Array[]): number {
	const { mean } = extentOf(planes);
	return Math.sqrt(extentOf(planes.map(plane => plane.map(value => (value - mean) ** 2))).mean);
}

/** How many times as much the output varies as the picture. */
export const gainOf = (before: Pixels, after: Pixels): number => spread(after.planes) / spread(before.planes);
