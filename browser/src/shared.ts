/* Shows a widget by the bundle of the module that all of its kind share. */

import type { Model } from "./model";

interface Bundle {
	render(props: object): unknown;
}

/* A second view, and the next widget of the kind, find what the first one has loaded. */
const shelf = globalThis as { convlab?: Map<string, Promise<Bundle>> };
shelf.convlab ??= new Map();
const loaded = shelf.convlab;

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

interface Shared {
	code: string;
	style: string;
	records: { readonly labels: Readonly<Record<string, Readonly<Record<string, string>>>> };
}

export async function render({ model, el }: { model: Model<{ module: string }>; el: HTMLElement }): Promise<unknown> {
	const id = model.get("module").replace("IPY_MODEL_", "");
	const shared = await model.widget_manager.get_model<Shared>(id);
	const code = shared.get("code");
	const bundle = loaded.get(code) ?? imported(code);
	loaded.set(code, bundle);
	wear(el, shared.get("style"));
	const records = shared.get("records");
	try {
		return await (await bundle).render({ model, el, records });
	} catch (error) {
		// Of a saved state that nothing can be made of, every language says what to do.
		el.textContent = Object.values(records.labels)
			.map(texts => texts["control.unshown"])
			.join(" ");
		return console.error(error);
	}
}
