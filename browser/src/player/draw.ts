/* Draws what a scene looks like into the SVG that Python made: only what has changed since. */

import { type Cell, type Film, type GridRecord, type Look, MINUS_INFINITY, NAN, type SceneLook, UNKNOWN } from "./film";

type Draw = (look: Look) => void;

const isNegative = (level: number) => level < 0 || level === MINUS_INFINITY;

function tint([least, fullest]: Film["tints"], role: string, level: number): string {
	if (level === 0 || level === UNKNOWN || level === NAN) return "var(--convlab-paper)";
	const share = least + ((fullest - least) * (Math.min(Math.abs(level), 100) - 1)) / 99;
	const colour = isNegative(level) ? "negative" : role;
	return `color-mix(in srgb, var(--convlab-${colour}) ${share}%, var(--convlab-paper))`;
}

/* The middle of a cell, and half of what a sign in it is wide. */
function middle({ cols, x, y, width, height }: GridRecord, i: number): [number, number, number] {
	return [x + ((i % cols) + 0.5) * width, y + (Math.floor(i / cols) + 0.5) * height, width * 0.28];
}

function bar(grid: GridRecord, i: number): string {
	const [x, y, half] = middle(grid, i);
	return `M${x - half} ${y}h${2 * half}`;
}

function cross(grid: GridRecord, i: number): string {
	const [x, y, half] = middle(grid, i);
	return `M${x - half} ${y - half}l${2 * half} ${2 * half}m0 ${-2 * half}l${-2 * half} ${2 * half}`;
}

function box(grid: GridRecord, [top, left]: Cell, [bottom, right]: Cell, inset: number): string {
	const width = (right - left + 1) * grid.width - 2 * inset;
	const height = (bottom - top + 1) * grid.height - 2 * inset;
	return `M${grid.x + left * grid.width + inset} ${grid.y + top * grid.height + inset}h${width}v${height}h${-width}z`;
}

function put(group: Element, name: string, attributes: Readonly<Record<string, number>>): SVGElement {
	const made = document.createElementNS(group.namespaceURI, name) as SVGElement;
	for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
	group.append(made);
	return made;
}

function square(grid: GridRecord, i: number, group: Element): SVGElement {
	const { width, height } = grid;
	const [x, y] = middle(grid, i);
	return put(group, "rect", { x: x - width / 2, y: y - height / 2, width, height });
}

function text(grid: GridRecord, i: number, group: Element): SVGElement {
	const [x, y] = middle(grid, i);
	return put(group, "text", { x, y });
}

function cells(film: Film, grid: GridRecord, group: Element): Draw {
	const inside = (name: string) => group.querySelector(name);
	const [ground, hatches, numbers] = [".fills", ".zeros", ".texts"].map(inside) as [Element, Element, Element | null];
	const every = [...Array(grid.rows * grid.cols).keys()];
	const fills = every.map(i => square(grid, i, ground));
	const texts = numbers ? every.map(i => text(grid, i, numbers)) : [];
	for (const i of grid.zeros) square(grid, i, hatches);
	const [bars, crosses] = [inside(".bars"), inside(".crosses")];
	const zeros = new Set(grid.zeros);
	const drawn = { levels: fills.map(() => Number.NaN), words: fills.map(() => -1) };

	function write(i: number, word: number, faint: boolean): void {
		texts[i].classList.toggle("dim", faint || zeros.has(i));
		if (word !== drawn.words[i]) texts[i].textContent = film.words[word];
		drawn.words[i] = word;
	}

	return ({ levels, words, faint }) => {
		let [lines, signs] = ["", ""];
		for (const [i, fill] of fills.entries()) {
			const level = faint.has(i) ? UNKNOWN : levels[i];
			if (level !== drawn.levels[i]) fill.style.fill = tint(film.tints, grid.role, level);
			drawn.levels[i] = level;
			if (texts.length) write(i, words[i], faint.has(i));
			if (!texts.length && isNegative(level)) lines += bar(grid, i);
			if (!texts.length && level >= NAN) signs += cross(grid, i);
		}
		bars?.setAttribute("d", lines);
		crosses?.setAttribute("d", signs);
	};
}

function picture({ cols, rows, shades = [] }: GridRecord, image: Element): Draw {
	const canvas = Object.assign(document.createElement("canvas"), { width: cols, height: rows });
	const context = canvas.getContext("2d") as CanvasRenderingContext2D;
	return ({ levels }) => {
		const pixels = context.createImageData(cols, rows);
		levels.forEach((level, i) => {
			if (level !== UNKNOWN) pixels.data.set([...shades.slice(3 * (level + 100), 3 * (level + 101)), 255], 4 * i);
		});
		context.putImageData(pixels, 0, 0);
		image.setAttribute("href", canvas.toDataURL());
	};
}

function grid(film: Film, record: GridRecord, group: Element): Draw {
	const image = group.querySelector("image");
	const draw = image ? picture(record, image) : cells(film, record, group);
	const marks = group.querySelector(".marks");
	const frame = group.querySelector(".frame");
	return look => {
		draw(look);
		marks?.setAttribute("d", look.marked.map(cell => box(record, cell, cell, 1)).join(""));
		frame?.setAttribute("d", look.framed ? box(record, ...look.framed, 0) : "");
	};
}

/** Draws one scene, and answers what its labels say. */
export function scene(film: Film, index: number, svg: SVGSVGElement): (look: SceneLook) => string {
	const draws = film.scenes[index].map((record, place) =>
		grid(film, record, svg.querySelector(`[data-grid="${place}"]`) as Element),
	);
	const labels = [...svg.querySelectorAll("text.word")];
	return look => {
		for (const [place, draw] of draws.entries()) draw(look.grids[place]);
		for (const [place, word] of Object.entries(look.labels)) labels[Number(place)].textContent = word;
		return labels.map(label => label.textContent).join(" ");
	};
}
