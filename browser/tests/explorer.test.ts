/* Links and goals over a session that nothing draws. */

import { expect, test } from "vitest";
import type { Given, Property, Records, Settings, State } from "../src/contract";
import { goalWords, isReached } from "../src/explorer/goal";
import { hashOf, openHash } from "../src/explorer/link";
import { Session } from "../src/explorer/session";
import { standIn } from "../src/model";
import { wordsOf } from "../src/words";
import { rules } from "./records";

const start: Settings = {
	...{ filters: 1, kernel_size: [3], strides: [1], padding: "valid", data_format: "channels_last" },
	...{ dilation_rate: [1], groups: 1, activation: "linear", use_bias: true, sizes: [10], channels: 1 },
};
const kinds: Record<string, Property["kind"]> = {
	...{ kernel_size: "numbers", strides: "numbers", dilation_rate: "numbers", sizes: "numbers" },
	...{ padding: "word", activation: "word", data_format: "word", use_bias: "flag" },
};
const pool = { fill: "ramp", block: null };
const pools = { input: pool, kernel: pool, pointwise: pool, bias: pool };
const fills = { "1": { ramp: ["+", ["+", "c", "r"], 1] as const, ones: 1 } };

const properties: Property[] = [
	{ name: "layer", kind: "word", start: null },
	...Object.keys(start).map((name): Property => ({ name, kind: kinds[name] ?? "number", start: null })),
	{ name: "input", kind: "pool", start: pool },
	{ name: "position", kind: "numbers", start: null },
	{ name: "gradient", kind: "word", start: "off" },
	{ name: "own", kind: "own", start: {} },
	{ name: "language", kind: "word", start: null },
];

const layer = {
	...rules.layers.Conv1D,
	rank: 1 as const,
	arguments: Object.keys(start).slice(0, 9),
	start,
	ranges: Object.fromEntries(
		["sizes", "kernel_size", "strides", "dilation_rate"].map(name => [name, [1, 16] as const]),
	),
	options: { padding: ["valid", "same", "causal"], activation: ["linear", "relu"], data_format: ["channels_last"] },
};

const labels = {
	en: {
		...{ "explorer.goal": "Goal: {what}{by}.", "explorer.goal_by": ", by {controls} alone" },
		...{ "explorer.goal_and": " and ", "explorer.goal_both": " and ", "explorer.goal_a": "a = {value}" },
		...{ "explorer.goal_at": "{what} at {value}", "explorer.goal_output_shape": "an output of {value}" },
	},
};

function session(more: Partial<Given> = {}): Session {
	const records = {
		...{ rules: { ...rules, layers: { Conv1D: layer } }, labels, presets: [], properties, speeds: [1, 20] },
		fills: { input: fills, kernel: fills, pointwise: fills, bias: fills },
		start: { values: { "1": pools } },
	} as unknown as Records;
	const shown = {
		...{ ...start, layer: "Conv1D", position: [0, 0], own: {}, gradient: "off", view: "scatter", language: "en" },
		...{ preset: "", wish: {}, carried: {}, unread: [], true_convolution: false, partial: false, pytorch: false },
	} as unknown as State;
	const given: Given = {
		...{ layers: ["Conv1D"], ranges: {}, controls: null, goal: null, tour: null, whole: null },
		...more,
	};
	const values = { "1": pools };
	return new Session(
		standIn<Record<string, unknown>>({ shown, values }),
		records,
		given,
		() => {},
		() => {},
	);
}

test("a link says what differs from the start, and is read back", () => {
	const one = session(),
		other = session();
	one.ask({ strides: [2], padding: "same", use_bias: false });
	one.edit("input", [0, 3, 0], 2.5);
	one.go(0, 4);
	const hash = hashOf(one);
	expect(hash).toMatch(/^#layer=Conv1D&strides=2&padding=same&use_bias=false&input=%7B.*&position=4,0&language=en$/);
	openHash(other, hash);
	expect(other.s.unread).toEqual([]);
	expect(hashOf(other)).toBe(hash);
	expect([...other.scene.a.data]).toEqual([...one.scene.a.data]);
});

test("as few settings as possible are left out of a link", () => {
	const one = session();
	openHash(one, "#layer=Conv1D&kernel_size=9&sizes=4&strides=2");
	expect(one.s.unread).toEqual(["kernel_size=9"]);
	expect([one.s.sizes, one.s.strides]).toEqual([[4], [2]]);
});

test.each([
	"input=constructor",
	"own=%7B%22%3Cb%3E%22%3A1%7D",
	"use_bias=toString",
	"strides=0",
	"strides=1e3",
	"position=99,0",
	"__proto__=1",
	"gradient=all",
	"input=%7B%22fill%22%3A%22ramp%22%2C%22block%22%3A%5B1%5D%7D",
	"language=constructor",
	"filters=%ZZ",
	"filters",
])("%s is left out by name", part => {
	const one = session(),
		before = hashOf(one);
	openHash(one, `#${part}`);
	expect(one.s.unread).toEqual([part]);
	expect(hashOf(one)).toBe(before);
});

test("a goal is reached where all of it holds", () => {
	const goal = { output_shape: [5, 1], padding: "same" },
		one = session({ goal });
	expect(isReached(one)).toBe(false);
	one.ask({ strides: [2] });
	expect(isReached(one)).toBe(false);
	one.ask({ padding: "same" });
	expect(isReached(one)).toBe(true);
});

test("a number counts at its place alone", () => {
	const first = session(),
		a = first.scene.a.data[3],
		one = session({ goal: { a, position: [3, 0] } });
	expect(isReached(one)).toBe(false);
	one.go(0, 3);
	expect(isReached(one)).toBe(true);
});

test("a goal is told with what it takes", () => {
	const goal = { a: -7, position: [3, 0], output_shape: [5, 1] },
		one = session({ goal, controls: ["strides", "padding"] });
	expect(goalWords(one, wordsOf(labels, "en"))).toBe(
		"Goal: a = −7 at (3, 0) and an output of 5×1, by strides and padding alone.",
	);
});
