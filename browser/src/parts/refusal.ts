/* Why a setting is refused, and the ways out as buttons, at the control that asked for it. */

import { node } from "../dom";

export interface Way {
	readonly text: string;
	take(): void;
}

export interface RefusalPart {
	readonly element: HTMLElement;
	/** Nothing is said where `words` are empty. */
	show(words: string, ways: readonly Way[], below: HTMLElement | null): void;
}

export function refusalPart(): RefusalPart {
	const element = node("div", { className: "refusal", role: "alert" });
	return {
		element,
		show(words, ways, below) {
			if (!words) return element.replaceChildren();
			const buttons = ways.map(way => {
				const button = node("button", { type: "button" }, way.text);
				button.addEventListener("click", () => way.take());
				return button;
			});
			const { offsetTop = 0, offsetHeight = 0 } = below ?? {};
			element.style.setProperty("--above", `${offsetTop}px`);
			element.style.setProperty("--below", `${offsetTop + offsetHeight + 4}px`);
			element.replaceChildren(node("p", {}, words), node("div", { className: "ways" }, ...buttons));
			element.scrollIntoView({ block: "nearest" });
		},
	};
}
