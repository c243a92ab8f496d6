/* The epochs: a bar over them, and the figures as lines. */

import { node, put, setText } from "../dom";
import { short } from "../format";
import { playBar, playWords } from "../parts/play";
import type { Words } from "../words";
import type { Session } from "./session";

export interface Training {
	readonly element: HTMLElement;
	show(): void;
	stop(): void;
}

const WIDE = 160,
	TALL = 48,
	DELAY = 500;

export function training(session: Session, words: Words): Training {
	const t = (key: string, more = {}): string => words.text(`network.${key}`, more),
		chart = document.createElementNS("http://www.w3.org/2000/svg", "svg"),
		legend = node("p.figures");
	chart.setAttribute("viewBox", `0 0 ${WIDE} ${TALL}`);
	chart.setAttribute("preserveAspectRatio", "none");
	chart.setAttribute("aria-hidden", "true");
	chart.setAttribute("class", "chart");
	const at = (): number => session.s.epoch ?? session.epochs;
	const bar = playBar({
		go: step => session.turn({ epoch: step >= session.epochs ? null : step }),
		delay: () => DELAY,
		words: playWords(words, "network"),
		ends: true,
	});
	bar.element.classList.add("player");
	const element = node("div.training", {}, bar.element, legend, chart as unknown as HTMLElement);

	/** A figure's name: a word of ours, or the caller's. */
	const nameOf = (name: string): string => (words.has(`network.figure_${name}`) ? t(`figure_${name}`) : name);

	/** A line for every figure, each between its own least and most. */
	function draw(): void {
		const { figures } = session,
			names = [...new Set(figures.flatMap(Object.keys))],
			along = (index: number): number => (WIDE * index) / Math.max(figures.length - 1, 1);
		const lines = names.map(name => {
			const values = figures.map(one => one[name]).filter(Number.isFinite),
				[least, most] = [Math.min(...values), Math.max(...values)],
				up = (value: number): number => TALL - 3 - ((TALL - 6) * (value - least)) / (most - least || 1);
			const points = figures.flatMap((one, index) =>
				Number.isFinite(one[name]) ? [`${along(index)},${up(one[name])}`] : [],
			);
			return `<polyline points="${points.join(" ")}"/>`;
		});
		chart.innerHTML = `${lines.join("")}<path class="now" d="M${along(at())} 0V${TALL}"/>`;
	}

	return {
		element,
		show() {
			const count = session.epochs + 1;
			put(element, { hidden: count < 2 });
			if (count < 2) return;
			const step = at(),
				said = Object.entries(session.figures[step] ?? {}).map(([name, value]) => `${nameOf(name)} ${short(value)}`),
				text = t("epoch", { number: session.epochNumber });
			bar.show(step, count, text, text);
			setText(legend, said.join(" · "));
			draw();
		},
		stop: () => bar.stop(),
	};
}
