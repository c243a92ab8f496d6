/* One pass through the stack, forward and back. */

import { activate, slope } from "../activations";
import { backward, forward } from "../sums";
import { type Tensor, zeros } from "../tensor";
import { type Inner, type Layer, shapeOf, size } from "./stack";

export interface Weights {
	/** [rows, columns, a, b] of each stage. */
	readonly kernels: readonly Tensor[];
	readonly bias: Float64Array | null;
}

/** What is tried out: changes that no training made. */
export interface WhatIf {
	readonly linear: readonly number[];
	readonly off: readonly (readonly [layer: number, channel: number])[];
}

/** What one layer makes of what it is given; all are [rows, columns, channels]. */
export interface Step {
	readonly layer: Layer;
	readonly weights: Weights;
	readonly activation: string;
	readonly x: Tensor;
	/** Of a separable layer what lies between its two sums; else `sum`. */
	readonly u: Tensor;
	readonly sum: Tensor;
	readonly z: Tensor;
	/** After the activation, and with the maps that are off at 0. */
	readonly a: Tensor;
	readonly off: ReadonlySet<number>;
}

/** A layer's weights out of all. */
export function weightsOf(layer: Layer, all: Float32Array): Weights {
	const tensors: Tensor[] = [];
	let start = layer.start;
	for (const shape of layer.record.weights) {
		const end = start + size(shape);
		tensors.push({ shape, data: Float64Array.from(all.subarray(start, end)) });
		start = end;
	}
	const bias = tensors.length > layer.found.links.length ? (tensors.pop() as Tensor).data : null;
	return { kernels: tensors.map(inTwoDirections), bias };
}

/* A kernel of a series has one row; a pointwise one is 1×1 in any case. */
function inTwoDirections({ shape, data }: Tensor): Tensor {
	return { shape: shape.length === 3 ? [1, ...shape] : shape, data };
}

export function step(layer: Layer, weights: Weights, x: Tensor, activation: string, off: ReadonlySet<number>): Step {
	const { axes, links } = layer.found,
		[first, second] = weights.kernels;
	const u = forward(axes, links[0], x, first),
		sum = links[1] ? forward(axes, links[1], u, second) : u;
	const z = biased(sum, weights.bias),
		a = activate(activation, z, layer.along);
	return { layer, weights, activation, x, u, sum, z, a: muted(a, off), off };
}

function biased(sum: Tensor, bias: Float64Array | null): Tensor {
	if (!bias) return sum;
	const count = bias.length;
	return { shape: sum.shape, data: sum.data.map((value, index) => value + bias[index % count]) };
}

/** With some channels at 0. */
function muted(tensor: Tensor, off: ReadonlySet<number>): Tensor {
	if (!off.size) return tensor;
	const channels = tensor.shape[2];
	return { shape: tensor.shape, data: tensor.data.map((value, index) => (off.has(index % channels) ? 0 : value)) };
}

export function pass(layers: readonly Layer[], weights: readonly Weights[], input: Tensor, what: WhatIf): Step[] {
	const steps: Step[] = [];
	let x = input;
	layers.forEach((layer, index) => {
		const before = layers[index - 1],
			activation = what.linear.includes(index) ? "linear" : String(layer.settings.activation),
			off = new Set(what.off.filter(([one]) => one === index).map(([, channel]) => channel));
		if (before) x = between(x, before, layer);
		const found = step(layer, weights[index], x, activation, off);
		steps.push(found);
		x = found.a;
	});
	return steps;
}

/** What a layer's output is to the next one, which may read its shape in another data format. */
export function between(a: Tensor, before: Layer, after: Layer): Tensor {
	if (before.isFirst === after.isFirst) return a;
	return fromFormat(toFormat(a, before), after);
}

/** The numbers in the order of the layer's data format. */
export function toFormat({ shape, data }: Tensor, { rank, isFirst }: Pick<Layer, "rank" | "isFirst">): Tensor {
	const outer = shapeOf(shape as unknown as Inner, rank, isFirst);
	if (!isFirst) return { shape: outer, data };
	const [rows, columns, channels] = shape,
		places = rows * columns;
	return {
		shape: outer,
		data: data.map((_, index) => data[(index % places) * channels + Math.floor(index / places)]),
	};
}

/** The other way: rows, columns and channels. */
export function fromFormat({ data }: Tensor, { input, isFirst }: Pick<Layer, "input" | "isFirst">): Tensor {
	if (!isFirst) return { shape: input, data };
	const [rows, columns, channels] = input,
		places = rows * columns;
	return {
		shape: input,
		data: data.map((_, index) => data[(index % channels) * places + Math.floor(index / channels)]),
	};
}

/** The target's gradient by what every layer up to it gives, and by the input. */
export interface Gradients {
	readonly input: Tensor;
	readonly outputs: readonly Tensor[];
}

/** From one number of the output of layer `target`, back to the input. */
export function gradients(steps: readonly Step[], target: number, [r, c, f]: Inner): Gradients {
	const { a } = steps[target],
		one = zeros(a.shape),
		found: Tensor[] = [];
	one.data[(r * a.shape[1] + c) * a.shape[2] + f] = 1;
	let da = one;
	for (let index = target; index >= 0; index--) {
		found[index] = da;
		da = back(steps[index], da);
		if (index > 0) da = betweenBack(da, steps[index - 1].layer, steps[index].layer);
	}
	return { input: da, outputs: found };
}

function back({ layer, weights, activation, x, u, z, off }: Step, da: Tensor): Tensor {
	const { axes, links } = layer.found,
		[first, second] = weights.kernels,
		a = activate(activation, z, layer.along);
	let dz = slope(activation, z, a, muted(da, off), layer.along);
	if (links[1]) [dz] = backward(axes, links[1], u, second, dz);
	return backward(axes, links[0], x, first, dz)[0];
}

function betweenBack(dx: Tensor, before: Layer, after: Layer): Tensor {
	if (before.isFirst === after.isFirst) return dx;
	return fromFormat(toFormat(dx, after), { input: before.output, isFirst: before.isFirst });
}

export interface Extent {
	readonly mean: number;
	readonly minimum: number;
	readonly maximum: number;
}

export function extentOf({ data }: Tensor): Extent {
	let sum = 0,
		minimum = Number.POSITIVE_INFINITY,
		maximum = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < data.length; i++) {
		const value = data[i];
		sum += value;
		if (value < minimum) minimum = value;
		if (value > maximum) maximum = value;
	}
	return { mean: sum / data.length, minimum, maximum };
}
