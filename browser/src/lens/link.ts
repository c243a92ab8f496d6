/* The settings as the hash of an address, in Python's order; the picture is never part of it. */

import { isRefused } from "../axes";
import { keyOf } from "../format";
import { decoded, encoded, parsed, READ } from "../parts/hash";
import { fitted } from "./kernels";
import type { Records, State } from "./records";
import type { Session } from "./session";

const written = (value: unknown): string =>
	Array.isArray(value) && Array.isArray(value[0]) ? JSON.stringify(value) : String(value);

export function hashOf({ records, s }: Session): string {
	const parts = records.properties
		.filter(({ name, start }) => start === null || keyOf(start) !== keyOf(s[name]))
		.map(({ name }) => `${name}=${encoded(written(s[name]))}`);
	return `#${parts.join("&")}`;
}

/** Take over what a link says, one part after another, as far as each is legal with those before. */
export function openHash(session: Session, hash: string): void {
	const parts = hash
		.slice(1)
		.split("&")
		.map(part => part.split(/=(.*)/s));
	for (const { name, kind } of session.records.properties) {
		const text = decoded(parts.find(([one]) => one === name)?.[1] ?? "");
		if (!text) continue;
		const value = kind === "kernel" ? (text.startsWith("[") ? parsed(text) : text) : READ[kind as "word"](text);
		const changes = value === undefined ? null : changesOf(session, name, value);
		if (changes && !isRefused(session.verdict(session.settings(changes)))) session.turn(changes);
	}
}

/** What a part changes; null for what is no such value. */
function changesOf(session: Session, name: string, value: unknown): Partial<State> | null {
	const { records, s, colours } = session,
		{ ranges, options } = records.rules.layers.Conv2D;
	if (name === "kernel") return kernelOf(records, s, value);
	const [least, most] = ranges[name] ?? [0, 0];
	const isPair = (list: unknown): boolean =>
		Array.isArray(list) && list.length === 2 && list.every(one => one >= least && one <= most);
	const legal: Record<string, boolean> = {
		padding: options.padding.includes(String(value)),
		kernel_size: isPair(value),
		strides: isPair(value),
		dilation_rate: isPair(value),
		true_convolution: true,
		channels: value === 1 || value === colours,
		contrast: value === "own" || value === "shared",
		position: Array.isArray(value) && value.length === 3,
		language: Object.hasOwn(records.labels, String(value)),
	};
	if (!legal[name]) return null;
	const more = name === "kernel_size" ? { kernel: fitted(records, s.kernel, value as number[]) } : {};
	return { [name]: value, ...more };
}

function kernelOf(records: Records, s: State, value: unknown): Partial<State> | null {
	if (typeof value === "string") {
		const side = Math.max(...s.kernel_size);
		return Object.hasOwn(records.kernels, value) ? { kernel: value, kernel_size: [side, side] } : null;
	}
	const rows = Array.isArray(value) ? (value as unknown[][]) : [],
		[, most] = records.rules.layers.Conv2D.ranges.kernel_size;
	const width = rows[0]?.length ?? 0;
	const isNumber = (one: unknown): boolean => Number.isFinite(one) && Math.abs(one as number) <= records.largest;
	const isRow = (row: unknown): boolean => Array.isArray(row) && row.length === width && row.every(isNumber);
	if (!rows.length || !width || Math.max(rows.length, width) > most || !rows.every(isRow)) return null;
	return { kernel: rows as number[][], kernel_size: [rows.length, width] };
}
