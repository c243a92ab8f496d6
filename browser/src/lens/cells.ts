/* Numbers in tinted cells: the kernel, what lies under it, and their products. */

import { children, node, put, setText } from "../dom";
import { short } from "../format";
import { type Scale, Screen } from "./paint";
import type { Pixels } from "./pixels";
import type { Numbers } from "./records";

const STEPS = 5;

/** A cell for each number, its sign and size as a tint. */
export function lay(
	host: HTMLElement,
	numbers: Numbers,
	make: () => HTMLElement,
	write: (cell: HTMLElement, value: number, row: number, column: number) => void,
): void {
	const across = numbers[0].length,
		all = numbers.flat(),
		largest = Math.max(...all.map(Math.abs)) || 1;
	host.style.setProperty("--across", String(across));
	(children(host, all.length, make) as HTMLElement[]).forEach((cell, index) => {
		const value = all[index];
		const name = `cell v${Math.ceil((STEPS * Math.abs(value)) / largest)}${value < 0 ? " negative" : ""}`;
		put(cell, { className: name, title: String(value) });
		write(cell, value, Math.floor(index / across), index % across);
	});
}

/** More numbers along a side are shown as greys. */
const MOST = 9;

export const isLarge = (numbers: Numbers): boolean => Math.max(numbers.length, numbers[0].length) > MOST;

export interface Table {
	readonly element: HTMLElement;
	readonly cells: HTMLElement;
	show(numbers: Numbers, isPadding?: (index: number) => boolean): void;
}

export function table(kind: string, title: string): Table {
	const cells = node("div.cells", { role: "img" }),
		screen = new Screen();
	Object.assign(screen.canvas, { role: "img", ariaLabel: title });
	return {
		element: node("figure", { className: kind }, node("figcaption", {}, title), cells, screen.canvas),
		cells,
		show(numbers, isPadding = () => false) {
			const large = isLarge(numbers);
			put(cells, { hidden: large });
			put(screen.canvas, { hidden: !large });
			if (large) return screen.paint(...greysOf(numbers));
			const make = (): HTMLElement => node("span");
			let index = 0;
			lay(cells, numbers, make, (cell, value) => {
				setText(cell, short(value));
				cell.classList.toggle("pad", isPadding(index++));
			});
			cells.ariaLabel = `${title}: ${numbers.map(row => row.map(short).join(" ")).join("; ")}`;
		},
	};
}

/* The largest number is white, or black where it is below 0. */
function greysOf(numbers: Numbers): [Pixels, Scale] {
	const all = numbers.flat(),
		bound = Math.max(...all.map(Math.abs)) || 1;
	const pixels = { height: numbers.length, width: numbers[0].length, white: bound, planes: [Float32Array.from(all)] };
	return [pixels, { signed: Math.min(...all) < 0, bound }];
}

/** Of the hosts, mark the cells at the index that is pointed at. */
export function markTogether(hosts: readonly HTMLElement[]): void {
	for (const host of hosts) {
		host.addEventListener("pointerover", ({ target }) => mark([...host.children].indexOf(target as Element)));
		host.addEventListener("pointerleave", () => mark(-1));
	}
	function mark(index: number): void {
		for (const host of hosts)
			[...host.children].forEach((cell, place) => cell.classList.toggle("met", place === index));
	}
}
