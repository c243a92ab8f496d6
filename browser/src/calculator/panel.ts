/* What is chosen, and its dials: a few at first, all behind a button. */

import type { Range } from "../contract";
import { arrange, button, focusedName, focusOn, node, put } from "../dom";
import { grouped, keyOf, python } from "../format";
import { type Asking, argumentDial, labelOf } from "../parts/arguments";
import { type Control, dialled, linked, type Option, select, written } from "../parts/controls";
import { disclosure } from "../parts/disclosure";
import { refusalPart } from "../parts/refusal";
import type { Words } from "../words";
import { inPairs } from "./link";
import { sized } from "./picture";
import { INPUT, type Session } from "./session";
import { changesOf, type Way } from "./stack";

const EACH_END: Readonly<Record<string, string>> = { padding: "padding", cropping: "crop" },
	ENDS = Object.keys(EACH_END),
	OF_THE_INPUT = ["sizes", "channels", "data_format"];

export interface Panel {
	readonly element: HTMLElement;
	show(): void;
}

export function panel(session: Session, words: Words): Panel {
	const t = (key: string, more = {}): string => words.text(`calculator.${key}`, more);
	const head = node("div.chosen"),
		rows = node("div.rows"),
		rest = node("div.rows.rest"),
		all = disclosure("all", t("all"), rest, () => self.show()),
		refusal = refusalPart(),
		element = node(
			"div.dials",
			{ role: "tabpanel" },
			head,
			rows,
			node("div.depths", {}, all.button),
			rest,
			refusal.element,
		);
	let controls = new Map<string, Control>(),
		drawnFor = "",
		refusedFor = "";

	const self: Panel = {
		element,
		show() {
			const { s, chosen } = session,
				key = keyOf(s.selected, chosen.layer, s.layers.length, all.open);
			if (key !== drawnFor) build();
			drawnFor = key;
			for (const control of controls.values()) control.show();
			showRefusal();
		},
	};

	function build(): void {
		const name = focusedName(element),
			{ selected, layers } = session.s,
			isInput = selected === INPUT,
			first = isInput ? ofTheInput() : session.rulesOf(session.chosen.layer).first;
		element.ariaLabel = isInput ? t("input") : `${selected + 1} ${session.chosen.layer}`;
		controls = new Map(first.map(one => [one, dial(one)]));
		arrange(rows, elements(first));
		arrange(rest, elements(all.open && !isInput ? others() : []));
		all.button.parentElement?.toggleAttribute("hidden", isInput);
		rest.hidden = isInput || !all.open;
		const kind = kindDial();
		if (!isInput) controls.set("layer", kind);
		head.replaceChildren(...(isInput ? [node("strong", {}, t("input"))] : [kind.element, tools(layers.length)]));
		focusOn(element, name);
	}

	const elements = (names: readonly string[]): HTMLElement[] =>
		names.map(name => (controls.get(name) as Control).element);

	/* A flat input has no sizes, and no format where no layer has one. */
	const ofTheInput = (): string[] =>
		OF_THE_INPUT.filter(name =>
			name === "sizes" ? session.rank : name === "channels" || name in session.chosen.arguments,
		);

	/* All that is not shown at once: what shapes the layer, then what does not. */
	function others(): string[] {
		const { arguments: own, more, first } = session.rulesOf(session.chosen.layer),
			rest = [...own, ...Object.keys(more)].filter(one => !first.includes(one));
		for (const one of rest) controls.set(one, dial(one));
		return rest;
	}

	const asking = (): Asking => ({
		rules: session.records.rules,
		layer: session.chosen.layer,
		wish: () => session.settings,
		ranges: () => session.ranges(),
		ask: (changes, name) => session.ask(changes, name),
		number: (label, read, limits, write) =>
			dialled(label, read, limits, session.records.largest, write, {
				wrong: (least, most) => words.text("control.number_wrong", { least, most: grouped(most) }),
				empty: label.name.startsWith("sizes") ? words.text("control.number_unknown") : "",
			}),
	});
	function dial(name: string): Control {
		const { [name]: sources } = session.rulesOf(session.chosen.layer).more;
		if (sources) return noted(name, sources);
		return ENDS.includes(name) && Array.isArray(session.settings[name])
			? ends(name)
			: argumentDial(asking(), words, name);
	}

	/** How much at both ends of each direction: one number for all until they are set apart. */
	function ends(name: string): Control {
		const { number, ask } = asking(),
			now = (): number[] => (session.settings[name] as number[]).flat(),
			limits = (): Range => session.ranges()[name],
			label = labelOf(words, asking(), name),
			[before, after] = ["before", "after"].map(end => words.text(`explain.${EACH_END[name]}_${end}`));
		const write = (all: number[]): void => ask({ [name]: now().length > 2 ? inPairs(all) : all }, name),
			setAll = (value: number): void => write(now().map(() => value));
		const each = now().map((_, at) => {
			const text = words.text("control.along", { label: words.axis(at >> 1), axis: at % 2 ? after : before });
			return number(
				{ name: `${name}.${at}`, text, code: true },
				() => now()[at],
				limits,
				value => write(now().with(at, value)),
			);
		});
		const said = { link: words.text("control.link", { name }), unlink: words.text("control.unlink", { name }) };
		return linked(
			label,
			said,
			number(label, () => now()[0], limits, setAll),
			each,
			() => new Set(now()).size === 1,
			() => setAll(now()[0]),
		);
	}

	function noted(name: string, sources: readonly string[]): Control {
		const key = `control.${name}`,
			label = { name, text: words.has(key) ? words.text(key) : "", code: true },
			read = (): string => session.chosen.more[name] ?? sources[0];
		if (name === "name") return named(label, read);
		const options = [...new Set([...sources, read()])].map((one): Option => [one, one]);
		return select(label, options, read, source => session.note(name, source));
	}

	/** A text in Python's quotes; nothing is None. */
	function named(label: { name: string; text: string; code: boolean }, read: () => string): Control {
		const text = (): string => (read() === "None" ? "" : read().slice(1, -1).replace(/\\(.)/g, "$1")),
			write = (value: string): void => session.note("name", value ? `'${value.replace(/[\\']/g, "\\$&")}'` : "None");
		return written(label, text, value => (value.includes("/") ? t("name_wrong") : ""), write);
	}

	function kindDial(): Control {
		const { rules, groups } = session.records,
			found = select(
				{ name: "layer", text: words.text("explain.layer") },
				[],
				() => session.chosen.layer,
				kind => session.become(kind),
			);
		for (const label of groups) {
			const kinds = Object.keys(rules.layers).filter(kind => rules.layers[kind].group === label),
				options = kinds.map(kind => node("option", { value: kind }, kind));
			found.input.append(node("optgroup", { label: t(`group_${label}`) }, ...options));
		}
		return found;
	}

	function tools(count: number): HTMLElement {
		const { selected } = session.s;
		const made: readonly (readonly [string, string, () => void, boolean])[] = [
			["earlier", "←", () => session.move(selected, selected - 1), selected === 0],
			["later", "→", () => session.move(selected, selected + 1), selected === count - 1],
			["double", "×2", () => session.double(), session.full],
			["drop", "✕", () => session.drop(), count === 1],
		];
		const buttons = made.map(([name, sign, act, disabled]) =>
			button(name, sign, act, { title: t(name), ariaLabel: t(name), disabled }),
		);
		return node("div.tools", { role: "group", ariaLabel: t("tools") }, ...buttons);
	}

	// A refusal, at the dial that asked

	function showRefusal(): void {
		const { outcome, s, asked } = session,
			{ refused } = outcome,
			key = refused ? keyOf(s.layers, s.input_shape, s.selected) : "";
		for (const [name, { element: row }] of controls) {
			const bad = Boolean(refused) && name === asked;
			for (const input of row.querySelectorAll("input, select")) put(input, { ariaInvalid: bad ? "true" : null });
		}
		if (key === refusedFor) return;
		refusedFor = key;
		if (!refused) return refusal.show("", []);
		const index = outcome.rows.length,
			said = words.text(`errors.${refused.code}`, refused.words),
			from = index === s.selected ? said : t("refused_at", { number: index + 1, layer: s.layers[index].layer, said });
		refusal.show(from, session.ways().map(wayOut), controls.get(asked)?.element);
	}

	const wayOut = (way: Way) => ({ text: told(way), take: () => session.follow(way) });

	/** What a way changes, layer by layer. */
	function told(way: Way): string {
		const { s } = session,
			{ shape, dropped } = way,
			gone = dropped.map(index => `${index + 1} ${s.layers[index].layer}`),
			left = gone.length ? [t("without", { layers: { list: gone } })] : [],
			layers = [...way.layers],
			others = s.layers.map((layer, index) => (dropped.includes(index) ? layer : layers.shift()));
		const fed = keyOf(shape) !== keyOf(session.shape);
		if (way === session.legal && (fed || way.layers.length !== s.layers.length)) return t("back");
		if (fed) left.unshift(`${t("input")}: ${sized(shape)}`);
		const changed = others.flatMap((layer, index) => {
			if (!layer) return [];
			const changes = Object.entries(changesOf(s.layers[index], layer)).map(
				([name, value]) => `${name}=${python(value)}`,
			);
			if (layer.layer !== s.layers[index].layer) changes.unshift(layer.layer);
			const prefix = index === s.selected ? "" : `${index + 1} ${layer.layer}: `;
			return changes.length ? [prefix + changes.join(", ")] : [];
		});
		return [...left, ...changed].join("; ") || t("back");
	}

	return self;
}
