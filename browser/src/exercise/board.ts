/* An answer that is set on a board: a focused explorer, or a lens with a puzzle. */

import type { Settings } from "../contract";
import { node } from "../dom";
import type { Manager, Model } from "../model";
import { render } from "../shared";
import type { Words } from "../words";
import type { Field, Given } from "./fields";
import type { Answer } from "./sheet";

type Traits = Record<string, Record<string, unknown>>;

/** How the board begins, and by variant what is different. `exercises.widget` */
export interface Boards {
	readonly start: Traits;
	readonly variants: readonly Traits[];
}

interface Board extends Field {
	/** Begin with a variant's numbers. */
	start(variant: number): Promise<void>;
	/** Show it anew, in the language of now. */
	show(language: string): Promise<void>;
	stop(): void;
}

export async function board(
	manager: Manager,
	id: string,
	boards: Boards,
	answer: () => Answer,
	words: Words,
): Promise<Board> {
	const model = (await manager.get_model(id.replace("IPY_MODEL_", ""))) as Model<Traits & { module: string }>,
		element = node("div.board");
	let stop: unknown;
	const give = (traits: Traits): void => {
		for (const [name, values] of Object.entries(traits)) model.set(name, { ...model.get(name), ...values });
		model.save_changes();
	};
	async function show(language: string): Promise<void> {
		if (typeof stop === "function") stop();
		element.replaceChildren();
		give({ shown: { language } });
		stop = await render({ model, el: element });
	}
	return {
		element,
		async start(variant) {
			give(boards.start);
			give(boards.variants[variant]);
			await show(words.language);
		},
		show,
		stop: () => typeof stop === "function" && stop(),
		read: () => given(element, answer()),
	};
}

/** What stands on the board, as its root tells. */
function given(element: HTMLElement, { kind, fixed, asked }: Answer): Given {
	const root = element.querySelector<HTMLElement>("[data-state]");
	if (!root) return null;
	const { arguments: now, output_shape, kernel, refused } = JSON.parse(root.dataset.state ?? "{}");
	// The board still shows the setting before: that is not what was chosen.
	if (refused) return { value: `refused ${asked}` };
	if (Object.entries(fixed ?? {}).some(([name, value]) => !holds(now, name, value))) return { value: "changed" };
	return { value: kind === "kernel" ? kernel.flat() : output_shape.slice(0, 2) };
}

/** A single number stands for every direction. */
function holds(now: Settings, name: string, wanted: unknown): boolean {
	const value = now[name];
	return Array.isArray(value) && !Array.isArray(wanted)
		? value.every(one => one === wanted)
		: JSON.stringify(value) === JSON.stringify(wanted);
}
