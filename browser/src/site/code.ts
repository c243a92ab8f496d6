/* Code can be copied, and what is wider than the page can be scrolled by keyboard. */

import { say } from "./words";

const SAID_FOR = 1500;

export function code(): void {
	for (const block of document.querySelectorAll<HTMLElement>("pre.code")) block.append(copier(block));
	const wide = document.querySelectorAll<HTMLElement>("pre, .table, .katex-display");
	for (const block of wide) if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
}

function copier(block: HTMLElement): HTMLButtonElement {
	const button = Object.assign(document.createElement("button"), {
		type: "button",
		className: "copy",
		textContent: say("copy"),
	});
	button.addEventListener("click", async () => {
		const text = block.querySelector("code")?.textContent ?? "";
		try {
			await navigator.clipboard.writeText(text);
			button.textContent = say("copied");
			setTimeout(() => (button.textContent = say("copy")), SAID_FOR);
		} catch {
			getSelection()?.selectAllChildren(block.querySelector("code") ?? block);
		}
	});
	return button;
}
