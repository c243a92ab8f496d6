/* Finds words in the prose of the site. The index is Python's: `tools.site.search`. */

export interface Index {
	readonly pages: readonly (readonly [title: string, address: string])[];
	readonly sections: readonly (readonly [page: number, anchor: string, heading: string, text: string])[];
	/** Words of the same meaning. */
	readonly synonyms: readonly (readonly string[])[];
}

export interface Hit {
	readonly title: string;
	readonly address: string;
	readonly heading: string;
	readonly excerpt: string;
	/** What was found, to be marked. */
	readonly terms: readonly RegExp[];
}

/** A text for comparing, of the same length: small letters, ASCII for its full-width twins, no underscores. */
export function fold(text: string): string {
	const small = text.toLowerCase(),
		same = small.length === text.length ? small : text;
	return same.replace(/[！-～]/g, sign => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/[\s_‐-―-]/g, " ");
}

const LATIN = /^[a-z0-9 ]+$/,
	CHINESE = /[\p{Script=Han}]+/u,
	/** Between words of a Chinese question. */
	PARTICLES = /^[的是和與在了嗎呢]+|[的是和與在了嗎呢]+$/g;
/** Shorter words count only where a word begins: "row" is not in "arrow". */
const SHORT = 4;
/** Longer ones may have been typed without the underscore. */
const LONG = 8;

const BEGINNING = "(?<![a-z0-9])";

const singular = (word: string): string => (LATIN.test(word) && word.length >= SHORT ? word.replace(/s$/, "") : word);

function pattern(word: string): string {
	const isLatin = LATIN.test(word),
		signs = [...singular(word)].map(sign => (sign === " " ? " ?" : sign.replace(/[.*+?^${}()|[\]\\/]/, "\\$&"))),
		text = signs.join("");
	if (!isLatin) return text;
	if (word.length < SHORT) return /^[a-z]/.test(word) ? BEGINNING + text : text;
	return word.length < LONG || word.includes(" ") ? `${text}s?` : `${text}s?|${BEGINNING}${signs.join(" ?")}s?`;
}

/** What each further section of a page counts less. */
const FURTHER = 4;

interface Scored {
	readonly at: number;
	readonly score: number;
}

export class Finder {
	readonly #index: Index;
	readonly #folded: readonly (readonly [title: string, heading: string, text: string])[];
	readonly #meanings = new Map<string, readonly string[]>();

	constructor(index: Index) {
		this.#index = index;
		this.#folded = index.sections.map(([page, , heading, text]) => [
			fold(index.pages[page][0]),
			fold(heading),
			fold(text),
		]);
		for (const group of index.synonyms) {
			const words = group.map(fold);
			for (const word of words) this.#meanings.set(singular(word), words);
		}
	}

	/** The best sections in which all words stand; if there are none, those for the parts of the words. */
	find(query: string, most = Number.POSITIVE_INFINITY): Hit[] {
		const words = wordsOf(query),
			hits = this.#all(this.#joined(words));
		const found = hits.length ? hits : this.#all(words.flatMap(word => this.#parts(word)));
		return found.slice(0, most);
	}

	#all(words: readonly string[]): Hit[] {
		const terms = words.map(word => this.#term(word)),
			phrase = words.length > 1 ? new RegExp(pattern(words.join(" "))) : undefined;
		if (!terms.length) return [];
		const scored = this.#index.sections.map((_, at) => ({ at, score: this.#score(at, terms, phrase) }));
		return this.#mixed(scored.filter(({ score }) => score > 0)).map(({ at }) => this.#hit(at, terms));
	}

	/** Best first; but with each section of the same page the next counts less, so that other pages are seen. */
	#mixed(found: readonly Scored[]): Scored[] {
		const best = (one: Scored, other: Scored): number => other.score - one.score || one.at - other.at,
			before = new Map<number, number>();
		const lowered = [...found].sort(best).map(({ at, score }) => {
			const [page] = this.#index.sections[at],
				times = before.get(page) ?? 0;
			before.set(page, times + 1);
			return { at, score: score - times * FURTHER };
		});
		return lowered.sort(best);
	}

	/** Any word of the same meaning. */
	#term(word: string): RegExp {
		const all = this.#meanings.get(singular(word)) ?? [word];
		return new RegExp(all.map(pattern).join("|"), "g");
	}

	/** Words side by side that are a term of the glossary stay together. */
	#joined(words: readonly string[]): string[] {
		const joined: string[] = [];
		for (let at = 0; at < words.length; at++) {
			const phrase = [3, 2]
				.map(count => words.slice(at, at + count))
				.find(some => some.length > 1 && this.#meanings.has(singular(some.join(" "))));
			joined.push(phrase?.join(" ") ?? words[at]);
			at += (phrase?.length ?? 1) - 1;
		}
		return joined;
	}

	/** 卷積核的大小 is 卷積核 and 大小; "dilation rate" is two words. */
	#parts(word: string): string[] {
		const known = [...this.#meanings.keys()].filter(one => CHINESE.test(one) && word.includes(one)),
			longest = known.sort((one, other) => other.length - one.length)[0];
		if (!longest || longest === word)
			return word
				.split(/ |(?<=[a-z0-9])(?=\p{Script=Han})|(?<=\p{Script=Han})(?=[a-z0-9])/u)
				.map(part => part.replace(PARTICLES, ""))
				.filter(Boolean);
		return [longest, ...word.split(longest).flatMap(part => this.#parts(part))];
	}

	/** 0 unless every term is there: in the page's title best, then in the heading; better still side by side. */
	#score(at: number, terms: readonly RegExp[], phrase: RegExp | undefined): number {
		const [title, heading, text] = this.#folded[at],
			[page] = this.#index.sections[at],
			first = this.#index.sections[at - 1]?.[0] !== page;
		// What is looked up comes after what explains; a heading with nothing under it leads to what nobody searched.
		const [ofPage, ofHeading] = title.startsWith("api: ") ? [8, 0] : [first ? 20 : 1, text ? 10 : 5];
		const scores = terms.map(term => {
			const inText = Math.min(count(text, term), 6) + (isExplained(text, term) ? 4 : 0);
			return (count(title, term) && ofPage) + (count(heading, term) && ofHeading) + inText;
		});
		// A title alone finds the page, not each of its sections.
		const own = first || terms.some(term => count(heading, term) || count(text, term));
		if (!own || !scores.every(Boolean)) return 0;
		return scores.reduce((sum, one) => sum + one, phrase?.test(text) ? 8 : 0);
	}

	#hit(at: number, terms: readonly RegExp[]): Hit {
		const [page, anchor, heading, text] = this.#index.sections[at],
			[title, address] = this.#index.pages[page];
		return {
			title,
			address: anchor ? `${address}#${anchor}` : address,
			heading: fold(heading) === fold(title) ? "" : heading,
			excerpt: excerpt(text, this.#folded[at][2], terms),
			terms,
		};
	}
}

/** Where a term is introduced, its other name stands in brackets behind it. */
const isExplained = (text: string, { source }: RegExp): boolean => new RegExp(`(?:${source}) ?\\([a-z]`).test(text);

function count(text: string, term: RegExp): number {
	return text.match(term)?.length ?? 0;
}

/** What was typed as words; what stands in quotes is one. */
export function wordsOf(query: string): string[] {
	const found = query.matchAll(/["“”「]([^"“”」]*)["“”」]?|[^\s"“”「」，。、,]+/g);
	return [...found].map(([all, quoted]) => fold(quoted ?? all).trim()).filter(Boolean);
}

/** Signs after the first find: a Chinese one is as wide as two Latin ones. */
const AFTER = { latin: 110, chinese: 55 };

/** Whole words around the first find. */
function excerpt(text: string, folded: string, terms: readonly RegExp[]): string {
	const places = terms.map(term => folded.search(new RegExp(term.source))).filter(place => place >= 0),
		place = places.length ? Math.min(...places) : 0,
		after = CHINESE.test(text) ? AFTER.chinese : AFTER.latin,
		isInWord = (at: number): boolean => /^\w\w$/.test(text.slice(at - 1, at + 1));
	let from = Math.max(0, place - Math.round(after / 3)),
		to = Math.min(text.length, place + after);
	while (from < place && isInWord(from)) from++;
	while (to > place && isInWord(to)) to--;
	return `${from ? "…" : ""}${text.slice(from, to).trim()}${to < text.length ? "…" : ""}`;
}

/** A text in pieces, each second one found. */
export function marked(text: string, terms: readonly RegExp[]): string[] {
	const folded = fold(text),
		all = new RegExp(terms.map(term => term.source).join("|"), "g");
	const pieces: string[] = [];
	let at = 0;
	for (const found of folded.matchAll(all)) {
		if (!found[0]) continue;
		pieces.push(text.slice(at, found.index), text.slice(found.index, found.index + found[0].length));
		at = found.index + found[0].length;
	}
	return [...pieces, text.slice(at)];
}
