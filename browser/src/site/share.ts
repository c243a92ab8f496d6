/* What a teacher hands out: a link to a page as it stands, or a frame for another page. */

import { node } from "../dom";
import type { Asked, Legal } from "./asked";
import { copying } from "./copying";
import type { Say } from "./more";

interface Wanted {
	language: string;
	theme: string;
	controls: string[];
}

/** What a link says besides the page: behind its "?". */
export function queryOf(wanted: Partial<Wanted>): string {
	const parts = new URLSearchParams();
	if (wanted.language) parts.set("lang", wanted.language);
	if (wanted.theme) parts.set("theme", wanted.theme);
	if (wanted.controls?.length) parts.set("controls", wanted.controls.join(","));
	const text = String(parts).replaceAll("%2C", ",");
	return text && `?${text}`;
}

/** The language stands behind the "?", where a teacher can change it. */
export const withoutLanguage = (hash: string): string => {
	const kept = hash
		.slice(1)
		.split("&")
		.filter(part => part && !part.startsWith("language="));
	return kept.length ? `#${kept.join("&")}` : "";
};

/** A frame as high as what it shows, in the few lines that a foreign page needs. */
export const frameOf = (address: string, title: string): string =>
	`<iframe src="${escaped(address)}" title="${escaped(title)}" data-convlab loading="lazy" height="640" style="width: 100%; border: 0"></iframe>
<script>
addEventListener("message", ({ data, source }) => {
	for (const frame of document.querySelectorAll("iframe[data-convlab]"))
		if (frame.contentWindow === source && data?.convlab > 0) frame.height = data.convlab;
});
</script>`;

const escaped = (text: string): string => text.replace(/[&"<]/g, sign => `&#${sign.charCodeAt(0)};`);

/** The panel of a tool or a lesson; `legal` are the controls that a link may choose. */
export function share(legal: Legal, asked: Asked, say: Say): HTMLElement {
	const { group, page } = document.body.dataset,
		isTool = group === "tool",
		wanted: Wanted = { language: here(), theme: "", controls: [...(asked.controls ?? [])] },
		link = copying("share-link", say("share_link"), say),
		frame = copying("share-frame", say("share_frame"), say);
	function show(): void {
		const hash = isTool ? withoutLanguage(location.hash) : "",
			{ language, controls } = wanted,
			lesson = new URL(`../${language}/${page}.html`, location.href).href,
			tool = new URL(`../embed/${page}.html`, location.href).href;
		link.show(lesson + queryOf({ controls }) + hash);
		if (isTool) frame.show(frameOf(tool + queryOf(wanted) + hash, document.title));
	}
	const boxes = node("div");
	function choose(): void {
		boxes.replaceChildren(...checkboxes(say("share_controls"), namesOf(legal), wanted.controls, show));
	}
	choose();
	// A widget that wakes brings its controls.
	new MutationObserver(choose).observe(document.body, { subtree: true, attributeFilter: ["data-awake"] });
	// The state of the tool goes on changing.
	addEventListener("pointerup", () => setTimeout(show, AT_REST));
	addEventListener("keyup", () => setTimeout(show, AT_REST));
	show();
	const choices = node("div.choices", {}, ...selects(wanted, isTool, show, say));
	return node("div.sharing", {}, choices, boxes, link.element, ...(isTool ? [frame.element] : []));
}

function selects(wanted: Wanted, isTool: boolean, changed: () => void, say: Say): HTMLElement[] {
	const themes = ["", "light", "dark"].map((name): Option => [name, say(`share_theme_${name || "auto"}`)]),
		language = select("share-language", say("share_language"), LANGUAGES, wanted.language, chosen => {
			wanted.language = chosen;
			changed();
		}),
		theme = select("share-theme", say("share_theme"), themes, "", chosen => {
			wanted.theme = chosen;
			changed();
		});
	return isTool ? [language, theme] : [language];
}

/** After so long the address holds what was done. */
const AT_REST = 400;

type Option = readonly [value: string, text: string];

const LANGUAGES: readonly Option[] = [
	["en", "English"],
	["zh", "中文"],
];

const here = (): string => (document.documentElement.lang.startsWith("zh") ? "zh" : "en");

function select(
	name: string,
	label: string,
	options: readonly Option[],
	value: string,
	write: (value: string) => void,
): HTMLElement {
	const items = options.map(([value, text]) => node("option", { value }, text)),
		input = node("select", { "data-name": name }, ...items);
	input.value = value;
	input.addEventListener("change", () => write(input.value));
	return node("label", {}, node("span", {}, label), input);
}

/** The controls of the widgets that are awake on this page. */
function namesOf(legal: Legal): string[] {
	const names = Object.entries(legal).flatMap(([kind, all]) =>
		[...document.querySelectorAll<HTMLElement>(`.convlab-${kind}[data-state]`)].flatMap(root => {
			const { arguments: own } = JSON.parse(root.dataset.state ?? "{}");
			return all.filter(name => name in Object(own));
		}),
	);
	return [...new Set(names)];
}

/** Each adds its name to the `chosen` or takes it away. */
function checkboxes(legend: string, names: readonly string[], chosen: string[], changed: () => void): HTMLElement[] {
	if (!names.length) return [];
	const boxes = names.map(name => {
		const box = node("input", { type: "checkbox", checked: chosen.includes(name), "data-name": `share-${name}` });
		box.addEventListener("change", () => {
			if (box.checked) chosen.push(name);
			else chosen.splice(chosen.indexOf(name), 1);
			changed();
		});
		return node("label", {}, box, node("code", {}, name));
	});
	return [node("fieldset", {}, node("legend", {}, legend), ...boxes)];
}
