/* The explorer: one layer under the hand. It puts parts together; each of them draws one thing. */

import type { Given, Records } from "../contract";
import { button, focusedName, node, put, setText, setTexts } from "../dom";
import { added, factor, grouped, python, short } from "../format";
import { reckoning } from "../formula";
import type { RenderProps } from "../model";
import { codePart } from "../parts/code";
import { choice, range, select } from "../parts/controls";
import { type Disclosure, disclosure, section } from "../parts/disclosure";
import { framed, heatMap } from "../parts/heat";
import { type Play, playBar } from "../parts/play";
import { sumPart, type WrittenSum } from "../parts/sum";
import { wordsOf } from "../words";
import { canCompare, comparePart } from "./compare";
import { dials } from "./dials";
import { change, editor, homeOf, nameOf } from "./editor";
import { exposed } from "./exposed";
import { goalPart } from "./goal";
import { type Lit, type Look, lightOf } from "./light";
import { hashOf, openHash } from "./link";
import { gathers, pictureOf } from "./panels";
import { handle } from "./pointing";
import { productsOf, valueAt } from "./scene";
import { Session } from "./session";
import { stage } from "./stage";
import { kerasCode, type Symmetry, symmetryOf, torchCode } from "./torch";
import { tourPart } from "./tour";

const SPOKEN_AFTER = 150;
/* Where a tour finds what has another name in the page. */
const ELSEWHERE: Record<string, string> = { sum: ".sentence", position: ".player" };
const TRACED = ["input", "kernel", "pointwise"];

function render({ model, el, records }: RenderProps<Records>): () => void {
	const given = model.get("given") as Given;
	const session = new Session(model, records, given, draw, address);
	const words = wordsOf(records.labels, session.s.language);
	const t = (key: string, more = {}): string => words.text(`explorer.${key}`, more);
	const isPage = el.dataset.model !== undefined;

	const root = node("div", { className: "convlab-explorer", role: "group", "data-lm-suppress-shortcuts": "true" });
	const picture = stage(channel => choose(channel)),
		live = node("p", { className: "unseen", role: "status" });
	let look: Look | null = null,
		pinned: Look | null = null,
		lit: Lit | null = null,
		symmetry: Symmetry,
		said = false;
	let speaking: ReturnType<typeof setTimeout> | undefined,
		builtFor = "",
		drawnPlace = "";
	let parts!: ReturnType<typeof build>;

	// The frame around the picture

	function build() {
		const head = node("header"),
			menu = node("div", { className: "menu" });
		const caption = node("p", { className: "caption" }),
			notice = node("p", { className: "notice", role: "status" });
		const beside = node("p", { className: "beside" }),
			sentence = node("p", { className: "sentence" });
		const player = bar(),
			filter = range(
				{ name: "filter", text: t("filter") },
				() => session.at[2],
				() => [0, session.scene.a.shape[2] - 1],
				f => session.go(session.at[0], session.at[1], f),
			),
			goal = goalPart(),
			tour = tourPart(session, words, shine);
		const edit = editor(session, words, valueOf, say, () => picture.grids.get(pinned?.id ?? "")?.body.focus());
		const controls = dials(session, words, say);
		const sums = sumPart(term => see(term && { ...productGrid(term.channel), r: term.i, c: term.j }));
		sums.element.ariaLabel = t("sums");
		const shapes = node("p", { className: "shapes" }),
			formula = node("div", { className: "formula" });
		const code = codePart({ copy: t("copy"), copied: t("copied"), tabs: t("code") }, ["Keras", "PyTorch"]);
		const compare = comparePart(session, words);
		const depths: Record<string, Disclosure> = {
			sum: disclosure("depth.sum", t("depth_sum"), section("depth", sums.element), () => showDepths()),
			shape: disclosure("depth.shape", t("formula"), section("depth", shapes, formula), () => showDepths()),
			code: disclosure("depth.code", t("depth_code"), section("depth", code.element), () => showDepths()),
			compare: disclosure("depth.compare", t("depth_compare"), section("depth dial", compare.element), () =>
				showDepths(),
			),
		};
		const more = disclosure("menu", "⋯", menu, () => {});
		more.button.title = more.button.ariaLabel = t("menu");
		const layers = given.layers.map(name => [name, name] as const);
		const title = node("span", { className: "title", role: "heading", "aria-level": 3 });
		const layer = select(
			{ name: "layer", text: t("layer") },
			layers,
			() => session.s.layer,
			name => session.choose(name),
		);
		title.append(layers.length > 1 ? layer.element : node("span", {}, session.s.layer));
		const own = [
			layer,
			select(
				{ name: "preset", text: t("preset") },
				[["", t("preset_none")], ...presets()],
				() => session.s.preset,
				id => session.open(id),
			),
			choice(
				{ name: "language", text: t("language") },
				Object.keys(records.labels).map(one => [one, records.labels[one]["explorer.language_name"] ?? one]),
				() => session.s.language,
				language => session.turn({ language }, false),
			),
			range(
				{ name: "speed", text: t("speed") },
				() => session.s.speed,
				() => records.speeds,
				speed => session.turn({ speed }, false),
			),
		];
		const link = button("link", t("link_copy"), () => copyLink(link));
		const whole = button(
			"all",
			"",
			() => {
				session.focused = !session.focused;
				draw();
			},
			{ hidden: given.controls === null },
		);
		menu.append(...own.slice(1).map(one => one.element), node("div", { className: "buttons" }, link, whole));
		head.append(title, more.button);
		const view = node(
			"div",
			{ className: "view" },
			cropped(),
			picture.element,
			beside,
			player.element,
			node("div", { className: "said" }, sentence, edit.element),
		);
		root.lang = t("html_language");
		root.ariaLabel = t("root");
		root.replaceChildren(
			head,
			menu,
			caption,
			notice,
			tour.element,
			node("div", { className: "body" }, view, node("div", { className: "side" }, filter.element, controls.element)),
			goal.element,
			node("div", { className: "depths" }, ...Object.values(depths).map(one => one.button)),
			...Object.values(depths).map(one => one.body),
			live,
		);
		return {
			own,
			caption,
			notice,
			beside,
			sentence,
			player,
			filter,
			goal,
			tour,
			edit,
			controls,
			sums,
			shapes,
			formula,
			code,
			compare,
			depths,
			more,
			whole,
			head,
		};
	}

	const presets = (): (readonly [string, string])[] =>
		records.presets
			.filter(({ layer }) => given.layers.includes(layer))
			.map(({ id }) => [id, t(`preset_${id}`)] as const);

	function bar(): Play {
		const play = playBar({
			go: step => session.goStep(step),
			delay: () => 1000 / session.s.speed,
			words: {
				player: t("player"),
				step: t("step"),
				back: t("back"),
				play: t("play"),
				pause: t("pause"),
				forward: t("forward"),
			},
		});
		play.element.classList.add("player");
		return play;
	}

	function cropped(): HTMLElement {
		const { whole } = given;
		if (!whole) return node("div", { hidden: true });
		const { sizes } = whole,
			shown = session.s.sizes as number[],
			at = whole.at;
		const shares =
			session.rank === 1
				? [0, at[0] / sizes[0], 1, shown[0] / sizes[0]]
				: [at[0] / sizes[0], at[1] / sizes[1], shown[0] / sizes[0], shown[1] / sizes[1]];
		const of = (key: string, chosen: readonly number[], all: number): string =>
			chosen.length < all ? t(key, { list: { list: chosen.map(String) }, all }) : "";
		const sentences = [
			t("crop", { part: shown.join("×"), whole: sizes.join("×"), at: python(at) }),
			of("crop_channels", whole.channels, whole.allChannels),
			of("crop_filters", whole.filters, whole.allFilters),
			t("crop_edge"),
		];
		return node(
			"div",
			{ className: "whole" },
			framed(heatMap(whole.picture, t("crop_picture")), shares),
			node("p", {}, sentences.filter(Boolean).join(" ")),
		);
	}

	// Choosing and pointing

	const valueOf = (one: Look): number => picture.grids.get(one.id)?.spec.value(one.r, one.c) ?? 0;
	const step = (by: number): void => parts.player.step(by);
	const productGrid = (channel: number): Omit<Look, "r" | "c"> => {
		const id = `product${channel}`;
		return { kind: "product", channel, ...picture.grids.get(id)?.spec, id };
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
		step,
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
	// A notebook would take the arrow keys for itself.
	root.addEventListener("keydown", event => event.key === "Escape" || event.stopPropagation());

	/* `fresh`: a group or the menu opens where it hides what is meant. */
	function shine(name: string, fresh: boolean): void {
		for (const one of root.querySelectorAll(".shine")) one.classList.remove("shine");
		const control = root.querySelector(`[data-name="${CSS.escape(name)}"]`);
		if (fresh) parts.controls.reveal(name);
		if (fresh && parts.more.body.contains(control)) parts.more.toggle(true);
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
			open = parts
				? Object.entries(parts.depths)
						.filter(([, one]) => one.open)
						.map(([key]) => key)
				: [];
		parts?.player.stop();
		parts = build();
		builtFor = words.language;
		for (const key of open) parts.depths[key].toggle(true);
		if (name) root.querySelector<HTMLElement>(`[data-name="${name}"]`)?.focus();
	}

	function showPlace(): void {
		const { step: now, steps } = session,
			{ player, filter } = parts;
		player.show(now, steps, t("step_of", { step: now + 1, all: steps, index: python(session.s.position) }));
		put(filter.element, { hidden: session.scene.a.shape[2] === 1 });
		filter.show();
	}

	function showWords(): void {
		for (const one of parts.own) one.show();
		parts.controls.show();
		setText(parts.whole, t(session.focused ? "all_dials" : "fewer_dials"));
		root.classList.toggle("refused", session.refused !== null);
		setText(parts.caption, session.s.preset ? t(`caption_${session.s.preset}`) : "");
		setText(parts.beside, symmetry.words);
		showNotice();
		parts.goal.show(session, words);
		parts.edit.show(pinned);
		put(parts.depths.compare.button, { hidden: !canCompare(session) });
		if (!canCompare(session)) parts.depths.compare.toggle(false);
		showDepths();
		parts.tour.show();
	}

	/* What the layer could not keep of the one before, and what a link asked for in vain. */
	function showNotice(): void {
		const { layer, carried, unread } = session.s;
		const list = Object.entries(carried).map(([name, before]) =>
			t("carried_one", { name, before: python(before), after: python(session.s[name]) }),
		);
		const notices = [
			...(list.length ? [t("carried", { layer, changes: { list } })] : []),
			...(unread?.length ? [t("unread", { list: { list: unread } })] : []),
		];
		setText(parts.notice, notices.join(" "));
	}

	function showDepths(): void {
		const { depths } = parts;
		if (depths.sum.open) parts.sums.show(writtenSums(), [activationLine()]);
		if (depths.shape.open) showFormula();
		if (depths.code.open) parts.code.show({ Keras: kerasCode(session), PyTorch: torchCode(session) });
		if (depths.compare.open) parts.compare.show();
	}

	function showFormula(): void {
		const axes = session.scene.axes.slice(session.rank === 1 ? 1 : 0);
		const lines = axes.flatMap((axis, index) => [
			words.axis(index),
			...axis.steps.map(rule => reckoning(rule, axis.numbers)),
		]);
		setTexts(parts.formula, "p", lines);
		const titles = axes.map((_, index) => words.axis(index));
		for (const line of parts.formula.children) line.classList.toggle("axis", titles.includes(line.textContent ?? ""));
		setText(
			parts.shapes,
			t("shapes", {
				input: python(session.shapeOf(session.scene.x)),
				output: python(session.shapeOf(session.scene.a)),
				parameters: grouped(session.parameters),
			}),
		);
	}

	// The sum

	const zName = (): string => t("z", { index: session.s.position.join(", ") });
	const activationLine = (): string => {
		const [r, c, f] = session.at,
			{ z, a } = session.scene;
		return `a = ${session.s.activation}(${short(valueAt(z, r, c, f))}) = ${short(valueAt(a, r, c, f))}`;
	};

	function writtenSums(): WrittenSum[] {
		const {
				scene,
				s,
				at: [r, c, f],
				q,
			} = session,
			bias = s.use_bias ? scene.bias.data[f] : null,
			scattered = !gathers(session);
		if (scene.links.length === 1)
			return [
				{ name: zName(), terms: productsOf(scene, 0, [r, c, f], scattered), bias, value: valueAt(scene.z, r, c, f) },
			];
		const between = session.indexOf([r, c, q]).join(", ");
		return [
			{
				name: `u[${between}]`,
				terms: productsOf(scene, 0, [r, c, q], scattered),
				bias: null,
				value: valueAt(scene.u, r, c, q),
			},
			{
				name: zName(),
				terms: productsOf(scene, 1, [r, c, f], scattered).map(term => ({ ...term, channel: -1 })),
				bias,
				value: valueAt(scene.z, r, c, f),
			},
		];
	}

	/* One sentence: the sums of the channels, the bias, the activation. */
	function glance(): string {
		const {
				scene,
				s,
				at: [r, c, f],
			} = session,
			sums = new Map<number, number>();
		for (const { channel, x, w } of productsOf(scene, scene.links.length - 1, [r, c, f], !gathers(session)))
			sums.set(channel, (sums.get(channel) ?? 0) + x * w);
		const parts = [...sums.values(), ...(s.use_bias ? [scene.bias.data[f]] : [])];
		return `${zName()} = ${added(parts.length ? parts : [0])} = ${short(valueAt(scene.z, r, c, f))}, ${activationLine()}`;
	}

	// Light and words

	function light(): void {
		const marked = lightOf(
			session,
			picture.grids,
			look,
			pinned,
			gathers(session) ? [symmetry.beside[0][0], symmetry.beside[1][0]] : [0, 0],
		);
		lit = marked;
		lightBeside(marked);
		for (const grid of picture.grids.values()) grid.mark(marked.marks.get(grid), marked.frames.get(grid) ?? null);
		if (parts.depths.sum.open) {
			if (!look) parts.sums.show(writtenSums(), [activationLine()]);
			parts.sums.mark(look?.kind === "product" ? { channel: look.channel, i: look.r, j: look.c } : null);
		}
		speak();
	}

	/* PyTorch's window, and the outputs that differ. */
	function lightBeside({ marks }: Lit): void {
		if (!symmetry.differing) return;
		const put = (id: string, r: number, c: number, name: string): void => {
			const grid = picture.grids.get(id);
			if (grid) marks.set(grid, [...(marks.get(grid) ?? []), [r, c, name]]);
		};
		for (const [r, c, f] of symmetry.differing)
			put(session.scene.links.length > 1 ? `mid${f}` : `output${f}`, r, c, "differs");
		const [r, c] = session.at,
			{ axes, links } = session.scene;
		for (const [k] of links[0].of[session.met]) {
			for (const row of axes[0].taps[r])
				for (const column of axes[1].taps[c]) {
					put(
						`input${k}`,
						row + symmetry.beside[0][0] - symmetry.earlier[0],
						column + symmetry.beside[1][0] - symmetry.earlier[1],
						"torch",
					);
				}
		}
	}

	function speak(): void {
		let text = glance();
		if (look && TRACED.includes(look.kind)) {
			text = t(look.kind === "input" ? "feeds" : "used_at", {
				name: `${nameOf(session, look)} = ${factor(valueOf(look))}`,
				count: lit?.fed ?? 0,
			});
		} else if (look)
			text = t("pointed", { name: nameOf(session, look), value: String(valueOf(look)).replace("-", "−") });
		if (said && !look) return;
		said = false;
		setText(parts.sentence, text);
		if (parts.player.playing() || live.textContent === text) return;
		clearTimeout(speaking);
		speaking = setTimeout(() => {
			live.textContent = text;
		}, SPOKEN_AFTER);
	}

	function say(text: string): void {
		parts.sentence.textContent = live.textContent = text;
		said = true;
	}

	/* On a page, its address holds the state. */
	function address(): void {
		if (isPage) history.replaceState(null, "", hashOf(session));
	}

	function copyLink(from: HTMLButtonElement): void {
		const link = isPage ? location.href : hashOf(session);
		const done = (): void => {
			from.textContent = t("copied");
		};
		navigator.clipboard?.writeText(link).then(done, () => say(link));
		if (!navigator.clipboard) say(link);
	}

	el.append(root);
	draw();
	if (isPage && location.hash.length > 1) openHash(session, location.hash);
	return () => {
		parts.player.stop();
		clearTimeout(speaking);
		picture.destroy();
		session.destroy();
		root.remove();
	};
}

export default { render };
