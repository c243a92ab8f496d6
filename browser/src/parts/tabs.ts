/* A row of tabs, which the arrow keys walk; what they open is not theirs. */

import { button, node } from "../dom";

export interface Tabs {
	readonly element: HTMLElement;
	show(): void;
}

/** `chosen` says which is open, `open` is told which is wanted; it answers with `show`. */
export function tabBar(
	prefix: string,
	texts: Readonly<Record<string, string>>,
	chosen: () => string,
	open: (id: string) => void,
): Tabs {
	const ids = Object.keys(texts);
	const tabs = ids.map(id => button(`${prefix}.${id.toLowerCase()}`, texts[id], () => open(id), { role: "tab" }));
	const element = node("div.tabs", { role: "tablist" }, ...tabs);
	element.addEventListener("keydown", ({ key }) => {
		const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
		if (!by) return;
		const next = tabs[(ids.indexOf(chosen()) + by + ids.length) % ids.length];
		next.click();
		next.focus();
	});
	return {
		element,
		show() {
			tabs.forEach((tab, index) => {
				tab.ariaSelected = String(ids[index] === chosen());
				tab.tabIndex = ids[index] === chosen() ? 0 : -1;
			});
		},
	};
}
