/* A stack on a shape: what each layer makes of it, up to the first that refuses. By Python's rules. */

import { field, isRefused, judged, mended, type Reckoned, type Refused, SEES } from "../axes";
import type { CalculatorRecords, Numbers, Settings, StackLayer } from "../contract";
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
	return { ...own, batch, channels, sizes: inside };
}

/** A shape in a layer's data format. */
export const shapeIn = (settings: Settings, batch: number, channels: number, sizes: readonly number[]): Shape =>
	isFirst(settings) ? [batch, channels, ...sizes] : [batch, ...sizes, channels];

function rowOf(records: CalculatorRecords, layer: StackLayer, input: Shape, before: Row | undefined): Row | Refused {
	const { rules, itemsizes } = records,
		settings = settingsOn(layer, input),
		reckoned = judged(rules, layer.layer, settings);
	if (isRefused(reckoned)) return reckoned;
	const { whole, directions, layer: own } = reckoned,
		{ channels, places } = own.output,
		sizes = places.map(place => evaluate(place, whole)),
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
		fields: directions.map(({ numbers }, axis) => field(rules, own.transposed, numbers, before?.fields[axis] ?? SEES)),
	};
}

export function run(records: CalculatorRecords, layers: readonly StackLayer[], shape: Shape): Outcome {
	const rows: Row[] = [];
	for (const layer of layers) {
		const last = rows[rows.length - 1],
			input = last?.output ?? shape,
			row = rowOf(records, layer, input, last);
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
	const { batch, channels, sizes, ...own } = settings;
	return own;
}

/** The nearest stacks of which every layer is accepted; where there are none, the nearest that get further. */
export function waysOut(records: CalculatorRecords, layers: readonly StackLayer[], shape: Shape): StackLayer[][] {
	const { rows, refused } = run(records, layers, shape),
		index = rows.length;
	if (!refused) return [[...layers]];
	const near = mended(records.rules, layers[index].layer, refused).slice(0, MOST_WAYS),
		next = near.map(settings => withSettings(layers, index, settings)),
		whole = next.flatMap(one => waysOut(records, one, shape).slice(0, 1)),
		legal = whole.filter(one => !run(records, one, shape).refused);
	return legal.length ? legal : next;
}

/** How a layer differs from another in arguments: new values by name. */
export const changesOf = (before: StackLayer | undefined, after: StackLayer): Settings =>
	Object.fromEntries(
		Object.entries(after.arguments).filter(([name, value]) => keyOf(value) !== keyOf(before?.arguments[name])),
	);
