/* The state as the hash of an address: every property that differs from its start, each listed once. */

import { isRefused } from "../axes";
import type { Pool, Pools, Property, Setting, Settings } from "../contract";
import { type Kind, PLACES } from "../fills";
import { keyOf } from "../format";
import { decoded, encoded, parsed, READ } from "../parts/hash";
import type { Session } from "./session";
import { isView } from "./taken";

/** How each kind of property is read; undefined for what cannot be one. */
const READERS: Record<Property["kind"], (text: string) => unknown> = {
	...READ,
	own: parsed,
	pool: text => (text.startsWith("{") ? parsed(text) : { fill: text, block: null }),
};

function written({ kind }: Property, value: unknown): string {
	if (kind === "pool") {
		const pool = value as Pool;
		return pool.block === null ? pool.fill : JSON.stringify(pool);
	}
	if (kind === "own") return JSON.stringify(value, Object.keys(value as object).sort());
	return value === null ? "none" : String(value);
}

/** So many parts that were left out are named, and so much of each. */
const MOST = 20,
	LONGEST = 60;

/** What a property is at the start: a setting's start is the layer's own. */
function startOf(session: Session, { name, kind, start }: Property): unknown {
	if (kind === "pool") return session.records.start.values[session.rank][name as keyof Pools];
	if (name === "position") return session.indexOf([0, 0, 0]);
	// The layer and the language are always written.
	return start ?? session.layer.start[name];
}

export function hashOf(session: Session): string {
	const parts = session.records.properties.flatMap(property => {
		const { name, kind } = property,
			value = kind === "pool" ? session.pools[name as keyof Pools] : session.s[name];
		if (isForeign(session, name) || keyOf(value) === keyOf(startOf(session, property))) return [];
		return `${name}=${encoded(written(property, value))}`;
	});
	return `#${parts.join("&")}`;
}

/** A setting that this layer has not. */
function isForeign(session: Session, name: string): boolean {
	const everywhere = Object.values(session.records.rules.layers).flatMap(layer => layer.arguments);
	return everywhere.includes(name) && !session.layer.arguments.includes(name);
}

/** Take a link's properties over; those that are unknown or illegal are named and left out. */
export function openHash(session: Session, hash: string): void {
	const parts = hash.slice(hash.indexOf("#") + 1).split("&"),
		names = parts.map(part => part.split("=")[0]),
		given = new Map<string, unknown>(),
		unread = new Set<string>();
	parts.forEach((part, index) => {
		const name = names[index],
			property = session.records.properties.find(one => one.name === name);
		const once = names.indexOf(name) === names.lastIndexOf(name) && part.includes("=");
		const text = decoded(part.slice(name.length + 1));
		const value = property && once && text !== undefined ? READERS[property.kind](text) : undefined;
		if (value !== undefined) given.set(name, value);
		else if (part) unread.add(part);
	});
	for (const name of take(session, given)) unread.add(parts[names.indexOf(name)]);
	const short = [...unread].slice(0, MOST).map(part => (part.length > LONGEST ? `${part.slice(0, LONGEST)}…` : part));
	session.turn({ unread: unread.size > MOST ? [...short, "…"] : short }, false);
}

/** A link that names its layer says all of it; the names of what is left out. */
function take(session: Session, given: ReadonlyMap<string, unknown>): string[] {
	const layer = given.get("layer") as string | undefined,
		known = layer !== undefined && session.given.layers.includes(layer);
	if (known) session.begin(layer);
	const settings: Record<string, Setting> = {},
		rest: [string, unknown][] = [];
	for (const [name, value] of given) {
		if (name in session.wish) settings[name] = value as Setting;
		else if (name !== "layer") rest.push([name, value]);
	}
	const refused = takeSettings(session, settings);
	for (const [name, value] of rest) if (!takeView(session, name, value)) refused.push(name);
	return layer === undefined || known ? refused : ["layer", ...refused];
}

/** As few settings as possible are left out, and of as many those that come first. */
function takeSettings(session: Session, settings: Settings): string[] {
	const names = session.records.properties.map(({ name }) => name).filter(name => name in settings);
	const possible = names.filter(name => isPossible(session, name, settings[name]));
	const without = (left: readonly string[]): Settings => ({
		...session.settings(),
		...Object.fromEntries(possible.filter(name => !left.includes(name)).map(name => [name, settings[name]])),
	});
	for (let count = 0; count <= possible.length; count++) {
		for (const left of combinations(possible, count)) {
			const wanted = without(left);
			if (isRefused(session.verdict(wanted))) continue;
			session.ask(wanted);
			return names.filter(name => left.includes(name) || !possible.includes(name));
		}
	}
	return names;
}

function* combinations(names: readonly string[], count: number): Generator<readonly string[]> {
	if (count === 0) yield [];
	for (let first = 0; count > 0 && first <= names.length - count; first++)
		for (const rest of combinations(names.slice(first + 1), count - 1)) yield [names[first], ...rest];
}

function isPossible(session: Session, name: string, value: Setting): boolean {
	const now = session.wish[name],
		range = session.ranges()[name],
		options = session.layer.options[name];
	const fits = (number: unknown): boolean =>
		!range || ((number as number) >= range[0] && (number as number) <= range[1]);
	if (options) return options.includes(value as string);
	if (name === "output_padding" && value === null) return true;
	if (Array.isArray(value)) return value.length === session.rank && value.every(fits);
	return value !== null && typeof value === typeof now && (typeof value !== "number" || fits(value));
}

/** What of the rest is legal; a place only inside of the output. */
function takeView(session: Session, name: string, value: unknown): boolean {
	if (!isView(session, name, value) || (name === "position" && !isInside(session, value as number[]))) return false;
	if (name in PLACES) session.fill(name as Kind, value as Pool);
	else session.turn({ [name]: value });
	return true;
}

function isInside(session: Session, index: readonly number[]): boolean {
	const shape = session.shapeOf(session.scene.a);
	return index.every((one, axis) => one < shape[axis]);
}
