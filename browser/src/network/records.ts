/* What Python sends to a network explorer, each named after the Python record. Types only. */

import type { Records as ExplorerRecords, Range, Rules, Settings } from "../contract";

/** A setting of the explorer. `widgets.network_settings` */
export interface Property {
	readonly name: keyof State & string;
	readonly kind: string;
	readonly start: unknown;
	readonly range?: Range;
	readonly options?: readonly string[];
}

export interface Records {
	readonly rules: Rules;
	readonly labels: ExplorerRecords["labels"];
	readonly properties: readonly Property[];
}

/** A layer of the stack, with the shapes of its weights: its kernels, then its bias. */
export interface LayerRecord {
	readonly layer: string;
	readonly name: string;
	readonly arguments: Settings;
	readonly weights: readonly (readonly number[])[];
}

/** A layer of the stack, or -1 for the drawing pad's own, and the index of one of its outputs. */
export type Selected = readonly number[];

/** All that is saved. */
export interface State {
	sample: number;
	/** The drawing's rows of bits in hexadecimal digits; empty while the input is a sample. */
	drawn: string;
	shift: readonly [down: number, right: number];
	/** In percent of white. */
	noise: number;
	selected: Selected | null;
	gradient: boolean;
	/** An index of what is past; null is now. */
	epoch: number | null;
	scale: "layer" | "shared";
	/** Layers without their activation, and layers whose kernels are shuffled. */
	linear: readonly number[];
	shuffled: readonly number[];
	/** Maps that are set to 0: layer and channel. */
	off: readonly (readonly [layer: number, channel: number])[];
	language: string;
}

export interface Given {
	/** Of one sample, in the first layer's data format. */
	readonly input_shape: readonly number[];
	readonly classes: readonly string[];
	/** The right answer of each sample. */
	readonly labels: readonly number[] | null;
	/** How many cells of the drawing lie along one number of the input; null: nothing can be drawn. */
	readonly pad: number | null;
	readonly white: number;
}

/** Numbers as text. */
export interface Packed {
	readonly type: "float16" | "float32";
	readonly data: string;
}

export interface Past {
	/** Of every epoch, and last of now if that is the last epoch. */
	readonly figures?: readonly Readonly<Record<string, number>>[];
	/** The numbers of these epochs. */
	readonly epochs?: readonly number[];
	/** Of every epoch before now, what its weights in float16 differ from those before; deflated. */
	readonly data?: readonly string[];
}

export interface Traits {
	given: Given;
	stack: readonly LayerRecord[];
	/** All weights, float32. */
	weights: string;
	samples: Packed & { readonly shape: readonly number[] };
	past: Past;
	/** The model of an explorer, for one layer of the stack. */
	explorer: string;
	shown: State;
}
