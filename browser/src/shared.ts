/* Shows a widget by the bundle of the module that all of its kind share. */

import { inflated } from "./inflate";
import type { Model } from "./model";

interface Bundle {
	render(props: object): unknown;
}

interface Loaded {
	readonly bundle: Bundle;
	readonly style: string;
	readonly records: { readonly labels: Readonly<Record<string, Readonly<Record<string, string>>>> };
}

/* A second view, and the next widget of the kind, find what the first one has loaded. */
const shelf = globalThis as { convlab?: Map<string, Promise<Loaded>> };
shelf.convlab ??= new Map();
const loaded = shelf.convlab;

async function load(packed: string): Promise<Loaded> {
	const { code, style, records } = await inflated(packed).json();
	return { bundle: await imported(code), style, records };
}

async function imported(code: string): Promise<Bundle> {
	const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
	try {
		return (await import(address)).default;
	} finally {
		URL.revokeObjectURL(address);
	}
}

/* A view is often drawn before it stands anywhere: then its place is the document. */
function wear(el: HTMLElement, style: string): void {
	const root = el.getRootNode();
	const home = root instanceof ShadowRoot ? root : el.ownerDocument.head;
	if ([...home.querySelectorAll("style")].some(sheet => sheet.textContent === style)) return;
	home.append(Object.assign(document.createElement("style"), { textContent: style }));
}

export async function render({ model, el }: { model: Model<{ module: string }>; el: HTMLElement }): Promise<unknown> {
	const id = model.get("module").replace("IPY_MODEL_", ""),
		packed = (await model.widget_manager.get_model<{ packed: string }>(id)).get("packed"),
		found = loaded.get(packed) ?? load(packed);
	loaded.set(packed, found);
	const { bundle, style, records } = await found;
	wear(el, style);
	try {
		return await bundle.render({ model, el, records });
	} catch (error) {
		// Of a saved state that nothing can be made of, every language says what to do.
		el.textContent = Object.values(records.labels)
			.map(texts => texts["control.unshown"])
			.join(" ");
		return console.error(error);
	}
}
