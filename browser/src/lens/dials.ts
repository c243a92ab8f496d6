/* The dials in three groups of which one is open; a refusal stands at the dial that caused it. */

import { arrange, focusedName, focusOn, node, put } from "../dom";
import { keyOf, python } from "../format";
import { type Asking, argumentDial, labelOf } from "../parts/arguments";
import { type Control, checkbox, choice, type Option, select } from "../parts/controls";
import { fileField } from "../parts/picture";
import { refusalPart } from "../parts/refusal";
import { tabBar } from "../parts/tabs";
import type { Words } from "../words";
import type { Session } from "./session";

const GROUPS: Readonly<Record<string, readonly string[]>> = {
	kernel: ["kernel", "kernel_size", "true_convolution"],
	window: ["strides", "padding", "dilation_rate"],
	picture: ["channels", "channel", "contrast", "picture", "buttons"],
};

export interface Dials {
	readonly element: HTMLElement;
	show(): void;
}

/** `buttons` act on the picture; `take` is given a file. */
export function dials(session: Session, words: Words, buttons: HTMLElement, take: (file: File) => void): Dials {
	const t = (key: string): string => words.text(`lens.${key}`);
	const rows = node("div", { className: "rows", role: "tabpanel" }),
		refusal = refusalPart();
	const tabs = tabBar(
		"group",
		Object.fromEntries(Object.keys(GROUPS).map(id => [id, t(`group_${id}`)])),
		() => session.group,
		id => {
			session.group = id;
			show();
		},
	);
	tabs.element.ariaLabel = t("controls");
	const element = node("div", { className: "dials" }, tabs.element, rows, refusal.element);
	const made = new Map<string, Control>();
	let drawnFor = "",
		refusedFor = "";

	function show(): void {
		const names = GROUPS[session.group].filter(known),
			key = keyOf(names);
		if (key !== drawnFor) open(names);
		drawnFor = key;
		for (const name of names) controlOf(name).show();
		showRefusal(names);
	}

	function open(names: readonly string[]): void {
		const focused = focusedName(element);
		tabs.show();
		rows.ariaLabel = t(`group_${session.group}`);
		arrange(
			rows,
			names.map(name => controlOf(name).element),
		);
		focusOn(element, focused);
	}

	const known = (name: string): boolean =>
		name === "channels" ? session.colours > 1 : name === "channel" ? session.s.channels > 1 : true;

	function controlOf(name: string): Control {
		const found = made.get(name) ?? (special[name] ?? (() => argumentDial(asking, words, name)))();
		made.set(name, found);
		return found;
	}

	const asking: Asking = {
		rules: session.records.rules,
		layer: "Conv2D",
		wish: () => session.wish,
		ranges: () => session.records.rules.layers.Conv2D.ranges,
		ask: (changes, name) => session.ask(changes, name),
	};
	const label = (name: string) => ({ name, text: t(name) });
	const options = (name: string, values: readonly string[]): Option[] =>
		values.map(value => [value, t(`${name}_${value}`)]);

	const special: Record<string, () => Control> = {
		kernel: () =>
			select(
				label("kernel"),
				[["", t("kernel_own")], ...options("kernel", Object.keys(session.records.kernels))],
				() => (typeof session.s.kernel === "string" ? session.s.kernel : ""),
				name => name && session.choose(name),
			),
		true_convolution: () =>
			checkbox(
				labelOf(words, asking, "true_convolution"),
				() => session.s.true_convolution,
				on => session.turn({ true_convolution: on }),
			),
		channels: () =>
			choice(
				label("channels"),
				options("channels", ["1", "3"]),
				() => String(session.s.channels),
				value => session.turn({ channels: Number(value) }),
			),
		channel: () =>
			choice(
				label("channel"),
				options("channel", ["0", "1", "2"]),
				() => String(session.s.position[2]),
				value => session.go(session.s.position[0], session.s.position[1], Number(value)),
			),
		contrast: () =>
			choice(
				label("contrast"),
				options("contrast", ["own", "shared"]),
				() => session.s.contrast,
				value => session.turn({ contrast: value as "own" }),
			),
		picture: () => fileField(label("picture"), t("picture_choose"), take),
		buttons: () => ({ element: buttons, input: buttons, show() {} }),
	};

	function showRefusal(names: readonly string[]): void {
		const { refused } = session,
			key = refused ? keyOf(session.wish, session.group) : "";
		for (const name of names) {
			const bad = Boolean(refused) && session.differs(name);
			for (const input of controlOf(name).element.querySelectorAll("input, select"))
				put(input, { ariaInvalid: bad ? "true" : null });
		}
		if (key === refusedFor) return;
		refusedFor = key;
		if (!refused) return refusal.show("", [], null);
		const ways = session.ways().map(way => {
			const different = Object.keys(way).filter(name => keyOf(way[name]) !== keyOf(session.wish[name]));
			return { text: different.map(name => `${name}=${python(way[name])}`).join(", "), take: () => session.ask(way) };
		});
		refusal.show(words.text(`errors.${refused.code}`, refused.words), ways, made.get(session.asked)?.element ?? rows);
	}

	return { element, show };
}
