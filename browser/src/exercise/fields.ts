/* A field for each kind of answer. Every one takes anything, and says in words what it cannot use. */

import { button, children, node, uniqueId } from "../dom";
import { inline } from "../parts/markup";
import type { Words } from "../words";
import { type Answer, filled, type Value } from "./sheet";

/** What a field holds: nothing yet, something that is no answer, or an answer. */
export type Given = null | { readonly unusable: string } | { readonly value: Value };

export interface Field {
	readonly element: HTMLElement;
	read(): Given;
}

export function fieldFor(answer: Answer, words: Words, count: number): Field {
	if (answer.rows)
		return ticks(
			answer.rows.map((code, index) => [index + 1, `${index + 1}\u2002\`${code}\``]),
			"lines",
		);
	if (answer.outcomes) return choices(answer.outcomes.map(([choice]) => choice));
	if (answer.last !== undefined) {
		const { first = 0, last } = answer;
		return ticks(
			Array.from({ length: last - first + 1 }, (_, at) => [first + at, String(first + at)]),
			"tiles",
		);
	}
	return answer.kind === "shape"
		? shape(words, count)
		: boxes(
				words,
				(answer.labels ?? ["exercises.page_answer"]).map(label => filled(words, label)),
				answer,
			);
}

/** Digits of any script, with or without separators of thousands. */
function whole(text: string): number | undefined {
	const plain = text
		.normalize("NFKC")
		.replace(/[\s,_]/g, "")
		.replace("−", "-");
	return /^[-+]?\d{1,15}(\.0*)?$/.test(plain) ? Number(plain) : undefined;
}

const box = (label: string): HTMLInputElement =>
	node("input", {
		type: "text",
		inputMode: "numeric",
		autocomplete: "off",
		spellcheck: false,
		ariaLabel: label,
		"data-name": "answer",
	});

function numbersIn(inputs: readonly HTMLInputElement[], words: Words): Given {
	const texts = inputs.map(input => input.value.trim());
	while (texts.at(-1) === "") texts.pop();
	if (!texts.length || texts.includes("")) return null;
	const numbers = texts.map(whole),
		wrong = numbers.indexOf(undefined);
	if (wrong >= 0) return { unusable: words.text("exercises.page_not_whole", { value: texts[wrong] }) };
	return { value: numbers as number[] };
}

/** A list that is typed or pasted into one box goes into as many as it has numbers. */
function spread(from: HTMLInputElement, boxes: (count: number) => readonly HTMLInputElement[]): void {
	const parts = from.value
		.normalize("NFKC")
		.replace(/[()[\]]/g, "")
		.trimStart()
		.split(/\s*[,、×;]\s*|\s+/);
	if (parts.length < 2) return;
	const at = boxes(0).indexOf(from),
		all = boxes(at + parts.length);
	parts.forEach((part, index) => {
		const target = all[at + index];
		if (target) target.value = part;
	});
	all[Math.min(at + parts.length, all.length) - 1]?.focus();
}

function boxes(words: Words, labels: readonly string[], { kind }: Answer): Field {
	const inputs = labels.map(box),
		single = kind === "number";
	const element = node(
		"div.boxes",
		{},
		...inputs.map((input, index) => node("label", {}, single ? "" : node("span", {}, ...inline(labels[index])), input)),
	);
	if (!single) element.addEventListener("input", ({ target }) => spread(target as HTMLInputElement, () => inputs));
	return {
		element,
		read() {
			const given = numbersIn(inputs, words);
			if (!single || !given || !("value" in given)) return given;
			return { value: (given.value as readonly number[])[0] };
		},
	};
}

/** As many boxes as the reader wants: how many numbers there are is for them to find. */
function shape(words: Words, count: number): Field {
	const host = node("span.boxes");
	const all = (least: number): HTMLInputElement[] =>
		children(host, Math.max(least, host.children.length, 1), () =>
			box(words.text("exercises.label_number", { number: host.children.length + 1 })),
		) as HTMLInputElement[];
	all(count);
	host.addEventListener("input", ({ target }) => spread(target as HTMLInputElement, all));
	const more = button("add", "+", () =>
			all(host.children.length + 1)
				.at(-1)
				?.focus(),
		),
		less = button("remove", "−", () => host.children.length > 1 && host.lastElementChild?.remove());
	Object.assign(more, { title: words.text("exercises.page_add"), ariaLabel: words.text("exercises.page_add") });
	Object.assign(less, { title: words.text("exercises.page_remove"), ariaLabel: words.text("exercises.page_remove") });
	return { element: node("div.boxes", {}, host, less, more), read: () => numbersIn(all(1), words) };
}

function ticks(offered: readonly (readonly [number, string])[], className: string): Field {
	const inputs = offered.map(([value]) =>
		node("input", { type: "checkbox", value: String(value), "data-name": "answer" }),
	);
	const element = node(
		"div",
		{ className },
		...inputs.map((input, index) => node("label", {}, input, node("span", {}, ...inline(offered[index][1])))),
	);
	return {
		element,
		read: () => ({ value: inputs.filter(input => input.checked).map(input => Number(input.value)) }),
	};
}

function choices(offered: readonly string[]): Field {
	const name = uniqueId();
	const inputs = offered.map(value => node("input", { type: "radio", name, value, "data-name": "answer" }));
	const element = node(
		"div.lines",
		{},
		...inputs.map((input, index) => node("label", {}, input, node("code", {}, `return ${offered[index]}`))),
	);
	return {
		element,
		read() {
			const chosen = inputs.find(input => input.checked);
			return chosen ? { value: chosen.value } : null;
		},
	};
}
