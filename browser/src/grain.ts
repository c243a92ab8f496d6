/* Numbers that look drawn at random and are always the same, as Python's. `widgets.lens_scene` */

/** The bits of an index, scrambled as Wellons' lowbias32 does. */
export function scrambled(index: number): number {
	let x = index ^ (index >>> 16);
	x = Math.imul(x, 0x7feb352d);
	x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
	return (x ^ (x >>> 16)) >>> 0;
}

/* What a sum of four bytes is on average, and how far it spreads. */
const MEAN = 510,
	SPREAD = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/** A number like those of a normal distribution: the four bytes of a scrambled index, added. */
export function grain(index: number): number {
	const x = scrambled(index);
	return ((x & 255) + ((x >> 8) & 255) + ((x >> 16) & 255) + (x >>> 24) - MEAN) / SPREAD;
}
