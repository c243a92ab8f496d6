/* The state as the hash of an address, in Python's order; a picture of the reader's own is never part of it. */

import { keyOf } from "../format";
import { decoded, encoded, parsed } from "../parts/hash";
import { isLegal } from "./legal";
import type { Property, State } from "./records";
import type { Session } from "./session";

const isList = (value: unknown): boolean => Array.isArray(value);

/** Lists and the like are written as JSON, without the outer brackets where nothing is nested. */
const written = (value: unknown): string => {
	if (typeof value === "string") return value;
	const text = JSON.stringify(value);
	return isList(value) && !(value as unknown[]).some(isList) ? text.slice(1, -1) : text;
};

export function hashOf({ records, s }: Session): string {
	const parts = records.properties
		.filter(({ name, start }) => keyOf(start) !== keyOf(s[name]))
		.map(({ name }) => `${name}=${encoded(written(s[name]))}`);
	return `#${parts.join("&")}`;
}

/** Take over what a link says, as far as it is legal. */
export function openHash(session: Session, hash: string): void {
	const parts = new Map(
		hash
			.slice(1)
			.split("&")
			.map(part => part.split(/=(.*)/s) as [string, string]),
	);
	for (const property of session.records.properties) {
		const text = decoded(parts.get(property.name) ?? ""),
			value = text ? valueOf(property, text) : undefined;
		if (value !== undefined && isLegal(session, property, value))
			session.turn({ [property.name]: value } as Partial<State>);
	}
}

function valueOf({ start, options, name }: Property, text: string): unknown {
	if (typeof start === "string" || options || name === "language") return text;
	if (isList(start) || name === "selected") return parsed(text.startsWith("[[") ? text : `[${text}]`);
	return parsed(text);
}
