/* What the helpers of a page know, loaded when the first of them is needed: `tools.site.more`. */

import type { Legal } from "./asked";
import { read } from "./shared";

export interface More {
	readonly words: Readonly<Record<string, string>>;
	/** The file that the search looks in. */
	readonly index: string;
	readonly controls: Legal;
	/** The titles of all exercises by their ids. */
	readonly exercises: Readonly<Record<string, string>>;
}

/** A text of the site by its key, its places filled. */
export type Say = (key: string, filled?: Readonly<Record<string, string | number>>) => string;

export const sayOf =
	({ words }: Pick<More, "words">): Say =>
	(key, filled = {}) =>
		(words[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(filled[name] ?? ""));

let loading: Promise<More> | undefined;

export function more(): Promise<More> {
	loading ??= read<More>(document.body.dataset.more ?? "").catch(error => {
		loading = undefined;
		throw error;
	});
	return loading;
}
