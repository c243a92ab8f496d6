/* The lens: a picture, a kernel under the hand, and what the one makes of the other. */

import { kerasCode } from "../code";
import { button, focusedName, focusOn, node, put, setText } from "../dom";
import { python, short } from "../format";
import type { RenderProps } from "../model";
import { codePart } from "../parts/code";
import { choice } from "../parts/controls";
import { disclosure, section } from "../parts/disclosure";
import { wordsOf } from "../words";
import { camera, hasCamera } from "./camera";
import { dials } from "./dials";
import { exposed } from "./exposed";
import { heldPlace, outputAt, scaleOf, windowPlace } from "./geometry";
import { hashOf, openHash } from "./link";
import { magnifier, sumOf, termsOf } from "./magnifier";
import { numbersPart } from "./numbers";
import { ofFile, ofVideo, Unusable } from "./own";
import { pixelsOf } from "./pixels";
import type { PictureTraits, Records, Traits } from "./records";
import { Session } from "./session";
import { type Hands, view } from "./view";

const SPOKEN_AFTER = 150,
	NARROW = 720;
/** How a browser says that the reader said no. */
const DENIED = ["NotAllowedError", "SecurityError"];

async function render({ model, el, records }: RenderProps<Records, Traits>): Promise<() => void> {
	const picture = await model.widget_manager.get_model<PictureTraits & Record<string, unknown>>(
		model.get("picture").replace("IPY_MODEL_", ""),
	);
	const [png, shape, white, exact] = [
		picture.get("png"),
		picture.get("shape"),
		picture.get("white"),
		picture.get("exact"),
	];
	const session = new Session(model, records, await pixelsOf({ png, shape, white, exact }), draw, address);
	const words = wordsOf(records.labels, session.s.language);
	const t = (key: string, more = {}): string => words.text(`lens.${key}`, more);
	const isPage = el.dataset.model !== undefined;
	const root = node("div", { className: "convlab-lens", role: "group", "data-lm-suppress-shortcuts": "true" });
	const live = node("p", { className: "unseen", role: "status" }),
		notice = node("p", { className: "notice" });
	const film = camera(
		video => session.use(ofVideo(video, white), true) || film.stop(),
		() => root.isConnected,
		() => draw(),
	);
	let held = false,
		builtFor = "",
		speaking: ReturnType<typeof setTimeout> | undefined,
		parts!: ReturnType<typeof build>;
	const above = new ResizeObserver(([{ target }]) => {
		if (root.clientWidth < NARROW) root.style.setProperty("--view", `${(target as HTMLElement).offsetHeight}px`);
	});

	// Hands on the pictures

	const hands = (side: "before" | "after"): Hands => ({
		point(down, right, sure) {
			if (!held || sure) session.go(...outputAt(session, side, down, right));
		},
		hold(on = !held) {
			held = on;
			showPlace();
		},
		step(rows, columns) {
			const [row, column] = session.s.position;
			session.go(row + rows, column + columns);
		},
	});

	// The frame

	function build() {
		const before = view("before", hands("before")),
			after = view("after", hands("after")),
			target = view("target", hands("after"));
		const kernel = numbersPart({
			change: (row, column, value) => session.setNumber(row, column, value),
			refuse: () => say(t("tap_refused", { most: records.largest })),
		});
		kernel.element.ariaLabel = t("taps");
		const flipped = node("p", { className: "hint" }),
			scale = node("p", { className: "scale" }),
			sentence = node("p", { className: "sentence" }),
			hint = node("p", { className: "hint" });
		const middle = node(
			"div",
			{ className: "kernel" },
			node("p", { className: "hint" }, t("taps")),
			kernel.element,
			flipped,
		);
		const large = magnifier(session, words, tap => {
			large.mark(tap);
			kernel.mark(tap);
		});
		const buttons = pictureButtons(),
			controls = dials(session, words, buttons.element, take),
			goal = node("p", { className: "goal", role: "status" }),
			depths = deep(large.sums),
			head = header();
		put(controls.element, { hidden: session.isPuzzle });
		put(target.element, { hidden: !session.isPuzzle });
		const side = node("div", { className: "side" }, controls.element);
		put(side, { hidden: session.isPuzzle });
		const said = node("div", { className: "said" }, sentence, hint, scale);
		const body = node(
			"div",
			{ className: `body${session.isPuzzle ? " puzzle" : ""}` },
			before.element,
			middle,
			after.element,
			target.element,
			said,
			large.element,
			side,
		);
		above.disconnect();
		above.observe(after.element);
		root.lang = words.text("control.html_language");
		root.ariaLabel = t("root");
		root.replaceChildren(...head.elements, notice, goal, body, ...depths.elements, live);
		return {
			before,
			after,
			target,
			kernel,
			flipped,
			scale,
			sentence,
			hint,
			large,
			buttons,
			controls,
			goal,
			depths,
			head,
		};
	}

	function header() {
		const language = choice(
			{ name: "language", text: words.text("control.language") },
			Object.entries(records.labels).map(([name, texts]) => [name, texts["control.language_name"]]),
			() => session.s.language,
			name => session.turn({ language: name }),
		);
		const link = button("link", words.text("control.link_copy"), () => copyLink(link));
		const menu = node("div", { className: "menu" }, language.element, node("div", { className: "buttons" }, link));
		const more = disclosure("menu", "⋯", menu, () => language.show());
		more.button.title = more.button.ariaLabel = t("menu");
		const title = node("span", { className: "title", role: "heading", "aria-level": 3 }, node("span", {}, t("root")));
		return { more, language, elements: [node("header", {}, title, more.button), menu] };
	}

	function deep(sums: HTMLElement) {
		const code = codePart({ copy: words.text("control.copy"), copied: words.text("control.copied"), tabs: t("code") }, [
			"Keras",
		]);
		const showCode = (): void => {
			const layer = { ...records.rules.layers.Conv2D, arguments: Object.keys(exposed.arguments(session)) };
			code.show({ Keras: kerasCode("Conv2D", layer, exposed.arguments(session)) });
		};
		const all = {
			sum: disclosure("depth.sum", t("depth_sum"), section("depth sum", sums), () => showPlace()),
			code: disclosure("depth.code", t("depth_code"), section("depth code", code.element), showCode),
		};
		const list = Object.values(all);
		const buttons = node("div", { className: "depths" }, ...list.map(one => one.button));
		return { all, elements: [buttons, ...list.map(one => one.body)], show: () => all.code.open && showCode() };
	}

	// The reader's own picture

	function pictureButtons() {
		const start = button("camera", t("camera"), () => (film.on ? film.stop() : openCamera()), { hidden: !hasCamera() });
		const back = button("restore", t("restore"), () => {
			film.stop();
			if (!session.restore()) tell(t("picture_small", { name: t("restore") }));
			else tell("");
		});
		return {
			element: node("div", { className: "buttons" }, start, back),
			show() {
				setText(start, t(film.on ? "camera_stop" : "camera"));
				put(start, { ariaPressed: String(film.on) });
				put(back, { hidden: !session.own });
			},
		};
	}

	async function take(file: File): Promise<void> {
		film.stop();
		const { name } = file;
		try {
			const pixels = await ofFile(file, white);
			const fits = session.use(pixels, true);
			tell(t(fits ? "picture_taken" : "picture_small", { name, height: pixels.height, width: pixels.width }));
		} catch (error) {
			const { code, megapixels } = error instanceof Unusable ? error : new Unusable("picture_none");
			tell(t(code, { name, size: megapixels }));
		}
	}

	async function openCamera(): Promise<void> {
		try {
			await film.start();
			if (film.on) tell(t("camera_on"));
		} catch (error) {
			film.stop();
			tell(t(DENIED.includes((error as Error).name) ? "camera_denied" : "camera_none"));
		}
		parts.buttons.show();
	}

	/** Say what happened, until something else does. */
	function tell(text: string): void {
		setText(notice, text);
		live.textContent = text;
	}

	// Drawing

	function draw(moved = false): void {
		words.language = session.s.language;
		if (builtFor !== words.language) rebuild();
		if (!moved) {
			showPictures();
			showWords();
		}
		showPlace();
		root.setAttribute("data-state", exposed.text(session));
	}

	function rebuild(): void {
		const name = focusedName(root),
			menu = parts?.head.more.open ?? false,
			open = Object.entries(parts?.depths.all ?? {}).filter(([, one]) => one.open);
		parts = build();
		parts.head.more.toggle(menu);
		for (const [id] of open) parts.depths.all[id as "sum"].toggle(true);
		builtFor = words.language;
		notice.textContent = "";
		focusOn(root, name);
	}

	function showPictures(): void {
		const { input, now, target, extent } = session,
			{ signed, before, after } = scaleOf(session);
		const sizes = ({ height, width }: { height: number; width: number }) => ({ height, width });
		const [least, most] = [extent.minimum, extent.maximum].map(short);
		parts.before.show(t("before", sizes(input)), input, { signed, bound: before });
		parts.after.show(t("after", { ...sizes(now.output), minimum: least, maximum: most }), now.output, {
			signed,
			bound: after,
		});
		if (target) parts.target.show(t("target", sizes(target)), target, { signed, bound: after });
		const white = { before: short(before), after: short(after) };
		setText(parts.scale, t(signed ? "scale_signed" : "scale_plain", white));
	}

	function showWords(): void {
		const { s, solved, isPuzzle } = session;
		parts.kernel.show(session.numbers, (row, column) => t("tap", { row: row + 1, column: column + 1 }));
		setText(parts.flipped, s.true_convolution ? t("flipped") : "");
		parts.controls.show();
		parts.buttons.show();
		parts.depths.show();
		parts.head.language.show();
		root.classList.toggle("refused", session.refused !== null);
		put(parts.goal, { hidden: !isPuzzle });
		parts.goal.classList.toggle("reached", solved);
		setText(parts.goal, `${solved ? "✓" : "○"} ${t(solved ? "solved" : "puzzle")}`);
	}

	function showPlace(): void {
		const terms = termsOf(session),
			{ position } = session.s;
		parts.before.frame(windowPlace(session), held);
		for (const one of [parts.after, parts.target]) one.frame(heldPlace(session), held);
		parts.large.show(terms);
		const name = `y${python(position).replace("(", "[").replace(")", "]")}`;
		const text = t("sentence", { name, value: short(sumOf(terms)), count: terms.length });
		setText(parts.sentence, text);
		setText(parts.hint, t(held ? "held" : "free"));
		clearTimeout(speaking);
		speaking = setTimeout(() => {
			if (root.contains(document.activeElement)) live.textContent = text;
		}, SPOKEN_AFTER);
	}

	function say(text: string): void {
		clearTimeout(speaking);
		setText(parts.sentence, text);
		live.textContent = text;
	}

	/* On a page, its address holds the state. */
	function address(): void {
		if (isPage) history.replaceState(null, "", hashOf(session));
	}

	function copyLink(from: HTMLElement): void {
		const link = (isPage ? location.href.split("#")[0] : "") + hashOf(session);
		const done = (): void => {
			from.textContent = words.text("control.copied");
		};
		navigator.clipboard?.writeText(link).then(done, () => say(link));
		if (!navigator.clipboard) say(link);
	}

	// A notebook would take the arrow keys for itself.
	root.addEventListener("keydown", event => event.key === "Escape" || event.stopPropagation());
	el.append(root);
	draw();
	if (isPage && location.hash.length > 1) openHash(session, location.hash);
	if (isPage) addEventListener("hashchange", () => location.reload());
	return () => {
		film.stop();
		clearTimeout(speaking);
		above.disconnect();
		session.destroy();
		root.remove();
	};
}

export default { render };
