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
	/** How far the dial goes, where a value may lie farther. */
	readonly dial?: Range;
	/** Whether its two numbers have a dial each. */
	readonly apart?: boolean;
	readonly options?: readonly (string | number)[];
	/** Whether the layer has it, and may refuse it. */
	readonly shapes?: boolean;
}

export interface Records {
	readonly rules: Rules;
	readonly labels: ExplorerRecords["labels"];
	/** By name, then by size, the first of size 1: the rows that differ, and which of them follow each other. */
	readonly kernels: Readonly<Record<string, readonly (readonly [rows: Numbers, order: readonly number[]])[]>>;
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
	/** What is null has no dial and no effect. */
	period: number | null;
	angle: number | null;
	noise: number | null;
	move: readonly [down: number, right: number] | null;
	marks: number | null;
	position: readonly number[];
	language: string;
}

export interface Traits {
	shown: State;
	given: {
		readonly puzzle: Exclude<Nested, number> | string;
		/** The names of dials that come first. */
		readonly controls: readonly string[] | null;
	};
	picture: string;
}

/** `widgets.pictures.Picture` */
export interface PictureTraits {
	/** A lossless picture in base64; empty for a pattern. */
	file: string;
	shape: readonly [height: number, width: number, channels: number];
	white: number;
	/** From black to white; 0 where the bytes of numbers are sent. */
	steps: number;
}
