/* Light, dark, or as the system has it. The page and its widgets follow the same attribute. */

import { keep, kept } from "./kept";

export function theme(): void {
	const choice = document.querySelector<HTMLSelectElement>("[data-name=theme]"),
		root = document.documentElement;
	if (!choice) return;
	choice.value = kept("theme") ?? "";
	choice.addEventListener("change", () => {
		keep("theme", choice.value);
		if (choice.value) root.dataset.jpThemeLight = String(choice.value === "light");
		else delete root.dataset.jpThemeLight;
	});
}
