/* Widgets wake when they come near. Until then their still stands in their place. */

import { type Manager, type Model, standIn } from "../model";
import { prepared } from "./helpers";
import { found, read, shelf } from "./shared";
import { say } from "./words";

/** How near, in heights of the screen. */
const NEAR = "60%";

/** Milliseconds after which nothing else is in the way. */
const CALM = 1000;

/** Models are files, named after what they hold: a widget has one of its own, a module one for all. */
function models(): Manager {
	const known = new Map<string, Promise<unknown>>();
	return {
		get_model<State>(id: string) {
			const one = known.get(id) ?? read<object>(id).then(state => standIn(state, this));
			known.set(id, one);
			return one as Promise<Model<State>>;
		},
	};
}

async function wake(box: HTMLElement): Promise<void> {
	const file = box.dataset.file ?? "",
		el = document.createElement("div");
	// On a page of its own, the address holds the widget's state.
	if (["tool", "embed"].includes(document.body.dataset.group ?? "")) el.dataset.model = file;
	try {
		const model = await models().get_model<{ module: string }>(file),
			{ bundle, records } = await found(model);
		await prepared(model, box.dataset.kind);
		box.replaceChildren(el);
		await bundle.render({ model, el, records });
		box.dataset.awake = "true";
	} catch (error) {
		box.append(Object.assign(document.createElement("p"), { className: "unshown", textContent: say("unshown") }));
		console.error(error);
	}
}

/** Once the page stands, the browser fetches the code that it will need: a widget is then alive at once. */
function prepare(boxes: Iterable<HTMLElement>): void {
	if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
	for (const code of new Set([...boxes].map(({ dataset }) => dataset.code ?? "")))
		document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: shelf(code) }));
}

export function widgets(): void {
	const boxes = document.querySelectorAll<HTMLElement>(".widget[data-file]");
	const near = new IntersectionObserver(
		entries => {
			for (const { isIntersecting, target } of entries) {
				if (!isIntersecting) continue;
				near.unobserve(target);
				void wake(target as HTMLElement);
			}
		},
		{ rootMargin: `${NEAR} 0%` },
	);
	for (const box of boxes) near.observe(box);
	addEventListener("load", () => setTimeout(() => prepare(boxes), CALM));
}
