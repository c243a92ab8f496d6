/* The lens's state, and all that may happen to it; it draws nothing. */

import { isRefused, mended, type Refused, verdict } from "../axes";
import type { Settings } from "../contract";
import { keyOf } from "../format";
import type { Model } from "../model";
import { taken } from "../taken";
import { type Axes, type Extent, extentOf, filter, largestOf, padded } from "./filter";
import { fitted, masked, namedSide, numbersOf, turned } from "./kernels";
import { type Pixels, shapeOf, withChannels } from "./pixels";
import type { Numbers, Property, Records, State, Traits } from "./records";
import { difference, gainOf, largestDifference, moved, noisy, type Place, stripes, strongest } from "./scene";
import { changesOf } from "./taken";

const SAVED_AFTER = 60,
	LAYER = "Conv2D";

interface Filtered {
	readonly axes: Axes;
	/** Of the picture, what the kernel slides over. */
	readonly lines: readonly Float32Array[];
	readonly output: Pixels;
	/** The kernel of which the output is. */
	taps?: Numbers;
	/** The output of all taps but one, while that one is being changed. */
	others?: { readonly tap: number; readonly planes: readonly Float32Array[] } | undefined;
}

export class Session {
	s!: State;
	/** What was asked for and may be refused, and why it is. */
	wish!: Settings;
	refused!: Refused | null;
	/** The control that asked last, and the group of controls that is open. */
	asked = "";
	/** What of the state that the model held is not known here. */
	unread!: string[];
	group: string;
	/** Groups of dials; those that come first are a group of their own. */
	readonly groups: readonly string[];
	readonly controls: readonly string[];
	/** What is laid under the kernel, and what comes of it. */
	input!: Pixels;
	now!: Filtered;
	extent!: Extent;
	/** The smallest number of what is laid under the kernel. */
	lowest = 0;
	target: Pixels | null = null;
	/** What the output is less than the moved output of the picture before its move, and at most in the middle. */
	difference!: Pixels | null;
	largestDifference!: number | null;
	/** The places of the strongest outputs. */
	marks!: readonly Place[];
	/** How many times as much the output of a pattern varies as the pattern. */
	gain!: number | null;
	/** Without a puzzle nothing. */
	solved: boolean | null = null;
	/** Whether the picture is the reader's own; the model never learns of it. */
	own = false;
	#pixels: Pixels;
	/** What the picture is laid under the kernel as, before it is moved. */
	#unmoved: Filtered | null = null;
	readonly #secret: Numbers | null;
	#count = 0;
	#madeFor = "";
	#targetFor = "";
	#saving: ReturnType<typeof setTimeout> | undefined;
	#telling = false;

	constructor(
		readonly model: Model<Traits & Record<string, unknown>>,
		readonly records: Records,
		/** The picture that the model names. */
		private readonly first: Pixels,
		private readonly drawn: (moved: boolean) => void,
		/** Told when the state has come to rest. */
		private readonly saved: () => void,
	) {
		this.#pixels = first;
		const { puzzle, controls }: Partial<Traits["given"]> = model.get("given") ?? {};
		this.controls = controls ?? [];
		this.groups = controls ? ["first", ...records.groups] : records.groups;
		this.group = this.groups[0];
		this.#secret =
			typeof puzzle === "string" ? numbersOf(records, puzzle, [3, 3]) : ((puzzle ?? null) as Numbers | null);
		model.on("change:shown", this.#heard);
		this.#adopt();
	}

	destroy(): void {
		clearTimeout(this.#saving);
		this.model.off("change:shown", this.#heard);
	}

	readonly #heard = (): void => {
		if (this.#telling || this.#saving !== undefined) return;
		this.#adopt();
		this.drawn(false);
	};

	/** Take over what the model holds, as far as it is known. */
	#adopt(): void {
		const start = this.records.properties.map(({ name, start, options }) => [name, start ?? options?.[0] ?? null]);
		this.s = Object.fromEntries(start);
		[this.s, this.unread] = taken(this.model.get("shown"), this.s, (name, value, s) => {
			this.s = s;
			return changesOf(this, name, value);
		});
		// The reader's own picture may be too small for what Python asks.
		if (this.unread.length && this.own) {
			this.#put(this.first, false);
			return this.#adopt();
		}
		this.#compute();
		this.refused = null;
		this.wish = this.settings();
	}

	/** How many channels the picture has; one may look at their mean. */
	get colours(): number {
		return this.#pixels.planes.length;
	}

	// Settings

	propertyOf(name: string): Property | undefined {
		return this.records.properties.find(one => one.name === name);
	}

	/** What the layer may refuse. */
	#shaping(from: Readonly<Record<string, unknown>>): Settings {
		const names = this.records.properties.filter(one => one.shapes).map(({ name }) => name);
		return Object.fromEntries(names.map(name => [name, from[name]])) as Settings;
	}

	/** The layer's arguments: each channel by itself meets the one kernel. */
	layerArguments(changes: Partial<State> = {}): Settings {
		const { channels } = { ...this.s, ...changes };
		return { filters: channels, ...this.#shaping({ ...this.s, ...changes }), groups: channels, use_bias: false };
	}

	/** With what the rules ask besides. */
	settings(changes: Partial<State> = {}, { height, width }: Pixels = this.#pixels): Settings {
		const own = this.layerArguments(changes),
			sizes = [height, width];
		return { ...own, sizes, channels: own.filters, activation: "linear", data_format: "channels_last" };
	}

	verdict(settings: Settings = this.settings()): ReturnType<typeof verdict> {
		return verdict(this.records.rules, LAYER, settings);
	}

	/** Ask for a setting: it is taken if the layer allows it, else it stays a wish and is explained. */
	ask(changes: Settings, asked = ""): void {
		this.wish = { ...this.wish, ...changes };
		this.asked = asked;
		const found = this.verdict(this.wish);
		this.refused = isRefused(found) ? found : null;
		if (this.refused) return this.drawn(false);
		const kernel = fitted(this.records, this.s.kernel, this.wish.kernel_size as number[]);
		this.turn({ kernel, ...this.#shaping(this.wish) });
	}

	ways(): Settings[] {
		return this.refused ? mended(this.records.rules, LAYER, this.refused) : [];
	}

	/** Change what is legal by itself. */
	turn(changes: Partial<State>): void {
		Object.assign(this.s, changes);
		this.#compute();
		if (!this.refused) this.wish = this.settings();
		this.drawn(false);
		this.#push();
	}

	// The kernel

	get numbers(): Numbers {
		return numbersOf(this.records, this.s.kernel, this.s.kernel_size);
	}

	/** The kernel as it meets the picture. */
	get taps(): Numbers {
		return this.#laid(this.numbers);
	}

	#laid(kernel: Numbers): Numbers {
		return this.s.true_convolution ? turned(kernel) : kernel;
	}

	setNumber(index: number, value: number): void {
		const { numbers } = this,
			{ largest } = this.records,
			across = numbers[0].length,
			row = Math.floor(index / across),
			inside = Math.max(-largest, Math.min(value, largest));
		this.turn({ kernel: numbers.with(row, numbers[row].with(index % across, inside)) });
	}

	/** A named kernel is square. */
	choose(kernel: string): void {
		const side = namedSide(this.records, this.s.kernel_size);
		this.s.kernel = kernel;
		this.ask({ kernel_size: [side, side] }, "kernel");
		// A setting that is refused keeps its window; the kernel is another one all the same.
		if (this.refused) this.turn({ kernel: fitted(this.records, kernel, this.s.kernel_size) });
	}

	// The picture

	/** Show another picture; false where the window does not fit into it, and nothing has changed. */
	use(pixels: Pixels = this.first, own = false): boolean {
		const channels = Math.min(this.s.channels, pixels.planes.length);
		if (isRefused(this.verdict(this.settings({ channels }, pixels)))) return false;
		this.#put(pixels, own);
		this.turn({ channels });
		return true;
	}

	#put(pixels: Pixels, own: boolean): void {
		this.#pixels = pixels;
		this.own = own;
		this.#count++;
	}

	/** Move the window to a place of the output, or to the nearest. */
	go(row: number, column: number, channel = this.s.position[2]): void {
		const before = keyOf(this.s.position);
		this.s.position = this.#inside([row, column, channel]);
		if (keyOf(this.s.position) === before) return;
		this.drawn(true);
		this.#push();
	}

	#inside(place: readonly number[] | null): number[] {
		return this.outputShape.map((size, axis) => Math.max(0, Math.min(place?.[axis] ?? 0, size - 1)));
	}

	get outputShape(): number[] {
		return shapeOf(this.now.output);
	}

	// What follows

	#compute(): void {
		const { period, angle, noise, move, marks, position } = this.s,
			settings = this.settings(),
			key = keyOf(this.#count, settings, period, angle, noise, move);
		if (key !== this.#madeFor) {
			const scene = this.#scene();
			this.input = move ? moved(scene, move) : scene;
			this.now = this.#prepared(settings, this.input);
			this.lowest = extentOf(this.input.planes).minimum;
			this.#unmoved = move && this.#prepared(settings, scene);
			this.#madeFor = key;
		}
		this.#fill(this.now, this.taps);
		const { axes, output } = this.now;
		this.extent = extentOf(output.planes);
		this.s.position = this.#inside(position);
		this.marks = marks ? strongest(output, axes, marks) : [];
		this.gain = this.isPattern ? gainOf(this.input, output) : null;
		this.#follow();
		if (this.#secret) this.#compare(this.#secret);
	}

	get isPattern(): boolean {
		return !this.own && this.s.period !== null;
	}

	#scene(): Pixels {
		const { period, angle, noise, channels } = this.s,
			pixels = this.isPattern
				? stripes(Number(period), Number(angle), this.#pixels)
				: withChannels(this.#pixels, channels);
		return noise ? noisy(pixels, noise) : pixels;
	}

	/** By how many whole outputs the output of a moved picture moves. */
	get near(): Place {
		const [down, right] = this.s.move ?? [0, 0],
			[rows, columns] = this.s.strides;
		return [Math.floor(down / rows), Math.floor(right / columns)];
	}

	/** How far the output follows the picture's move. */
	#follow(): void {
		const { now, near } = this,
			{ move } = this.s,
			unmoved = this.#unmoved;
		this.difference = this.largestDifference = null;
		if (!unmoved || !move) return;
		this.#fill(unmoved, this.taps);
		this.difference = difference(now.output, moved(unmoved.output, near));
		this.largestDifference = largestDifference(this.difference, now.axes, move);
	}

	#prepared(settings: Settings, input: Pixels): Filtered {
		const found = this.verdict(settings);
		if (isRefused(found)) throw new Error(found.code);
		const { axes } = found,
			{ planes, width, white } = input,
			[height, across] = axes.map(axis => axis.out);
		return {
			axes,
			lines: planes.map(plane => padded(plane, width, axes)),
			output: { height, width: across, white, planes: planes.map(() => new Float32Array(height * across)) },
		};
	}

	/* Where one tap is changed again and again, as by a drag, its product alone is added to the sums of the others:
	   those stand as they are, so no error adds up. */
	#fill(filtered: Filtered, taps: Numbers): void {
		const { axes, lines, output } = filtered,
			before = filtered.taps?.flat() ?? [],
			changed = taps.flat().flatMap((value, place) => (value === before[place] ? [] : [place])),
			[tap] = changed;
		if (!changed.length) return;
		if (changed.length > 1) filtered.others = undefined;
		else if (filtered.others?.tap !== tap) {
			const rest = masked(taps, tap, false);
			filtered.others = {
				tap,
				planes: lines.map((line, k) => filter(line, axes, rest, output.planes[k].slice().fill(0))),
			};
		}
		const { others } = filtered,
			kernel = others ? masked(taps, tap, true) : taps;
		output.planes.forEach((plane, k) => {
			plane.set(others?.planes[k] ?? plane.fill(0));
			filter(lines[k], axes, kernel, plane);
		});
		filtered.taps = taps;
	}

	/** What the secret kernel makes of the picture, and whether that is what is seen. */
	#compare(secret: Numbers): void {
		const settings = this.settings({ kernel_size: [secret.length, secret[0].length] }),
			key = keyOf(this.#madeFor, settings, this.s.true_convolution);
		if (key !== this.#targetFor) {
			const made = isRefused(this.verdict(settings)) ? null : this.#prepared(settings, this.input);
			if (made) this.#fill(made, this.#laid(secret));
			this.target = made?.output ?? null;
			this.#targetFor = key;
		}
		const { now, target } = this,
			sameSize = target && keyOf(shapeOf(target)) === keyOf(shapeOf(now.output));
		const apart = sameSize ? largestOf(extentOf(difference(now.output, target).planes)) : Number.POSITIVE_INFINITY;
		this.solved = apart <= this.records.tolerance * largestOf(extentOf(target?.planes ?? []));
	}

	// Saving

	#push(): void {
		this.#saving ??= setTimeout(() => this.#save(), SAVED_AFTER);
	}

	#save(): void {
		this.#saving = undefined;
		this.saved();
		const { position, channels } = this.own ? this.model.get("shown") : this.s;
		this.#telling = true;
		try {
			// Of a picture that only this browser has, nothing is told.
			this.model.set("shown", { ...this.s, position, channels });
			this.model.save_changes();
		} catch {
			// The kernel is gone: the picture stays alive without it.
		}
		this.#telling = false;
	}
}
