/* A state as it can be shown: what is known is taken, the rest is named. */

import type { CalculatorRecords, Setting, Settings, StackLayer, StackState } from "../contract";
import { argumentsIn } from "./stack";

/** Whether a value can be an argument's: it is of the kind of the one that a layer starts with. */
export function fits(records: CalculatorRecords, layer: string, name: string, value: Setting | undefined): boolean {
	const { start, options, rank, ranges, arguments: own } = records.rules.layers[layer],
		usual = start[name],
		isCount = (one: unknown): boolean => Number.isInteger(one) && (one as number) >= ranges[name][0];
	if (!own.includes(name) || value === undefined) return false;
	if (options[name]) return typeof value === "string" && (options[name].includes(value) || value.startsWith("#"));
	if (usual === null && value === null) return true;
	if (usual === null || Array.isArray(usual))
		return Array.isArray(value) && value.length === rank && value.every(isCount);
	return typeof usual === "boolean" ? typeof value === "boolean" : isCount(value);
}

/** Those that can be used; the names of the others go to `unread`. */
function usable<T>(all: readonly T[], fit: (one: T) => boolean, name: (one: T) => unknown, unread: string[]): T[] {
	unread.push(...all.filter(one => !fit(one)).map(one => String(name(one))));
	return all.filter(fit);
}

/** A layer as it starts, with those arguments that can be its own; the others' names go to `unread`. */
export function completed(
	records: CalculatorRecords,
	layer: string,
	own: Settings,
	more: Readonly<Record<string, string>>,
	unread: string[],
): StackLayer {
	const { start, more: known } = records.rules.layers[layer],
		isNote = ([name, source]: readonly [string, unknown]): boolean => name in known && typeof source === "string",
		shaping = usable(Object.entries(own), ([name, value]) => fits(records, layer, name, value), first, unread),
		noted = usable(Object.entries(more), isNote, first, unread);
	return {
		layer,
		arguments: { ...argumentsIn(start), ...Object.fromEntries(shaping) },
		more: Object.fromEntries(noted),
	};
}

const first = ([name]: readonly [string, unknown]): string => name;

const isSize = (size: unknown, least: number): boolean =>
	size === null || (Number.isInteger(size) && (size as number) >= least);

/** Whether a shape holds a batch, and a size or None for each direction, and channels. */
export function isShape(shape: unknown, rank: number): shape is StackState["input_shape"] {
	return Array.isArray(shape) && shape.length === rank + 2 && shape.every((size, axis) => isSize(size, axis ? 1 : 0));
}

/** The layers that are known, all of as many directions; at least one. */
function layersOf(records: CalculatorRecords, told: StackState["layers"], unread: string[]): StackLayer[] {
	const { layers: kinds } = records.rules,
		[usual] = Object.keys(kinds),
		known = usable(
			told,
			one => Object.hasOwn(kinds, one.layer),
			one => one.layer,
			unread,
		),
		rank = kinds[known[0]?.layer ?? usual].rank,
		alike = usable(
			known,
			one => kinds[one.layer].rank === rank,
			one => one.layer,
			unread,
		).slice(0, records.most),
		layers = alike.map(one => completed(records, one.layer, one.arguments ?? {}, one.more ?? {}, unread));
	return layers.length ? layers : [completed(records, usual, {}, {}, unread)];
}

/** The shape that a stack starts with. */
export function usualShape(
	{ rules }: CalculatorRecords,
	{ layer, arguments: own }: StackLayer,
): StackState["input_shape"] {
	const { sizes, channels } = rules.layers[layer].start as { sizes: number[]; channels: number };
	return own.data_format === "channels_first" ? [null, channels, ...sizes] : [null, ...sizes, channels];
}

export function taken(records: CalculatorRecords, state: Partial<StackState>): StackState {
	const unread = [...(state.unread ?? [])],
		layers = layersOf(records, state.layers ?? [], unread),
		told = [state.input_shape ?? usualShape(records, layers[0])],
		[shape] = usable(
			told,
			one => isShape(one, records.rules.layers[layers[0].layer].rank),
			() => "input_shape",
			unread,
		),
		languages = Object.keys(records.labels),
		{ selected = 0, language = "" } = state;
	return {
		input_shape: shape ?? usualShape(records, layers[0]),
		layers,
		selected: Math.max(-1, Math.min(selected, layers.length - 1)),
		language: languages.includes(language) ? language : languages[0],
		unread,
	};
}
