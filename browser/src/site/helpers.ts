/* What helps beside the page itself: search, the site without a network, links and frames, a class. Each is loaded when
   it is wanted, so that a page is there at once. */

import { node } from "../dom";
import { type Asked, askedOf, prepare } from "./asked";
import { embed } from "./embed";
import { more, sayOf } from "./more";
import { shelf } from "./shared";
import type { Model } from "../model";

export const asked: Asked = askedOf(location.search);

const body = document.body;
/** Where the site begins. */
const root = new URL("..", shelf("")).href;

/** What fits no widget of the page is told once. */
const taken = new Set<string>();

/** Before a widget is shown: what the address of the page asks of it. */
export async function prepared(model: Model, kind: string): Promise<void> {
	if (!location.search) return;
	const own = await prepare(model, kind, asked, (await more()).controls);
	for (const name of own) taken.add(name);
}
