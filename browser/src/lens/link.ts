/* The settings as the hash of an address, in Python's order; the picture is never part of it. */

import { isRefused } from "../axes";
import { keyOf } from "../format";
import { encoded, parsed, READ } from "../parts/hash";
import { fitted, namedSide } from "./kernels";
import type { Property, State } from "./records";
import type { Session } from "./session";

const written = (value: unknown): string =>
	Array.isArray(value) && Array.isArray(value[0]) ? JSON.stringify(value) : String(value);

export function hashOf({ records, s }: Session): string {
	const parts = records.properties
		.filter(({ name, start }) => keyOf(start) !== keyOf(s[name]))
		.map(({ name }) => `${name}=${encoded(written(s[name]))}`);
	return `#${parts.join("&")}`;
}

/* What only a pattern has. */
const PATTERN = ["period", "angle"];

const READERS: Record<Property["kind"], (text: string) => unknown> = {
	...READ,
	kernel: text => parsed(text) ?? text,
};

/** Take over what a link says, one part after another, as far as each is legal with those before. */
export function openHash(session: Session, hash: string): void {
	const parts = Object.fromEntries(new URLSearchParams(hash.slice(1)));
	for (const { name, kind } of session.records.properties) {
		const text = parts[name],
			changes = text && changesOf(session, name, READERS[kind](text));
		if (changes && !(PATTERN.includes(name) && session.s[name] === null)) session.turn(changes);
	}
}

/** What a value of a setting changes, where it is legal with all that stands; else null. */
export function changesOf(session: Session, name: string, value: unknown): Partial<State> | null {
	const property = session.propertyOf(name),
		changes = property && meant(session, property, value);
	return changes && !isRefused(session.verdict(session.settings(changes))) ? changes : null;
}

function meant(session: Session, property: Property, value: unknown): Partial<State> | null {
	const { name, kind } = property,
		{ kernel } = session.s;
	if (kind === "kernel") return kernelOf(session, property.options, value);
	if (!isOf(property, value) || (name === "channels" && Number(value) > session.colours)) return null;
	if (name !== "kernel_size") return { [name]: value };
	const kernel_size = value as number[];
	if (typeof kernel === "string" && Math.max(...kernel_size) > namedSide(session.records, kernel_size)) return null;
	return { kernel_size, kernel: fitted(session.records, kernel, kernel_size) };
}

/** Whether a value is of a setting's kind, and in its range. */
function isOf({ name, kind, range, options, start }: Property, value: unknown): boolean {
	if (options) return options.includes(value as string);
	if (kind === "flag") return typeof value === "boolean";
	if (value === null) return start === null && Boolean(range);
	const list = kind === "numbers" ? value : [value],
		count = name === "position" ? 3 : kind === "numbers" ? 2 : 1,
		[least, most] = range ?? [0, Number.POSITIVE_INFINITY];
	return (
		Array.isArray(list) &&
		list.length === count &&
		list.every(one => Number.isInteger(one) && one >= least && one <= most)
	);
}

function kernelOf(session: Session, names: Property["options"], value: unknown): Partial<State> | null {
	const { records, s } = session,
		side = namedSide(records, s.kernel_size),
		rows: number[][] = Array.isArray(value) ? value : [],
		kernel_size = [rows.length, rows[0]?.length];
	if (names?.includes(value as string)) return { kernel: value as string, kernel_size: [side, side] };
	const isNumber = (one: unknown): boolean => Number.isFinite(one) && Math.abs(one as number) <= records.largest,
		isLine = (row: unknown): boolean => Array.isArray(row) && row.length === kernel_size[1] && row.every(isNumber);
	return isOf(session.propertyOf("kernel_size") as Property, kernel_size) && rows.every(isLine)
		? { kernel: rows, kernel_size }
		: null;
}
