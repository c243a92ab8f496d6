/* Why a setting is refused, and the ways out as buttons, at the control that asked for it. */

import { node } from "../dom";

export interface Way {
	readonly text: string;
	take(): void;
}

export interface RefusalPart {
	readonly element: HTMLElement;
	/** It stands over the first or under the last of what it is about, or where it is. Without `words` nothing is said. */
	show(words: string, ways: readonly Way[], first?: HTMLElement, last?: HTMLElement): void;
}

export function refusalPart(): RefusalPart {
	const element = node("div.refusal", { role: "alert" });
	return {
		element,
		show(words, ways, first, last = first) {
			if (!words) return element.replaceChildren();
			const buttons = ways.map(way => {
				const button = node("button", { type: "button" }, way.text);
				button.addEventListener("click", () => way.take());
				return button;
			});
			const below = last ? `${last.offsetTop + last.offsetHeight + 4}px` : "";
			element.style.setProperty("--above", `${first?.offsetTop ?? 0}px`);
			element.style.setProperty("--below", below);
			element.replaceChildren(node("p", {}, words), node("div.ways", {}, ...buttons));
			// A notebook that is opened stays where it is.
			if (element.matches(":focus-within > *")) element.scrollIntoView({ block: "nearest" });
		},
	};
}
