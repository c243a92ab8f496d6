/* The maps of one layer as tiles, in pages: what is clicked or walked to is chosen. */

import { arrange, button, node, put, setText } from "../dom";
import type { Words } from "../words";
import type { Area, Seen } from "./cell";
import { Tile } from "./colours";
import { frameOn, placeUnder } from "./places";
import { blockOf, type Inner, type Layer } from "./stack";

export interface Painting {
	readonly data: Float64Array;
	readonly bound: number;
	readonly colours: Uint32Array;
}

export interface Tiles {
	readonly element: HTMLElement;
	show(painting: Painting): void;
	/** Mark the chosen map and place, the maps that are off, and what is seen on all maps. */
	mark(chosen: Inner | null, off: ReadonlySet<number>, seen: Seen | null): void;
	/** Turn to the page of a channel. */
	reveal(channel: number): void;
	/** The tile of a channel, where its page is open. */
	tile(channel: number): HTMLElement | null;
}

export interface TilesActs {
	/** A place of a map; without a place, the map. */
	choose(channel: number, place: readonly [row: number, column: number] | null): void;
	/** The map that the pointer or the focus is on; none. */
	point(channel: number | null): void;
	/** Another page is open. */
	turned(): void;
}

const AREA = 32;

/** Few maps are larger. */
const leastOf = (count: number): number => (count > 12 ? 34 : count > 4 ? 48 : 72);

/** A series' maps stand upright, one step below the other; numbers without a place are one map. */
const upright = ({ rank, output: [rows, columns, channels] }: Layer): Inner =>
	rank ? [rank === 1 ? columns : rows, rank === 1 ? 1 : columns, channels] : blockOf(channels);

/** Where a place of a layer stands in a map that is shown so. */
const standing = ({ rank }: Layer, [rows, columns, channels]: Inner, [, across]: Inner): Inner =>
	rank === 2
		? [rows, columns, channels]
		: rank
			? [columns, 0, channels]
			: [Math.floor(channels / across), channels % across, 0];

export function tiles(id: number, layer: Layer, words: Words, acts: TilesActs): Tiles {
	const host = node("div.maps", { role: "group" }),
		pager = node("div.pager"),
		whole = upright(layer),
		[rows, columns, count] = whole,
		pages = Math.ceil(count / AREA),
		made: { element: HTMLButtonElement; tile: Tile; frame: HTMLElement }[] = [];
	const label = node("span"),
		turn = (by: number) => () => turnTo((page + by + pages) % pages);
	const back = button(`page.${id}.back`, "‹", turn(-1)),
		forth = button(`page.${id}.forth`, "›", turn(1));
	pager.append(back, label, forth);
	put(pager, { hidden: pages < 2 });
	let page = 0,
		painted: Painting | null = null,
		marked: Parameters<Tiles["mark"]> = [null, new Set(), null];
	host.style.setProperty("--ratio", String(columns / rows));
	host.style.setProperty("--least", `${leastOf(count)}px`);
	host.dataset.shape = !layer.rank
		? columns > 1
			? "single"
			: "line"
		: columns === 1 && rows > 1
			? "strips"
			: count === 1
				? "single"
				: "";

	function make(channel: number) {
		if (made[channel]) return made[channel];
		const tile = new Tile(),
			frame = node("span.frame"),
			element = node("button.map", { type: "button", tabIndex: -1 }, tile.canvas, frame);
		element.dataset.name = `map.${id}.${channel}`;
		return (made[channel] = { element, tile, frame });
	}

	const shown = () => Array.from({ length: Math.min(AREA, count - page * AREA) }, (_, index) => page * AREA + index);

	function open(wanted: number): void {
		page = wanted;
		arrange(
			host,
			shown().map(channel => make(channel).element),
		);
		setText(label, `${page + 1} / ${pages}`);
		name();
		if (painted) paint(painted);
		dress();
	}

	function turnTo(wanted: number): void {
		open(wanted);
		acts.turned();
	}

	function name(): void {
		for (const channel of shown())
			made[channel].element.ariaLabel = layer.rank
				? words.text("network.map", { channel })
				: words.text("network.all_numbers", { count: layer.output[2] });
		put(back, { ariaLabel: words.text("network.page_back") });
		put(forth, { ariaLabel: words.text("network.page_forth") });
	}

	function paint({ data, bound, colours }: Painting): void {
		// A block may have more room than there are numbers.
		const filled = layer.rank ? data : Float64Array.from({ length: rows * columns }, (_, index) => data[index] ?? 0);
		for (const channel of shown()) made[channel].tile.paint(whole, filled, channel, bound, colours);
	}

	function dress(): void {
		const [one, off, seen] = marked,
			chosen = one && standing(layer, one, whole),
			active = chosen && chosen[2] >= page * AREA ? chosen[2] : page * AREA;
		for (const channel of shown()) {
			const { element, frame } = made[channel],
				isChosen = chosen?.[2] === channel;
			element.classList.toggle("chosen", isChosen);
			element.classList.toggle("off", layer.rank > 0 && off.has(channel));
			put(element, { ariaPressed: String(isChosen), tabIndex: channel === active ? 0 : -1 });
			frameOn(
				frame,
				isChosen && chosen ? areaOf(chosen, chosen) : seen && isRead(seen, channel) ? seenArea(seen) : null,
				rows,
				columns,
			);
		}
	}

	const areaOf = ([top, left]: Inner, [bottom, right]: Inner): Area => ({
		rows: [top, bottom],
		columns: [left, right],
	});

	const isRead = ({ channels: [least, most] }: Seen, channel: number): boolean =>
		!layer.rank || (channel >= least && channel <= most);

	/** From the first number that is seen to the last one; in a block whole rows between. */
	function seenArea({ rows: [top, bottom], columns: [left, right], channels: [least, most] }: Seen): Area {
		const [first, last] = [standing(layer, [top, left, least], whole), standing(layer, [bottom, right, most], whole)];
		return layer.rank || first[0] === last[0]
			? areaOf(first, last)
			: areaOf([first[0], 0, 0], [last[0], columns - 1, 0]);
	}

	const channelAt = (target: EventTarget | null): number | null => {
		const element = (target as Element | null)?.closest<HTMLElement>(".map");
		return element ? Number(element.dataset.name?.split(".")[2]) : null;
	};
	host.addEventListener("click", event => {
		const channel = channelAt(event.target);
		if (channel === null) return;
		const place = placeUnder(event, made[channel].element, rows, columns);
		if (layer.rank || !place) acts.choose(channel, place && layer.rank === 1 ? [place[1], place[0]] : place);
		else acts.choose(Math.min(place[0] * columns + place[1], layer.output[2] - 1), [0, 0]);
	});
	host.addEventListener("pointerover", event => event.pointerType === "mouse" && acts.point(channelAt(event.target)));
	host.addEventListener("pointerleave", () => acts.point(null));
	host.addEventListener("focusin", event => acts.point(channelAt(event.target)));
	host.addEventListener("focusout", () => acts.point(null));
	host.addEventListener("keydown", event => {
		const channel = channelAt(event.target),
			by = channel === null ? 0 : led(event.key);
		if (channel === null || !by) return;
		event.preventDefault();
		const next = Math.max(0, Math.min(channel + by, count - 1));
		if (Math.floor(next / AREA) !== page) turnTo(Math.floor(next / AREA));
		made[next].element.focus();
	});

	/** By how many maps a key leads on. */
	function led(key: string): number {
		const [first, ...more] = shown().map(channel => made[channel].element.offsetTop),
			line = 1 + more.findIndex(top => top !== first),
			across = line || shown().length;
		return { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across, Home: -count, End: count }[key] ?? 0;
	}

	const element = node("div.tiles", {}, host, pager);
	open(0);
	return {
		element,
		show(painting) {
			painted = painting;
			paint(painting);
		},
		mark(...marks) {
			marked = marks;
			dress();
		},
		reveal(channel) {
			if (layer.rank && Math.floor(channel / AREA) !== page) open(Math.floor(channel / AREA));
		},
		tile(channel) {
			if (!layer.rank) return made[0].element;
			return Math.floor(channel / AREA) === page ? (made[channel]?.element ?? null) : null;
		},
	};
}
