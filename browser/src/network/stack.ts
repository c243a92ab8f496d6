/* The stack: of each layer which numbers meet, and the shapes that go in and come out. All as Python tells it. */

import type { Links } from "../axes";
import type { Along } from "../sums";
import type { Tensor } from "../tensor";
import type { LayerRecord } from "./records";

/** The layer of the drawing pad, before all others. */
export const PAD = -1;

/** Rows, columns, channels: as all sums here have them, whatever the data format. */
export type Inner = readonly [rows: number, columns: number, channels: number];

/** How a sample lies: its directions, and whether its channels come first. */
export interface Format {
	readonly rank: number;
	readonly isFirst: boolean;
}

/** A layer; its own format is that of its output. */
export interface Layer extends Format {
	readonly record: LayerRecord;
	/** What it reads. */
	readonly from: Format;
	readonly axes: readonly [Along, Along];
	readonly links: readonly Links[];
	/** The places of each line of numbers that are taken together. */
	readonly lines: readonly (readonly number[])[];
	/** The place of the input that each output is, where a layer only moves numbers. */
	readonly moves: readonly number[];
	readonly input: Inner;
	readonly output: Inner;
	/** In the layer's data format. */
	readonly outputShape: readonly number[];
	/** The axis of a sum [rows, columns, channels] that is last in the data format: softmax works along it. */
	readonly along: number;
	/** How many of all weights come before its own. */
	readonly start: number;
}

export const size = (shape: readonly number[]): number => shape.reduce((product, one) => product * one, 1);

export const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** A shape in a data format as rows, columns and channels; a series has one row, a line of numbers one place. */
export function innerOf(shape: readonly number[], isFirst: boolean): Inner {
	const last = isFirst ? [...shape.slice(1), shape[0]] : [...shape];
	return [1, 1, ...last].slice(-3) as unknown as Inner;
}

export function shapeOf([rows, columns, channels]: Inner, { rank, isFirst }: Format): number[] {
	const places = [rows, columns].slice(2 - rank);
	return isFirst ? [channels, ...places] : [...places, channels];
}

/** Row, column and channel of an index in a layer's data format, and the other way. */
export const placeOf = (index: readonly number[], { isFirst }: Format): Inner => {
	const last = isFirst ? [...index.slice(1), index[0]] : [...index];
	return [0, 0, ...last].slice(-3) as unknown as Inner;
};
export const indexOf = shapeOf;

/** The place in one line of numbers, and the other way. */
export const flatOf = ([r, c, k]: Inner, [, columns, channels]: readonly number[]): number =>
	(r * columns + c) * channels + k;
export const innerAt = (index: number, [, columns, channels]: readonly number[]): Inner => [
	Math.floor(index / channels / columns),
	Math.floor(index / channels) % columns,
	index % channels,
];

/** How a line of numbers is shown: as a column, or as a block. */
export function blockOf(count: number): Inner {
	const columns = count > 16 ? Math.ceil(Math.sqrt(count)) : 1;
	return [Math.ceil(count / columns), columns, 1];
}

/** The numbers in the order of a data format. */
export function toFormat({ shape, data }: Tensor, format: Format): Tensor {
	const outer = shapeOf(shape as unknown as Inner, format);
	if (!format.isFirst) return { shape: outer, data };
	const [rows, columns, channels] = shape,
		places = rows * columns;
	return {
		shape: outer,
		data: data.map((_, index) => data[(index % places) * channels + Math.floor(index / places)]),
	};
}

/** The other way: rows, columns and channels. */
export function fromFormat(data: Float64Array, shape: Inner, { isFirst }: Pick<Format, "isFirst">): Tensor {
	if (!isFirst) return { shape, data };
	const [rows, columns, channels] = shape,
		places = rows * columns;
	return { shape, data: data.map((_, index) => data[(index % channels) * places + Math.floor(index / channels)]) };
}

/** The places of a tensor by the order of its data format. */
const placesIn = (shape: Inner, format: Format): Float64Array =>
	toFormat({ shape, data: Float64Array.from(range(size(shape))) }, format).data;

export function stackOf(records: readonly LayerRecord[]): Layer[] {
	let start = 0;
	return records.map(record => {
		const layer = layerOf(record, start);
		start += record.weights.reduce((sum, one) => sum + size(one), 0);
		return layer;
	});
}

export function layerOf(record: LayerRecord, start = 0): Layer {
	const [reads, isFirst] = record.first,
		{ input_shape, output_shape: outputShape, axes = [[], []] } = record;
	const from = { rank: input_shape.length - 1, isFirst: reads },
		format = { rank: outputShape.length - 1, isFirst },
		[input, output] = [innerOf(input_shape, reads), innerOf(outputShape, isFirst)];
	return {
		...format,
		...{ record, from, input, output, outputShape, start },
		axes: axes.map(sources => ({ sources, out: sources.length })) as unknown as Layer["axes"],
		links: linksOf(record),
		lines: record.along ? linesOf(placesIn(input, from), input_shape, record.along) : [],
		moves: record.kind === "move" ? movesOf(record.order, placesIn(input, from), placesIn(output, format)) : [],
		along: isFirst ? 1 : 2,
	};
}

/* A weight's place is told as a whole. */
function linksOf({ stages = [], weights }: LayerRecord): Links[] {
	return stages.map(({ slides, links }, stage) => ({
		kernel: [size(weights[stage].slice(-2)), 1],
		slides,
		of: links.map(([channel, count, place, step]) =>
			range(count).map(index => [channel + index, place + index * step, 0] as const),
		),
	}));
}

function linesOf(places: Float64Array, shape: readonly number[], along: readonly number[]): number[][] {
	const lines = new Map<number, number[]>();
	places.forEach((place, index) => {
		let key = 0,
			rest = index;
		for (let axis = shape.length - 1, step = 1; axis >= 0; step *= shape[axis--]) {
			if (!along.includes(axis)) key += (rest % shape[axis]) * step;
			rest = Math.floor(rest / shape[axis]);
		}
		const line = lines.get(key);
		if (line) line.push(place);
		else lines.set(key, [place]);
	});
	return [...lines.values()];
}

function movesOf(order: LayerRecord["order"], inputs: Float64Array, outputs: Float64Array): number[] {
	const moves: number[] = [];
	outputs.forEach((place, index) => {
		moves[place] = inputs[order ? order[index] : index];
	});
	return moves;
}
