/* Which controls there are, in which group, and what each does. */

import { limits } from "../axes";
import type { Setting } from "../contract";
import { arrange, button, focusedName, focusOn, node, put } from "../dom";
import { isLine } from "../fills";
import { keyOf, python } from "../format";
import { type Control, checkbox, choice, type Label, linked, type Option, range, select } from "../parts/controls";
import { refusalPart } from "../parts/refusal";
import type { Words } from "../words";
import { all } from "./panels";
import { upload } from "./picture-file";
import type { Session } from "./session";
import { symmetryHolds } from "./torch";

const GROUPS: readonly (readonly [string, readonly string[]])[] = [
	["movement", ["kernel_size", "strides", "dilation_rate", "padding", "output_padding", "view", "pytorch"]],
	["sample", ["sizes", "channels", "data_format", "input_preset", "picture"]],
	["kernel", ["filters", "depth_multiplier", "groups", "kernel_preset", "true_convolution"]],
	["result", ["use_bias", "activation", "gradient", "partial"]],
];
const PER_AXIS = ["sizes", "kernel_size", "strides", "dilation_rate"];
const NUMBERS = ["channels", "filters", "depth_multiplier", "groups"];

export interface Dials {
	readonly element: HTMLElement;
	show(): void;
	/** The control's row, where it is on screen. */
	row(name: string): HTMLElement | undefined;
	/** Open the control's group. */
	reveal(name: string): void;
}

export function dials(session: Session, words: Words, say: (text: string) => void): Dials {
	const t = (key: string, more = {}): string => words.text(`explorer.${key}`, more);
	const tabs = node("div", { className: "tabs", role: "tablist" }),
		rows = node("div", { className: "rows" });
	const refusal = refusalPart();
	const element = node("div", { className: "dials", role: "group" }, tabs, rows, refusal.element);
	let controls = new Map<string, Control>(),
		drawnFor = "",
		group = "movement",
		refusedFor = "";

	const self: Dials = {
		element,
		row: name => controls.get(name)?.element,
		reveal(name) {
			group = GROUPS.find(([, names]) => names.includes(name))?.[0] ?? group;
			self.show();
		},
		show() {
			const key = keyOf(
				session.s.layer,
				words.language,
				session.s.gradient === "off",
				symmetryHolds(session),
				session.layer.transposed,
				session.focused,
				group,
			);
			if (key !== drawnFor) build();
			drawnFor = key;
			for (const control of controls.values()) control.show();
			showRefusal();
		},
	};

	function build(): void {
		const name = focusedName(element);
		element.ariaLabel = t("controls");
		controls = new Map();
		const groups = GROUPS.map(([id, names]) => [id, names.filter(known)] as const);
		const wanted = session.focused
			? groups.flatMap(([, names]) => names).filter(one => session.offers(one))
			: (groups.find(([id]) => id === group)?.[1] ?? []);
		for (const one of wanted) controls.set(one, controlOf(one));
		tabs.hidden = session.focused;
		tabs.replaceChildren(
			...groups.map(([id]) =>
				button(`group.${id}`, t(`fieldset_${id}`), () => open(id), {
					role: "tab",
					ariaSelected: String(id === group),
					tabIndex: id === group ? 0 : -1,
				}),
			),
		);
		rows.setAttribute("role", session.focused ? "group" : "tabpanel");
		rows.ariaLabel = session.focused ? t("controls") : t(`fieldset_${group}`);
		arrange(
			rows,
			[...controls.values()].map(control => control.element),
		);
		element.hidden = !controls.size && session.focused;
		focusOn(element, name);
	}

	tabs.addEventListener("keydown", event => {
		const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (!by) return;
		const ids = GROUPS.map(([id]) => id);
		open(ids[(ids.indexOf(group) + by + ids.length) % ids.length]);
	});

	function open(id: string): void {
		group = id;
		self.show();
		tabs.querySelector<HTMLElement>(`[data-name="group.${id}"]`)?.focus();
	}

	function known(name: string): boolean {
		const { layer, s } = session;
		if (name === "view") return layer.transposed;
		if (name === "pytorch") return symmetryHolds(session);
		if (name === "partial") return s.gradient !== "off";
		if (
			["sizes", "channels", "input_preset", "picture", "kernel_preset", "true_convolution", "gradient"].includes(name)
		)
			return true;
		return layer.arguments.includes(name);
	}

	const label = (name: string, index?: number): Label => {
		const [argument = ""] = name.split("."),
			plain = t(`control_${argument}`),
			code = session.layer.arguments.includes(argument);
		const text =
			index === undefined || session.rank === 1
				? plain
				: t("along", { label: plain, axis: words.axis(index, "_size") });
		return { name, code, text };
	};
	const options = (name: string, values: readonly string[]): Option[] =>
		values.map(value => [value, t(`${name}_${value}`)]);
	const wish = (name: string): Setting => session.wish[name];
	const limitsOf = (name: string, axis: number): readonly [number, number] => {
		const reach = session.ranges()[name];
		return name === "strides" ? reach : limits(session.records.rules, session.s.layer, session.wish, name, axis, reach);
	};

	function controlOf(name: string): Control {
		if (PER_AXIS.includes(name)) return axisDial(name);
		if (NUMBERS.includes(name))
			return range(
				label(name),
				() => wish(name) as number,
				() => session.ranges()[name],
				value => session.ask({ [name]: value }, name),
			);
		return special[name]();
	}

	/** One dial for both directions while they are equal, one for each otherwise. */
	function axisDial(name: string): Control {
		const list = (): number[] => [...(wish(name) as number[])];
		const dial = (axis: number): Control =>
			range(
				label(`${name}.${axis}`, axis),
				() => list()[axis],
				() => limitsOf(name, axis),
				value => session.ask({ [name]: list().map((old, index) => (index === axis ? value : old)) }, name),
			);
		if (session.rank === 1) return dial(0);
		const setAll = (value: number): void => session.ask({ [name]: list().map(() => value) }, name);
		const both = range(
			label(name),
			() => list()[0],
			() => {
				const [first, second] = [limitsOf(name, 0), limitsOf(name, 1)];
				return [Math.max(first[0], second[0]), Math.min(first[1], second[1])];
			},
			setAll,
		);
		return linked(
			label(name),
			{ link: t("link", { name }), unlink: t("unlink", { name }) },
			both,
			[dial(0), dial(1)],
			() => new Set(list()).size === 1,
			() => setAll(list()[0]),
		);
	}

	const flag = (name: "true_convolution" | "partial" | "pytorch"): Control =>
		checkbox(
			label(name),
			() => session.s[name],
			on => session.turn({ [name]: on }),
		);
	const worded = (name: string, values: readonly string[]): Control => {
		const pairs = values.map((value): Option => [value, value]);
		const make = values.length > 4 ? select : choice;
		return make(
			label(name),
			pairs,
			() => String(wish(name)),
			value => session.ask({ [name]: value }, name),
		);
	};

	const special: Record<string, () => Control> = {
		padding: () => worded("padding", session.layer.options.padding ?? []),
		activation: () => worded("activation", session.layer.options.activation ?? []),
		data_format: () => worded("data_format", ["channels_last", "channels_first"]),
		use_bias: () =>
			checkbox(
				label("use_bias"),
				() => wish("use_bias") as boolean,
				on => session.ask({ use_bias: on }, "use_bias"),
			),
		true_convolution: () => flag("true_convolution"),
		partial: () => flag("partial"),
		pytorch: () => flag("pytorch"),
		view: () =>
			choice(
				label("view"),
				options("view", ["scatter", "zeros"]),
				() => session.s.view,
				view => session.turn({ view: view as "scatter" }),
			),
		gradient: () =>
			choice(
				label("gradient"),
				options("gradient", ["off", "ones", "one", "own"]),
				() => session.s.gradient,
				gradient => session.turn({ gradient: gradient as "off" }),
			),
		output_padding: outputPadding,
		input_preset: () => preset("input"),
		kernel_preset: () => preset("kernel"),
		picture: () => upload(label("picture"), t("picture_choose"), session, words, say),
	};

	/** None is for both directions at once, and so is leaving it. */
	function outputPadding(): Control {
		const dial = (axis: number): Control => {
			const [, most] = session.ranges().output_padding ?? [0, 0];
			const values = ["None", ...Array.from({ length: most + 1 }, (_, extra) => String(extra))];
			return select(
				label(`output_padding.${axis}`, axis),
				values.map((value): Option => [value, value]),
				() => python((wish("output_padding") as number[] | null)?.[axis]),
				value => pad(axis, value),
			);
		};
		const pad = (axis: number, value: string): void => {
			const before = wish("output_padding") as number[] | null,
				one = Number(value);
			const after =
				value === "None"
					? null
					: before === null
						? (wish("sizes") as number[]).map(() => one)
						: before.map((old, index) => (index === axis ? one : old));
			session.ask({ output_padding: after }, "output_padding");
		};
		const pair = [dial(0), dial(1)];
		return {
			element: node("div", {}, ...pair.map(one => one.element)),
			input: pair[0].input,
			show() {
				for (const one of pair) one.show();
			},
		};
	}

	/** A filling stays chosen until a number is changed by hand. */
	function preset(kind: "input" | "kernel"): Control {
		const names = Object.keys(session.records.fills[kind][session.rank] ?? {});
		return select(
			label(`${kind}_preset`),
			[["", t("preset_own")], ...options(`${kind}_preset`, names)],
			() => (session.pools[kind].block === null ? session.pools[kind].fill : ""),
			name => {
				if (!name) return;
				session.fill(kind, { fill: name, block: null });
				const fill = session.records.fills[kind][session.rank][name];
				// A kernel with a name is 3 wide.
				if (kind === "kernel" && isLine(fill))
					session.ask({ kernel_size: all(session.rank).map(() => 3) }, "kernel_size");
			},
		);
	}

	function showRefusal(): void {
		const refused = session.refused,
			key = refused ? keyOf(words.language, session.wish, group) : "";
		for (const [name, { element: row }] of controls) {
			const bad = Boolean(refused) && session.differs(name);
			for (const input of row.querySelectorAll("input, select")) put(input, { ariaInvalid: bad ? "true" : null });
		}
		if (key === refusedFor) return;
		refusedFor = key;
		if (!refused) return refusal.show("", [], null);
		const ways = session.ways().map(way => {
			const different = Object.keys(way).filter(name => keyOf(way[name]) !== keyOf(session.wish[name]));
			return { text: different.map(name => `${name}=${python(way[name])}`).join(", "), take: () => session.ask(way) };
		});
		refusal.show(words.text(`errors.${refused.code}`, refused.words), ways, self.row(session.asked) ?? tabs);
	}
	return self;
}
