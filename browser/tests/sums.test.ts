import { expect, test } from "vitest";
import { isRefused, verdict } from "../src/axes";
import { backward, eachTerm, forward } from "../src/sums";
import { nested, type Tensor, zeros } from "../src/tensor";
import { distance, records, rules, tensor } from "./records";

const CLOSE = 1e-12;

function plus(z: Tensor, bias: readonly number[]): Tensor {
	return { shape: z.shape, data: z.data.map((sum, i) => sum + bias[i % bias.length]) };
}

test("sums and gradients are the engine's", () => {
	for (const { layer, settings, x, z, dz, dx, weights, gradients } of records.sums) {
		const told = verdict(rules, layer, settings);
		if (isRefused(told)) throw new Error(told.code);
		const { axes, links } = told,
			kernels = links.map((_, stage) => tensor(weights[stage]));
		const inputs = [tensor(x)];
		for (const [stage, one] of links.entries()) inputs.push(forward(axes, one, inputs[stage], kernels[stage]));
		const bias = settings.use_bias ? weights[links.length].data : [0];
		expect(distance(plus(inputs[links.length], bias), z)).toBeLessThan(CLOSE);
		let error = tensor(dz);
		for (let stage = links.length - 1; stage >= 0; stage--) {
			const [dinput, dkernel] = backward(axes, links[stage], inputs[stage], kernels[stage], error);
			expect(distance(dkernel, gradients[stage])).toBeLessThan(CLOSE);
			error = dinput;
		}
		expect(distance(error, dx)).toBeLessThan(CLOSE);
	}
	expect(records.sums.length).toBeGreaterThan(200);
});

test("the terms of an output add up to it, in both stages", () => {
	for (const { layer, settings, x, weights } of records.sums.slice(0, 300)) {
		const told = verdict(rules, layer, settings);
		if (isRefused(told)) throw new Error(told.code);
		let input = tensor(x);
		told.links.forEach((links, stage) => {
			const kernel = tensor(weights[stage]),
				[, width, channels] = input.shape,
				[, columns, , last] = kernel.shape;
			const sums = forward(told.axes, links, input, kernel),
				[high, wide, filters] = sums.shape;
			const [r, c, f] = [high - 1, wide >> 1, filters - 1];
			let sum = 0;
			eachTerm(told.axes, links, r, c, f, (channel, i, j, row, column, a, b) => {
				if (row < 0 || column < 0) return;
				const weight = kernel.data[((i * columns + j) * kernel.shape[2] + a) * last + b];
				sum += input.data[(row * width + column) * channels + channel] * weight;
			});
			expect(Math.abs(sum - sums.data[(r * wide + c) * filters + f])).toBeLessThan(CLOSE);
			input = sums;
		});
	}
});

test("a tensor reads as nested arrays", () => {
	const cube = zeros([2, 1, 3]);
	cube.data.forEach((_, i) => {
		cube.data[i] = i;
	});
	expect(nested(cube)).toEqual([[[0, 1, 2]], [[3, 4, 5]]]);
	expect(nested(zeros([2, 0]))).toEqual([]);
});
