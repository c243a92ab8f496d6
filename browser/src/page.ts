/* A self-contained page: it holds the states of all its models, and brings each widget to life in its place. */

import { manager } from "./model";
import { render } from "./shared";

const models = manager(JSON.parse(document.getElementById("convlab-models")?.textContent ?? "{}"));

for (const el of document.querySelectorAll<HTMLElement>("[data-model]")) {
	const model = await models.get_model<{ module: string }>(el.dataset.model ?? "");
	el.replaceChildren();
	await render({ model, el });
}
