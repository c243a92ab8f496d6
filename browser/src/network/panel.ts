/* What goes in: a sample, a drawing, a picture of one's own; shifted, with noise. */

import { button, node, put, setText } from "../dom";
import { type Control, range } from "../parts/controls";
import { fileField } from "../parts/picture";
import { tabBar } from "../parts/tabs";
import { type Tensor, zeros } from "../tensor";
import type { Words } from "../words";
import { type Area, seenBy } from "./cell";
import { coloursOf, Tile } from "./colours";
import { pad } from "./pad";
import { frameOn, placeUnder } from "./places";
import type { Session } from "./session";
import { PAD } from "./stack";
import type { View } from "./view";

export interface Input {
	/** What is shown of it, and what it is chosen and made by. */
	readonly element: HTMLElement;
	readonly tools: HTMLElement;
	/** Further dials, for who looks for them. */
	readonly dials: readonly Control[];
	show(): void;
}

const SHIFT = 8;

/** `take` is given a picture's file; `view` stays when the language changes. */
export function inputPanel(session: Session, words: Words, take: (file: File) => void, view: View): Input {
	const t = (key: string, more = {}): string => words.text(`network.${key}`, more),
		{ given, padShape } = session;
	view.source ??= session.source;
	const tile = new Tile(),
		frame = node("span.frame"),
		caption = node("figcaption"),
		picture = node("button.picture", { type: "button", "data-name": "picture.place" }, tile.canvas, frame),
		figure = node("figure.input", {}, caption, picture),
		answer = node("p.answer"),
		hint = node("p.hint");
	const sample = range(
		{ name: "sample", text: t("sample") },
		() => session.s.sample,
		() => [0, session.sampleCount - 1],
		index => session.showSample(index),
	);
	view.pad ??= padShape && pad(words, padShape[0], padShape[1], bits => session.draw(bits));
	const pen = view.pad;
	pen?.name();
	const file = fileField({ name: "own", text: t("own") }, words.text("network.own_choose"), take);
	const body = node("div.source");
	const sources = [...(session.sampleCount > 1 || !pen ? ["sample"] : []), pen ? "drawn" : "own"];
	const tabs = tabBar(
		"source",
		Object.fromEntries(sources.map(id => [id, t(`source_${id}`)])),
		() => view.source ?? "sample",
		id => {
			view.source = id as typeof session.source;
			if (id === "sample") session.showSample(session.s.sample);
			else show();
		},
	);
	tabs.element.ariaLabel = t("sources");
	const shift = [0, 1].map(axis =>
		range(
			{ name: `shift.${axis}`, text: t(axis ? "shift_right" : "shift_down") },
			() => session.s.shift[axis],
			() => [-SHIFT, SHIFT],
			value => session.turn({ shift: session.s.shift.with(axis, value) as unknown as [number, number] }),
		),
	);
	const noise = range(
		{ name: "noise", text: t("noise") },
		() => session.s.noise,
		() => [0, 200],
		value => session.turn({ noise: value }),
		value => `${value}%`,
	);
	const another = button("another", t("another"), () =>
		session.showSample((session.s.sample + 1) % session.sampleCount),
	);
	const samples = node("div.samples", {}, ...(session.sampleCount > 1 ? [sample.element, another] : []));
	// A number of the picture is one of the pad's layer, where it is drawn.
	picture.addEventListener("click", event => {
		if (!session.pad) return;
		const [rows, columns] = session.pad.a.shape,
			[row, column] = placeUnder(event, picture, rows, columns) ?? [rows >> 1, columns >> 1];
		session.choose(PAD, [row, column, 0]);
	});

	function show(): void {
		if (session.source === "drawn") view.source = "drawn";
		if (session.source === "own") view.source = "own";
		tabs.show();
		const parts = { sample: samples, drawn: pen?.element ?? samples, own: file.element }[view.source ?? "sample"];
		if (body.firstElementChild !== parts) body.replaceChildren(parts);
		sample.show();
		pen?.show(session.bits);
		showPicture();
		const { answer: right } = session;
		setText(answer, right === null ? "" : t("answer", { name: given.classes[right] ?? String(right) }));
		// Under the pad: over it, it would push the pad away from under the pen.
		setText(hint, session.pad ? t("input_drawn", { pad: given.pad ?? 0 }) : "");
		for (const dial of [...shift, noise]) dial.show();
	}

	function showPicture(): void {
		const { gradients, picture: shown } = session,
			tensor = grey({ shape: shown.shape, data: gradients ? gradients.input.data : shown.data }),
			colours = coloursOf(figure);
		const most = tensor.data.reduce((all, one) => Math.max(all, Math.abs(one)), 0),
			[rows, columns] = tensor.shape;
		tile.paint(
			tensor.shape,
			tensor.data,
			0,
			gradients ? most : Math.max(most, given.white),
			gradients ? colours.signed : colours.plain,
		);
		picture.style.setProperty("--ratio", String(columns / rows));
		setText(caption, t(gradients ? "input_gradient" : "input", { shape: given.input_shape.join("×") }));
		put(picture, { ariaLabel: caption.textContent ?? "", disabled: !session.pad });
		frameOn(frame, seen(), rows, columns);
	}

	/** What the chosen number sees of the picture. */
	function seen(): Area | null {
		const { chosen, steps, layers } = session;
		if (!chosen) return null;
		if (chosen.layer === PAD)
			return { rows: [chosen.place[0], chosen.place[0]], columns: [chosen.place[1], chosen.place[1]] };
		const [found] = seenBy(steps, chosen.layer, chosen.place);
		// A series' steps are the picture's rows, and its channels the columns.
		return found && layers[0].from.rank < 2 ? { rows: found.columns, columns: found.channels } : (found ?? null);
	}

	return {
		element: node("div.goes-in", {}, figure, answer),
		tools: node("div.sources", {}, tabs.element, body, hint),
		dials: [...shift, noise],
		show,
	};
}

/** The mean of all planes: one that can be seen. */
function grey({ shape, data }: Tensor): Tensor {
	const [rows, columns, planes] = shape,
		found = zeros([rows, columns, 1]);
	for (let i = 0; i < data.length; i++) found.data[Math.floor(i / planes)] += data[i] / planes;
	return found;
}
