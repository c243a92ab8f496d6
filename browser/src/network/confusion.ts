/* Right answers against the stack's own, and the samples behind each pair. */

import { arrange, node, put, setText } from "../dom";
import { keyOf } from "../format";
import type { Words } from "../words";
import { coloursOf, Tile } from "./colours";
import { largestAt } from "./scores";
import type { Session } from "./session";
import type { View } from "./view";

export interface Confusion {
	readonly element: HTMLElement;
	/** `open`: whether it is looked at; it is not reckoned else. */
	show(open: boolean): void;
	stop(): void;
}

/** So long a part of the reckoning keeps the page waiting, in milliseconds. */
const PART = 8;
/** So many samples of a cell are shown. */
const MOST = 24;

export function confusion(session: Session, words: Words, view: View): Confusion {
	const t = (key: string, more = {}): string => words.text(`network.${key}`, more),
		{ classes, labels } = session.given,
		right = labels ?? [];
	const table = node("table.confusion"),
		total = node("p", { role: "status" }),
		heading = node("p"),
		list = node("div.behind"),
		element = node("div.mistakes", {}, total, node("div.scroll", {}, table), heading, list);
	let guesses: number[] = [],
		madeFor = "",
		shownFor = "",
		shownIn: Uint32Array | null = null,
		timer: ReturnType<typeof setTimeout> | undefined;
	const cells = classes.map((name, row) => {
		const buttons = classes.map((_, column) => {
			const one = node("button", { type: "button", "data-name": `confusion.${row}.${column}` });
			one.addEventListener("click", () => {
				view.pair = [row, column];
				showBehind();
			});
			return one;
		});
		const line = node("tr", {}, node("th", { scope: "row" }, name), ...buttons.map(one => node("td", {}, one)));
		return { buttons, line };
	});
	const head = node("tr", {}, node("th"), ...classes.map(name => node("th", { scope: "col" }, name)));
	const caption = node("caption", {}, t("confusion_axes"));
	table.append(caption, node("thead", {}, head), node("tbody", {}, ...cells.map(({ line }) => line)));
	table.addEventListener("keydown", event => {
		const [row = -1, column = -1] = (event.target as HTMLElement).dataset.name?.split(".").slice(1).map(Number) ?? [],
			moves: Record<string, [number, number]> = {
				ArrowUp: [-1, 0],
				ArrowDown: [1, 0],
				ArrowLeft: [0, -1],
				ArrowRight: [0, 1],
			},
			[down, across] = moves[event.key] ?? [0, 0],
			next = cells[row + down]?.buttons[column + across];
		if (!next || !(down || across)) return;
		event.preventDefault();
		next.focus();
	});

	function show(open: boolean): void {
		if (!open || !right.length) return;
		const { epoch, linear, off, shuffled } = session.s,
			key = keyOf(session.version, epoch, linear, off, shuffled);
		if (key === madeFor) return fill();
		madeFor = key;
		clearTimeout(timer);
		element.classList.add("stale");
		reckon(key, []);
	}

	/** The samples' answers, a few at a time: a hand that moves comes first. */
	function reckon(key: string, found: number[]): void {
		const start = performance.now();
		while (found.length < session.sampleCount && performance.now() - start < PART) {
			const steps = session.run(session.sample(found.length));
			found.push(largestAt(steps[steps.length - 1].a.data));
		}
		if (found.length < session.sampleCount) {
			timer = setTimeout(() => key === madeFor && reckon(key, found));
			return;
		}
		guesses = found;
		element.classList.remove("stale");
		fill();
	}

	const behind = (row: number, column: number): number[] =>
		guesses.flatMap((guess, index) => (right[index] === row && guess === column ? [index] : []));

	function fill(): void {
		const counts = classes.map(() => classes.map(() => 0));
		guesses.forEach((guess, index) => counts[right[index]][guess]++);
		const most = Math.max(1, ...counts.flat());
		counts.forEach((line, row) =>
			line.forEach((count, column) => {
				const one = cells[row].buttons[column];
				setText(one, count ? String(count) : "");
				one.className = row === column ? "right" : count ? "wrong" : "";
				one.style.setProperty("--share", String(count / most));
				const said = { row: classes[row], column: classes[column], count };
				put(one, { ariaLabel: t("confusion_cell", said), title: t("confusion_cell", said) });
			}),
		);
		const good = guesses.filter((guess, index) => guess === right[index]).length;
		setText(total, t("confusion_total", { good, count: guesses.length }));
		showBehind();
	}

	function showBehind(): void {
		const found = view.pair ? behind(...view.pair) : [];
		setText(
			heading,
			view.pair
				? t("confusion_cell", { row: classes[view.pair[0]], column: classes[view.pair[1]], count: found.length })
				: "",
		);
		const colours = coloursOf(element).plain;
		// What is the same stays, and keeps the focus.
		if (shownFor === keyOf(found) && shownIn === colours) return;
		shownFor = keyOf(found);
		shownIn = colours;
		arrange(
			list,
			found.slice(0, MOST).map(index => {
				const tile = new Tile(),
					{ shape, data } = session.sample(index),
					one = node("button.map", { type: "button", "data-name": `behind.${index}` }, tile.canvas);
				tile.paint(shape, data, 0, session.given.white, colours);
				one.ariaLabel = t("sample_number", { number: index });
				one.addEventListener("click", () => session.showSample(index));
				return one;
			}),
		);
	}

	return { element, show, stop: () => clearTimeout(timer) };
}
