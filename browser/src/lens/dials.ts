/* The dials in groups of which one is open; a refusal stands at the dial that caused it. */

import { arrange, node, put } from "../dom";
import { keyOf, python } from "../format";
import { type Control, checkbox, choice, type Option, plainWord, range } from "../parts/controls";
import { fileField } from "../parts/picture";
import { refusalPart } from "../parts/refusal";
import { tabBar } from "../parts/tabs";
import type { Words } from "../words";
import type { Property } from "./records";
import type { Session } from "./session";

export interface Dials {
	readonly element: HTMLElement;
	show(): void;
}

/** `buttons` act on the picture; `take` is given a file. */
export function dials(session: Session, words: Words, buttons: HTMLElement, take: (file: File) => void): Dials {
	const t = (key: string): string => words.text(`lens.${key}`),
		{ properties } = session.records,
		{ groups, controls } = session,
		rows = node("div.rows", { role: "tabpanel" }),
		refusal = refusalPart(),
		made = new Map<string, Control>();
	const tabs = tabBar(
		"group",
		Object.fromEntries(groups.map(id => [id, t(`group_${id}`)])),
		() => session.group,
		id => {
			session.group = id;
			show();
		},
	);
	tabs.element.ariaLabel = t("controls");
	let refusedFor = "";

	const labelOf = ({ name, shapes: code = false }: Property) => {
		const text = words.text(words.has(`lens.${name}`) ? `lens.${name}` : `control.${name}`);
		return { name, code, text: code ? plainWord(text, name) : text };
	};
	/* One dial for both directions, for a pair; Python may set them apart. */
	const say = (value: readonly number[]): string =>
		value.every(one => one === value[0]) ? String(value[0]) : python(value);

	function controlOf(property: Property): Control {
		const { name, kind, options = [], range: reach = [0, 0], shapes, apart, dial } = property,
			read = () => session.wish[name] ?? session.s[name];
		const write = (value: unknown): void =>
			shapes ? session.ask({ [name]: value as number }, name) : session.turn({ [name]: value });
		if (kind === "flag") return checkbox(labelOf(property), () => Boolean(read()), write);
		if (apart) return pair(property);
		if (!options.length) {
			const numbers = (): number[] => [read()].flat() as number[];
			return range(
				labelOf(property),
				() => numbers()[0],
				() => [reach[0], Math.max((dial ?? reach)[1], ...numbers())],
				value => write(kind === "numbers" ? [value, value] : value),
				() => say(numbers()),
			);
		}
		const list = options.map(
			(value): Option => [String(value), words.has(`lens.${name}_${value}`) ? t(`${name}_${value}`) : String(value)],
		);
		if (kind !== "kernel")
			return choice(
				labelOf(property),
				list,
				() => String(read()),
				value => write(Number(value) || value),
			);
		const kernel = () => (typeof session.s.kernel === "string" ? session.s.kernel : "");
		return choice(labelOf(property), [["", t("kernel_own")], ...list], kernel, value => value && session.choose(value));
	}

	/** Two numbers that are set one by one. */
	function pair({ name, range: reach = [0, 0] }: Property): Control {
		const read = (): number[] => session.s[name] as number[];
		const each = [0, 1].map(axis =>
			range(
				{ name: `${name}.${axis}`, text: t(`${name}_${axis}`) },
				() => read()[axis],
				() => reach,
				value => session.turn({ [name]: read().with(axis, value) }),
			),
		);
		const element = node("div.rows", {}, ...each.map(dial => dial.element));
		return { element, input: each[0].input, show: () => each.forEach(dial => dial.show()) };
	}

	/* What is null has no dial; that of a pattern none on a picture of the reader's own. */
	function isThere({ name }: Property): boolean {
		if (name === "channels") return session.colours > 1;
		return name === "period" || name === "angle" ? session.isPattern : session.s[name] !== null;
	}

	/* The open group's settings, each with its dial in place. */
	function open(): readonly Property[] {
		const first = controls.flatMap(name => properties.filter(one => one.name === name)),
			own = (session.group === "first" ? first : properties.filter(one => one.group === session.group)).filter(isThere);
		for (const property of own) if (!made.has(property.name)) made.set(property.name, controlOf(property));
		const elements = own.map(({ name }) => made.get(name)?.element as HTMLElement);
		arrange(rows, session.group === "picture" ? [...elements, file.element, buttons] : elements);
		tabs.show();
		rows.ariaLabel = t(`group_${session.group}`);
		return own;
	}

	const file = fileField({ name: "picture", text: t("picture") }, t("picture_choose"), take);

	function show(): void {
		for (const { name } of open()) {
			const control = made.get(name) as Control,
				bad = session.refused && keyOf(session.wish[name]) !== keyOf(session.s[name]);
			control.show();
			put(control.input, { ariaInvalid: bad ? "true" : null });
		}
		showRefusal();
	}

	function showRefusal(): void {
		const { refused, wish } = session,
			key = refused ? keyOf(wish, session.group) : "";
		if (key === refusedFor) return;
		refusedFor = key;
		const ways = session.ways().map(way => {
			const different = Object.keys(way).filter(name => keyOf(way[name]) !== keyOf(wish[name]));
			return { text: different.map(name => `${name}=${python(way[name])}`).join(", "), take: () => session.ask(way) };
		});
		const text = refused ? words.text(`errors.${refused.code}`, refused.words) : "";
		refusal.show(text, ways, made.get(session.asked)?.element ?? rows);
	}

	return { element: node("div.dials", {}, tabs.element, rows, refusal.element), show };
}
