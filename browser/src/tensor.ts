/* Numbers along several axes, in one row-major array. */

import type { Nested } from "./contract";

export interface Tensor {
	readonly shape: readonly number[];
	readonly data: Float64Array;
}

export const zeros = (shape: readonly number[]): Tensor => ({
	shape,
	data: new Float64Array(shape.reduce((product, size) => product * size, 1)),
});

/** The same numbers as arrays of arrays. */
export function nested({ shape, data }: Tensor): Nested {
	let rows: Nested[] = [...data];
	for (const size of shape.slice(1).reverse()) {
		const count = size ? rows.length / size : 0;
		rows = Array.from({ length: count }, (_, row) => rows.slice(row * size, (row + 1) * size));
	}
	return rows;
}
