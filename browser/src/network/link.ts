/* The state as the hash of an address, in Python's order; a picture of the reader's own is never part of it. */

import { keyOf } from "../format";
import { decoded, encoded, parsed } from "../parts/hash";
import { bitsOf, hexOf } from "./bitmap";
import type { Property, State } from "./records";
import { PAD, type Session } from "./session";
import { size } from "./stack";

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

const isWhole = (value: unknown, least: number, most: number): boolean =>
	Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** Whether a value is one that the session can show. */
export function isLegal(session: Session, { name, options, range = [0, 0] }: Property, value: unknown): boolean {
	const { layers, padShape } = session,
		last = layers.length - 1,
		list = isList(value) ? (value as unknown[]) : [];
	const isLayer = (one: unknown): boolean => isWhole(one, 0, last);
	switch (name) {
		case "sample":
			return isWhole(value, 0, session.sampleCount - 1);
		case "drawn":
			return value === "" || (padShape !== null && isDrawing(String(value), size(padShape)));
		case "shift":
			return list.length === 2 && list.every(one => isWhole(one, ...(range as [number, number])));
		case "noise":
			return isWhole(value, ...(range as [number, number]));
		case "selected":
			return value === null || isIndex(session, list);
		case "epoch":
			return value === null || isWhole(value, 0, session.epochs - 1);
		case "gradient":
			return typeof value === "boolean";
		case "linear":
			return isList(value) && list.every(one => isLayer(one) && layers[one as number].settings.activation !== "glu");
		case "shuffled":
			return isList(value) && list.every(isLayer);
		case "off":
			return (
				isList(value) &&
				list.every(
					one =>
						isList(one) &&
						(one as unknown[]).length === 2 &&
						isLayer((one as unknown[])[0]) &&
						isWhole((one as unknown[])[1], 0, layers[(one as number[])[0]].output[2] - 1),
				)
			);
		default:
			return !options || options.includes(String(value));
	}
}

/** Hexadecimal digits of so many bits, and 0 for what is over. */
function isDrawing(hex: string, count: number): boolean {
	const bits = bitsOf(hex, count);
	return bits !== null && hexOf(bits) === hex;
}

function isIndex({ layers, padOutput }: Session, [layer, ...index]: readonly unknown[]): boolean {
	const shape = layer === PAD ? padOutput : layers[layer as number]?.outputShape;
	return (
		Number.isInteger(layer) &&
		index.length === shape?.length &&
		index.every((one, axis) => isWhole(one, 0, shape[axis] - 1))
	);
}
