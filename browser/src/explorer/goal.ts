/* What is to be reached, in words, and whether it is. */

import type { Setting } from "../contract";
import { node, put, setText } from "../dom";
import { keyOf, python, short } from "../format";
import type { Words } from "../words";
import type { Session } from "./session";

const CLOSE = 1e-9;

export function isReached(session: Session): boolean {
	const goal = session.given.goal;
	return goal !== null && Object.entries(goal).every(([name, wanted]) => holds(session, name, wanted, goal.position));
}

function holds(session: Session, name: string, wanted: Setting, position: Setting | undefined): boolean {
	const { a, z } = session.scene;
	switch (name) {
		case "output_shape":
			return keyOf(session.shapeOf(a)) === keyOf(wanted);
		case "parameters":
			return session.parameters === wanted;
		case "a":
		case "z": {
			const [r, c, f] = position ? session.placeOf(position as number[]) : session.at,
				tensor = name === "a" ? a : z;
			if (r >= tensor.shape[0] || c >= tensor.shape[1] || f >= tensor.shape[2]) return false;
			return Math.abs(session.numberAt(tensor, [r, c, f]) - (wanted as number)) < CLOSE;
		}
		default:
			return keyOf(session.s[name]) === keyOf(wanted);
	}
}

/** "Goal: an output of 3×3×1, by strides alone." As Python's goal_words. */
export function goalWords({ given, records }: Session, words: Words): string {
	const t = (key: string, more = {}): string => words.text(`explorer.goal_${key}`, more),
		and = t("and");
	const goal = given.goal ?? {},
		{ position } = goal,
		parts: string[] = [];
	const numbers = ["z", "a"].filter(name => name in goal).map(name => t(name, { value: short(goal[name] as number) }));
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
	const tick = node("span", { className: "tick", ariaHidden: "true" }),
		text = node("span");
	const element = node("p", { className: "goal", role: "status" }, tick, text);
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
