/* What surrounds every widget: its root, what is said aloud, the picture that stays, the page's address. */

import type { Records } from "../contract";
import { button, node, setText } from "../dom";
import type { Words } from "../words";
import { type Control, choice } from "./controls";

/** Narrower than this, what is looked at stays while the dials scroll under it. */
const NARROW = 720;
const SPOKEN_AFTER = 150;

export function widgetRoot(name: string): HTMLElement {
	const className = `convlab convlab-${name}`,
		root = node("div", { className, role: "group", "data-lm-suppress-shortcuts": "true" });
	// A notebook would take the arrow keys for itself.
	root.addEventListener("keydown", event => event.key === "Escape" || event.stopPropagation());
	return root;
}

/** What of a link, or of a saved state, is left out. */
export const unreadText = (words: Words, list: readonly string[] = []): string =>
	list.length ? words.text("control.unread", { list: { list } }) : "";

export interface Voice {
	readonly element: HTMLElement;
	/** Say a text once nothing else is said for a while. */
	say(text: string, after?: number): void;
	stop(): void;
}

/** What is said to those who hear a widget. */
export function voice(): Voice {
	const element = node("p.unseen", { role: "status" });
	let speaking: ReturnType<typeof setTimeout> | undefined;
	const stop = (): void => clearTimeout(speaking);
	return {
		element,
		say(text, after = SPOKEN_AFTER) {
			stop();
			speaking = setTimeout(() => setText(element, text), after);
		},
		stop,
	};
}

/** Tells the style how high the part is that stays: what is scrolled to must not come to lie behind it. */
export function staying(root: HTMLElement): { show(part: HTMLElement, side?: HTMLElement): void; stop(): void } {
	const observer = new ResizeObserver(([{ target }]) => {
		// All cells would inherit it: only a narrow page asks for it.
		if (root.clientWidth < NARROW) root.style.setProperty("--view", `${(target as HTMLElement).offsetHeight}px`);
	});
	return {
		show(part, side) {
			observer.disconnect();
			observer.observe(part);
			// By keyboard a dial at its side may be come to from below: the picture comes along.
			side?.addEventListener("focusin", ({ target }) => {
				if ((target as Element).matches(":focus-visible")) part.scrollIntoView({ block: "nearest" });
			});
		},
		stop: () => observer.disconnect(),
	};
}

export const languageChoice = (
	words: Words,
	labels: Records["labels"],
	read: () => string,
	write: (language: string) => void,
): Control =>
	choice(
		{ name: "language", text: words.text("control.language") },
		Object.entries(labels).map(([name, texts]) => [name, texts["control.language_name"]]),
		read,
		write,
	);

export interface Address {
	/** Write the state into the page's address. */
	keep(): void;
	/** A button that copies a link; where that is not allowed, it is said. */
	button(words: Words, say: (link: string) => void, text?: string): HTMLButtonElement;
	/** Take what the address holds. Another link to the same page loads it anew. */
	open(take: (hash: string) => void): void;
}

/** On a page of the widget's own, the address holds its state. */
export function addressOf(el: HTMLElement, hash: () => string): Address {
	const isPage = el.dataset.model !== undefined;
	return {
		keep() {
			if (isPage) history.replaceState(null, "", hash());
		},
		button(words, say, text = words.text("control.link_copy")) {
			const self = button("link", text, () => {
				const link = (isPage ? location.href.split("#")[0] : "") + hash(),
					written = navigator.clipboard?.writeText(link) ?? Promise.reject();
				written.then(
					() => setText(self, words.text("control.copied")),
					() => say(link),
				);
			});
			return self;
		},
		open(take) {
			if (!isPage) return;
			if (location.hash.length > 1) take(location.hash);
			addEventListener("hashchange", () => location.reload());
		},
	};
}
