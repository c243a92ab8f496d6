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
import {
	argumentsIn,
	changesOf,
	formatOf,
	type Outcome,
	run,
	type Shape,
	settingsOn,
	shapeIn,
	type Way,
	waysOut,
} from "./stack";
import { completed, stackOf } from "./taken";

const SAVED_AFTER = 60;
/** What is chosen where no layer is. */
export const INPUT = -1;

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
		if (!this.outcome.refused) this.legal = { layers, shape, dropped: [], outcome: this.outcome };
	}

	// What there is

	get shape(): Shape {
		return this.s.input_shape.map(size => size ?? Number.NaN);
	}

	rulesOf(layer: string): CalculatedLayer {
		return this.records.rules.layers[layer];
	}

	/** How many directions the input has. */
	get rank(): number {
		return this.s.input_shape.length - 2;
	}

	/** The layer whose arguments are dialled: of the input the one that decides its format. */
	get #dialled(): number {
		const { layers, selected } = this.s,
			own = layers.findIndex(({ arguments: own }) => "data_format" in own);
		return selected === INPUT ? Math.max(own, 0) : selected;
	}

	get chosen(): StackLayer {
		return this.s.layers[this.#dialled];
	}

	/** What the chosen layer is set to, on what comes in as far as that is known. */
	get settings(): Settings {
		const { rows, settings } = this.outcome,
			index = this.#dialled,
			unknown = this.shape.map(() => Number.NaN);
		if (this.s.selected === INPUT) return settingsOn(this.chosen, this.shape);
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
			near = waysOut(this.records, { layers: this.s.layers, shape, dropped: [] }),
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
		const { channels, sizes } = this.#parts,
			layers = this.s.layers.map(one => {
				const has = "data_format" in one.arguments;
				return has ? { ...one, arguments: { ...one.arguments, data_format } } : one;
			}),
			shape = shapeIn({ data_format }, this.shape[0], channels as number, sizes as number[]);
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

	/** The channels and sizes of the input, in the format of the layers. */
	get #parts(): Settings {
		return settingsOn({ arguments: formatOf(this.s.layers) } as StackLayer, this.shape);
	}

	/** Another kind of layer keeps what it can; where it slides in other directions, so do the others. */
	become(kind: string): void {
		const { rank } = this.rulesOf(kind),
			same = !rank || rank === this.rank;
		const layers = this.s.layers.map((layer, index) =>
			index === this.s.selected ? this.#carried(layer, kind) : same ? layer : this.#turned(layer, rank),
		);
		this.change({ layers, input_shape: same ? this.s.input_shape : this.#reshaped(kind) }, "layer");
	}

	/** A layer's sibling of as many directions; one that takes any is its own. */
	#turned(layer: StackLayer, rank: number): StackLayer {
		const sibling = layer.layer.replace(/\dD/, `${rank}D`);
		return sibling === layer.layer ? layer : this.#carried(layer, sibling);
	}

	/** What is as its kind starts, and what another kind cannot have, is as that starts. */
	#carried({ layer, arguments: own, more }: StackLayer, kind: string): StackLayer {
		const { start } = this.rulesOf(kind),
			before = this.rulesOf(layer).start,
			changed = Object.entries(own).filter(([name, value]) => keyOf(value) !== keyOf(before[name])),
			kept = changed.map(([name, value]) => [name, aligned(value, start[name] ?? null)]);
		return completed(this.records, kind, { ...formatOf(this.s.layers), ...Object.fromEntries(kept) }, more, []);
	}

	/** The input with as many directions as a kind of layer has: the last ones, and new ones as usual. */
	#reshaped(kind: string): StackState["input_shape"] {
		const { channels, sizes } = this.#parts,
			all = aligned(sizes, this.rulesOf(kind).start.sizes) as number[];
		return shapeIn(formatOf(this.s.layers), this.shape[0], channels as number, all).map(known);
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
			layer = this.#carried({ ...last, arguments: {}, more: {} }, last.layer);
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

const numbersIn = (value: Setting | undefined): number[] => [value].flat(2).filter(one => Number(one) > 0) as number[];

const sameWay = (one: Way, other: Way): boolean => keyOf(one.layers, one.shape) === keyOf(other.layers, other.shape);
