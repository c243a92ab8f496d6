/* A scene where there is no room for its places: its grids follow each other in lines that wrap, and its
   sentences are paragraphs above and below them. */

import type { Flow, GridRecord } from "./film";

const BORDER = 2;
const NARROW = 600;

function element(name: string, kind: string, ...inside: (Node | string)[]): HTMLElement {
	const made = document.createElement(name);
	made.className = kind;
	made.append(...inside);
	return made;
}

/* A grid in a drawing of its own, in its own size where that fits, its title above it. */
function piece({ cols, rows, x, y, width, height }: GridRecord, group: Element): HTMLElement {
	const drawing = document.createElementNS(group.namespaceURI, "svg") as SVGSVGElement;
	const [wide, high] = [cols * width + 2 * BORDER, rows * height + 2 * BORDER];
	drawing.setAttribute("viewBox", `${x - BORDER} ${y - BORDER} ${wide} ${high}`);
	drawing.style.width = `${wide}px`;
	const title = group.querySelector("text") as SVGTextElement;
	const caption = element("figcaption", "", title.textContent);
	caption.style.color = title.style.fill;
	drawing.append(group);
	return element("figure", "", caption, drawing);
}

export interface Narrow {
	element: HTMLElement;
	/** The grids into the flow, or back to their places. */
	turn(narrow: boolean): void;
	/** Copies what the sentences say. */
	say(): void;
}

export function flow(parts: Flow, grids: readonly GridRecord[], svg: SVGSVGElement): Narrow {
	const groups = [...svg.querySelectorAll("[data-grid]")];
	const sentences = [...svg.querySelectorAll<SVGTextElement>(":scope > text:not(.sign)")];
	const said = sentences.map(() => element("p", ""));
	const lowest = Math.min(...grids.map(({ y }) => y));
	const isAbove = (_: unknown, i: number) => Number(sentences[i].getAttribute("y")) < lowest;
	const above = said.filter(isAbove);
	const line = element("div", "line");
	const below = element("div", "below", ...said.filter(sentence => !above.includes(sentence)));

	let narrow = false;

	function turn(now: boolean): void {
		narrow = now;
		if (!narrow) svg.append(...groups);
		const drawn = (part: Flow[number]) =>
			typeof part === "string" ? element("span", "", part) : piece(grids[part], groups[part]);
		line.replaceChildren(...(narrow ? parts.map(drawn) : []));
	}

	function say(): void {
		for (const [i, sentence] of sentences.entries()) said[i].textContent = narrow ? sentence.textContent : "";
		// Lines come and go: what stands below them stays where it is.
		below.style.minHeight = `${below.offsetHeight}px`;
	}

	return { element: element("div", "flow", ...above, line, below), turn, say };
}

/** Calls back now and whenever an element becomes narrow or wide. */
export function whenNarrow(root: HTMLElement, turned: (narrow: boolean) => void): void {
	new ResizeObserver(() => {
		const narrow = root.clientWidth < NARROW;
		if (!root.clientWidth || narrow === root.classList.contains("narrow")) return;
		root.classList.toggle("narrow", narrow);
		turned(narrow);
	}).observe(root);
}
