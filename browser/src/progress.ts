/* What a reader has solved, kept in the browser, so that it outlasts the page. */

import { isCount } from "./taken";

export interface Done {
	readonly tries: number;
	readonly solved: boolean;
}

const KEY = "convlab-progress",
	CHANGED = "convlab-progress";
const none: Done = { tries: 0, solved: false };

/* Another version may have kept something else. */
const isDone = (entry: [string, unknown]): entry is [string, Done] => {
	const { tries, solved } = Object(entry[1]);
	return isCount(tries) && typeof solved === "boolean";
};

/* Where nothing can be kept, it counts as long as the page stands. */
let kept: Record<string, Done> = {};

export function progress(): Readonly<Record<string, Done>> {
	try {
		const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
		return { ...kept, ...Object.fromEntries(Object.entries(Object(read)).filter(isDone)) };
	} catch {
		return kept;
	}
}

export function note(exercise: string, right: boolean): void {
	const before = progress()[exercise] ?? none;
	if (before.solved) return;
	kept = { ...progress(), [exercise]: { tries: before.tries + 1, solved: right } };
	try {
		localStorage.setItem(KEY, JSON.stringify(kept));
	} catch {
		// It is in `kept`.
	}
	dispatchEvent(new Event(CHANGED));
}

/** Whether what is solved outlasts the page. */
export function keeps(): boolean {
	try {
		localStorage.setItem(`${KEY}-probe`, "1");
		localStorage.removeItem(`${KEY}-probe`);
		return true;
	} catch {
		return false;
	}
}

/** Call `act` whenever something was noted, here or in another tab; gives back how to stop it. */
export function follow(act: () => void): () => void {
	addEventListener(CHANGED, act);
	addEventListener("storage", act);
	return () => {
		removeEventListener(CHANGED, act);
		removeEventListener("storage", act);
	};
}

/** What was done here or, as Python knows, before. */
export function together(one: Done | undefined, other: Done | undefined): Done {
	const [a, b] = [one ?? none, other ?? none];
	return { tries: Math.max(a.tries, b.tries), solved: a.solved || b.solved };
}
