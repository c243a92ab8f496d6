/* The lens's state, and all that may happen to it; it draws nothing. */

import { type Found, isRefused, mended, type Refused, verdict } from "../axes";
import type { Settings } from "../contract";
import { keyOf } from "../format";
import type { Model } from "../model";
import { type Axes, distance, type Extent, extentOf, filter, padded } from "./filter";
import { fitted, numbersOf, turned } from "./kernels";
import { type Pixels, withChannels } from "./pixels";
import type { Numbers, Records, State, Traits } from "./records";

const SAVED_AFTER = 60;
const LAYER = "Conv2D";
/** The settings that a layer has, and those that it may refuse. */
const SHAPING = ["kernel_size", "strides", "padding", "dilation_rate"] as const;

interface Filtered {
	readonly found: Found;
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
	group = "kernel";
	input!: Pixels;
	now!: Filtered;
	extent!: Extent;
	target: Pixels | null = null;
	solved = false;
	/** Whether the picture is the reader's own; the model never learns of it. */
	own = false;
	private readonly secret: Numbers | null;
	private targetFor = "";
	/** The picture that the model names. */
	private readonly first: Pixels;
	private shown = 0;
	private saving: ReturnType<typeof setTimeout> | undefined;
	private telling = false;
	private readonly heard = (): void => this.hear();

	constructor(
		readonly model: Model<Traits>,
		readonly records: Records,
		private pixels: Pixels,
		private readonly drawn: (moved: boolean) => void,
		/** Told when the state has come to rest. */
		private readonly saved: () => void,
	) {
		this.first = pixels;
		const { puzzle } = model.get("given");
		this.secret = typeof puzzle === "string" ? numbersOf(records, puzzle, [3, 3]) : (puzzle as Numbers | null);
		model.on("change:shown", this.heard);
		this.adopt();
	}

	destroy(): void {
		clearTimeout(this.saving);
		this.model.off("change:shown", this.heard);
	}

	private hear(): void {
		if (this.telling || this.saving !== undefined) return;
		this.adopt();
		this.drawn(false);
	}

	private adopt(): void {
		this.s = { ...this.model.get("shown") };
		if (this.own && isRefused(this.verdict())) this.put(this.first, false);
		this.compute();
		this.wish = this.settings();
		this.refused = null;
	}

	get isPuzzle(): boolean {
		return this.secret !== null;
	}

	/** How many channels the picture has; one may look at their mean. */
	get colours(): number {
		return this.pixels.planes.length;
	}

	// Settings

	/** What the layer is asked: each channel by itself meets the one kernel. */
	settings(changes: Partial<State> = {}, { height, width }: Pixels = this.pixels): Settings {
		const s = { ...this.s, ...changes };
		return {
			filters: s.channels,
			...Object.fromEntries(SHAPING.map(name => [name, s[name]])),
			groups: s.channels,
			use_bias: false,
			activation: "linear",
			data_format: "channels_last",
			sizes: [height, width],
			channels: s.channels,
		};
	}

	verdict(settings: Settings = this.settings()): Found | Refused {
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
		this.turn({ ...Object.fromEntries(SHAPING.map(name => [name, this.wish[name]])), kernel });
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
		return this.s.true_convolution ? turned(this.numbers) : this.numbers;
	}

	setNumber(row: number, column: number, value: number): void {
		const { largest } = this.records,
			inside = Math.max(-largest, Math.min(value, largest));
		this.turn({
			kernel: this.numbers.map((line, r) => (r === row ? line.map((one, c) => (c === column ? inside : one)) : line)),
		});
	}

	/** A named kernel is square. */
	choose(kernel: string): void {
		const side = Math.max(...this.s.kernel_size);
		this.s.kernel = kernel;
		this.ask({ kernel_size: [side, side] }, "kernel");
	}

	// The picture

	/** Show another picture; false where the window does not fit into it, and nothing has changed. */
	use(pixels: Pixels, own: boolean): boolean {
		const channels = Math.min(this.s.channels, pixels.planes.length);
		if (isRefused(this.verdict(this.settings({ channels }, pixels)))) return false;
		this.put(pixels, own);
		this.turn({ channels });
		return true;
	}

	private put(pixels: Pixels, own: boolean): void {
		Object.assign(this, { pixels, own, shown: this.shown + 1 });
	}

	/** Show the picture that the lens began with; false where a setting has outgrown it. */
	restore(): boolean {
		return this.use(this.first, false);
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

	private key = "";

	private compute(): void {
		const settings = this.settings(),
			key = keyOf(this.shown, settings);
		const fresh = key !== this.key;
		if (fresh) {
			const found = this.verdict(settings);
			if (isRefused(found)) throw new Error(found.code);
			this.input = withChannels(this.pixels, this.s.channels);
			this.now = this.prepared(found);
			this.key = key;
		}
		this.fill(this.now, this.taps);
		this.extent = extentOf(this.now.output.planes);
		this.s.position = this.inside(this.s.position);
		this.compare();
	}

	private prepared(found: Found): Filtered {
		const { planes, width, white } = this.input,
			[rows, columns] = found.axes;
		const length = rows.out * columns.out;
		return {
			found,
			lines: planes.map(plane => padded(plane, width, found.axes)),
			output: { height: rows.out, width: columns.out, white, planes: planes.map(() => new Float32Array(length)) },
		};
	}

	private fill({ found, lines, output }: Filtered, taps: Numbers): void {
		output.planes.forEach((plane, k) => filter(lines[k], found.axes as Axes, taps, plane));
	}

	/** What the secret kernel makes of the picture, and whether that is what is seen. */
	private compare(): void {
		if (!this.secret) return;
		const size = [this.secret.length, this.secret[0].length];
		const settings = this.settings({ kernel_size: size }),
			key = keyOf(this.shown, settings, this.s.true_convolution);
		if (key !== this.targetFor) this.target = this.made(settings, this.secret);
		this.targetFor = key;
		const target = this.target?.planes ?? [],
			{ minimum, maximum } = extentOf(target);
		const bound = this.records.tolerance * Math.max(-minimum, maximum);
		this.solved = distance(this.now.output.planes, target) <= bound;
	}

	private made(settings: Settings, secret: Numbers): Pixels | null {
		const found = this.verdict(settings);
		if (isRefused(found)) return null;
		const made = this.prepared(found);
		this.fill(made, this.s.true_convolution ? turned(secret) : secret);
		return made.output;
	}

	// Saving

	private push(): void {
		this.saving ??= setTimeout(() => {
			this.saving = undefined;
			this.save();
		}, SAVED_AFTER);
	}

	private save(): void {
		const kept = this.model.get("shown"),
			{ position, channels } = this.own ? kept : this.s;
		this.saved();
		this.telling = true;
		try {
			// Of a picture that only this browser has, nothing is told.
			this.model.set("shown", { ...this.s, position, channels });
			this.model.save_changes();
		} catch {
			// The kernel is gone: the picture stays alive without it.
		} finally {
			this.telling = false;
		}
	}

	/** Whether the wish and what stands differ in a setting. */
	differs(name: string): boolean {
		return name in this.wish && keyOf(this.wish[name]) !== keyOf(this.s[name]);
	}
}
