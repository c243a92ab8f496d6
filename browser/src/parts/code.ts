/* Code to copy, in tabs. */

import { button, node, setTexts } from "../dom";
import type { Words } from "../words";
import { tabBar } from "./tabs";

type Code = Readonly<Record<string, readonly string[]>>;

export interface CodePart {
	readonly element: HTMLElement;
	show(lines: Code): void;
}

export function codePart(words: Words, title: string, names: readonly string[]): CodePart {
	const code = node("code", { tabIndex: 0 });
	const copied = button("copy", words.text("control.copy"), () =>
		copy(code, (last[chosen] ?? []).join("\n"), () => {
			copied.textContent = words.text("control.copied");
		}),
	);
	let chosen = names[0] ?? "",
		last: Code = {};
	const tabs = tabBar(
		"code",
		Object.fromEntries(names.map(name => [name, name])),
		() => chosen,
		name => {
			chosen = name;
			show(last);
		},
	);
	tabs.element.ariaLabel = title;
	const panel = node("div", { role: "tabpanel" }, node("pre", {}, code), copied);
	function show(lines: Code): void {
		last = lines;
		tabs.show();
		panel.ariaLabel = chosen;
		setTexts(code, "span", lines[chosen] ?? []);
	}
	return { element: node("div.code", {}, tabs.element, panel), show };
}

function copy(from: HTMLElement, text: string, done: () => void): void {
	const selected = (): void => {
		getSelection()?.selectAllChildren(from);
		if (document.execCommand("copy")) done();
	};
	if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, selected);
	else selected();
}
