/* Places of a picture whose numbers are dots: which one an event met, and a frame around some. */

import { put } from "../dom";
import type { Area } from "./cell";

/** The row and column under the pointer; the middle for a key, which has no place. */
export function placeUnder(
	event: MouseEvent,
	element: Element,
	rows: number,
	columns: number,
): [number, number] | null {
	if (!event.detail) return null;
	const box = element.getBoundingClientRect(),
		at = (share: number, most: number): number => Math.max(0, Math.min(Math.floor(share * most), most - 1));
	return [at((event.clientY - box.top) / box.height, rows), at((event.clientX - box.left) / box.width, columns)];
}

/** Lay a frame around places, in shares of the picture; without places there is none. */
export function frameOn(frame: HTMLElement, seen: Area | null, rows: number, columns: number): void {
	put(frame, { hidden: !seen });
	if (!seen) return;
	const share = (from: number, all: number): string => `${((100 * from) / all).toFixed(2)}%`,
		[[top, bottom], [left, right]] = [seen.rows, seen.columns];
	Object.assign(frame.style, {
		top: share(top, rows),
		left: share(left, columns),
		height: share(bottom - top + 1, rows),
		width: share(right - left + 1, columns),
	});
}
