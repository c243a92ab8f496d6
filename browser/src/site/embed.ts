/* A tool in a frame of a foreign page: it tells how high it is, and leads to its page in the language of its link. */

import { put } from "../dom";
import type { Asked } from "./asked";

export function embed({ language }: Asked): void {
	const { page } = document.body.dataset,
		whole = document.querySelector<HTMLAnchorElement>('[data-name="whole"]'),
		[folder, lang] = language === "zh_TW" ? ["zh", "zh-Hant-TW"] : ["en", "en"];
	put(document.documentElement, { lang });
	if (whole) put(whole, { href: new URL(`../${folder}/${page}.html`, location.href).href });
	if (parent !== window) tellHeight();
}

function tellHeight(): void {
	const root = document.documentElement;
	let told = 0;
	const observer = new ResizeObserver(() => {
		const height = Math.ceil(root.getBoundingClientRect().height);
		if (height === told) return;
		told = height;
		// No secret: any page may show a tool.
		parent.postMessage({ convlab: height }, "*");
	});
	observer.observe(root);
}
