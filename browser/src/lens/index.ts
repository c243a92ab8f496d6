/* The lens: a picture, a kernel under the hand, and what the one makes of the other. */

import { focusedName, focusOn, node, setText } from "../dom";
import type { RenderProps } from "../model";
import { wordsOf } from "../words";
import { type Frame, frame } from "./frame";
import { hashOf, openHash } from "./link";
import { pixelsOf } from "./pixels";
import type { PictureTraits, Records, Traits } from "./records";
import { exposed, windowOf } from "./seen";
import { Session } from "./session";
import { source } from "./source";

const SPOKEN_AFTER = 150;

async function render({
	model,
	el,
	records,
}: RenderProps<Records, Traits & Record<string, unknown>>): Promise<() => void> {
	const picture = await model.widget_manager.get_model<PictureTraits & Record<string, unknown>>(
		model.get("picture").replace("IPY_MODEL_", ""),
	);
	const session = new Session(model, records, await pixelsOf(name => picture.get(name)), draw, address);
	const words = wordsOf(records.labels, ""),
		isPage = el.dataset.model !== undefined,
		root = node("div", { className: "convlab convlab-lens", role: "group", "data-lm-suppress-shortcuts": "true" }),
		live = node("p", { className: "unseen", role: "status" }),
		notice = node("p", { className: "notice" }),
		own = source(session, words, tell, () => root.isConnected);
	let held = false,
		parts: Frame,
		speaking: ReturnType<typeof setTimeout> | undefined;
	// What is scrolled to must not come to lie behind the pictures, which stay.
	const above = new ResizeObserver(([{ target }]) =>
		root.style.setProperty("--view", `${(target as HTMLElement).offsetHeight}px`),
	);

	function build(): void {
		words.language = session.s.language;
		parts = frame(session, words, {
			hold(on = !held) {
				held = on;
				draw(true);
			},
			isHeld: () => held,
			say,
			take: own.take,
			copyLink,
			buttons: own.buttons,
		});
		above.disconnect();
		above.observe(parts.after);
		Object.assign(root, { lang: words.text("control.html_language"), ariaLabel: words.text("lens.root") });
		setText(notice, "");
		root.replaceChildren(...parts.elements, notice, live);
	}

	function draw(moved = false): void {
		const name = focusedName(root),
			anew = words.language !== session.s.language;
		if (anew) build();
		if (!moved) {
			parts.show();
			own.show();
			root.classList.toggle("refused", session.refused !== null);
		}
		if (anew) focusOn(root, name);
		const seen = windowOf(session);
		parts.showPlace(seen);
		root.setAttribute("data-state", exposed(session, seen));
		clearTimeout(speaking);
		if (root.contains(document.activeElement))
			speaking = setTimeout(() => setText(live, parts.sentence.textContent ?? ""), SPOKEN_AFTER);
	}

	function say(text: string): void {
		clearTimeout(speaking);
		setText(parts.sentence, text);
		setText(live, text);
	}

	/** Say what happened to the picture, until something else does. */
	function tell(text: string): void {
		setText(notice, text);
		setText(live, text);
	}

	/* On a page, its address holds the state. */
	function address(): void {
		if (isPage) history.replaceState(null, "", hashOf(session));
	}

	function copyLink(from: HTMLElement): void {
		const link = (isPage ? location.href.split("#")[0] : "") + hashOf(session);
		const copied = navigator.clipboard?.writeText(link) ?? Promise.reject();
		copied.then(
			() => setText(from, words.text("control.copied")),
			() => say(link),
		);
	}

	// A notebook would take the arrow keys for itself.
	root.addEventListener("keydown", event => event.key === "Escape" || event.stopPropagation());
	el.append(root);
	draw();
	if (isPage && location.hash.length > 1) openHash(session, location.hash);
	if (isPage) addEventListener("hashchange", () => location.reload());
	return () => {
		own.stop();
		clearTimeout(speaking);
		above.disconnect();
		session.destroy();
		root.remove();
	};
}

export default { render };
