/* What a reader has solved as one line of text, with a checksum by which a slip or a change shows. */

import { crc32 } from "./crc";

export interface Record {
	readonly class: string;
	readonly name: string;
	/** As 2026-01-31. */
	readonly date: string;
	/** The tries by exercise. */
	readonly solved: Readonly<{ [exercise: string]: number }>;
}

export interface Checked extends Record {
	readonly holds: boolean;
}

const MARK = "convlab-record",
	FIELDS = ["class", "name", "date", "solved"] as const;

/** What separates is written in percent, all else as it is: a teacher can read it. */
const encoded = (text: string): string => text.normalize().replace(/[\s%=,:]/g, encodeURIComponent);

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

const sumOf = (fields: readonly string[]): string => crc32(fields.join(" ")).toString(16).padStart(8, "0");

export function written({ solved, ...told }: Record): string {
	const list = Object.entries(solved).map(([exercise, tries]) => `${encoded(exercise)}:${tries}`),
		texts = { class: encoded(told.class), name: encoded(told.name), date: told.date, solved: list.join(",") },
		fields = FIELDS.map(name => `${name}=${texts[name]}`);
	return [MARK, ...fields, `check=${sumOf(fields)}`].join(" ");
}

/** Every record in a text, which may have been broken into other lines on its way. */
export function recordsIn(text: string): Checked[] {
	const found = text.normalize().matchAll(new RegExp(`${MARK}\\s+(.*?)\\s*check=([0-9a-z]+)`, "gis"));
	return [...found].map(([, told, check]) => {
		const fields = told.split(/\s+/);
		return { ...recordOf(fields), holds: sumOf(fields) === check.toLowerCase() };
	});
}

function recordOf(fields: readonly string[]): Record {
	const told = new Map(fields.map(field => field.split(/=(.*)/s) as [string, string])),
		text = (name: string): string => decoded(told.get(name) ?? ""),
		list = (told.get("solved") ?? "").split(",").filter(Boolean);
	const solved = list.map((one): [string, number] => {
		const [exercise, tries] = one.split(":");
		return [decoded(exercise), Number(tries) || 0];
	});
	return { class: text("class"), name: text("name"), date: text("date"), solved: Object.fromEntries(solved) };
}
