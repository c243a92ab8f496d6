/* The state as the hash of an address: every property that differs from its start, each listed once. */

import { isRefused } from "../axes";
import type { Nested, Pool, Pools, Property, Setting, Settings, State } from "../contract";
import { keyOf } from "../format";
import type { Session } from "./session";

type Read = (text: string) => unknown;

const numberOf: Read = text => (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text) ? Number(text) : undefined);
const isNested = (value: unknown): value is Nested =>
	value === null ||
	(typeof value === "number" && Number.isFinite(value)) ||
	(Array.isArray(value) && value.every(isNested));

/** How each kind of property is read; undefined for what cannot be one. */
const READ: Record<Property["kind"], Read> = {
	word: text => (/^\w*$/.test(text) ? text : undefined),
	number: numberOf,
	numbers(text) {
		if (text === "none") return null;
		const list = text.split(",").map(numberOf);
		return list.includes(undefined) ? undefined : list;
	},
	flag: text => ({ true: true, false: false })[text],
	own(text) {
		const value = parsed(text);
		return typeof value === "object" && value && !Array.isArray(value) && Object.values(value).every(Number.isFinite)
			? value
			: undefined;
	},
	pool(text) {
		if (/^\w+$/.test(text)) return { fill: text, block: null };
		const value = parsed(text) as Pool | undefined;
		return typeof value?.fill === "string" && isNested(value.block ?? null)
			? { fill: value.fill, block: value.block ?? null }
			: undefined;
	},
};

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

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
const POOLS = ["input", "kernel", "pointwise", "bias"];

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
		return `${name}=${encodeURIComponent(written(property, value)).replaceAll("%2C", ",")}`;
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
	const unread: string[] = [],
		given = new Map<string, unknown>(),
		texts = new Map<string, string>();
	const parts = hash
			.slice(hash.indexOf("#") + 1)
			.split("&")
			.filter(Boolean),
		names = parts.map(part => part.split("=")[0]);
	parts.forEach((part, index) => {
		const name = names[index],
			property = session.records.properties.find(one => one.name === name);
		const once = names.indexOf(name) === names.lastIndexOf(name) && part.includes("=");
		const value = property && once ? READ[property.kind](decoded(part.slice(name.length + 1))) : undefined;
		if (value === undefined) return unread.push(part);
		texts.set(name, part);
		return given.set(name, value);
	});
	const refused: string[] = [];
	take(session, given, refused);
	unread.push(...refused.map(name => texts.get(name) ?? name));
	const short = unread.slice(0, MOST).map(part => (part.length > LONGEST ? `${part.slice(0, LONGEST)}…` : part));
	session.turn({ unread: unread.length > MOST ? [...short, "…"] : short }, false);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return "\0";
	}
}

function take(session: Session, given: Map<string, unknown>, unread: string[]): void {
	const layer = given.get("layer") as string | undefined;
	given.delete("layer");
	if (layer !== undefined && !session.given.layers.includes(layer)) unread.push("layer");
	else if (layer !== undefined && layer !== session.s.layer) session.choose(layer);
	const settings: Record<string, Setting> = {},
		view: Partial<State> = {};
	for (const [name, value] of given) {
		if (POOLS.includes(name)) takePool(session, name as keyof Pools, value as Pool, unread);
		else if (name in session.wish) settings[name] = value as Setting;
		else if (isForeign(session, name)) unread.push(name);
		else view[name] = value;
	}
	takeSettings(session, settings, unread);
	takeView(session, view, unread);
}

function takePool(session: Session, name: keyof Pools, pool: Pool, unread: string[]): void {
	const fills = session.records.fills[name][session.rank] ?? {};
	if (pool.fill in fills) session.fill(name, pool);
	else unread.push(name);
}

/** One after the other, until none of those left is taken: a setting may need another one first. */
function takeSettings(session: Session, settings: Settings, unread: string[]): void {
	const possible = ([name, value]: [string, Setting]): boolean => isPossible(session, name, value);
	unread.push(
		...Object.entries(settings)
			.filter(one => !possible(one))
			.map(([name]) => name),
	);
	let left = Object.entries(settings).filter(possible);
	for (let before = -1; left.length && left.length !== before; ) {
		before = left.length;
		const all = { ...session.settings(), ...Object.fromEntries(left) };
		if (!isRefused(session.verdict(all))) {
			session.ask(all);
			left = [];
		} else
			left = left.filter(([name, value]) => {
				const next = { ...session.settings(), [name]: value };
				if (isRefused(session.verdict(next))) return true;
				session.ask(next);
				return false;
			});
	}
	unread.push(...left.map(([name]) => name));
}

function isPossible(session: Session, name: string, value: Setting): boolean {
	const now = session.wish[name],
		range = session.ranges()[name],
		options = session.layer.options[name];
	const fits = (number: unknown): boolean =>
		Number.isInteger(number) && (!range || ((number as number) >= range[0] && (number as number) <= range[1]));
	if (options) return options.includes(value as string);
	if (name === "data_format") return value === "channels_last" || value === "channels_first";
	if (name === "output_padding" && value === null) return true;
	if (Array.isArray(value)) return value.length === session.rank && value.every(fits);
	return typeof value === typeof now && (typeof value !== "number" || fits(value));
}

const VIEWS: Record<string, readonly unknown[]> = {
	view: ["scatter", "zeros"],
	gradient: ["off", "ones", "one", "own"],
};

function takeView(session: Session, view: Partial<State>, unread: string[]): void {
	for (const [name, value] of Object.entries(view)) {
		const legal = VIEWS[name]?.includes(value) ?? isLegal(session, name, value);
		if (legal) session.turn({ [name]: value });
		else unread.push(name);
	}
}

function isLegal(session: Session, name: string, value: unknown): boolean {
	if (name === "language") return typeof value === "string" && value in session.records.labels;
	if (name === "preset") return value === "" || session.records.presets.some(({ id }) => id === value);
	if (name === "speed")
		return (
			Number.isInteger(value) &&
			(value as number) >= session.records.speeds[0] &&
			(value as number) <= session.records.speeds[1]
		);
	if (name === "position") {
		const shape = session.shapeOf(session.scene.a);
		return (
			Array.isArray(value) &&
			value.length === shape.length &&
			value.every((index, axis) => Number.isInteger(index) && index >= 0 && index < shape[axis])
		);
	}
	return true;
}
