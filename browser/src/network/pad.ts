import { node } from "../dom";
import type { Words } from "../words";
export interface Pad {
	readonly element: HTMLElement;
	show(bits: Uint8Array | null): void;
	name(): void;
	readonly canvas: HTMLCanvasElement;
}
export function pad(_w: Words, _r: number, _c: number, _changed: (bits: Uint8Array | null) => void): Pad {
	const canvas = document.createElement("canvas");
	return { element: node("div", {}, canvas), canvas, show() {}, name() {} };
}
