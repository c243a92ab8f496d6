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

/** A layer as it starts, with those arguments that can be its own; the others' names go to `unread`. */
export function completed(
	records: CalculatorRecords,
	layer: string,
	own: Settings,
	more: Readonly<Record<string, string>>,
	unread: string[],
): StackLayer {
	const { start, more: known } = records.rules.layers[layer];
	const good = Object.entries(own).filter(([name, value]) => fits(records, layer, name, value)),
		noted = Object.entries(more).filter(([name, source]) => name in known && typeof source === "string");
	for (const name of [...Object.keys(own), ...Object.keys(more)])
		if (![...good, ...noted].some(([one]) => one === name)) unread.push(name);
	return {
		layer,
		arguments: { ...argumentsIn(start), ...Object.fromEntries(good) },
		more: Object.fromEntries(noted),
	};
}

const isSize = (size: unknown, least: number): boolean =>
	size === null || (Number.isInteger(size) && (size as number) >= least);

/** Whether a shape holds a batch, and a size or None for each direction, and channels. */
export function isShape(shape: unknown, rank: number): shape is StackState["input_shape"] {
	return Array.isArray(shape) && shape.length === rank + 2 && shape.every((size, axis) => isSize(size, axis ? 1 : 0));
}

export function taken(records: CalculatorRecords, state: Partial<StackState>): StackState {
	const { layers: known } = records.rules,
		unread = [...(state.unread ?? [])],
		told = [state.layers ?? []].flat().filter(one => known[one?.layer] || !unread.push(String(one?.layer))),
		rank = known[told[0]?.layer ?? Object.keys(known)[0]].rank,
		own = told.filter(one => known[one.layer].rank === rank || !unread.push(one.layer)).slice(0, records.most),
		layers = own.map(one => completed(records, one.layer, one.arguments ?? {}, one.more ?? {}, unread));
	if (!layers.length) layers.push(completed(records, Object.keys(known)[0], {}, {}, []));
	const { start } = known[layers[0].layer],
		usual = [null, ...(start.sizes as number[]), start.channels as number];
	const shaped = isShape(state.input_shape, rank) || !state.input_shape || !unread.push("input_shape");
	return {
		input_shape: shaped && state.input_shape ? state.input_shape : usual,
		layers,
		selected: Math.max(-1, Math.min(Number(state.selected ?? 0) || 0, layers.length - 1)),
		language: Object.hasOwn(records.labels, String(state.language))
			? String(state.language)
			: Object.keys(records.labels)[0],
		unread,
	};
}
