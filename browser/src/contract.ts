/* The records that Python sends, each named after the Python record. Types only, never a value. */

/** A formula as a tree: a number, a name, or an operation on trees. `explanation.formulas.tree` */
export type Tree = number | string | readonly [Operation, ...Tree[]];

export type Operation =
	| "+"
	| "-"
	| "*"
	| "floor"
	| "ceil"
	| "over"
	| "mod"
	| "max"
	| "min"
	| "<"
	| "<="
	| "=="
	| "and"
	| "or"
	| "not"
	| "if";

/** What the names in a tree stand for; a word that was not chosen (`padding_same`) is missing: 0. */
export type Numbers = Readonly<Record<string, number>>;

/** One line of reckoning: a symbol and its formula. `explanation.axes` */
export type Rule = readonly [symbol: string, formula: Tree];

/** How the places of one sliding direction are found. `explanation.rules` */
export interface WiringRules {
	/** The length of the line of cells that is drawn. */
	readonly slots: Tree;
	/** The slot under tap j of output o (of a stamp: of input i). */
	readonly slot: Tree;
	/** The input (of a stamp's line: the output) in a slot, and whether there is one (at `place`). */
	readonly place: Tree;
	readonly inside: Tree;
}

/** Which channels meet in one stage. `explanation.rules` */
export interface StageRules {
	/** Whether the kernel slides; a pointwise stage's does not. */
	readonly slides: boolean;
	/** The lengths of the kernel's last two axes. */
	readonly kernel: readonly [Tree, Tree];
	readonly outputs: Tree;
	/** How many input channels output channel f meets, and which is met as number c. */
	readonly met: Tree;
	readonly channel: Tree;
	/** The place of that pair's weights along the kernel's last two axes. */
	readonly a: Tree;
	readonly b: Tree;
}

/** A word in a refusal's sentence. */
export type Word =
	| { readonly setting: string }
	| { readonly number: Tree }
	| { readonly axis: true }
	| { readonly ones: true }
	| { readonly tuple: readonly Tree[] }
	/** The shape that came in, its last size another. */
	| { readonly shaped: Tree }
	| { readonly listed: readonly Word[] }
	| { readonly term: string; readonly with: Readonly<Record<string, Word>> }
	| Each;

/** The numbers from 1 to `most` for which `where` holds, called by the name `each`: those up to `few`, and the largest. */
export interface Each {
	readonly each: string;
	readonly most: Tree;
	readonly few: number;
	readonly where: Tree;
}

/** A way out of a refusal: what a setting becomes, along all directions. One that changes nothing is none. */
export interface Change {
	readonly setting: string;
	/** A number or an operation; a string is a word, never a name. */
	readonly to:
		| number
		| Extract<Tree, readonly unknown[]>
		| "same"
		| "linear"
		| "channels_last"
		| "channels_first"
		| null;
	/** Of a setting with two ends in each direction the second; `to` is the first. */
	readonly after?: Tree;
	/** It is none unless this holds. */
	readonly when?: Tree;
}

/** One thing that a layer refuses. `explanation.rules` */
export interface RefusalRule {
	readonly code: string;
	/** "axis": asked of each direction by itself; "layer": once, with `most_s` and the like. */
	readonly scope: "axis" | "layer";
	readonly when: Tree;
	readonly words: Readonly<Record<string, Word>>;
	readonly choices: readonly Change[];
	/** Further choices: numbers of one setting, nearest to what it is now first. */
	readonly nearest?: Each & { readonly setting: string };
}

export interface LayerRules {
	/** How many directions it has; 0: any number. */
	readonly rank: 0 | 1 | 2;
	readonly transposed: boolean;
	/** Where the settings of a direction have other names; what they come to first. */
	readonly letters?: Readonly<Record<string, string>>;
	readonly before?: readonly Rule[];
	/** Where no padding says by which lines it reckons. */
	readonly lines?: string;
	/** The arguments that shape the layer, in the order of its signature. */
	readonly arguments: readonly string[];
	readonly start: Settings;
	readonly ranges: Readonly<Record<string, Range>>;
	readonly options: Readonly<Record<string, readonly string[]>>;
	readonly stages: readonly StageRules[];
	/** The numbers of the layer's refusals, in the order in which it tests. */
	readonly refusals: readonly number[];
	readonly parameters: Tree;
	readonly multiply_adds: Tree;
	/** The multiply-adds again, as they are written: the last line. */
	readonly products: readonly Rule[];
	/** The output, behind the activation; null: the places of the input. */
	readonly output: { readonly channels: Tree; readonly places: readonly Tree[] | null; readonly flat?: Tree };
	/** How many numbers go in and come out. */
	readonly costs: readonly Rule[];
	/** The kernels' names, a stage each. */
	readonly weights: readonly string[];
}

export interface Rules {
	/** The settings that hold a number for each direction, by their letter in a formula. */
	readonly letters: Readonly<Record<string, string>>;
	/** Lines of reckoning by padding; of a transposed layer by "same none", "same given", … */
	readonly convolution: Readonly<Record<string, readonly Rule[]>>;
	readonly transposed: Readonly<Record<string, readonly Rule[]>>;
	/** The same after them, for a size that is unknown or 0: what is then known, or different. */
	readonly unknown: Readonly<Record<string, readonly Rule[]>>;
	readonly empty: Readonly<Record<string, readonly Rule[]>>;
	/** Of every direction besides, for refusals to speak of. */
	readonly measures: readonly Rule[];
	/** "window": a convolution's padded line. "stamps": the full result of a transposed layer.
	    "gather": a transposed layer's zeros and inputs, under a window with the kernel turned. */
	readonly wiring: Readonly<Record<"window" | "stamps" | "gather", WiringRules>>;
	/** After the lines of "same", PyTorch's symmetric padding: the pad q, and the size that it gives. */
	readonly symmetric: readonly Rule[];
	/** What one output sees of the input (r positions from `start` on, `jump` apart from the next
	    output's), from what it was before. */
	readonly field: Readonly<Record<"convolution" | "transposed", readonly Rule[]>>;
	/** Bytes, and the dense layer instead, after a layer's own costs. */
	readonly costs: readonly Rule[];
	readonly refusals: readonly RefusalRule[];
	/** The activations that PyTorch has as a module: how it is made there. */
	readonly modules: Readonly<Record<string, string>>;
	readonly layers: Readonly<Record<string, LayerRules>>;
}

export type Range = readonly [least: number, most: number];
export type Setting = number | string | boolean | null | readonly number[] | readonly (readonly number[])[];
export type Settings = Readonly<Record<string, Setting>>;

/** Numbers by formula, or by a line of numbers and the place in it (outside of it 0). `values` */
export type Fill = Tree | { readonly line: readonly number[]; readonly at: Tree };
export type Nested = number | null | readonly Nested[];

/** A tensor of any size: a fill, and before it a block of numbers of one's own (null: the fill). */
export interface Pool {
	readonly fill: string;
	readonly block: Nested;
}
export type Pools = Readonly<Record<"input" | "kernel" | "pointwise" | "bias", Pool>>;
/** By rank. */
export type Values = Readonly<Record<string, Pools>>;

/** A misconception that can be shown. `widgets.presets` */
export interface Preset {
	readonly id: string;
	readonly layer: string;
	readonly settings: Settings;
	readonly values: Partial<Pools> | null;
	readonly position: readonly number[] | null;
	readonly view: Partial<State>;
}

/** What the state holds and a link writes, each property once. `widgets.links` */
export interface Property {
	readonly name: string;
	readonly kind: "word" | "number" | "numbers" | "flag" | "own" | "pool";
	readonly start: unknown;
}

/** What all explorers of a notebook share: sent once. */
export interface Records {
	readonly rules: Rules;
	readonly labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
	readonly presets: readonly Preset[];
	/** By rank, then by name. */
	readonly fills: Readonly<
		Record<"input" | "kernel" | "pointwise" | "bias", Readonly<Record<string, Readonly<Record<string, Fill>>>>>
	>;
	readonly start: { readonly values: Values };
	readonly properties: readonly Property[];
	readonly speeds: Range;
}

/** The whole input that a real layer's crop was taken from. */
export interface Whole {
	readonly sizes: readonly number[];
	readonly at: readonly number[];
	readonly channels: readonly number[];
	readonly filters: readonly number[];
	readonly allChannels: number;
	readonly allFilters: number;
	/** A small picture of the whole, levels from 0 to 255. */
	readonly picture: readonly (readonly number[])[];
}

export interface TourStep {
	/** The sentence by language. */
	readonly say: Readonly<Record<string, string>>;
	/** A part ("input", "kernel", "product", "sum", "output", …) or a control by its name. */
	readonly light: string;
	readonly set: Partial<State>;
}

/** What one explorer was asked for; it never changes. */
export interface Given {
	readonly layers: readonly string[];
	/** Ranges that were asked to be larger than usual, by layer. */
	readonly ranges: Readonly<Record<string, Readonly<Record<string, Range>>>>;
	readonly controls: readonly string[] | null;
	readonly goal: Readonly<Record<string, Setting>> | null;
	readonly tour: readonly TourStep[] | null;
	readonly whole: Whole | null;
}

/** What is shown: settings by Keras' names, the place, the view. */
export interface State extends Record<string, unknown> {
	layer: string;
	position: readonly number[];
	speed: number;
	own: Readonly<Record<string, number>>;
	view: "scatter" | "zeros";
	true_convolution: boolean;
	gradient: "off" | "ones" | "one" | "own";
	partial: boolean;
	pytorch: boolean;
	preset: string;
	language: string;
	tour_step: number;
	wish: Settings;
	carried: Settings;
	unread: readonly string[];
}

// ── The calculator ──

/** A weight: its shape, and whether there is one. */
export interface LearnedRules {
	readonly name: string;
	readonly shape: readonly Tree[];
	readonly when: Tree;
}

/** Why an output has its shape, where no window says it; "shape" and "sizes" are the input's. */
export interface ReasonRules {
	readonly key: string;
	readonly when: Tree;
	readonly with: Readonly<Record<string, Tree>>;
}

/** A module of PyTorch's, or, behind "#", the key of a remark. `explanation.stack_rules` */
export interface TorchRules {
	readonly source: string;
	readonly when: Tree;
	readonly numbers: Readonly<Record<string, Tree>>;
}

/** What the calculator knows of a layer besides. `explanation.stack_rules`, `widgets.records` */
export interface CalculatedLayer extends LayerRules {
	/** What it is listed under. */
	readonly group: string;
	readonly learned: readonly LearnedRules[];
	/** How what an output sees comes about: by the rules of that name. "kept": as before.
	    "mixed": as before, but everything along the last axis. */
	readonly field: "convolution" | "transposed" | "whole" | "kept" | "mixed";
	readonly reasons?: readonly ReasonRules[];
	/** Of a convolution the code is made of its stages. */
	readonly torch?: readonly TorchRules[];
	/** The arguments whose dials are seen at first. */
	readonly first: readonly string[];
	/** The arguments that are always written. */
	readonly required: readonly string[];
	/** The arguments that shape nothing, with the sources to choose from, the usual one first. */
	readonly more: Readonly<Record<string, readonly string[]>>;
}

/** What all calculators of a notebook share: sent once. */
export interface CalculatorRecords {
	readonly rules: Rules & {
		readonly layers: Readonly<Record<string, CalculatedLayer>>;
		readonly field: Readonly<Record<"whole", readonly Rule[]>>;
	};
	/** What the layers are listed under. */
	readonly groups: readonly string[];
	readonly labels: Records["labels"];
	/** The most layers. */
	readonly most: number;
	/** The size of an input that nothing is told of. */
	readonly usual: number;
	/** Where a number field ends. */
	readonly largest: number;
	/** The bytes of a number by the source of a dtype. */
	readonly itemsizes: Readonly<Record<string, number>>;
	/** The key of what a symbol of the reckoning stands for. */
	readonly meanings: Readonly<Record<string, string>>;
	readonly ratio: Tree;
	readonly seen: Tree;
}

/** A layer of a stack; `more` holds, as Python's source, what shapes nothing and is not as usual. */
export interface StackLayer {
	readonly layer: string;
	readonly arguments: Settings;
	readonly more: Readonly<Record<string, string>>;
}

export interface StackState extends Record<string, unknown> {
	/** The batch, then sizes and channels in the layers' data format; null is unknown. */
	readonly input_shape: readonly (number | null)[];
	readonly layers: readonly StackLayer[];
	/** The index of the chosen layer, or -1: the input. */
	readonly selected: number;
	readonly language: string;
	readonly unread: readonly string[];
}
