/* Why the chosen layer makes what it makes: formulas with the numbers, weights and costs, what an output sees, code. */

import { SEES } from "../axes";
import type { CalculatedLayer, Numbers, Rule, Tree } from "../contract";
import { node } from "../dom";
import { countText, grouped, keyOf, python } from "../format";
import { type Count, evaluate, reckoned, reckoning } from "../formula";
import { codePart } from "../parts/code";
import { type Disclosure, disclosure } from "../parts/disclosure";
import type { Words } from "../words";
import { kerasStack, torchStack } from "./code";
import { sized } from "./picture";
import { INPUT, type Session } from "./session";
import { formatOf, type Row, ruleOf, seenBy } from "./stack";

export interface Reasons {
	readonly element: HTMLElement;
	open(names?: readonly string[]): string[];
	show(): void;
}

/** A row of a table: what a cell means, and what it says. */
type Line = readonly string[];

export function reasons(session: Session, words: Words): Reasons {
	const code = codePart(words, words.text("calculator.code"), ["Keras", "PyTorch"]);
	const tables = (make: (row: Row) => Table[] | string): { body: HTMLElement; show(): void } => {
		const body = node("div.tables");
		return { body, show: () => fill(body, row() ? make(row() as Row) : waiting()) };
	};
	const made: readonly (readonly [name: string, part: { body: HTMLElement; show(): void }])[] = [
		["shape", tables(row => shapeTables(session, words, row))],
		["costs", tables(row => [weightsTable(session, words, row), costsTable(session, words, row)])],
		["field", tables(row => fieldTables(session, words, row))],
		["code", { body: code.element, show: showCode }],
	];
	const all: Record<string, Disclosure> = {};
	for (const [name, { body, show }] of made)
		all[name] = disclosure(
			`depth.${name}`,
			words.text(`calculator.${name}`),
			node("section", { className: `depth ${name}` }, body),
			show,
		);
	const buttons = node("div.depths", {}, ...Object.values(all).map(one => one.button));

	const row = (): Row | undefined => session.outcome.rows[session.s.selected];
	function waiting(): string {
		const { s, outcome } = session,
			numbers = { layer: s.selected + 1, refused: outcome.rows.length + 1 };
		if (s.selected === INPUT) return words.text("calculator.choose_layer");
		return numbers.layer > numbers.refused ? words.text("calculator.waiting", numbers) : "";
	}
	function showCode(): void {
		code.show({ Keras: kerasStack(session, words), PyTorch: torchStack(session, words) });
	}
	return {
		element: node("div.reasons", {}, buttons, ...Object.values(all).map(one => one.body)),
		open(names = []) {
			for (const name of names) all[name].toggle(true);
			return Object.keys(all).filter(name => all[name].open);
		},
		show() {
			for (const [name, { show }] of made) if (all[name].open) show();
		},
	};
}

interface Table {
	readonly head: Line;
	readonly lines: readonly Line[];
	/** Whether the last column holds formulas. */
	readonly formulas: boolean;
}

const filled = new WeakMap<Element, string>();

function fill(body: HTMLElement, tables: readonly Table[] | string): void {
	const key = keyOf(tables);
	if (filled.get(body) === key) return;
	filled.set(body, key);
	body.replaceChildren(...(typeof tables === "string" ? [node("p.waiting", {}, tables)] : tables.map(tableOf)));
}

function tableOf({ head, lines, formulas }: Table): HTMLElement {
	const cells = (line: Line, tag: "th" | "td"): HTMLElement[] =>
		line.map((text, index) => node(index ? tag : "th", {}, text));
	const body = lines.map(line => node("tr", {}, ...cells(line, "td")));
	return node(
		"table",
		{ className: formulas ? "formulas" : "" },
		node("thead", {}, node("tr", {}, ...cells(head, "th"))),
		node("tbody", {}, ...body),
	);
}

// ── The size ──

/** Why the output has its shape: a sentence, or how each direction reckons. */
function shapeTables(session: Session, words: Words, row: Row): Table[] {
	const { reasons } = row.reckoned.layer as CalculatedLayer,
		{ whole } = row.reckoned;
	if (!reasons) return axisTables(session, words, row);
	const told = (tree: Tree): string => {
		if (tree === "shape") return times(row.input.slice(1));
		if (tree === "sizes") return times(row.settings.sizes as number[]);
		return unknown(evaluate(tree, whole));
	};
	const lines = reasons
		.filter(({ when }) => evaluate(when, whole))
		.map(one => {
			const filled = Object.entries(one.with).map(([name, tree]) => [name, told(tree)]);
			return [sized(row.output), words.text(one.key, Object.fromEntries(filled))];
		});
	return [{ head: [words.text("explain.output"), words.text("reasons.why")], lines, formulas: true }];
}

const unknown = (size: number): string => (Number.isNaN(size) ? "?" : grouped(size));

const times = (sizes: readonly number[]): string => sizes.map(unknown).join(" × ");

function axisTables({ records }: Session, words: Words, { reckoned: found }: Row): Table[] {
	const groups = new Map<string, number[]>();
	found.directions.forEach(({ steps, numbers }, axis) => {
		const key = keyOf(steps.map(rule => reckoning(rule, numbers)));
		groups.set(key, [...(groups.get(key) ?? []), axis]);
	});
	return [...groups.values()].map(([first, ...others]): Table => {
		const { steps, numbers } = found.directions[first],
			names = [first, ...others].map(axis => words.axis(axis));
		const meaning = (symbol: string): string =>
			words.text(`explain.${symbol === "c1" && numbers.c1 < 0 ? "zeros_added" : records.meanings[symbol]}`);
		return {
			head: [names.join(words.text("list.separator")), words.text("explain.reckoning")],
			lines: steps.map(rule => [meaning(rule[0]), reckoning(rule, numbers)]),
			formulas: true,
		};
	});
}

// ── Weights and costs ──

function weightsTable(_: Session, words: Words, { reckoned: { layer, whole }, costs }: Row): Table {
	const there = (layer as CalculatedLayer).learned.filter(({ when }) => evaluate(when, whole)),
		all = there.map(({ name, shape }) => [name, shape.map(tree => evaluate(tree, whole))] as const);
	const count = (shape: readonly number[]): string => grouped(shape.reduce((product, one) => product * one, 1));
	return {
		head: [words.text("explain.weight"), words.text("explain.shape"), words.text("explain.count")],
		lines: [
			...all.map(([name, shape]) => [name, python(shape), count(shape)]),
			[words.text("explain.parameters"), "", countText(costs.parameters)],
		],
		formulas: false,
	};
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** An amount of memory in the unit that suits it. */
export function memory(count: Count): string {
	let amount = Number(count),
		unit = 0;
	if (Number.isNaN(amount)) return "—";
	for (; amount >= 1024 && unit < UNITS.length - 1; unit++) amount /= 1024;
	if (!unit) return `${amount} B`;
	// What lies half-way goes to the even digit, as in Python.
	const tenths = Math.round(10 * amount) - Number((10 * amount) % 2 === 0.5);
	return `${grouped(Math.floor(tenths / 10))}.${tenths % 10} ${UNITS[unit]}`;
}

/** How many times as much: three digits that count, fewer where they say it exactly. */
export function ratioText(ratio: number): string {
	const text = ratio.toPrecision(3),
		rounded = Number(text);
	return rounded >= 100 ? grouped(BigInt(rounded)) : rounded === ratio ? String(ratio) : text;
}

function costsTable({ records }: Session, words: Words, { reckoned: { layer, whole }, costs }: Row): Table {
	const t = (key: string, more = {}): string => words.text(`explain.${key}`, more),
		last = layer.products[layer.products.length - 1] as Rule,
		products = reckoned(layer.products, whole);
	const parts = {
		input: memory(costs.input_bytes),
		output: memory(costs.output_bytes),
		weights: memory(costs.weight_bytes),
	};
	const ratio = evaluate(records.ratio, { dense: Number(costs.dense), parameters: Number(costs.parameters) }),
		instead = (): Line => [
			t("dense"),
			t("dense_parts", { parameters: countText(costs.dense), times: ratioText(ratio) }),
		];
	return {
		head: [t("cost"), t("for_one_sample")],
		lines: [
			[t("multiply_adds"), reckoning(last, products)],
			[t("memory"), t("memory_parts", parts)],
			...(Number.isNaN(ratio) || !layer.stages.length ? [] : [instead()]),
		],
		formulas: true,
	};
}

// ── What an output sees ──

function fieldTables(session: Session, words: Words, row: Row): Table[] | string {
	const { records, s, outcome } = session,
		before = outcome.rows[s.selected - 1]?.fields ?? row.fields.map(() => SEES),
		layer = row.reckoned.layer as CalculatedLayer,
		rules = records.rules.field[ruleOf(layer)],
		first = formatOf(s.layers).data_format === "channels_first",
		own = seenBy(row.reckoned, layer, row.settings, first, row.fields.length),
		isFlat = before.every(({ jump }) => !jump),
		keys: Record<string, string> = { r: "field_size", jump: "jump", start: "start" };
	if (isFlat || !own.some(Boolean)) return words.text(`calculator.${isFlat ? "field_flat" : "field_kept"}`);
	const tables = row.fields.map((after, axis): Table => {
		const numbers: Record<string, number> = { ...own[axis] };
		for (const [name, number] of Object.entries(before[axis])) numbers[name] = short(number);
		const lines = rules.flatMap(([symbol, formula]): Line[] => {
			const line = reckoning([`${symbol}out`, renewed(formula, numbers)], numbers, short(after[symbol]));
			numbers[`${symbol}out`] = short(after[symbol]);
			return symbol in keys ? [[words.text(`explain.${keys[symbol]}`), line]] : [];
		});
		return { head: [words.axis(axis), words.text("explain.reckoning")], lines, formulas: true };
	});
	const same = keyOf(tables[0].lines) === keyOf(tables[tables.length - 1].lines) && tables.length > 1;
	const names = tables.map(({ head }) => head[0]).join(words.text("list.separator"));
	return same ? [{ ...tables[0], head: [names, tables[0].head[1]] }] : tables;
}

const short = (number: number): number => Number(number.toPrecision(6));

/** A formula in which what is reckoned already has its new name. */
function renewed(tree: Tree, numbers: Numbers): Tree {
	if (typeof tree === "string") return `${tree}out` in numbers ? `${tree}out` : tree;
	return typeof tree === "number" ? tree : [tree[0], ...tree.slice(1).map(side => renewed(side as Tree, numbers))];
}
