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
