/* Where a real layer's crop lies in the whole. */

import { node } from "../dom";
import { python } from "../format";
import { framed, heatMap } from "../parts/heat";
import type { Words } from "../words";
import type { Session } from "./session";

export function cropPart({ given: { whole }, s, rank }: Session, words: Words): HTMLElement {
	if (!whole) return node("div", { hidden: true });
	const t = (key: string, more = {}): string => words.text(`explorer.crop${key}`, more),
		shown = s.sizes as number[],
		{ sizes, at } = whole;
	const share = (list: readonly number[]): number[] => list.map((one, axis) => one / sizes[axis]);
	const [place, size] =
		rank === 1
			? [
					[0, ...share(at)],
					[1, ...share(shown)],
				]
			: [share(at), share(shown)];
	const some = (key: string, chosen: readonly number[], all: number): string =>
		chosen.length < all ? t(key, { list: { list: chosen.map(String) }, all }) : "";
	const sentences = [
		t("", { part: shown.join("×"), whole: sizes.join("×"), at: python(at) }),
		some("_channels", whole.channels, whole.allChannels),
		some("_filters", whole.filters, whole.allFilters),
		t("_edge"),
	];
	const map = framed(heatMap(whole.picture, t("_picture")), [...place, ...size]);
	return node("div.whole", {}, map, node("p", {}, sentences.filter(Boolean).join(" ").replaceAll("。 ", "。")));
}
