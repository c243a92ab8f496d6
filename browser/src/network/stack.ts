/* The stack: of each layer which places meet, and the shapes that go in and come out. By Python's rules. */

import { activate } from "../activations";
import { type Found, reckon, wiredUp } from "../axes";
import type { Rules, Settings } from "../contract";
import { zeros } from "../tensor";
import type { LayerRecord } from "./records";

/** The layer of the drawing pad, before all others. */
export const PAD = -1;

/** Rows, columns, channels: as all sums here have them, whatever the data format. */
export type Inner = readonly [rows: number, columns: number, channels: number];

export interface Layer {
	readonly record: LayerRecord;
	readonly found: Found;
	readonly settings: Settings;
	readonly rank: number;
	readonly isFirst: boolean;
	readonly transposed: boolean;
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

/** A shape in a layer's data format as rows, columns and channels; a series has one row. */
export function innerOf(shape: readonly number[], isFirst: boolean): Inner {
	const last = isFirst ? [...shape.slice(1), shape[0]] : [...shape];
	return (last.length === 2 ? [1, ...last] : last) as unknown as Inner;
}

export function shapeOf([rows, columns, channels]: Inner, rank: number, isFirst: boolean): number[] {
	const places = rank === 1 ? [columns] : [rows, columns];
	return isFirst ? [channels, ...places] : [...places, channels];
}

/** Row, column and channel of an index in a layer's data format, and the other way. */
export const placeOf = (index: readonly number[], { rank, isFirst }: Layer): Inner => {
	const last = isFirst ? [...index.slice(1), index[0]] : [...index];
	return (rank === 1 ? [0, ...last] : last) as unknown as Inner;
};
export const indexOf = (place: Inner, { rank, isFirst }: Layer): number[] => shapeOf(place, rank, isFirst);

export function stackOf(rules: Rules, records: readonly LayerRecord[], inputShape: readonly number[]): Layer[] {
	const layers: Layer[] = [];
	let shape = inputShape,
		start = 0;
	for (const record of records) {
		const layer = layerOf(rules, record, shape, start);
		layers.push(layer);
		shape = layer.outputShape;
		start += record.weights.reduce((sum, one) => sum + size(one), 0);
	}
	return layers;
}

export function layerOf(rules: Rules, record: LayerRecord, shape: readonly number[], start = 0): Layer {
	const { rank, transposed } = rules.layers[record.layer],
		isFirst = record.arguments.data_format === "channels_first",
		input = innerOf(shape, isFirst);
	const settings: Settings = { ...record.arguments, sizes: input.slice(2 - rank, 2), channels: input[2] },
		// The stack is legal: Python has asked.
		found = wiredUp(rules, record.layer, reckon(rules, record.layer, settings));
	const sum = [...found.axes.map(axis => axis.out), found.links[found.links.length - 1].of.length],
		along = isFirst ? 1 : 2,
		output = activate(String(settings.activation), zeros(sum), along).shape as unknown as Inner,
		outputShape = shapeOf(output, rank, isFirst);
	return { record, found, settings, rank, isFirst, transposed, input, output, outputShape, along, start };
}
