/* What the address of a page asks for behind its "?": a language, some controls, the numbers of a class. */

import type { Model } from "../model";
import { crc32 } from "./crc";

export interface Asked {
	/** As `convlab` names it. */
	readonly language: string | null;
	readonly controls: readonly string[] | null;
	readonly class: string | null;
	/** What no language and no class can be. */
	readonly unread: readonly string[];
}

const LANGUAGES: Readonly<Record<string, string>> = { zh: "zh_TW", en: "en" };
const LONGEST = 40;

/** What a class is called; null for what is no name. */
export function className(text: string): string | null {
	const name = text.normalize("NFKC").trim().replace(/\s+/g, " ");
	return name && name.length <= LONGEST && !/\p{C}/u.test(name) ? name : null;
}

export function askedOf(search: string): Asked {
	const told = new URLSearchParams(search),
		[tongue, group] = [told.get("lang"), told.get("class")],
		language = LANGUAGES[tongue?.slice(0, 2).toLowerCase() ?? ""] ?? null,
		name = className(group ?? ""),
		unread = [];
	if (tongue !== null && !language) unread.push(`lang=${tongue}`);
	if (group !== null && !name) unread.push(`class=${group}`);
	const controls = told.has("controls") ? told.getAll("controls").flatMap(one => one.split(/[\s,]+/)) : null;
	return { language, controls: controls?.filter(Boolean) ?? null, class: name, unread };
}

/** Which of the `count` variants that were drawn beforehand a class gets, in small letters or capitals: the first is
    nobody's. */
export const variantFor = (name: string, exercise: string, count: number): number =>
	1 + (crc32(`${name.toLowerCase()}/${exercise}`) % (count - 1));

type Traits = Record<string, unknown>;
type Boards = { readonly start: Changes; readonly variants: readonly Changes[] };
type Changes = Readonly<Record<string, Traits>>;

/** Set a widget that is about to be shown as it is asked for; the names of controls that it has. */
export async function prepare(model: Model<Traits>, kind: string, asked: Asked, legal: Legal): Promise<string[]> {
	if (asked.language) speak(model, asked.language);
	if (asked.class && model.get("sheet")) await give(model, asked.class);
	const own = asked.controls?.filter(name => legal[kind]?.includes(name)) ?? [];
	if (own.length && isFree(model)) model.set("given", { ...Object(model.get("given")), controls: own });
	return own;
}

/** The controls that each kind of widget has. */
export type Legal = Readonly<Record<string, readonly string[]>>;

function speak(model: Model<Traits>, language: string): void {
	if (model.get("shown")) model.set("shown", { ...Object(model.get("shown")), language });
	else model.set("language", language);
}

/** What leads to a goal keeps the controls that the goal needs. */
function isFree(model: Model<Traits>): boolean {
	const { goal, tour, puzzle } = Object(model.get("given"));
	return !goal && !tour && !puzzle;
}

/** An exercise with the numbers of a class, on its board too. */
async function give(model: Model<Traits>, name: string): Promise<void> {
	const { exercise, variants } = model.get("sheet") as { exercise: string; variants: readonly unknown[] },
		variant = variantFor(name, exercise, variants.length),
		board = model.get("board") as string | null;
	model.set("variant", variant);
	if (!board) return;
	const { start, variants: each } = model.get("boards") as Boards,
		stands = await model.widget_manager.get_model<Traits>(board.replace("IPY_MODEL_", ""));
	for (const changes of [start, each[variant]])
		for (const [trait, values] of Object.entries(changes))
			stands.set(trait, { ...Object(stands.get(trait)), ...values });
}
