/* The accepted layers as code to copy: for Keras, and for PyTorch. */

import { known } from "../axes";
import { activation, pads, torchCode } from "../code";
import type { CalculatedLayer, CalculatorRecords, Numbers, StackLayer } from "../contract";
import { keyOf, python } from "../format";
import { evaluate } from "../formula";
import type { Words } from "../words";
import type { Session } from "./session";
import { formatOf, type Row } from "./stack";

/** As Python's own `repr` quotes. */
const quoted = (value: unknown): string => python(value).replaceAll('"', "'");

const isNote = (value: unknown): value is string => typeof value === "string" && value.startsWith("# ");

function kerasCall({ rules }: CalculatorRecords, { layer, arguments: own, more }: StackLayer, words: Words): string {
	const { start, required } = rules.layers[layer],
		told = Object.entries(own).filter(
			([name, value]) => required.includes(name) || keyOf(value) !== keyOf(start[name]),
		),
		all = [...told.map(([name, value]) => [name, isNote(value) ? value : quoted(value)]), ...Object.entries(more)],
		left = all.filter(([, source]) => isNote(source)).map(([name, source]) => `${name} (${source.slice(2)})`),
		written = all.filter(([, source]) => !isNote(source)).map(([name, source]) => `${name}=${source}`),
		comment = left.length ? `  # ${words.text("explain.not_written", { arguments: { list: left } })}` : "";
	return `    keras.layers.${layer}(${written.join(", ")}),${comment}`;
}

export const kerasStack = ({ records, s, outcome }: Session, words: Words): string[] => [
	"model = keras.Sequential([",
	`    keras.Input(${python(s.input_shape.slice(1))}),`,
	...s.layers.slice(0, outcome.rows.length).map(layer => kerasCall(records, layer, words)),
	"])",
];

/** What pads depends on a size that is not known. */
const isOpen = ({ reckoned }: Row): boolean =>
	reckoned.directions.some(({ numbers }) => "p0" in numbers && known(numbers.p0) === null);

export function torchStack({ s, outcome, records }: Session, words: Words): string[] {
	const first = Number(formatOf(s.layers).data_format === "channels_first");
	const lines = outcome.rows.flatMap((row, index) => {
		const { layer } = s.layers[index];
		if (isOpen(row)) return [`# ${words.text("calculator.torch_open", { layer })}`];
		const { torch } = records.rules.layers[layer];
		if (torch) return modules(records, s.layers[index], row, torch, first, words);
		const code = torchCode(records.rules, row.reckoned, row.settings);
		return [...code.slice(0, -1), `${code[code.length - 1]},`];
	});
	return ["model = nn.Sequential(", ...lines.map(line => `    ${line}`), ")"];
}

/** The modules of a layer without stages, by its rules; what none can do is a remark. */
function modules(
	{ rules }: CalculatorRecords,
	{ layer, more }: StackLayer,
	{ reckoned, settings }: Row,
	torch: NonNullable<CalculatedLayer["torch"]>,
	first: number,
	words: Words,
): string[] {
	const axes = reckoned.directions.map(({ numbers }) => numbers),
		whole = { ...reckoned.whole, first };
	const filled = (name: string, numbers: Readonly<Record<string, number>>): string => {
		if (name in numbers) return python(numbers[name]);
		if (name === "pads") return python(pads(axes));
		if (name in settings) return python(settings[name]);
		const [usual] = rules.layers[layer].more[name] ?? [];
		return usual ? (more[name] ?? usual) : python(axes.map((one: Numbers) => one[name]));
	};
	const lines = torch
		.filter(({ when }) => evaluate(when, whole))
		.map(({ source, numbers }) => {
			if (source.startsWith("#")) return `# ${words.text(`calculator.${source.slice(1)}`, { layer })}`;
			const own = Object.entries(numbers).map(([name, tree]) => [name, evaluate(tree, whole)]);
			return `${source.replace(/\{(\w+)\}/g, (_, name: string) => filled(name, Object.fromEntries(own)))},`;
		});
	const named = settings.activation ?? "linear";
	return named === "linear" ? lines : [...lines, ...activated(activation(rules.modules, named as string))];
}

const activated = (made: string): string[] => [made.startsWith("#") ? made : `${made},`];
