/* A checksum of 32 bits, as in zip files: `zlib.crc32`. */

const POLYNOMIAL = 0xedb88320;

export function crc32(text: string): number {
	let sum = ~0;
	for (const byte of new TextEncoder().encode(text)) {
		sum ^= byte;
		for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
	}
	return ~sum >>> 0;
}
