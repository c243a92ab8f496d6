/* Whether an answer is right, by nothing but the data that Python drew. The relations are `exercises.kinds`'. */

import { isCount } from "../taken";
import type { Answer, Text, Value, Variant } from "./sheet";

const STATES = ["open", "unusable", "right", "wrong"] as const;

export interface Verdict {
	readonly state: (typeof STATES)[number];
	readonly misconception: string | null;
}

/** Whether a value is a verdict with the count of checks. */
export function isVerdict(value: unknown): boolean {
	const { state, misconception, count } = Object(value);
	return STATES.includes(state) && (misconception === null || typeof misconception === "string") && isCount(count);
}

/** The normal form of what a field holds. */
export function normal({ kind, outcomes }: Answer, given: Value): Value {
	if (outcomes) return outcomes.find(([choice]) => choice === given)?.[1] ?? given;
	if (kind === "positions" || kind === "rows") {
		return [...new Set(given as readonly number[])].sort((a, b) => a - b);
	}
	return given;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export function check(variant: Variant, given: Value): { verdict: Verdict; reply: Text } {
	const value = normal(variant.answer, given);
	if (same(value, variant.right)) return { verdict: { state: "right", misconception: null }, reply: "" };
	const trap = variant.misconceptions[variant.traps.findIndex(one => same(one, value))] ?? null,
		near = variant.near[relation(variant.answer.kind, value, variant.right)];
	return {
		verdict: { state: "wrong", misconception: trap },
		reply: trap ? `exercises.trap_${trap}` : (near ?? "exercises.near_unknown"),
	};
}

function relation(kind: Answer["kind"], value: Value, right: Value): string {
	if (typeof value === "string" || typeof right === "string") return String(value);
	if (typeof value === "number" || typeof right === "number") return value > right ? "above" : "below";
	if (kind === "kernel") return ofKernels(value, right);
	return kind === "positions" || kind === "rows" ? ofSets(value, right) : ofNumbers(value, right);
}

function ofNumbers(value: readonly number[], right: readonly number[]): string {
	const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
	if (same(sorted(value), sorted(right))) return "order";
	if (value.length === right.length) {
		const places = [...right.keys()].filter(at => value[at] === right[at]);
		return places.length ? `at ${places.join(" ")}` : "none";
	}
	if (value.length && within(value, right)) return "missing";
	return within(right, value) ? "surplus" : "length";
}

/** Whether a list is another with some numbers left out. */
function within(part: readonly number[], whole: readonly number[]): boolean {
	let at = 0;
	for (const number of whole) if (part[at] === number) at++;
	return at === part.length;
}

function ofSets(value: readonly number[], right: readonly number[]): string {
	const hits = value.filter(number => right.includes(number)).length;
	if (!hits) return value.length ? "none" : "empty";
	if (hits === right.length) return "surplus";
	return `${hits === value.length ? "part" : "some"} ${hits}`;
}

function ofKernels(value: readonly number[], right: readonly number[]): string {
	if (same(value.map(Math.sign), right.map(Math.sign))) return "sizes";
	return same(
		value.map(one => one !== 0),
		right.map(one => one !== 0),
	)
		? "signs"
		: "none";
}
