/* The whole stack: a column a layer, its maps as tiles, and lines from the maps that a chosen number reads. */

import { button, children, node, put, setText } from "../dom";
import { grouped } from "../format";
import type { Words } from "../words";
import { type Part, partsOf, seenBy } from "./cell";
import { coloursOf } from "./colours";
import type { Step } from "./pass";
import { type Bars, bars, sharesOf } from "./scores";
import type { Chosen, Session } from "./session";
import type { Inner } from "./stack";
import { type Painting, type Tiles, tiles } from "./tiles";

export interface Overview {
	readonly element: HTMLElement;
	/** The bars of the scores, where the stack has some: they stand apart. */
	readonly scores: HTMLElement | null;
	show(): void;
	stop(): void;
}

interface Column {
	readonly element: HTMLElement;
	readonly title: HTMLElement;
	readonly facts: HTMLElement;
	readonly activation: HTMLButtonElement;
	readonly shuffle: HTMLButtonElement;
	readonly tiles: Tiles | null;
	readonly bars: Bars | null;
}

const THICKEST = 3;

export function overview(session: Session, words: Words): Overview {
	const t = (key: string, more = {}): string => words.text(`network.${key}`, more),
		lines = document.createElementNS("http://www.w3.org/2000/svg", "svg"),
		host = node("div.columns"),
		element = node("div.overview", { tabIndex: -1 }, host);
	lines.setAttribute("class", "edges");
	lines.setAttribute("aria-hidden", "true");
	let revealed = -1,
		pointed: Chosen | null = null,
		columns: Column[] = [];
	const observer = new ResizeObserver(() => drawLines());
	observer.observe(host);

	const last = session.layers.length - 1;
	columns = session.layers.map((_, index) => columnOf(index));
	const apart = columns[last].bars ? columns[last].element : null;
	host.append(...columns.map(({ element: one }) => one).filter(one => one !== apart), lines as unknown as HTMLElement);

	function columnOf(index: number): Column {
		const layer = session.layers[index],
			acts = {
				choose: (channel: number, place: readonly [number, number] | null) => choose(index, channel, place),
				point: (channel: number | null) => point(index, channel),
				turned: () => drawLines(),
			},
			scores = index === last && session.hasScores ? bars(index, session.given.classes, words, acts) : null,
			maps = scores ? null : tiles(index, layer, words, acts),
			title = node("h3"),
			facts = node("p.facts"),
			activation = button(`linear.${index}`, "", () => session.toggle("linear", index)),
			shuffle = button(`shuffled.${index}`, "", () => session.toggle("shuffled", index));
		const own = node(
			"section.column",
			{ "data-layer": String(index) },
			node("div.head", {}, title, facts, node("div.switches", {}, activation, shuffle)),
			(scores ?? (maps as Tiles)).element,
		);
		return { element: own, title, facts, activation, shuffle, tiles: maps, bars: scores };
	}

	/** A place that was not pointed at is the one that is looked at already, or the middle. */
	function choose(index: number, channel: number, place: readonly [number, number] | null): void {
		const [rows, across] = session.layers[index].output,
			chosen = session.chosen;
		const [row, column] =
			place ?? (chosen?.layer === index ? chosen.place : [Math.floor(rows / 2), Math.floor(across / 2)]);
		session.choose(index, [row, column, channel]);
	}

	function point(layer: number, channel: number | null): void {
		const place = session.chosen?.layer === layer ? session.chosen.place : middle(session.layers[layer].output);
		// A block of numbers is pointed at as a whole.
		pointed =
			channel === null || !(session.layers[layer].rank || columns[layer].bars)
				? null
				: { layer, place: [place[0], place[1], channel] };
		drawLines();
	}

	const middle = ([rows, across]: Inner): Inner => [Math.floor(rows / 2), Math.floor(across / 2), 0];

	// Painting

	/** The largest number of a layer, or of all, whatever its sign. */
	function boundsOf(steps: readonly { readonly data: Float64Array }[]): number[] {
		const own = steps.map(({ data }) => {
			let most = 0;
			for (let i = 0; i < data.length; i++) if (Math.abs(data[i]) > most) most = Math.abs(data[i]);
			return most;
		});
		return session.s.scale === "shared" ? own.map(() => Math.max(...own)) : own;
	}

	function show(): void {
		const { steps, gradients } = session,
			colours = coloursOf(element);
		const shown = gradients
				? steps.map((step, index) => gradients.outputs[index] ?? empty(step))
				: steps.map(step => step.a),
			bounds = boundsOf(shown);
		columns.forEach((column, index) => {
			const painting = {
				data: shown[index].data,
				bound: bounds[index],
				colours: colours.signed,
			};
			paint(column, painting, steps[index]);
		});
		mark();
	}

	const empty = ({ a }: Step) => ({ shape: a.shape, data: new Float64Array(a.data.length) });

	function paint({ tiles: maps, bars: scores }: Column, painting: Painting, { a, activation }: Step): void {
		maps?.show(painting);
		// What softmax has made needs no other.
		scores?.show(activation === "softmax" ? a.data : sharesOf(a.data), a.data, session.answer);
	}

	function mark(): void {
		const { chosen, steps, s } = session,
			seen = chosen && chosen.layer >= 0 ? seenBy(steps, chosen.layer, chosen.place) : [];
		columns.forEach((column, index) => {
			const own = chosen?.layer === index ? chosen.place : null,
				off = steps[index].off;
			column.tiles?.mark(own, off, own ? null : (seen[index + 1] ?? null));
			column.bars?.mark(own ? own[2] : null, off);
			put(column.activation, { ariaPressed: String(!s.linear.includes(index)) });
			put(column.shuffle, { ariaPressed: String(s.shuffled.includes(index)) });
			column.element.classList.toggle("chosen", Boolean(own));
		});
		if (chosen && chosen.layer >= 0) reveal(chosen);
		drawLines();
	}

	/** Another layer comes into view; where all have room nothing moves. */
	function reveal({ layer, place }: Chosen): void {
		columns[layer].tiles?.reveal(place[2]);
		// The scores stand apart: what they read comes into view.
		const shown = columns[layer].bars && layer ? layer - 1 : layer;
		if (layer !== revealed) element.scrollTo({ left: columns[shown].element.offsetLeft });
		revealed = layer;
	}

	// Lines

	/** From each map that is read to the one that reads: the thicker, the more it gives, in the colour of its sign. */
	function drawLines(): void {
		const target = pointed ?? session.chosen,
			parts = target && hasLines(target.layer) ? partsOf(session.steps[target.layer], target.place) : [];
		const to = target && parts.length ? cornerOf(target.layer, target.place[2]) : null,
			box = to && host.getBoundingClientRect(),
			most = Math.max(...parts.map(({ share }) => Math.abs(share)), 0);
		const found = to && box && target ? parts.flatMap(part => lineOf(part, target.layer, to, box, most)) : [];
		children(lines, found.length, () => document.createElementNS("http://www.w3.org/2000/svg", "path")).forEach(
			(path, index) => {
				for (const [name, value] of Object.entries(found[index])) path.setAttribute(name, value);
			},
		);
	}

	/** Whether a layer's channels are the maps of the one before, and read one by one. */
	const hasLines = (layer: number): boolean =>
		layer > 0 &&
		!(session.layers[layer].record.kind === "dense" && session.layers[layer].rank) &&
		session.layers[layer].from.isFirst === session.layers[layer - 1].isFirst;

	const cornerOf = (layer: number, channel: number): DOMRect | null =>
		(columns[layer].bars?.bar(channel) ?? columns[layer].tiles?.tile(channel))?.getBoundingClientRect() ?? null;

	function lineOf(
		{ channel, share }: Part,
		layer: number,
		to: DOMRect,
		box: DOMRect,
		most: number,
	): Record<string, string>[] {
		const from = cornerOf(layer - 1, channel);
		if (!from || !most) return [];
		const [x0, y0] = [from.right - box.left, from.top + from.height / 2 - box.top],
			[x1, y1] = [to.left - box.left, to.top + to.height / 2 - box.top],
			bend = (x0 + x1) / 2;
		const weight = Math.abs(share) / most;
		return [
			{
				d: `M${x0} ${y0}C${bend} ${y0} ${bend} ${y1} ${x1} ${y1}`,
				class: share < 0 ? "negative" : "positive",
				"stroke-width": (THICKEST * weight).toFixed(2),
			},
		];
	}

	function name(): void {
		columns.forEach((column, index) => {
			const { record, outputShape } = session.layers[index];
			setText(column.title, t("layer", { number: index + 1, layer: record.layer }));
			setText(column.facts, t("facts", { shape: outputShape.join("×"), count: grouped(record.parameters) }));
			setText(column.activation, record.activation ?? t("activation"));
			put(column.activation, { hidden: !session.canStraighten(index), title: t("linear") });
			setText(column.shuffle, t("shuffle"));
			put(column.shuffle, { hidden: !record.shuffles, title: t("shuffle_said") });
		});
	}

	name();
	return { element, scores: apart, show, stop: () => observer.disconnect() };
}
