import { expect, test } from "vitest";
import { activate, slope } from "../src/activations";
import { distance, records, tensor } from "./records";

const CLOSE = 1e-12;

test.each(records.activations)(
	"$name along axis $along, and the way back, are the engine's",
	({ name, along, ...record }) => {
		const z = tensor(record.z),
			a = activate(name, z, along);
		expect(distance(a, record.a)).toBeLessThan(CLOSE);
		expect(distance(slope(name, z, a, tensor(record.dy), along), record.dz)).toBeLessThan(CLOSE);
	},
);

test("the normal distribution keeps its digits far out", () => {
	const z = { shape: [5], data: Float64Array.of(-6, -3, -1, 2.9, -2.7) };
	// z · erfc(−z / √2) / 2 by the C library.
	const expected = [
		-5.919525870226207e-9, -0.004049694094890287, -0.15865525393145707, 2.8945891414288862, -0.009360829268209804,
	];
	activate("gelu", z, 0).data.forEach((value, i) => {
		expect(Math.abs(value / expected[i] - 1)).toBeLessThan(1e-13);
	});
});
