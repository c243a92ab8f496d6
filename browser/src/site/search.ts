/* The search of the site: a dialog with a field and the sections that fit, led by keys or a pointer. */

import { node, setText, uniqueId } from "../dom";
import { Finder, type Hit, type Index, marked } from "./find";
import type { Say } from "./more";

/** More than so many sections nobody reads. */
const MOST = 20;

/** The dialog; the `index` is loaded now, and the addresses of its pages start at `root`. */
export function search(index: string, root: string, say: Say): HTMLDialogElement {
	const name = uniqueId(),
		status = node("p.status", { role: "status" }),
		list = node("div.hits", { id: name, role: "listbox", ariaLabel: say("search_results") }),
		field = fieldOf(name, say),
		close = node("button", { type: "button", className: "close", ariaLabel: say("close") }, "✕"),
		dialog = node("dialog.site-search", { ariaLabel: say("search") }, node("header", {}, field, close), status, list);
	let finder: Finder | undefined,
		loading = false,
		chosen = -1;

	async function load(): Promise<void> {
		loading = true;
		setText(status, say("search_loading"));
		try {
			const answer = await fetch(index);
			if (!answer.ok) throw new Error(`${answer.status} ${index}`);
			finder = new Finder((await answer.json()) as Index);
			show();
		} catch {
			// The next key tries again.
			setText(status, say("search_failed"));
		}
		loading = false;
	}

	function show(): void {
		if (!finder) return loading ? undefined : void load();
		const hits = finder.find(field.value, MOST);
		list.replaceChildren(...hits.map((hit, at) => option(hit, `${name}-${at}`, root)));
		list.hidden = !hits.length;
		field.ariaExpanded = String(hits.length > 0);
		choose(hits.length ? 0 : -1);
		const counted = hits.length < MOST ? "search_count" : "search_most",
			key = hits.length ? counted : field.value.trim() ? "search_none" : "search_hint";
		setText(status, say(key, { count: hits.length, query: field.value.trim() }));
	}

	function choose(at: number): void {
		list.children[chosen]?.setAttribute("aria-selected", "false");
		chosen = at;
		const now = list.children[at];
		now?.setAttribute("aria-selected", "true");
		now?.scrollIntoView({ block: "nearest" });
		if (now) field.setAttribute("aria-activedescendant", now.id);
		else field.removeAttribute("aria-activedescendant");
	}

	const count = (): number => list.children.length;
	const acts: Readonly<Record<string, () => void>> = {
		ArrowDown: () => choose((chosen + 1) % count()),
		ArrowUp: () => choose((chosen + count() - 1) % count()),
		PageDown: () => choose(Math.min(chosen + 5, count() - 1)),
		PageUp: () => choose(Math.max(chosen - 5, 0)),
		Enter: () => (list.children[chosen] as HTMLElement).click(),
	};
	field.addEventListener("keydown", event => {
		// While Chinese is put together, the keys are the input method's.
		if (event.isComposing || !(event.key in acts) || !count()) return;
		event.preventDefault();
		acts[event.key]();
	});
	field.addEventListener("input", event => (event as InputEvent).isComposing || show());
	field.addEventListener("compositionend", show);
	close.addEventListener("click", () => dialog.close());
	// A click beside it closes it; so does a hit, whose section may be on this very page.
	dialog.addEventListener(
		"click",
		({ target }) => (target === dialog || list.contains(target as Node)) && dialog.close(),
	);
	document.body.append(dialog);
	show();
	return dialog;
}

const fieldOf = (list: string, say: Say): HTMLInputElement =>
	node("input", {
		...{ type: "search", role: "combobox", autocomplete: "off", spellcheck: false, enterKeyHint: "go" },
		...{ ariaLabel: say("search"), placeholder: say("search_placeholder") },
		...{ ariaExpanded: "false", ariaAutoComplete: "list", "aria-controls": list, "data-name": "query" },
	});

function option({ title, heading, excerpt, address, terms }: Hit, id: string, root: string): HTMLElement {
	const line = (kind: "strong" | "span" | "small", text: string): HTMLElement =>
		node(kind, {}, ...marked(text, terms).map((piece, at) => (at % 2 ? node("mark", {}, piece) : piece)));
	return node(
		"a",
		{ id, role: "option", tabIndex: -1, ariaSelected: "false", href: new URL(address, root).href },
		line("strong", title),
		...(heading ? [line("span", heading)] : []),
		line("small", excerpt),
	);
}
