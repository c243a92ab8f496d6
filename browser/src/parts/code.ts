/* Code to copy, in tabs. */

import { button, node, setTexts } from "../dom";

export interface CodePart {
	readonly element: HTMLElement;
	show(lines: Readonly<Record<string, readonly string[]>>): void;
}

export function codePart(
	words: { readonly copy: string; readonly copied: string; readonly tabs: string },
	names: readonly string[],
): CodePart {
	const code = node("code", { tabIndex: 0 });
	const copied = button("copy", words.copy, () =>
		copy(code, (last[chosen] ?? []).join("\n"), () => {
			copied.textContent = words.copied;
		}),
	);
	let chosen = names[0] ?? "",
		last: Readonly<Record<string, readonly string[]>> = {};
	const tabs = names.map(name =>
		button(
			`code.${name.toLowerCase()}`,
			name,
			() => {
				chosen = name;
				show(last);
			},
			{ role: "tab" },
		),
	);
	const bar = node("div", { className: "tabs", role: "tablist", ariaLabel: words.tabs }, ...tabs);
	bar.addEventListener("keydown", event => {
		const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (!by) return;
		const next = tabs[(names.indexOf(chosen) + by + names.length) % names.length];
		next?.click();
		next?.focus();
	});
	const panel = node("div", { role: "tabpanel" }, node("pre", {}, code), copied);
	function show(lines: Readonly<Record<string, readonly string[]>>): void {
		last = lines;
		tabs.forEach((tab, index) => {
			tab.ariaSelected = String(names[index] === chosen);
			tab.tabIndex = names[index] === chosen ? 0 : -1;
		});
		panel.ariaLabel = chosen;
		setTexts(code, "span", lines[chosen] ?? []);
	}
	return { element: node("div", { className: "code" }, bar, panel), show };
}

function copy(from: HTMLElement, text: string, done: () => void): void {
	const selected = (): void => {
		getSelection()?.selectAllChildren(from);
		if (document.execCommand("copy")) done();
	};
	if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, selected);
	else selected();
}
