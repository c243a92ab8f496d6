/* The explorer's state, and all that may happen to it; it draws nothing. */

import { keyOf } from "../format";
import { scrambled } from "../grain";
import type { Model } from "../model";
import { taken } from "../taken";
import type { Tensor } from "../tensor";
import { bitsOf, hexOf } from "./bitmap";
import { bitsTensor, laid, noisy, padWeights, pictureShape, shifted } from "./input";
import { isLegal } from "./legal";
import { epochsOf, unpacked } from "./packed";
import {
	activationOf,
	between,
	type Gradients,
	gradients,
	pass,
	type Step,
	step,
	type Weights,
	weightsOf,
} from "./pass";
import type { Given, Records, State, Traits } from "./records";
import {
	flatOf,
	fromFormat,
	type Inner,
	indexOf,
	innerAt,
	type Layer,
	layerOf,
	PAD,
	placeOf,
	range,
	size,
	stackOf,
} from "./stack";

const SAVED_AFTER = 60,
	RESTS_AFTER = 400;

/** A number of an output: its layer, and its place there. */
export interface Chosen {
	readonly layer: number;
	readonly place: Inner;
}

export class Session {
	s!: State;
	readonly given: Given;
	readonly layers: readonly Layer[];
	/** The pad's own layer with what is drawn; null where the input is no drawing. */
	pad: Step | null = null;
	/** The input's picture, and what every layer makes of it. */
	picture!: Tensor;
	steps!: readonly Step[];
	gradients: Gradients | null = null;
	chosen: Chosen | null = null;
	/** A picture of the reader's own, which the model never learns of. */
	own: Tensor | null = null;
	/** What of the state that the model held is not known here. */
	unread: readonly string[] = [];
	/** Counts what changes the numbers of the stack, or of its input. */
	version = 0;
	#now!: Float32Array;

	readonly #samples: readonly Tensor[];
	readonly #padOf: Layer | null;
	readonly #ready = new Map<string, readonly Weights[]>();
	#madeFor = "";
	#saving: ReturnType<typeof setTimeout> | undefined;
	#resting: ReturnType<typeof setTimeout> | undefined;
	#telling = false;

	constructor(
		readonly model: Model<Traits & Record<string, unknown>>,
		readonly records: Records,
		/** The weights of every epoch before now. */
		private past: readonly Float32Array[],
		/** Told after every change. */
		private readonly drawn: () => void,
		/** Told when the state has come to rest. */
		private readonly saved: () => void,
	) {
		this.given = model.get("given");
		const { pad_layer } = this.given;
		this.layers = stackOf(model.get("stack"));
		this.#padOf = pad_layer && layerOf(pad_layer);
		this.#samples = this.#pictures();
		this.#takeWeights();
		for (const name of TOLD) model.on(`change:${name}`, this.#heard);
		model.on("change:past", this.#heardOfPast);
		this.#adopt();
	}

	destroy(): void {
		clearTimeout(this.#saving);
		clearTimeout(this.#resting);
		for (const name of TOLD) this.model.off(`change:${name}`, this.#heard);
		this.model.off("change:past", this.#heardOfPast);
	}

	readonly #heard = (): void => {
		if (this.#telling) return;
		this.#takeWeights();
		// What the hand has not yet told stands before what Python said.
		if (this.#saving === undefined) this.#adopt();
		else this.#compute();
		this.drawn();
	};

	readonly #heardOfPast = async (): Promise<void> => {
		const { data } = this.model.get("past"),
			past = await epochsOf(data ?? []);
		// Meanwhile there may be one more.
		if (data !== this.model.get("past").data) return;
		this.past = past;
		this.#heard();
	};

	#adopt(): void {
		const starts = this.records.properties.map(({ name, start, options }) => [name, start ?? options?.[0] ?? null]),
			start = Object.fromEntries(starts);
		[this.s, this.unread] = taken(this.model.get("shown"), start as unknown as State, (name, value) => {
			const property = this.records.properties.find(one => one.name === name);
			return property && isLegal(this, property, value) && { [name]: value };
		});
		this.#compute();
	}

	#takeWeights(): void {
		this.#now = unpacked("float32", this.model.get("weights"));
		this.#ready.clear();
		this.version++;
	}

	#pictures(): Tensor[] {
		const { shape, type, data } = this.model.get("samples"),
			all = unpacked(type, data),
			each = size(shape.slice(1));
		return Array.from({ length: shape[0] }, (_, index) => this.#pictureOf(all, index * each, each));
	}

	#pictureOf(all: Float32Array, start: number, count: number): Tensor {
		const [first] = this.layers,
			data = Float64Array.from(all.subarray(start, start + count));
		return { shape: pictureShape(first), data: fromFormat(data, first.input, first.from).data };
	}

	// What can be asked

	/** How many epochs are past: the last stop, after them, is now. */
	get epochs(): number {
		return this.past.length;
	}

	get figures(): readonly Readonly<Record<string, number>>[] {
		return this.model.get("past").figures ?? [];
	}

	get sampleCount(): number {
		return this.#samples.length;
	}

	sample(index: number): Tensor {
		return this.#samples[index];
	}

	/** The right answer for what is shown; null where nobody knows. */
	get answer(): number | null {
		const { labels } = this.given;
		return labels && this.source === "sample" ? labels[this.s.sample] : null;
	}

	get source(): "sample" | "drawn" | "own" {
		return this.own ? "own" : this.s.drawn ? "drawn" : "sample";
	}

	/** Whether the stack ends in one number a class. */
	get hasScores(): boolean {
		const [rows, columns] = this.layers[this.layers.length - 1].output;
		return rows * columns === 1;
	}

	/** The tile or bar that shows a channel: numbers without a place stand in one tile. */
	tileOf(layer: number, channel: number): number {
		const isBar = layer === this.layers.length - 1 && this.hasScores;
		return this.layers[layer].rank || isBar ? channel : 0;
	}

	get scores(): Float64Array | null {
		return this.hasScores ? this.steps[this.steps.length - 1].a.data : null;
	}

	/** The layer, its output and what it made it of; the pad's where it is -1. */
	stepOf(layer: number): Step {
		return layer === PAD && this.pad ? this.pad : this.steps[layer];
	}

	/** The cells of the drawing pad, and how they lie. */
	get padShape(): readonly [rows: number, columns: number] | null {
		return this.#padOf && [this.#padOf.input[0], this.#padOf.input[1]];
	}

	/** The shape that the pad's layer gives; null where there is no pad. */
	get padOutput(): readonly number[] | null {
		return this.#padOf?.outputShape ?? null;
	}

	get bits(): Uint8Array | null {
		return this.s.drawn && this.padShape ? bitsOf(this.s.drawn, size(this.padShape)) : null;
	}

	// What the hand does

	turn(changes: Partial<State>): void {
		Object.assign(this.s, changes);
		this.#compute();
		this.drawn();
		this.#push();
	}

	choose(layer: number, place: Inner): void {
		this.turn({ selected: [layer, ...indexOf(place, this.stepOf(layer).layer)] });
	}

	/** From a place of a layer's input to the number of the layer before that it is. */
	stepBack(layer: number, place: Inner): void {
		const before = layer - 1;
		if (layer === PAD || (layer === 0 && !this.pad)) return;
		const origin = layer ? originOf(this.steps[layer], this.steps[before], place) : this.#picturePlace(place);
		this.choose(before, origin);
	}

	/** A place of the first layer's input in the picture. */
	#picturePlace([row, column, channel]: Inner): Inner {
		return this.layers[0].from.rank === 1 ? [column, channel, 0] : [row, column, channel];
	}

	draw(bits: Uint8Array | null): void {
		this.own = null;
		this.turn({ drawn: bits ? hexOf(bits) : "" });
	}

	showSample(index: number): void {
		this.own = null;
		this.turn({ sample: index, drawn: "" });
	}

	showOwn(picture: Tensor): void {
		this.own = picture;
		this.turn({ drawn: "" });
	}

	/** Whether a layer has an activation that can be left out. */
	canStraighten(index: number): boolean {
		const { record } = this.layers[index];
		return record.straightens && activationOf(record) !== "linear";
	}

	/** Whether the explorer of layers can show a layer: its reach has ends. */
	canOpen(index: number): boolean {
		const { kernel_size, strides, dilation_rate } = this.layers[index].record.arguments as Record<string, number[]>;
		return kernel_size && Math.max(...kernel_size) <= 7 && Math.max(...strides, ...dilation_rate) <= 8;
	}

	/** A list with one more or one less. */
	toggle(name: "linear" | "shuffled" | "off", one: number | [number, number]): void {
		const list = this.s[name] as readonly (number | number[])[],
			key = keyOf(one);
		const without = list.filter(other => keyOf(other) !== key);
		const found = without.length < list.length ? without : [...list, one];
		// In Python's order: by layer, then by channel.
		this.turn({ [name]: found.sort((a, b) => compared([a].flat(), [b].flat())) });
	}

	// What follows

	/** The weights at an epoch, some kernels shuffled. */
	weightsAt(epoch: number | null): readonly Weights[] {
		const key = keyOf(epoch, this.s.shuffled);
		let found = this.#ready.get(key);
		if (!found) {
			const all = epoch === null ? this.#now : this.past[epoch];
			found = this.layers.map((layer, index) => {
				const own = weightsOf(layer, all);
				return this.s.shuffled.includes(index) && layer.record.shuffles ? shuffled(own) : own;
			});
			this.#ready.set(key, found);
		}
		return found;
	}

	/** The stack's steps for any picture, at the epoch that is shown. */
	run(picture: Tensor): Step[] {
		return pass(this.layers, this.weightsAt(this.s.epoch), laid(picture, this.layers[0]), this.s);
	}

	/** The number of the epoch that is shown. */
	get epochNumber(): number {
		const at = this.s.epoch ?? this.epochs,
			known = this.model.get("past").epochs ?? [];
		return known[at] ?? (known[at - 1] ?? -1) + 1;
	}

	#compute(): void {
		const { drawn, sample, shift, noise, epoch, linear, off, shuffled: mixed } = this.s;
		const key = keyOf(this.version, this.own !== null, drawn, sample, shift, noise, epoch, linear, off, mixed);
		if (key !== this.#madeFor || this.own) {
			this.pad = this.own ? null : this.#padded();
			const source = this.own ?? this.pad?.a ?? this.#samples[sample],
				moved = shifted({ shape: pictureShape(this.layers[0]), data: source.data }, shift);
			this.picture = noisy(moved, noise, this.given.white);
			this.steps = this.run(this.picture);
			this.#madeFor = key;
		}
		this.chosen = this.#found();
		const target = this.s.gradient ? this.target() : null;
		this.gradients = target && gradients(this.steps, target.layer, target.place);
	}

	#padded(): Step | null {
		const { bits } = this,
			padOf = this.#padOf,
			{ pad, white } = this.given;
		if (!bits || !padOf || !pad) return null;
		const [rows, columns] = padOf.input;
		return step(padOf, weightsOf(padOf, padWeights(pad, white)), bitsTensor(bits, rows, columns), "linear", new Set());
	}

	#found(): Chosen | null {
		const { selected } = this.s;
		if (!selected || (selected[0] === PAD && !this.pad)) return null;
		const [layer, ...index] = selected;
		return { layer, place: placeOf(index, this.stepOf(layer).layer) };
	}

	/** Whose gradient is shown: the chosen number, or the largest score. */
	target(): Chosen {
		if (this.chosen && this.chosen.layer !== PAD) return this.chosen;
		const layer = this.steps.length - 1,
			{ data, shape } = this.steps[layer].a,
			best = data.reduce((most, value, index) => (value > data[most] ? index : most), 0);
		return { layer, place: innerAt(best, shape) };
	}

	// Saving

	#push(): void {
		this.#saving ??= setTimeout(() => this.#save(), SAVED_AFTER);
		// An address takes longer to write than a stroke to draw.
		clearTimeout(this.#resting);
		this.#resting = setTimeout(this.saved, RESTS_AFTER);
	}

	#save(): void {
		this.#saving = undefined;
		this.#telling = true;
		try {
			this.model.set("shown", { ...this.s });
			this.model.save_changes();
		} catch {
			// The kernel is gone: the explorer stays alive without it.
		}
		this.#telling = false;
	}
}

/** Where a number of a layer's input stands in the output of the layer before. */
function originOf({ layer, x }: Step, before: Step, place: Inner): Inner {
	const { shape } = before.a,
		indices = between({ shape, data: Float64Array.from(range(size(shape))) }, before.layer, layer);
	return innerAt(indices.data[flatOf(place, x.shape)], shape);
}

const compared = ([a, b = 0]: number[], [c, d = 0]: number[]): number => a - c || b - d;

const TOLD = ["shown", "weights"] as const;

/** Kernels with their numbers in another order, always the same one. */
function shuffled({ kernels, bias }: Weights): Weights {
	const mix = ({ shape, data }: Tensor): Tensor => {
		const keys = Float64Array.from(data, (_, index) => scrambled(index + 1)),
			order = [...data.keys()].sort((one, other) => keys[one] - keys[other]);
		return { shape, data: Float64Array.from(order, index => data[index]) };
	};
	return { kernels: kernels.map(mix), bias };
}
