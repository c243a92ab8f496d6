/* Exercises for a class: its link, a reader's record to hand in, and whether a record holds. */

import { button, node, setText } from "../dom";
import { follow, keeps, progress } from "../progress";
import { className } from "./asked";
import { copying } from "./copying";
import type { More, Say } from "./more";
import { type Checked, recordsIn, written } from "./record";

type Titles = More["exercises"];

/** `group` is the class whose numbers are shown. */
export function classroom(group: string | null, titles: Titles, say: Say): HTMLElement[] {
	return [
		section("hand-in", say("record_title"), say("record_lead"), ...handIn(group, titles, say)),
		section("set", say("class_title"), say("class_lead"), ...setting(say)),
		section("check", say("check_title"), say("check_lead"), ...checking(titles, say)),
	];
}

const section = (name: string, title: string, lead: string, ...parts: Node[]): HTMLElement =>
	node("details", { "data-name": name }, node("summary", {}, title), node("p", {}, lead), ...parts);

function text(name: string, label: string, changed: (value: string) => void): HTMLElement {
	const input = node("input", { type: "text", maxLength: 60, autocomplete: "off", "data-name": name });
	input.addEventListener("input", () => changed(input.value));
	return node("label", {}, node("span", {}, label), input);
}

function handIn(group: string | null, titles: Titles, say: Say): Node[] {
	const line = copying("record", say("record"), say);
	let name = "";
	function show(): void {
		const mine = Object.entries(progress()).filter(([exercise, { solved }]) => solved && exercise in titles),
			solved = Object.fromEntries(mine.map(([exercise, { tries }]) => [exercise, tries])),
			date = new Date().toLocaleDateString("sv");
		line.show(written({ class: group ?? "", name: name.trim(), date, solved }));
	}
	follow(show);
	show();
	const own = text("name", say("record_name"), value => {
		name = value;
		show();
	});
	const warning = keeps() ? [] : [node("p.wrong", {}, say("record_unkept"))];
	return [...warning, own, line.element];
}

function setting(say: Say): Node[] {
	const link = copying("class-link", say("class_link"), say),
		wrong = node("p.wrong", { role: "status" });
	link.element.hidden = true;
	const own = text("class", say("class_name"), value => {
		const name = className(value);
		link.element.hidden = !name;
		setText(wrong, value && !name ? say("class_wrong") : "");
		const here = new URL(location.pathname, location.href).href;
		if (name) link.show(`${here}?class=${encodeURIComponent(name)}`);
	});
	return [own, wrong, link.element];
}

function checking(titles: Titles, say: Say): Node[] {
	const field = node("textarea", { rows: 4, spellcheck: false, "data-name": "records" }),
		found = node("div.found", { role: "status" });
	const check = button("check-records", say("check"), () => {
		const records = recordsIn(field.value);
		found.replaceChildren(records.length ? table(records, titles, say) : node("p", {}, say("check_none")));
	});
	return [node("label", {}, node("span", {}, say("check_field")), field), check, found];
}

function table(records: readonly Checked[], titles: Titles, say: Say): HTMLElement {
	const heads = ["class", "name", "date", "solved", "holds"].map(key =>
			node("th", { scope: "col" }, say(`check_${key}`)),
		),
		all = Object.keys(titles).length;
	const rows = records.map(one => {
		const known = Object.keys(one.solved).filter(exercise => exercise in titles),
			strange = Object.keys(one.solved).filter(exercise => !(exercise in titles)),
			names = node("small", {}, known.map(exercise => titles[exercise]).join(say("separator")));
		const unknown = strange.length ? [node("p.wrong", {}, say("check_unknown", { names: strange.join(", ") }))] : [];
		const cells = [[one.class], [one.name], [one.date], [`${known.length} / ${all} `, names, ...unknown]];
		const verdict = node(
			"td",
			{ className: one.holds ? "holds" : "broken" },
			say(one.holds ? "check_right" : "check_wrong"),
		);
		return node("tr", {}, ...cells.map(cell => node("td", {}, ...cell)), verdict);
	});
	const head = node("thead", {}, node("tr", {}, ...heads));
	return node("div.table", {}, node("table", {}, head, node("tbody", {}, ...rows)));
}
