import { describe, expect, test } from "vitest";
import { memory, ratioText } from "../src/calculator/reasons";

/* As Python's `explanation.pages` writes them. */
describe("a cost in words", () => {
	test("is in the unit that suits it, half-way to the even digit", () => {
		expect([784, 150528, 2304, 2406.4, 2n ** 62n, Number.NaN].map(memory)).toEqual([
			"784 B",
			"147.0 KiB",
			"2.2 KiB",
			"2.4 KiB",
			"4.0 EiB",
			"—",
		]);
	});

	test("has three digits that count, or fewer that say it exactly", () => {
		expect([7 / 3, 2, 2.5, 99.96, 4947.9, 1014963188, 0.04321].map(ratioText)).toEqual([
			"2.33",
			"2",
			"2.5",
			"100",
			"4,950",
			"1,010,000,000",
			"0.0432",
		]);
	});
});
