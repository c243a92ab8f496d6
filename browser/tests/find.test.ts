import { expect, test } from "vitest";
import { Finder, fold, type Index, marked, wordsOf } from "../src/site/find";

const INDEX: Index = {
	pages: [
		["Conv2D", "two.html"],
		["Transposed", "back.html"],
		["步幅", "zh.html"],
	],
	sections: [
		[0, "", "Conv2D", "A window slides over an image. Arrows show it."],
		[0, "stride", "The stride", "With strides=2 it moves by two. The dilation_rate is 1."],
		[1, "", "Transposed", "Of two sizes, one is chosen."],
		[1, "rows", "Every row", "Output and padding. The dilation of a rate: both words, apart."],
		[1, "size", "Back", "Of two sizes, output_padding chooses one."],
		[2, "a", "視窗", "卷積核每次移動的步幅（stride）。擴張率是 2。"],
	],
	synonyms: [
		["stride", "步幅", "步長"],
		["kernel", "卷積核"],
		["dilation rate", "擴張率"],
		["row", "列"],
	],
};

const found = (query: string): string[] => new Finder(INDEX).find(query).map(hit => hit.address);

test("a word of either language, and a forbidden one, finds the same sections", () => {
	expect(found("stride")).toEqual(["zh.html#a", "two.html#stride"]);
	for (const query of ["strides", "步幅", "步長", "ＳＴＲＩＤＥ"]) expect(found(query)).toEqual(found("stride"));
});

test("a code's name is found with and without its underscore", () => {
	const both = ["two.html#stride", "zh.html#a"];
	for (const query of ["dilation_rate", "dilation rate", '"dilation rate"', "Dilation-Rate"])
		expect(found(query)).toEqual(both);
	expect(found("dilationrate")).toEqual(["two.html#stride"]);
});

test("what stands in quotes stays together, and other words must all be there", () => {
	expect(found('"output padding"')).toEqual(["back.html#size"]);
	expect(found("output padding")).toEqual(["back.html#size", "back.html#rows"]);
	expect(found("window dilation")).toEqual([]);
});

test("a title counts more than a heading, and a heading more than a text", () => {
	expect(found("conv2d")).toEqual(["two.html"]);
	expect(found("transposed")[0]).toBe("back.html");
});

test("a short word is found where a word begins alone", () => {
	expect(found("row")).toEqual(["back.html#rows"]);
});

test("words of a Chinese question that is written in one are looked for one by one", () => {
	expect(found("卷積核的步幅")).toEqual(["zh.html#a"]);
});

test("nothing is found for signs that are no words", () => {
	for (const query of ["", " ", '"', "「」", "，"]) expect(found(query)).toEqual([]);
	for (const query of ["(", "[a-", "\\", "*+?", "$^"]) expect(() => found(query)).not.toThrow();
});

test("a folded text is as long as it was", () => {
	for (const text of ["Ｃｏｎｖ２Ｄ：步幅", "İstanbul", "dilation_rate", "a b"])
		expect(fold(text).length).toBe(text.length);
});

test("the pieces of a marked text are the text, and each second one is a find", () => {
	const [hit] = new Finder(INDEX).find("步幅 擴張率");
	const pieces = marked(hit.excerpt, hit.terms);
	expect(pieces.join("")).toBe(hit.excerpt);
	expect(pieces.filter((_, at) => at % 2)).toEqual(["步幅", "stride", "擴張率"]);
});

test("a word that is still being typed, a quote still open, is a word", () => {
	expect(wordsOf('a "b c')).toEqual(["a", "b c"]);
	expect(wordsOf("「輸出 填充」大小")).toEqual(["輸出 填充", "大小"]);
});
