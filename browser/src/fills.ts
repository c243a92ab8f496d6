/* Pools: numbers of a tensor of any size, from a formula, with a block of one's own before it. */

import type { Fill, Nested, Pool, Tree } from "./contract";
import { compiled } from "./formula";
import { type Tensor, zeros } from "./tensor";

type Fills = Readonly<Record<string, Fill>>;

/** The names by which a fill's formula calls the places along a tensor's axes. */
export const PLACES = {
	input: ["r", "c", "k"],
	kernel: ["r", "c", "a", "b"],
	pointwise: ["a", "b"],
	bias: ["f"],
} as const;
export type Kind = keyof typeof PLACES;

export const isLine = (fill: Fill): fill is Exclude<Fill, Tree> => typeof fill === "object" && "line" in fill;

function numberAt(fill: Fill): (numbers: Record<string, number>) => number {
	if (!isLine(fill)) return compiled(fill);
	const at = compiled(fill.at);
	return numbers => fill.line[at(numbers)] ?? 0;
}

/** Every place of a shape, in the order of the data; the same array each time. */
export function eachPlace(shape: readonly number[], visit: (place: number[], index: number) => void): void {
	const place = shape.map(() => 0),
		count = shape.reduce((product, size) => product * size, 1);
	for (let index = 0; index < count; index++) {
		visit(place, index);
		for (let axis = shape.length - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0;
	}
}

const blockAt = (block: Nested, place: readonly number[]): Nested =>
	place.reduce<Nested>((part, index) => (Array.isArray(part) ? (part[index] ?? null) : null), block);

/** The corner of a pool as a tensor. */
export function tensorOf(pool: Pool, kind: Kind, fills: Fills, shape: readonly number[]): Tensor {
	const tensor = zeros(shape),
		names = PLACES[kind],
		numbers: Record<string, number> = {};
	const formula = numberAt(fills[pool.fill] ?? 0);
	eachPlace(shape, (place, index) => {
		const own = pool.block === null ? null : blockAt(pool.block, place);
		if (typeof own === "number") tensor.data[index] = own;
		else {
			names.forEach((name, axis) => {
				numbers[name] = place[axis] ?? 0;
			});
			tensor.data[index] = formula(numbers);
		}
	});
	return tensor;
}

/** The pool with one number changed. */
export function edited(pool: Pool, place: readonly number[], value: number): Pool {
	const put = (block: Nested, [first = 0, ...rest]: readonly number[]): Nested => {
		const list: Nested[] = Array.isArray(block) ? [...block] : [];
		while (list.length <= first) list.push(null);
		list[first] = rest.length ? put(list[first] ?? null, rest) : value;
		return list;
	};
	return { ...pool, block: put(pool.block, place) };
}
