/* What the layers beside the convolutions compute, kind by kind, and the way back. */

import { activate, slope } from "../activations";
import { type Tensor, zeros } from "../tensor";
import type { LayerRecord } from "./records";
import type { Layer } from "./stack";

export interface Kind {
	/** `own`: what the layer weighs with. */
	forward(layer: Layer, own: readonly Tensor[], x: Tensor): Tensor;
	/** The gradient by x, for the gradient dz by the output. */
	back(layer: Layer, own: readonly Tensor[], x: Tensor, dz: Tensor): Tensor;
}

/* y [places, units] = x [places, channels] · kernel [channels, units] */
const dense: Kind = {
	forward({ input, output }, [{ data: kernel }], { data: x }) {
		const [channels, units] = [input[2], output[2]],
			sums = zeros(output);
		for (let at = 0; at < x.length; at++) {
			const to = Math.floor(at / channels) * units,
				from = (at % channels) * units;
			if (x[at]) for (let u = 0; u < units; u++) sums.data[to + u] += x[at] * kernel[from + u];
		}
		return sums;
	},
	back({ input, output }, [{ data: kernel }], _, dz) {
		const [channels, units] = [input[2], output[2]],
			dx = zeros(input);
		dx.data.forEach((_, at) => {
			const to = Math.floor(at / channels) * units,
				from = (at % channels) * units;
			for (let u = 0; u < units; u++) dx.data[at] += dz.data[to + u] * kernel[from + u];
		});
		return dx;
	},
};

/* Every output with each number of its window, and that one's share. */
function eachPair(
	{ record: { shares }, axes, input }: Layer,
	visit: (to: number, from: number, share: number) => void,
): void {
	const [rows, columns] = axes.map(({ sources }) => sources),
		[, width, channels] = input;
	for (let r = 0; r < rows.length; r++)
		for (let c = 0; c < columns.length; c++)
			for (let i = 0; i < rows[r].length; i++)
				for (let j = 0; j < columns[c].length; j++) {
					const share = shares ? shares[0][r][i] * shares[1][c][j] : 1,
						to = (r * columns.length + c) * channels,
						from = (rows[r][i] * width + columns[c][j]) * channels;
					for (let k = 0; k < channels; k++) visit(to + k, from + k, share);
				}
}

const pooled: Kind = {
	forward(layer, _, { data: x }) {
		const y = zeros(layer.output);
		eachPair(layer, (to, from, share) => {
			y.data[to] += x[from] * share;
		});
		return y;
	},
	back(layer, _own, _x, dz) {
		const dx = zeros(layer.input);
		eachPair(layer, (to, from, share) => {
			dx.data[from] += dz.data[to] * share;
		});
		return dx;
	},
};

const largest: Kind = {
	forward(layer, _, { data: x }) {
		const y = zeros(layer.output);
		y.data.fill(Number.NEGATIVE_INFINITY);
		eachPair(layer, (to, from) => {
			if (x[from] > y.data[to]) y.data[to] = x[from];
		});
		return y;
	},
	back(layer, own, x, dz) {
		const y = largest.forward(layer, own, x).data,
			ties = new Float64Array(y.length),
			dx = zeros(layer.input),
			shares = layer.record.largest === "all";
		eachPair(layer, (to, from) => {
			if (x.data[from] === y[to]) ties[to]++;
		});
		const left = Float64Array.from(ties, count => (shares ? count : 1));
		eachPair(layer, (to, from) => {
			if (x.data[from] !== y[to] || !left[to]) return;
			left[to]--;
			dx.data[from] += shares ? dz.data[to] / ties[to] : dz.data[to];
		});
		return dx;
	},
};

const move: Kind = {
	forward: ({ output, moves }, _, x) => ({ shape: output, data: Float64Array.from(moves, from => x.data[from]) }),
	back({ input, moves }, _own, _x, dz) {
		const dx = zeros(input);
		moves.forEach((from, to) => {
			dx.data[from] = dz.data[to];
		});
		return dx;
	},
};

const scale: Kind = {
	forward: (_, [factor, shift], { shape, data }) => ({
		shape,
		data: data.map((x, i) => x * factor.data[i] + shift.data[i]),
	}),
	back: (_l, [factor], _, { shape, data }) => ({ shape, data: data.map((dz, i) => dz * factor.data[i]) }),
};

const same: Kind = { forward: (_l, _o, x) => x, back: (_l, _o, _x, dz) => dz };

/** The mean of a line, and by what it is divided. */
export function spreadOf(line: readonly number[], epsilon: number): readonly [mean: number, spread: number] {
	const mean = meanOf(line);
	return [mean, Math.sqrt(meanOf(line.map(x => (x - mean) ** 2)) + epsilon)];
}

const meanOf = (line: readonly number[]): number => line.reduce((sum, one) => sum + one, 0) / line.length;

/** Each line of numbers by itself: [lines, numbers], and back again. */
const lined = ({ lines }: Layer, { data }: Tensor): Tensor => ({
	shape: [lines.length, lines[0].length],
	data: Float64Array.from(lines.flatMap(line => line.map(place => data[place]))),
});
function unlined({ lines }: Layer, { data }: Tensor, shape: readonly number[]): Tensor {
	const found = zeros(shape);
	lines.flat().forEach((place, index) => {
		found.data[place] = data[index];
	});
	return found;
}

const normal: Kind = {
	forward({ lines, record: { epsilon = 0 } }, [factor, shift], { shape, data }) {
		const y = zeros(shape);
		for (const line of lines) {
			const [mean, spread] = spreadOf(
				line.map(at => data[at]),
				epsilon,
			);
			for (const at of line) y.data[at] = ((data[at] - mean) / spread) * factor.data[at] + shift.data[at];
		}
		return y;
	},
	back({ lines, record: { epsilon = 0 } }, [factor], { shape, data }, dz) {
		const dx = zeros(shape);
		for (const line of lines) {
			const [mean, spread] = spreadOf(
					line.map(at => data[at]),
					epsilon,
				),
				errors = line.map(at => dz.data[at] * factor.data[at]),
				all = line.map(at => (data[at] - mean) / spread);
			const error = meanOf(errors),
				lean = meanOf(errors.map((one, i) => one * all[i]));
			line.forEach((at, i) => {
				dx.data[at] = (errors[i] - error - all[i] * lean) / spread;
			});
		}
		return dx;
	},
};

/** The kind of a layer; that of a convolution is `sums`. */
export function kindOf({ kind, largest: max }: LayerRecord): Kind {
	if (kind === "window") return max ? largest : pooled;
	return { dense, move, scale, normal }[kind as "dense"] ?? same;
}

// Activations

/** What bends a line: its own slopes, told and weighed. */
export const BEND = "bend";

const bent = ({ threshold = 0, most, curved }: LayerRecord, x: number, below: number): number => {
	if (x > threshold) return Math.min(x, most ?? x);
	return below * (curved ? Math.expm1(x) : x - threshold);
};

function slopeOf({ threshold = 0, most, curved, kink = 0, top = 0 }: LayerRecord, x: number, below: number): number {
	const end = most ?? Number.POSITIVE_INFINITY;
	if (x > threshold) return x === end ? top : Number(x < end);
	return x === threshold ? kink : below * (curved ? Math.exp(x) : 1);
}

/** a = g(z), and the gradient by z. */
export function activated(layer: Layer, [below]: readonly Tensor[], name: string, z: Tensor): Tensor {
	const { record, along, lines } = layer;
	if (name === BEND) return { shape: z.shape, data: z.data.map((x, i) => bent(record, x, below.data[i])) };
	if (name !== "softmax" || !lines.length) return activate(name, z, along);
	return unlined(layer, activate(name, lined(layer, z), 1), z.shape);
}

export function activatedBack(
	layer: Layer,
	[below]: readonly Tensor[],
	name: string,
	z: Tensor,
	a: Tensor,
	da: Tensor,
): Tensor {
	const { record, along, lines } = layer;
	if (name === BEND)
		return { shape: z.shape, data: z.data.map((x, i) => da.data[i] * slopeOf(record, x, below.data[i])) };
	if (name !== "softmax" || !lines.length) return slope(name, z, a, da, along);
	const [zs, as, das] = [z, a, da].map(one => lined(layer, one));
	return unlined(layer, slope(name, zs, as, das, 1), z.shape);
}
