/* The settings as the hash of an address, in Python's order; the picture is never part of it. */

import { keyOf } from "../format";
import { encoded, parsed, READ } from "../parts/hash";
import type { Property } from "./records";
import type { Session } from "./session";
import { changesOf } from "./taken";

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
