/* One number of an output taken apart: what each channel of the input gives to it. */

import { isLined } from "../activations";
import { NONE } from "../axes";
import type { Step } from "./pass";
import type { Inner } from "./stack";

/** What one channel gives: its window under its kernel; of a separable layer times a pointwise weight. */
export interface Part {
	readonly channel: number;
	/** The rows and columns under the taps, NONE where there is nothing; both in the order of the input. */
	readonly rows: readonly number[];
	readonly columns: readonly number[];
	/** By line of the window. */
	x(row: number, column: number): number;
	/** By row and column of the window. */
	w(i: number, j: number): number;
	/** Where its weights stand along the kernel's last two axes. */
	readonly a: number;
	readonly b: number;
	readonly sum: number;
	/** Of a separable layer, the channel between and its weight. */
	readonly mid: number | null;
	readonly weight: number | null;
	/** What is added to the output's sum. */
	readonly share: number;
}

export function partsOf(step: Step, [r, c, f]: Inner): Part[] {
	const { links } = step.layer.found,
		[first, second] = links;
	if (!second) return first.of[f].map(link => partOf(step, r, c, link, null, null));
	const { data, shape } = step.weights.kernels[1];
	return second.of[f].flatMap(([mid, a, b]) =>
		first.of[mid].map(link => partOf(step, r, c, link, mid, data[a * shape[3] + b])),
	);
}

type Link = readonly [channel: number, a: number, b: number];

function partOf(
	{ layer, x, weights }: Step,
	r: number,
	c: number,
	[channel, a, b]: Link,
	mid: number | null,
	weight: number | null,
): Part {
	const [down, across] = layer.found.axes.map((axis, index) => ordered(axis.sources[[r, c][index]])),
		kernel = weights.kernels[0],
		[, width, channels] = x.shape,
		[, taps, first, last] = kernel.shape;
	const valueAt = (row: number, column: number): number =>
		row === NONE || column === NONE ? 0 : x.data[(row * width + column) * channels + channel];
	const weightAt = (i: number, j: number): number =>
		kernel.data[((down.taps[i] * taps + across.taps[j]) * first + a) * last + b];
	let sum = 0;
	down.places.forEach((row, i) =>
		across.places.forEach((column, j) => {
			sum += valueAt(row, column) * weightAt(i, j);
		}),
	);
	return {
		...{ channel, a, b, mid, weight, sum },
		rows: down.places,
		columns: across.places,
		x: valueAt,
		w: weightAt,
		share: weight === null ? sum : sum * weight,
	};
}

/* A transposed layer's taps run against its input: the window is shown as the input lies. */
function ordered(sources: readonly number[]): { places: readonly number[]; taps: readonly number[] } {
	const met = sources.filter(place => place !== NONE),
		turned = met.length > 1 && met[0] > met[met.length - 1],
		order = [...sources.keys()];
	if (turned) order.reverse();
	return { places: order.map(tap => sources[tap]), taps: order };
}

/** The first and the last row and column that a number depends on: of an output's layer, back to the input. */
export interface Seen {
	readonly rows: readonly [number, number];
	readonly columns: readonly [number, number];
}

/** What one number sees, layer by layer: of the input of each layer up to its own; null where it sees nothing. */
export function seenBy(steps: readonly Step[], layer: number, [r, c]: Inner): (Seen | null)[] {
	const found: (Seen | null)[] = [];
	let places: Places = [[r], [c]];
	for (let index = layer; index >= 0; index--) {
		const { axes } = steps[index].layer.found,
			[rows, columns] = beforeActivation(steps[index], places);
		const seen: Places = [met(axes[0].sources, rows), met(axes[1].sources, columns)];
		found[index] = seen.every(line => line.length) ? { rows: ends(seen[0]), columns: ends(seen[1]) } : null;
		places = index ? asBefore(seen, steps[index - 1], steps[index]) : seen;
	}
	return found;
}

type Places = readonly [rows: readonly number[], columns: readonly number[]];

const all = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** The sums that an activation reads: one that works along a line of places reads all of it. */
function beforeActivation({ layer, activation, z, a }: Step, [rows, columns]: Places): Places {
	if (layer.along !== 1 || !isLined(activation)) return [rows, columns];
	const half = a.shape[1];
	return [rows, activation === "glu" ? [...columns, ...columns.map(one => one + half)] : all(z.shape[1])];
}

/** The same numbers where the layer before has them: it may have another data format. */
function asBefore([rows, columns]: Places, { layer, a }: Step, after: Step): Places {
	if (layer.isFirst === after.layer.isFirst) return [rows, columns];
	return layer.isFirst ? [columns, all(a.shape[1])] : [all(a.shape[0]), rows];
}

function met(sources: readonly (readonly number[])[], outputs: readonly number[]): number[] {
	const places = new Set(outputs.flatMap(output => sources[output]));
	places.delete(NONE);
	return [...places].sort((one, other) => one - other);
}

const ends = (places: readonly number[]): [number, number] => [places[0], places[places.length - 1]];
