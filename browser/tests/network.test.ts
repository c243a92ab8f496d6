import { expect, test } from "vitest";
import { type Seen, seenBy, shiftOf, termsOf } from "../src/network/cell";
import { gradients, pass, type Step, weightsOf } from "../src/network/pass";
import { flatOf, fromFormat, innerAt, placeOf, stackOf, toFormat } from "../src/network/stack";
import type { Tensor } from "../src/tensor";
import { records } from "./records";

/* Weights are told in float32. */
const CLOSE = 1e-5;

const PLAIN = { linear: [], off: [] };

function passOf({ stack, weights, input }: (typeof records.networks)[number]): Step[] {
	const layers = stackOf(stack),
		all = Float32Array.from(weights),
		[first] = layers;
	const own = layers.map(layer => weightsOf(layer, all));
	return pass(layers, own, fromFormat(Float64Array.from(input), first.input, first.from), PLAIN);
}

function expectClose(found: Tensor, expected: readonly number[], what: string): void {
	const far = expected.map((value, index) => Math.abs(found.data[index] - value) / Math.max(1, Math.abs(value)));
	expect(found.data.length, what).toBe(expected.length);
	expect(Math.max(...far), what).toBeLessThan(CLOSE * 20);
}

test("every layer of a random network computes what Python's does", () => {
	const kinds = new Set<string>();
	for (const record of records.networks)
		passOf(record).forEach(({ layer, a }, index) => {
			kinds.add(layer.record.layer);
			expectClose(toFormat(a, layer), record.outputs[index], layer.record.layer);
		});
	expect(kinds.size).toBeGreaterThan(35);
});

test("the gradients are those of Python's layers", () => {
	for (const record of records.networks) {
		const steps = passOf(record),
			[target, ...index] = record.selected;
		const found = gradients(steps, target, placeOf(index, steps[target].layer)),
			[first] = steps;
		expectClose(toFormat(found.input, first.layer.from), record.gradients[0], "input");
		found.outputs.forEach((one, at) => {
			expectClose(toFormat(one, steps[at].layer), record.gradients[at + 1], steps[at].layer.record.layer);
		});
	}
});

test("the terms that are told of a number add up to it", () => {
	for (const record of records.networks) {
		const steps = passOf(record),
			[target, ...index] = record.selected;
		const step = steps[target],
			place = placeOf(index, step.layer),
			told = step.layer.record.kind === "sum" || step.layer.record.kind === "dense" ? (shiftOf(step, place) ?? 0) : 0;
		const sum = termsOf(step, place).reduce((all, [x, w]) => all + x * w, told);
		expect(sum, step.layer.record.layer).toBeCloseTo(step.z.data[flatOf(place, step.z.shape)], 8);
	}
});

test("a number has no gradient by what it does not see", () => {
	let narrow = 0;
	for (const record of records.networks) {
		const steps = passOf(record),
			[target, ...index] = record.selected,
			place = placeOf(index, steps[target].layer);
		const { input, outputs } = gradients(steps, target, place);
		seenBy(steps, target, place).forEach((seen, at) => {
			const { data, shape } = at ? outputs[at - 1] : input;
			data.forEach((slope, flat) => {
				if (slope) expect(isSeen(seen, innerAt(flat, shape)), steps[target].layer.record.layer).toBe(true);
				else narrow++;
			});
		});
	}
	expect(narrow).toBeGreaterThan(1000);
});

const isSeen = (seen: Seen | null, place: readonly number[]): boolean =>
	seen !== null &&
	[seen.rows, seen.columns, seen.channels].every(([least, most], axis) => least <= place[axis] && place[axis] <= most);
