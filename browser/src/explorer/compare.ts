/* From one group to depthwise and pointwise: what each way of joining channels costs. */

import { costs } from "../axes";
import type { Settings } from "../contract";
import { children, node, setText } from "../dom";
import { grouped } from "../format";
import { range } from "../parts/controls";
import type { Words } from "../words";
import type { Session } from "./session";

interface Way {
	readonly layer: string;
	readonly groups?: number;
	readonly parameters: number;
	readonly products: number;
}

const PAIR = ["Conv2D", "SeparableConv2D"];

export const canCompare = ({ given, s }: Session): boolean =>
	PAIR.every(name => given.layers.includes(name)) && PAIR.includes(s.layer);

/** The numbers of groups that the layer takes, and after them the separable layer. */
function waysOf(session: Session): Way[] {
	const { s, records } = session,
		channels = s.channels as number,
		filters = s.filters as number;
	const count = (layer: string, more: Settings): Way => {
		const own = { ...session.settings(), groups: 1, depth_multiplier: 1, ...more };
		return { layer, ...(more.groups ? { groups: more.groups as number } : {}), ...costs(records.rules, layer, own) };
	};
	const [, most] = session.ranges("Conv2D").groups,
		found: Way[] = [];
	for (let groups = 1; groups <= most; groups++) {
		if (channels % groups === 0 && filters % groups === 0) found.push(count("Conv2D", { groups }));
	}
	return [...found, count("SeparableConv2D", { depth_multiplier: (s.depth_multiplier as number | undefined) ?? 1 })];
}

export interface ComparePart {
	readonly element: HTMLElement;
	show(): void;
}

export function comparePart(session: Session, words: Words): ComparePart {
	const t = (key: string, more = {}): string => words.text(`explorer.${key}`, more);
	let ways: Way[] = [];
	const name = (way: Way | undefined): string =>
		way ? t(way.groups ? "dial_groups" : "dial_separable", { groups: way.groups ?? "" }) : "";
	const now = (): number =>
		Math.max(
			ways.findIndex(way => way.layer === session.s.layer && (!way.groups || way.groups === session.s.groups)),
			0,
		);
	const dial = range(
		{ name: "dial", text: t("dial") },
		now,
		() => [0, ways.length - 1],
		index => {
			const { layer, groups } = ways[index],
				changes = groups ? { groups } : { depth_multiplier: 1 };
			if (layer === session.s.layer) session.ask(changes, "groups");
			else session.choose(layer, changes);
		},
		index => name(ways[index]),
	);
	const body = node("tbody"),
		head = ["dial_way", "dial_parameters", "dial_products"].map(key => node("th", { scope: "col" }, t(key)));
	const element = node(
		"div.compare",
		{},
		dial.element,
		node("table", {}, node("thead", {}, node("tr", {}, ...head)), body),
	);
	return {
		element,
		show() {
			ways = waysOf(session);
			dial.show();
			const most = Math.max(...ways.map(({ products }) => products));
			const make = (): Element =>
				node("tr", {}, node("th", { scope: "row" }), node("td"), node("td", {}, node("span.bar"), node("span")));
			children(body, ways.length, make).forEach((row, index) => {
				const way = ways[index],
					[title, parameters, products] = row.children,
					[bar, number] = products.children;
				setText(title, name(way));
				setText(parameters, grouped(way.parameters));
				setText(number, grouped(way.products));
				(bar as HTMLElement).style.setProperty("--share", String(way.products / most));
				row.ariaCurrent = index === now() ? "true" : null;
			});
		},
	};
}
