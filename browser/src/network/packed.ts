/* Numbers as text: base64 of their bytes, the least byte first. */

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

export function unpacked(type: "float16" | "float32", text: string): Float32Array {
	const bytes = Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
	if (type === "float32") return new Float32Array(bytes.buffer);
	const values = (known ??= halves());
	return Float32Array.from(new Uint16Array(bytes.buffer), bits => values[bits]);
}
