import { describe, expect, test } from "vitest";
import { exposed } from "../src/calculator/exposed";
import { memory, ratioText } from "../src/calculator/reasons";
import { Session } from "../src/calculator/session";
import type { StackState } from "../src/contract";
import type { Model } from "../src/model";
import { records } from "./records";

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

/** A session on a state, without a page. */
function sessionOn(state: StackState): Session {
	const model = { get: () => state, on() {}, off() {}, set() {}, save_changes() {} };
	return new Session(
		model as unknown as Model<{ shown: StackState }>,
		records.calculator,
		() => {},
		() => {},
	);
}

describe("a stack by the rules", () => {
	test("has explain's shapes, costs and fields, and is refused where explain refuses", { timeout: 120_000 }, () => {
		const kinds = new Set<string>();
		let refused = 0;
		for (const { state, ...told } of records.stacks) {
			const { rows, refused: found, input_shape } = JSON.parse(exposed(sessionOn(state)));
			expect(input_shape).toEqual(state.input_shape);
			expect({ rows, refused: found && { layer: found.layer, code: found.code } }).toEqual(told);
			refused += Number(found !== null);
			for (const { layer } of state.layers.slice(0, rows.length)) kinds.add(layer);
		}
		expect(refused).toBeGreaterThan(records.stacks.length / 5);
		expect([...kinds].sort()).toEqual(Object.keys(records.calculator.rules.layers).sort());
	});

	test("has ways out of each refusal, and each leads to layers that are accepted", { timeout: 120_000 }, () => {
		for (const { state, refused } of records.stacks) {
			if (!refused) continue;
			const ways = sessionOn(state).ways();
			expect(ways.length).toBeGreaterThan(0);
			for (const { layers, shape } of ways) {
				const input_shape = shape.map(size => (Number.isNaN(size) ? null : size));
				expect(sessionOn({ ...state, layers, input_shape }).outcome.refused).toBeNull();
			}
		}
	});
});
