/* The stack as the hash of an address, and back: as Python's `widgets.stack_links`. */

import type { CalculatorRecords, Setting, StackState } from "../contract";
import { keyOf } from "../format";
import { decoded, encoded } from "../parts/hash";
import { rankOf } from "./stack";
import { areAlike, completed, fits, isShape, usualShape } from "./taken";

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
	return `#${told.map(([name, text]) => `${name}=${encoded(text)}`).join("&")}`;
}

const whole = (text: string): number | null | undefined =>
	text === "none" ? null : /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;

/** An argument's value from its text, by the kind of the one that a layer starts with. */
function read(usual: Setting | undefined, text: string): Setting | undefined {
	if (Array.isArray(usual) || usual === null) {
		const list = text === "none" ? null : text.split(",").map(whole);
		if (list?.some(one => one === undefined || one === null)) return undefined;
		return Array.isArray(usual) && Array.isArray(usual[0]) ? inPairs(list as number[]) : (list as number[] | null);
	}
	if (typeof usual === "boolean") return { true: true, false: false }[text];
	return typeof usual === "number" ? (whole(text) ?? undefined) : text;
}

/** Numbers two by two. */
export const inPairs = (list: readonly number[]): number[][] =>
	list.flatMap((one, index) => (index % 2 ? [] : [[one, list[index + 1]]]));

interface Told {
	readonly layer: string;
	readonly own: Record<string, Setting>;
	readonly more: Record<string, string>;
}

/** What a link has said so far. */
interface Reading {
	readonly layers: Told[];
	shape?: readonly (number | null | undefined)[];
	language?: string;
}

/** What a link says, as far as it can be read; the parts left out are named. */
export function readHash(records: CalculatorRecords, hash: string, before: StackState): StackState {
	const parts = hash
			.replace(/^[^#]*#/, "")
			.split("&")
			.filter(Boolean),
		reading: Reading = { layers: [] },
		unread = parts.filter(part => !take(records, reading, ...partsOf(part))),
		layers = reading.layers.map(({ layer, own, more }) => completed(records, layer, own, more, unread)),
		told = layers.length ? { layers, input_shape: usualShape(records, layers) } : before,
		{ shape, language = before.language } = reading;
	const shaped = isShape(records, told.layers, shape) ? { input_shape: shape } : {};
	if (shape && !("input_shape" in shaped)) unread.push("input");
	return { ...before, ...told, ...shaped, selected: 0, language, unread };
}

/** Take a part over; whether it could be read. */
function take(records: CalculatorRecords, reading: Reading, name: string, text: string | undefined): boolean {
	const last = reading.layers[reading.layers.length - 1];
	if (text === undefined) return false;
	if (name === "layer") return takeLayer(records, reading, text);
	if (name === "input" && !reading.shape) reading.shape = text.split(",").map(whole);
	else if (name === "language" && Object.hasOwn(records.labels, text)) reading.language = text;
	else return last !== undefined && takeArgument(records, last, name, text);
	return true;
}

function takeLayer(records: CalculatorRecords, { layers }: Reading, layer: string): boolean {
	if (!Object.hasOwn(records.rules.layers, layer) || layers.length === records.most) return false;
	if (!areAlike(records, layer, rankOf(records, layers))) return false;
	layers.push({ layer, own: {}, more: {} });
	return true;
}

/** An argument is taken once. */
function takeArgument(records: CalculatorRecords, { layer, own, more }: Told, name: string, text: string): boolean {
	const { start, more: further } = records.rules.layers[layer],
		value = read(start[name], text);
	if (name in own || name in more) return false;
	if (name in further && !text.startsWith("#")) more[name] = text;
	else if (fits(records, layer, name, value)) own[name] = value as Setting;
	else return false;
	return true;
}

function partsOf(part: string): [name: string, text: string | undefined] {
	const at = part.indexOf("=");
	return [part.slice(0, at), at < 0 ? undefined : decoded(part.slice(at + 1))];
}
