/* A button that opens what it names: depth for who asks for it. */

import { button } from "../dom";

export interface Disclosure {
	readonly button: HTMLButtonElement;
	readonly body: HTMLElement;
	readonly open: boolean;
	toggle(open?: boolean): void;
}

export function disclosure(name: string, text: string, body: HTMLElement, opened: () => void): Disclosure {
	const self: Disclosure & { open: boolean } = {
		button: button(name, text, () => self.toggle(), { className: "disclosure" }),
		body,
		open: false,
		toggle(wanted = !self.open) {
			self.open = wanted;
			body.hidden = !wanted;
			self.button.ariaExpanded = String(wanted);
			if (wanted) opened();
		},
	};
	self.toggle(false);
	return self;
}
