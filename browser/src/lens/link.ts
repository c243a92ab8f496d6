/* The settings as the hash of an address, in Python's order; the picture is never part of it. */

import { isRefused } from "../axes";
import { keyOf } from "../format";
import { decoded, encoded, parsed, READ } from "../parts/hash";
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

/** Take over what a link says, one part after another, as far as each is legal with those before. */
export function openHash(session: Session, hash: string): void {
	const parts = new Map(
		hash
			.slice(1)
			.split("&")
			.map(part => part.split(/=(.*)/s) as [string, string]),
	);
	for (const property of session.records.properties) {
		const text = decoded(parts.get(property.name) ?? ""),
			changes = text ? changesOf(session, property, text) : null;
		if (changes && !isRefused(session.verdict(session.settings(changes)))) session.turn(changes);
	}
}

/** What a part changes; null for what is no such value. */
function changesOf(session: Session, { name, kind, range, options }: Property, text: string): Partial<State> | null {
	if (kind === "kernel") return kernelOf(session, options, text);
	const value = READ[kind](text),
		list = [value].flat() as number[];
	if (value === undefined || (options && !options.includes(value as string))) return null;
	const count = kind === "numbers" ? 2 : 1;
	if (range && (list.length !== count || list.some(one => one < range[0] || one > range[1]))) return null;
	if (name === "channels" && Number(value) > session.colours) return null;
	if (name === "position" && list.length !== 3) return null;
	if (PATTERN.includes(name) && session.s[name] === null) return null;
	const { kernel } = session.s;
	if (name === "kernel_size" && typeof kernel === "string" && Math.max(...list) > namedSide(session.records, list))
		return null;
	const more = name === "kernel_size" ? { kernel: fitted(session.records, kernel, list) } : {};
	return { [name]: value, ...more };
}

function kernelOf({ records, s }: Session, names: Property["options"], text: string): Partial<State> | null {
	const side = namedSide(records, s.kernel_size),
		[, most] = records.properties.find(({ name }) => name === "kernel_size")?.range ?? [];
	if (names?.includes(text)) return { kernel: text, kernel_size: [side, side] };
	const rows = parsed(text) as number[][];
	const isLine = (line: unknown, length: number): boolean =>
		Array.isArray(line) && line.length > 0 && line.length <= Number(most) && (!length || line.length === length);
	const isNumber = (one: unknown): boolean => Number.isFinite(one) && Math.abs(one as number) <= records.largest;
	if (!isLine(rows, 0) || !rows.every(row => isLine(row, rows[0].length) && row.every(isNumber))) return null;
	return { kernel: rows, kernel_size: [rows.length, rows[0].length] };
}
