/* The desk of one exercise: the question, a field for its kind of answer, Check, Hint, Solution. */

import type { Records } from "../contract";
import { button, focusedName, focusOn, node, put, setText } from "../dom";
import type { Model, RenderProps } from "../model";
import { languageChoice, unreadText, widgetRoot } from "../parts/frame";
import { inline, markup } from "../parts/markup";
import { follow, note, progress } from "../progress";
import { isCount, mend } from "../taken";
import { type SaidWords, wordsOf } from "../words";
import { type Boards, board } from "./board";
import { check, isVerdict, type Verdict } from "./check";
import { type Field, fieldFor, type Given } from "./fields";
import { filled, type Sheet, unsealed, variantOf } from "./sheet";

export interface Traits extends Record<string, unknown> {
	sheet: Sheet;
	board: string | null;
	boards: Boards;
	variant: number;
	verdict: Verdict & { readonly count: number };
	hints: number;
	/** Whether Python's record has it solved. */
	solved: boolean;
	language: string;
}

export async function desk({
	model,
	el,
	records,
}: RenderProps<{ labels: Records["labels"] }, Traits>): Promise<() => void> {
	const sheet = model.get("sheet"),
		unread = mended(model, sheet, Object.keys(records.labels)),
		labels = together(records.labels, sheet.labels),
		words = wordsOf(labels, model.get("language")),
		root = widgetRoot("exercise"),
		shelf = model.get("board"),
		onBoard = shelf
			? await board(model.widget_manager, shelf, model.get("boards"), () => now.answer, words)
			: undefined;
	const tick = node("span.tick"),
		reply = node("div.reply", { role: "status" }),
		hints = node("ol.hints"),
		solution = node("div.solution");
	let now = variantOf(sheet, model.get("variant")),
		field: Field,
		hint: HTMLButtonElement,
		explained = false,
		said = "";

	const t = (key: string, filledWith?: SaidWords): string => words.text(`exercises.${key}`, filledWith);

	function build(draft: readonly Draft[] = []): void {
		root.lang = words.text("control.html_language");
		root.ariaLabel = t("page_root");
		field = onBoard ?? fieldFor(now.answer, words, draft.length);
		const inputs = answersIn(field.element);
		draft.forEach((one, at) => inputs[at] && Object.assign(inputs[at], one));
		hint = button("hint", t("page_hint"), () => tell({ hints: model.get("hints") + 1 }));
		const form = node(
			"form",
			{ noValidate: true },
			node("p.ask", {}, filled(words, now.field)),
			field.element,
			node(
				"div.buttons",
				{},
				node("button", { type: "submit", className: "check", "data-name": "check" }, t("page_check")),
				hint,
				button("solution", t("page_solution"), explain),
				button("new", t("page_new"), () => draw((model.get("variant") + 1) % sheet.variants.length)),
			),
		);
		form.addEventListener("submit", event => {
			event.preventDefault();
			judge(field.read());
			// On a telephone the answer may lie below what was pressed.
			reply.scrollIntoView({ block: "nearest" });
		});
		const notice = node("p.notice", {}, unreadText(words, unread));
		root.replaceChildren(head(), question(), form, reply, hints, solution, notice);
		show();
	}

	function head(): HTMLElement {
		const language = languageChoice(
			words,
			records.labels,
			() => model.get("language"),
			value => tell({ language: value }),
		);
		language.show();
		return node("header", {}, node("h3.title", {}, ...inline(words.text(now.title)), " ", tick), language.element);
	}

	function question(): HTMLElement {
		const text = words.text(now.question, now.numbers);
		// The lines to choose from stand in the field.
		const asked = now.answer.rows ? text.split("\n\n")[0] : text;
		return node("div.question", {}, markup(asked));
	}

	function judge(given: Given): void {
		const count = model.get("verdict").count + 1;
		if (!given || "unusable" in given) {
			said = given?.unusable ?? t("page_open");
			return tell({ verdict: { state: given ? "unusable" : "open", misconception: null, count } });
		}
		const { verdict } = check(now, given.value);
		said = saidOf(given.value);
		note(now.exercise, verdict.state === "right");
		tell({ verdict: { ...verdict, count } });
	}

	function saidOf(value: Parameters<typeof check>[1]): string {
		const { verdict, reply } = check(now, value);
		if (verdict.state === "right") return t("page_right");
		return t("wrong", { reason: filled(words, reply, now.numbers) });
	}

	function explain(): void {
		explained = !explained;
		show();
	}

	/** Begin anew with another reader's numbers. */
	async function draw(variant: number): Promise<void> {
		explained = false;
		said = "";
		tell({ hints: 0, verdict: { ...OPEN, count: model.get("verdict").count } });
		tell({ variant });
		await onBoard?.start(variant);
	}

	function tell(changes: Partial<Traits>): void {
		for (const [name, value] of Object.entries(changes)) model.set(name as keyof Traits & string, value as never);
		model.save_changes();
	}

	function show(): void {
		const { state, misconception } = model.get("verdict"),
			given = Math.min(model.get("hints"), now.hints.length),
			solved = model.get("solved") || progress()[now.exercise]?.solved === true;
		setText(tick, solved ? "✓" : "");
		put(tick, { title: solved ? t("page_solved") : "" });
		reply.className = `reply ${state}`;
		reply.replaceChildren(...(said ? [markup(said)] : []));
		put(hint, { disabled: given === now.hints.length });
		hints.replaceChildren(
			...now.hints.slice(0, given).map(key => node("li", {}, ...inline(words.text(key, now.numbers)))),
		);
		solution.replaceChildren(...(explained ? [markup(solutionOf())] : []));
		root.querySelector('[data-name="solution"]')?.setAttribute("aria-expanded", String(explained));
		const { exercise, reader } = now,
			{ language } = words;
		root.setAttribute("data-state", JSON.stringify({ exercise, reader, state, misconception, hints: given, language }));
	}

	/** Unsealed only now that it is asked for. */
	function solutionOf(): string {
		const texts = unsealed<Readonly<Record<string, string>>>(now.solution),
			own = Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, { solution: text }]));
		return wordsOf(together(labels, own), words.language).text("solution", {
			...now.numbers,
			...unsealed<SaidWords>(now.reasons),
		});
	}

	function variantChanged(): void {
		now = variantOf(sheet, model.get("variant"));
		build();
	}

	async function languageChanged(): Promise<void> {
		const name = focusedName(root),
			draft = answersIn(field.element).map(({ value, checked }) => ({ value, checked }));
		words.language = model.get("language");
		said = "";
		build(draft);
		focusOn(root, name);
		await onBoard?.show(words.language);
		const given = model.get("verdict").state === "open" ? null : field.read();
		if (given && "value" in given) said = saidOf(given.value);
		show();
	}

	const events = [
		["change:variant", variantChanged],
		["change:language", () => void languageChanged()],
		["change:verdict", show],
		["change:hints", show],
		["change:solved", show],
	] as const;
	for (const [event, act] of events) model.on(event, act);
	const unfollow = follow(show);
	build();
	el.append(root);
	await onBoard?.show(words.language);
	return () => {
		for (const [event, act] of events) model.off(event, act);
		unfollow();
		onBoard?.stop();
		root.remove();
	};
}

const OPEN = { state: "open", misconception: null } as const;

/** Begin anew with what another version saved and nobody knows here; the names of that. */
function mended(model: Model<Traits>, { variants }: Sheet, languages: readonly string[]): string[] {
	const start = { variant: 0, verdict: { ...OPEN, count: 0 }, hints: 0, solved: false, language: languages[0] };
	return mend(model, start, (name, value) => {
		if (name === "variant") return isCount(value) && value < variants.length;
		if (name === "verdict") return isVerdict(value);
		if (name === "hints") return isCount(value);
		return name === "solved" ? typeof value === "boolean" : languages.includes(value as string);
	});
}

type Draft = Pick<HTMLInputElement, "value" | "checked">;

const answersIn = (element: HTMLElement): HTMLInputElement[] => [
	...element.querySelectorAll<HTMLInputElement>(':scope:not(.board) [data-name="answer"]'),
];

function together(frame: Records["labels"], own: Records["labels"]): Records["labels"] {
	return Object.fromEntries(Object.keys(frame).map(language => [language, { ...frame[language], ...own[language] }]));
}
