/* Which settings a network explorer can have: those that Python takes. `network_settings` */

import { bitsOf, hexOf } from "./bitmap";
import type { Property } from "./records";
import { type Layer, PAD, size } from "./stack";

/** What a setting is held against. */
export interface Bounds {
	readonly layers: readonly Layer[];
	readonly sampleCount: number;
	readonly epochs: number;
	/** The cells of the drawing pad, and what its layer makes of them; null where nothing can be drawn. */
	readonly padShape: readonly number[] | null;
	readonly padOutput: readonly number[] | null;
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
	Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const isListOf = (value: unknown, fits: (one: unknown) => boolean): boolean =>
	Array.isArray(value) && value.every(fits);

const isIndexIn = (shape: readonly number[] | null | undefined, index: readonly unknown[]): boolean =>
	index.length === shape?.length && index.every((one, axis) => isWhole(one, 0, shape[axis] - 1));

/** Hexadecimal digits of so many bits, and 0 for what is over. */
function isDrawing(value: unknown, count: number): boolean {
	const bits = bitsOf(String(value), count);
	return bits !== null && hexOf(bits) === value;
}

type Check = (value: unknown, bounds: Bounds, range: readonly [number, number]) => boolean;

/** Of those that are no words. */
const CHECKS: Readonly<Record<string, Check>> = {
	sample: (value, { sampleCount }) => isWhole(value, 0, sampleCount - 1),
	drawn: (value, { padShape }) => value === "" || (padShape !== null && isDrawing(value, size(padShape))),
	shift: (value, _, range) => isListOf(value, one => isWhole(one, ...range)) && (value as unknown[]).length === 2,
	noise: (value, _, range) => isWhole(value, ...range),
	selected: (value, { layers, padOutput }) => {
		if (value === null || !Array.isArray(value)) return value === null;
		const [layer, ...index] = value;
		return Number.isInteger(layer) && isIndexIn(layer === PAD ? padOutput : layers[layer]?.outputShape, index);
	},
	gradient: value => typeof value === "boolean",
	epoch: (value, { epochs }) => value === null || isWhole(value, 0, epochs - 1),
	linear: (value, { layers }) =>
		isListOf(value, one => isWhole(one, 0, layers.length - 1) && layers[one].record.straightens),
	shuffled: (value, { layers }) =>
		isListOf(value, one => isWhole(one, 0, layers.length - 1) && layers[one].record.shuffles),
	off: (value, { layers }) =>
		isListOf(value, one => Array.isArray(one) && isIndexIn([layers.length, layers[one[0]]?.output[2] ?? 0], one)),
};

export function isLegal(bounds: Bounds, { name, options, range = [0, 0] }: Property, value: unknown): boolean {
	const check = CHECKS[name];
	return check ? check(value, bounds, range) : Boolean(options?.includes(String(value)));
}
