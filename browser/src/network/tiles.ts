/* The maps of one layer as tiles, in pages: what is clicked or walked to is chosen. */

import { arrange, button, node, put, setText } from "../dom";
import type { Words } from "../words";
import type { Seen } from "./cell";
import { Tile } from "./colours";
import { frameOn, placeUnder } from "./places";
import type { Inner, Layer } from "./stack";

export interface Painting {
	readonly shape: readonly number[];
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

/** A series' maps stand upright, one step below the other. */
const upright = ({ rank }: Layer, [rows, columns, channels]: readonly number[]): readonly number[] =>
	rank === 1 ? [columns, 1, channels] : [rows, columns, channels];

export function tiles(id: number, layer: Layer, words: Words, acts: TilesActs): Tiles {
	const host = node("div.maps", { role: "group" }),
		pager = node("div.pager"),
		[rows, columns, count] = upright(layer, layer.output),
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
	host.dataset.shape = columns === 1 && rows > 1 ? "strips" : count === 1 ? "single" : "";

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
		for (const channel of shown()) made[channel].element.ariaLabel = words.text("network.map", { channel });
		put(back, { ariaLabel: words.text("network.page_back") });
		put(forth, { ariaLabel: words.text("network.page_forth") });
	}

	function paint({ shape, data, bound, colours }: Painting): void {
		for (const channel of shown()) made[channel].tile.paint(upright(layer, shape), data, channel, bound, colours);
	}

	function dress(): void {
		const [chosen, off, seen] = marked,
			active = chosen && chosen[2] >= page * AREA ? chosen[2] : page * AREA;
		for (const channel of shown()) {
			const { element, frame } = made[channel],
				isChosen = chosen?.[2] === channel;
			element.classList.toggle("chosen", isChosen);
			element.classList.toggle("off", off.has(channel));
			put(element, { ariaPressed: String(isChosen), tabIndex: channel === active ? 0 : -1 });
			const place = isChosen && chosen ? at(chosen) : seen;
			frameOn(frame, place && layer.rank === 1 ? { rows: place.columns, columns: place.rows } : place, rows, columns);
		}
	}

	const at = ([row, column]: Inner): Seen => ({ rows: [row, row], columns: [column, column] });

	const channelAt = (target: EventTarget | null): number | null => {
		const element = (target as Element | null)?.closest<HTMLElement>(".map");
		return element ? Number(element.dataset.name?.split(".")[2]) : null;
	};
	host.addEventListener("click", event => {
		const channel = channelAt(event.target);
		if (channel === null) return;
		const place = placeUnder(event, made[channel].element, rows, columns);
		acts.choose(channel, place && layer.rank === 1 ? [place[1], place[0]] : place);
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
			if (Math.floor(channel / AREA) !== page) open(Math.floor(channel / AREA));
		},
		tile: channel => (Math.floor(channel / AREA) === page ? (made[channel]?.element ?? null) : null),
	};
}
