/* The lens's state, and all that may happen to it; it draws nothing. */

import { isRefused, mended, type Refused, verdict } from "../axes";
import type { Settings } from "../contract";
import { keyOf } from "../format";
import type { Model } from "../model";
import { type Axes, type Extent, extentOf, filter, largestOf, padded } from "./filter";
import { fitted, namedSide, numbersOf, turned } from "./kernels";
import { type Pixels, withChannels } from "./pixels";
import type { Numbers, Records, State, Traits } from "./records";
import { difference, gainOf, largestDifference, moved, noisy, type Place, stripes, strongest } from "./scene";

const SAVED_AFTER = 60,
	LAYER = "Conv2D";

interface Filtered {
	readonly axes: Axes;
	/** Of the picture, what the kernel slides over. */
	readonly lines: readonly Float32Array[];
	readonly output: Pixels;
}

export class Session {
	s!: State;
	/** What was asked for and may be refused, and why it is. */
	wish: Settings = {};
	refused: Refused | null = null;
	/** The control that asked last, and the group of controls that is open. */
	asked = "";
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
	difference: Pixels | null = null;
	largestDifference: number | null = null;
	/** The places of the strongest outputs. */
	marks: readonly Place[] = [];
	/** How many times as much the output of a pattern varies as the pattern. */
	gain: number | null = null;
	/** Without a puzzle nothing. */
	solved: boolean | null = null;
	/** Whether the picture is the reader's own; the model never learns of it. */
	own = false;
	private pixels: Pixels;
	/** What the picture is laid under the kernel as, before it is moved. */
	private unmoved: Filtered | null = null;
	private readonly secret: Numbers | null;
	private count = 0;
	private madeFor = "";
	private targetFor = "";
	private saving: ReturnType<typeof setTimeout> | undefined;
	private telling = false;

	constructor(
		readonly model: Model<Traits & Record<string, unknown>>,
		readonly records: Records,
		/** The picture that the model names. */
		private readonly first: Pixels,
		private readonly drawn: (moved: boolean) => void,
		/** Told when the state has come to rest. */
		private readonly saved: () => void,
	) {
		this.pixels = first;
		const { puzzle, controls } = model.get("given");
		this.controls = controls ?? [];
		this.groups = controls ? ["first", ...records.groups] : records.groups;
		this.group = this.groups[0];
		this.secret = typeof puzzle === "string" ? numbersOf(records, puzzle, [3, 3]) : (puzzle as Numbers | null);
		model.on("change:shown", this.heard);
		this.adopt();
	}

	destroy(): void {
		clearTimeout(this.saving);
		this.model.off("change:shown", this.heard);
	}

	private readonly heard = (): void => {
		if (this.telling || this.saving !== undefined) return;
		this.adopt();
		this.drawn(false);
	};

	private adopt(): void {
		this.s = { ...this.model.get("shown") };
		// The reader's own picture may be too small for what Python asks.
		if (isRefused(this.verdict())) this.put(this.first, false);
		this.compute();
		this.refused = null;
		this.wish = this.settings();
	}

	/** How many channels the picture has; one may look at their mean. */
	get colours(): number {
		return this.pixels.planes.length;
	}

	// Settings

	/** The layer's arguments: each channel by itself meets the one kernel. */
	layerArguments(changes: Partial<State> = {}): Settings {
		const { channels, kernel_size, strides, padding, dilation_rate } = { ...this.s, ...changes };
		return { filters: channels, kernel_size, strides, padding, dilation_rate, groups: channels, use_bias: false };
	}

	/** With what the rules ask besides. */
	settings(changes: Partial<State> = {}, { height, width }: Pixels = this.pixels): Settings {
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
		const { kernel_size, strides, padding, dilation_rate } = this.wish as unknown as State;
		const kernel = fitted(this.records, this.s.kernel, kernel_size);
		this.turn({ kernel, kernel_size, strides, padding, dilation_rate });
	}

	ways(): Settings[] {
		return this.refused ? mended(this.records.rules, LAYER, this.refused) : [];
	}

	/** Change what is legal by itself. */
	turn(changes: Partial<State>): void {
		Object.assign(this.s, changes);
		this.compute();
		if (!this.refused) this.wish = this.settings();
		this.drawn(false);
		this.push();
	}

	// The kernel

	get numbers(): Numbers {
		return numbersOf(this.records, this.s.kernel, this.s.kernel_size);
	}

	/** The kernel as it meets the picture. */
	get taps(): Numbers {
		return this.laid(this.numbers);
	}

	private laid(kernel: Numbers): Numbers {
		return this.s.true_convolution ? turned(kernel) : kernel;
	}

	setNumber(index: number, value: number): void {
		const { largest } = this.records,
			inside = Math.max(-largest, Math.min(value, largest)),
			across = this.s.kernel_size[1];
		this.turn({
			kernel: this.numbers.map((line, r) => line.map((one, c) => (r * across + c === index ? inside : one))),
		});
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
		this.put(pixels, own);
		this.turn({ channels });
		return true;
	}

	private put(pixels: Pixels, own: boolean): void {
		Object.assign(this, { pixels, own, count: this.count + 1 });
	}

	/** Move the window to a place of the output, or to the nearest. */
	go(row: number, column: number, channel = this.s.position[2]): void {
		const before = keyOf(this.s.position);
		this.s.position = this.inside([row, column, channel]);
		if (keyOf(this.s.position) === before) return;
		this.drawn(true);
		this.push();
	}

	private inside(place: readonly number[]): number[] {
		return this.outputShape.map((size, axis) => Math.max(0, Math.min(place[axis], size - 1)));
	}

	get outputShape(): number[] {
		const { height, width, planes } = this.now.output;
		return [height, width, planes.length];
	}

	// What follows

	private compute(): void {
		const { period, angle, noise, move, marks, position } = this.s,
			settings = this.settings(),
			key = keyOf(this.count, settings, period, angle, noise, move);
		if (key !== this.madeFor) {
			const scene = this.scene();
			this.input = move ? moved(scene, move) : scene;
			this.now = this.prepared(settings, this.input);
			this.lowest = extentOf(this.input.planes).minimum;
			this.unmoved = move && this.prepared(settings, scene);
			this.madeFor = key;
		}
		this.fill(this.now, this.taps);
		const { axes, output } = this.now;
		this.extent = extentOf(output.planes);
		this.s.position = this.inside(position);
		this.marks = marks ? strongest(output, axes, marks) : [];
		this.gain = this.isPattern ? gainOf(this.input, output) : null;
		this.follow();
		if (this.secret) this.compare(this.secret);
	}

	get isPattern(): boolean {
		return !this.own && this.s.period !== null;
	}

	private scene(): Pixels {
		const { period, angle, noise, channels } = this.s,
			pixels = this.isPattern
				? stripes(Number(period), Number(angle), this.pixels)
				: withChannels(this.pixels, channels);
		return noise ? noisy(pixels, noise) : pixels;
	}

	/** By how many whole outputs the output of a moved picture moves. */
	get near(): Place {
		const [down, right] = this.s.move ?? [0, 0],
			[rows, columns] = this.s.strides;
		return [Math.floor(down / rows), Math.floor(right / columns)];
	}

	/** How far the output follows the picture's move. */
	private follow(): void {
		const { unmoved, now, near } = this,
			{ move } = this.s;
		this.difference = this.largestDifference = null;
		if (!unmoved || !move) return;
		this.fill(unmoved, this.taps);
		this.difference = difference(now.output, moved(unmoved.output, near));
		this.largestDifference = largestDifference(this.difference, now.axes, move);
	}

	private prepared(settings: Settings, input: Pixels): Filtered {
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

	private fill({ axes, lines, output }: Filtered, taps: Numbers): void {
		output.planes.forEach((plane, k) => filter(lines[k], axes, taps, plane));
	}

	/** What the secret kernel makes of the picture, and whether that is what is seen. */
	private compare(secret: Numbers): void {
		const settings = this.settings({ kernel_size: [secret.length, secret[0].length] }),
			key = keyOf(this.madeFor, settings, this.s.true_convolution);
		if (key !== this.targetFor) {
			const made = isRefused(this.verdict(settings)) ? null : this.prepared(settings, this.input);
			if (made) this.fill(made, this.laid(secret));
			this.target = made?.output ?? null;
			this.targetFor = key;
		}
		const { now, target } = this,
			sameSize = target && keyOf(target.height, target.width) === keyOf(now.output.height, now.output.width);
		const apart = sameSize ? largestOf(extentOf(difference(now.output, target).planes)) : Number.POSITIVE_INFINITY;
		this.solved = apart <= this.records.tolerance * largestOf(extentOf(target?.planes ?? []));
	}

	// Saving

	private push(): void {
		this.saving ??= setTimeout(() => this.save(), SAVED_AFTER);
	}

	private save(): void {
		this.saving = undefined;
		this.saved();
		const { position, channels } = this.own ? this.model.get("shown") : this.s;
		this.telling = true;
		try {
			// Of a picture that only this browser has, nothing is told.
			this.model.set("shown", { ...this.s, position, channels });
			this.model.save_changes();
		} catch {
			// The kernel is gone: the picture stays alive without it.
		}
		this.telling = false;
	}
}
