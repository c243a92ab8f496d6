/* One picture: painted, pointed at, walked by keys, with a frame where the window lies. */

import { children, node, put, setText } from "../dom";
import { type Scale, Screen } from "./paint";
import type { Pixels } from "./pixels";

/** In shares of the picture. */
export type Place = readonly [top: number, left: number, height: number, width: number];

export interface View {
	readonly element: HTMLElement;
	readonly caption: HTMLElement;
	show(title: string, pixels: Pixels, scale: Scale): void;
	frame(place: Place, held: boolean): void;
	mark(places: readonly Place[]): void;
}

export interface Hands {
	/** The pointer is at a place, in shares of the picture; `sure`: it was clicked. */
	point(down: number, right: number, sure: boolean): void;
	/** The window stays where it is, or is let go; without a word the other of the two. */
	hold(on?: boolean): void;
	/** A key moves the window by so many places. */
	step(rows: number, columns: number): void;
}

/** Pictures of fewer columns show their places as squares. */
const COARSE = 256,
	FAR = 10;

export function view(name: string, hands: Hands): View {
	const screen = new Screen(),
		caption = node("figcaption"),
		frame = node("span.frame"),
		marks = node("div", { ariaHidden: "true" });
	const stage = node("div.screen", { tabIndex: 0, role: "application" }, screen.canvas, marks, frame);
	stage.dataset.name = name;
	stage.addEventListener("keydown", event => walked(event, hands));
	const point = ({ clientX, clientY }: MouseEvent, sure: boolean): void => {
		const box = stage.getBoundingClientRect();
		hands.point((clientY - box.top) / box.height, (clientX - box.left) / box.width, sure);
	};
	// A finger that moves scrolls the page.
	stage.addEventListener("pointermove", event => event.pointerType === "mouse" && point(event, false));
	stage.addEventListener("click", event => {
		// A finger has nothing to let go by.
		hands.hold((event as PointerEvent).pointerType === "touch" || undefined);
		point(event, true);
	});
	return {
		element: node("figure", { className: `picture ${name}` }, caption, stage),
		caption,
		show(title, pixels, scale) {
			setText(caption, title);
			put(stage, { ariaLabel: title });
			stage.style.setProperty("--ratio", String(pixels.width / pixels.height));
			screen.canvas.classList.toggle("coarse", pixels.width < COARSE);
			screen.paint(pixels, scale);
		},
		frame(place, held) {
			frame.classList.toggle("held", held);
			lay(frame, place);
		},
		mark(places) {
			const make = (): HTMLElement => node("span.frame.mark");
			(children(marks, places.length, make) as HTMLElement[]).forEach((mark, index) => lay(mark, places[index]));
		},
	};
}

/* From its middle, so that it can be seen where it is smaller than a pixel. */
function lay(frame: HTMLElement, [top, left, height, width]: Place): void {
	const share = (value: number): string => `${(100 * value).toFixed(3)}%`;
	Object.assign(frame.style, {
		top: share(top + height / 2),
		left: share(left + width / 2),
		height: share(height),
		width: share(width),
	});
}

function walked(event: KeyboardEvent, hands: Hands): void {
	const by = event.shiftKey ? FAR : 1,
		end = Number.POSITIVE_INFINITY;
	const moves: Record<string, readonly [number, number]> = {
		ArrowUp: [-by, 0],
		ArrowDown: [by, 0],
		ArrowLeft: [0, -by],
		ArrowRight: [0, by],
		PageUp: [-FAR, 0],
		PageDown: [FAR, 0],
		Home: [0, -end],
		End: [0, end],
	};
	if (event.key === "Enter" || event.key === " ") hands.hold();
	else if (moves[event.key]) hands.step(...moves[event.key]);
	else return;
	event.preventDefault();
}
