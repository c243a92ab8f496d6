/* The kernel as numbers: each is dragged (up is more), typed, or stepped by the arrow keys. */

import { node, put } from "../dom";
import { short } from "../format";
import { lay } from "./cells";
import { numberOf, stepOf } from "./kernels";
import type { Numbers } from "./records";

const PIXELS_A_STEP = 8,
	SLACK = 4;

export interface NumbersPart {
	readonly element: HTMLElement;
	show(kernel: Numbers, nameOf: (row: number, column: number) => string): void;
}

/** `change` is told of the new number at an index; `refuse`, that what was typed is none. */
export function numbersPart(change: (index: number, value: number) => void, refuse: () => void): NumbersPart {
	const element = node("div.cells.taps", { role: "group" }),
		inputs = element.children as HTMLCollectionOf<HTMLInputElement>;
	let kernel: Numbers = [];
	const indexOf = (input: HTMLInputElement): number => [...inputs].indexOf(input);
	const add = (index: number, from: number, steps: number, step: number): void =>
		change(index, Number((from + steps * step).toPrecision(6)));

	function typed(input: HTMLInputElement): void {
		const index = indexOf(input),
			old = kernel.flat()[index],
			value = numberOf(input.value);
		if (input.value === short(old)) return;
		if (Number.isFinite(value)) change(index, value);
		else refuse();
		put(input, { value: short(kernel.flat()[index]) });
	}

	function keyed(event: KeyboardEvent): void {
		const { key, shiftKey, target } = event,
			input = target as HTMLInputElement,
			index = indexOf(input),
			now = kernel.flat()[index],
			up = { ArrowUp: 1, ArrowDown: -1 }[key];
		const across = kernel[0].length,
			by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -across, PageDown: across }[key];
		if (key === "Enter") typed(input);
		else if (key === "Escape") put(input, { value: short(now) });
		else if (up) add(index, now, up, stepOf(kernel) / (shiftKey ? 10 : 1));
		else if (by) inputs[index + by]?.focus();
		else return;
		if (!by) input.select();
		event.preventDefault();
	}

	function drag({ target, clientY }: PointerEvent): void {
		const index = indexOf(target as HTMLInputElement),
			from = kernel.flat()[index],
			step = stepOf(kernel),
			stop = new AbortController();
		let dragged = false;
		const on = (name: string, act: (event: Event) => void): void =>
			element.ownerDocument.addEventListener(name, act, { signal: stop.signal });
		on("pointermove", event => {
			const up = clientY - (event as PointerEvent).clientY;
			dragged ||= Math.abs(up) >= SLACK;
			if (dragged) add(index, from, Math.round(up / PIXELS_A_STEP), step);
		});
		// A drag marks no text.
		on("selectstart", event => dragged && event.preventDefault());
		for (const end of ["pointerup", "pointercancel"]) on(end, () => stop.abort());
	}

	/* One number can be tabbed to; the arrow keys lead to the others. */
	function enter(target: EventTarget | null): void {
		for (const input of inputs) put(input, { tabIndex: input === target ? 0 : -1 });
		(target as HTMLInputElement).select();
	}

	element.addEventListener("focusin", ({ target }) => enter(target));
	element.addEventListener("change", ({ target }) => typed(target as HTMLInputElement));
	element.addEventListener("keydown", keyed);
	element.addEventListener("pointerdown", event => event.target !== element && drag(event));
	const make = (): HTMLInputElement =>
		node("input", { type: "text", role: "spinbutton", autocomplete: "off", spellcheck: false, tabIndex: -1 });

	return {
		element,
		show(next, nameOf) {
			kernel = next;
			lay(element, kernel, make, (cell, value, row, column) => {
				cell.dataset.name = `kernel.${row}.${column}`;
				put(cell as HTMLInputElement, {
					value: short(value),
					ariaLabel: nameOf(row, column),
					ariaValueNow: String(value),
				});
			});
			if (![...inputs].some(({ tabIndex }) => !tabIndex)) inputs[0].tabIndex = 0;
		},
	};
}
