/* A text to take along, with a button that copies it. */

import { button, node, setText } from "../dom";
import type { Say } from "./more";

export interface Copying {
	readonly element: HTMLElement;
	show(text: string): void;
}

export function copying(name: string, label: string, say: Say): Copying {
	const field = node("textarea", { readOnly: true, rows: 1, spellcheck: false, "data-name": name }),
		self = button(`copy-${name}`, say("copy"), () => {
			field.select();
			const written = navigator.clipboard?.writeText(field.value) ?? Promise.reject();
			// Where a page may not write, the text is selected for the reader's own keys.
			written.then(
				() => setText(self, say("copied")),
				() => setText(self, say("copy_yourself")),
			);
		});
	const element = node("div.copying", {}, node("label", {}, node("span", {}, label), field), self);
	return {
		element,
		show(text) {
			field.value = text;
			field.rows = text.split("\n").length;
			setText(self, say("copy"));
		},
	};
}
