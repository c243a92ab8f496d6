/* All numbers that follow from a setting: input, weights, every stage, output, gradients. */

import { activate, slope } from "../activations";
import { type Axis, type Found, type Links, NONE } from "../axes";
import type { Pools, Records, State } from "../contract";
import { tensorOf } from "../fills";
import type { Product } from "../parts/sum";
import { backward, eachTerm, forward } from "../sums";
import { type Tensor, zeros } from "../tensor";

/** Row, column and channel, whatever the data format. */
export type Place = readonly [row: number, column: number, channel: number];
export type Axes = readonly [Axis, Axis];

export interface Scene {
	readonly axes: Axes;
	readonly links: readonly Links[];
	readonly x: Tensor;
	/** The first stage's kernel as it is slid, and the pointwise one as 1×1. */
	readonly kernels: readonly Tensor[];
	readonly bias: Tensor;
	/** The first stage's result: of a separable layer what lies between, else the sum itself. */
	readonly u: Tensor;
	readonly sum: Tensor;
	readonly z: Tensor;
	readonly a: Tensor;
	/** The axis of the output that is last in the layer's data format: softmax works along it. */
	readonly along: number;
}

export interface Gradients {
	readonly dy: Tensor;
	readonly dx: Tensor;
	readonly kernels: readonly Tensor[];
	readonly dbias: Tensor;
}

export const valueAt = ({ shape, data }: Tensor, r: number, c: number, k: number): number =>
	data[(r * shape[1] + c) * shape[2] + k];
export const weightAt = ({ shape, data }: Tensor, i: number, j: number, a: number, b: number): number =>
	data[((i * shape[1] + j) * shape[2] + a) * shape[3] + b];

function turned(kernel: Tensor): Tensor {
	const [rows = 1, columns = 1, ...rest] = kernel.shape,
		size = rest.reduce((product, one) => product * one, 1);
	const found = zeros(kernel.shape),
		taps = rows * columns;
	for (let tap = 0; tap < taps; tap++)
		found.data.set(kernel.data.subarray(tap * size, (tap + 1) * size), (taps - 1 - tap) * size);
	return found;
}

export const taps = (s: State, rank: number): number[] => onTwoAxes(s.kernel_size as number[], rank);
export const onTwoAxes = (sizes: readonly number[], rank: number): number[] =>
	rank === 1 ? [1, ...sizes] : [...sizes];

export function sceneOf(records: Records, found: Found, s: State, pools: Pools, rank: number): Scene {
	const { axes, links } = found,
		fills = records.fills,
		[first, second] = links;
	const of = (kind: keyof Pools, shape: readonly number[]): Tensor =>
		tensorOf(pools[kind], kind, fills[kind][rank] ?? {}, shape);
	const x = of("input", [...onTwoAxes(s.sizes as number[], rank), s.channels as number]);
	const kernel = of("kernel", [...taps(s, rank), ...first.kernel]);
	const kernels = [s.true_convolution ? turned(kernel) : kernel];
	const u = forward(axes, first, x, kernels[0]);
	let sum = u;
	if (second) {
		kernels.push({ ...of("pointwise", second.kernel), shape: [1, 1, ...second.kernel] });
		sum = forward(axes, second, u, kernels[1]);
	}
	const filters = sum.shape[2];
	const bias = s.use_bias ? of("bias", [filters]) : zeros([filters]);
	const z: Tensor = { shape: sum.shape, data: sum.data.map((value, index) => value + bias.data[index % filters]) };
	const along = s.data_format === "channels_first" ? 1 : 2;
	const a = activate(s.activation as string, z, along);
	return { axes, links, x, kernels, bias, u, sum, z, a, along };
}

/** The products of one output: zeros of the padding too, but of a scattered output only what falls on it. */
export function productsOf(scene: Scene, stage: number, [r, c, f]: Place, scattered: boolean): Product[] {
	const found: Product[] = [],
		x = stage ? scene.u : scene.x,
		kernel = scene.kernels[stage];
	eachTerm(scene.axes, scene.links[stage], r, c, f, (channel, i, j, row, column, a, b) => {
		const outside = row === NONE || column === NONE;
		if (outside && scattered) return;
		found.push({ channel, i, j, x: outside ? 0 : valueAt(x, row, column, channel), w: weightAt(kernel, i, j, a, b) });
	});
	return found;
}

/** The way back from the output's gradient; with `until`, that of the first outputs alone. */
export function gradientsOf(scene: Scene, dy: Tensor, activation: string, until: number): Gradients {
	const { axes, links, x, u, z, a, kernels } = scene,
		filters = z.shape[2];
	const dz = slope(activation, z, a, dy, scene.along);
	if (until >= 0) dz.data.fill(0, (until + 1) * filters);
	const dbias = zeros([filters]);
	dz.data.forEach((value, index) => {
		dbias.data[index % filters] += value;
	});
	let errors = dz;
	const found: Tensor[] = [];
	if (links[1]) {
		const [du, dpoint] = backward(axes, links[1], u, kernels[1], dz);
		errors = du;
		found.push(dpoint);
	}
	const [dx, dkernel] = backward(axes, links[0], x, kernels[0], errors);
	return { dy, dx, kernels: [dkernel, ...found], dbias };
}
