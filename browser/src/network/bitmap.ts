/* What is drawn as bits. Ink is what strokes leave on fine cells; bits are what a network is given. Sizes of bitmaps are in
   bits, and so are places on the pad.

   The ink is treated as NIST's programs treated the digits of the data (M. D. Garris and others, NIST Form-Based Handprint
   Recognition System, NISTIR 5469, 1994): cropped, stretched to 20×32, thinned or thickened by a bit or two until a part of
   it that is neither too large nor too small is black, and sheared until its left side stands upright. */

export interface Point {
	readonly x: number;
	readonly y: number;
}

export interface Stroke {
	readonly points: readonly Point[];
	readonly width: number;
	/** Whether it takes ink away. */
	readonly rubs: boolean;
}

/** A picture of ones (ink) and zeros (paper). */
export interface Ink {
	readonly rows: number;
	readonly columns: number;
	readonly cells: Uint8Array;
}

interface Box {
	readonly top: number;
	readonly left: number;
	readonly height: number;
	readonly width: number;
}

type Size = readonly [height: number, width: number];

/** Cells of ink along a bit. */
const FINE = 4;

/** Which share of a bit is ink where it is black. */
const INKED = 0.4;
/** The box that ink is stretched to, and how much of it is black: 256 to 412 of 640 bits. */
const WIDTH = 20 / 32,
	LEAST = 256 / 640,
	MOST = 412 / 640;
/** How often it is thinned or thickened, in a bitmap of 32 rows. */
const STEPS = 2;
/** A side is stretched at most so much more than the other, and a small drawing is enlarged at most so often. */
const STRETCH = 2,
	ENLARGED = 3;

export const emptyInk = (rows: number, columns: number): Ink => ({
	rows: rows * FINE,
	columns: columns * FINE,
	cells: new Uint8Array(rows * columns * FINE ** 2),
});

/** Each bit as a square of ink. */
export function inkOfBits(bits: Uint8Array, rows: number, columns: number): Ink {
	const ink = emptyInk(rows, columns);
	for (let i = 0; i < ink.cells.length; i++) {
		const row = Math.floor(i / ink.columns / FINE),
			column = Math.floor((i % ink.columns) / FINE);
		ink.cells[i] = bits[row * columns + column];
	}
	return ink;
}

/** Lay a stroke's line on the ink, or rub it away, from one of its points on. */
export function lay(ink: Ink, { points, width, rubs }: Stroke, from = 0): void {
	for (let i = from; i < points.length; i++) segment(ink, points[Math.max(i - 1, 0)], points[i], width, rubs ? 0 : 1);
}

function segment(ink: Ink, a: Point, b: Point, width: number, value: number): void {
	// In cells, measured to their middles.
	const [ax, ay, bx, by] = [a.x, a.y, b.x, b.y].map(place => place * FINE - 0.5),
		radius = (width * FINE) / 2;
	const [dx, dy] = [bx - ax, by - ay],
		length = dx * dx + dy * dy || 1;
	const [top, left] = [Math.min(ay, by), Math.min(ax, bx)].map(least => Math.max(0, Math.ceil(least - radius)));
	const bottom = Math.min(ink.rows - 1, Math.max(ay, by) + radius),
		right = Math.min(ink.columns - 1, Math.max(ax, bx) + radius);
	for (let y = top; y <= bottom; y++) {
		for (let x = left; x <= right; x++) {
			const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
			const near = (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2 <= radius * radius;
			if (near) ink.cells[y * ink.columns + x] = value;
		}
	}
}

/** The bits of a drawing, which is enlarged at most so often; null without ink. */
export function normalised(ink: Ink, rows: number, columns: number, enlarged = ENLARGED): Uint8Array | null {
	const box = boxOf(ink);
	if (!box) return null;
	const black = Math.min(columns, WIDTH * rows) * rows;
	const size = sizeOf(box, rows, columns, (enlarged * rows) / ink.rows);
	return upright(evened(stretched(ink, box, size, rows, columns), LEAST * black, MOST * black)).cells;
}

/** The smallest box around all ink. */
function boxOf({ rows, columns, cells }: Ink): Box | null {
	let [top, left, bottom, right] = [rows, columns, -1, -1];
	for (let i = 0; i < cells.length; i++) {
		if (!cells[i]) continue;
		const row = Math.floor(i / columns),
			column = i % columns;
		top = Math.min(top, row);
		bottom = row;
		left = Math.min(left, column);
		right = Math.max(right, column);
	}
	return bottom < 0 ? null : { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** The ink in the box, stretched and centred. */
function stretched(ink: Ink, box: Box, [height, width]: Size, rows: number, columns: number): Ink {
	const covered = coverage(ink, box, height, width);
	// Of a line that is nowhere as wide as a bit, more than its middle is black.
	const least = INKED * Math.max(...covered);
	const cells = new Uint8Array(rows * columns);
	const first = Math.floor((rows - height) / 2) * columns + Math.floor((columns - width) / 2);
	covered.forEach((share, i) => {
		if (share >= least) cells[first + Math.floor(i / width) * columns + (i % width)] = 1;
	});
	return { rows, columns, cells };
}

/** How much of each of `height` × `width` equal parts of the box is ink. */
function coverage(ink: Ink, box: Box, height: number, width: number): number[] {
	const along = shares(box.left, box.width, width);
	return shares(box.top, box.height, height).flatMap(tall =>
		along.map(wide => {
			let covered = 0;
			for (const [y, h] of tall) for (const [x, w] of wide) if (ink.cells[y * ink.columns + x]) covered += h * w;
			return covered;
		}),
	);
}

/** How large the box becomes, in whole bits. A line stays a line, and a dot a dot. */
function sizeOf({ height, width }: Box, rows: number, columns: number, most: number): Size {
	const tall = rows / height,
		wide = Math.min(columns, WIDTH * rows) / width;
	const limit = (scale: number, other: number): number => Math.min(scale, STRETCH * other);
	const [down, along] = [limit(tall, wide), limit(wide, tall)];
	const smaller = Math.min(1, most / Math.max(down, along));
	const whole = (size: number): number => Math.max(1, Math.round(size * smaller));
	return [whole(height * down), whole(width * along)];
}

/** For each of `count` equal parts of a line: the cells that it covers, and which share of it each has. */
function shares(start: number, length: number, count: number): [cell: number, share: number][][] {
	const size = length / count;
	return Array.from({ length: count }, (_, part) => {
		const from = start + part * size,
			to = Math.min(from + size, start + length);
		const cells: [number, number][] = [];
		for (let cell = Math.floor(from); cell < to; cell++)
			cells.push([cell, (Math.min(to, cell + 1) - Math.max(from, cell)) / size]);
		return cells;
	});
}

/** Thinned while too much is black, or thickened while too little is. */
function evened(ink: Ink, least: number, most: number): Ink {
	let even = ink;
	for (let step = 0; step < STEPS * Math.ceil(ink.rows / 32); step++) {
		const black = even.cells.reduce((sum, cell) => sum + cell, 0);
		if (black >= least && black <= most) break;
		even = edged(even, black < least);
	}
	return even;
}

/** A bit more, or a bit less, along every edge. Around the picture is paper. */
function edged({ rows, columns, cells }: Ink, thicker: boolean): Ink {
	const at = (row: number, column: number): number =>
		row < 0 || row >= rows || column < 0 || column >= columns ? 0 : cells[row * columns + column];
	const found = cells.map((cell, i) => {
		const row = Math.floor(i / columns),
			column = i % columns;
		const around = at(row - 1, column) + at(row + 1, column) + at(row, column - 1) + at(row, column + 1);
		return Number(thicker ? cell || around > 0 : cell && around === 4);
	});
	// What is thinner than its edges would vanish.
	return { rows, columns, cells: found.includes(1) ? found : cells };
}

/** Sheared, row by row, until its left side is as far left at the foot as at the head. */
function upright({ rows, columns, cells }: Ink): Ink {
	const firsts = Array.from({ length: rows }, (_, row) =>
		cells.subarray(row * columns, (row + 1) * columns).indexOf(1),
	);
	const inked = firsts.flatMap((first, row) => (first < 0 ? [] : [row]));
	// The outermost rows may hold no more than the end of a stroke.
	const [head, foot] = [(inked.at(0) ?? 0) + 2, (inked.at(-1) ?? 0) - 2];
	const slope =
		head < foot && firsts[head] >= 0 && firsts[foot] >= 0 ? (firsts[head] - firsts[foot]) / (foot - head) : 0;
	const found = new Uint8Array(cells.length);
	for (let i = 0; i < cells.length; i++) {
		const row = Math.floor(i / columns),
			column = (i % columns) + Math.round((row - Math.floor(rows / 2)) * slope);
		if (cells[i] && column >= 0 && column < columns) found[row * columns + column] = 1;
	}
	return { rows, columns, cells: found };
}

/** Bits in hexadecimal, the first of each four being the most significant. */
export function hexOf(bits: Uint8Array): string {
	let hex = "";
	for (let i = 0; i < bits.length; i += 4)
		hex += [8, 4, 2, 1].reduce((digit, value, k) => digit + value * (bits[i + k] ?? 0), 0).toString(16);
	return hex;
}

/** The bits of a hexadecimal text; null where it is none of so many bits. */
export function bitsOf(hex: string, count: number): Uint8Array | null {
	if (hex.length !== Math.ceil(count / 4) || !/^[0-9a-f]*$/i.test(hex)) return null;
	return Uint8Array.from({ length: count }, (_, i) => (Number.parseInt(hex[i >> 2], 16) >> (3 - (i & 3))) & 1);
}
