/* The head: which layer, and behind one button what is seldom needed. */

import { button, node, setText } from "../dom";
import { type Option, range, select } from "../parts/controls";
import { type Disclosure, disclosure } from "../parts/disclosure";
import { languageChoice } from "../parts/frame";
import type { Words } from "../words";
import type { Session } from "./session";

export interface Head {
	readonly elements: readonly HTMLElement[];
	show(): void;
	/** The menu. */
	readonly more: Disclosure;
	/** Open the menu if it holds the control. */
	reveal(control: Element | null): void;
}

export function head(session: Session, words: Words, refocus: () => void, link: HTMLElement): Head {
	const t = (key: string): string => words.text(`explorer.${key}`),
		{ given, records } = session;
	const layer = select(
		{ name: "layer", text: t("layer") },
		given.layers.map(name => [name, name]),
		() => session.s.layer,
		name => session.choose(name),
	);
	const presets = records.presets.filter(one => given.layers.includes(one.layer));
	const preset = select(
		{ name: "preset", text: t("preset") },
		[["", t("preset_none")], ...presets.map(({ id }): Option => [id, t(`preset_${id}`)])],
		() => session.s.preset,
		id => session.open(id),
	);
	const language = languageChoice(
		words,
		records.labels,
		() => session.s.language,
		name => session.turn({ language: name }, false),
	);
	const speed = range(
		{ name: "speed", text: t("speed") },
		() => session.s.speed,
		() => records.speeds,
		value => session.turn({ speed: value }, false),
	);
	const all = button("all", "", refocus, { hidden: given.controls === null });
	const buttons = node("div.buttons", {}, link, all);
	const menu = node("div.menu", {}, preset.element, language.element, speed.element, buttons);
	const more = disclosure("menu", "⋯", menu, () => {});
	more.button.title = more.button.ariaLabel = t("menu");
	const title = node("span.title", { role: "heading", "aria-level": 2 });
	title.append(given.layers.length > 1 ? layer.element : node("span", {}, session.s.layer));
	return {
		more,
		reveal(control) {
			if (menu.contains(control)) more.toggle(true);
		},
		elements: [node("header", {}, title, more.button), menu],
		show() {
			for (const one of [layer, preset, language, speed]) one.show();
			setText(all, t(session.focused ? "all_dials" : "fewer_dials"));
		},
	};
}
