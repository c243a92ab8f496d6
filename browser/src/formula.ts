/* Formulas that Python sent as trees: their value, and how they are written. */

import type { Numbers, Operation, Rule, Tree } from "./contract";
import { grouped } from "./format";

export type Compiled = (numbers: Numbers) => number;

const mod = (dividend: number, divisor: number): number => dividend - divisor * Math.floor(dividend / divisor);

const OPERATIONS: Readonly<Record<Exclude<Operation, "if">, (a: number, b: number) => number>> = {
	"+": (a, b) => a + b,
	"-": (a, b) => a - b,
	"*": (a, b) => a * b,
	floor: (a, b) => Math.floor(a / b),
	ceil: (a, b) => Math.ceil(a / b),
	over: (a, b) => a / b,
	mod,
	max: (a, b) => Math.max(a, b),
	min: (a, b) => Math.min(a, b),
	"<": (a, b) => Number(a < b),
	"<=": (a, b) => Number(a <= b),
	"==": (a, b) => Number(a === b),
	and: (a, b) => a && b,
	or: (a, b) => a || b,
	not: a => Number(!a),
};

const known = new WeakMap<readonly unknown[], Compiled>();
const nothing: Compiled = () => 0;

function build([operation, ...sides]: readonly [Operation, ...Tree[]]): Compiled {
	const [a = nothing, b = nothing, c = nothing] = sides.map(compiled);
	if (operation === "if") return numbers => (a(numbers) ? b : c)(numbers);
	const apply = OPERATIONS[operation];
	return numbers => apply(a(numbers), b(numbers));
}

/** A tree as a function of its numbers; made once for each tree. */
export function compiled(tree: Tree): Compiled {
	if (typeof tree === "number") return () => tree;
	if (typeof tree === "string") return numbers => numbers[tree] ?? 0;
	const found = known.get(tree) ?? build(tree);
	known.set(tree, found);
	return found;
}

/** A tree's value; true is 1. */
export const evaluate = (tree: Tree, numbers: Numbers): number => compiled(tree)(numbers);

/** The numbers and, line by line, what follows from them. */
export function reckoned(lines: readonly Rule[], numbers: Numbers): Record<string, number> {
	const found = { ...numbers };
	for (const [symbol, formula] of lines) found[symbol] = evaluate(formula, found);
	return found;
}

// ── Counts beyond what a number holds ──

/** A whole number of any size; NaN while it is unknown. */
export type Count = number | bigint;

const WHOLE: Partial<Record<Operation, (a: bigint, b: bigint) => bigint>> = {
	"+": (a, b) => a + b,
	"-": (a, b) => a - b,
	"*": (a, b) => a * b,
	over: (a, b) => a / b,
};

function whole(tree: Tree, numbers: Readonly<Record<string, Count>>): bigint {
	if (typeof tree === "number") return BigInt(tree);
	if (typeof tree === "string") return BigInt(numbers[tree] ?? 0);
	const [operation, a = 0, b = 0, c = 0] = tree;
	if (operation === "if") return whole(evaluate(a, numbers as Numbers) ? b : c, numbers);
	const apply = WHOLE[operation];
	if (!apply) throw new Error(operation);
	return apply(whole(a, numbers), whole(b, numbers));
}

/** The counts of `lines`, to the last digit. */
export function counted(lines: readonly Rule[], numbers: Numbers): Record<string, Count> {
	const near = reckoned(lines, numbers),
		found: Record<string, Count> = { ...near };
	for (const [symbol, formula] of lines)
		if (Math.abs(near[symbol]) > Number.MAX_SAFE_INTEGER) found[symbol] = whole(formula, found);
	return found;
}

/** The sum of counts, to the last digit; unknown if one is. */
export function total(counts: readonly Count[]): Count {
	const near = counts.reduce((sum: number, one) => sum + Number(one), 0);
	if (!(Math.abs(near) > Number.MAX_SAFE_INTEGER)) return near;
	return counts.reduce((sum: bigint, one) => sum + BigInt(one), 0n);
}

// ── Writing ──

const SUM = 1,
	PRODUCT = 2,
	ATOM = 3;
type Text = readonly [text: string, strength: number];

/* The signs before, between and after two sides, how strongly these must hold together, and how
   strongly the whole does. */
const SIGNS: Partial<Record<Operation, readonly [string, string, string, number, number, number]>> = {
	"+": ["", " + ", "", 0, PRODUCT, SUM],
	"-": ["", " − ", "", 0, PRODUCT, SUM],
	"*": ["", " · ", "", PRODUCT, PRODUCT, PRODUCT],
	floor: ["⌊", " / ", "⌋", ATOM, ATOM, ATOM],
	ceil: ["⌈", " / ", "⌉", ATOM, ATOM, ATOM],
	over: ["", " / ", "", ATOM, ATOM, PRODUCT],
	mod: ["", " mod ", "", ATOM, ATOM, PRODUCT],
	max: ["max(", ", ", ")", 0, 0, ATOM],
	min: ["min(", ", ", ")", 0, 0, ATOM],
};

/** A name as it is written: `hout` is h′, `p0` is p₀. */
export function symbol(name: string): string {
	if (name === "full") return "ℓ";
	if (name.endsWith("out")) return `${name.slice(0, -3) || "n"}′`;
	return name.replace(/^(.)([01])$/, (_, letter: string, index: string) => letter + "₀₁"[Number(index)]);
}

const digits = (size: number): string => (Number.isInteger(size) ? grouped(size) : String(size));

function text(tree: Tree): Text {
	if (typeof tree === "string") return [symbol(tree), ATOM];
	if (typeof tree === "number") return tree < 0 ? [`−${digits(-tree)}`, SUM] : [digits(tree), ATOM];
	const [operation, left = 0, right = 0] = tree;
	const [before, between, after, first, second, strength] = SIGNS[operation] ?? [`${operation} `, ", ", "", 0, 0, SUM];
	return [before + bracketed(left, first) + between + bracketed(right, second) + after, strength];
}

function bracketed(tree: Tree, least: number): string {
	const [written, strength] = text(tree);
	return strength < least ? `(${written})` : written;
}

/** An arithmetic tree as a line of text, in the style that Python calls PLAIN. */
export const written = (tree: Tree): string => text(tree)[0];

/* What is unknown keeps its name. */
function substituted(tree: Tree, numbers: Numbers): Tree {
	if (typeof tree === "number") return tree;
	if (typeof tree === "string") return Number.isNaN(numbers[tree]) ? tree : (numbers[tree] ?? tree);
	const [operation, ...sides] = tree;
	return [operation, ...sides.map(side => substituted(side, numbers))];
}

/** symbol = formula = the numbers put in = value, each once. */
export function reckoning(
	[name, formula]: Rule,
	numbers: Numbers,
	value = numbers[name] ?? evaluate(formula, numbers),
): string {
	const lines = [formula, substituted(formula, numbers), ...(Number.isNaN(value) ? [] : [value])];
	return [symbol(name), ...new Set(lines.map(written))].join(" = ");
}
