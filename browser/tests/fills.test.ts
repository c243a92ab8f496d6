import { expect, test } from "vitest";
import type { Fill } from "../src/contract";
import { eachPlace, edited, tensorOf } from "../src/fills";

const fills: Record<string, Fill> = {
	ramp: ["+", ["*", 10, "r"], "c"],
	line: { line: [1, 2, 3], at: ["-", "c", 1] },
};
const shape = [2, 3, 1];
const numbers = (fill: string, block: null | number | readonly (readonly (null | readonly number[])[])[]): number[] => [
	...tensorOf({ fill, block }, "input", fills, shape).data,
];

test("a fill's formula gives the number at each place", () => {
	expect(numbers("ramp", null)).toEqual([0, 1, 2, 10, 11, 12]);
});

test("outside of its line a fill is zero", () => {
	expect(numbers("line", null)).toEqual([0, 1, 2, 0, 1, 2]);
});

test("numbers of one's own stand before the fill's", () => {
	expect(
		numbers("ramp", [
			[[7], null],
			[null, [8]],
		]),
	).toEqual([7, 1, 2, 10, 8, 12]);
});

test("an edited number changes one place, and the pool before stays as it was", () => {
	const pool = { fill: "ramp", block: null },
		after = edited(edited(pool, [1, 2, 0], 5), [0, 0, 0], -1);
	expect([...tensorOf(after, "input", fills, shape).data]).toEqual([-1, 1, 2, 10, 11, 5]);
	expect(pool.block).toBeNull();
});

test("a block holds for a larger shape as well", () => {
	const pool = edited({ fill: "ramp", block: null }, [0, 1, 0], 9);
	expect([...tensorOf(pool, "input", fills, [1, 4, 1]).data]).toEqual([0, 9, 2, 3]);
});

test("places are visited in the order of the data", () => {
	const seen: string[] = [];
	eachPlace([2, 1, 2], (place, index) => seen.push(`${index}:${place.join("")}`));
	expect(seen).toEqual(["0:000", "1:001", "2:100", "3:101"]);
});
