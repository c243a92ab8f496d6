/* What a lens can show of what it is told, by a saved state or a link, setting by setting. */

import { type Found, isRefused, type Refused } from "../axes";
import type { Settings } from "../contract";
import { fitted, namedSide } from "./kernels";
import type { Property, Records, State } from "./records";

/** What stands, and what the layer says to something else. */
export interface Known {
	readonly records: Records;
	readonly s: State;
	/** How many channels the picture has. */
	readonly colours: number;
	propertyOf(name: string): Property | undefined;
	settings(changes: Partial<State>): Settings;
	verdict(settings: Settings): Found | Refused;
}

/** What a value of a setting changes, where it is legal with all that stands; else null. */
export function changesOf(known: Known, name: string, value: unknown): Partial<State> | null {
	const property = known.propertyOf(name),
		changes = property && meant(known, property, value);
	return changes && !isRefused(known.verdict(known.settings(changes))) ? changes : null;
}

function meant(known: Known, property: Property, value: unknown): Partial<State> | null {
	const { name, kind } = property,
		{ kernel } = known.s;
	if (kind === "kernel") return kernelOf(known, property.options, value);
	if (!isOf(property, value) || (name === "channels" && Number(value) > known.colours)) return null;
	if (name !== "kernel_size") return { [name]: value };
	const kernel_size = value as number[];
	if (typeof kernel === "string" && Math.max(...kernel_size) > namedSide(known.records, kernel_size)) return null;
	return { kernel_size, kernel: fitted(known.records, kernel, kernel_size) };
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

function kernelOf(known: Known, names: Property["options"], value: unknown): Partial<State> | null {
	const { records, s } = known,
		side = namedSide(records, s.kernel_size),
		rows: number[][] = Array.isArray(value) ? value : [],
		kernel_size = [rows.length, rows[0]?.length];
	if (names?.includes(value as string)) return { kernel: value as string, kernel_size: [side, side] };
	const isNumber = (one: unknown): boolean => Number.isFinite(one) && Math.abs(one as number) <= records.largest,
		isLine = (row: unknown): boolean => Array.isArray(row) && row.length === kernel_size[1] && row.every(isNumber);
	return isOf(known.propertyOf("kernel_size") as Property, kernel_size) && rows.every(isLine)
		? { kernel: rows, kernel_size }
		: null;
}
