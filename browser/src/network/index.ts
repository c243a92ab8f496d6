/* The network explorer: a whole stack of layers, every number of it under the hand. */

import { focusedName, focusOn } from "../dom";
import type { RenderProps } from "../model";
import { addressOf, staying, unreadText, voice, widgetRoot } from "../parts/frame";
import { wordsOf } from "../words";
import { exposed } from "./exposed";
import { type Frame, frame } from "./frame";
import { hashOf, openHash } from "./link";
import { opened } from "./opened";
import { ownPicture } from "./own";
import { epochsOf } from "./packed";
import type { Records, Traits } from "./records";
import { Session } from "./session";
import { themed } from "./theme";
import type { View } from "./view";

async function render({
	model,
	el,
	records,
}: RenderProps<Records, Traits & Record<string, unknown>>): Promise<() => void> {
	const past = await epochsOf(model.get("past").data ?? []),
		session = new Session(model, records, past, draw, () => address.keep()),
		words = wordsOf(records.labels, ""),
		view: View = { tab: "maps", more: false };
	const address = addressOf(el, () => hashOf(session)),
		root = widgetRoot("network"),
		staysInView = staying(root),
		live = voice(),
		inside = opened(session, model.get("explorer"));
	let parts: Frame | undefined,
		said = "";

	function build(): Frame {
		words.language = session.s.language;
		parts?.stop();
		const found = frame(session, words, acts, view);
		staysInView.show(found.top);
		Object.assign(root, { lang: words.text("control.html_language"), ariaLabel: words.text("network.root") });
		root.replaceChildren(...found.elements, inside.element, live.element);
		void inside.again();
		return found;
	}

	const acts = {
		open: inside.open,
		take: (file: File) => void take(file),
		get link() {
			return address.button(words, tell);
		},
	};

	function draw(): void {
		const name = focusedName(root),
			anew = words.language !== session.s.language;
		if (anew || !parts) parts = build();
		parts.show();
		parts.tell(said || unreadText(words, session.unread));
		if (anew) focusOn(root, name);
		root.setAttribute("data-state", exposed(session));
		live.stop();
		if (root.contains(document.activeElement)) live.say(parts.spoken());
	}

	/** Say what happened, until something else does. */
	function tell(text: string): void {
		said = text;
		parts?.tell(text);
		live.say(text, 0);
	}

	async function take(file: File): Promise<void> {
		const { key, picture, more } = await ownPicture(session, file);
		if (picture) session.showOwn(picture);
		tell(words.text(`network.${key}`, { name: file.name, ...more }));
	}

	el.append(root);
	draw();
	address.open(hash => openHash(session, hash));
	const stopHearing = themed(draw);
	return () => {
		stopHearing();
		parts?.stop();
		inside.close();
		live.stop();
		staysInView.stop();
		session.destroy();
		root.remove();
	};
}

export default { render };
