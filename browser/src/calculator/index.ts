/* The calculator: a stack of layers, and what each makes of what comes in. It puts parts together. */

import type { CalculatorRecords, Numbers, StackState } from "../contract";
import { focusedName, focusOn, node, setText } from "../dom";
import { countText, grouped } from "../format";
import { total } from "../formula";
import type { RenderProps } from "../model";
import { disclosure } from "../parts/disclosure";
import { addressOf, languageChoice, staying, unreadText, voice, widgetRoot } from "../parts/frame";
import { wordsOf } from "../words";
import { exposed } from "./exposed";
import { hashOf, readHash } from "./link";
import { panel } from "./panel";
import { picture, sized } from "./picture";
import { reasons } from "./reasons";
import { INPUT, Session } from "./session";
import type { Row, Shape } from "./stack";

function render({ model, el, records }: RenderProps<CalculatorRecords, { shown: StackState }>): () => void {
	const session = new Session(model, records, draw, () => address.keep()),
		words = wordsOf(records.labels, session.s.language);
	const t = (key: string, more = {}): string => words.text(`calculator.${key}`, more);
	const address = addressOf(el, () => hashOf(records, session.s)),
		root = widgetRoot("calculator"),
		seen = staying(root),
		live = voice();
	let builtFor = "",
		open = ["shape"],
		parts!: ReturnType<typeof build>;
	function build() {
		const totals = node("p.totals"),
			sentence = node("p.sentence"),
			notice = node("p.notice", { role: "status" }),
			blocks = picture(session, words),
			dials = panel(session, words),
			why = reasons(session, words),
			own = menu();
		const view = node("div.view", {}, totals, blocks.element, sentence),
			side = node("div.side", {}, dials.element),
			body = node("div.body", {}, view, side, why.element);
		seen.show(view, side);
		root.lang = words.text("control.html_language");
		root.ariaLabel = t("root");
		root.replaceChildren(...own.elements, notice, body, live.element);
		why.open(open);
		return { totals, sentence, notice, blocks, dials, why, own };
	}

	function menu() {
		const language = languageChoice(
			words,
			records.labels,
			() => session.s.language,
			name => session.change({ language: name }),
		);
		const link = address.button(words, text => setText(parts.notice, text));
		const body = node("div.menu", {}, language.element, node("div.buttons", {}, link)),
			more = disclosure("menu", "⋯", body, () => {});
		more.button.title = more.button.ariaLabel = t("menu");
		const title = node("span.title", { role: "heading", "aria-level": 2 }, t("root"));
		return { elements: [node("header", {}, title, more.button), body], show: language.show, more };
	}

	// Drawing

	function draw(): void {
		words.language = session.s.language;
		words.rank = session.rank;
		if (builtFor !== words.language) rebuild();
		root.classList.toggle("refused", session.outcome.refused !== null);
		root.setAttribute("data-state", exposed(session));
		parts.blocks.show();
		setText(parts.totals, totals());
		setText(parts.sentence, sentence());
		setText(parts.notice, unreadText(words, session.s.unread));
		parts.own.show();
		parts.dials.show();
		parts.why.show();
		live.say(sentence());
	}

	function rebuild(): void {
		const name = focusedName(root),
			more = parts?.own.more.open ?? false;
		open = parts?.why.open() ?? open;
		builtFor = words.language;
		parts = build();
		parts.own.more.toggle(more);
		focusOn(root, name);
	}

	/** What some layers come to together. */
	function summary(input: Shape, rows: readonly Row[]): Record<string, string> {
		const last = rows[rows.length - 1],
			sum = (name: string): string => countText(total(rows.map(({ costs }) => costs[name])));
		return {
			input: sized(input),
			output: last ? sized(last.output) : "?",
			parameters: sum("parameters"),
			products: sum("multiply_adds"),
			field: seenText(last?.fields ?? []),
		};
	}

	function seenText(fields: readonly Numbers[]): string {
		const all = fields.map(one => session.seen(one)),
			texts = all.map(one => (Number.isNaN(one) ? words.text("reasons.everything") : grouped(one)));
		return all.every(Number.isNaN) ? (texts[0] ?? "—") : texts.join(" × ");
	}

	/** A stack that is refused has no end. */
	function totals(): string {
		const { rows, refused } = session.outcome,
			found = summary(session.shape, rows);
		return t("totals", refused ? { ...found, output: "?" } : found);
	}

	function sentence(): string {
		const { s, outcome, shape, chosen } = session,
			row = outcome.rows[s.selected],
			named = { number: s.selected + 1, layer: chosen.layer };
		if (s.selected === INPUT) return t("sentence_input", { shape: sized(shape) });
		return row ? t("sentence", { ...named, ...summary(row.input, [row]) }) : t("sentence_refused", named);
	}

	el.append(root);
	address.open(hash => session.take(readHash(records, hash, session.s)));
	draw();
	return () => {
		live.stop();
		seen.stop();
		session.destroy();
		root.remove();
	};
}

export default { render };
