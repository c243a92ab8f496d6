/* The network explorer: a whole stack of layers, every number of it under the hand. It puts parts together. */

import { focusedName, focusOn, node, put, setText } from "../dom";
import type { RenderProps } from "../model";
import { checkbox, choice } from "../parts/controls";
import { disclosure } from "../parts/disclosure";
import { addressOf, languageChoice, staying, voice, widgetRoot } from "../parts/frame";
import { wordsOf } from "../words";
import { confusion } from "./confusion";
import { detail } from "./detail";
import { exposed } from "./exposed";
import { hashOf, openHash } from "./link";
import { opened } from "./opened";
import { overview } from "./overview";
import { ownPicture } from "./own";
import { inputPanel } from "./panel";
import type { Records, Traits } from "./records";
import { Session } from "./session";
import { themed } from "./theme";
import { training } from "./training";

function render({ model, el, records }: RenderProps<Records, Traits & Record<string, unknown>>): () => void {
	const session = new Session(model, records, draw, () => address.keep()),
		words = wordsOf(records.labels, session.s.language),
		t = (key: string, more = {}): string => words.text(`network.${key}`, more);
	const address = addressOf(el, () => hashOf(session)),
		root = widgetRoot("network"),
		seen = staying(root),
		live = voice(),
		inside = opened(session, model.get("explorer"));
	let builtFor = "",
		parts!: ReturnType<typeof build>;

	function build() {
		const notice = node("p", { className: "notice", role: "status" }),
			sentence = node("p", { className: "sentence" });
		const input = inputPanel(session, words, file => void take(file)),
			maps = overview(session, words),
			one = detail(session, words, (layer, place, from) => void inside.open(layer, place, from)),
			epochs = training(session, words),
			mistakes = confusion(session, words);
		const gradient = checkbox(
				{ name: "gradient", text: t("gradient") },
				() => session.s.gradient,
				on => session.turn({ gradient: on }),
			),
			scale = choice(
				{ name: "scale", text: t("scale") },
				(["layer", "shared"] as const).map(name => [name, t(`scale_${name}`)] as const),
				() => session.s.scale,
				value => session.turn({ scale: value as "layer" | "shared" }),
			),
			more = disclosure(
				"more",
				t("more"),
				node("div", { className: "depth rows" }, ...input.dials.map(({ element }) => element), scale.element),
				() => {},
			),
			wrong = disclosure("confusion", t("confusion"), mistakes.element, () => mistakes.show(true));
		put(wrong.button, { hidden: !session.given.labels || !session.hasScores });
		const language = languageChoice(
			words,
			records.labels,
			() => session.s.language,
			name => session.turn({ language: name }),
		);
		const link = address.button(words, text => setText(notice, text)),
			title = node("span", { className: "title", role: "heading", "aria-level": 3 }, t("root"));
		const view = node("div", { className: "top" }, input.element, maps.scores ?? "", sentence),
			dials = node("div", { className: "dials" }, epochs.element, gradient.element);
		seen.show(view);
		root.lang = words.text("control.html_language");
		root.ariaLabel = t("root");
		const body = node("div", { className: "body" }, view, input.tools, maps.element, one.element, dials),
			depths = node("div", { className: "depths" }, more.button, wrong.button);
		root.replaceChildren(
			node("header", {}, title, language.element, link),
			node("div", { className: "net" }, notice, body, depths, more.body, wrong.body),
			inside.element,
			live.element,
		);
		return { notice, sentence, input, maps, one, epochs, mistakes, gradient, scale, language, more, wrong };
	}

	function draw(): void {
		const anew = builtFor !== session.s.language;
		if (anew) rebuild();
		parts.input.show();
		parts.maps.show();
		parts.one.show();
		parts.epochs.show();
		parts.mistakes.show(parts.wrong.open);
		for (const control of [parts.gradient, parts.scale, parts.language]) control.show();
		setText(parts.sentence, parts.one.sentence());
		parts.sentence.classList.toggle("chosen", session.chosen !== null);
		root.setAttribute("data-state", exposed(session));
		live.stop();
		if (root.contains(document.activeElement)) live.say(parts.sentence.textContent ?? "");
	}

	function rebuild(): void {
		const name = focusedName(root),
			[more, wrong] = parts ? [parts.more.open, parts.wrong.open] : [false, false];
		stop();
		builtFor = words.language = session.s.language;
		parts = build();
		parts.input.name();
		parts.maps.name();
		parts.more.toggle(more);
		parts.wrong.toggle(wrong);
		focusOn(root, name);
		void inside.again();
	}

	async function take(file: File): Promise<void> {
		const { key, picture, more } = await ownPicture(session, file);
		if (picture) session.showOwn(picture);
		setText(parts.notice, t(key, { name: file.name, ...more }));
		live.say(parts.notice.textContent ?? "", 0);
	}

	function stop(): void {
		parts?.epochs.stop();
		parts?.mistakes.stop();
		parts?.maps.stop();
	}

	el.append(root);
	draw();
	address.open(hash => openHash(session, hash));
	const theme = themed(draw);
	return () => {
		theme();
		stop();
		inside.close();
		live.stop();
		seen.stop();
		session.destroy();
		root.remove();
	};
}

export default { render };
