/* A state as it can be shown: what is known is taken, the rest is named. */

import type { CalculatorRecords, Setting, Settings, StackLayer, StackState } from "../contract";
import { keyOf } from "../format";
import { isCount, isTexts, taken } from "../taken";
import { argumentsIn, formatOf, rankOf, shapeIn } from "./stack";

/** Whether a value can be an argument's: it is of the kind of the one that a layer starts with. */
export function fits(records: CalculatorRecords, layer: string, name: string, value: Setting | undefined): boolean {
	const { start, options, rank, ranges, arguments: own } = records.rules.layers[layer],
		usual = start[name],
		isCount = (one: unknown): boolean => Number.isInteger(one) && (one as number) >= ranges[name][0];
	if (!own.includes(name) || value === undefined) return false;
	if (options[name]) return typeof value === "string" && (options[name].includes(value) || value.startsWith("#"));
	if (usual === null && value === null) return true;
	if (usual === null || Array.isArray(usual)) {
		const like = (usual ?? Array(rank).fill(0)) as number[];
		return Array.isArray(value) && formOf(value) === formOf(like) && value.flat().every(isCount);
	}
	return typeof usual === "boolean" ? typeof value === "boolean" : isCount(value);
}

/** How long a list is, and each list in it. */
const formOf = (list: readonly unknown[]): string => keyOf(list.map(one => Array.isArray(one) && one.length));

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

/** Whether a shape holds a batch, and a size or None for each direction of the layers, and channels. */
export function isShape(
	records: CalculatorRecords,
	layers: readonly StackLayer[],
	shape: unknown,
): shape is StackState["input_shape"] {
	const rank = rankOf(records, layers),
		[least, most] = rank ? [rank, rank] : [0, 2];
	return (
		Array.isArray(shape) &&
		shape.length >= least + 2 &&
		shape.length <= most + 2 &&
		shape.every((size, axis) => isSize(size, axis ? 1 : 0))
	);
}

/** Whether layers may stand together: all that have directions have as many. */
export const areAlike = ({ rules }: CalculatorRecords, one: string, rank: number): boolean =>
	!rank || !rules.layers[one].rank || rules.layers[one].rank === rank;

/** The layers that are known, all of as many directions; at least one. */
function layersOf(records: CalculatorRecords, told: readonly StackLayer[], unread: string[]): StackLayer[] {
	const { layers: kinds } = records.rules,
		[usual] = Object.keys(kinds),
		nameOf = (one: StackLayer | null): string => String(one?.layer ?? "layers"),
		known = usable(told, one => Object.hasOwn(kinds, nameOf(one)), nameOf, unread),
		rank = rankOf(records, known),
		alike = usable(known, one => areAlike(records, one.layer, rank), nameOf, unread).slice(0, records.most),
		layers = alike.map(one => completed(records, one.layer, Object(one.arguments), Object(one.more), unread));
	return layers.length ? layers : [completed(records, usual, {}, {}, unread)];
}

/** The shape that a stack starts with. */
export function usualShape(records: CalculatorRecords, layers: readonly StackLayer[]): StackState["input_shape"] {
	const rank = rankOf(records, layers),
		[, ...inside] = shapeIn(formatOf(layers), 0, 1, Array(rank).fill(records.usual));
	return [null, ...(rank ? inside : [records.usual ** 2])];
}

export function stackOf(records: CalculatorRecords, told: unknown): StackState {
	const languages = Object.keys(records.labels),
		fits: Record<string, (value: unknown) => boolean> = {
			layers: Array.isArray,
			input_shape: Array.isArray,
			selected: value => value === -1 || isCount(value),
			language: value => languages.includes(value as string),
			unread: isTexts,
		},
		start: StackState = { layers: [], input_shape: [], selected: 0, language: languages[0], unread: [] };
	const [state, left] = taken(told, start, (name, value) => fits[name]?.(value) && { [name]: value }),
		unread = [...state.unread, ...left],
		layers = layersOf(records, state.layers, unread),
		{ length } = state.input_shape,
		isKnown = isShape(records, layers, state.input_shape);
	if (!isKnown && length) unread.push("input_shape");
	return {
		...state,
		input_shape: isKnown ? state.input_shape : usualShape(records, layers),
		layers,
		selected: Math.min(state.selected, layers.length - 1),
		unread,
	};
}
