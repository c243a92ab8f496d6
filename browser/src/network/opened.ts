/* One number in the explorer of layers: the maps, the kernels and the bias that make it. */

import type { Nested } from "../contract";
import { node } from "../dom";
import type { Model } from "../model";
import { render } from "../shared";
import { type Part, partsOf } from "./cell";
import type { LayerRecord } from "./records";
import type { Session } from "./session";
import { type Inner, range } from "./stack";

export interface Opened {
	readonly element: HTMLElement;
	open(layer: number, place: Inner, from: number): Promise<void>;
	/** Show it anew, in the language of now. */
	again(): Promise<void>;
	close(): void;
}

/** So many channels stand in an explorer. */
const MOST_CHANNELS = 8,
	MOST_SIZE = 16,
	MOST_OF_STAMPS = 8;

type Traits = Record<string, Record<string, unknown>> & { module: Record<string, unknown> };

export function opened(session: Session, id: string): Opened {
	const element = node("div.opened", { hidden: true });
	let stop: unknown,
		last: Parameters<Opened["open"]> | null = null;

	async function open(layer: number, place: Inner, from: number): Promise<void> {
		last = [layer, place, from];
		const model = (await session.model.widget_manager.get_model(id.replace("IPY_MODEL_", ""))) as Model<Traits>;
		end();
		for (const [name, value] of Object.entries(traitsOf(session, layer, place, from)))
			model.set(name, { ...model.get(name), ...(value as object) });
		model.save_changes();
		element.hidden = false;
		stop = await render({ model: model as never, el: element });
	}

	function end(): void {
		if (typeof stop === "function") stop();
		stop = undefined;
		element.replaceChildren();
	}

	return {
		element,
		open,
		async again() {
			if (last) await open(...last);
		},
		close() {
			last = null;
			end();
			element.hidden = true;
		},
	};
}

/** Whether an explorer can show whole maps of a layer; else it shows the window alone. */
function fits({ input, record }: Session["layers"][number]): boolean {
	return Math.max(input[0], input[1]) <= (isTransposed(record) ? MOST_OF_STAMPS : MOST_SIZE);
}

const isTransposed = (record: LayerRecord): boolean => "output_padding" in record.arguments;

/** The traits of an explorer that shows the channels from `from` on. */
function traitsOf(session: Session, layer: number, place: Inner, from: number) {
	const step = session.steps[layer],
		{ record, rank } = step.layer,
		settings = record.arguments,
		groups = byChannel(partsOf(step, place), from),
		whole = fits(step.layer);
	const [rows, columns] = whole ? step.layer.input.slice(0, 2).map(range) : windowOf(groups[0][0]);
	const sizes = rank === 1 ? [columns.length] : [rows.length, columns.length],
		first = session.s.linear.includes(layer) ? "linear" : settings.activation;
	const own = {
		...settings,
		...{ sizes, channels: groups.length, activation: first, data_format: "channels_last" },
		...(settings.filters === undefined ? {} : { filters: 1 }),
		...(settings.groups === undefined ? {} : { groups: 1 }),
		...(settings.depth_multiplier === undefined ? {} : { depth_multiplier: groups[0].length }),
		...(whole ? {} : { padding: "valid", strides: sizes.map(() => 1) }),
	};
	const at = whole ? place : [0, 0];
	return {
		given: { controls: null, goal: null, tour: null, whole: null },
		values: { [String(rank)]: pools(session, layer, place, groups, rows, columns) },
		shown: {
			...{ layer: record.layer, language: session.s.language, view: "scatter", gradient: "off", own: {} },
			...{ wish: {}, carried: {}, unread: [], preset: "", true_convolution: false, partial: false, pytorch: false },
			...own,
			position: rank === 1 ? [at[1], 0] : [at[0], at[1], 0],
		},
	};
}

/** The parts of a few channels: a depthwise stage may make several of each. */
function byChannel(parts: readonly Part[], from: number): Part[][] {
	const each = parts.filter(({ channel }) => channel === parts[0].channel).length,
		first = Math.floor(from / each),
		count = Math.min(parts.length / each - first, MOST_CHANNELS);
	return range(count).map(index => parts.slice((first + index) * each, (first + index + 1) * each));
}

/** All that lies between the first and the last tap; before 0 there are zeros. */
function windowOf({ rows, columns }: Part): [number[], number[]] {
	const line = (places: readonly number[]): number[] => {
		const known = places.flatMap((place, index) => (place >= 0 ? [[place, index]] : [])),
			[[start, at] = [0, 0], [next, then] = [start + 1, at + 1]] = known,
			step = (next - start) / (then - at);
		return range((places.length - 1) * step + 1).map(index => start - at * step + index);
	};
	return [line(rows), line(columns)];
}

function pools(
	session: Session,
	layer: number,
	place: Inner,
	groups: readonly (readonly Part[])[],
	rows: readonly number[],
	columns: readonly number[],
) {
	const { x, weights, layer: own } = session.steps[layer],
		[kernel, pointwise] = weights.kernels,
		[height, width, inner, outer] = kernel.shape,
		[tall, wide, count] = x.shape;
	const inside = (row: number, column: number): boolean => row >= 0 && column >= 0 && row < tall && column < wide;
	const input = rows.map(row =>
		columns.map(column =>
			groups.map(([{ channel }]) => (inside(row, column) ? x.data[(row * wide + column) * count + channel] : 0)),
		),
	);
	const tap = (i: number, j: number, { a, b }: Part): number => kernel.data[((i * width + j) * inner + a) * outer + b];
	// A transposed kernel has its filters before its channels.
	const lines = (i: number, j: number): number[][] =>
		isTransposed(own.record)
			? [groups.map(([part]) => tap(i, j, part))]
			: groups.map(group => group.map(part => tap(i, j, part)));
	const taps = range(height).map(i => range(width).map(j => lines(i, j)));
	const block = (numbers: Nested) => ({ fill: "ramp", block: numbers });
	return {
		input: block(input),
		kernel: { ...block(taps), fill: "waves" },
		pointwise: { ...block(pointwise ? groups.flat().map(({ weight }) => [weight ?? 0]) : null), fill: "waves" },
		bias: { ...block([weights.bias?.[place[2]] ?? 0]), fill: "ones" },
	};
}
