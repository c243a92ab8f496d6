/* The explorer's state, and all that may happen to it; it draws nothing. */

import { carriedOver, type Found, isRefused, mended, type Refused, verdict } from "../axes";
import type {
	Given,
	LayerRules,
	Pool,
	Pools,
	Preset,
	Range,
	Records,
	Setting,
	Settings,
	State,
	Values,
} from "../contract";
import { edited, type Kind } from "../fills";
import { keyOf } from "../format";
import type { Model } from "../model";
import type { Tensor } from "../tensor";
import { type Gradients, gradientsOf, type Place, type Scene, sceneOf } from "./scene";
import { stateOf, valuesOf } from "./taken";

const SAVED_AFTER = 60;

export class Session {
	s!: State;
	values!: Values;
	layer!: LayerRules;
	found!: Found;
	scene!: Scene;
	gradients: Gradients | null = null;
	/** What was asked for and is refused, and why. */
	wish!: Settings;
	refused: Refused | null = null;
	/** Whether only what the moment needs is shown. */
	focused: boolean;
	/** The control that asked last, and the group of controls that is open. */
	asked = "";
	group = "movement";
	/** The step at which the tour was ended; another one opens it again. */
	ended = -1;
	/** The place that is looked at, and which channel of what lies between, which of the input. */
	at: Place = [0, 0, 0];
	q = 0;
	k = 0;
	#saving: ReturnType<typeof setTimeout> | undefined;
	#telling = false;
	readonly #heard = (): void => this.#hear();

	constructor(
		readonly model: Model,
		readonly records: Records,
		readonly given: Given,
		/** Told after every change; `moved`: of the place alone. */
		private readonly drawn: (moved: boolean) => void,
		/** Told when the state has come to rest. */
		private readonly saved: () => void,
	) {
		this.focused = given.controls !== null;
		model.on("change:shown", this.#heard);
		model.on("change:values", this.#heard);
		this.#adopt();
	}

	destroy(): void {
		clearTimeout(this.#saving);
		this.model.off("change:shown", this.#heard);
		this.model.off("change:values", this.#heard);
	}

	#hear(): void {
		if (this.#telling || this.#saving !== undefined) return;
		this.#adopt();
		this.drawn(false);
	}

	/** Take over what the model holds, as far as it is known. */
	#adopt(): void {
		const told = this.model.get("shown"),
			{ layers } = this.given,
			layer = layers.find(one => one === Object(told).layer) ?? layers[0];
		this.layer = this.rulesOf(layer);
		const [values, unread] = valuesOf(this, this.model.get("values"));
		this.values = values;
		this.s = stateOf(this, layer, told);
		this.s.unread = [...this.s.unread, ...unread];
		this.wish = this.settings({ ...this.s, ...this.s.wish });
		const found = this.verdict(this.settings(this.s));
		if (isRefused(found)) throw new Error(`${this.s.layer}: ${found.code}`);
		this.found = found;
		this.#weigh();
		this.#compute();
	}

	// Settings

	/** Whether a control is shown, or the numbers of a part can be changed. */
	offers(name: string): boolean {
		return !this.focused || Boolean(this.given.controls?.includes(name));
	}

	rulesOf(layer: string): LayerRules {
		return this.records.rules.layers[layer];
	}

	ranges(layer = this.s.layer): Readonly<Record<string, Range>> {
		return { ...this.rulesOf(layer).ranges, ...this.given.ranges[layer] };
	}

	settings(s: Readonly<Record<string, unknown>> = this.s): Settings {
		return Object.fromEntries([...this.layer.arguments, "sizes", "channels"].map(name => [name, s[name] as Setting]));
	}

	verdict(settings: Settings): Found | Refused {
		return verdict(this.records.rules, this.s.layer, settings);
	}

	/** What the layer says to the wish. */
	#weigh(): Found | Refused {
		const found = this.verdict(this.wish);
		this.refused = isRefused(found) ? found : null;
		return found;
	}

	/** Ask for a setting: it is taken if the layer allows it, else it stays a wish and is explained. */
	ask(changes: Settings, asked = ""): void {
		this.wish = { ...this.wish, ...changes };
		this.asked = asked;
		const found = this.#weigh();
		if (!isRefused(found)) this.settle(this.wish, {}, found);
		this.drawn(false);
	}

	ways(): Settings[] {
		return this.refused ? mended(this.records.rules, this.s.layer, this.refused) : [];
	}

	/** Take legal settings over, and keep the place that is looked at, whatever its index is now. */
	settle(settings: Settings, carried: Settings = {}, found = this.verdict(settings) as Found): void {
		if (settings.data_format !== this.s.data_format) this.s.own = {};
		Object.assign(this.s, settings, { wish: {}, carried, unread: [] });
		this.s.position = this.indexOf(this.at);
		this.found = found;
		this.#compute();
		this.push();
	}

	/** Change what shapes nothing: position, view, language, … */
	turn(changes: Partial<State>, redo = true): void {
		Object.assign(this.s, changes);
		if (redo) this.#compute();
		this.drawn(false);
		this.push();
	}

	/** Another layer: what it can hold is kept, the rest becomes the nearest that it can, and is named. */
	choose(layer: string, changes: Settings = {}): void {
		const before = { ...this.s, ...changes } as unknown as Settings;
		this.#enter(layer);
		const [settings, lost] = carriedOver(this.records.rules, layer, before, this.ranges());
		this.settle(settings, lost);
		this.wish = settings;
		this.refused = null;
		this.drawn(false);
	}

	/** A layer as it starts, and all else as well, whatever was shown. */
	begin(layer: string): void {
		this.#enter(layer);
		const views = this.records.properties.filter(({ kind, start }) => kind !== "pool" && start !== null);
		Object.assign(this.s, Object.fromEntries(views.map(({ name, start }) => [name, start])));
		this.#setPools(this.records.start.values[this.rank]);
		this.at = [0, 0, 0];
		this.wish = this.layer.start;
		this.refused = null;
		this.settle(this.layer.start);
	}

	#enter(layer: string): void {
		this.layer = this.rulesOf(layer);
		Object.assign(this.s, { layer, own: {} });
	}

	// Numbers

	get rank(): 1 | 2 {
		return this.layer.rank as 1 | 2;
	}

	get pools(): Pools {
		return this.values[this.rank];
	}

	#compute(): void {
		this.scene = sceneOf(this.records, this.found, this.s, this.pools, this.rank);
		this.#hold();
		this.#back();
	}

	/** Keep position and looks inside what there is. */
	#hold(): void {
		const { a, u, x } = this.scene,
			place = this.placeOf(this.s.position);
		const inside = (index: number, size = 1): number => Math.max(0, Math.min(index, size - 1));
		this.at = [inside(place[0], a.shape[0]), inside(place[1], a.shape[1]), inside(place[2], a.shape[2])];
		this.s.position = this.indexOf(this.at);
		this.q = inside(this.q, u.shape[2]);
		this.k = inside(this.k, x.shape[2]);
	}

	#back(): void {
		const { gradient, partial, activation } = this.s;
		this.gradients =
			gradient === "off"
				? null
				: gradientsOf(this.scene, this.#outputGradient(), activation as string, partial ? this.step : -1);
	}

	#outputGradient(): Tensor {
		const { a } = this.scene,
			{ gradient, own } = this.s,
			dy = { shape: a.shape, data: new Float64Array(a.data.length) };
		const [rows = 1, columns = 1, filters = 1] = a.shape;
		const index = ([r, c, f]: Place): number => (r * columns + c) * filters + f;
		if (gradient === "ones") dy.data.fill(1);
		else if (gradient === "one") dy.data[index(this.at)] = 1;
		else {
			for (const [key, value] of Object.entries(own)) {
				const place = this.placeOf(key.split("|").map(Number));
				if (place[0] < rows && place[1] < columns && place[2] < filters) dy.data[index(place)] = value;
			}
		}
		return dy;
	}

	get channelsFirst(): boolean {
		return this.s.data_format === "channels_first";
	}

	/** Row, column and channel of an index in the layer's data format, and back. */
	placeOf(index: readonly number[]): Place {
		const list = this.channelsFirst ? [...index.slice(1), index[0] ?? 0] : index;
		return (this.rank === 1 ? [0, ...list] : list) as unknown as Place;
	}

	indexOf([r, c, channel]: Place): number[] {
		const spatial = this.rank === 1 ? [c] : [r, c];
		return this.channelsFirst ? [channel, ...spatial] : [...spatial, channel];
	}

	shapeOf(tensor: Tensor): number[] {
		return this.indexOf(tensor.shape as unknown as Place);
	}

	/** The weights' number, bias included. */
	get parameters(): number {
		const { kernels, bias } = this.scene;
		return kernels.reduce((sum, { data }) => sum + data.length, this.s.use_bias ? bias.data.length : 0);
	}

	get steps(): number {
		return this.scene.a.shape[0] * this.scene.a.shape[1];
	}

	get step(): number {
		return this.at[0] * this.scene.a.shape[1] + this.at[1];
	}

	/** The first stage's output channel that feeds what is looked at. */
	get met(): number {
		return this.scene.links.length > 1 ? this.q : Math.min(this.at[2], this.scene.u.shape[2] - 1);
	}

	go(r: number, c: number, f = this.at[2]): void {
		this.at = [r, c, f];
		this.s.position = this.indexOf(this.at);
		if (this.s.gradient === "one" || this.s.partial) this.#back();
		this.drawn(true);
		this.push();
	}

	goStep(step: number): void {
		const columns = this.scene.a.shape[1];
		this.go(Math.floor(step / columns), step % columns);
	}

	// Values

	#setPools(pools: Partial<Pools>, rank: number = this.rank): void {
		this.values = { ...this.values, [rank]: { ...this.values[rank], ...pools } };
	}

	/** One number of a pool, at its place in the pool. */
	edit(kind: Kind, place: readonly number[], value: number): void {
		this.#setPools({ [kind]: edited(this.pools[kind], place, value) });
		this.turn({});
	}

	fill(kind: Kind, pool: Pool): void {
		this.#setPools({ [kind]: pool });
		this.turn({});
	}

	editGradient(place: Place, value: number): void {
		this.turn({ own: { ...this.s.own, [this.indexOf(place).join("|")]: value } });
	}

	/** A misconception, with its own layer, settings and numbers. */
	open(id: string): void {
		const preset = this.records.presets.find(one => one.id === id);
		if (!preset) return this.turn({ preset: "" }, false);
		this.#show(preset);
	}

	#show({ id, layer, settings, values, view, position }: Preset): void {
		Object.assign(
			this.s,
			{ preset: id, true_convolution: false, gradient: "off", view: "scatter", pytorch: false },
			view,
		);
		if (values) this.#setPools(values, this.rulesOf(layer).rank);
		this.#enter(layer);
		const start = this.layer.start;
		this.wish = { ...start, ...settings };
		this.#weigh();
		if (this.refused) {
			// A preset may ask for what is refused: show where it starts, and the refusal beside it.
			this.settle(start);
			this.s.wish = settings;
		}
		this.ask({});
		if (position) this.turn({ position });
	}

	// Towards Python

	push(): void {
		clearTimeout(this.#saving);
		this.#saving = setTimeout(() => this.#save(), SAVED_AFTER);
	}

	/** All at once, or the echo of an earlier move would win in between. */
	#save(): void {
		this.#saving = undefined;
		this.saved();
		try {
			this.#tell("shown", { ...this.s });
			this.#tell("values", this.values);
			this.model.save_changes();
		} catch {
			// The kernel is gone: the picture stays alive without it.
		}
	}

	/** Set a trait without hearing of it. */
	#tell(name: string, value: unknown): void {
		this.#telling = true;
		this.model.set(name, value);
		this.#telling = false;
	}

	/** Whether the wish and what stands differ in a setting. */
	differs(name: string): boolean {
		return name in this.wish && keyOf(this.wish[name]) !== keyOf(this.s[name]);
	}
}
