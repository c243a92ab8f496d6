import { expect, test } from "vitest";
import { bitsOf, emptyInk, hexOf, type Ink, inkOfBits, lay, normalised, type Point } from "../src/network/bitmap";
import { inkOfPicture } from "../src/network/scan";
import { Sheet } from "../src/network/sheet";

const ROWS = 32,
	COLUMNS = 32;
/** Of the 1,024 bits of a digit of the data at least and at most so many are black. */
const LEAST = 256,
	MOST = 412;

const points = (...places: readonly (readonly [number, number])[]): Point[] => places.map(([x, y]) => ({ x, y }));

const circle = (x: number, y: number, wide: number, tall: number): Point[] =>
	Array.from({ length: 41 }, (_, i) => ({
		x: x + wide * Math.cos((i * Math.PI) / 20),
		y: y + tall * Math.sin((i * Math.PI) / 20),
	}));

function drawn(line: readonly Point[], width: number, rows = ROWS, columns = COLUMNS): Ink {
	const ink = emptyInk(rows, columns);
	lay(ink, { points: line, width, rubs: false });
	return ink;
}

const bitsFrom = (ink: Ink): Uint8Array => normalised(ink, ROWS, COLUMNS) ?? new Uint8Array(ROWS * COLUMNS);
const black = (bits: Uint8Array): number => bits.filter(Boolean).length;
const distance = (a: Uint8Array, b: Uint8Array): number => a.filter((bit, i) => bit !== b[i]).length;

/** The first and last row and column with ink. */
function edges(bits: Uint8Array): [top: number, bottom: number, left: number, right: number] {
	const places = [...bits.keys()].filter(i => bits[i]);
	const rows = places.map(i => Math.floor(i / COLUMNS)),
		columns = places.map(i => i % COLUMNS);
	return [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
}

test("an empty pad has no bits", () => {
	expect(normalised(emptyInk(ROWS, COLUMNS), ROWS, COLUMNS)).toBeNull();
});

test("a stroke inks the places within half its width", () => {
	const ink = drawn(points([8, 16], [24, 16]), 4);
	const at = (x: number, y: number): number => ink.cells[Math.floor(4 * y) * ink.columns + Math.floor(4 * x)];
	expect([at(16, 14.3), at(16, 17.8), at(6.3, 16), at(25.8, 16)]).toEqual([1, 1, 1, 1]);
	expect([at(16, 13.7), at(16, 18.3), at(5.8, 16), at(26.2, 16), at(6.3, 14.4)]).toEqual([0, 0, 0, 0, 0]);
});

test("an eraser takes away what is under it and nothing else", () => {
	const ink = drawn(points([4, 16], [28, 16]), 4),
		before = ink.cells.reduce((sum, cell) => sum + cell);
	lay(ink, { points: points([16, 4], [16, 28]), width: 6, rubs: true });
	// Six bits of a line that is four bits wide, each of sixteen cells.
	expect(before - ink.cells.reduce((sum, cell) => sum + cell)).toBe(6 * 4 * 16);
});

test("a stroke in pieces leaves the ink of the whole stroke", () => {
	const line = circle(16, 16, 9, 12),
		ink = emptyInk(ROWS, COLUMNS);
	for (let i = 0; i < line.length; i++) lay(ink, { points: line.slice(0, i + 1), width: 2, rubs: false }, i);
	expect(ink.cells).toEqual(drawn(line, 2).cells);
});

test.each([
	["small", 6, 8, 1.3],
	["wide", 14, 9, 2],
	["narrow", 4, 13, 2],
	["large", 12, 14, 3.5],
])("a %s ring fills the height and twenty of the columns, give or take its edge", (_, wide, tall, width) => {
	const [top, bottom, left, right] = edges(bitsFrom(drawn(circle(15, 17, wide, tall), width)));
	expect(bottom - top + 1).toBeGreaterThanOrEqual(26);
	expect(right - left + 1).toBeGreaterThanOrEqual(18);
	expect(right - left + 1).toBeLessThanOrEqual(24);
	expect(Math.abs(left + right - 31)).toBeLessThanOrEqual(2);
	expect(Math.abs(top + bottom - 31)).toBeLessThanOrEqual(1);
});

test.each([1.3, 2.2, 3.5])("a pen %d bits wide leaves as much black as the data's pens", width => {
	const count = black(bitsFrom(drawn(circle(16, 16, 8, 12), width)));
	expect(count).toBeGreaterThanOrEqual(LEAST);
	expect(count).toBeLessThanOrEqual(MOST);
});

test("the place and the size of a drawing do not matter", () => {
	const here = bitsFrom(drawn(circle(12, 13, 6, 9), 2)),
		there = bitsFrom(drawn(circle(18, 17, 8, 12), (2 * 4) / 3));
	expect(distance(here, there)).toBeLessThan(40);
});

test("a slanted line stands upright", () => {
	const [top, bottom, left, right] = edges(bitsFrom(drawn(points([20, 4], [12, 28]), 2.2)));
	expect([top, bottom]).toEqual([0, 31]);
	expect(right - left + 1).toBeLessThan(12);
});

test("a line stays a line, along either side", () => {
	for (const line of [points([16, 4], [16, 28]), points([4, 16], [28, 16])]) {
		const [top, bottom, left, right] = edges(bitsFrom(drawn(line, 2.2)));
		expect(Math.min(bottom - top, right - left)).toBeLessThan(12);
		expect(Math.max(bottom - top, right - left)).toBeGreaterThan(18);
	}
});

test("a dot stays a dot: less than half the height", () => {
	const [top, bottom] = edges(bitsFrom(drawn(points([7, 9]), 2.2)));
	expect(bottom - top + 1).toBeLessThan(16);
});

test("a dot stays a dot on a narrow pad and on a wide one", () => {
	for (const [rows, columns] of [
		[64, 24],
		[32, 96],
	]) {
		const bits = normalised(drawn(points([6, 6]), 0.07 * rows, rows, columns), rows, columns);
		expect(black(bits ?? new Uint8Array())).toBeGreaterThan(0);
		expect(black(bits ?? new Uint8Array())).toBeLessThan((0.35 * rows) ** 2);
	}
});

test("a speck of ink, and a pad that is full of it, have bits", () => {
	const speck = emptyInk(ROWS, COLUMNS);
	speck.cells[0] = 1;
	expect(black(bitsFrom(speck))).toBeGreaterThan(0);
	const full = emptyInk(ROWS, COLUMNS);
	full.cells.fill(1);
	expect(black(bitsFrom(full))).toBeGreaterThan(0);
});

test("a pad of any shape has its own number of bits", () => {
	for (const [rows, columns] of [
		[12, 32],
		[32, 12],
		[112, 112],
	]) {
		const line = circle(columns / 2, rows / 2, columns / 3, rows / 3);
		const bits = normalised(drawn(line, 2, rows, columns), rows, columns);
		expect(bits?.length).toBe(rows * columns);
		expect(bits?.includes(1)).toBe(true);
	}
});

test("hexadecimal begins with the most significant bit, row by row", () => {
	expect(hexOf(Uint8Array.from([1, 0, 0, 0, 0, 0, 1, 1]))).toBe("83");
	expect(bitsOf("83", 8)).toEqual(Uint8Array.from([1, 0, 0, 0, 0, 0, 1, 1]));
	expect(hexOf(Uint8Array.from([1, 1, 1, 1, 1]))).toBe("f8");
});

test("bits survive hexadecimal, and what is none of them is refused", () => {
	const bits = bitsFrom(drawn(circle(16, 16, 8, 12), 2));
	expect(bitsOf(hexOf(bits), bits.length)).toEqual(bits);
	for (const wrong of ["", "8", "833", "8g", "-1"]) expect(bitsOf(wrong, 8)).toBeNull();
});

/** A picture of the ink as a camera sees it: dark or light writing, a shadow from left to right, grain, and a speck. */
function photograph(ink: Ink, paper: number, pen: number, shadow: number): Uint8ClampedArray {
	const bytes = new Uint8ClampedArray(4 * ink.cells.length);
	let seed = 1;
	ink.cells.forEach((cell, i) => {
		seed = (seed * 48271) % 2147483647;
		const [row, column] = [Math.floor(i / ink.columns), i % ink.columns];
		const marked = cell || (row < 3 && row > 0 && column > 0 && column < 3);
		const light = 1 - (shadow * column) / ink.columns;
		bytes.fill((marked ? pen : paper) * light + (seed % 13) - 6, 4 * i, 4 * i + 3);
		bytes[4 * i + 3] = 255;
	});
	return bytes;
}

test.each([
	["dark on light", 230, 40, 0],
	["light on dark", 30, 220, 0],
	["pencil", 200, 140, 0],
	["dark on light, half in the shade", 240, 60, 0.6],
	["light on dark, half in the shade", 60, 240, 0.4],
])("a picture of writing gives the bits of its ink: %s", (_, paper, pen, shadow) => {
	const ink = drawn([...circle(18, 12, 5, 6), ...points([23, 12], [20, 28])], 2.2);
	const seen = inkOfPicture(photograph(ink, paper, pen, shadow), ink.rows, ink.columns);
	const bits = seen && normalised(seen, ROWS, COLUMNS, Number.POSITIVE_INFINITY);
	expect(bits && distance(bits, bitsFrom(ink))).toBeLessThan(20);
});

test("small writing on a large picture fills the bitmap", () => {
	const ink = drawn(circle(40, 30, 5, 7), 2, 80, 80);
	const seen = inkOfPicture(photograph(ink, 230, 40, 0.2), ink.rows, ink.columns);
	const bits = seen && normalised(seen, ROWS, COLUMNS, Number.POSITIVE_INFINITY);
	const [top, bottom] = edges(bits ?? new Uint8Array());
	expect(bottom - top + 1).toBeGreaterThanOrEqual(28);
});

test("what comes in from outside of a picture is no writing, unless there is nothing else", () => {
	const ink = drawn(circle(18, 16, 8, 10), 2.2),
		edge = { ...ink, cells: ink.cells.map((cell, i) => (i % ink.columns < 5 ? 1 : cell)) };
	const bitsOfPicture = (seen: Ink): Uint8Array | null => {
		const found = inkOfPicture(photograph(seen, 230, 40, 0), ink.rows, ink.columns);
		return found && normalised(found, ROWS, COLUMNS, Number.POSITIVE_INFINITY);
	};
	expect(distance(bitsOfPicture(edge) ?? new Uint8Array(1024), bitsFrom(ink))).toBeLessThan(20);
	expect(bitsOfPicture(drawn(circle(16, 0, 9, 12), 2))).not.toBeNull();
});

test("writing on nothing, as clear as glass, is writing on paper", () => {
	const ink = drawn(circle(16, 16, 8, 12), 2),
		bytes = new Uint8ClampedArray(4 * ink.cells.length);
	ink.cells.forEach((cell, i) => {
		bytes[4 * i + 3] = 255 * cell;
	});
	expect(inkOfPicture(bytes, ink.rows, ink.columns)?.cells).toEqual(ink.cells);
});

test("a picture without writing has no ink", () => {
	const nothing = emptyInk(8, 8);
	expect(inkOfPicture(photograph(nothing, 200, 200, 0), 32, 32)).toBeNull();
	expect(inkOfPicture(new Uint8ClampedArray(4 * 1024), 32, 32)).toBeNull();
});

test("undo takes back a stroke, a clearing, or a picture", () => {
	const sheet = new Sheet(ROWS, COLUMNS);
	sheet.begin({ x: 8, y: 8 }, 2, false);
	sheet.move({ x: 20, y: 24 });
	const first = sheet.bits();
	sheet.begin({ x: 24, y: 4 }, 2, false);
	expect(sheet.bits()).not.toEqual(first);
	sheet.undo();
	expect(sheet.bits()).toEqual(first);
	sheet.clear();
	expect(sheet.bits()).toBeNull();
	sheet.undo();
	sheet.put(bitsOf("f".repeat(256), 1024), false);
	sheet.undo();
	expect(sheet.bits()).toEqual(first);
	sheet.undo();
	sheet.undo();
	expect(sheet.bits()).toBeNull();
});

test("bits from outside stay as they are until something is drawn on them", () => {
	const sheet = new Sheet(ROWS, COLUMNS),
		bits = Uint8Array.from({ length: 1024 }, (_, i) => Number(i % 32 > 20));
	sheet.put(bits, true);
	expect(sheet.bits()).toEqual(bits);
	sheet.begin({ x: 2, y: 30 }, 2, false);
	expect(sheet.bits()).not.toEqual(bits);
	expect(inkOfBits(bits, ROWS, COLUMNS).cells.reduce((sum, cell) => sum + cell)).toBe(16 * black(bits));
	sheet.undo();
	sheet.undo();
	expect(sheet.bits()).toEqual(bits);
});

test("what is rubbed out altogether leaves an empty pad", () => {
	const sheet = new Sheet(ROWS, COLUMNS);
	sheet.begin({ x: 16, y: 16 }, 2, false);
	sheet.begin({ x: 16, y: 16 }, 4, true);
	expect(sheet.bits()).toBeNull();
});
