import { describe, expect, test } from "vitest";
import {
	type Axis,
	carriedOver,
	costs,
	type Found,
	field,
	isRefused,
	limits,
	mended,
	NONE,
	type Refused,
	type Said,
	symmetric,
	verdict,
} from "../src/axes";
import type { Rules, Settings } from "../src/contract";
import { reckoning } from "../src/formula";
import { type AxisRecord, places, records, rules, type Verdict, verdicts } from "./records";

const layers = Object.keys(records.settings);
const row = (values: readonly unknown[]): string => JSON.stringify(values);

const conv: Settings = {
	filters: 4,
	kernel_size: [3, 3],
	strides: [1, 1],
	padding: "valid",
	data_format: "channels_last",
	dilation_rate: [1, 1],
	groups: 1,
	activation: "linear",
	use_bias: true,
	sizes: [5, 7],
	channels: 4,
};
const transposed: Settings = { ...conv, kernel_size: [4, 4], strides: [2, 2], padding: "same", output_padding: [1, 1] };

function found(layer: string, settings: Settings): Found {
	const told = verdict(rules, layer, settings);
	if (isRefused(told)) throw new Error(told.code);
	return told;
}

function refused(layer: string, settings: Settings): Refused {
	const told = verdict(rules, layer, settings);
	if (!isRefused(told)) throw new Error("not refused");
	return told;
}

/* A direction's name by its index, as Python says it. */
function spoken(said: Said, rank: number): unknown {
	if (typeof said === "string" || "list" in said) return said;
	if ("axis" in said) return { term: `axis.${rank === 1 ? "steps" : ["height", "width"][said.axis]}`, with: {} };
	return {
		term: said.term,
		with: Object.fromEntries(Object.entries(said.with).map(([key, word]) => [key, spoken(word, rank)])),
	};
}

/* Engine and rules offer the same, in one order; what the engine does not offer needs a further change. */
function assertChoices(
	layer: string,
	settings: Settings,
	raw: readonly Settings[],
	offered: readonly Settings[],
): void {
	const wholes = offered.map(choice => JSON.stringify({ ...settings, ...choice })),
		ours = raw.map(one => JSON.stringify(one));
	const common = row(ours.filter(one => wholes.includes(one)));
	if (common !== row(wholes.filter(one => ours.includes(one)))) throw new Error(`another order: ${common}`);
	const alone = offered.some(choice => Object.keys(choice).length === 1);
	if (alone && !wholes.every(one => ours.includes(one))) throw new Error(`not offered: ${wholes}`);
	raw.forEach((choice, index) => {
		const further = wholes.includes(ours[index]) || isRefused(verdict(rules, layer, choice));
		if (!further) throw new Error(`offered besides: ${ours[index]}`);
	});
}

function assertRefused(layer: string, settings: Settings, told: Refused, expected: Verdict): void {
	const rank = rules.layers[layer].rank;
	const names = Object.keys(expected.words ?? {});
	expect(Object.keys(told.words).sort()).toEqual(names.toSorted());
	const words = row(names.map(name => spoken(told.words[name], rank)));
	expect([told.code, words]).toEqual([expected.code, row(Object.values(expected.words ?? {}))]);
	assertChoices(layer, settings, told.choices, expected.choices ?? []);
	for (const way of mended(rules, layer, told))
		if (isRefused(verdict(rules, layer, way))) throw new Error("not mended");
}

/* The inputs that feed each output, from the outputs that each input feeds: the same pairs. */
function turned(ways: readonly (readonly number[])[], out: number, taps: number): number[][] {
	const sources = Array.from({ length: out }, () => Array.from({ length: taps }, () => NONE));
	ways.forEach((outputs, input) => {
		outputs.forEach((output, tap) => {
			if (output !== NONE) sources[output][tap] = input;
		});
	});
	return sources;
}

function assertAxis(axis: Axis, expected: AxisRecord): void {
	const names = Object.keys(expected.numbers);
	expect(row(names.map(name => axis.numbers[name]))).toBe(row(Object.values(expected.numbers)));
	const ways = expected.ways.split(" ").map(places);
	const sources = axis.stamps ? turned(ways, axis.out, axis.numbers.k) : ways;
	expect(row(axis.sources)).toBe(row(sources));
	expect(row(axis.taps.map(taps => taps.map(slot => axis.places[slot])))).toBe(row(sources));
	if (axis.stamps)
		expect(row(axis.stamps.map(taps => taps.map(slot => axis.stampPlaces?.[slot] ?? NONE)))).toBe(row(ways));
	if (expected.lines) expect(axis.steps.map(step => reckoning(step, axis.numbers))).toEqual(expected.lines);
}

describe.each(layers)("%s", layer => {
	test("gives the engine's verdict on every setting, axis by axis or word for word", { timeout: 120_000 }, () => {
		const met = new Set<number>();
		let count = 0;
		for (const [settings, expected] of verdicts(layer)) {
			const told = verdict(rules, layer, settings);
			count++;
			if (isRefused(told) || expected.code) {
				if (!isRefused(told) || !expected.code) throw new Error(`${expected.code}: ${JSON.stringify(settings)}`);
				assertRefused(layer, settings, told, expected);
				continue;
			}
			const { parameters, products } = costs(rules, layer, settings);
			expect(row([parameters, products])).toBe(row([expected.parameters, expected.products]));
			const own = told.axes.slice(-rules.layers[layer].rank);
			expected.axes?.forEach((number, index) => {
				if (!met.has(number)) assertAxis(own[index], records.axes[number]);
				met.add(number);
			});
		}
		expect(count).toBeGreaterThanOrEqual(10_000);
		expect(met.size).toBeGreaterThan(1000);
	});
});

describe("a found setting", () => {
	test("of a series begins with an axis of one row", () => {
		const series = Object.fromEntries(
			Object.entries(conv).map(([key, value]) => [key, Array.isArray(value) ? value.slice(1) : value]),
		);
		const [first, second] = found("Conv1D", series).axes;
		expect([first.sources, second.out]).toEqual([[[0]], 5]);
	});

	test("has the steps of its own padding, though the numbers be those of another", () => {
		const [same] = found("Conv2D", { ...conv, kernel_size: [1, 1], padding: "same" }).axes;
		const [valid] = found("Conv2D", { ...conv, kernel_size: [1, 1] }).axes;
		expect(same.steps).toBe(rules.convolution.same);
		expect(valid.steps).toBe(rules.convolution.valid);
	});

	test("is kept: the same numbers are the same axis", () => {
		expect(found("Conv2D", conv).axes[0]).toBe(found("Conv2D", { ...conv, filters: 2 }).axes[0]);
	});

	test("links each filter with the channels of its group", () => {
		const [{ kernel, of }] = found("Conv2D", { ...conv, groups: 2 }).links;
		expect(kernel).toEqual([2, 4]);
		expect(of.map(met => met.map(([channel]) => channel))).toEqual([
			[0, 1],
			[0, 1],
			[2, 3],
			[2, 3],
		]);
	});

	test("shows the outputs that no stamp reaches at the end of the full result", () => {
		const [axis] = found("Conv2DTranspose", {
			...transposed,
			kernel_size: [1, 1],
			strides: [3, 3],
			output_padding: null,
			padding: "valid",
			sizes: [2, 2],
		}).axes;
		expect(axis.stampPlaces).toEqual([0, 1, 2, 3, 4, 5]);
		expect(axis.stamps).toEqual([[0], [3]]);
	});
});

describe("a refusal", () => {
	test("names the direction and offers the kernel that fits in both", () => {
		const told = refused("Conv2D", { ...conv, kernel_size: [3, 9], sizes: [2, 7] });
		expect([told.code, told.axis, told.words.axis]).toEqual(["window_too_large", 0, { axis: 0 }]);
		expect(told.choices.map(({ kernel_size, padding }) => [kernel_size, padding])).toEqual([
			[[2, 7], "valid"],
			[[3, 9], "same"],
		]);
	});

	test("is mended through the refusals that follow", () => {
		const wish = { ...transposed, strides: [2, 2], dilation_rate: [2, 2] };
		const told = refused("Conv2DTranspose", wish);
		expect(told.code).toBe("dilated_strides");
		const ways = mended(rules, "Conv2DTranspose", told);
		expect(ways.map(({ strides, dilation_rate, output_padding }) => [strides, dilation_rate, output_padding])).toEqual([
			[
				[2, 2],
				[1, 1],
				[1, 1],
			],
			[
				[1, 1],
				[2, 2],
				[0, 0],
			],
		]);
		expect(mended(rules, "Conv2DTranspose", told, 0)).toHaveLength(1);
	});

	test("of an odd axis under glu offers no count along the width", () => {
		const told = refused("Conv2D", { ...conv, activation: "glu", data_format: "channels_first", padding: "same" });
		expect(told.choices.map(({ activation }) => activation)).toEqual(["linear"]);
	});
});

/* As widgets complete the rules of a layer. */
const start: Settings = {
	...transposed,
	kernel_size: [3, 3],
	output_padding: null,
	sizes: [3, 4],
	filters: 1,
	channels: 1,
};
const complete: Rules = {
	...rules,
	layers: {
		...rules.layers,
		Conv2DTranspose: { ...rules.layers.Conv2DTranspose, start, options: { padding: ["valid", "same"] } },
	},
};

describe("another layer", () => {
	test("keeps what it can and names the rest", () => {
		const [settings, lost] = carriedOver(
			complete,
			"Conv2DTranspose",
			{ ...conv, sizes: [5, 12] },
			{ sizes: [1, 8], filters: [1, 8] },
		);
		expect([settings.sizes, settings.filters, settings.output_padding]).toEqual([[5, 8], 4, null]);
		expect(lost).toEqual({ sizes: [5, 12] });
	});

	test("takes a series' numbers as its last direction's, and begins anew with a padding it lacks", () => {
		const [settings, lost] = carriedOver(
			complete,
			"Conv2DTranspose",
			{ ...conv, sizes: [6], kernel_size: [2], strides: [1], dilation_rate: [1], padding: "causal" },
			{},
		);
		expect([settings.sizes, settings.kernel_size, settings.padding]).toEqual([[3, 6], [3, 2], "same"]);
		expect(lost).toEqual({ padding: "causal" });
	});

	test("with one direction takes an image's last", () => {
		const series = { ...conv, sizes: [9], kernel_size: [3], strides: [1], dilation_rate: [1] };
		const layers = { ...rules.layers, Conv1D: { ...rules.layers.Conv1D, start: series, options: {} } };
		const [settings, lost] = carriedOver({ ...rules, layers }, "Conv1D", { ...conv, kernel_size: [2, 4] }, {});
		expect([settings.sizes, settings.kernel_size]).toEqual([[7], [4]]);
		expect(lost).toEqual({});
	});

	test("mends what it refuses", () => {
		const [settings, lost] = carriedOver(
			complete,
			"Conv2DTranspose",
			{ ...conv, strides: [2, 1], dilation_rate: [1, 2] },
			{},
		);
		expect([settings.strides, settings.dilation_rate]).toEqual([
			[2, 1],
			[1, 1],
		]);
		expect(lost).toEqual({ dilation_rate: [1, 2] });
	});
});

test("the limits of a direction end where its axis is refused", () => {
	expect(limits(rules, "Conv2D", conv, "kernel_size", 0, [1, 7])).toEqual([1, 5]);
	expect(limits(rules, "Conv2D", conv, "sizes", 1, [1, 16])).toEqual([3, 16]);
	expect(limits(rules, "Conv2DTranspose", transposed, "output_padding", 0, [0, 7])).toEqual([0, 1]);
	expect(limits(rules, "Conv2D", conv, "channels", 0, [1, 8])).toEqual([1, 8]);
});

describe("PyTorch's symmetric padding", () => {
	test("moves the window where Keras' is uneven", () => {
		const [axis] = found("Conv2D", { ...conv, padding: "same", strides: [2, 2], sizes: [4, 6] }).axes;
		const torch = symmetric(rules, axis);
		expect([torch.pad, torch.out, axis.sources[0], torch.axis?.sources[0]]).toEqual([1, 2, [0, 1, 2], [NONE, 0, 1]]);
	});

	test("is none for an even kernel at stride 1", () => {
		const [axis] = found("Conv2D", { ...conv, padding: "same", kernel_size: [2, 2] }).axes;
		expect(symmetric(rules, axis)).toMatchObject({ pad: 1, out: 6, axis: null });
	});
});

test("the field of an output grows behind a stride, and shrinks its steps behind a transposed layer", () => {
	const [{ numbers }] = found("Conv2D", { ...conv, padding: "same", strides: [2, 2] }).axes;
	const first = field(rules.field.convolution, numbers);
	expect(first).toEqual({ r: 3, jump: 2, start: -1, unit: 1 });
	expect(field(rules.field.convolution, numbers, first)).toEqual({ r: 7, jump: 4, start: -3, unit: 1 });
	const [back] = found("Conv2DTranspose", transposed).axes;
	expect(field(rules.field.transposed, back.numbers).jump).toBe(0.5);
});

test("49 parts of a position are a whole one", () => {
	const parts = { ...found("Conv2D", { ...conv, kernel_size: [1, 1] }).axes[0].numbers, s: 49, c0: 0 };
	const fine = field(rules.field.transposed, parts),
		e = 50;
	expect(field(rules.field.convolution, { ...parts, e }, fine).r).toBe(2);
});
