/* Code can be copied, and what is wider than the page can be scrolled by keyboard. */

import { say } from "./words";

const SAID_FOR = 1500;

/** Each block is seen to when it is first in view: to measure all of them would lay out the whole page. */
export function code(): void {
	const seen = new IntersectionObserver(entries => {
		for (const { isIntersecting, target } of entries) {
			if (!isIntersecting) continue;
			seen.unobserve(target);
			fit(target as HTMLElement);
		}
	});
	for (const block of document.querySelectorAll("pre, .table, .katex-display")) seen.observe(block);
}

function fit(block: HTMLElement): void {
	if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
	if (block.matches("pre.code")) block.append(copier(block));
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
