import { describe, expect, test } from "vitest";
import type { Tree } from "../src/contract";
import { compiled, counted, evaluate, reckoned, reckoning, symbol, total, written } from "../src/formula";
import { rules } from "./records";

const size: Tree = ["+", ["floor", ["-", ["+", "n", "p0"], "e"], "s"], 1];

describe("a tree", () => {
	test("has the value of its formula", () => {
		expect(evaluate(size, { n: 9, p0: 1, e: 3, s: 2 })).toBe(4);
	});

	test("divides as Python does, below 0 too", () => {
		expect([evaluate(["floor", -1, 2], {}), evaluate(["ceil", -1, 2], {}), evaluate(["mod", -1, 3], {})]).toEqual([
			-1, -0, 2,
		]);
	});

	test("is 1 where it is true, and a word that was not chosen is 0", () => {
		expect(evaluate(["and", ["<", 1, 2], ["not", "padding_same"]], {})).toBe(1);
		expect(evaluate(["or", "padding_same", ["==", 1, 2]], {})).toBe(0);
	});

	test("looks only at the branch that is chosen", () => {
		expect(evaluate(["if", ["<=", "n", 3], ["*", "n", 2], 7], { n: 3 })).toBe(6);
		expect(evaluate(["if", ["<=", "n", 3], ["*", "n", 2], 7], { n: 4 })).toBe(7);
	});

	test("is made into a function once", () => {
		expect(compiled(size)).toBe(compiled(size));
	});
});

describe("a formula is written", () => {
	test("with the letters of the lessons", () => {
		expect(["out", "hout", "p0", "c1", "full", "op", "e"].map(symbol)).toEqual([
			"n′",
			"h′",
			"p₀",
			"c₁",
			"ℓ",
			"op",
			"e",
		]);
	});

	test("with brackets where they are needed", () => {
		expect(written(size)).toBe("⌊(n + p₀ − e) / s⌋ + 1");
		expect(written(["+", ["-", "full", -1], ["*", 2, -3]])).toBe("ℓ − (−1) + 2 · (−3)");
		expect(written(["floor", ["mod", "e", 2], ["min", "s", 3]])).toBe("⌊(e mod 2) / min(s, 3)⌋");
	});

	test("with the thousands apart", () => {
		expect(written(["+", ["*", 298, 61200], -1000])).toBe("298 · 61,200 + (−1,000)");
	});
});

test("lines are reckoned one after the other", () => {
	const found = reckoned(rules.convolution.same, { n: 4, k: 3, s: 2, d: 1 });
	expect(found).toMatchObject({ e: 3, out: 2, p: 1, p0: 0, p1: 1, t: 0 });
	expect(reckoning(rules.convolution.same[2], found)).toBe(
		"p = max((n′ − 1) · s + e − n, 0) = max((2 − 1) · 2 + 3 − 4, 0) = 1",
	);
});

describe("a count", () => {
	const lines = [
		["a", ["*", "n", "n"]],
		["b", ["+", ["over", ["*", "a", "n"], 2], ["if", "odd", 1, 0]]],
	] as const;

	test("beyond what a number holds is whole to the last digit", () => {
		expect(counted(lines, { n: 3_000_002, odd: 1 })).toEqual({
			n: 3_000_002,
			odd: 1,
			a: 9_000_012_000_004,
			b: 13_500_027_000_018_000_005n,
		});
	});

	test("is a number while it is small, and unknown where anything is", () => {
		expect(counted(lines, { n: 4 })).toMatchObject({ a: 16, b: 32 });
		expect(counted(lines, { n: Number.NaN }).b).toBeNaN();
	});

	test("adds up with others", () => {
		expect(total([2 ** 53, 1])).toBe(9_007_199_254_740_993n);
		expect(total([1, 2])).toBe(3);
		expect(total([2n ** 60n, Number.NaN])).toBeNaN();
	});
});

test("what is unknown keeps its name in a reckoning, and has no value", () => {
	const rule = ["out", ["ceil", "n", "s"]] as const;
	expect(reckoning(rule, { n: Number.NaN, s: 2, out: Number.NaN })).toBe("n′ = ⌈n / s⌉ = ⌈n / 2⌉");
});
