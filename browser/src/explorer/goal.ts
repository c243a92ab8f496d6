/* What is to be reached, in words, and whether it is. */

import type { Setting } from "../contract";
import { node, setText } from "../dom";
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
		case "output_shape": return keyOf(session.shapeOf(a)) === keyOf(wanted);
		case "parameters": return session.parameters === wanted;
		case "a": case "z": {
			const [r, c, f] = position ? session.placeOf(position as number[]) : session.at, tensor = name === "a" ? a : z;
			if (r >= tensor.shape[0] || c >= tensor.shape[1] || f >= tensor.shape[2]) return false;
			return Math.abs(session.numberAt(tensor, [r, c, f]) - (wanted as number)) < CLOSE;
		}
		default: return keyOf(session.s[name]) === keyOf(wanted);
	}
}

/** "Goal: an output of 3×3×1, by strides alone." */
export function goalWords({ given }: Session, words: Words): string {
	const t = (key: string, more = {}): string => words.text(`explorer.goal_${key}`, more);
	const { position, ...goal } = given.goal ?? {}, separator = words.text("list.separator");
	const one = (name: string, value: Setting): string => {
		if (name === "output_shape") return t("output_shape", { shape: (value as number[]).join("×") });
		if (name === "parameters") return t("parameters", { value: String(value) });
		if (name === "a" || name === "z") {
			const number = short(value as number);
			return position ? t("number_at", { name, value: number, position: python(position) }) : t("number", { name, value: number });
		}
		return t("setting", { name, value: python(value) });
	};
	const parts = Object.entries(goal).map(([name, value]) => one(name, value));
	if (position && !("a" in goal) && !("z" in goal)) parts.push(t("position", { position: python(position) }));
	const by = given.controls?.length ? t("by", { controls: given.controls.join(separator) }) : "";
	return t("whole", { goal: parts.join(separator), by });
}

export interface GoalPart { readonly element: HTMLElement; show(session: Session, words: Words): void }

export function goalPart(): GoalPart {
	const tick = node("span", { className: "tick", ariaHidden: "true" }), text = node("span");
	const element = node("p", { className: "goal", role: "status" }, tick, text);
	return {
		element,
		show(session, words) {
			element.hidden = !session.given.goal;
			if (!session.given.goal) return;
			const reached = isReached(session);
			element.classList.toggle("reached", reached);
			setText(tick, reached ? "✓" : "○");
			setText(text, reached ? `${goalWords(session, words)} ${words.text("explorer.goal_reached")}` : goalWords(session, words));
		},
	};
}
