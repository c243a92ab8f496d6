/* The kernel as numbers: each is dragged (up is more), typed, or stepped by the arrow keys. */

import { children, node, put } from "../dom";
import { short } from "../format";
import { numberOf, stepOf } from "./kernels";
import type { Numbers } from "./records";

const PIXELS_A_STEP = 8,
	SLACK = 4;

export interface NumbersPart {
	readonly element: HTMLElement;
	show(kernel: Numbers, nameOf: (row: number, column: number) => string): void;
	/** Mark one number, or none. */
	mark(tap: readonly [number, number] | null): void;
}

export interface Told {
	change(row: number, column: number, value: number): void;
	/** What was typed is no number. */
	refuse(): void;
}

export function numbersPart({ change, refuse }: Told): NumbersPart {
	const element = node("div", { className: "taps", role: "group" });
	let kernel: Numbers = [];
	const placeOf = (target: EventTarget | null): [number, number] => {
		const index = [...element.children].indexOf(target as Element);
		return [Math.floor(index / kernel[0].length), index % kernel[0].length];
	};
	const valueAt = ([row, column]: readonly [number, number]): number => kernel[row][column];
	const inputAt = (index: number): HTMLInputElement => element.children[index] as HTMLInputElement;
	const shown = (input: HTMLInputElement, value: number): void => put(input, { value: short(value) });

	function add(place: [number, number], from: number, steps: number, step: number): void {
		change(...place, Number((from + steps * step).toPrecision(6)));
	}

	function typed(input: HTMLInputElement): void {
		const place = placeOf(input),
			value = numberOf(input.value);
		if (input.value === short(valueAt(place))) return;
		if (Number.isFinite(value)) change(...place, value);
		else refuse();
		shown(input, valueAt(place));
	}

	function cell(): HTMLInputElement {
		const input = node("input", { type: "text", role: "spinbutton", autocomplete: "off", spellcheck: false });
		input.addEventListener("focus", () => {
			for (const other of element.children) put(other as HTMLInputElement, { tabIndex: other === input ? 0 : -1 });
			input.select();
		});
		input.addEventListener("change", () => typed(input));
		input.addEventListener("keydown", event => keyed(event, input));
		input.addEventListener("pointerdown", event => drag(event, input));
		return input;
	}

	function keyed(event: KeyboardEvent, input: HTMLInputElement): void {
		const place = placeOf(input),
			index = [...element.children].indexOf(input),
			up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
		const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -kernel[0].length, PageDown: kernel[0].length }[event.key];
		if (event.key === "Enter") typed(input);
		else if (event.key === "Escape") shown(input, valueAt(place));
		else if (up) add(place, valueAt(place), up, stepOf(kernel) / (event.shiftKey ? 10 : 1));
		else if (by && element.children[index + by]) inputAt(index + by).focus();
		else return;
		input.select();
		event.preventDefault();
	}

	function drag(start: PointerEvent, input: HTMLInputElement): void {
		const place = placeOf(input),
			from = valueAt(place),
			step = stepOf(kernel),
			stop = new AbortController(),
			{ signal } = stop;
		let dragged = false;
		const target = input.ownerDocument;
		const move = (event: PointerEvent): void => {
			const up = start.clientY - event.clientY;
			if (!dragged && Math.abs(up) < SLACK) return;
			dragged = true;
			// Else the browser would mark the text, and scroll in it.
			event.preventDefault();
			add(place, from, Math.round(up / PIXELS_A_STEP), step);
		};
		target.addEventListener("pointermove", move, { signal });
		for (const end of ["pointerup", "pointercancel"]) target.addEventListener(end, () => stop.abort(), { signal });
	}

	return {
		element,
		mark(tap) {
			const at = tap ? tap[0] * kernel[0].length + tap[1] : -1;
			[...element.children].forEach((input, index) => input.classList.toggle("met", index === at));
		},
		show(next, nameOf) {
			kernel = next;
			const width = kernel[0].length,
				largest = Math.max(...kernel.flat().map(Math.abs)) || 1;
			element.style.setProperty("--across", String(width));
			children(element, kernel.length * width, cell).forEach((one, index) => {
				const [row, column] = [Math.floor(index / width), index % width],
					value = kernel[row][column],
					input = one as HTMLInputElement;
				input.dataset.name = `kernel.${row}.${column}`;
				input.className = `v${Math.ceil((5 * Math.abs(value)) / largest)}${value < 0 ? " negative" : ""}`;
				put(input, { ariaLabel: nameOf(row, column), ariaValueNow: String(value), title: String(value) });
				shown(input, value);
			});
			const inputs = [...element.children] as HTMLInputElement[];
			if (inputs.filter(({ tabIndex }) => tabIndex === 0).length !== 1)
				inputs.forEach((input, index) => put(input, { tabIndex: index ? -1 : 0 }));
		},
	};
}
