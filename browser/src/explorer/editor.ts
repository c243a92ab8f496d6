/* The number that is chosen: typed anew, or dragged up and down. */

import { node, put, setText } from "../dom";
import type { Kind } from "../fills";
import { labelled } from "../parts/controls";
import type { Words } from "../words";
import type { Look } from "./light";
import type { Session } from "./session";

const LARGEST = 1e6;

/** Where a number is kept: its pool and its place there; none if it is computed. */
export function homeOf(session: Session, look: Look): { kind: Kind; place: number[] } | null {
	const { kind, r, c, channel, a = 0, b = 0 } = look,
		{ scene, s } = session;
	if (!session.offers(kind)) return null;
	if (kind === "input") return { kind, place: [r, c, channel] };
	if (kind === "pointwise") return { kind, place: [r, c] };
	if (kind === "bias") return { kind, place: [c] };
	if (kind !== "kernel") return null;
	const [rows = 1, columns = 1] = scene.kernels[0].shape,
		turned = s.true_convolution;
	return { kind, place: turned ? [rows - 1 - r, columns - 1 - c, a, b] : [r, c, a, b] };
}

export function nameOf(session: Session, { kind, r, c, channel, a = 0, b = 0 }: Look): string {
	const named = (names: Record<string, string>, index: readonly number[]): string | undefined =>
		kind in names ? `${names[kind]}[${index.join(", ")}]` : undefined;
	return (
		named({ input: "x", dx: "∂L/∂x", mid: "u", output: "a", dy: "∂L/∂a" }, session.indexOf([r, c, channel])) ??
		named({ kernel: "w", dw: "∂L/∂w", product: "x·w" }, session.rank === 1 ? [c, a, b] : [r, c, a, b]) ??
		named({ pointwise: "p", dp: "∂L/∂p" }, [0, 0, r, c]) ??
		named({ mixed: "u·p" }, [0, 0, r, channel]) ??
		named({ bias: "b", db: "∂L/∂b" }, [c]) ??
		""
	);
}

export interface Editor {
	readonly element: HTMLElement;
	show(pinned: Look | null): void;
	focus(): void;
}

export function editor(
	session: Session,
	words: Words,
	valueOf: (look: Look) => number,
	say: (text: string) => void,
	left: () => void,
): Editor {
	const input = node("input", { type: "number", step: "any" });
	const row = labelled({ name: "cell", text: "" }, input),
		name = row.children[0];
	const element = node("div.editor", {}, row);
	let pinned: Look | null = null;
	input.addEventListener("change", () => take(input.valueAsNumber));
	input.addEventListener("keydown", event => {
		if (event.key !== "Escape" && event.key !== "Enter") return;
		if (event.key === "Enter") take(input.valueAsNumber);
		left();
		event.preventDefault();
	});

	const own = (look: Look): boolean => look.kind === "dy" && session.s.gradient === "own";
	function take(value: number): void {
		if (!pinned || value === valueOf(pinned)) return;
		if (!change(session, pinned, value)) {
			say(words.text("explorer.edit_refused", { most: LARGEST }));
			show(pinned);
		}
	}
	function show(look: Look | null): void {
		pinned = look;
		const free = Boolean(look && (homeOf(session, look) || own(look)));
		element.classList.toggle("idle", !free);
		put(input, { disabled: !free });
		setText(
			name,
			look && free
				? words.text("explorer.edit", { name: nameOf(session, look) })
				: ["input", "kernel"].some(kind => session.offers(kind))
					? words.text("explorer.edit_none")
					: "",
		);
		const value = look && free ? String(valueOf(look)) : "";
		if (input.value !== value && (input !== (input.getRootNode() as Document).activeElement || !input.value))
			input.value = value;
	}
	return { element, show, focus: () => input.focus() };
}

/** Change a number; false where it cannot stand in a cell. */
export function change(session: Session, look: Look, value: number): boolean {
	if (!Number.isFinite(value) || Math.abs(value) > LARGEST) return false;
	const home = homeOf(session, look);
	if (home) session.edit(home.kind, home.place, value);
	else session.editGradient([look.r, look.c, look.channel], value);
	return true;
}
