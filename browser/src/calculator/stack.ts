/* A stack on a shape: what each layer makes of it, up to the first that refuses. By Python's rules. */

import { field, isRefused, judged, mended, type Reckoned, type Refused, SEES } from "../axes";
import type { CalculatedLayer, CalculatorRecords, Numbers, Settings, StackLayer } from "../contract";
import { keyOf } from "../format";
import { type Count, counted, evaluate } from "../formula";

/** The batch, then sizes and channels in a data format; NaN is unknown. */
export type Shape = readonly number[];

/** What a layer that is accepted makes of what comes in. */
export interface Row {
	readonly settings: Settings;
	readonly reckoned: Reckoned;
	readonly input: Shape;
	readonly output: Shape;
	readonly costs: Readonly<Record<string, Count>>;
	/** By direction: what one output sees of the stack's input. */
	readonly fields: readonly Numbers[];
}

export interface Outcome {
	/** The layers that are accepted. */
	readonly rows: readonly Row[];
	/** What the next one is set to, and why it is refused. */
	readonly refused: Refused | null;
	/** What it is set to. */
	readonly settings: Settings | null;
}

const isFirst = ({ data_format }: Settings): boolean => data_format === "channels_first";

/** A layer's arguments with the shape that comes in. */
export function settingsOn({ arguments: own }: StackLayer, shape: Shape): Settings {
	const [batch, ...inside] = shape,
		channels = (isFirst(own) ? inside.shift() : inside.pop()) as number;
	return { ...own, batch, channels, sizes: inside, shape };
}

/** The data format of a stack: that of the first layer that has one. */
export const formatOf = (layers: readonly StackLayer[]): Settings => {
	const found = layers.find(({ arguments: own }) => "data_format" in own);
	return { data_format: found?.arguments.data_format ?? "channels_last" };
};

/** How many directions the layers have; nothing where they take any number. */
export const rankOf = ({ rules }: CalculatorRecords, layers: readonly Pick<StackLayer, "layer">[]): number =>
	layers.map(({ layer }) => rules.layers[layer].rank).find(Boolean) ?? 0;

/** A shape in a layer's data format. */
export const shapeIn = (settings: Settings, batch: number, channels: number, sizes: readonly number[]): Shape =>
	isFirst(settings) ? [batch, channels, ...sizes] : [batch, ...sizes, channels];

function rowOf(records: CalculatorRecords, layer: StackLayer, input: Shape, fields: Seen): Row | Refused {
	const { rules, itemsizes } = records,
		settings = settingsOn(layer, input),
		reckoned = judged(rules, layer.layer, settings);
	if (isRefused(reckoned)) return reckoned;
	const { whole, layer: own } = reckoned,
		{ channels, places, flat = 0 } = own.output,
		kept = places?.map(place => evaluate(place, whole)) ?? (settings.sizes as number[]),
		sizes = evaluate(flat, whole) ? [] : kept,
		dtype = layer.more.dtype ?? rules.layers[layer.layer].more.dtype[0],
		lines = [
			["parameters", own.parameters],
			["multiply_adds", own.multiply_adds],
			...own.costs,
			...rules.costs,
		] as const;
	return {
		settings,
		reckoned,
		input,
		output: shapeIn(settings, input[0], evaluate(channels, whole), sizes),
		costs: counted(lines, { ...whole, itemsize: itemsizes[dtype] }),
		fields: fields(reckoned, rules.layers[layer.layer], settings),
	};
}

/** What is seen behind a layer, from what was seen before it. */
type Seen = (reckoned: Reckoned, layer: CalculatedLayer, settings: Settings) => readonly Numbers[];

/** The numbers that a layer's rules of what is seen reckon with, by direction; nothing where it stays. */
export function seenBy(
	{ directions }: Reckoned,
	{ field: kind }: CalculatedLayer,
	{ shape }: Settings,
	first: boolean,
	count: number,
): (Numbers | null)[] {
	const sizes = (shape as number[]).slice(first ? 2 : 1, first ? undefined : -1);
	return Array.from({ length: count }, (_, axis) => {
		if (kind === "whole") return { n: sizes.length === count ? sizes[axis] : Number.NaN };
		if (kind === "mixed") return first && axis === sizes.length - 1 ? { n: Number.NaN } : null;
		return kind === "kept" ? null : directions[axis].numbers;
	});
}

/** Where all outputs see the same already, no layer changes that. */
const seenAfter =
	({ rules }: CalculatorRecords, before: readonly Numbers[], first: boolean): Seen =>
	(reckoned, layer, settings) => {
		if (before.every(({ jump }) => !jump)) return before;
		const own = seenBy(reckoned, layer, settings, first, before.length);
		return before.map((one, axis) => {
			const numbers = one.jump && own[axis];
			return numbers ? field(rules.field[ruleOf(layer)], numbers, one) : one;
		});
	};

/** By which rules a layer changes what is seen: what is mixed is seen whole. */
export const ruleOf = ({ field: kind }: CalculatedLayer): "convolution" | "transposed" | "whole" =>
	kind === "convolution" || kind === "transposed" ? kind : "whole";

export function run(records: CalculatorRecords, layers: readonly StackLayer[], shape: Shape): Outcome {
	const rows: Row[] = [],
		first = isFirst(formatOf(layers));
	for (const layer of layers) {
		const last = rows[rows.length - 1],
			input = last?.output ?? shape,
			before = last?.fields ?? shape.slice(2).map(() => SEES),
			row = rowOf(records, layer, input, seenAfter(records, before, first));
		if (isRefused(row as Refused)) return { rows, refused: row as Refused, settings: settingsOn(layer, input) };
		rows.push(row as Row);
	}
	return { rows, refused: null, settings: null };
}

const MOST_WAYS = 6;

/** The stack with settings of one layer. */
export const withSettings = (layers: readonly StackLayer[], index: number, settings: Settings): StackLayer[] =>
	layers.with(index, { ...layers[index], arguments: argumentsIn(settings) });

export function argumentsIn(settings: Settings): Settings {
	const { batch, channels, sizes, shape, ...own } = settings;
	return own;
}

/** A way out of a refusal: another stack, on a shape; of the layers that stood, which are left out. */
export interface Way {
	readonly layers: readonly StackLayer[];
	readonly shape: Shape;
	readonly dropped: readonly number[];
}

/** The nearest stacks of which every layer is accepted: other settings, else another form. */
export function waysOut(records: CalculatorRecords, way: Way): Way[] {
	const near = answered(records, way),
		all = (near.length ? near : reformed(records, way)).map(one => leading(records, one));
	// As many layers as can stay.
	return all.filter(({ layers }) => layers.length).sort((a, b) => a.dropped.length - b.dropped.length);
}

/** The stack with each of the nearest settings that its first refused layer accepts. */
function answered(records: CalculatorRecords, way: Way): Way[] {
	const { layers, shape } = way,
		{ rows, refused } = run(records, layers, shape),
		index = rows.length;
	if (!refused) return [];
	const near = mended(records.rules, layers[index].layer, refused).slice(0, MOST_WAYS);
	return near.map(settings => ({ ...way, layers: withSettings(layers, index, settings) }));
}

/** Where no setting helps: without the refused layer, or one that took the directions; or with sizes that are known. */
function reformed(records: CalculatorRecords, way: Way): Way[] {
	const { layers, shape } = way,
		{ rows } = run(records, layers, shape),
		flat = rows.flatMap(({ input, output }, index) => (output.length < input.length ? [index] : [])),
		sizes = shape.map((size, axis) => (axis && Number.isNaN(size) ? records.usual : size));
	const isOpen = shape.slice(1).some(Number.isNaN);
	return [...(isOpen ? [{ ...way, shape: sizes }] : []), ...[rows.length, ...flat].map(index => without(way, index))];
}

const without = ({ layers, shape, dropped }: Way, index: number): Way => {
	const stood = dropped.reduce((at, one) => at + Number(one <= at), index);
	return { layers: layers.toSpliced(index, 1), shape, dropped: [...dropped, stood].sort((a, b) => a - b) };
};

/** Each refusal on the way answered by the nearest setting; a layer that has none is left out. */
function leading(records: CalculatorRecords, way: Way): Way {
	const { rows, refused } = run(records, way.layers, way.shape);
	if (!refused) return way;
	return leading(records, answered(records, way)[0] ?? without(way, rows.length));
}

/** How a layer differs from another in arguments: new values by name. */
export const changesOf = (before: StackLayer | undefined, after: StackLayer): Settings =>
	Object.fromEntries(
		Object.entries(after.arguments).filter(([name, value]) => keyOf(value) !== keyOf(before?.arguments[name])),
	);
