/* The flipbook: pictures made beforehand, and a dial for each thing in which they differ. */

import { node, put, setText } from "../dom";
import type { RenderProps } from "../model";
import { type Control, choice, type Label, range } from "../parts/controls";
import { unreadText, widgetRoot } from "../parts/frame";
import { playBar, playWords } from "../parts/play";
import { isCount, mend } from "../taken";
import { wordsOf } from "../words";

interface Setting {
	readonly name: string;
	readonly values: readonly (number | string | boolean)[];
}

interface Page {
	/** Which picture; null where there is none, and the last one stays. */
	readonly picture: number | null;
	readonly caption: string;
}

interface Book {
	readonly settings: readonly Setting[];
	/** Each different picture once, as an address that holds its data. */
	readonly pictures: readonly string[];
	/** A page for each combination of values, the last setting's values fastest. */
	readonly pages: readonly Page[];
}

interface State {
	book: Book;
	frame: number;
	language: string;
}

type Labels = Readonly<Record<string, Readonly<Record<string, string>>>>;

const A_STEP = 400;
/** Pixels: a tiny picture is enlarged by a whole factor until it can be read. */
const TINY = 128,
	READABLE = 320;

function render({ model, el, records }: RenderProps<{ labels: Labels }, State & Record<string, unknown>>): () => void {
	const { settings, pictures, pages } = model.get("book"),
		strides = stridesOf(settings),
		languages = Object.keys(records.labels);
	const unread = mend(model, { frame: 0, language: languages[0] }, (name, value) =>
		name === "frame" ? isCount(value) && value < pages.length : languages.includes(value as string),
	);
	const words = wordsOf(records.labels, model.get("language"));
	const root = widgetRoot("flipbook");
	const picture = node("img"),
		caption = node("p.caption", { role: "status" }),
		notice = node("p.notice");
	let last = 0,
		controls: readonly Control[] = [],
		player: ReturnType<typeof playBar> | undefined;

	const placeOf = (index: number): number =>
		Math.floor(model.get("frame") / strides[index]) % settings[index].values.length;

	function go(frame: number): void {
		model.set("frame", frame);
		model.save_changes();
	}

	function dial({ name, values }: Setting, index: number): Control {
		const label: Label = { name, text: "", code: true },
			turn = (place: number): void => go(model.get("frame") + (place - placeOf(index)) * strides[index]);
		if (typeof values[0] === "number") {
			const say = (place: number): string => String(values[place]);
			return range(
				label,
				() => placeOf(index),
				() => [0, values.length - 1],
				turn,
				say,
			);
		}
		const texts = values.map((value, place) => [String(place), String(value)] as const);
		return choice(
			label,
			texts,
			() => String(placeOf(index)),
			place => turn(Number(place)),
		);
	}

	function build(): void {
		words.language = model.get("language");
		player?.stop();
		player = undefined;
		controls = [];
		if (settings.length === 1) {
			player = playBar({ go, delay: () => A_STEP, words: playWords(words, "flipbook") });
			player.element.classList.add("player");
		} else controls = settings.map(dial);
		const hands = player ? [player.element] : controls.map(control => control.element);
		root.lang = words.text("control.html_language");
		root.ariaLabel = words.text("flipbook.root");
		root.replaceChildren(node("figure", {}, picture, caption), node("div.rows", {}, ...hands), notice);
		setText(notice, unreadText(words, unread));
		draw();
	}

	function draw(): void {
		const frame = model.get("frame"),
			page = pages[frame],
			values = Object.fromEntries(settings.map(({ name, values: all }, index) => [name, all[placeOf(index)]]));
		const said = settings.map(({ name }) => `${name} = ${values[name]}`).join(", ");
		last = page.picture ?? last;
		put(picture, { src: pictures[last] ?? "", alt: page.caption || said, hidden: !pictures.length });
		picture.classList.toggle("old", page.picture === null);
		setText(caption, page.caption);
		put(caption, { hidden: !pages.some(one => one.caption) });
		for (const control of controls) control.show();
		player?.show(frame, pages.length, said, settings[0].name === "page" ? undefined : said);
		root.setAttribute(
			"data-state",
			JSON.stringify({ settings: values, frame, count: pages.length, caption: page.caption }),
		);
	}

	picture.addEventListener("load", () => {
		const side = Math.max(picture.naturalWidth, picture.naturalHeight),
			times = side > TINY ? 1 : Math.ceil(READABLE / side);
		picture.width = picture.naturalWidth * times;
		picture.classList.toggle("pixels", times > 1);
	});
	model.on("change:frame", draw);
	model.on("change:language", build);
	build();
	el.append(root);
	return () => {
		player?.stop();
		model.off("change:frame", draw);
		model.off("change:language", build);
		root.remove();
	};
}

/** How far a step of each setting is in the pages. */
function stridesOf(settings: readonly Setting[]): number[] {
	let stride = 1;
	const strides = [...settings].reverse().map(({ values }) => {
		const own = stride;
		stride *= values.length;
		return own;
	});
	return strides.reverse();
}

export default { render };
