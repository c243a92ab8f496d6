/* What Python sends to a lens, each named after the Python record. Types only. */

import type { Records as ExplorerRecords, Nested, Range, Rules } from "../contract";

export type Numbers = readonly (readonly number[])[];

/** A setting, and the dial for it where it stands in a group. `widgets.lens_settings` */
export interface Property {
	readonly name: keyof State & string;
	readonly kind: "word" | "number" | "numbers" | "flag" | "kernel";
	readonly start: unknown;
	readonly group?: string;
	readonly range?: Range;
	readonly options?: readonly (string | number)[];
	/** Whether the layer has it, and may refuse it. */
	readonly shapes?: boolean;
}

export interface Records {
	readonly rules: Rules;
	readonly labels: ExplorerRecords["labels"];
	/** By name, then by size: the first is of size 1. */
	readonly kernels: Readonly<Record<string, readonly Numbers[]>>;
	readonly properties: readonly Property[];
	/** Of dials, in their order. */
	readonly groups: readonly string[];
	/** How far a solved puzzle's output may lie from the target, in shares of its largest number. */
	readonly tolerance: number;
	/** The largest number of a kernel. */
	readonly largest: number;
}

/** The settings, all that is saved. */
export interface State {
	kernel: string | Numbers;
	kernel_size: readonly number[];
	strides: readonly number[];
	padding: string;
	dilation_rate: readonly number[];
	true_convolution: boolean;
	channels: number;
	contrast: "own" | "shared";
	position: readonly number[];
	language: string;
}

export interface Traits {
	shown: State;
	given: { readonly puzzle: Exclude<Nested, number> | string };
	picture: string;
}

/** `widgets.pictures.Picture` */
export interface PictureTraits {
	png: string;
	shape: readonly [height: number, width: number, channels: number];
	white: number;
	exact: boolean;
}
