/* A tour: one sentence a step, the thing meant lit, next and back. */

import type { State } from "../contract";
import { button, node, setText } from "../dom";
import type { Words } from "../words";
import type { Session } from "./session";

export interface TourPart {
	readonly element: HTMLElement;
	show(): void;
}

/** `light` gives light to what a step means: a part of the picture or a control, and to nothing else. */
export function tourPart(session: Session, words: Words, light: (name: string, fresh: boolean) => void): TourPart {
	const steps = session.given.tour ?? [],
		text = node("p", { role: "status" }),
		count = node("span.count");
	let lit: (typeof steps)[number] | undefined;
	const isLast = (): boolean => session.s.tour_step === steps.length - 1;
	const go = (by: number) => (): void => {
		if (by > 0 && isLast()) return end();
		session.s.tour_step += by;
		enter(session.s.tour_step);
	};
	function end(): void {
		session.ended = session.s.tour_step;
		session.turn({}, false);
	}
	const [back, next] = [button("tour.back", "", go(-1)), button("tour.next", "", go(1))];
	const element = node("div.tour", { role: "group", hidden: !steps.length }, text, node("div", {}, back, count, next));

	function enter(index: number): void {
		const { preset, layer, ...changes }: Partial<State> = { ...steps[index]?.set };
		// These two bring settings of their own.
		if (preset !== undefined && preset !== session.s.preset) session.open(preset);
		if (layer !== undefined && layer !== session.s.layer) session.choose(layer);
		const own = session.settings();
		const settings = Object.fromEntries(Object.entries(changes).filter(([name]) => name in own));
		const rest = Object.fromEntries(Object.entries(changes).filter(([name]) => !(name in own)));
		if (Object.keys(settings).length) session.ask(settings as typeof own);
		session.turn(rest);
	}

	return {
		element,
		show() {
			const step = steps[session.s.tour_step];
			if (!step) return;
			element.hidden = session.ended === session.s.tour_step;
			if (element.hidden) return light("", false);
			setText(text, step.say[words.language]);
			setText(count, `${session.s.tour_step + 1} / ${steps.length}`);
			setText(back, words.text("explorer.tour_back"));
			setText(next, words.text(isLast() ? "explorer.tour_end" : "explorer.tour_next"));
			element.ariaLabel = words.text("explorer.tour");
			back.disabled = session.s.tour_step === 0;
			light(step.light, step !== lit);
			lit = step;
		},
	};
}
