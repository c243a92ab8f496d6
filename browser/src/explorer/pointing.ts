/* Hands on the picture: pointing, choosing, dragging a number, walking by keys. */

import { Grid } from "../parts/grid";
import type { Look } from "./light";

const PIXELS_A_STEP = 8,
	SLACK = 4;

export interface Hands {
	/** What the pointer or the keys are on; none. */
	see(look: Look | null): void;
	/** What was chosen by a click or by Enter. */
	pin(look: Look | null): void;
	/** What a key leads to inside a grid. */
	walk(look: Look): void;
	isFree(look: Look): boolean;
	valueOf(look: Look): number;
	change(look: Look, value: number): void;
	edit(): void;
	step(by: number): void;
	toggle(): void;
}

/** What a cell stands for; null where there is no number of a tensor. */
export function meaning(grid: Grid, [r, c]: readonly [number, number]): Look | null {
	const { rows, columns, id, kind, channel, a, b } = grid.spec,
		row = rows[r],
		column = columns[c];
	if (row === undefined || column === undefined || row < 0 || column < 0) return null;
	return { id, kind, channel, a, b, r: row, c: column };
}

export function handle(element: HTMLElement, hands: Hands): void {
	const looked = (target: EventTarget | null): Look | null => {
		const met = Grid.met(target);
		return met && meaning(met.grid, met.at);
	};
	let dragged = false;
	element.addEventListener("pointerover", event => hands.see(looked(event.target)));
	element.addEventListener("pointerleave", () => hands.see(null));
	element.addEventListener("focusout", () => hands.see(null));
	element.addEventListener("click", event => {
		const met = Grid.met(event.target);
		if (!met || dragged) return void (dragged = false);
		met.grid.activate(...met.at);
		hands.pin(meaning(met.grid, met.at));
	});
	element.addEventListener("pointerdown", event => {
		const look = looked(event.target),
			cell = event.target as HTMLElement;
		dragged = false;
		// A finger that moves scrolls the page, unless it is on the chosen number.
		if (look && hands.isFree(look) && (event.pointerType === "mouse" || cell.classList.contains("pinned")))
			drag(event, look);
	});

	function drag(start: PointerEvent, look: Look): void {
		const from = hands.valueOf(look),
			stop = new AbortController(),
			{ signal } = stop;
		const move = (event: PointerEvent): void => {
			const up = start.clientY - event.clientY;
			if (!dragged && Math.abs(up) < SLACK) return;
			if (!dragged) hands.pin(look);
			dragged = true;
			hands.change(look, from + Math.round(up / PIXELS_A_STEP));
		};
		const target = element.ownerDocument;
		target.addEventListener("pointermove", move, { signal });
		for (const end of ["pointerup", "pointercancel"]) target.addEventListener(end, () => stop.abort(), { signal });
	}

	element.addEventListener("keydown", event => {
		const grid = Grid.of(event.target);
		if (!grid) return;
		const to = grid.led(event.key);
		if (to) {
			grid.activate(...to);
			const look = meaning(grid, grid.active);
			if (look) hands.walk(look);
			else hands.see(null);
		} else if (acts[event.key]) acts[event.key](grid);
		else return;
		event.preventDefault();
		event.stopPropagation();
	});
	const acts: Record<string, (grid: Grid) => void> = {
		Enter(grid) {
			hands.pin(meaning(grid, grid.active));
			hands.edit();
		},
		" ": () => hands.toggle(),
		Escape() {
			hands.pin(null);
			hands.see(null);
		},
		",": () => hands.step(-1),
		".": () => hands.step(1),
	};
}
