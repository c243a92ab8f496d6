/* Prose with a little Markdown, as the catalogue writes it: paragraphs, tables, lists, code, strong words, formulas. */

import { node } from "../dom";

const INLINE = /`([^`]*)`|\*\*(.+?)\*\*|\$([^$]*)\$/g;

export function markup(text: string): DocumentFragment {
	const blocks = document.createDocumentFragment();
	for (const block of text.trim().split(/\n{2,}/)) {
		const lines = block.split("\n");
		if (lines[0].startsWith("|")) blocks.append(table(lines));
		else if (lines.every(line => /^(- |\d+\. )/.test(line))) blocks.append(list(lines));
		else blocks.append(node("p", {}, ...inline(lines.join(" "))));
	}
	return blocks;
}

function list(lines: readonly string[]): HTMLElement {
	const items = lines.map(line => node("li", {}, ...inline(line.replace(/^(- |\d+\. )/, ""))));
	return node(lines[0].startsWith("-") ? "ul" : "ol", {}, ...items);
}

function table(lines: readonly string[]): HTMLElement {
	const cells = (line: string): string[] => line.split("|").slice(1, -1);
	const row = (line: string, tag: "th" | "td"): HTMLElement =>
		node("tr", {}, ...cells(line).map(cell => node(tag, {}, ...inline(cell.trim()))));
	const [head, , ...body] = lines;
	return node("table", {}, node("thead", {}, row(head, "th")), node("tbody", {}, ...body.map(line => row(line, "td"))));
}

/** One line's code, strong words and formulas. */
export function inline(text: string): (Node | string)[] {
	const found: (Node | string)[] = [];
	let end = 0;
	for (const { index, 0: whole, 1: code, 2: strong, 3: formula } of text.matchAll(INLINE)) {
		found.push(text.slice(end, index));
		if (code !== undefined) found.push(node("code", {}, code));
		else if (strong !== undefined) found.push(node("strong", {}, ...inline(strong)));
		else found.push(math(formula));
		end = index + whole.length;
	}
	return [...found, text.slice(end)];
}

const SIGNS: Readonly<Record<string, string>> = {
	lceil: "⌈",
	rceil: "⌉",
	lfloor: "⌊",
	rfloor: "⌋",
	cdot: "\u2009·\u2009",
	times: "\u2009×\u2009",
	bmod: " mod ",
	max: "max",
	" ": "\u2009",
};

/** A formula that needs one line only: letters lean, signs and numbers stand. */
function math(formula: string): HTMLElement {
	const element = node("span.math");
	for (const [whole, sign, name] of formula.matchAll(/\s*\\([a-z]+|[ ,])(?:\s+(?![=+<-]))?|([a-zA-Z]+)|[^\\]/g)) {
		if (name) element.append(node("i", {}, name));
		else element.append(SIGNS[sign] ?? whole.replace("-", "−"));
	}
	return element;
}
