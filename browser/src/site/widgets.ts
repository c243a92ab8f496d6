/* Widgets wake when they come near. Until then their still stands in their place. */

import { type Manager, type Model, standIn } from "../model";
import { prepared } from "./helpers";
import { found, read, shelf } from "./shared";
import { say } from "./words";

/** How near, in heights of the screen: as long as nobody moves, only what is seen. */
const SEEN = "0%",
	NEAR = "60%";

const MOVES = ["scroll", "pointerdown", "keydown", "touchstart"];

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

/** Wakes each box that comes within a margin of the screen; gives back how to stop. */
function watch(boxes: Iterable<HTMLElement>, margin: string): () => void {
	const near = new IntersectionObserver(
		entries => {
			for (const { isIntersecting, target } of entries) if (isIntersecting) wakeOnce(target as HTMLElement);
		},
		{ rootMargin: `${margin} 0%` },
	);
	for (const box of boxes) near.observe(box);
	return () => near.disconnect();
}

const woken = new WeakSet<HTMLElement>();

function wakeOnce(box: HTMLElement): void {
	if (woken.has(box)) return;
	woken.add(box);
	void wake(box);
}

export function widgets(): void {
	const boxes = document.querySelectorAll<HTMLElement>(".widget[data-file]"),
		stop = watch(boxes, SEEN),
		moved = new AbortController();
	function move(): void {
		moved.abort();
		stop();
		watch(boxes, NEAR);
	}
	for (const event of MOVES) addEventListener(event, move, { passive: true, signal: moved.signal });
	addEventListener("load", () => setTimeout(() => prepare(boxes), CALM));
}
