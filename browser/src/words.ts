/* Every text comes from the catalogue that Python sent, in the language that is chosen now. */

import type { Said } from "./axes";
import type { Records } from "./contract";

/** What a template's places are filled with. */
export type SaidWords = Readonly<Record<string, Said | number>>;

export interface Words {
	language: string;
	/** The text under a whole key, its places filled. */
	text(key: string, words?: SaidWords): string;
	/** The name of a direction: 0 is the height, of a series its steps. */
	axis(index: number, form?: string): string;
	rank: number;
	has(key: string): boolean;
}

export function wordsOf(labels: Records["labels"], language: string): Words {
	const words: Words = {
		language,
		rank: 2,
		has: key => key in (labels[words.language] ?? {}),
		text(key, filled = {}) {
			const template = labels[words.language]?.[key] ?? key;
			return template.replace(/\{(\w+)\}/g, (_, name: string) => said(filled[name] ?? ""));
		},
		axis(index, form = "") {
			return words.text(`axis.${words.rank === 1 ? "steps" : ["height", "width"][index]}${form}`);
		},
	};
	function said(value: Said | number): string {
		if (typeof value !== "object") return String(value);
		if ("axis" in value) return words.axis(value.axis);
		if ("list" in value) return value.list.map(said).join(words.text("list.separator"));
		return words.text(value.term, value.with);
	}
	return words;
}
