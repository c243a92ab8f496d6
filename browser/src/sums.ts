/* A stage's sums of products, forward and backward, over the places that its axes and links name. */

import { type Axis, type Links, NONE } from "./axes";
import { type Tensor, zeros } from "./tensor";

/** One direction, as far as a sum needs it. */
export type Along = Pick<Axis, "sources" | "out">;
type Axes = readonly [Along, Along];
type Sources = readonly (readonly number[])[];

/* A pointwise stage moves nothing: each place is its own source. */
const sourcesOf = (axis: Along, { slides }: Links): Sources =>
	slides ? axis.sources : axis.sources.map((_, place) => [place]);

/** Every product of one output; a row or column is NONE in the padding. */
export function eachTerm(
	axes: Axes,
	links: Links,
	r: number,
	c: number,
	f: number,
	visit: (channel: number, i: number, j: number, row: number, column: number, a: number, b: number) => void,
): void {
	const rows = sourcesOf(axes[0], links)[r],
		columns = sourcesOf(axes[1], links)[c];
	for (const [channel, a, b] of links.of[f])
		for (let i = 0; i < rows.length; i++)
			for (let j = 0; j < columns.length; j++) visit(channel, i, j, rows[i], columns[j], a, b);
}

const known = new WeakMap<Links, Int32Array>();

/* The pairs of channels in one flat line: output, input, and place among a tap's weights. */
function pairsOf(links: Links): Int32Array {
	const { of, kernel } = links;
	let pairs = known.get(links);
	if (!pairs) {
		pairs = Int32Array.from(of.flatMap((met, f) => met.flatMap(([channel, a, b]) => [f, channel, a * kernel[1] + b])));
		known.set(links, pairs);
	}
	return pairs;
}

/* Every tap that meets an input: where the channels of its output, its input and its weights begin. */
function eachTap(
	axes: Axes,
	links: Links,
	x: Tensor,
	visit: (output: number, input: number, tap: number) => void,
): void {
	const [rows, columns] = axes.map(axis => sourcesOf(axis, links)),
		[, width, channels] = x.shape;
	const filters = links.of.length,
		weights = links.kernel[0] * links.kernel[1];
	for (let r = 0; r < rows.length; r++)
		for (let i = 0; i < rows[r].length; i++) {
			const row = rows[r][i];
			if (row === NONE) continue;
			for (let c = 0; c < columns.length; c++) {
				const taps = columns[c],
					output = (r * columns.length + c) * filters;
				for (let j = 0; j < taps.length; j++)
					if (taps[j] !== NONE) visit(output, (row * width + taps[j]) * channels, (i * taps.length + j) * weights);
			}
		}
}

/** The sums [rows, columns, filters] of x [rows, columns, channels] and a kernel [rows, columns, a, b]. */
export function forward(axes: Axes, links: Links, x: Tensor, kernel: Tensor): Tensor {
	const sums = zeros([axes[0].out, axes[1].out, links.of.length]);
	const { data: z } = sums,
		{ data: from } = x,
		{ data: weights } = kernel,
		pairs = pairsOf(links);
	eachTap(axes, links, x, (output, input, tap) => {
		for (let p = 0; p < pairs.length; p += 3)
			z[output + pairs[p]] += from[input + pairs[p + 1]] * weights[tap + pairs[p + 2]];
	});
	return sums;
}

/** The gradients by x and by the kernel, for the gradient dz by the sums. */
export function backward(
	axes: Axes,
	links: Links,
	x: Tensor,
	kernel: Tensor,
	dz: Tensor,
): [dx: Tensor, dkernel: Tensor] {
	const dx = zeros(x.shape),
		dkernel = zeros(kernel.shape),
		pairs = pairsOf(links);
	eachTap(axes, links, x, (output, input, tap) => {
		for (let p = 0; p < pairs.length; p += 3) {
			const error = dz.data[output + pairs[p]],
				from = input + pairs[p + 1],
				weight = tap + pairs[p + 2];
			dx.data[from] += error * kernel.data[weight];
			dkernel.data[weight] += error * x.data[from];
		}
	});
	return [dx, dkernel];
}
