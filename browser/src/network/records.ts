/* What Python sends to a network explorer, each named after the Python record. Types only. */

import type { Records as ExplorerRecords, Range, Settings } from "../contract";

/** A setting of the explorer. `widgets.network_settings` */
export interface Property {
	readonly name: keyof State & string;
	readonly kind: string;
	readonly start: unknown;
	readonly range?: Range;
	readonly options?: readonly string[];
}

export interface Records {
	readonly labels: ExplorerRecords["labels"];
	readonly properties: readonly Property[];
}

/** By output: by place of its window, along one direction. */
export type Windows = readonly (readonly number[])[];
type Two<T> = readonly [T, T];

/** A layer of the stack. `widgets.network_layers` */
export interface LayerRecord {
	readonly layer: string;
	readonly name: string;
	/** Those of the explorer of layers; none where it does not know the layer. */
	readonly arguments: Settings;
	/** The shapes of what it computes with: kernels and bias, scale and shift, slopes. */
	readonly weights: readonly (readonly number[])[];
	readonly parameters: number;
	/** Of one sample. */
	readonly input_shape: readonly number[];
	readonly output_shape: readonly number[];
	/** Whether the channels come first: of what it reads, of what it gives. */
	readonly first: Two<boolean>;
	readonly shuffles: boolean;
	readonly straightens: boolean;
	/** How it is computed; what follows belongs to some kinds. `widgets.network_wires` */
	readonly kind: "sum" | "dense" | "window" | "move" | "scale" | "normal" | "activation" | "bend";
	readonly activation?: string;
	/** The inputs of each output along both directions, and their shares: 1 without. */
	readonly axes?: Two<Windows>;
	readonly shares?: Two<Windows>;
	/** Of each filter: its first channel, how many; their weights' first place in a tap, and step. */
	readonly stages?: readonly { readonly slides: boolean; readonly links: readonly Link[] }[];
	/** The largest of each window; of several the first has the gradient, or all. */
	readonly largest?: "first" | "all";
	/** The input that each output is; null: in the order of the input. */
	readonly order?: readonly number[] | null;
	/** The axes of a sample along which lines lie. */
	readonly along?: readonly number[];
	readonly epsilon?: number;
	/** Where a line is bent, at which slopes, and whether it is curved below. */
	readonly threshold?: number;
	readonly most?: number | null;
	readonly kink?: number;
	readonly top?: number;
	readonly curved?: boolean;
}

type Link = readonly [channel: number, count: number, place: number, step: number];

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
	readonly pad_layer: LayerRecord | null;
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
