/* One number taken apart: its map, and of each channel the window, the kernel, the products and their sum. */

import { isLined } from "../activations";
import { arrange, button, children, focusOn, node, put, setText } from "../dom";
import { factor, general, short } from "../format";
import { type Control, checkbox } from "../parts/controls";
import { Grid, type GridSpec } from "../parts/grid";
import type { Words } from "../words";
import { type Part, partsOf, shiftOf } from "./cell";
import { BEND } from "./kinds";
import type { Step } from "./pass";
import type { Session } from "./session";
import { blockOf, flatOf, type Inner, indexOf, PAD, range } from "./stack";

export interface Detail {
	readonly element: HTMLElement;
	show(): void;
	/** The sum in words. */
	sentence(): string;
}

/** So many channels are shown at once. */
const AT_ONCE = 4;

interface Unit {
	readonly element: HTMLElement;
	readonly title: HTMLElement;
	readonly grids: readonly Grid[];
	readonly start: Grid;
	readonly total: HTMLElement;
	part?: Part;
}

export function detail(
	session: Session,
	words: Words,
	open: (layer: number, place: Inner, from: number) => void,
): Detail {
	const t = (key: string, more = {}): string => words.text(`network.${key}`, more);
	const title = node("h3"),
		lead = node("span"),
		terms = node("span.terms"),
		rest = node("span"),
		last = node("span.last"),
		formula = node("p.sums", { tabIndex: 0, role: "group" }, "z = ", lead, terms, rest, last),
		note = node("p.pointed"),
		map = new Grid(),
		units = node("div.parts"),
		count = node("span"),
		pager = node("div.pager"),
		made: Unit[] = [];
	let page = 0,
		shownFor = "",
		parts: readonly Part[] = [];
	const pages = (): number => Math.ceil(parts.length / AT_ONCE),
		turn = (by: number) => () => {
			page = (page + by + pages()) % pages();
			showParts();
			made[0].element.scrollIntoView({ block: "nearest" });
		};
	const back = button("parts.back", "‹", turn(-1), { ariaLabel: t("page_back") }),
		forth = button("parts.forth", "›", turn(1), { ariaLabel: t("page_forth") });
	pager.append(back, count, forth);
	const off: Control = checkbox(
		{ name: "off", text: t("off") },
		() => isOff(),
		() => {
			const one = session.chosen;
			if (one) session.toggle("off", [one.layer, one.place[2]]);
		},
	);
	const openIt = button("open", t("open"), () => {
			const one = session.chosen;
			if (one) open(one.layer, one.place, page * AT_ONCE);
		}),
		leave = button("leave", t("leave"), close);
	const head = node("div.head", {}, title, node("div.buttons", {}, off.element, openIt, leave)),
		element = node(
			"div.detail",
			{ hidden: true },
			head,
			node("div.taken", {}, map.figure, node("div", {}, formula, note, pager)),
			units,
		);

	const now = (): { step: Step; place: Inner; layer: number } | null => {
		const one = session.chosen;
		return one && { step: session.stepOf(one.layer), ...one };
	};

	/** The focus goes to the map that was looked at. */
	function close(): void {
		const one = session.chosen,
			net = element.closest(".net");
		session.turn({ selected: null });
		if (one && net)
			focusOn(net, one.layer === PAD ? "picture.place" : `map.${one.layer}.${session.tileOf(one.layer, one.place[2])}`);
	}

	function isOff(): boolean {
		const one = now();
		return one?.step.off.has(one.place[2]) ?? false;
	}

	formula.addEventListener("click", event => {
		const term = (event.target as HTMLElement).dataset.term;
		if (term === undefined) return;
		page = Math.floor(Number(term) / AT_ONCE);
		showParts();
	});

	// Hands on the grids

	element.addEventListener("click", event => {
		const met = Grid.met(event.target);
		if (met) take(met.grid, met.at, true);
	});
	element.addEventListener("pointerover", event => {
		const met = Grid.met(event.target);
		if (met) say(met.grid, met.at);
	});
	element.addEventListener("keydown", event => {
		const grid = Grid.of(event.target),
			to = grid?.led(event.key);
		if (!grid || !(to || event.key === "Enter")) return;
		event.preventDefault();
		if (to) grid.activate(...to);
		say(grid, grid.active);
		// The map follows the keys; from a window, Enter leads one layer back.
		if (event.key === "Enter" || grid === map) take(grid, grid.active, event.key === "Enter");
	});

	function placeAt(grid: Grid, [r, c]: readonly [number, number]): Inner | null {
		const { rows, columns, channel } = grid.spec,
			[row = -1, column = -1] = [rows[r], columns[c]],
			part = made.find(({ grids }) => grids.includes(grid))?.part,
			block = grid === map ? blockHere() : null;
		if (row < 0 || column < 0) return null;
		const place: Inner = block
			? [0, 0, row * block[1] + column]
			: (part?.from?.(row, column) ?? [row, column, channel]);
		return place[2] < 0 || (block && place[2] >= block[2]) ? null : place;
	}

	/** Of an output without directions: the rows, columns and the number of its cells. */
	function blockHere(): Inner | null {
		const one = now();
		if (!one || one.step.layer.rank) return null;
		const count = one.step.a.shape[2];
		const [rows, columns] = blockOf(count);
		return columns > 1 ? [rows, columns, count] : [1, count, count];
	}

	function take(grid: Grid, at: readonly [number, number], sure: boolean): void {
		const place = placeAt(grid, at),
			one = session.chosen;
		if (!place || !one) return;
		grid.activate(...at);
		if (grid === map) return session.choose(one.layer, place);
		if (sure && grid.spec.kind === "input") session.stepBack(one.layer, place);
	}

	/** The whole number under the pointer or the keys. */
	function say(grid: Grid, at: readonly [number, number]): void {
		const { rows, columns, kind, channel } = grid.spec,
			place = placeAt(grid, at),
			[row = -1, column = -1] = [rows[at[0]], columns[at[1]]];
		const value = row < 0 || column < 0 ? 0 : (grid.spec.value(row, column) ?? 0);
		setText(note, t("pointed", { name: nameAt(kind, place, [row, column, channel]), value: general(value) }));
	}

	function nameAt(kind: string, place: Inner | null, [row, column, channel]: Inner): string {
		if (!place) return t("place_outside");
		const layer = now()?.step.layer,
			by = weighedBy(),
			isWeighing = kind === "kernel" || kind === "product";
		// Terms of a dense layer, and what has no directions, are told by their index.
		const isFlat = isWeighing ? by === "weights" : !(kind === "input" ? layer?.from : layer)?.rank;
		if (isFlat) return t("place_number", { index: place[2] });
		if (kind === "kernel" && by !== "kernel") return t(by);
		const [r, c, k] = kind === "input" ? place : [row, column, channel];
		return t(`place_${kind}`, { row: r, column: c, channel: k });
	}

	// Drawing

	function show(): void {
		const one = now();
		put(element, { hidden: !one });
		if (!one) return;
		const { step, place, layer } = one,
			key = `${layer} ${place}`;
		parts = partsOf(step, place);
		if (shownFor !== key) {
			page = Math.min(page, pages() - 1);
			shownFor = key;
			setText(note, t("step_back"));
		}
		setText(title, titleOf(layer, step, place));
		put(formula, { ariaLabel: title.textContent });
		off.show();
		put(off.element, { hidden: layer === PAD });
		// It would have one filter, and such an activation reads all.
		put(openIt, { hidden: layer === PAD || isLined(step.activation) || !session.canOpen(layer) });
		showFormula(step, place);
		showMap(step, place);
		showParts();
	}

	function titleOf(layer: number, step: Step, place: Inner): string {
		const at = indexOf(place, step.layer).join(", ");
		if (layer === PAD) return t("chosen_pad", { at });
		return t(step.layer.rank ? "chosen" : "chosen_number", {
			number: layer + 1,
			layer: step.layer.record.layer,
			channel: place[2],
			at,
		});
	}

	const at = ({ shape, data }: Step["a"], place: Inner): number => data[flatOf(place, shape)];

	/** The sum over the channels, a term each. */
	function showFormula(step: Step, place: Inner): void {
		const shift = shiftOf(step, place),
			{ kind, activation, largest, shares } = step.layer.record,
			end = shift === null ? "" : ` + ${factor(shift)}${step.weights.bias ? " (b)" : ""}`;
		setText(lead, largest ? "max(x) = " : shares ? "mean(x) = " : kind === "dense" ? "Σ x·w = " : "");
		const spans = children(terms, parts.length, () => node("span", {}, node("span")));
		parts.forEach(({ share }, index) => {
			const [term] = spans[index].children;
			term.setAttribute("data-term", String(index));
			setText(term, factor(share));
		});
		setText(rest, end || parts.length > 1 ? `${end} = ${short(at(step.z, place))}` : "");
		const isSilent = activation === undefined && kind !== BEND && !isOff();
		setText(last, isSilent ? "" : `a = ${nameOf(step)}(z) = ${short(at(step.a, place))}`);
		mark();
	}

	const mark = (): void =>
		formula.querySelectorAll<HTMLElement>("[data-term]").forEach(term => {
			term.classList.toggle("lit", Math.floor(Number(term.dataset.term) / AT_ONCE) === page && pages() > 1);
		});

	/** The activation; of one with arguments of its own the layer. */
	const nameOf = ({ activation, layer }: Step): string => (activation === BEND ? layer.record.layer : activation);

	function showMap({ a, layer: { rank } }: Step, place: Inner): void {
		const block = blockHere(),
			[rows, columns] = block ?? a.shape;
		map.show({
			id: "map",
			kind: "output",
			channel: place[2],
			title: block ? t("all_numbers", { count: block[2] }) : t("map", { channel: place[2] }),
			rows: range(rows),
			columns: range(columns),
			value: (r, c) => (block ? (a.data[r * columns + c] ?? null) : at(a, [r, c, place[2]])),
		});
		const [row, column] = block ? [Math.floor(place[2] / columns), place[2] % columns] : place;
		map.mark([[row, column, "here"]]);
		map.activate(row, column);
		map.figure.classList.toggle("many", Math.max(rows, columns) > (rank < 2 ? 16 : 10));
	}

	function showParts(): void {
		const shown = parts.slice(page * AT_ONCE, (page + 1) * AT_ONCE),
			held = units.matches(":focus-within");
		put(pager, { hidden: pages() < 2 });
		setText(count, t("channels_of", { page: page + 1, pages: pages() }));
		while (made.length < shown.length) made.push(unit());
		arrange(
			units,
			shown.map((_, index) => made[index].element),
		);
		shown.forEach((part, index) => fill(made[index], part));
		// A layer back there may be fewer.
		if (held && !units.matches(":focus-within")) made[0].grids[0].body.focus({ preventScroll: true });
		mark();
	}

	function unit(): Unit {
		const grids = [new Grid(), new Grid(), new Grid()],
			sign = (text: string): HTMLElement => node("span.sign", { ariaHidden: "true" }, text),
			start = new Grid(),
			heading = node("h4"),
			total = node("output.total");
		const [window, kernel, products] = grids.map(({ figure }) => figure);
		const row = node(
			"div.grids",
			{},
			window,
			sign("×"),
			node("div.kernels", {}, kernel, start.figure),
			sign("="),
			products,
			node("span.result", {}, sign("Σ → "), total),
		);
		return { element: node("section.part", {}, heading, row), title: heading, grids, start, total };
	}

	/** What stands over a part: its channel, where it comes from, or how many terms there are. */
	function headingOf({ channel, mid, rows, columns, rest: others }: Part): string {
		const { kind, largest, shares } = now()?.step.layer.record ?? {};
		if (others?.count) return t("largest_terms", { count: others.count, sum: short(others.sum) });
		if (others) return t("all_terms");
		if (kind === "move" || (kind === "window" && !largest && !shares)) {
			if (rows[0] < 0 || columns[0] < 0) return t("comes_from_nowhere");
			return now()?.step.layer.from.rank
				? t("comes_from", { row: rows[0], column: columns[0], channel })
				: t("comes_from_number", { index: channel });
		}
		return mid === null || mid === channel ? t("channel", { channel }) : t("channel_mid", { channel, mid });
	}

	/** What the window is weighed with; of numbers that stay as they are nothing. */
	function weighedBy(): string {
		const { kind, largest, shares } = now()?.step.layer.record ?? {};
		if (kind === "sum") return "kernel";
		if (kind === "dense") return "weights";
		if (kind === "window") return largest ? "largest" : shares ? "shares" : "";
		return kind === "scale" || kind === "normal" ? "factor" : "";
	}

	function fill(one: Unit, part: Part): void {
		const { title: heading, grids, start, total } = one,
			by = weighedBy();
		one.part = part;
		const { rows, columns, channel, x, w, weight, sum, share, from } = part,
			taps = [range(rows.length), range(columns.length)] as const;
		const [window, kernel, products] = grids;
		setText(heading, headingOf(part));
		const common = { channel, title: "" },
			// The last row of a list may be shorter.
			isThere = (i: number, j: number): boolean => !from || from(i, j)[2] >= 0;
		const numbers = { ...common, kind: "input", title: t(from ? "inputs" : by ? "window" : "before") };
		window.show({ ...numbers, id: "x", rows, columns, value: (r, c) => (isThere(r, c) ? x(r, c) : null) });
		const weights = { ...common, kind: "kernel", title: by && t(by), rows: taps[0], columns: taps[1] };
		kernel.show({ ...weights, id: "w", value: (i, j) => (isThere(i, j) ? w(i, j) : null) });
		const product: GridSpec = {
			...common,
			id: "p",
			kind: "product",
			title: t("products"),
			rows: taps[0],
			columns: taps[1],
			value: (i, j) => (isThere(i, j) ? x(rows[i], columns[j]) * w(i, j) : null),
		};
		products.show(product);
		one.element.classList.toggle("alone", !by);
		one.element.classList.toggle("wide", columns.length > 4);
		showStart(start, part);
		setText(total, weight === null ? short(sum) : `${short(sum)} × ${factor(weight)} = ${short(share)}`);
		put(total, { title: general(share) });
	}

	/** The kernel as it was before all training. */
	function showStart(grid: Grid, { a, b, channel }: Part): void {
		const one = session.chosen,
			first =
				one && one.layer !== PAD && session.epochs && weighedBy() === "kernel" ? session.weightsAt(0)[one.layer] : null;
		put(grid.figure, { hidden: !first });
		if (!first) return;
		const [height, width, inner, outer] = first.kernels[0].shape;
		grid.show({
			id: "start",
			kind: "kernel",
			channel,
			title: t("start"),
			small: true,
			rows: range(height),
			columns: range(width),
			value: (i, j) => first.kernels[0].data[((i * width + j) * inner + a) * outer + b],
		});
	}

	return {
		element,
		show,
		sentence() {
			const one = now();
			if (!one) return t("nothing_chosen");
			const { step, place, layer } = one,
				{ kind } = step.layer.record,
				key = { sum: "said", dense: "said_dense", activation: "said_activation", bend: "said_activation" }[
					kind as "sum"
				];
			return t(key ?? "said_value", {
				title: titleOf(layer, step, place),
				count: step.x.shape[2],
				...{ z: short(at(step.z, place)), a: short(at(step.a, place)), activation: nameOf(step) },
			});
		},
	};
}
