/* What Python sends to a lens, each named after the Python record. Types only. */

import type { Records as ExplorerRecords, Nested, Property, Rules } from "../contract";

export type Numbers = readonly (readonly number[])[];

export interface Records {
	readonly rules: Rules;
	readonly labels: ExplorerRecords["labels"];
	/** By name, then by size: the first is of size 1. */
	readonly kernels: Readonly<Record<string, readonly Numbers[]>>;
	readonly properties: readonly (Omit<Property, "kind"> & { readonly kind: Property["kind"] | "kernel" })[];
	/** How far a solved puzzle's output may lie from the target, in shares of its largest number. */
	readonly tolerance: number;
	/** The largest number of a kernel. */
	readonly largest: number;
}

/** The settings, all that is saved. */
export interface State extends Record<string, unknown> {
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

export interface Traits extends Record<string, unknown> {
	shown: State;
	given: { readonly puzzle: string | Nested };
	picture: string;
}

/** `widgets.pictures.Picture` */
export interface PictureTraits {
	readonly png: string;
	readonly shape: readonly [height: number, width: number, channels: number];
	readonly white: number;
	readonly exact: boolean;
}
