/* One pass through the stack, forward and back. */

import { backward, forward } from "../sums";
import { type Tensor, zeros } from "../tensor";
import { activated, activatedBack, BEND, kindOf } from "./kinds";
import { flatOf, fromFormat, type Inner, type Layer, size, toFormat } from "./stack";

export interface Weights {
	/** Of each stage [rows, columns, all of a tap, 1]; what else a layer weighs with, spread over its numbers. */
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
	const { kind } = layer.record,
		count = kind === "dense" ? 1 : layer.links.length;
	if (!count) return { kernels: tensors.map(one => spread(one, layer)), bias: null };
	const bias = tensors.length > count ? (tensors.pop() as Tensor).data : null;
	return { kernels: kind === "dense" ? tensors : tensors.map(inTwoDirections), bias };
}

/* A kernel of a series has one row; a pointwise one is 1×1 in any case. */
function inTwoDirections({ shape, data }: Tensor): Tensor {
	const [rows, columns] = [1, 1, ...shape.slice(0, -2)].slice(-2);
	return { shape: [rows, columns, size(shape.slice(-2)), 1], data };
}

/* One number for each of a sample, where along some axes there is one for all. */
function spread({ shape, data }: Tensor, { record: { input_shape: outer }, input, from }: Layer): Tensor {
	const whole = zeros(outer).data.map((_, index) => {
		let place = 0,
			rest = index;
		for (let axis = outer.length - 1, step = 1; axis >= 0; step *= shape[axis--]) {
			place += ((rest % outer[axis]) % shape[axis]) * step;
			rest = Math.floor(rest / outer[axis]);
		}
		return data[place];
	});
	return fromFormat(whole, input, from);
}

export function step(layer: Layer, weights: Weights, x: Tensor, activation: string, off: ReadonlySet<number>): Step {
	const { axes, links, record } = layer,
		{ kernels, bias } = weights;
	const u = links[0] ? forward(axes, links[0], x, kernels[0]) : kindOf(record).forward(layer, kernels, x),
		sum = links[1] ? forward(axes, links[1], u, kernels[1]) : u;
	const z = biased(sum, bias),
		a = activated(layer, kernels, activation, z);
	return { layer, weights, activation, x, u, sum, z, a: muted(a, off), off };
}

/** The activation of a layer by its name; of one without any, what changes nothing. */
export const activationOf = ({ activation, kind }: Layer["record"]): string =>
	activation ?? (kind === BEND ? BEND : "linear");

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
			activation = what.linear.includes(index) ? "linear" : activationOf(layer.record),
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
	if (before.isFirst === after.from.isFirst) return a;
	return fromFormat(toFormat(a, before).data, after.input, after.from);
}

/** The target's gradient by what every layer up to it gives, and by the input. */
export interface Gradients {
	readonly input: Tensor;
	readonly outputs: readonly Tensor[];
}

/** From one number of the output of layer `target`, back to the input. */
export function gradients(steps: readonly Step[], target: number, place: Inner): Gradients {
	const { a } = steps[target],
		one = zeros(a.shape),
		found: Tensor[] = [];
	one.data[flatOf(place, a.shape)] = 1;
	let da = one;
	for (let index = target; index >= 0; index--) {
		found[index] = da;
		da = back(steps[index], da);
		if (index > 0) da = betweenBack(da, steps[index - 1].layer, steps[index].layer);
	}
	return { input: da, outputs: found };
}

function back({ layer, weights, activation, x, u, z, off }: Step, da: Tensor): Tensor {
	const { axes, links } = layer,
		{ kernels } = weights,
		a = activated(layer, kernels, activation, z);
	let dz = activatedBack(layer, kernels, activation, z, a, muted(da, off));
	if (links[1]) [dz] = backward(axes, links[1], u, kernels[1], dz);
	return links[0] ? backward(axes, links[0], x, kernels[0], dz)[0] : kindOf(layer.record).back(layer, kernels, x, dz);
}

function betweenBack(dx: Tensor, before: Layer, after: Layer): Tensor {
	if (before.isFirst === after.from.isFirst) return dx;
	return fromFormat(toFormat(dx, after.from).data, before.output, before);
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
