/* The explorer: one layer under the hand. It puts parts together; each of them draws one thing. */

import type { Records } from "../contract";
import { focusedName, focusOn, node, put, setText } from "../dom";
import { python, short } from "../format";
import type { RenderProps } from "../model";
import { range } from "../parts/controls";
import { addressOf, staying, unreadText, voice, widgetRoot } from "../parts/frame";
import { playBar, playWords } from "../parts/play";
import type { Term } from "../parts/sum";
import { wordsOf } from "../words";
import { cropPart } from "./crop";
import { depths } from "./depths";
import { dials } from "./dials";
import { change, editor, homeOf, nameOf } from "./editor";
import { exposed } from "./exposed";
import { goalPart } from "./goal";
import { head } from "./head";
import { type Look, lightOf, TRACED } from "./light";
import { hashOf, openHash } from "./link";
import { gathers, pictureOf } from "./panels";
import { handle } from "./pointing";
import { glance } from "./said";
import { Session } from "./session";
import { stage } from "./stage";
import { givenOf } from "./taken";
import { markSymmetry, type Symmetry, symmetryOf } from "./torch";
import { tourPart } from "./tour";

/* Where a tour finds what has another name in the page. */
const ELSEWHERE: Record<string, string> = { sum: ".sentence", position: ".player" };

function render({ model, el, records }: RenderProps<Records>): () => void {
	const session = new Session(model, records, givenOf(records, model.get("given")), draw, () => address.keep());
	const words = wordsOf(records.labels, session.s.language);
	const t = (key: string, more = {}): string => words.text(`explorer.${key}`, more);
	const address = addressOf(el, () => hashOf(session)),
		root = widgetRoot("explorer"),
		view = staying(root),
		live = voice(),
		picture = stage(choose);
	let look: Look | null = null,
		pinned: Look | null = null,
		symmetry: Symmetry,
		// Whether something was said that no picture shows.
		said = false,
		fed = 0,
		builtFor = "",
		drawnPlace = "",
		parts!: ReturnType<typeof build>;
	// The frame around the picture

	function build() {
		const paragraph = (className: string, more = {}): HTMLElement => node("p", { className, ...more });
		const caption = paragraph("caption"),
			notice = paragraph("notice", { role: "status" }),
			beside = paragraph("beside"),
			sentence = paragraph("sentence");
		const own = head(session, words, refocus, address.button(words, say)),
			filter = filterDial(),
			player = playBar({
				go: step => session.goStep(step),
				delay: () => 1000 / session.s.speed,
				words: playWords(words, "explorer"),
			}),
			goal = goalPart(),
			tour = tourPart(session, words, shine),
			edit = editor(session, words, valueOf, say, () => picture.grids.get(pinned?.id ?? "")?.body.focus()),
			controls = dials(session, words, say),
			deep = depths(session, words, seeTerm);
		player.element.classList.add("player");
		const bottom = node("div.said", {}, sentence, edit.element),
			seen = node("div.view", {}, cropPart(session, words), picture.element, beside, player.element, bottom),
			side = node("div.side", {}, filter.element, controls.element),
			body = node("div.body", {}, seen, side);
		view.show(seen, side);
		root.lang = words.text("control.html_language");
		root.ariaLabel = t("root");
		root.replaceChildren(
			...own.elements,
			caption,
			notice,
			tour.element,
			body,
			goal.element,
			...deep.elements,
			live.element,
		);
		return { own, caption, notice, beside, sentence, player, filter, goal, tour, edit, controls, deep };
	}

	function filterDial(): ReturnType<typeof range> {
		return range(
			{ name: "filter", text: t("filter") },
			() => session.at[2],
			() => [0, session.scene.a.shape[2] - 1],
			f => session.go(session.at[0], session.at[1], f),
		);
	}

	function refocus(): void {
		session.focused = !session.focused;
		draw();
	}

	// Choosing and pointing

	const valueOf = (one: Look): number => picture.grids.get(one.id)?.spec.value(one.r, one.c) ?? 0;
	const seeTerm = (term: Term | null): void => {
		if (!term) return see(null);
		// The second sum of a separable layer has one grid for all channels.
		const { kind, channel, i, j } = term,
			[id, r, c] = kind === "mixed" ? [`mixed${session.at[2]}`, channel, 0] : [`product${channel}`, i, j];
		see({ kind, channel, ...picture.grids.get(id)?.spec, id, r, c });
	};

	function choose(channel: number): void {
		session.k = channel;
		draw();
	}

	function see(next: Look | null): void {
		if (next === null && !look) return;
		look = next;
		light();
	}

	function pin(next: Look | null): void {
		if (next?.kind === "output" || next?.kind === "dy") session.go(next.r, next.c, next.channel);
		if (next?.kind === "mid") {
			session.q = next.channel;
			drawnPlace = "";
			session.go(next.r, next.c);
		}
		if (next?.kind === "input") session.k = next.channel;
		pinned = next?.kind === "output" ? null : next;
		light();
		parts.edit.show(pinned);
	}

	handle(picture.element, {
		see,
		pin,
		valueOf,
		step: by => parts.player.step(by),
		walk: next => (next.kind === "output" ? session.go(next.r, next.c, next.channel) : see(next)),
		isFree: one => homeOf(session, one) !== null || (one.kind === "dy" && session.s.gradient === "own"),
		change(one, value) {
			change(session, one, value);
			pinned = one;
			light();
			parts.edit.show(pinned);
		},
		edit: () => parts.edit.focus(),
		toggle: () => parts.player.toggle(),
	});
	// A step glides; what a hand drags follows it at once.
	for (const [event, glides] of [
		["click", true],
		["keydown", true],
		["input", false],
	] as const)
		root.addEventListener(event, () => picture.element.classList.toggle("glides", glides), { capture: true });
	/* `fresh`: a group or the menu opens where it hides what is meant. */
	function shine(name: string, fresh: boolean): void {
		for (const one of root.querySelectorAll(".shine")) one.classList.remove("shine");
		if (!name) return;
		const control = root.querySelector(`[data-name="${CSS.escape(name)}"]`);
		if (fresh) parts.controls.reveal(name);
		if (fresh) parts.own.reveal(control);
		const wanted =
			root.querySelector(ELSEWHERE[name] ?? `.panel.${name}, figure.${name}`) ??
			parts.controls.row(name) ??
			control?.closest(".field");
		wanted?.classList.add("shine");
	}

	// Drawing

	function draw(moved = false): void {
		words.language = session.s.language;
		words.rank = session.rank;
		if (builtFor !== words.language) rebuild();
		said = false;
		const place = `${session.at[2]} ${session.q} ${session.k} ${session.s.gradient} ${session.s.partial}`;
		const still = moved && place === drawnPlace && session.s.gradient === "off";
		if (!still) symmetry = symmetryOf(session, words);
		drawnPlace = place;
		if (!moved) look = null;
		if (moved) look = pinned = null;
		picture.show(pictureOf(session, words, short, symmetry.beside), words, still);
		showPlace();
		light();
		root.setAttribute("data-state", exposed(session));
		if (moved) return parts.goal.show(session, words);
		showWords();
	}

	function rebuild(): void {
		const name = focusedName(root),
			open = parts?.deep.open(),
			more = parts?.own.more.open ?? false;
		parts?.player.stop();
		parts = build();
		parts.deep.open(open);
		parts.own.more.toggle(more);
		builtFor = words.language;
		focusOn(root, name);
	}

	function showPlace(): void {
		const { step: now, steps } = session,
			{ player, filter } = parts;
		player.show(now, steps, t("step_of", { step: now + 1, all: steps, index: python(session.s.position) }));
		put(filter.element, { hidden: session.scene.a.shape[2] === 1 });
		filter.show();
	}

	function showWords(): void {
		parts.own.show();
		parts.controls.show();
		root.classList.toggle("refused", session.refused !== null);
		setText(parts.caption, session.s.preset ? t(`caption_${session.s.preset}`) : "");
		setText(parts.beside, symmetry.words);
		showNotice();
		parts.goal.show(session, words);
		parts.edit.show(pinned);
		parts.deep.show();
		parts.tour.show();
	}

	/* What the layer could not keep of the one before, and what a link asked for in vain. */
	function showNotice(): void {
		const { layer, carried, unread } = session.s;
		const list = Object.entries(carried).map(([name, before]) =>
			t("carried_one", { name, before: python(before), after: python(session.s[name]) }),
		);
		const notices = [list.length ? t("carried", { layer, changes: { list } }) : "", unreadText(words, unread)];
		setText(parts.notice, notices.filter(Boolean).join(" "));
	}

	function light(): void {
		const offset = gathers(session) ? ([symmetry.beside[0][0], symmetry.beside[1][0]] as const) : ([0, 0] as const);
		const lit = lightOf(session, picture.grids, look, pinned, offset);
		markSymmetry(session, symmetry, (id, mark) => {
			const grid = picture.grids.get(id);
			if (grid) lit.marks.set(grid, [...(lit.marks.get(grid) ?? []), mark]);
		});
		walkFromHere();
		for (const grid of picture.grids.values()) grid.mark(lit.marks.get(grid), lit.frames.get(grid) ?? null);
		fed = lit.fed;
		parts.deep.showSum(look);
		speak();
	}

	/* The keys go on from the output that is looked at, wherever else it was chosen. */
	function walkFromHere(): void {
		const [r, c, f] = session.at,
			grid = picture.grids.get(`output${f}`);
		if (grid && !grid.body.matches(":focus")) grid.activate(grid.spec.rows.indexOf(r), grid.spec.columns.indexOf(c));
	}

	function speak(): void {
		let text = glance(session, words);
		// A gradient lights the outputs of its number, but does not feed them.
		if (look && TRACED[look.kind] === look.kind) {
			text = t(look.kind === "input" ? "feeds" : "used_at", {
				name: `${nameOf(session, look)} = ${short(valueOf(look))}`,
				count: fed,
			});
		} else if (look)
			text = t("pointed", { name: nameOf(session, look), value: String(valueOf(look)).replace("-", "−") });
		if (said && !look) return;
		said = false;
		setText(parts.sentence, text);
		if (!parts.player.playing()) live.say(text);
	}

	function say(text: string): void {
		setText(parts.sentence, text);
		live.say(text, 0);
		said = true;
	}

	el.append(root);
	draw();
	address.open(hash => openHash(session, hash));
	return () => {
		parts.player.stop();
		live.stop();
		view.stop();
		picture.destroy();
		session.destroy();
		root.remove();
	};
}

export default { render };
