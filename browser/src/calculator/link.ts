/* The stack as the hash of an address, and back: as Python's `widgets.stack_links`. */

import type { CalculatorRecords, Setting, StackLayer, StackState } from "../contract";
import { keyOf } from "../format";
import { completed, fits, isShape } from "./taken";

function written(value: unknown): string {
	if (Array.isArray(value)) return value.map(written).join(",");
	return value === null ? "none" : String(value);
}

export function hashOf({ rules }: CalculatorRecords, { input_shape, layers, language }: StackState): string {
	const parts: [string, string][] = [["input", written(input_shape)]];
	for (const { layer, arguments: own, more } of layers) {
		const { start } = rules.layers[layer],
			changed = Object.entries(own).filter(([name, value]) => keyOf(value) !== keyOf(start[name]));
		parts.push(["layer", layer], ...changed.map(([name, value]): [string, string] => [name, written(value)]));
		parts.push(...Object.entries(more));
	}
	parts.push(["language", language]);
	// An object of the reader's own has no source.
	const told = parts.filter(([, text]) => !text.startsWith("#"));
	return `#${told.map(([name, text]) => `${name}=${encodeURIComponent(text).replaceAll("%2C", ",")}`).join("&")}`;
}

const whole = (text: string): number | null | undefined =>
	text === "none" ? null : /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** An argument's value from its text, by the kind of the one that a layer starts with. */
function read(usual: Setting | undefined, text: string): Setting | undefined {
	if (Array.isArray(usual) || usual === null) {
		const list = text === "none" ? null : text.split(",").map(whole);
		return list?.some(one => one === undefined || one === null) ? undefined : (list as number[] | null);
	}
	if (typeof usual === "boolean") return { true: true, false: false }[text];
	return typeof usual === "number" ? (whole(text) ?? undefined) : text;
}

interface Told {
	readonly layer: string;
	readonly own: Record<string, Setting>;
	readonly more: Record<string, string>;
}

/** What a link says, as far as it can be read; the parts left out are named. */
export function readHash(records: CalculatorRecords, hash: string, before: StackState): StackState {
	const { layers: kinds } = records.rules,
		told: Told[] = [],
		unread: string[] = [];
	let { language } = before,
		shape: unknown,
		rank = 0;
	for (const part of hash
		.replace(/^[^#]*#/, "")
		.split("&")
		.filter(Boolean)) {
		const [name, text] = partsOf(part),
			last = told[told.length - 1];
		const take = (): boolean => {
			if (text === undefined) return false;
			if (name === "language" && Object.hasOwn(records.labels, text)) return Boolean((language = text));
			if (name === "input" && shape === undefined) return Boolean((shape = text.split(",").map(whole)));
			if (name === "layer" && Object.hasOwn(kinds, text) && told.length < records.most) {
				rank ||= kinds[text].rank;
				return kinds[text].rank === rank && Boolean(told.push({ layer: text, own: {}, more: {} }));
			}
			return last !== undefined && takeArgument(records, last, name, text);
		};
		if (!take()) unread.push(part);
	}
	const layers = told.map((one): StackLayer => completed(records, one.layer, one.own, one.more, unread)),
		shaped = isShape(shape, rank);
	if (shape !== undefined && !shaped) unread.push("input");
	return {
		...before,
		...(layers.length ? { layers, input_shape: usualShape(records, layers[0]) } : {}),
		...(shaped ? { input_shape: shape as StackState["input_shape"] } : {}),
		selected: 0,
		language,
		unread,
	};
}

/** An argument is taken once. */
function takeArgument(records: CalculatorRecords, { layer, own, more }: Told, name: string, text: string): boolean {
	const { start, more: further } = records.rules.layers[layer];
	if (name in own || name in more) return false;
	if (name in further) return !text.startsWith("#") && Boolean((more[name] = text));
	const value = read(start[name], text);
	if (!fits(records, layer, name, value)) return false;
	own[name] = value as Setting;
	return true;
}

function usualShape({ rules }: CalculatorRecords, { layer, arguments: own }: StackLayer): StackState["input_shape"] {
	const { sizes, channels } = rules.layers[layer].start as { sizes: number[]; channels: number };
	return own.data_format === "channels_first" ? [null, channels, ...sizes] : [null, ...sizes, channels];
}

function partsOf(part: string): [name: string, text: string | undefined] {
	const at = part.indexOf("=");
	try {
		return [part.slice(0, at), at < 0 ? undefined : decodeURIComponent(part.slice(at + 1))];
	} catch {
		return ["", undefined];
	}
}
