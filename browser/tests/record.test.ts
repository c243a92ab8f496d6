import { expect, test } from "vitest";
import { manager, standIn } from "../src/model";
import { askedOf, className, prepare, variantFor } from "../src/site/asked";
import { crc32 } from "../src/site/crc";
import { recordsIn, written } from "../src/site/record";

const RECORD = { class: "7 A", name: "王小明 = 1", date: "2026-01-31", solved: { causal: 1, flip: 3 } };

test("the checksum is that of zip files", () => {
	expect(crc32("123456789").toString(16)).toBe("cbf43926");
	expect(crc32("卷積").toString(16)).toBe("7ef9178a");
});

test("a record says what it was made from, also when its lines were broken", () => {
	const line = written(RECORD);
	expect(recordsIn(line)).toEqual([{ ...RECORD, holds: true }]);
	expect(recordsIn(`> ${line.replaceAll(" ", "\n  ")}\nBest wishes`)).toEqual([{ ...RECORD, holds: true }]);
	expect(recordsIn(`${line}\n${line}`).length).toBe(2);
});

test("a record of which any sign was changed does not hold", () => {
	const line = written(RECORD),
		start = line.indexOf(" ") + 1;
	for (let at = start; at < line.length; at++) {
		if (line[at] === " ") continue;
		const other = line[at] === "1" ? "2" : "1";
		const found = recordsIn(line.slice(0, at) + other + line.slice(at + 1));
		expect(found.filter(one => one.holds)).toEqual([]);
	}
});

test("a text without a record has none", () => {
	for (const text of ["", "convlab-record", "check=00000000", "%%%"]) expect(recordsIn(text)).toEqual([]);
	expect(recordsIn("convlab-record name=%E0%A4 check=12")[0].holds).toBe(false);
});

test("an empty record holds too", () => {
	const none = { class: "", name: "", date: "2026-01-31", solved: {} };
	expect(recordsIn(written(none))).toEqual([{ ...none, holds: true }]);
});

test("an address asks for a language, controls and a class, and what it cannot ask for is told", () => {
	expect(askedOf("?lang=zh-TW&controls=padding,strides&class=７Ａ")).toEqual({
		...{ language: "zh_TW", controls: ["padding", "strides"], class: "7A", unread: [] },
	});
	expect(askedOf("")).toEqual({ language: null, controls: null, class: null, unread: [] });
	expect(askedOf("?lang=fr&class=%20&controls=").unread).toEqual(["lang=fr", "class= "]);
	for (const bad of ["", "  ", "a\u0000b", "x".repeat(41)]) expect(className(bad)).toBeNull();
});

test("a class gets the same numbers however its name is typed, and never nobody's", () => {
	const variants = [..."abcdefghijklmnopqrst"].map(name => variantFor(name, "causal", 21));
	expect(Math.min(...variants)).toBeGreaterThan(0);
	expect(Math.max(...variants)).toBeLessThan(21);
	expect(new Set(variants).size).toBeGreaterThan(5);
	expect(className(" ７  Ａ ")).toBe("7 A");
	expect(variantFor("7A", "flip", 21)).toBe(variantFor("7a", "flip", 21));
});

const LEGAL = { explorer: ["padding", "strides"] };

test("a widget gets the controls that it has, and keeps those that its goal needs", async () => {
	const asked = askedOf("?controls=padding,kernel&lang=en"),
		free = standIn<Record<string, unknown>>({ given: { controls: null, goal: null }, shown: { language: "zh_TW" } }),
		bound = standIn<Record<string, unknown>>({ given: { controls: ["strides"], goal: { size: 1 } }, shown: {} });
	expect(await prepare(free, "explorer", asked, LEGAL)).toEqual(["padding"]);
	expect(free.get("given")).toEqual({ controls: ["padding"], goal: null });
	expect(free.get("shown")).toEqual({ language: "en" });
	await prepare(bound, "explorer", asked, LEGAL);
	expect(bound.get("given")).toEqual({ controls: ["strides"], goal: { size: 1 } });
});

test("an exercise and its board begin with the numbers of the class", async () => {
	const boards = { start: { shown: { a: 0, b: 0 } }, variants: [{}, { shown: { a: 1 } }, { shown: { a: 2 } }] },
		sheet = { exercise: "which_size", variants: [{}, {}, {}] },
		models = manager({ desk: { sheet, boards, board: "IPY_MODEL_board", language: "en" }, board: { shown: { b: 9 } } }),
		desk = await models.get_model<Record<string, unknown>>("desk");
	await prepare(desk, "exercise", askedOf("?class=x"), LEGAL);
	const variant = variantFor("x", "which_size", 3);
	expect(desk.get("variant")).toBe(variant);
	expect((await models.get_model<Record<string, unknown>>("board")).get("shown")).toEqual({ a: variant, b: 0 });
});
