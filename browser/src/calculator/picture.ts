/* The stack as a row of blocks: what goes in, and what each layer makes of it. */

import { known } from "../axes";
import { button, children, node, put, setText } from "../dom";
import { keyOf, python } from "../format";
import type { Words } from "../words";
import { INPUT, type Session } from "./session";
import { formatOf, type Shape } from "./stack";

export interface Picture {
	readonly element: HTMLElement;
	show(): void;
	/** The block of what is chosen. */
	chosen(): HTMLElement;
}

interface Block {
	readonly index: number;
	/** Nothing while it was never known. */
	readonly shape: Shape | null;
	readonly channelsFirst: boolean;
	/** Whether it is what was, before a refusal. */
	readonly past: boolean;
}

export const sized = (shape: Shape): string => python(shape.slice(1).map(known));

export function picture(session: Session, words: Words): Picture {
	const row = node("div.blocks", { role: "tablist", ariaLabel: words.text("calculator.layers") }),
		more = button("add", "+", () => session.add(), { className: "add" }),
		element = node("div.stack", {}, row, more);
	more.title = more.ariaLabel = words.text("calculator.add");
	row.addEventListener("keydown", event => walk(session, event, () => chosen().focus()));
	dragging(session, row);
	let seen = "";
	const chosen = (): HTMLElement => row.children[session.s.selected + 1] as HTMLElement;
	return {
		element,
		chosen,
		show() {
			const blocks = blocksOf(session),
				scale = scaleOf(blocks, session.rank);
			const tiles = children(row, blocks.length, () => tile(session)) as HTMLElement[];
			tiles.forEach((one, at) => draw(one, blocks[at], scale, session, words));
			put(more, { disabled: session.full });
			// To ask where it stands takes a layout: only where another one is chosen.
			const key = keyOf(session.s.selected, blocks.length);
			if (seen && key !== seen) chosen().scrollIntoView({ block: "nearest", inline: "nearest" });
			seen = key;
		},
	};
}

function blocksOf({ s, shape, outcome, legal }: Session): Block[] {
	const kept = legal?.layers.length === s.layers.length ? legal.outcome.rows : [];
	const channelsFirst = formatOf(s.layers).data_format === "channels_first";
	return [
		{ index: INPUT, shape, channelsFirst, past: false },
		...s.layers.map((_, index): Block => {
			const past = index >= outcome.rows.length,
				row = past ? kept[index] : outcome.rows[index];
			return { index, shape: row?.output ?? null, channelsFirst, past };
		}),
	];
}

function tile(session: Session): HTMLElement {
	const map = node("span.map");
	const one = button("", "", () => session.select(Number(one.dataset.index)), { role: "tab", draggable: true });
	one.append(node("span.name"), map, node("span.shape"));
	return one;
}

function draw(one: HTMLElement, block: Block, scale: number, { s, outcome }: Session, words: Words): void {
	const [name, map, shape] = one.children,
		{ index, past } = block,
		isInput = index === INPUT,
		refused = outcome.refused !== null && index === outcome.rows.length,
		drawn = drawing(block, scale);
	one.dataset.index = String(index);
	one.dataset.name = isInput ? "input" : `layer.${index}`;
	put(one, {
		className: `block ${isInput ? "input" : "output"}${past ? " past" : ""}${refused ? " refuses" : ""}`,
		ariaSelected: String(s.selected === index),
		tabIndex: s.selected === index ? 0 : -1,
	});
	setText(name, isInput ? words.text("calculator.input") : `${index + 1} ${s.layers[index].layer}`);
	if (map.innerHTML !== drawn) map.innerHTML = drawn;
	setText(shape, refused ? words.text("calculator.refused") : block.shape ? sized(block.shape) : "?");
}

// ── Areas ──

const HEIGHT = 56,
	LEAST = 3,
	UNKNOWN = 0.6;

function partsOf({ shape, channelsFirst }: Block): { sizes: readonly number[]; channels: number } {
	const inside = (shape ?? [1, Number.NaN, Number.NaN]).slice(1),
		channels = (channelsFirst ? inside.shift() : inside.pop()) as number;
	return { sizes: inside, channels };
}

/** The largest size of all. */
const scaleOf = (blocks: readonly Block[], rank: number): number =>
	Math.max(1, ...blocks.flatMap(block => partsOf(block).sizes.slice(0, rank)).filter(size => size > 0));

/** A side's length: of four times the size the double. */
const side = (size: number, scale: number): number =>
	Number.isNaN(size) ? UNKNOWN * HEIGHT : Math.max(LEAST, HEIGHT * Math.sqrt(size / scale));

/** A block: its face is the map, its depth grows with each doubling of the channels; without a map its height does. */
function drawing(block: Block, scale: number): string {
	const { sizes, channels } = partsOf(block),
		[rows, columns] = [sizes.length > 1 ? sizes[0] : null, sizes[sizes.length - 1]],
		depth = channels > 0 ? 2 * Math.log2(channels + 1) : 2,
		isFlat = !sizes.length,
		h = isFlat ? Math.min(2 * depth, HEIGHT) : rows === null ? 10 : side(rows, scale),
		w = isFlat ? 10 : side(columns, scale),
		d = isFlat ? 2 : Math.min(depth, 26),
		open = sizes.some(Number.isNaN) ? ' class="open"' : "",
		[D, W, H, width, height] = [d, w, h, w + d + 2, h + d + 2].map(value => value.toFixed(1));
	const face = `M0 ${D}h${W}v${H}h-${W}z`,
		edges = `M0 ${D}l${D}-${D}h${W}v${H}l-${D} ${D}M${W} ${D}l${D}-${D}`,
		size = `width="${width}" height="${height}" viewBox="-1 -1 ${width} ${height}"`;
	return `<svg ${size} aria-hidden="true"${open}><path class="edges" d="${edges}"/><path class="face" d="${face}"/></svg>`;
}

// ── Hands ──

/* The arrow keys walk; with Alt they move the layer, Delete takes it out. */
function walk(session: Session, event: KeyboardEvent, focus: () => void): void {
	const { selected, layers } = session.s,
		ends: Record<string, number> = {
			ArrowLeft: selected - 1,
			ArrowRight: selected + 1,
			Home: INPUT,
		};
	if (event.key === "Delete" && selected !== INPUT) session.drop();
	else if (!(event.key in ends)) return;
	else if (event.altKey && selected !== INPUT) session.move(selected, ends[event.key]);
	else session.select(Math.max(INPUT, Math.min(ends[event.key], layers.length - 1)));
	event.preventDefault();
	focus();
}

function dragging(session: Session, row: HTMLElement): void {
	const indexOf = ({ target }: Event): number =>
		Number((target as Element).closest<HTMLElement>("[data-index]")?.dataset.index ?? INPUT);
	row.addEventListener("dragstart", event => session.select(indexOf(event)));
	row.addEventListener("dragover", event => event.preventDefault());
	row.addEventListener("drop", event => {
		event.preventDefault();
		if (session.s.selected !== INPUT && indexOf(event) !== INPUT) session.move(session.s.selected, indexOf(event));
	});
}
