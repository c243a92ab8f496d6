/* The calculator's state, and all that may happen to it; it draws nothing. */

import { aligned, known } from "../axes";
import type {
	CalculatedLayer,
	CalculatorRecords,
	Numbers,
	Range,
	Setting,
	Settings,
	StackLayer,
	StackState,
} from "../contract";
import { keyOf } from "../format";
import { evaluate } from "../formula";
import type { Model } from "../model";
import { argumentsIn, changesOf, type Outcome, run, type Shape, settingsOn, shapeIn, waysOut } from "./stack";
import { completed, stackOf } from "./taken";

const SAVED_AFTER = 60;
/** What is chosen where no layer is. */
export const INPUT = -1;

/** A way out of a refusal: another stack, on a shape. */
export interface Way {
	readonly layers: readonly StackLayer[];
	readonly shape: Shape;
}

export class Session {
	s!: StackState;
	outcome!: Outcome;
	/** The last stack of which every layer was accepted: what the picture keeps, and a way back. */
	legal: (Way & { readonly outcome: Outcome }) | null = null;
	/** The control that asked last. */
	asked = "";
	#saving: ReturnType<typeof setTimeout> | undefined;
	#telling = false;
	readonly #heard = (): void => this.#hear();

	constructor(
		readonly model: Model<{ shown: StackState }>,
		readonly records: CalculatorRecords,
		/** Told after every change. */
		private readonly drawn: () => void,
		/** Told when the state has come to rest. */
		private readonly saved: () => void,
	) {
		model.on("change:shown", this.#heard);
		this.take(model.get("shown"));
	}

	destroy(): void {
		clearTimeout(this.#saving);
		this.model.off("change:shown", this.#heard);
	}

	#hear(): void {
		if (this.#telling || this.#saving !== undefined) return;
		this.take(this.model.get("shown"));
		this.drawn();
	}

	/** Take over a state, also one of another version. */
	take(state: StackState): void {
		this.s = stackOf(this.records, state);
		this.legal = null;
		this.#reckon();
	}

	#reckon(): void {
		const { layers } = this.s,
			{ shape } = this;
		this.outcome = run(this.records, layers, shape);
		if (!this.outcome.refused) this.legal = { layers, shape, outcome: this.outcome };
	}

	// What there is

	get shape(): Shape {
		return this.s.input_shape.map(size => size ?? Number.NaN);
	}

	rulesOf(layer: string): CalculatedLayer {
		return this.records.rules.layers[layer];
	}

	get rank(): 1 | 2 {
		return this.rulesOf(this.s.layers[0].layer).rank;
	}

	/** The chosen layer; of the input the one that takes it. */
	get chosen(): StackLayer {
		return this.s.layers[Math.max(this.s.selected, 0)];
	}

	/** What the chosen layer is set to, on what comes in as far as that is known. */
	get settings(): Settings {
		const { rows, settings } = this.outcome,
			index = Math.max(this.s.selected, 0),
			unknown = this.shape.map(() => Number.NaN);
		return rows[index]?.settings ?? (index === rows.length ? settings : null) ?? settingsOn(this.chosen, unknown);
	}

	/** The reach of every range: as usual, or as far as what is set. */
	ranges(): Readonly<Record<string, Range>> {
		const { settings } = this,
			usual = Object.entries(this.rulesOf(this.chosen.layer).ranges);
		return Object.fromEntries(
			usual.map(([name, [least, most]]) => [name, [least, Math.max(most, ...numbersIn(settings[name]))]]),
		);
	}

	/** How many positions an output sees along a direction. */
	seen(field: Numbers): number {
		return evaluate(this.records.seen, field);
	}

	/** The stacks that one click leads to: the nearest ones, and the last that was accepted. */
	ways(): Way[] {
		if (!this.outcome.refused) return [];
		const { shape, legal } = this,
			near = waysOut(this.records, this.s.layers, shape).map((layers): Way => ({ layers, shape })),
			all = legal ? [...near, legal] : near;
		return all.filter((way, index) => all.findIndex(one => sameWay(one, way)) === index);
	}

	// What may happen

	/** Change arguments of the chosen layer; or sizes and channels of the input; or the format of all. */
	ask(changes: Settings, asked: string): void {
		const { data_format, ...rest } = changes;
		if (data_format !== undefined) return this.#reformat(data_format, asked);
		if (this.s.selected === INPUT) return this.#feed({ ...this.settings, ...rest }, asked);
		const { chosen } = this,
			layer = { ...chosen, arguments: { ...chosen.arguments, ...argumentsIn(rest) } };
		this.change({ layers: this.s.layers.with(this.s.selected, layer) }, asked);
	}

	#feed(settings: Settings, asked: string): void {
		const shape = shapeIn(settings, this.shape[0], settings.channels as number, settings.sizes as number[]);
		this.change({ input_shape: shape.map(known) }, asked);
	}

	#reformat(data_format: Setting, asked: string): void {
		const { channels, sizes } = settingsOn(this.s.layers[0], this.shape),
			layers = this.s.layers.map(one => ({ ...one, arguments: { ...one.arguments, data_format } })),
			shape = shapeIn(layers[0].arguments, this.shape[0], channels as number, sizes as number[]);
		this.change({ layers, input_shape: shape.map(known) }, asked);
	}

	/** An argument that shapes nothing, as source; the usual one is not written. */
	note(argument: string, source: string): void {
		const { chosen } = this,
			{ [argument]: _, ...rest } = chosen.more,
			[usual] = this.rulesOf(chosen.layer).more[argument],
			more = source === usual ? rest : { ...rest, [argument]: source };
		this.change({ layers: this.s.layers.with(this.s.selected, { ...chosen, more }) }, argument);
	}

	/** Another kind of layer keeps what it can; where it slides in other directions, so do the others. */
	become(kind: string): void {
		const { rank } = this.rulesOf(kind),
			same = rank === this.rank,
			kinds = Object.keys(this.records.rules.layers),
			other = kinds.find(one => this.rulesOf(one).rank === rank) as string;
		const layers = this.s.layers.map((layer, index) =>
			index === this.s.selected ? this.#carried(layer, kind) : same ? layer : this.#carried(layer, other),
		);
		this.change({ layers, input_shape: same ? this.s.input_shape : this.#reshaped(kind) }, "layer");
	}

	/** What another kind cannot have is as it starts. */
	#carried({ arguments: own, more }: StackLayer, kind: string): StackLayer {
		const { start } = this.rulesOf(kind),
			kept = Object.entries(own).map(([name, value]) => [name, aligned(value, start[name] ?? null)]);
		return completed(this.records, kind, Object.fromEntries(kept), more, []);
	}

	/** The input with as many directions as a kind of layer has: the last ones, and new ones as usual. */
	#reshaped(kind: string): StackState["input_shape"] {
		const { channels, sizes } = settingsOn(this.s.layers[0], this.shape),
			all = aligned(sizes, this.rulesOf(kind).start.sizes) as number[];
		return shapeIn(this.s.layers[0].arguments, this.shape[0], channels as number, all).map(known);
	}

	select(selected: number): void {
		this.change({ selected }, "");
	}

	get full(): boolean {
		return this.s.layers.length >= this.records.most;
	}

	/** A new layer of the last one's kind, as it starts. */
	add(): void {
		const last = this.s.layers[this.s.layers.length - 1],
			start = argumentsIn(this.rulesOf(last.layer).start),
			layer = { ...last, arguments: { ...start, data_format: last.arguments.data_format }, more: {} };
		this.#put([...this.s.layers, layer], this.s.layers.length);
	}

	/** The chosen layer once more behind itself; a name is no other layer's. */
	double(): void {
		const { selected, layers } = this.s,
			{ name, ...more } = layers[selected].more;
		this.#put(layers.toSpliced(selected + 1, 0, { ...layers[selected], more }), selected + 1);
	}

	/** Take the chosen layer out; the last one stays. */
	drop(): void {
		const { selected, layers } = this.s;
		if (layers.length > 1) this.#put(layers.toSpliced(selected, 1), Math.min(selected, layers.length - 2));
	}

	/** Move a layer to another place. */
	move(from: number, to: number): void {
		const { layers } = this.s;
		if (to < 0 || to >= layers.length) return;
		this.#put(layers.toSpliced(from, 1).toSpliced(to, 0, layers[from]), to);
	}

	/** The layers may be other ones than before: no control has asked. */
	#put(layers: readonly StackLayer[], selected: number): void {
		this.change({ layers, selected }, "");
	}

	follow({ layers, shape }: Way): void {
		const index = layers.findIndex((one, at) => Object.keys(changesOf(this.s.layers[at], one)).length > 0);
		const selected = Math.min(this.s.selected === INPUT ? INPUT : Math.max(index, 0), layers.length - 1);
		this.change({ layers, input_shape: shape.map(known), selected }, this.asked);
	}

	change(changes: Partial<StackState>, asked = this.asked): void {
		this.asked = asked;
		this.s = { ...this.s, ...changes, unread: [] } as StackState;
		this.#reckon();
		this.drawn();
		this.#push();
	}

	// Towards Python

	#push(): void {
		clearTimeout(this.#saving);
		this.#saving = setTimeout(() => this.#save(), SAVED_AFTER);
	}

	#save(): void {
		this.#saving = undefined;
		this.saved();
		this.#telling = true;
		try {
			this.model.set("shown", this.s);
			this.model.save_changes();
		} catch {
			// The kernel is gone: the picture stays alive without it.
		}
		this.#telling = false;
	}
}

const numbersIn = (value: Setting | undefined): number[] => [value].flat().filter(one => Number(one) > 0) as number[];

const sameWay = (one: Way, other: Way): boolean => keyOf(one.layers, one.shape) === keyOf(other.layers, other.shape);
