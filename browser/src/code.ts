/* A layer as code to copy: for Keras, and for PyTorch with an explicit pad where Keras' is uneven. */

import type { Reckoned } from "./axes";
import type { LayerRules, Numbers, Rules, Settings } from "./contract";
import { python } from "./format";
import { evaluate } from "./formula";

const joined = (name: string, list: readonly string[]): string[] => [
	`${name}(`,
	...list.map(one => `    ${one},`),
	")",
];

export const kerasCode = (name: string, { arguments: own }: LayerRules, settings: Settings): string[] =>
	joined(
		`keras.layers.${name}`,
		own.map(argument => `${argument}=${python(settings[argument])}`),
	);

/** The same layer for inputs in PyTorch's order, channels first. */
export function torchCode({ modules }: Rules, { layer, directions, whole }: Reckoned, settings: Settings): string[] {
	const { rank, transposed, stages } = layer,
		axes = directions.map(({ numbers }) => numbers),
		[filters, last] = stages.map(({ outputs }) => evaluate(outputs, whole)),
		{ channels } = whole;
	const bias = (ends: boolean): string => `bias=${python(ends && settings.use_bias)}`;
	const call = (name: string, more: readonly string[]): string =>
		`nn.${name}${rank}d(${[channels, filters, python(settings.kernel_size), ...shared, ...more, bias(!last)].join(", ")})`;
	const shared = [`stride=${python(settings.strides)}`, `dilation=${python(settings.dilation_rate)}`];
	const parts = transposed
		? [call("ConvTranspose", extended(axes)), ...cropped(rank, axes)]
		: [...padded(rank, axes), call("Conv", [...padding(axes), ...grouping(channels / evaluate(stages[0].met, whole))])];
	if (last) parts.push(`nn.Conv2d(${filters}, ${last}, (1, 1), ${bias(true)})`);
	if (settings.activation !== "linear") parts.push(activation(modules, settings.activation as string));
	return parts.length === 1 ? parts : joined("nn.Sequential", parts).map(line => line.replace(/(# .*),$/, "$1"));
}

/** Of an activation that PyTorch has not as a module, only the name in Keras is told. */
export const activation = (modules: Rules["modules"], name: string): string =>
	modules[name] ? `nn.${modules[name]}` : `# keras.activations.${name}`;

const grouping = (groups: number): string[] => (groups > 1 ? [`groups=${groups}`] : []);

const isEven = (directions: readonly Numbers[]): boolean => directions.every(({ p0, p1 }) => Object.is(p0, p1));

/** Zeros that differ before and after; PyTorch pads the last direction first. */
const padded = (rank: number, directions: readonly Numbers[]): string[] =>
	isEven(directions) ? [] : [`nn.ZeroPad${rank}d(${python(pads(directions))})`];

export const pads = (directions: readonly Numbers[]): number[] =>
	[...directions].reverse().flatMap(({ p0, p1 }) => [p0, p1]);

const padding = (directions: readonly Numbers[]): string[] =>
	isEven(directions) && directions.some(({ p0 }) => p0) ? [`padding=${python(directions.map(({ p0 }) => p0))}`] : [];

/** What a transposed layer's output has beyond its stamps: zeros would come after the bias. */
function extended(directions: readonly Numbers[]): string[] {
	const more = directions.map(({ c1 }) => Math.max(-c1, 0));
	return more.some(Boolean) ? [`output_padding=${python(more)}`] : [];
}

/** A transposed layer's crops as negative padding. */
function cropped(rank: number, directions: readonly Numbers[]): string[] {
	const crops = [...directions].reverse().flatMap(({ c0, c1 }) => [-c0, -Math.max(c1, 0)]);
	return crops.some(Boolean) ? [`nn.ZeroPad${rank}d(${python(crops.map(one => one || 0))})`] : [];
}
