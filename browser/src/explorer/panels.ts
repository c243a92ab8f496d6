/* Which grids stand where: from the state and its numbers to what each grid shows. */

import { type Axis, NONE } from "../axes";
import { python } from "../format";
import type { GridSpec } from "../parts/grid";
import type { Tensor } from "../tensor";
import type { Words } from "../words";
import { valueAt, weightAt } from "./scene";
import type { Session } from "./session";

export interface Panel {
	readonly kind: string;
	readonly grids: readonly GridSpec[];
	/** The number under the first grid, in words. */
	readonly note?: string;
}

/** A channel beside the chosen one: its input, its kernel, its products. */
export interface Unit {
	readonly channel: number;
	readonly grids: readonly GridSpec[];
	readonly note: string;
}

export interface Picture {
	/** The line from input to output, and a second one behind what lies between. */
	readonly lines: readonly (readonly Panel[])[];
	readonly units: readonly Unit[];
}

export const all = (size = 0): number[] => Array.from({ length: size }, (_, index) => index);

/** Whether the window slides over a line of inputs, zeros between and around them included. */
export const gathers = (session: Session): boolean => !session.layer.transposed || session.s.view === "zeros";

/** The zeros by which PyTorch's pads reach further than Keras' before the input. */
export type Beside = readonly [before: number, after: number];

/** The input in each cell along one direction. */
function inputLine(session: Session, axis: number, beside: Beside): number[] {
	const { places } = session.scene.axes[axis];
	if (!gathers(session)) return all(session.scene.x.shape[axis]);
	return [...all(beside[0]).map(() => NONE), ...places, ...all(beside[1]).map(() => NONE)];
}

/** The output in each cell: behind stamps the whole result, what is cropped off included. */
function outputLine(session: Session, axis: number): number[] {
	const size = session.scene.a.shape[axis],
		{ stampPlaces } = session.scene.axes[axis] as Axis;
	if (gathers(session) || !stampPlaces) return all(size);
	return [
		...stampPlaces.map(place => (place < size ? place : NONE)),
		...all(size).filter(place => !stampPlaces.includes(place)),
	];
}

export function kernelLines({ scene, layer, s }: Session): number[][] {
	const [rows, columns] = [all(scene.kernels[0].shape[0]), all(scene.kernels[0].shape[1])];
	return layer.transposed && s.view === "zeros" ? [rows.reverse(), columns.reverse()] : [rows, columns];
}

/** The channel that stands large: the chosen one, or the first that the filter meets. */
export function chosenChannel({ scene, met, k }: Session): number {
	const channels = scene.links[0].of[met].map(([channel]) => channel);
	return channels.includes(k) ? k : channels[0];
}

/** The product under one tap; null where a stamp does not reach. */
export function productAt(session: Session, k: number, a: number, b: number, i: number, j: number): number | null {
	const { axes, x, kernels } = session.scene,
		[r, c] = session.at;
	const row = axes[0].sources[r][i],
		column = axes[1].sources[c][j];
	if (row !== NONE && column !== NONE) return valueAt(x, row, column, k) * weightAt(kernels[0], i, j, a, b);
	return gathers(session) ? 0 : null;
}

export function channelSum(session: Session, k: number, a: number, b: number): number {
	const [rows, columns] = session.scene.kernels[0].shape;
	let sum = 0;
	for (const i of all(rows)) for (const j of all(columns)) sum += productAt(session, k, a, b, i, j) ?? 0;
	return sum;
}

export function pictureOf(
	session: Session,
	words: Words,
	say: (value: number) => string,
	beside: readonly [Beside, Beside],
): Picture {
	const {
			scene,
			gradients: g,
			at: [r, c, f],
			met,
		} = session,
		{ x, u, a, bias, links, kernels } = scene;
	const inputs = [inputLine(session, 0, beside[0]), inputLine(session, 1, beside[1])];
	const outputs = [outputLine(session, 0), outputLine(session, 1)];
	const kernelTaps = kernelLines(session),
		chosen = chosenChannel(session);
	const grid = (
		kind: string,
		channel: number,
		[rows = [], columns = []]: readonly number[][],
		value: GridSpec["value"],
		more: Partial<GridSpec> = {},
	): GridSpec => ({
		id: `${kind}${channel}`,
		kind,
		channel,
		rows,
		columns,
		value,
		small: false,
		title: words.text(`explorer.grid_${kind}`, { channel, a: more.a ?? "", b: more.b ?? "" }),
		...more,
	});
	/** The data format is seen nowhere else. */
	const shaped = (spec: GridSpec, tensor: Tensor): GridSpec =>
		spec.small ? spec : { ...spec, title: `${spec.title} · ${python(session.shapeOf(tensor))}` };
	const map = (
		kind: string,
		tensor: Tensor,
		channel: number,
		lines: readonly number[][],
		more?: Partial<GridSpec>,
	): GridSpec => grid(kind, channel, lines, (i, j) => valueAt(tensor, i, j, channel), more);
	const input = (k: number, small: boolean): GridSpec[] => [
		shaped(map("input", x, k, inputs, { small }), x),
		...(g ? [map("dx", g.dx, k, inputs, { small })] : []),
	];
	const kernel = ([k, ka, kb]: readonly number[], small: boolean): GridSpec[] => {
		const more = { a: ka, b: kb, small };
		return [
			grid("kernel", k, kernelTaps, (i, j) => weightAt(kernels[0], i, j, ka, kb), more),
			...(g ? [grid("dw", k, kernelTaps, (i, j) => weightAt(g.kernels[0], i, j, ka, kb), more)] : []),
		];
	};
	const product = ([k, ka, kb]: readonly number[], small: boolean): GridSpec =>
		grid("product", k, kernelTaps, (i, j) => productAt(session, k, ka, kb, i, j), { a: ka, b: kb, small });
	const sum = ([k, ka, kb]: readonly number[]): string =>
		words.text("explorer.channel_sum", { sum: say(channelSum(session, k, ka, kb)) });
	const pairs = links[0].of[met],
		large = pairs.find(([k]) => k === chosen) ?? pairs[0];
	const first: Panel[] = [
		{ kind: "input", grids: input(chosen, false) },
		{ kind: "kernel", grids: kernel(large, false) },
		{ kind: "product", grids: [product(large, false)], note: sum(large) },
	];
	const maps = (kind: string, tensor: Tensor, chosenOne: number, lines: readonly number[][]): GridSpec[] =>
		[chosenOne, ...all(tensor.shape[2]).filter(one => one !== chosenOne)].map(one =>
			shaped(
				map(kind, tensor, one, lines, {
					small: one !== chosenOne,
					...(gathers(session) ? {} : { outside: "crop" as const }),
				}),
				tensor,
			),
		);
	const biasLine = [[0], all(bias.shape[0])];
	const output: Panel = {
		kind: "output",
		grids: [
			...maps("output", a, f, outputs),
			...(g ? maps("dy", g.dy, f, outputs) : []),
			...(session.s.use_bias ? [grid("bias", 0, biasLine, (_, k) => bias.data[k], { small: true })] : []),
			...(g && session.s.use_bias ? [grid("db", 0, biasLine, (_, k) => g.dbias.data[k], { small: true })] : []),
		],
	};
	const others = all(x.shape[2])
		.filter(k => k !== chosen)
		.map((k): Unit => {
			const pair = pairs.find(([channel]) => channel === k);
			return {
				channel: k,
				grids: [...input(k, true), ...(pair ? [...kernel(pair, true), product(pair, true)] : [])],
				note: pair ? sum(pair) : "",
			};
		});
	if (links.length === 1) return { lines: [[...first, output]], units: others };
	const points = [all(kernels[1].shape[2]), all(kernels[1].shape[3])];
	const pointwise: Panel = {
		kind: "pointwise",
		grids: [
			grid("pointwise", 0, points, (i, j) => weightAt(kernels[1], 0, 0, i, j)),
			...(g ? [grid("dp", 0, points, (i, j) => weightAt(g.kernels[1], 0, 0, i, j))] : []),
			grid("mixed", f, [points[0], [0]], i => valueAt(u, r, c, i) * weightAt(kernels[1], 0, 0, i, f)),
		],
	};
	const between: Panel = { kind: "mid", grids: maps("mid", u, session.q, [all(u.shape[0]), all(u.shape[1])]) };
	return {
		lines: [
			[...first, between],
			[pointwise, output],
		],
		units: others,
	};
}
