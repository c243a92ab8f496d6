/* Code can be copied, and what is wider than the page can be scrolled by keyboard. */

import { say } from "./words";

const SAID_FOR = 1500;

/** What is laid out from the start is measured as soon as nothing else is to be done; the rest when it is first in view. */
const LATE = "div.output pre, .table, .katex-display",
	BLOCKS = `pre, ${LATE}`;

export function code(): void {
	const seen = new IntersectionObserver(entries => {
		for (const { isIntersecting, target } of entries) {
			if (!isIntersecting) continue;
			seen.unobserve(target);
			// What was left out of the layout until now is laid out in the frame that follows.
			requestAnimationFrame(() => requestAnimationFrame(() => fit([target as HTMLElement])));
		}
	});
	const blocks = [...document.querySelectorAll<HTMLElement>(BLOCKS)],
		later = blocks.filter(block => block.matches(LATE));
	for (const block of later) seen.observe(block);
	addEventListener("load", () => idle(() => fit(blocks.filter(block => !later.includes(block)))));
}

/** Safari has no `requestIdleCallback`. */
const idle = (act: () => void): void => void (window.requestIdleCallback ?? setTimeout)(act);

function fit(blocks: readonly HTMLElement[]): void {
	const wide = blocks.filter(block => block.scrollWidth > block.clientWidth);
	for (const block of wide) block.tabIndex = 0;
	for (const block of blocks) if (block.matches("pre.code")) block.append(copier(block));
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
