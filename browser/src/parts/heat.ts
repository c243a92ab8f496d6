/* A small picture of many numbers, one pixel each, with a frame on a part of it. */

import { node } from "../dom";

export function heatMap(levels: readonly (readonly number[])[], label: string): HTMLElement {
	const height = levels.length,
		width = levels[0]?.length ?? 0;
	const canvas = node("canvas", { width, height, role: "img", ariaLabel: label });
	const pen = canvas.getContext("2d");
	const image = pen?.createImageData(Math.max(width, 1), Math.max(height, 1));
	if (pen && image) {
		levels.flat().forEach((level, index) => image.data.set([level, level, level, 255], 4 * index));
		pen.putImageData(image, 0, 0);
	}
	return canvas;
}

/** The map with a frame; all in shares of the whole. */
export function framed(map: HTMLElement, [top, left, height, width]: readonly number[]): HTMLElement {
	const share = (value = 0): string => `${(100 * value).toFixed(2)}%`;
	const frame = node("span.crop");
	Object.assign(frame.style, { top: share(top), left: share(left), height: share(height), width: share(width) });
	return node("div.heat", {}, map, frame);
}
