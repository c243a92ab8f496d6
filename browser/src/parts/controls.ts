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

export function labelled({ name, text, code }: Label, input: HTMLElement, ...more: Node[]): HTMLElement {
	input.dataset.name = name;
	const words = node(
		"span",
		{ className: "label" },
		...(code ? [node("code", {}, name.split(".")[0] ?? ""), " "] : []),
		text,
	);
	return node("label", { className: `field ${(input as HTMLInputElement).type}` }, words, input, ...more);
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
	const words = node(
		"span",
		{ className: "label", id },
		...(label.code ? [node("code", {}, label.name.split(".")[0] ?? ""), " "] : []),
		label.text,
	);
	const buttons = options.map(([, text], index) => node("label", {}, radios[index], node("span", {}, text)));
	const element = node(
		"div",
		{ className: "field choice", role: "radiogroup", "aria-labelledby": id },
		words,
		node("div", { className: "options" }, ...buttons),
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
	const element = node("div", { className: "linked" }, one.element, ...each.map(dial => dial.element), toggle);
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
