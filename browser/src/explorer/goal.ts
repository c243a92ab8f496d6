/* What is to be reached, in words, and whether it is. */

import type { Setting } from "../contract";
import { node, put, setText } from "../dom";
import { general, keyOf, python } from "../format";
import type { Words } from "../words";
import { valueAt } from "./scene";
import type { Session } from "./session";

const CLOSE = 1e-6;

export function isReached(session: Session): boolean {
	const { goal } = session.given;
	return goal !== null && Object.entries(goal).every(([name, wanted]) => holds(session, name, wanted));
}

function holds(session: Session, name: string, wanted: Setting): boolean {
	const { a, z } = session.scene;
	if (name === "output_shape") return keyOf(session.shapeOf(a)) === keyOf(wanted);
	if (name === "parameters") return session.parameters === wanted;
	if (name !== "a" && name !== "z") return keyOf(session.s[name]) === keyOf(wanted);
	return Math.abs(valueAt(name === "a" ? a : z, ...session.at) - (wanted as number)) < CLOSE;
}

/** "Goal: an output of 3×3×1, by strides alone." As Python's goal_words. */
export function goalWords({ given, records }: Session, words: Words): string {
	const t = (key: string, more = {}): string => words.text(`explorer.goal_${key}`, more),
		and = t("and");
	const goal = given.goal ?? {},
		{ position } = goal,
		parts: string[] = [];
	const numbers = ["z", "a"]
		.filter(name => name in goal)
		.map(name => t(name, { value: general(goal[name] as number) }));
	if (numbers.length && position) parts.push(t("at", { what: numbers.join(and), value: python(position) }));
	else parts.push(...numbers);
	if (goal.output_shape) parts.push(t("output_shape", { value: (goal.output_shape as number[]).join("×") }));
	if ("parameters" in goal) parts.push(t("parameters", { value: String(goal.parameters) }));
	for (const { name } of records.properties) {
		if (name in goal && name !== "position") parts.push(t("setting", { name, value: python(goal[name]) }));
	}
	if (!numbers.length && position) parts.push(t("position", { value: python(position) }));
	const named = (name: string): string => (words.has(`explorer.goal_by_${name}`) ? t(`by_${name}`) : name);
	const by = given.controls?.length ? t("by", { controls: given.controls.map(named).join(t("both")) }) : "";
	return words.text("explorer.goal", { what: parts.join(and), by });
}

export interface GoalPart {
	readonly element: HTMLElement;
	show(session: Session, words: Words): void;
}

export function goalPart(): GoalPart {
	const tick = node("span.tick", { ariaHidden: "true" }),
		text = node("span");
	const element = node("p.goal", { role: "status" }, tick, text);
	return {
		element,
		show(session, words) {
			put(element, { hidden: !session.given.goal });
			if (!session.given.goal) return;
			const reached = isReached(session);
			element.classList.toggle("reached", reached);
			setText(tick, reached ? "✓" : "○");
			setText(
				text,
				reached ? `${goalWords(session, words)} ${words.text("explorer.goal_reached")}` : goalWords(session, words),
			);
		},
	};
}
