/* What helps beside the page itself: search, pages without a network, links and frames, a class. Each is loaded when it
   is wanted, so that a page is there at once. */

import { node, setText } from "../dom";
import type { Model } from "../model";
import { askedOf, prepare } from "./asked";
import { embed } from "./embed";
import { type More, more, type Say, sayOf } from "./more";
import { shelf } from "./shared";
import { say as said } from "./words";

const asked = askedOf(location.search),
	/** Where the site begins. */
	root = new URL("..", shelf("")).href,
	/** After so long a page is at rest. */
	REST = 1500;

/** Before a widget is shown: what the address of the page asks of it. */
export async function prepared(model: Model, kind = ""): Promise<void> {
	if (location.search) await attempt(async () => prepare(model, kind, asked, (await more()).controls));
}

export function helpers(): void {
	if (document.body.dataset.group === "embed") return embed(asked);
	if (isElsewhere()) return;
	searching();
	sharing();
	void attempt(notices);
	void attempt(classes);
	const rest = (): unknown => setTimeout(() => void attempt(keeping), REST);
	if (document.readyState === "complete") rest();
	else addEventListener("load", rest);
}

const find = <Found extends HTMLElement>(name: string): Found | null =>
	document.querySelector<Found>(`[data-name="${name}"]`);

/** A link that asks for the other language opens the same page there. */
function isElsewhere(): boolean {
	const other = document.querySelector<HTMLAnchorElement>("a.language"),
		wanted = asked.language?.slice(0, 2);
	if (!wanted || !other || document.documentElement.lang.startsWith(wanted)) return false;
	location.replace(other.href.replace(/#.*/, "") + location.search + location.hash);
	return true;
}

/** Do what needs a file; a page goes on without, and says so where somebody asked for it. */
async function attempt(act: () => Promise<unknown>, failed = (): void => {}): Promise<void> {
	try {
		await act();
	} catch (error) {
		console.error(error);
		failed();
	}
}

function tell(text: string): void {
	document.querySelector("main h1")?.after(node("p.notice", { role: "status" }, text));
}

async function helped(): Promise<{ known: More; say: Say }> {
	const known = await more();
	return { known, say: sayOf(known) };
}

function searching(): void {
	const opener = find("search");
	let dialog: HTMLDialogElement | undefined;
	async function build(): Promise<void> {
		const [{ search }, { known, say }] = await Promise.all([import("./search"), helped()]);
		dialog ??= search(shelf(known.index), root, say);
		open(dialog);
	}
	// Once it is there it opens at once: the next key is for its field.
	const ask = (): void => (dialog ? open(dialog) : void attempt(build, () => tell(said("unshown"))));
	opener?.addEventListener("click", ask);
	addEventListener("keydown", event => {
		if (!isAsked(event)) return;
		event.preventDefault();
		ask();
	});
}

function open(dialog: HTMLDialogElement): void {
	if (!dialog.open) dialog.showModal();
	dialog.querySelector("input")?.select();
}

const FIELDS = "input, textarea, select, [contenteditable]";

function isAsked({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
	if (ctrlKey || metaKey) return !altKey && key.toLowerCase() === "k";
	return key === "/" && !altKey && !(target as Element).closest?.(FIELDS);
}

function sharing(): void {
	const panel = find<HTMLDetailsElement>("share");
	async function build(): Promise<void> {
		const [{ share }, { known, say }] = await Promise.all([import("./share"), helped()]);
		panel?.append(share(known.controls, asked, say));
	}
	panel?.addEventListener("toggle", () => attempt(build, () => panel.append(said("unshown"))), { once: true });
}

async function classes(): Promise<void> {
	const place = find("classroom");
	if (!place) return;
	const [{ classroom }, { known, say }] = await Promise.all([import("./classroom"), helped()]);
	place.append(...classroom(asked.class, known.exercises, say));
}

/** What the link asks for that nobody knows; and whose numbers are shown. */
async function notices(): Promise<void> {
	if (!location.search) return;
	const { known, say } = await helped(),
		legal = [...new Set(Object.values(known.controls).flat())],
		strange = asked.controls?.filter(name => !legal.includes(name)) ?? [],
		list = (names: readonly string[]): string => names.join(say("separator"));
	if (asked.unread.length) tell(say("unread", { names: list(asked.unread) }));
	for (const name of strange) tell(say("unread_control", { name, legal: list(nearest(name, legal)) }));
	if (asked.class && document.querySelector('[data-kind="exercise"]')) tell(say("class_shown", { name: asked.class }));
}

/** The three names that share most pairs of letters with this one. */
function nearest(name: string, legal: readonly string[]): string[] {
	const pairsOf = (text: string): string[] => [...text].slice(1).map((letter, at) => text[at] + letter),
		own = pairsOf(name),
		shared = (other: string): number => pairsOf(other).filter(pair => own.includes(pair)).length / other.length;
	return [...legal].sort((one, other) => shared(other) - shared(one)).slice(0, 3);
}

async function keeping(): Promise<void> {
	const place = find("offline"),
		[{ offline }, { say }] = await Promise.all([import("./offline"), helped()]);
	offline(new URL("sw.js", root).href, key => place && setText(place, say(key)), say);
}
