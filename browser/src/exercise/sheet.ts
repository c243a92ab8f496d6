/* An exercise as Python sent it: what all variants have in common, and each one's numbers. `exercises.sheets` */

import type { Said } from "../axes";
import type { Records, Setting } from "../contract";
import type { SaidWords, Words } from "../words";

/** A key of the labels, filled with the variant's numbers; or one that brings its own. */
export type Text = string | { readonly term: string; readonly with: Readonly<Record<string, Said>> };
export type Value = number | string | readonly number[];

export interface Answer {
	readonly kind: "number" | "shape" | "numbers" | "positions" | "rows" | "settings" | "kernel" | "code";
	/** The names of the numbers. */
	readonly labels?: readonly Text[];
	/** The positions to choose from. */
	readonly first?: number;
	readonly last?: number;
	/** The lines of code to choose from. */
	readonly rows?: readonly string[];
	/** Choices, each with what it leads to. */
	readonly outcomes?: readonly (readonly [choice: string, outcome: string])[];
	/** What the question gives, of an answer that is set on a board. */
	readonly fixed?: Readonly<Record<string, Setting>>;
	/** The argument that it asks for. */
	readonly asked?: string;
}

export interface Variant {
	readonly exercise: string;
	readonly title: string;
	readonly question: string;
	readonly field: string;
	readonly hints: readonly string[];
	readonly misconceptions: readonly string[];
	readonly reader: string;
	readonly numbers: Readonly<Record<string, Said>>;
	readonly answer: Answer;
	readonly right: Value;
	/** The answer of each misconception. */
	readonly traps: readonly Value[];
	readonly near: Readonly<Record<string, Text>>;
	readonly solution: string;
	readonly reasons: string;
}

export interface Sheet extends Partial<Variant> {
	readonly labels: Records["labels"];
	readonly variants: readonly Partial<Variant>[];
}

export const variantOf = (sheet: Sheet, index: number): Variant => ({ ...sheet, ...sheet.variants[index] }) as Variant;

/** What Python sealed, so that nobody reads it by chance. */
export function unsealed<T>(sealed: string): T {
	const bytes = Uint8Array.from(atob(sealed), letter => letter.charCodeAt(0));
	return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

/** A text with its own places filled, or with the numbers. */
export const filled = (words: Words, text: Text, numbers: SaidWords = {}): string =>
	typeof text === "string" ? words.text(text, numbers) : words.text(text.term, text.with);
