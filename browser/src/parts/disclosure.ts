/* A button that opens what it names: depth for who asks for it. */

import { button, node } from "../dom";

export interface Disclosure {
	readonly button: HTMLButtonElement;
	readonly body: HTMLElement;
	readonly open: boolean;
	toggle(open?: boolean): void;
}

export function disclosure(
	name: string,
	text: string,
	body: HTMLElement,
	opened: () => void,
	open = false,
): Disclosure {
	const self: Disclosure & { open: boolean } = {
		button: button(name, text, () => self.toggle(), { className: "disclosure" }),
		body,
		open,
		toggle(wanted = !self.open) {
			self.open = wanted;
			body.hidden = !wanted;
			self.button.ariaExpanded = String(wanted);
			if (wanted) opened();
		},
	};
	body.hidden = !open;
	self.button.ariaExpanded = String(open);
	return self;
}

export const section = (className: string, ...content: Node[]): HTMLElement =>
	node("section", { className }, ...content);
