/* A tool in a frame of a foreign page: it tells how high it is, and speaks the language that its link asks for. */

import type { Asked } from "./asked";

export function embed({ language }: Asked): void {
	document.documentElement.lang = language === "zh_TW" ? "zh-Hant-TW" : "en";
	if (parent === window) return;
	let told = 0;
	const observer = new ResizeObserver(() => {
		const height = Math.ceil(document.body.getBoundingClientRect().height);
		if (height === told) return;
		told = height;
		// No secret: any page may show a tool.
		parent.postMessage({ convlab: height }, "*");
	});
	observer.observe(document.body);
}
