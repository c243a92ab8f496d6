/* One number of an output taken apart: what each channel of the input gives to it. */

import { isLined } from "../activations";
import { NONE } from "../axes";
import { spreadOf } from "./kinds";
import { between, type Step } from "./pass";
import { flatOf, type Inner, innerAt, range, size } from "./stack";

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
	/** Of a dense layer, whose terms are cells: where each stands, and what is not shown of them. */
	readonly from?: (row: number, column: number) => Inner;
	readonly rest?: { readonly count: number; readonly sum: number };
}

export function partsOf(step: Step, place: Inner): Part[] {
	const { links, record } = step.layer,
		[first, second] = links;
	if (record.kind === "dense") return [denseOf(step, place)];
	if (record.kind === "window") return [windowOf(step, place)];
	if (!first) return [pointOf(step, place)];
	const [r, c, f] = place;
	if (!second) return first.of[f].map(link => partOf(step, r, c, link, null, null));
	const { data, shape } = step.weights.kernels[1];
	return second.of[f].flatMap(([mid, a, b]) =>
		first.of[mid].map(link => partOf(step, r, c, link, mid, data[a * shape[3] + b])),
	);
}

/** The products that a number is the sum of: of a separable layer those of its pointwise weights. */
export function termsOf(step: Step, place: Inner): [x: number, w: number][] {
	if (step.layer.record.kind === "dense") return denseTerms(step, place);
	const terms = partsOf(step, place).flatMap(({ rows, columns, x, w, weight, sum }): [number, number][] =>
		weight === null
			? rows.flatMap((row, i) => columns.map((column, j): [number, number] => [x(row, column), w(i, j)]))
			: [[sum, weight]],
	);
	const found = affineOf(step, place);
	return found ? [...terms, [found[1], 1]] : terms;
}

/** By what a number of the input is multiplied, and what is added, where a layer only does that. */
function affineOf({ layer, weights, x }: Step, place: Inner): readonly [factor: number, shift: number] | null {
	const { kind, epsilon = 0 } = layer.record;
	if (kind !== "scale" && kind !== "normal") return null;
	const at = flatOf(place, x.shape),
		[factor, shift] = weights.kernels.map(({ data }) => data[at]);
	if (kind === "scale") return [factor, shift];
	const line = layer.lines.find(one => one.includes(at)) ?? [at],
		[mean, spread] = spreadOf(
			line.map(one => x.data[one]),
			epsilon,
		);
	return [factor / spread, shift - (mean * factor) / spread];
}

/** What is added to the products: a bias, a shift. */
export function shiftOf(step: Step, place: Inner): number | null {
	const { bias } = step.weights;
	return bias ? bias[place[2]] : (affineOf(step, place)?.[1] ?? null);
}

type Link = readonly [channel: number, a: number, b: number];

const PLAIN = { a: 0, b: 0, mid: null, weight: null };

/* So many terms of a dense layer's sum are shown, in rows. */
const MOST_TERMS = 36,
	ROW = 6;

/** All terms of a dense layer's sum. */
function denseTerms({ x, weights, layer: { input, output } }: Step, [r, c, unit]: Inner): [x: number, w: number][] {
	const [{ data: kernel }] = weights.kernels,
		first = flatOf([r, c, 0], input);
	return range(input[2]).map(channel => [x.data[first + channel], kernel[channel * output[2] + unit]]);
}

/* The largest terms, or all in their order. */
function denseOf(step: Step, place: Inner): Part {
	const terms = denseTerms(step, place),
		by = (index: number): number => Math.abs(terms[index][0] * terms[index][1]),
		order = range(terms.length);
	if (order.length > MOST_TERMS) order.sort((one, other) => by(other) - by(one));
	const shown = order.slice(0, MOST_TERMS),
		columns = range(Math.min(ROW, shown.length)),
		rows = range(Math.ceil(shown.length / ROW)),
		sumOf = (list: readonly number[]): number =>
			list.reduce((sum, index) => sum + terms[index][0] * terms[index][1], 0);
	const term = (row: number, column: number): readonly [number, number] => terms[shown[row * ROW + column]] ?? [0, 0],
		sum = sumOf(order);
	return {
		...PLAIN,
		...{ channel: 0, rows, columns, sum, share: sum },
		x: (row, column) => term(row, column)[0],
		w: (i, j) => term(i, j)[1],
		from: (row, column) => [place[0], place[1], shown[row * ROW + column] ?? NONE],
		rest: { count: order.length - shown.length, sum: sumOf(order.slice(MOST_TERMS)) },
	};
}

/* A window in one channel: its mean, its largest number, or the number that was moved here. */
function windowOf({ layer: { axes, record }, x, z }: Step, [r, c, channel]: Inner): Part {
	const [rows, columns] = [axes[0].sources[r], axes[1].sources[c]].map(line => (line.length ? line : [NONE])),
		{ shares, largest } = record,
		sum = z.data[flatOf([r, c, channel], z.shape)];
	const valueAt = (row: number, column: number): number =>
		row === NONE || column === NONE ? 0 : x.data[flatOf([row, column, channel], x.shape)];
	const cells = rows.flatMap(row => columns.map(column => valueAt(row, column))),
		best = cells.indexOf(sum);
	const shareOf = (i: number, j: number): number =>
		largest ? Number(i * columns.length + j === best) : shares ? shares[0][r][i] * shares[1][c][j] : 1;
	return { ...PLAIN, ...{ channel, rows, columns, sum, share: sum }, x: valueAt, w: shareOf };
}

/* One number of the input: as it is, or times a factor. */
function pointOf(step: Step, place: Inner): Part {
	const { layer, x, z } = step,
		{ moves } = layer;
	const at = flatOf(place, z.shape),
		[row, column, channel] = innerAt(moves[at] ?? at, x.shape),
		factor = affineOf(step, place)?.[0] ?? 1,
		value = x.data[moves[at] ?? at];
	return {
		...PLAIN,
		...{ channel, rows: [row], columns: [column], sum: value * factor, share: value * factor },
		x: () => value,
		w: () => factor,
	};
}

function partOf(
	{ layer, x, weights }: Step,
	r: number,
	c: number,
	[channel, a, b]: Link,
	mid: number | null,
	weight: number | null,
): Part {
	const [down, across] = layer.axes.map((axis, index) => ordered(axis.sources[[r, c][index]])),
		kernel = weights.kernels[0],
		[, taps, first, last] = kernel.shape;
	const valueAt = (row: number, column: number): number =>
		row === NONE || column === NONE ? 0 : x.data[flatOf([row, column, channel], x.shape)];
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

/** The first and the last row and column of an area. */
export interface Area {
	readonly rows: readonly [number, number];
	readonly columns: readonly [number, number];
}

/** What a number depends on: of an output's layer, back to the input. */
export interface Seen extends Area {
	readonly channels: readonly [number, number];
}

/** Rows, columns and channels. */
type Places = readonly [readonly number[], readonly number[], readonly number[]];

/** What one number sees, layer by layer: of the input, then of the outputs before its own; null where it sees nothing. */
export function seenBy(steps: readonly Step[], layer: number, [r, c, k]: Inner): (Seen | null)[] {
	const found: (Seen | null)[] = [];
	let places: Places = [[r], [c], [k]];
	for (let index = layer; index >= 0; index--) {
		const read = readBy(steps[index], beforeActivation(steps[index], places));
		places = index ? asBefore(read, steps[index - 1], steps[index]) : read;
		const [rows, columns, channels] = places.map(ends);
		found[index] = places.every(line => line.length) ? { rows, columns, channels } : null;
	}
	return found;
}

/** The sums that an activation reads: one that works along a line reads all of it. */
function beforeActivation({ layer: { along }, activation, z, a }: Step, places: Places): Places {
	if (!isLined(activation)) return places;
	const half = a.shape[along],
		line = activation === "glu" ? places[along].flatMap(one => [one, one + half]).sort(upward) : range(z.shape[along]);
	return places.with(along, line) as unknown as Places;
}

/** The numbers of a layer's input that some of its sums read. */
function readBy({ layer, activation, x, z }: Step, places: Places): Places {
	const { axes, record, lines, moves, links } = layer,
		[rows, columns, channels] = places;
	if (moves.length)
		return among(
			numbersOf(places, z.shape).map(at => moves[at]),
			x.shape,
		);
	if (lines.length && (record.kind === "normal" || activation === "softmax")) {
		const asked = new Set(numbersOf(places, x.shape));
		return among(lines.filter(line => line.some(at => asked.has(at))).flat(), x.shape);
	}
	const all = links.length || record.kind === "dense" ? range(x.shape[2]) : channels;
	return record.axes ? [met(axes[0].sources, rows), met(axes[1].sources, columns), all] : [rows, columns, all];
}

/** The same numbers where the layer before has them: it may have another data format. */
function asBefore(seen: Places, before: Step, { layer, x }: Step): Places {
	const { shape } = before.a;
	if (before.layer.isFirst === layer.from.isFirst) return seen;
	const origins = between({ shape, data: Float64Array.from(range(size(shape))) }, before.layer, layer).data;
	return among(
		numbersOf(seen, x.shape).map(at => origins[at]),
		shape,
	);
}

const numbersOf = ([rows, columns, channels]: Places, shape: readonly number[]): number[] =>
	rows.flatMap(r => columns.flatMap(c => channels.map(k => flatOf([r, c, k], shape))));

/** The rows, columns and channels of some numbers. */
function among(numbers: readonly number[], shape: readonly number[]): Places {
	const found = [new Set<number>(), new Set<number>(), new Set<number>()];
	for (const at of numbers) innerAt(at, shape).forEach((one, axis) => found[axis].add(one));
	return found.map(one => [...one].sort(upward)) as unknown as Places;
}

function met(sources: readonly (readonly number[])[], outputs: readonly number[]): number[] {
	const places = new Set(outputs.flatMap(output => sources[output]));
	places.delete(NONE);
	return [...places].sort(upward);
}

const upward = (one: number, other: number): number => one - other;

const ends = (places: readonly number[]): [number, number] => [places[0], places[places.length - 1]];
