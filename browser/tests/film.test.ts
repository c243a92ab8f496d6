import { expect, test } from "vitest";
import { type Film, replay, UNKNOWN } from "../src/player/film";

const grid = { rows: 1, cols: 3, role: "input", zeros: [], x: 0, y: 0, width: 1, height: 1 };

/* Two scenes of one grid each; both bytes of the third step are negative. */
const film: Film = {
	tints: [8, 36],
	scenes: [[grid], [grid]],
	flows: [],
	firsts: [0, 2],
	words: ["", "5", "7"],
	steps: [
		{
			scene: 0,
			grids: { 0: { cells: [0, 50, 1, 1, -100, 2], marked: [[0, 1]], framed: null } },
			labels: { 0: "first" },
		},
		{ scene: 0, grids: { 0: { cells: [1, 50, 1], faint: [2] } }, labels: {} },
		{ scene: 1, grids: { 0: { run: [1, btoa("\xff\x9c")] } }, labels: { 0: "third" } },
	],
};

const levels = (step: number) => [...replay(film)(step).grids[0].levels];

test("a step keeps what it does not change", () => {
	const look = replay(film)(1);
	expect([...look.grids[0].levels]).toEqual([50, 50, UNKNOWN]);
	expect([...look.grids[0].words]).toEqual([1, 1, 0]);
	expect(look.grids[0].marked).toEqual([[0, 1]]);
	expect(look.grids[0].faint).toEqual(new Set([2]));
	expect(look.labels).toEqual({ 0: "first" });
});

test("a run of levels begins at its cell, in signed bytes", () => {
	expect(levels(2)).toEqual([UNKNOWN, -1, -100]);
});

test("a step looks the same from wherever it is reached", () => {
	const seek = replay(film);
	const seen = [1, 0, 2, 1].map(step => [...seek(step).grids[0].levels]);
	expect(seen).toEqual([1, 0, 2, 1].map(levels));
});
