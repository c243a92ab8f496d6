/* The state of the series: every exercise, with a tick at those that are solved. */

import { node } from "../dom";
import type { Model } from "../model";
import { unreadText, widgetRoot } from "../parts/frame";
import { inline } from "../parts/markup";
import { type Done, follow, progress, together } from "../progress";
import { mend } from "../taken";
import type { Words } from "../words";

export interface ListTraits {
	series: readonly ({ exercise: string; title: Readonly<Record<string, string>> } & Done)[];
	language: string;
}

export function list(
	model: Model<ListTraits>,
	el: HTMLElement,
	words: Words,
	languages: readonly string[],
): () => void {
	const root = widgetRoot("progress"),
		unread = mend(model, { language: languages[0] }, (_, value) => languages.includes(value as string));
	function draw(): void {
		words.language = model.get("language");
		const here = progress(),
			done = model.get("series").map(one => ({ ...one, ...together(here[one.exercise], one) })),
			solved = done.filter(one => one.solved).length;
		const count = words.text("exercises.page_count", { solved, count: done.length });
		root.lang = words.text("control.html_language");
		root.ariaLabel = words.text("exercises.page_list");
		root.replaceChildren(
			node("h2", {}, words.text("exercises.page_list")),
			node("p.count", {}, node("progress", { value: solved, max: done.length, ariaLabel: count }), count),
			node("ul", {}, ...done.map(line)),
			node("p.notice", {}, unreadText(words, unread)),
		);
		const state = { solved, count: done.length, language: words.language };
		root.setAttribute("data-state", JSON.stringify(state));
	}
	function line({ exercise, title, tries, solved }: ReturnType<typeof model.get<"series">>[number]): HTMLElement {
		const mark = node("span.tick", { ariaHidden: "true" }, solved ? "✓" : tries ? "…" : "○"),
			told = tries ? words.text("exercises.page_tries", { tries }) : "";
		const state = solved ? node("span.unseen", {}, words.text("exercises.page_solved")) : "";
		const name = node("span", {}, ...inline(title[words.language]), " ", node("code", {}, exercise), " ", state);
		return node("li", { className: solved ? "solved" : "" }, mark, name, node("span.tries", {}, told));
	}
	const unfollow = follow(draw);
	model.on("change:language", draw);
	draw();
	el.append(root);
	return () => {
		unfollow();
		model.off("change:language", draw);
		root.remove();
	};
}
