/* A sum written out, term by term; each term can be pointed at. */

import { children, node, setText } from "../dom";
import { factor, keyOf, short } from "../format";

/** One product: the two numbers, and which tap of which channel it belongs to. */
export interface Product {
	readonly channel: number;
	readonly i: number;
	readonly j: number;
	readonly x: number;
	readonly w: number;
}

export interface WrittenSum {
	/** What its products are: those of all sums can be pointed at. */
	readonly kind: string;
	readonly name: string;
	readonly terms: readonly Product[];
	readonly bias: number | null;
	readonly value: number;
}

/** A product, and what kind of sum it stands in. */
export interface Term extends Product {
	readonly kind: string;
}

export interface SumPart {
	readonly element: HTMLElement;
	show(sums: readonly WrittenSum[], after: readonly string[]): void;
	mark(term: Omit<Term, "x" | "w"> | null): void;
}

/** `point` is told of the term under the pointer or the focus, and of none. */
export function sumPart(point: (term: Term | null) => void): SumPart {
	const element = node("div.sums", { tabIndex: 0, role: "group" });
	let shown: Term[] = [],
		written = "";
	const termOf = (target: EventTarget | null): Term | null => {
		const index = (target as HTMLElement | null)?.dataset?.term;
		return index === undefined ? null : (shown[Number(index)] ?? null);
	};
	element.addEventListener("pointerover", event => point(termOf(event.target)));
	element.addEventListener("pointerleave", () => point(null));
	return {
		element,
		show(sums, after) {
			// What is written anew loses the pointer that is on it.
			const key = keyOf(sums, after);
			if (key === written) return;
			written = key;
			shown = [];
			const lines = children(element, sums.length + after.length, () => node("div"));
			sums.forEach((sum, index) => write(lines[index], sum));
			after.forEach((text, index) => {
				const line = lines[sums.length + index];
				if (line.childElementCount) line.replaceChildren();
				setText(line, text);
			});
		},
		mark(term) {
			element.querySelectorAll<HTMLElement>("[data-term]").forEach(span => {
				const one = shown[Number(span.dataset.term)];
				const lit = term !== null && (["kind", "channel", "i", "j"] as const).every(name => one?.[name] === term[name]);
				if (span.classList.contains("lit") !== lit) span.classList.toggle("lit", lit);
			});
		},
	};
	function write(line: Element, { kind, name, terms, bias, value }: WrittenSum): void {
		const start = shown.length;
		shown.push(...terms.map(term => ({ ...term, kind })));
		const texts = terms.map(({ x, w }) => `${factor(x)}·${factor(w)}`);
		const spans = texts.map((text, index) => node("span", { "data-term": start + index }, text));
		const parts = spans.flatMap((span, index) => (index ? [" + ", span] : [span]));
		line.replaceChildren(
			`${name} = `,
			...(parts.length ? parts : ["0"]),
			...(bias === null ? [] : [` + ${factor(bias)}`]),
			` = ${short(value)}`,
		);
	}
}
