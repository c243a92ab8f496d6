/* Numbers and settings as people and Python write them. */

const MINUS = "−";

/** Three significant digits at most, a real minus, no more than five signs. */
export function short(value: number): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : `${MINUS}∞`;
	const size = Math.abs(value);
	let text = String(size);
	if (text.length > 4) {
		text = size >= 1000 && size < 1e5 ? String(Math.round(size)) : String(Number(size.toPrecision(size < 0.1 ? 1 : 3)));
	}
	if (text.length > 5) text = size.toExponential(0).replace("+", "");
	text = text.replace("-", MINUS);
	return value < 0 && Number(size.toPrecision(3)) !== 0 ? MINUS + text : text;
}

/** Six significant digits at most, as Python's ".6g", with a real minus. */
export function general(value: number): string {
	const [digits, power] = value.toExponential(5).split("e"),
		size = Number(power);
	const text =
		size < -4 || size > 5
			? `${Number(digits)}e${power.replace(/^(.)(.)$/, "$10$2")}`
			: String(Number(value.toPrecision(6)));
	return text.replaceAll("-", MINUS);
}

/** A number inside a product or a sum: a negative one in brackets. */
export const factor = (value: number): string => (value < 0 ? `(${short(value)})` : short(value));

/** A sum, written with its signs: 3 − 2 + 1. */
export function added(values: readonly number[]): string {
	return values
		.map((value, index) =>
			index === 0 ? short(value) : value < 0 ? ` ${MINUS} ${short(-value)}` : ` + ${short(value)}`,
		)
		.join("");
}

export const grouped = (number: number | bigint | string): string => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** A count in words; a dash while it is not known. */
export const countText = (count: number | bigint): string => (Number.isNaN(count) ? "—" : grouped(count));

/** A value as Python writes it. */
export function python(value: unknown): string {
	if (value === null || value === undefined || Number.isNaN(value)) return "None";
	if (typeof value === "boolean") return value ? "True" : "False";
	if (Array.isArray(value)) return value.length === 1 ? `(${value[0]},)` : `(${value.map(python).join(", ")})`;
	return typeof value === "string" ? `"${value}"` : String(value);
}

/** Values as one text: equal texts are equal values. */
export const keyOf = (...values: readonly unknown[]): string => JSON.stringify(values);
