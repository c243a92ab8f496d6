/* The frame of the network explorer: its parts, in the language that is chosen now. */

import { node, put, setText } from "../dom";
import { type Control, checkbox, choice } from "../parts/controls";
import { disclosure } from "../parts/disclosure";
import { languageChoice } from "../parts/frame";
import { tabBar } from "../parts/tabs";
import type { Words } from "../words";
import { confusion } from "./confusion";
import { detail } from "./detail";
import { overview } from "./overview";
import { inputPanel } from "./panel";
import type { State } from "./records";
import type { Session } from "./session";
import type { Inner } from "./stack";
import { training } from "./training";
import type { View } from "./view";

/** What the frame may ask for. */
export interface Acts {
	/** A layer in an explorer of its own: a place, and the first channel to show. */
	open(layer: number, place: Inner, from: number): void;
	take(file: File): void;
	readonly link: HTMLElement;
}

export type Frame = ReturnType<typeof frame>;

export function frame(session: Session, words: Words, acts: Acts, view: View) {
	const t = (key: string, more = {}): string => words.text(`network.${key}`, more),
		notice = node("p.notice", { role: "status" }),
		sentence = node("p.sentence");
	const input = inputPanel(session, words, acts.take, view),
		maps = overview(session, words),
		one = detail(session, words, acts.open),
		epochs = training(session, words),
		mistakes = confusion(session, words, view),
		{ gradient, scale, language } = settings(session, words);
	const rows = node("div.depth.side.rows", {}, ...input.dials.map(({ element }) => element)),
		more = disclosure("more", t("more"), rows, () => {}),
		middle = panes();
	more.toggle(view.more);
	more.button.addEventListener("click", () => (view.more = more.open));
	const title = node("span.title", { role: "heading", "aria-level": 2 }, t("root")),
		top = node("div.top", {}, input.element, maps.scores ?? "", sentence),
		dials = node("div.dials", {}, epochs.element, gradient.element, more.button, more.body);

	/** The maps, or in their place the mistakes, where there are answers to hold against. */
	function panes(): { readonly element: HTMLElement; show(): void } {
		const hasMistakes = Boolean(session.given.labels) && session.hasScores,
			texts = { maps: t("maps"), mistakes: t("confusion") };
		const tabs = tabBar(
			"view",
			texts,
			() => view.tab,
			id => {
				view.tab = id as View["tab"];
				show();
			},
		);
		tabs.element.ariaLabel = t("views");
		put(tabs.element, { hidden: !hasMistakes });
		function show(): void {
			tabs.show();
			for (const one of [maps.element, scale.element]) put(one, { hidden: view.tab !== "maps" });
			put(mistakes.element, { hidden: view.tab === "maps" });
			mistakes.show(view.tab === "mistakes");
		}
		const bar = node("div.views", {}, tabs.element, scale.element);
		return { element: node("div.middle", {}, bar, maps.element, mistakes.element), show };
	}

	return {
		elements: [
			node("header", {}, title, language.element, acts.link),
			node("div.net", {}, notice, node("div.body", {}, top, input.tools, middle.element, dials, one.element)),
		],
		top,
		show(): void {
			input.show();
			maps.show();
			one.show();
			epochs.show();
			middle.show();
			for (const control of [gradient, scale, language]) control.show();
			setText(sentence, one.sentence());
			sentence.classList.toggle("chosen", session.chosen !== null);
		},
		spoken: (): string => sentence.textContent ?? "",
		tell: (text: string): void => setText(notice, text),
		stop(): void {
			epochs.stop();
			mistakes.stop();
			maps.stop();
		},
	};
}

/** The settings that no other part has. */
function settings(session: Session, words: Words): Readonly<Record<"gradient" | "scale" | "language", Control>> {
	const t = (key: string): string => words.text(`network.${key}`);
	return {
		gradient: checkbox(
			{ name: "gradient", text: t("gradient") },
			() => session.s.gradient,
			on => session.turn({ gradient: on }),
		),
		scale: choice(
			{ name: "scale", text: t("scale") },
			(["layer", "shared"] as const).map(name => [name, t(`scale_${name}`)] as const),
			() => session.s.scale,
			value => session.turn({ scale: value as State["scale"] }),
		),
		language: languageChoice(
			words,
			session.records.labels,
			() => session.s.language,
			name => session.turn({ language: name }),
		),
	};
}
