/* The scores as bars, with the names of the classes: each is a map of one number. */

import { node, put, setText } from "../dom";
import { short } from "../format";
import type { Words } from "../words";
import type { TilesActs } from "./tiles";

export interface Bars {
	readonly element: HTMLElement;
	/** The shares of the bars, the scores behind them, the largest, and the right answer. */
	show(shares: ArrayLike<number>, scores: ArrayLike<number>, answer: number | null): void;
	mark(chosen: number | null, off: ReadonlySet<number>): void;
	bar(channel: number): HTMLElement;
}

/** The scores as shares that come to 1: softmax. */
export function sharesOf(scores: ArrayLike<number>): Float64Array {
	const largest = Math.max(...Array.from(scores)),
		powers = Float64Array.from(scores, score => Math.exp(score - largest)),
		sum = powers.reduce((all, one) => all + one, 0);
	return powers.map(power => power / sum);
}

export const largestAt = (scores: ArrayLike<number>): number =>
	Array.from(scores).reduce((best, score, index) => (score > scores[best] ? index : best), 0);

export const percent = (share: number): string => `${Math.round(100 * share)}%`;

export function bars(id: number, classes: readonly string[], words: Words, acts: TilesActs): Bars {
	const element = node("div.bars", { role: "group", ariaLabel: words.text("network.scores") });
	const rows = classes.map((text, channel) => {
		const fill = node("span.fill"),
			value = node("span.share"),
			row = node(
				"button.bar",
				{ type: "button", tabIndex: channel ? -1 : 0 },
				// Spaces keep the visible text a part of the name: "0 0%", not "00%".
				node("span.class", {}, text),
				" ",
				node("span.track", {}, fill),
				" ",
				value,
			);
		row.dataset.name = `map.${id}.${channel}`;
		row.addEventListener("click", () => acts.choose(channel, null));
		row.addEventListener("pointerenter", event => event.pointerType === "mouse" && acts.point(channel));
		row.addEventListener("focus", () => acts.point(channel));
		element.append(row);
		return { row, fill, value };
	});
	element.addEventListener("pointerleave", () => acts.point(null));
	element.addEventListener("focusout", () => acts.point(null));
	element.addEventListener("keydown", event => {
		const at = rows.findIndex(({ row }) => row === event.target),
			by = { ArrowUp: -1, ArrowDown: 1, Home: -rows.length, End: rows.length }[event.key];
		if (at < 0 || !by) return;
		event.preventDefault();
		rows[Math.max(0, Math.min(at + by, rows.length - 1))].row.focus();
	});
	return {
		element,
		show(shares, scores, answer) {
			const best = largestAt(scores);
			rows.forEach(({ row, fill, value }, channel) => {
				const score = short(scores[channel]),
					text = percent(shares[channel]);
				fill.style.transform = `scaleX(${shares[channel].toFixed(4)})`;
				setText(value, text);
				row.classList.toggle("best", channel === best);
				row.classList.toggle("answer", channel === answer);
				const said = { name: classes[channel], share: text, score };
				put(row, { title: words.text("network.score", said), ariaLabel: words.text("network.score", said) });
			});
		},
		mark(chosen, off) {
			rows.forEach(({ row }, channel) => {
				row.classList.toggle("chosen", channel === chosen);
				row.classList.toggle("off", off.has(channel));
				put(row, { ariaPressed: String(channel === chosen), tabIndex: channel === (chosen ?? 0) ? 0 : -1 });
			});
		},
		bar: channel => rows[channel].row,
	};
}
