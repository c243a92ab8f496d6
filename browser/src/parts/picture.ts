/* A picture of the reader's own: the field for its file, and its bytes. */

import { node } from "../dom";
import { type Control, type Label, labelled } from "./controls";

/** A field for a file; `take` is told of each that is chosen. */
export function fileField(label: Label, choose: string, take: (file: File) => void): Control {
	const input = node("input", { type: "file", accept: "image/*" });
	input.addEventListener("change", () => {
		const [file] = input.files ?? [];
		input.value = "";
		if (file) take(file);
	});
	// The browser's own button speaks the browser's language: it lies unseen over this one.
	return {
		element: labelled(label, input, node("span.choose", { ariaHidden: "true" }, choose)),
		input,
		show() {},
	};
}

/** Red, green, blue and opacity of every place of a picture that is drawn at this size. */
export function bytesOf(source: CanvasImageSource, width: number, height: number): Uint8ClampedArray {
	const pen = node("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
	if (!pen) return new Uint8ClampedArray(4 * width * height);
	pen.imageSmoothingQuality = "high";
	pen.drawImage(source, 0, 0, width, height);
	return pen.getImageData(0, 0, width, height).data;
}

const MOST_PIXELS = 64e6;

/** Why a file cannot be used. */
export class Unusable extends Error {
	constructor(
		readonly code: "picture_none" | "picture_huge",
		readonly megapixels = 0,
	) {
		super(code);
	}
}

/** What `use` makes of a file's picture. Rejected where it is none; with an `Unusable` where it is too large. */
export async function withImage<T>(
	file: File,
	use: (image: HTMLImageElement, width: number, height: number) => T,
): Promise<T> {
	const address = URL.createObjectURL(file);
	try {
		const image = await loaded(address),
			{ naturalWidth: width, naturalHeight: height } = image;
		// Its size is known before its dots are: what is too large is never unpacked.
		if (width * height > MOST_PIXELS) throw new Unusable("picture_huge", Math.round((width * height) / 1e6));
		if (!width) throw new Error();
		return use(image, width, height);
	} finally {
		URL.revokeObjectURL(address);
	}
}

const loaded = (address: string): Promise<HTMLImageElement> =>
	new Promise((done, failed) => {
		const image = new Image();
		image.onload = () => done(image);
		image.onerror = failed;
		image.src = address;
	});
