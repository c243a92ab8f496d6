/* The frame of the lens: its parts, in the language that is chosen now. */

import { node, put, setText } from "../dom";
import { grouped, python, short } from "../format";
import { languageChoice } from "../parts/frame";
import type { Words } from "../words";
import { isLarge, markTogether, table } from "./cells";
import { dials } from "./dials";
import { outputAt, outputPlace, scaleOf, windowPlace } from "./geometry";
import { numbersPart } from "./numbers";
import type { Pixels } from "./pixels";
import { nameOf, type Window } from "./seen";
import type { Session } from "./session";
import { view } from "./view";

/** What the frame may ask for. */
export interface Acts {
	/** The window is held, or let go; without a word the other of the two. */
	hold(on?: boolean): void;
	isHeld(): boolean;
	say(text: string): void;
	take(file: File): void;
	readonly link: HTMLElement;
	/** Buttons that act on the picture. */
	readonly buttons: HTMLElement;
}

/* So many digits after the point; a dash for what is not known. */
const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? "—";

export type Frame = ReturnType<typeof frame>;

export function frame(session: Session, words: Words, acts: Acts) {
	const t = (key: string, more = {}): string => words.text(`lens.${key}`, more),
		{ records } = session,
		isPuzzle = session.solved !== null;
	const paragraph = (className: string, ...text: string[]) => node("p", { className }, ...text);
	const hands = (side: "before" | "after") => ({
		point: (down: number, right: number, sure: boolean) => {
			if (sure || !acts.isHeld()) session.go(...outputAt(session, side, down, right));
		},
		hold: acts.hold,
		step: (rows: number, columns: number) => session.go(session.s.position[0] + rows, session.s.position[1] + columns),
	});
	const before = view("before", hands("before")),
		after = view("after", hands("after")),
		target = view("target", hands("after")),
		difference = view("difference", hands("after"));
	const kernel = numbersPart(
		(index, value) => session.setNumber(index, value),
		() => acts.say(t("tap_refused", { most: records.largest })),
	);
	const window = table("input", t("window")),
		products = table("product", t("products")),
		greys = table("product", t("taps_large")),
		total = node("output.total");
	const flipped = paragraph("hint"),
		taps = paragraph("hint", t("taps")),
		found = paragraph("found"),
		sentence = paragraph("sentence"),
		hint = paragraph("hint"),
		scale = paragraph("scale"),
		goal = node("p.goal", { role: "status", hidden: !isPuzzle });
	const language = languageChoice(
		words,
		records.labels,
		() => session.s.language,
		name => session.turn({ language: name }),
	);
	acts.link.title = words.text("control.link_copy");
	const controls = dials(session, words, acts.buttons, acts.take),
		sign = (text: string) => node("span.sign", { ariaHidden: "true" }, text);
	const title = node("span.title", { role: "heading", "aria-level": 2 }, node("span", {}, t("root")));
	kernel.element.ariaLabel = t("taps");
	markTogether([window.cells, kernel.element, products.cells]);

	const elements = [
		node("header", {}, title, language.element, acts.link),
		goal,
		node(
			"div",
			{ className: `body${isPuzzle ? " puzzle" : ""}` },
			before.element,
			node("div.kernel", {}, taps, kernel.element, greys.element, flipped),
			after.element,
			isPuzzle ? target.element : difference.element,
			node("div.said", {}, sentence, hint, scale),
			node(
				"div.magnified",
				{},
				window.element,
				sign(`× ${t("kernel")} =`),
				products.element,
				node("div.result", {}, sign("Σ →"), " ", total),
			),
			...(isPuzzle ? [] : [node("div.side", {}, controls.element, found)]),
		),
	];

	function showPictures(): void {
		const { input, now, extent, gain, largestDifference: most } = session,
			scales = scaleOf(session),
			{ signed } = scales;
		const shown = [
			[before, "before", input, scales.before],
			[after, gain === null ? "after" : "after_pattern", now.output, scales.after],
			[target, "target", session.target, scales.after],
			[difference, "difference", session.difference, scales.after],
		] as const;
		put(difference.element, { hidden: !session.difference });
		difference.element.parentElement?.classList.toggle("moving", Boolean(session.difference));
		for (const [part, name, pixels, bound] of shown)
			if (pixels) part.show(t(name, said(pixels)), pixels, { signed, bound });
		const words_ = { before: grouped(short(scales.before)), after: grouped(short(scales.after)) };
		setText(scale, t(signed ? "scale_signed" : "scale_plain", words_));
		function said({ height, width }: Pixels) {
			const { minimum, maximum } = extent;
			return {
				...{ height, width, minimum: grouped(short(minimum)), maximum: grouped(short(maximum)) },
				...{ gain: fixed(gain, 2), most: fixed(most, 3) },
			};
		}
	}

	function showKernel(): void {
		const { numbers } = session,
			large = isLarge(numbers);
		put(kernel.element, { hidden: large });
		put(greys.element, { hidden: !large });
		put(taps, { hidden: large });
		if (large) greys.show(numbers);
		else kernel.show(numbers, (row, column) => t("tap", { row: row + 1, column: column + 1 }));
	}

	/** What there is to say of a move and of marks. */
	function whatIsFound(): string {
		const { marks, near, s } = session,
			said = [];
		if (s.move) said.push(t("moved", { move: python(s.move), near: python(near) }));
		if (marks.length) said.push(t("marked", { places: marks.map(python).join(" ") }));
		return said.join(" ");
	}

	return {
		elements,
		after: after.element,
		sentence,
		/** What a change has done, for those who hear it. */
		spoken(): string {
			const captions = session.difference ? [after.caption, difference.caption] : [after.caption];
			return [...captions, found, sentence].map(({ textContent }) => textContent).join(" ");
		},
		/** All but the place. */
		show(): void {
			showPictures();
			showKernel();
			setText(found, whatIsFound());
			for (const [view, place] of [
				[before, windowPlace],
				[after, outputPlace],
			] as const)
				view.mark(session.marks.map(one => place(session, one)));
			setText(flipped, session.s.true_convolution ? t("flipped") : "");
			controls.show();
			language.show();
			goal.classList.toggle("reached", session.solved === true);
			setText(goal, session.solved ? `✓ ${t("solved")}` : `○ ${t("puzzle")}`);
		},
		showPlace({ x, products: made, sum, isPadding }: Window): void {
			const held = acts.isHeld();
			const { position } = session.s;
			before.frame(windowPlace(session, position), held);
			for (const one of [after, target, difference]) one.frame(outputPlace(session, position), held);
			window.show(x, isPadding);
			products.show(made);
			setText(total, short(sum));
			put(total, { title: String(sum) });
			setText(sentence, t("sentence", { name: nameOf(session), value: short(sum), count: made.flat().length }));
			setText(hint, t(held ? "held" : "free"));
		},
	};
}
