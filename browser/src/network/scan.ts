/* The writing in a picture of any kind, dark on light or light on dark, as ink: what differs from its surroundings. */

import type { Ink } from "./bitmap";

/** Of levels from 0 to 255: what differs by less is no writing. */
const LEAST_CONTRAST = 24;
/** Parts of the writing that are smaller, as shares of its largest part, are specks. */
const SPECK = 0.05;

/** The ink of a picture of which each place has four bytes; null where nothing stands out. */
export function inkOfPicture(bytes: Uint8ClampedArray, rows: number, columns: number): Ink | null {
	const even = evenlyLit(greys(bytes), rows, columns);
	const [threshold, contrast] = parted(even);
	if (contrast < LEAST_CONTRAST) return null;
	const light = Uint8Array.from(even, level => Number(level > threshold));
	const paper = onBorder(light, rows, columns);
	const cells = withoutSpecks(
		light.map(side => Number(side !== paper)),
		rows,
		columns,
	);
	return cells.includes(1) ? { rows, columns, cells } : null;
}

/** Levels from 0 to 255, seen on white paper. */
const greys = (bytes: Uint8ClampedArray): Float32Array =>
	Float32Array.from({ length: bytes.length / 4 }, (_, i) => {
		const [red, green, blue, opacity] = bytes.subarray(4 * i, 4 * i + 4);
		return 255 + ((0.299 * red + 0.587 * green + 0.114 * blue - 255) * opacity) / 255;
	});

/** Each level less the mean of its surroundings, a quarter of the picture to each side: a shadow has no edge there. */
function evenlyLit(levels: Float32Array, rows: number, columns: number): Float32Array {
	const wide = columns + 1,
		sums = new Float64Array((rows + 1) * wide);
	levels.forEach((level, i) => {
		const corner = (Math.floor(i / columns) + 1) * wide + (i % columns) + 1;
		sums[corner] = level + sums[corner - 1] + sums[corner - wide] - sums[corner - wide - 1];
	});
	const reach = Math.ceil(Math.max(rows, columns) / 4);
	const span = (place: number, length: number): [number, number] => [
		Math.max(0, place - reach),
		Math.min(length, place + reach + 1),
	];
	return levels.map((level, i) => {
		const [top, bottom] = span(Math.floor(i / columns), rows),
			[left, right] = span(i % columns, columns);
		const sum =
			sums[bottom * wide + right] - sums[top * wide + right] - sums[bottom * wide + left] + sums[top * wide + left];
		return level - sum / ((bottom - top) * (right - left));
	});
}

/** The level that parts the dark from the light best (Otsu, 1979), and how far apart the two are in the mean. */
function parted(levels: Float32Array): [threshold: number, contrast: number] {
	const counts = new Float64Array(511);
	for (const level of levels) counts[Math.round(level) + 255]++;
	const total = levels.reduce((sum, level) => sum + Math.round(level) + 255, 0);
	let [below, sum, best, threshold, contrast] = [0, 0, -1, 0, 0];
	counts.forEach((count, level) => {
		below += count;
		sum += count * level;
		const above = levels.length - below;
		if (!below || !above) return;
		const apart = (total - sum) / above - sum / below,
			spread = below * above * apart ** 2;
		if (spread > best) [best, threshold, contrast] = [spread, level - 255 + 0.5, apart];
	});
	return [threshold, contrast];
}

/** What most of the places on the border are. */
function onBorder(cells: Uint8Array, rows: number, columns: number): number {
	const border = cells.filter((_, place) => outermost(place, rows, columns));
	return Number(2 * border.reduce((sum, cell) => sum + cell, 0) > border.length);
}

/** Without what is small, and without what comes in from outside of the picture, if anything else is there. */
function withoutSpecks(cells: Uint8Array, rows: number, columns: number): Uint8Array {
	const parts = connected(cells, rows, columns);
	const largest = Math.max(0, ...parts.map(part => part.length));
	const large = parts.filter(part => part.length >= SPECK * largest);
	const whole = large.filter(part => !part.some(place => outermost(place, rows, columns)));
	const kept = new Uint8Array(cells.length);
	for (const place of (whole.length ? whole : large).flat()) kept[place] = 1;
	return kept;
}

function outermost(place: number, rows: number, columns: number): boolean {
	const [row, column] = [Math.floor(place / columns), place % columns];
	return row === 0 || column === 0 || row === rows - 1 || column === columns - 1;
}

/** The places of each part that hangs together, by sides or corners. */
function connected(cells: Uint8Array, rows: number, columns: number): number[][] {
	const left = cells.slice(),
		parts: number[][] = [];
	for (let start = 0; start < left.length; start++) {
		if (!left[start]) continue;
		const part = [start];
		left[start] = 0;
		for (const place of part) {
			for (const next of around(place, rows, columns)) {
				if (!left[next]) continue;
				left[next] = 0;
				part.push(next);
			}
		}
		parts.push(part);
	}
	return parts;
}

function around(place: number, rows: number, columns: number): number[] {
	const [row, column] = [Math.floor(place / columns), place % columns];
	const found: number[] = [];
	for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
		for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) found.push(y * columns + x);
	return found;
}
