/* Controls: a row with a name, a native control and its value. Each knows how to show what is set. */

import { node, put, setText, uniqueId } from "../dom";

/** A control on screen; `show` brings it to what is set now. */
export interface Control {
	readonly element: HTMLElement;
	readonly input: HTMLElement;
	show(): void;
}

export interface Label {
	/** The name in Keras' words, as `data-name` and in mono; with a number after a dot for one axis. */
	readonly name: string;
	/** The plain word beside it. */
	readonly text: string;
	/** Whether the name is an argument's and stands on screen. */
	readonly code?: boolean;
}

/** The plain word beside an argument's name; none that only says the name again: "strides", "Stride". */
export const plainWord = (text: string, name: string): string =>
	name.replace("_", " ").replace(/s$/, "") === text.toLowerCase().replace(/s$/, "") ? "" : text;

const wordsOf = ({ name, text, code }: Label, more = {}): HTMLElement =>
	node("span.label", { ...more }, ...(code ? [node("code", {}, name.split(".")[0]), " "] : []), text);

export function labelled(label: Label, input: HTMLElement, ...more: Node[]): HTMLElement {
	input.dataset.name = label.name;
	const className = `field ${(input as HTMLInputElement).type}`;
	return node("label", { className }, wordsOf(label), input, ...more);
}

export function range(
	label: Label,
	read: () => number,
	limits: () => readonly [number, number],
	write: (value: number) => void,
	say: (value: number) => string = String,
): Control {
	const input = node("input", { type: "range", step: 1 }),
		shown = node("output");
	input.addEventListener("input", () => write(Number(input.value)));
	return {
		element: labelled(label, input, shown),
		input,
		show() {
			const value = read(),
				[least, most] = limits();
			// The limits first: a value is cut to them.
			put(input, { min: String(least), max: String(most), value: String(value) });
			// Ticks where values are few.
			input.style.setProperty("--steps", most - least < 1 || most - least > 15 ? "0" : String(most - least));
			setText(shown, say(value));
			if (say !== String) put(input, { ariaValueText: say(value) });
		},
	};
}

export interface NumberWords {
	/** What can be used, for a text that cannot. */
	wrong(least: number, most: number): string;
	/** What an empty field means; no words where it must not be empty. */
	readonly empty: string;
}

/** A whole number: a range as far as is usual, and a field that goes on to `largest`. NaN is an empty field. */
export function dialled(
	label: Label,
	read: () => number,
	limits: () => readonly [number, number],
	largest: number,
	write: (value: number) => void,
	words: NumberWords,
): Control {
	const slider = node("input", { type: "range", step: 1, ariaLabel: label.text || label.name }),
		field = node("input", { type: "number", step: 1, max: String(largest), placeholder: words.empty ? "None" : "" }),
		wrong = node("span.wrong", { role: "alert" });
	slider.dataset.name = label.name;
	const row = labelled({ ...label, name: `${label.name}.number` }, field);
	if (words.empty) field.title = words.empty;
	slider.addEventListener("input", () => write(Number(slider.value)));
	field.addEventListener("input", () => {
		const least = Number(field.min),
			empty = field.value === "" && !field.validity.badInput;
		const value = empty && words.empty ? Number.NaN : Number(field.value || Number.NaN);
		const usable = (empty && words.empty) || (Number.isInteger(value) && value >= least && value <= largest);
		setText(wrong, usable ? "" : words.wrong(least, largest));
		if (usable) write(value);
	});
	// What cannot be used gives way to what is set, once it is left.
	field.addEventListener("change", () => {
		setText(wrong, "");
		show();
	});
	function show(): void {
		const value = read(),
			[least, most] = limits();
		put(slider, { min: String(least), max: String(most), value: String(Number.isNaN(value) ? least : value) });
		slider.style.setProperty("--steps", most - least < 1 || most - least > 15 ? "0" : String(most - least));
		put(field, { min: String(least) });
		if (!wrong.textContent) put(field, { value: Number.isNaN(value) ? "" : String(value) });
	}
	return { element: node("div.dialled", {}, row, slider, wrong), input: slider, show };
}

/** A line of text; `wrong` says what cannot be used, or nothing. */
export function written(
	label: Label,
	read: () => string,
	wrong: (value: string) => string,
	write: (value: string) => void,
): Control {
	const input = node("input", { type: "text", autocomplete: "off", spellcheck: false }),
		said = node("span.wrong", { role: "alert" });
	const row = labelled(label, input);
	input.addEventListener("input", () => {
		setText(said, wrong(input.value));
		if (!wrong(input.value)) write(input.value);
	});
	return {
		element: node("div", {}, row, said),
		input,
		show() {
			if (!wrong(input.value)) put(input, { value: read() });
		},
	};
}

export type Option = readonly [value: string, text: string];

export function select(
	label: Label,
	options: readonly Option[],
	read: () => string,
	write: (value: string) => void,
): Control {
	const input = node("select", {}, ...options.map(([value, text]) => node("option", { value }, text)));
	input.addEventListener("change", () => write(input.value));
	return {
		element: labelled(label, input),
		input,
		show() {
			const value = read();
			if (input.value !== value) input.value = value;
		},
	};
}

/** Up to four options as buttons side by side: radio buttons, which the arrow keys walk. */
export function choice(
	label: Label,
	options: readonly Option[],
	read: () => string,
	write: (value: string) => void,
): Control {
	if (options.length > 4) return select(label, options, read, write);
	const group = uniqueId();
	const radios = options.map(([value]) => {
		const input = node("input", { type: "radio", name: group, value });
		input.dataset.name = label.name;
		input.addEventListener("change", () => write(value));
		return input;
	});
	const id = `${group}-label`;
	const buttons = options.map(([, text], index) => node("label", {}, radios[index], node("span", {}, text)));
	const element = node(
		"div.field.choice",
		{ role: "radiogroup", "aria-labelledby": id },
		wordsOf(label, { id }),
		node("div.options", {}, ...buttons),
	);
	return {
		element,
		input: radios[0],
		show() {
			const value = read();
			for (const radio of radios) put(radio, { checked: radio.value === value });
		},
	};
}

export function checkbox(label: Label, read: () => boolean, write: (on: boolean) => void): Control {
	const input = node("input", { type: "checkbox" });
	input.addEventListener("change", () => write(input.checked));
	return {
		element: labelled(label, input),
		input,
		show() {
			put(input, { checked: read() });
		},
	};
}

/** One dial for all directions until they are unlinked. */
export function linked(
	label: Label,
	words: { readonly link: string; readonly unlink: string },
	one: Control,
	each: readonly Control[],
	equal: () => boolean,
	join: () => void,
): Control {
	let apart = false;
	const toggle = node("button", { type: "button", className: "link" });
	toggle.dataset.name = `${label.name}.link`;
	const element = node("div.linked", {}, one.element, ...each.map(dial => dial.element), toggle);
	const show = (): void => {
		// Once apart they stay so: a dial under the hand must not go when it meets the other's value.
		const open = (apart ||= !equal());
		for (const dial of open ? each : [one]) dial.show();
		put(one.element, { hidden: open });
		for (const dial of each) put(dial.element, { hidden: !open });
		const title = open ? words.link : words.unlink;
		put(toggle, { ariaPressed: String(!open), title, ariaLabel: title });
	};
	toggle.addEventListener("click", () => {
		apart = !apart;
		if (!apart && !equal()) join();
		show();
	});
	return { element, input: one.input, show };
}
