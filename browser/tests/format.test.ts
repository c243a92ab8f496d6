import { expect, test } from "vitest";
import { added, factor, general, grouped, keyOf, python, short } from "../src/format";

test.each([
	[0, "0"],
	[7, "7"],
	[-3, "−3"],
	[0.25, "0.25"],
	[1 / 3, "0.333"],
	[1234.5678, "1235"],
	[1e6, "1e6"],
	[-1e-9, "−1e−9"],
	[Number.NaN, "NaN"],
	[Number.NEGATIVE_INFINITY, "−∞"],
])("%d is short", (value, text) => {
	expect(short(value)).toBe(text);
});

test("a number in a cell has six signs at most and a real minus", () => {
	for (let power = -12; power < 12; power++) {
		for (const digits of [1, -1.5, 2.71, -9.999]) {
			const text = short(digits * 10 ** power);
			expect(text.length, text).toBeLessThanOrEqual(6);
			expect(text).not.toContain("-");
		}
	}
});

/* Written by Python: f"{number:.6g}". */
test.each([
	[7, "7"],
	[-0.125, "−0.125"],
	[1 / 3, "0.333333"],
	[100000, "100000"],
	[1234567.25, "1.23457e+06"],
	[999999.7, "1e+06"],
	[0.0001, "0.0001"],
	[0.00001234, "1.234e−05"],
	[1e11, "1e+11"],
])("%d is written as Python writes it", (value, text) => {
	expect(general(value)).toBe(text);
});

test("a sum is written with its signs", () => {
	expect(added([3, -2, 1.5])).toBe("3 − 2 + 1.5");
	expect(factor(-2)).toBe("(−2)");
	expect(grouped(1234567)).toBe("1,234,567");
});

test("values are written as Python writes them", () => {
	expect([null, true, "same", [3], [3, 4], 5].map(python)).toEqual(["None", "True", '"same"', "(3,)", "(3, 4)", "5"]);
	expect(keyOf([1, 2])).toBe(keyOf([1, 2]));
	expect(keyOf([1, 2])).not.toBe(keyOf([12]));
});
