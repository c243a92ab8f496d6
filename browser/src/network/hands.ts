/* A pen in a reader's hand: a mouse, a finger, a stylus, or a tip that keys move. Places are in bits. */

import type { Point } from "./bitmap";

export interface Hand {
	/** The pen is put down; `turned`: its other end. */
	begin(point: Point, turned: boolean): void;
	move(point: Point): void;
}

const MAIN_BUTTON = 0,
	ERASER_BUTTON = 5;

export function followPointer(canvas: HTMLCanvasElement, rows: number, columns: number, hand: Hand): void {
	let held: number | null = null;
	const place = ({ clientX, clientY }: PointerEvent): Point => {
		const box = canvas.getBoundingClientRect();
		return { x: ((clientX - box.left) / box.width) * columns, y: ((clientY - box.top) / box.height) * rows };
	};
	canvas.addEventListener("pointerdown", event => {
		if (held !== null || ![MAIN_BUTTON, ERASER_BUTTON].includes(event.button)) return;
		held = event.pointerId;
		canvas.setPointerCapture(held);
		hand.begin(place(event), event.button === ERASER_BUTTON);
	});
	canvas.addEventListener("pointermove", event => {
		if (event.pointerId !== held) return;
		// Of places between two frames some browsers tell the last alone.
		const between = event.getCoalescedEvents?.() ?? [];
		for (const one of between.length ? between : [event]) hand.move(place(one));
	});
	canvas.addEventListener("lostpointercapture", () => {
		held = null;
	});
}

const STEPS: Readonly<Record<string, readonly [right: number, down: number]>> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, -1],
	ArrowDown: [0, 1],
};
const FAR = 4;

/** The tip of a pen that keys move; `shown` is told where it is, or null where there is none. */
export function followKeys(
	canvas: HTMLCanvasElement,
	rows: number,
	columns: number,
	hand: Hand,
	shown: (tip: Point | null, down: boolean) => void,
): void {
	let tip = { x: columns / 2, y: rows / 2 },
		down = false;
	const step = ([right, below]: readonly [number, number], by: number): void => {
		const within = (place: number, most: number): number => Math.min(most, Math.max(0, place));
		tip = { x: within(tip.x + right * by, columns), y: within(tip.y + below * by, rows) };
		if (down) hand.move(tip);
	};
	canvas.addEventListener("keydown", event => {
		if (event.key in STEPS) step(STEPS[event.key], event.shiftKey ? FAR : 1);
		else if (event.key === " " || event.key === "Enter") (down = !down) && hand.begin(tip, false);
		else return event.key === "Escape" ? canvas.blur() : undefined;
		event.preventDefault();
		shown(tip, down);
	});
	const leave = (): void => shown(null, (down = false));
	canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && shown(tip, down));
	canvas.addEventListener("blur", leave);
	canvas.addEventListener("pointerdown", leave);
}
