/* Draws the first step of animations, for pages without scripts: JSON of players' HTML in, JSON of SVG out. */

import { readFileSync, writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { parseHTML } from "linkedom";

/** Nothing is laid out here, so no size is ever told. */
class ResizeObserver {
	observe() {}
}

function chunk(kind, data) {
	const body = Buffer.concat([Buffer.from(kind), data]),
		ends = Buffer.alloc(8);
	ends.writeUInt32BE(data.length, 0);
	ends.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** Pixels as PNG, each row without a filter. */
function png({ width, height, data }) {
	const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	const rows = Array.from({ length: height }, (_, row) => [
		0,
		...data.subarray(4 * width * row, 4 * width * (row + 1)),
	]);
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		pixels = deflateSync(Buffer.from(rows.flat()), { level: 9 });
	return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

/** Takes the pixels of a large grid, and gives them as a picture. */
class Canvas {
	getContext = () => ({
		createImageData: (width, height) => ({ data: new Uint8Array(4 * width * height), width, height }),
		putImageData: pixels => Object.assign(this, { pixels }),
	});
	toDataURL = () => `data:image/png;base64,${png(this.pixels).toString("base64")}`;
}

function still(player) {
	const { document } = parseHTML(`<!doctype html><html><body>${player}</body></html>`),
		create = document.createElement.bind(document);
	document.createElement = name => (name === "canvas" ? new Canvas() : create(name));
	new Function("document", "ResizeObserver", document.querySelector("script").textContent)(document, ResizeObserver);
	return document.querySelector("svg.scene:not([hidden])").outerHTML;
}

writeFileSync(1, JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(still)));
