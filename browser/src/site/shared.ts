/* As ../shared, where a widget's module names files: its code, its style and its records, loaded once for all. */

import type { Model } from "../model";

interface Loaded {
	readonly bundle: { render(props: object): unknown };
	readonly records: object;
}

type Files = Readonly<Record<"code" | "style" | "records", string>>;

const loaded = new Map<string, Promise<Loaded>>();

/** A file on the shelf, where this script lies too. */
export const shelf = (file: string): string => new URL(file, import.meta.url).href;

export async function read<Value>(file: string): Promise<Value> {
	const answer = await fetch(shelf(file));
	if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
	return answer.json();
}

function styled(file: string): Promise<unknown> {
	const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: shelf(file) }),
		done = new Promise((act, fail) => Object.assign(link, { onload: act, onerror: fail }));
	document.head.append(link);
	return done;
}

async function load({ code, style, records }: Files): Promise<Loaded> {
	const [module, known] = await Promise.all([import(shelf(code)), read<object>(records), styled(style)]);
	return { bundle: module.default, records: known };
}

/** What a widget's module holds. */
export async function found(model: Model<{ module: string }>): Promise<Loaded> {
	const id = model.get("module").replace("IPY_MODEL_", ""),
		module = await model.widget_manager.get_model<Record<keyof Files, string>>(id),
		one =
			loaded.get(id) ?? load({ code: module.get("code"), style: module.get("style"), records: module.get("records") });
	loaded.set(id, one);
	return one;
}

export async function render({ model, el }: { model: Model<{ module: string }>; el: HTMLElement }): Promise<unknown> {
	const { bundle, records } = await found(model);
	return bundle.render({ model, el, records });
}
