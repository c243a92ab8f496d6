/* What an explorer can show of what a model holds, also of another version: all that is known. */

import { carriedOver } from "../axes";
import type { Given, LayerRules, Nested, Pool, Range, Records, State, Values } from "../contract";
import { type Kind, PLACES } from "../fills";
import { keyOf } from "../format";
import { isCount, isTexts, taken } from "../taken";

/** What is known before there is a state. */
export interface Known {
	readonly records: Records;
	readonly given: Given;
	/** Of the layer that is shown. */
	readonly layer: LayerRules;
	ranges(layer: string): Readonly<Record<string, Range>>;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

/** What an explorer was asked for; what is not told is as usual. */
export const givenOf = ({ rules }: Records, told: unknown): Given => ({
	...{ layers: Object.keys(rules.layers), ranges: {}, controls: null, goal: null, tour: null, whole: null },
	...Object(told),
});

/** The state, with the layer that is shown by its name. */
export function stateOf(known: Known, layer: string, told: unknown): State {
	const fits = (name: string, value: unknown): boolean =>
		name === "layer"
			? value === layer
			: isSetting(known, name, value) || isNote(known, name, value) || isView(known, name, value);
	const [state, unread] = taken(told, startOf(known, layer), (name, value) => fits(name, value) && { [name]: value });
	const [settings, lost] = carriedOver(known.records.rules, layer, state as never, known.ranges(layer));
	return { ...state, ...settings, unread: [...state.unread, ...unread, ...Object.keys(lost)] };
}

/** A layer as it starts, and all else as well. */
function startOf({ records, layer: { start, rank } }: Known, layer: string): State {
	const views = records.properties.filter(one => one.kind !== "pool" && one.start !== null),
		[language] = Object.keys(records.labels),
		position = Array(rank + 1).fill(0);
	const usual = Object.fromEntries(views.map(one => [one.name, one.start]));
	return { ...start, ...usual, layer, position, language, wish: {}, carried: {}, unread: [] } as never;
}

/** The pools by rank, and the names of those that cannot be any. */
export function valuesOf({ records: { start, fills } }: Known, told: unknown): [Values, string[]] {
	const unread: string[] = [];
	const values = Object.entries(start.values).map(([rank, usual]) => {
		const [pools, left] = taken(Object(told)[rank], usual, (kind, pool) => {
			return isPool(pool, kind, fills[kind as Kind]?.[rank]) && { [kind]: pool };
		});
		unread.push(...left);
		return [rank, pools];
	});
	return [Object.fromEntries(values), unread];
}

/** The layer that has a setting: this one, or the first. */
const ownerOf = ({ records, layer }: Known, name: string): LayerRules | undefined =>
	[layer, ...Object.values(records.rules.layers)].find(({ start }) => name in start);

/** Whether a value is of a setting's kind; that of another layer, which is kept for it, in any directions. */
function isSetting(known: Known, name: string, value: unknown): boolean {
	const { layer } = known,
		owner = ownerOf(known, name),
		usual = owner?.start[name];
	if (usual === undefined) return false;
	if (usual === null && value === null) return true;
	if (usual === null || Array.isArray(usual))
		return isCounts(value) && (owner !== layer || value.length === layer.rank);
	return typeof usual === "number" ? isCount(value) : typeof value === typeof usual;
}

/** Whether a value is what a state has to say beside what it shows. */
function isNote(known: Known, name: string, value: unknown): boolean {
	if (name === "unread") return isTexts(value);
	if (!isMapping(value)) return false;
	const settings = Object.entries(value);
	if (name === "wish") return settings.every(([name, one]) => isSetting(known, name, one));
	// What was carried over may be in the directions of the layer before.
	return name === "carried" && settings.every(([name]) => ownerOf(known, name));
}

const MOST_NUMBERS = 4096;
/** Numbers as deep as a tensor has axes; null is a place without one of its own. */
function isBlock(block: unknown, depth: number): block is Nested {
	if (block === null) return true;
	if (!Array.isArray(block)) return depth === 0 && Number.isFinite(block);
	return depth > 0 && block.length <= MOST_NUMBERS && block.every(part => isBlock(part, depth - 1));
}

/** Whether a value is a pool of a kind whose fills these are. */
function isPool(pool: unknown, kind: string, fills: object = {}): pool is Pool {
	return (
		isMapping(pool) &&
		keyOf(Object.keys(pool).sort()) === keyOf(["block", "fill"]) &&
		Object.hasOwn(fills, String(pool.fill)) &&
		isBlock(pool.block, PLACES[kind as Kind].length)
	);
}

/** Numbers by the index of an output cell. */
const isOwn = (value: unknown, axes: number): boolean =>
	isMapping(value) &&
	Object.entries(value).every(
		([index, number]) => /^\d+(\|\d+)*$/.test(index) && index.split("|").length === axes && Number.isFinite(number),
	);

const VIEWS: Record<string, readonly unknown[]> = {
	view: ["scatter", "zeros"],
	gradient: ["off", "ones", "one", "own"],
	true_convolution: [true, false],
	partial: [true, false],
	pytorch: [true, false],
};

/** Whether a value is legal for what is no setting: a place may lie outside of the output. */
export function isView({ records, layer: { rank }, given }: Known, name: string, value: unknown): boolean {
	const within = ([least, most]: readonly [number, number]): boolean =>
		isCount(value) && value >= least && value <= most;
	if (name in PLACES) return isPool(value, name, records.fills[name as Kind][rank]);
	switch (name) {
		case "language":
			return Object.keys(records.labels).includes(value as string);
		case "preset":
			return value === "" || records.presets.some(({ id }) => id === value);
		case "speed":
			return within(records.speeds);
		case "tour_step":
			return within([0, Math.max(given.tour?.length ?? 0, 1) - 1]);
		case "own":
			return isOwn(value, rank + 1);
		case "position":
			return isCounts(value) && value.length === rank + 1;
	}
	// A setting of another layer has no place here.
	return VIEWS[name]?.includes(value) ?? false;
}
