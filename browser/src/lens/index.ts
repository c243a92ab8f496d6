/* The lens: a picture, a kernel under the hand, and what the one makes of the other. */

import { focusedName, focusOn, node, setText } from "../dom";
import type { RenderProps } from "../model";
import { addressOf, staying, unreadText, voice, widgetRoot } from "../parts/frame";
import { wordsOf } from "../words";
import { type Frame, frame } from "./frame";
import { hashOf, openHash } from "./link";
import { pixelsOf } from "./pixels";
import type { PictureTraits, Records, Traits } from "./records";
import { exposed, windowOf } from "./seen";
import { Session } from "./session";
import { source } from "./source";

async function render({
	model,
	el,
	records,
}: RenderProps<Records, Traits & Record<string, unknown>>): Promise<() => void> {
	const picture = await model.widget_manager.get_model<PictureTraits & Record<string, unknown>>(
		model.get("picture").replace("IPY_MODEL_", ""),
	);
	const session = new Session(model, records, await pixelsOf(name => picture.get(name)), draw, () => address.keep());
	const words = wordsOf(records.labels, ""),
		address = addressOf(el, () => hashOf(session)),
		root = widgetRoot("lens"),
		pictures = staying(root),
		live = voice(),
		notice = node("p.notice"),
		own = source(session, words, tell, () => root.isConnected);
	let held = false,
		parts: Frame;
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
			link: address.button(words, say, words.text("lens.link")),
			buttons: own.buttons,
		});
		pictures.show(parts.after);
		Object.assign(root, { lang: words.text("control.html_language"), ariaLabel: words.text("lens.root") });
		setText(notice, unreadText(words, session.unread));
		root.replaceChildren(...parts.elements, notice, live.element);
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
		live.stop();
		if (root.contains(document.activeElement)) live.say(moved ? (parts.sentence.textContent ?? "") : parts.spoken());
	}

	function say(text: string): void {
		setText(parts.sentence, text);
		live.say(text, 0);
	}

	/** Say what happened to the picture, until something else does. */
	function tell(text: string): void {
		setText(notice, text);
		live.say(text, 0);
	}

	el.append(root);
	draw();
	address.open(hash => openHash(session, hash));
	return () => {
		own.stop();
		live.stop();
		pictures.stop();
		session.destroy();
		root.remove();
	};
}

export default { render };
