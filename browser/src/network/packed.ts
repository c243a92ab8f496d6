/* Numbers as text: base64 of their bytes, the least byte first. */

import { bytesIn, inflated } from "../inflate";

/** The value of each of the 65,536 numbers of 16 bits. */
function halves(): Float32Array {
	return Float32Array.from({ length: 1 << 16 }, (_, bits) => {
		const power = (bits >> 10) & 31,
			share = (bits & 1023) / 1024,
			size = power ? 2 ** (power - 15) * (1 + share) : 2 ** -14 * share;
		return bits >> 15 ? -size : size;
	});
}

let known: Float32Array | undefined;

const valueOf = (bits: number): number => {
	known ??= halves();
	return known[bits];
};

export function unpacked(type: "float16" | "float32", text: string): Float32Array {
	const { buffer } = bytesIn(text);
	return type === "float32" ? new Float32Array(buffer) : Float32Array.from(new Uint16Array(buffer), valueOf);
}

/** Epochs that are told as differences, each to the one before. `network_past` */
export async function epochsOf(texts: readonly string[]): Promise<Float32Array[]> {
	const planes = await Promise.all(texts.map(async text => new Uint8Array(await inflated(text).arrayBuffer())));
	let before = new Uint16Array();
	return planes.map(bytes => {
		const count = bytes.length / 2;
		// All upper bytes, then all lower ones; a sign is the lowest bit.
		before = Uint16Array.from({ length: count }, (_, index) => {
			const folded = (bytes[index] << 8) | bytes[count + index];
			return (before[index] ?? 0) + ((folded >> 1) ^ -(folded & 1));
		});
		return Float32Array.from(before, valueOf);
	});
}
