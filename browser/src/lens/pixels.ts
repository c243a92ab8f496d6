/* Pictures as numbers, a plane for each channel: Python's, the reader's own, a camera's. */

import { bytesOf } from "../parts/picture";
import type { PictureTraits } from "./records";

export interface Pixels {
	readonly height: number;
	readonly width: number;
	readonly planes: readonly Float32Array[];
	/** The number that is white in a picture; black is 0. */
	readonly white: number;
}

export const shapeOf = ({ height, width, planes }: Pixels): number[] => [height, width, planes.length];

/** The picture of a model, to the last bit. */
export async function pixelsOf(
	get: <Name extends keyof PictureTraits>(name: Name) => PictureTraits[Name],
): Promise<Pixels> {
	const [height, width, channels] = get("shape"),
		[white, steps, file] = [get("white"), get("steps"), get("file")];
	if (!file) return { height, width, white, planes: [new Float32Array(height * width)] };
	const packed = Uint8Array.from(atob(file), sign => sign.charCodeAt(0));
	const bitmap = await createImageBitmap(new Blob([packed]), { colorSpaceConversion: "none" });
	const bytes = bytesOf(bitmap, bitmap.width, bitmap.height);
	bitmap.close();
	if (steps) return ofLevels(bytes, height, width, white, channels, steps);
	const whole = wholeNumbers(bytes, height * width * channels);
	return { height, width, white, planes: split(channels, height * width, (k, i) => whole[i * channels + k]) };
}

/** Levels, four bytes a place, as numbers. */
export function ofLevels(
	bytes: Uint8ClampedArray,
	height: number,
	width: number,
	white: number,
	channels = 3,
	steps = 255,
): Pixels {
	const numbers = Float32Array.from({ length: 256 }, (_, level) => (level * white) / steps);
	return { height, width, white, planes: split(channels, height * width, (k, i) => numbers[bytes[4 * i + k]]) };
}

const split = (channels: number, length: number, at: (channel: number, index: number) => number): Float32Array[] =>
	Array.from({ length: channels }, (_, k) => {
		const plane = new Float32Array(length);
		for (let i = 0; i < length; i++) plane[i] = at(k, i);
		return plane;
	});

/* The four bytes of each number lie in four pictures, one below the other. */
function wholeNumbers(bytes: Uint8ClampedArray, count: number): Float32Array {
	const found = new DataView(new ArrayBuffer(4 * count));
	for (let i = 0; i < count; i++)
		for (let byte = 0; byte < 4; byte++) found.setUint8(4 * i + byte, bytes[4 * (byte * count + i)]);
	return Float32Array.from({ length: count }, (_, i) => found.getFloat32(4 * i, true));
}

/** The colours, or their mean. */
export function withChannels(pixels: Pixels, channels: number): Pixels {
	const { planes, height, width } = pixels;
	if (planes.length === channels) return pixels;
	const mean = split(1, height * width, (_, i) => planes.reduce((sum, plane) => sum + plane[i], 0) / planes.length);
	return { ...pixels, planes: mean };
}
