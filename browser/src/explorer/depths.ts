/* For who wants to look closer: the sum, the shape, the code, the ways of joining channels. */

import { reckon } from "../axes";
import { kerasCode, torchCode } from "../code";
import { node, put, setText, setTexts } from "../dom";
import { grouped, python } from "../format";
import { reckoning } from "../formula";
import { codePart } from "../parts/code";
import { type Disclosure, disclosure } from "../parts/disclosure";
import { sumPart, type Term } from "../parts/sum";
import type { Words } from "../words";
import { canCompare, comparePart } from "./compare";
import type { Look } from "./light";
import { activationLine, writtenSums } from "./said";
import type { Session } from "./session";

export interface Depths {
	readonly elements: readonly HTMLElement[];
	/** Those that are open, by name, and opening them again. */
	open(names?: readonly string[]): string[];
	show(): void;
	/** The sum at the place, or, with a product looked at, its term. */
	showSum(look: Look | null): void;
}

export function depths(session: Session, words: Words, point: (term: Term | null) => void): Depths {
	const t = (key: string, more = {}): string => words.text(`explorer.${key}`, more);
	const sums = sumPart(point),
		shape = shapePart(session, words),
		code = codePart(words, t("code"), ["Keras", "PyTorch"]),
		compare = comparePart(session, words);
	sums.element.ariaLabel = t("sums");
	const showTerms = (): void => sums.show(writtenSums(session, words), [activationLine(session)]);
	function showCode(): void {
		const { layer, s, records } = session,
			settings = session.settings(),
			numbers = reckon(records.rules, s.layer, settings);
		const turned = (how: string): string[] => (s.true_convolution ? ["", `# ${t("code_turned", { how })}`] : []),
			colons = settings.sizes as readonly number[];
		code.show({
			Keras: [...kerasCode(s.layer, layer, settings), ...turned(`kernel[${colons.map(() => "::-1").join(", ")}]`)],
			PyTorch: [
				...torchCode(records.rules, numbers, settings),
				...turned(`weight.flip(${colons.map((_, axis) => axis - colons.length).join(", ")})`),
			],
		});
	}
	const made: readonly (readonly [name: string, title: string, body: HTMLElement, show: () => void])[] = [
		["sum", "depth_sum", sums.element, showTerms],
		["shape", "formula", shape.element, shape.show],
		["code", "depth_code", code.element, showCode],
		["compare", "depth_compare", compare.element, compare.show],
	];
	const all: Record<string, Disclosure> = {};
	for (const [name, title, body, show] of made)
		all[name] = disclosure(`depth.${name}`, t(title), node("section", { className: `depth ${name}` }, body), show);
	const buttons = node("div.depths", {}, ...Object.values(all).map(one => one.button));

	return {
		elements: [buttons, ...Object.values(all).map(one => one.body)],
		open(names = []) {
			for (const name of names) all[name].toggle(true);
			return Object.keys(all).filter(name => all[name].open);
		},
		show() {
			put(all.compare.button, { hidden: !canCompare(session) });
			if (!canCompare(session)) all.compare.toggle(false);
			for (const [name, , , show] of made) if (all[name].open) show();
		},
		showSum(look) {
			if (!all.sum.open) return;
			if (!look) showTerms();
			sums.mark(look && termOf(look));
		},
	};
}

/** The term of a written sum that a number of the picture is. */
function termOf({ kind, channel, r, c }: Look): Omit<Term, "x" | "w"> | null {
	if (kind === "mixed") return { kind, channel: r, i: 0, j: 0 };
	return kind === "product" ? { kind, channel, i: r, j: c } : null;
}

function shapePart(session: Session, words: Words): { element: HTMLElement; show(): void } {
	const shapes = node("p.shapes"),
		formula = node("div.formula");
	return {
		element: node("div", {}, shapes, formula),
		show() {
			const { scene, rank } = session,
				axes = scene.axes.slice(rank === 1 ? 1 : 0);
			const lines = axes.map((axis, index) => [
				words.axis(index),
				...axis.steps.map(rule => reckoning(rule, axis.numbers)),
			]);
			setTexts(formula, "p", lines.flat());
			const titles = lines.map(([title]) => title);
			for (const line of formula.children) line.classList.toggle("axis", titles.includes(line.textContent ?? ""));
			const input = python(session.shapeOf(scene.x)),
				output = python(session.shapeOf(scene.a));
			setText(shapes, words.text("explorer.shapes", { input, output, parameters: grouped(session.parameters) }));
		},
	};
}
