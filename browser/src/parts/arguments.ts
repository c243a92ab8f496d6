/* Dials for a layer's arguments, by its rules: a range for a number, buttons for words, two ranges for a pair. */

import { limits } from "../axes";
import type { Range, Rules, Setting, Settings } from "../contract";
import { python } from "../format";
import type { Words } from "../words";
import { type Control, checkbox, choice, type Label, linked, type Option, plainWord, select } from "./controls";

/** Whose arguments are dialled. A dial is made for one layer: another one needs other dials. */
export interface Asking {
	readonly rules: Rules;
	readonly layer: string;
	/** What is asked for at present, whether it is refused or not. */
	wish(): Settings;
	ranges(): Readonly<Record<string, Range>>;
	ask(changes: Settings, name: string): void;
	/** How a number is dialled. */
	number(label: Label, read: () => number, limits: () => Range, write: (value: number) => void): Control;
}

export const labelOf = (words: Words, { rules, layer }: Asking, name: string, axis?: number): Label => {
	const { rank, arguments: own } = rules.layers[layer],
		[argument] = name.split("."),
		label = words.text(`control.${argument}`);
	const code = own.includes(argument),
		plain = code ? plainWord(label, argument) : label,
		along = axis === undefined || rank === 1 ? "" : words.axis(axis, "_size");
	return { name, code, text: plain && along ? words.text("control.along", { label, axis: along }) : plain || along };
};

const numbersOf = ({ wish }: Asking, name: string): readonly number[] => (wish()[name] as number[] | null) ?? [];

/** The dial of an argument, or of the sizes and channels of what goes in. */
export function argumentDial(asking: Asking, words: Words, name: string): Control {
	const { start, options, ranges } = asking.rules.layers[asking.layer],
		label = labelOf(words, asking, name);
	const read = (): Setting => asking.wish()[name],
		write = (value: Setting): void => asking.ask({ [name]: value }, name);
	if (options[name]) {
		const own = String(read()),
			texts = [...new Set([...options[name], own])].map((value): Option => [value, value]);
		return choice(label, texts, () => String(read()), write);
	}
	if (typeof start[name] === "boolean") return checkbox(label, () => read() as boolean, write);
	if (start[name] === null) return optionalPair(asking, words, name);
	if (Array.isArray(start[name])) return pairDial(asking, words, name);
	return asking.number(
		label,
		() => read() as number,
		() => asking.ranges()[name] ?? ranges[name],
		write,
	);
}

/** Strides may be longer than what goes in; what else an axis refuses by itself cannot be dialled. */
function limitsOf({ rules, layer, wish, ranges }: Asking, name: string, axis: number): Range {
	const reach = ranges()[name];
	return name === "strides" ? reach : limits(rules, layer, wish(), name, axis, reach);
}

/** One dial for both directions while they are equal, one for each otherwise. */
function pairDial(asking: Asking, words: Words, name: string): Control {
	const list = (): readonly number[] => numbersOf(asking, name),
		write = (values: readonly number[]): void => asking.ask({ [name]: values }, name);
	const dial = (axis: number): Control =>
		asking.number(
			labelOf(words, asking, `${name}.${axis}`, axis),
			() => list()[axis],
			() => limitsOf(asking, name, axis),
			value => write(list().with(axis, value)),
		);
	if (list().length === 1) return dial(0);
	const setAll = (value: number): void => write(list().map(() => value));
	const both = asking.number(
		labelOf(words, asking, name),
		() => list()[0],
		() => {
			const [first, second] = [limitsOf(asking, name, 0), limitsOf(asking, name, 1)];
			return [Math.max(first[0], second[0]), Math.min(first[1], second[1])];
		},
		setAll,
	);
	return linkedPair(asking, words, name, both, [dial(0), dial(1)], () => setAll(list()[0]));
}

/** A pair that may be left out: None is for both directions at once, and so is leaving it. */
function optionalPair(asking: Asking, words: Words, name: string): Control {
	const axes = [...Array(asking.rules.layers[asking.layer].rank).keys()],
		[least, most] = asking.ranges()[name] ?? [0, 0],
		texts = ["None", ...Array.from({ length: most + 1 - least }, (_, number) => String(least + number))];
	const now = (axis: number): string => python(numbersOf(asking, name)[axis]),
		write = (values: readonly string[]): void =>
			asking.ask({ [name]: values.includes("None") ? null : values.map(Number) }, name);
	const dial = (label: Label, axis: number, turn: (value: string) => void): Control =>
		select(
			label,
			texts.map((value): Option => [value, value]),
			() => now(axis),
			turn,
		);
	const setAll = (value: string): void => write(axes.map(() => value));
	const each = axes.map(axis =>
		dial(labelOf(words, asking, `${name}.${axis}`, axis), axis, value =>
			now(axis) === "None" ? setAll(value) : write(axes.map(one => (one === axis ? value : now(one)))),
		),
	);
	return linkedPair(asking, words, name, dial(labelOf(words, asking, name), 0, setAll), each, () => setAll(now(0)));
}

/** One dial until the directions differ, or are to be set apart. */
function linkedPair(
	asking: Asking,
	words: Words,
	name: string,
	both: Control,
	each: readonly Control[],
	join: () => void,
): Control {
	return linked(
		labelOf(words, asking, name),
		{ link: words.text("control.link", { name }), unlink: words.text("control.unlink", { name }) },
		both,
		each,
		() => new Set(numbersOf(asking, name)).size <= 1,
		join,
	);
}
