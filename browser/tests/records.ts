/* What Python wrote: `python -m tools.browser records`. */

import { readFileSync } from "node:fs";
import type { CalculatorRecords, Numbers, Rules, Setting, Settings, StackState } from "../src/contract";
import type { LayerRecord } from "../src/network/records";
import type { Tensor } from "../src/tensor";

export interface Verdict {
	readonly code?: string;
	readonly words?: Readonly<Record<string, unknown>>;
	readonly choices?: readonly Settings[];
	readonly axes?: readonly number[];
	readonly parameters?: number;
	readonly products?: number;
}

export interface AxisRecord {
	readonly numbers: Numbers;
	/** Under each tap of a window the input, or of a stamp the output: a character each. */
	readonly ways: string;
	readonly lines?: readonly string[];
}

interface Written {
	readonly shape: readonly number[];
	readonly data: readonly number[];
}

interface SumRecord {
	readonly layer: string;
	readonly settings: Settings;
	readonly x: Written;
	readonly z: Written;
	readonly dz: Written;
	readonly dx: Written;
	readonly weights: readonly Written[];
	readonly gradients: readonly Written[];
}

interface ActivationRecord {
	readonly name: string;
	readonly along: number;
	readonly z: Written;
	readonly a: Written;
	readonly dy: Written;
	readonly dz: Written;
}

interface NetworkRecord {
	readonly stack: readonly LayerRecord[];
	readonly weights: readonly number[];
	/** In the layers' data formats, one line each. */
	readonly input: readonly number[];
	readonly outputs: readonly (readonly number[])[];
	readonly selected: readonly number[];
	/** By the input, and by each output up to the selected one's. */
	readonly gradients: readonly (readonly number[])[];
}

interface StackRecord {
	readonly state: StackState;
	readonly rows: readonly object[];
	readonly refused: { readonly layer: number; readonly code: string } | null;
}

interface Records {
	readonly calculator: CalculatorRecords;
	readonly stacks: readonly StackRecord[];
	readonly rules: Rules;
	readonly names: Readonly<Record<string, readonly string[]>>;
	readonly settings: Readonly<Record<string, readonly (readonly (Setting | Verdict)[])[]>>;
	readonly axes: readonly AxisRecord[];
	readonly sums: readonly SumRecord[];
	readonly activations: readonly ActivationRecord[];
	readonly networks: readonly NetworkRecord[];
}

const text = readFileSync(new URL("../../.build/browser.json", import.meta.url), "utf8");

export const records = JSON.parse(text) as Records;
export const { rules } = records;

/** Each of a layer's settings, and what the engine says to it. */
export function* verdicts(layer: string): Generator<[settings: Settings, told: Verdict]> {
	const names = records.names[layer];
	for (const row of records.settings[layer]) {
		const settings = Object.fromEntries(names.map((name, index) => [name, row[index] as Setting]));
		yield [settings, row[names.length] as Verdict];
	}
}

/** A line of places: a character each. */
export const places = (line: string): number[] =>
	Array.from(line, sign => (sign === "." ? -1 : sign.charCodeAt(0) - 256));

export const tensor = ({ shape, data }: Written): Tensor => ({ shape, data: Float64Array.from(data) });

/** The largest difference, measured by the largest number there is, or by 1: summands may cancel. */
export function distance(found: Tensor, { shape, data }: Written): number {
	if (String(found.shape) !== String(shape)) return Number.POSITIVE_INFINITY;
	const differences = data.map((value, i) => Math.abs(found.data[i] - value));
	return Math.max(...differences) / Math.max(1, ...data.map(Math.abs));
}
