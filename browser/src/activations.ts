/* Keras' activations of one tensor, each with the way back: of one number at a time, or along an axis. */

import { type Tensor, zeros } from "./tensor";

const { abs, exp, expm1, log1p, max, min, sqrt, tanh } = Math;
const clip = (z: number, low: number, high: number): number => min(max(z, low), high);

/* ∂ max(z, 0) / ∂z; on the kink, where both tie, a half. */
const above = (z: number): number => (z === 0 ? 0.5 : Number(z > 0));

function sigmoid(z: number): number {
	const small = exp(-abs(z));
	return (z >= 0 ? 1 : small) / (1 + small);
}

const softplus = (z: number): number => max(z, 0) + log1p(exp(-abs(z)));
const hardSigmoid = (z: number): number => clip(z + 3, 0, 6) / 6;
const sparseSigmoid = (z: number): number => clip(z + 1, 0, 2) / 2;

/* 1 − erf(x) for x from 0 up: a series of positive terms near 0, a continued fraction beyond. */
function complement(x: number): number {
	const scale = exp(-x * x) / sqrt(Math.PI);
	let sum = 0;
	if (x < 2) {
		for (let n = 40, term = 0; n >= 0; n--) sum = term = 1 + (term * 2 * x * x) / (2 * n + 3);
		return 1 - 2 * x * scale * sum;
	}
	for (let n = 50; n > 0; n--) sum = n / 2 / (x + sum);
	return scale / (x + sum);
}

/* The share of a normal distribution below z. */
function below(z: number): number {
	const half = complement(abs(z) / Math.SQRT2) / 2;
	return z < 0 ? half : 1 - half;
}

const ALPHA = 1.6732632423543772,
	SCALE = 1.0507009873554805;

type Curve = readonly [value: (z: number) => number, slope: (z: number, a: number) => number];

const CURVES: Readonly<Record<string, Curve>> = {
	linear: [z => z, () => 1],
	relu: [z => max(z, 0), z => Number(z > 0)],
	relu6: [z => clip(z, 0, 6), z => Number(z > 0 && z < 6)],
	leaky_relu: [z => (z >= 0 ? z : 0.2 * z), z => (z >= 0 ? 1 : 0.2)],
	elu: [z => (z > 0 ? z : expm1(z)), z => (z > 0 ? 1 : exp(z))],
	celu: [z => max(z, 0) + expm1(min(z, 0)), z => exp(min(z, 0))],
	selu: [z => SCALE * (z > 0 ? z : ALPHA * expm1(z)), z => SCALE * (z > 0 ? 1 : ALPHA * exp(z))],
	gelu: [z => z * below(z), z => below(z) + (z * exp((-z * z) / 2)) / sqrt(2 * Math.PI)],
	silu: [z => z * sigmoid(z), z => sigmoid(z) * (1 + z * sigmoid(-z))],
	mish: [z => z * tanh(softplus(z)), z => tanh(softplus(z)) + z * (1 - tanh(softplus(z)) ** 2) * sigmoid(z)],
	sigmoid: [sigmoid, z => sigmoid(z) * sigmoid(-z)],
	log_sigmoid: [z => -softplus(-z), z => sigmoid(-z)],
	hard_sigmoid: [hardSigmoid, z => Number(z > -3 && z < 3) / 6],
	hard_silu: [z => z * hardSigmoid(z), z => hardSigmoid(z) + (z > -3 && z < 3 ? z / 6 : 0)],
	sparse_sigmoid: [sparseSigmoid, z => (above(z + 1) * above(1 - z)) / 2],
	tanh: [tanh, (_, a) => 1 - a ** 2],
	hard_tanh: [z => clip(z, -1, 1), z => Number(abs(z) <= 1)],
	tanh_shrink: [z => z - tanh(z), z => tanh(z) ** 2],
	soft_shrink: [z => (abs(z) > 0.5 ? z - clip(z, -0.5, 0.5) : 0), z => Number(abs(z) > 0.5)],
	hard_shrink: [z => (abs(z) > 0.5 ? z : 0), z => Number(abs(z) > 0.5)],
	softplus: [softplus, sigmoid],
	softsign: [z => z / (1 + abs(z)), z => 1 / (1 + abs(z)) ** 2],
	squareplus: [z => (z + sqrt(z * z + 4)) / 2, z => (1 + z / sqrt(z * z + 4)) / 2],
	sparse_plus: [z => (z >= 1 ? z : clip(z + 1, 0, 2) ** 2 / 4), sparseSigmoid],
	exponential: [exp, (_, a) => a],
};

type Line = readonly number[];
type Lined = readonly [value: (z: Line) => Line, back: (z: Line, a: Line, dy: Line) => Line];

const total = (line: Line): number => line.reduce((sum, one) => sum + one, 0);

function softmax(z: Line): Line {
	const largest = max(...z),
		powers = z.map(one => exp(one - largest)),
		sum = total(powers);
	return powers.map(power => power / sum);
}

function logSoftmax(z: Line): Line {
	const largest = max(...z),
		log = Math.log(total(z.map(one => exp(one - largest))));
	return z.map(one => one - largest - log);
}

/* τ, and by each z its slope. As Keras does, the running sums of the largest z are summed, not these z. */
function cut(z: Line): [tau: number, slopes: Line] {
	const order = z.map((_, index) => index).sort((one, other) => z[other] - z[one]);
	let running = 0;
	const sums = order.map(index => (running += z[index]));
	const stays = order.map((index, rank) => z[index] - (sums[rank] - 1) / (rank + 1) > 0);
	const count = stays.filter(Boolean).length,
		slopes = z.map(() => 0);
	order.forEach((index, rank) => {
		if (stays[rank]) slopes[index] = (count - rank) / count;
	});
	return [(total(sums.filter((_, rank) => stays[rank])) - 1) / count, slopes];
}

const halves = (z: Line): [values: Line, gates: Line] => [z.slice(0, z.length / 2), z.slice(z.length / 2)];

/* Those that take a whole line of numbers. */
const LINES: Readonly<Record<string, Lined>> = {
	softmax: [
		softmax,
		(_, shares, dy) => {
			const mean = total(shares.map((share, i) => share * dy[i]));
			return shares.map((share, i) => share * (dy[i] - mean));
		},
	],
	log_softmax: [
		logSoftmax,
		(_, a, dy) => {
			const sum = total(dy);
			return a.map((log, i) => dy[i] - exp(log) * sum);
		},
	],
	sparsemax: [
		z => {
			const [tau] = cut(z);
			return z.map(one => max(one - tau, 0));
		},
		(z, _, dy) => {
			const [tau, slopes] = cut(z),
				passed = z.map((one, i) => dy[i] * above(one - tau)),
				sum = total(passed);
			return passed.map((one, i) => one - slopes[i] * sum);
		},
	],
	glu: [
		z => {
			const [values, gates] = halves(z);
			return values.map((value, i) => value * sigmoid(gates[i]));
		},
		(z, _, dy) => {
			const [values, gates] = halves(z);
			return [
				...gates.map((gate, i) => dy[i] * sigmoid(gate)),
				...gates.map((gate, i) => dy[i] * values[i] * sigmoid(gate) * sigmoid(-gate)),
			];
		},
	],
};

/** Whether an activation takes a whole line of numbers. */
export const isLined = (name: string): boolean => name in LINES;

/* The places of each line along an axis. */
function linesOf({ shape }: Tensor, along: number): number[][] {
	const size = shape[along],
		step = shape.slice(along + 1).reduce((product, one) => product * one, 1);
	const outer = shape.slice(0, along).reduce((product, one) => product * one, 1);
	return Array.from({ length: outer * step }, (_, line) => {
		const first = Math.floor(line / step) * step * size + (line % step);
		return Array.from({ length: size }, (_, place) => first + place * step);
	});
}

/* What `make` gives for the numbers of each line, in a tensor of `size` along the axis. */
function alongLines(z: Tensor, along: number, size: number, make: (line: Line, index: number) => Line): Tensor {
	const found = zeros(z.shape.with(along, size)),
		targets = linesOf(found, along);
	linesOf(z, along).forEach((places, index) => {
		make(
			places.map(place => z.data[place]),
			index,
		).forEach((value, i) => {
			found.data[targets[index][i]] = value;
		});
	});
	return found;
}

/** a = g(z); `along` is the axis of z that is the last one in the layer's data format. */
export function activate(name: string, z: Tensor, along: number): Tensor {
	const curve = CURVES[name];
	if (curve) return { shape: z.shape, data: z.data.map(curve[0]) };
	const size = z.shape[along];
	return alongLines(z, along, name === "glu" ? size / 2 : size, LINES[name][0]);
}

/** The gradient by z, given a = g(z) and the gradient by it. */
export function slope(name: string, z: Tensor, a: Tensor, dy: Tensor, along: number): Tensor {
	const curve = CURVES[name];
	if (curve) return { shape: z.shape, data: z.data.map((one, i) => dy.data[i] * curve[1](one, a.data[i])) };
	const lines = linesOf(a, along),
		at = (from: Tensor, index: number): Line => lines[index].map(place => from.data[place]);
	return alongLines(z, along, z.shape[along], (line, index) => LINES[name][1](line, at(a, index), at(dy, index)));
}
