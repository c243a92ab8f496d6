/* What a layer makes of a setting: its axes and links, or a refusal with ways out. By Python's rules. */

import type {
	Change,
	Each,
	LayerRules,
	Numbers,
	Range,
	RefusalRule,
	Rule,
	Rules,
	Setting,
	Settings,
	StageRules,
	WiringRules,
	Word,
} from "./contract";
import { python } from "./format";
import { compiled, evaluate, reckoned } from "./formula";

export const NONE = -1;

/** One direction: what it reckons, and which places meet. */
export interface Axis {
	readonly numbers: Numbers;
	readonly steps: readonly Rule[];
	readonly out: number;
	/** The input in each slot of the line that is slid over, or NONE. */
	readonly places: readonly number[];
	/** [output][tap]: the slot. Of a transposed axis: among zeros and inputs, the kernel turned. */
	readonly taps: readonly (readonly number[])[];
	/** [output][tap]: the input, or NONE. */
	readonly sources: readonly (readonly number[])[];
	/** Of a transposed axis: the output in each slot of the full result, or NONE. */
	readonly stampPlaces?: readonly number[];
	/** Of a transposed axis, [input][tap]: the slot of the full result. */
	readonly stamps?: readonly (readonly number[])[];
}

/** Which channels meet: for each output channel the input channel, and its place in the kernel. */
export interface Links {
	readonly kernel: readonly [number, number];
	readonly slides: boolean;
	readonly of: readonly (readonly (readonly [channel: number, a: number, b: number])[])[];
}

export type Said =
	| string
	| { readonly term: string; readonly with: Readonly<Record<string, Said>> }
	| { readonly axis: number }
	| { readonly list: readonly Said[] };

export interface Found {
	/** Of a layer with one direction, the first is an axis of one row. */
	readonly axes: readonly [Axis, Axis];
	readonly links: readonly Links[];
}

export interface Refused {
	readonly code: string;
	readonly words: Readonly<Record<string, Said>>;
	/** The direction that is refused, or NONE. */
	readonly axis: number;
	/** Whole settings, changed: each may meet a further refusal. */
	readonly choices: readonly Settings[];
}

export const isRefused = (found: Found | Reckoned | Refused): found is Refused => "code" in found;

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What `make` finds, kept by its key: a slider passes the same settings again and again. */
function remember<T>(kept: Map<string, T>, key: string, make: () => T): T {
	let found = kept.get(key);
	if (found === undefined) {
		if (kept.size > 1000) kept.clear();
		found = make();
		kept.set(key, found);
	}
	return found;
}

// ── One direction ──

const count = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

/* The place in each slot, and the slot under each tap of each window (or stamp). */
function wired(rules: WiringRules, numbers: Numbers, windows: number): { places: number[]; taps: number[][] } {
	const [slotOf, placeOf, inside] = [rules.slot, rules.place, rules.inside].map(compiled);
	const now: Record<string, number> = { ...numbers };
	const places = count(evaluate(rules.slots, now), slot => {
		now.slot = slot;
		now.place = placeOf(now);
		return inside(now) ? now.place : NONE;
	});
	const taps = count(windows, window => {
		now.o = now.i = window;
		return count(now.k, tap => {
			now.j = tap;
			return slotOf(now);
		});
	});
	return { places, taps };
}

function slid(rules: WiringRules, steps: readonly Rule[], numbers: Numbers): Axis {
	const { places, taps } = wired(rules, numbers, numbers.out);
	const sources = taps.map(row => row.map(slot => places[slot]));
	return { numbers, steps, out: numbers.out, places, taps, sources };
}

function stamped(rules: Rules, steps: readonly Rule[], numbers: Numbers): Axis {
	const { places, taps } = wired(rules.wiring.stamps, numbers, numbers.n);
	return { ...slid(rules.wiring.gather, steps, numbers), stampPlaces: places, stamps: taps };
}

const axes = new Map<string, Axis>();

function axisOf(rules: Rules, transposed: boolean, { kind, steps, numbers }: Direction): Axis {
	const key = `${kind} ${Object.entries(numbers)}`;
	return remember(axes, key, () =>
		transposed ? stamped(rules, steps, numbers) : slid(rules.wiring.window, steps, numbers),
	);
}

// ── The numbers of a setting ──

export interface Direction {
	/** By which padding it reckons: the steps may differ where the numbers do not. */
	readonly kind: string;
	readonly steps: readonly Rule[];
	readonly numbers: Numbers;
}

function directionOf(rules: Rules, layer: LayerRules, settings: Settings, index: number): Direction {
	const { transposed, letters = rules.letters, before = [], lines } = layer,
		given: Record<string, number> = before.length ? { ...wordsOf(settings) } : {};
	for (const [letter, place] of Object.entries(letters)) {
		const [name, end] = place.split("."),
			value = settings[name];
		// Both ends of a direction stand side by side.
		if (Array.isArray(value)) given[letter] = value.flat()[end ? 2 * index + Number(end) : index];
		else if (typeof value === "number") given[letter] = value;
		else if (value === null) given[`${letter}_none`] = 1;
	}
	const padding = String(settings.padding);
	const kind = lines ?? (transposed ? `${padding} ${given.op_none ? "none" : "given"}` : padding);
	const steps = (transposed ? rules.transposed : rules.convolution)[kind] ?? [],
		numbers = reckoned([...before, ...steps, ...rules.measures], given);
	if (given.n > 0) return { kind, steps, numbers };
	const odd = Number.isNaN(given.n) ? rules.unknown : rules.empty;
	return { kind, steps, numbers: reckoned(odd[kind] ?? [], numbers) };
}

/* A word is a name that is 1. */
const wordsOf = (settings: Settings): Numbers =>
	Object.fromEntries(
		Object.entries(settings)
			.filter(([, value]) => typeof value === "string")
			.map(([name, value]) => [`${name}_${value}`, 1]),
	);

/* The numbers of the layer as a whole. */
function wholeOf(settings: Settings, directions: readonly Numbers[]): Numbers {
	const found: Record<string, number> = {
		batch: 1,
		axes: (settings.sizes as number[]).length + 2,
		...wordsOf(settings),
	};
	for (const [name, value] of Object.entries(settings)) {
		if (typeof value !== "string" && !Array.isArray(value)) found[name] = Number(value);
	}
	for (const name of Object.keys(directions[0] ?? { n: 1 })) {
		const all = directions.map(numbers => numbers[name]);
		found[`most_${name}`] = Math.max(...all);
		found[`product_${name}`] = all.reduce((product, one) => product * one, 1);
		found[`first_${name}`] = all[0];
		found[`last_${name}`] = all[all.length - 1];
	}
	return found;
}

// ── Channels ──

function linksOf(stage: StageRules, numbers: Numbers): Links {
	const now: Record<string, number> = { ...numbers };
	const [channel, a, b] = [stage.channel, stage.a, stage.b].map(compiled);
	const of = count(evaluate(stage.outputs, now), f => {
		now.f = f;
		return count(evaluate(stage.met, now), c => {
			now.c = c;
			return [channel(now), a(now), b(now)] as const;
		});
	});
	return { kernel: [evaluate(stage.kernel[0], now), evaluate(stage.kernel[1], now)], slides: stage.slides, of };
}

const links = new Map<string, readonly Links[]>();
const COUNTS = ["channels", "filters", "groups", "depth_multiplier"];

// ── The verdict ──

function listed({ each, most, few, where }: Each, numbers: Numbers): number[] {
	const holds = compiled(where),
		now: Record<string, number> = { ...numbers };
	const isOne = (number: number): boolean => {
		now[each] = number;
		return Boolean(holds(now));
	};
	const last = evaluate(most, numbers),
		found = count(Math.min(last, few), index => index + 1).filter(isOne);
	for (let number = last; number > few; number--) if (isOne(number)) return [...found, number];
	return found;
}

interface Asked {
	readonly settings: Settings;
	readonly numbers: Numbers;
	readonly axis: number;
	readonly rank: number;
}

function said(word: Word, asked: Asked): Said {
	const { settings, numbers, axis, rank } = asked;
	if ("setting" in word) return python(settings[word.setting]);
	if ("number" in word) return python(known(evaluate(word.number, numbers)));
	if ("tuple" in word) return python(word.tuple.map(one => known(evaluate(one, numbers))));
	if ("shaped" in word) return python((settings.shape as number[]).with(-1, evaluate(word.shaped, numbers)));
	if ("listed" in word) return { list: word.listed.map(one => said(one, asked)) };
	if ("ones" in word) return python(count(rank, () => 1));
	if ("axis" in word) return { axis };
	if ("each" in word) return { list: listed(word, numbers).map(String) };
	return { term: word.term, with: saidAll(word.with, asked) };
}

/** A number, or None while it is unknown. */
export const known = (number: number): number | null => (Number.isNaN(number) ? null : number);

const saidAll = (words: Readonly<Record<string, Word>>, asked: Asked): Record<string, Said> =>
	Object.fromEntries(Object.entries(words).map(([name, word]) => [name, said(word, asked)]));

function changed(
	{ settings, numbers }: Asked,
	{ setting, to, after }: Change,
	directions: readonly Numbers[],
): Settings {
	const before = settings[setting];
	const along = Array.isArray(before) && to !== null;
	const one = (own: Numbers): Setting => (to === null || typeof to === "string" ? to : evaluate(to, own));
	if (after !== undefined) {
		const ends = directions.map(own => [one(own) as number, evaluate(after, own)]);
		return { ...settings, [setting]: ends.length > 1 ? ends : ends[0] };
	}
	return { ...settings, [setting]: along ? (directions.map(one) as number[]) : one(numbers) };
}

function refusal(rule: RefusalRule, asked: Asked, directions: readonly Numbers[]): Refused {
	const { settings, numbers, axis } = asked;
	const open = rule.choices.filter(({ when = 1 }) => evaluate(when, numbers)),
		choices = open.map(change => changed(asked, change, directions));
	if (rule.nearest) {
		const { setting } = rule.nearest,
			now = Number(settings[setting]);
		const near = listed(rule.nearest, numbers).sort((a, b) => Math.abs(a - now) - Math.abs(b - now));
		choices.push(...near.map(number => ({ ...settings, [setting]: number })));
	}
	const different = choices.filter(choice => !same(choice, settings));
	return { code: rule.code, words: saidAll(rule.words, asked), axis, choices: different };
}

/** What a layer makes of a setting, in numbers alone. */
export interface Reckoned {
	readonly layer: LayerRules;
	readonly directions: readonly Direction[];
	readonly whole: Numbers;
	/** Of each direction: its own numbers beside the layer's. */
	readonly numbers: readonly Numbers[];
}

export function reckon(rules: Rules, name: string, settings: Settings): Reckoned {
	const layer = rules.layers[name];
	const directions = count(layer.rank || (settings.sizes as number[]).length, index =>
		directionOf(rules, layer, settings, index),
	);
	const own = directions.map(({ numbers }) => numbers),
		whole = wholeOf(settings, own);
	return { layer, directions, whole, numbers: own.map(numbers => ({ ...whole, ...numbers })) };
}

/** What a layer says to a setting, before any place is looked for. */
export function judged(rules: Rules, name: string, settings: Settings): Reckoned | Refused {
	const found = reckon(rules, name, settings),
		{ layer, whole, numbers } = found;
	for (const rule of layer.refusals.map(number => rules.refusals[number])) {
		const asked = rule.scope === "axis" ? numbers : [whole];
		const index = asked.findIndex(compiled(rule.when));
		if (index === NONE) continue;
		const axis = rule.scope === "axis" ? index : NONE;
		return refusal(rule, { settings, numbers: asked[index], axis, rank: layer.rank }, numbers);
	}
	return found;
}

/** What a layer says to a setting. */
export function verdict(rules: Rules, name: string, settings: Settings): Found | Refused {
	const judgement = judged(rules, name, settings);
	return isRefused(judgement) ? judgement : wiredUp(rules, name, judgement);
}

/** The axes and links of a setting that is legal. */
export function wiredUp(rules: Rules, name: string, { layer, directions, whole }: Reckoned): Found {
	const found = directions.map(direction => axisOf(rules, layer.transposed, direction));
	if (layer.rank === 1) found.unshift(unit(rules));
	const key = [name, ...COUNTS.map(one => whole[one])].join(" ");
	const stages = remember(links, key, () => layer.stages.map(stage => linksOf(stage, whole)));
	return { axes: [found[0], found[1]], links: stages };
}

function unit(rules: Rules): Axis {
	const steps = rules.convolution.valid;
	return axisOf(rules, false, { kind: "valid", steps, numbers: reckoned(steps, { n: 1, k: 1, s: 1, d: 1 }) });
}

/** The nearest legal settings: one of the refusal's choices each, then the next refusal's first. */
export function mended(rules: Rules, name: string, refused: Refused, depth = 4): Settings[] {
	const ways = refused.choices.flatMap(choice => {
		const found = judged(rules, name, choice);
		if (!isRefused(found)) return [choice];
		return depth > 0 ? mended(rules, name, found, depth - 1).slice(0, 1) : [];
	});
	return ways.filter((way, index) => ways.findIndex(other => same(way, other)) === index);
}

// ── What a control and another layer make of settings ──

const clip = (value: number, [least, most]: Range): number => Math.min(Math.max(value, least), most);

const cut = (value: Setting, range: Range): Setting =>
	typeof value === "number" ? clip(value, range) : Array.isArray(value) ? value.map(one => clip(one, range)) : value;

/* The numbers of the last directions; in a new direction, the layer's own. */
export function aligned(value: Setting, own: Setting): Setting {
	if (!Array.isArray(value) || !Array.isArray(own)) return value;
	const kept = value.slice(-own.length);
	return [...own.slice(0, own.length - kept.length), ...kept];
}

/** What another layer makes of settings, and those that it could not keep: as Python's carried_over. */
export function carriedOver(
	rules: Rules,
	name: string,
	before: Settings,
	ranges: Readonly<Record<string, Range>>,
): [settings: Settings, lost: Settings] {
	const { start, options } = rules.layers[name];
	const meant: Record<string, Setting> = {},
		near: Record<string, Setting> = {};
	for (const [setting, own] of Object.entries(start)) {
		const value = aligned(before[setting] === undefined ? own : before[setting], own);
		meant[setting] = value;
		near[setting] = ranges[setting] ? cut(value, ranges[setting]) : value;
		if (options[setting] && !options[setting].includes(String(value))) near[setting] = own;
	}
	const found = judged(rules, name, near);
	const settings = isRefused(found) ? (mended(rules, name, found)[0] ?? start) : near;
	return [settings, Object.fromEntries(Object.entries(meant).filter(([key, value]) => !same(value, settings[key])))];
}

/** The first and the last value of a direction's setting that the rules of an axis do not refuse. */
export function limits(
	rules: Rules,
	name: string,
	settings: Settings,
	setting: string,
	axis: number,
	range: Range,
): Range {
	const values = settings[setting];
	if (!Array.isArray(values) || range[1] - range[0] > FEW) return range;
	return remember(reaches, JSON.stringify([name, settings, setting, axis, range]), () =>
		reachOf(rules, name, settings, setting, values, axis, range),
	);
}

const reaches = new Map<string, Range>();
/** Each value of a range is tried; of one that goes far, none. */
const FEW = 1000;

function reachOf(
	rules: Rules,
	name: string,
	settings: Settings,
	setting: string,
	values: readonly number[],
	axis: number,
	range: Range,
): Range {
	const open = count(range[1] - range[0] + 1, index => range[0] + index).filter(value => {
		const { layer, numbers } = reckon(rules, name, { ...settings, [setting]: values.with(axis, value) });
		const own = layer.refusals.map(number => rules.refusals[number]);
		return !own.some(rule => rule.scope === "axis" && evaluate(rule.when, numbers[axis]));
	});
	return open.includes(values[axis]) ? [open[0], open[open.length - 1]] : range;
}

/** PyTorch's symmetric padding: the pad, the size that it gives, and the axis where it is Keras'. */
export function symmetric(rules: Rules, axis: Axis): { pad: number; out: number; numbers: Numbers; axis: Axis | null } {
	const numbers = reckoned(rules.symmetric, axis.numbers),
		{ q: pad, out } = numbers;
	const steps = [axis.steps[0], ...rules.symmetric];
	const fits = out === axis.out;
	return { pad, out, numbers, axis: fits ? axisOf(rules, false, { kind: "symmetric", steps, numbers }) : null };
}

/** What the layer has of weights, and what it multiplies and adds for one sample. */
export function costs(rules: Rules, name: string, settings: Settings): { parameters: number; products: number } {
	const { layer, whole } = reckon(rules, name, settings);
	return { parameters: evaluate(layer.parameters, whole), products: evaluate(layer.multiply_adds, whole) };
}

/** What the first output of a direction sees: r positions, `jump` apart from the next output's, from `start` on. */
export const SEES: Numbers = { r: 1, jump: 1, start: 0, unit: 1 };

/** What an output of a direction sees behind what came before: all in whole parts of a position, `unit` of them. */
export function field(lines: readonly Rule[], numbers: Numbers, before: Numbers = SEES): Numbers {
	const found = reckoned(lines, { ...numbers, ...before }),
		{ unit } = found;
	const exact = (name: string): number => Math.round(found[name] * unit) / unit;
	// What sees everything has no place where that begins.
	return { r: exact("r"), jump: exact("jump"), start: exact("start") + 0 * found.r, unit };
}
