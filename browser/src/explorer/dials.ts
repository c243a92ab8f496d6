/* Which controls there are, in which group, and what each does. */

import { arrange, focusedName, focusOn, node, put } from "../dom";
import { isLine } from "../fills";
import { keyOf, python } from "../format";
import { type Asking, argumentDial, labelOf } from "../parts/arguments";
import { type Control, checkbox, choice, type Label, type Option, range, select } from "../parts/controls";
import { refusalPart } from "../parts/refusal";
import { tabBar } from "../parts/tabs";
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
	const tabs = tabBar(
		"group",
		Object.fromEntries(GROUPS.map(([id]) => [id, t(`fieldset_${id}`)])),
		() => session.group,
		id => {
			session.group = id;
			self.show();
		},
	);
	const rows = node("div.rows");
	const refusal = refusalPart();
	const element = node("div.dials", { role: "group", ariaLabel: t("controls") }, tabs.element, rows, refusal.element);
	let controls = new Map<string, Control>(),
		drawnFor = "",
		refusedFor = "";

	const self: Dials = {
		element,
		row: name => controls.get(name)?.element,
		reveal(name) {
			session.group = GROUPS.find(([, names]) => names.includes(name))?.[0] ?? session.group;
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
				session.group,
			);
			if (key !== drawnFor) build();
			drawnFor = key;
			for (const control of controls.values()) control.show();
			showRefusal();
		},
	};

	function build(): void {
		const name = focusedName(element);
		controls = new Map();
		const groups = GROUPS.map(([id, names]) => [id, names.filter(known)] as const);
		const wanted = session.focused
			? groups.flatMap(([, names]) => names).filter(one => session.offers(one))
			: (groups.find(([id]) => id === session.group)?.[1] ?? []);
		for (const one of wanted) controls.set(one, controlOf(one));
		tabs.element.hidden = session.focused;
		tabs.show();
		rows.setAttribute("role", session.focused ? "group" : "tabpanel");
		rows.ariaLabel = session.focused ? t("controls") : t(`fieldset_${session.group}`);
		arrange(
			rows,
			[...controls.values()].map(control => control.element),
		);
		element.hidden = !controls.size && session.focused;
		focusOn(element, name);
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

	const options = (name: string, values: readonly string[]): Option[] =>
		values.map(value => [value, t(`${name}_${value}`)]);
	const label = (name: string): Label => labelOf(words, asking(), name);

	function asking(): Asking {
		return {
			rules: session.records.rules,
			layer: session.s.layer,
			wish: () => session.wish,
			ranges: () => session.ranges(),
			ask: (changes, name) => session.ask(changes, name),
			number: range,
		};
	}

	const flag = (name: "true_convolution" | "partial" | "pytorch"): Control =>
		checkbox(
			label(name),
			() => session.s[name],
			on => session.turn({ [name]: on }),
		);

	const special: Record<string, () => Control> = {
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
		input_preset: () => preset("input"),
		kernel_preset: () => preset("kernel"),
		picture: () => upload(label("picture"), t("picture_choose"), session, words, say),
	};
	const controlOf = (name: string): Control => special[name]?.() ?? argumentDial(asking(), words, name);

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

	/** The dials that are refused: they can be seen, and moved back. */
	const refusedDials = (): HTMLElement[] =>
		[...controls].filter(([name]) => session.differs(name)).map(([, { element: row }]) => row);

	function showRefusal(): void {
		const refused = session.refused,
			key = refused ? keyOf(words.language, session.wish, session.group) : "";
		for (const [name, { element: row }] of controls) {
			const bad = Boolean(refused) && session.differs(name);
			for (const input of row.querySelectorAll("input, select")) put(input, { ariaInvalid: bad ? "true" : null });
		}
		if (key === refusedFor) return;
		refusedFor = key;
		if (!refused) return refusal.show("", []);
		const dials = refusedDials(),
			first = dials[0] ?? self.row(session.asked) ?? tabs.element;
		const ways = session.ways().map(way => {
			const different = Object.keys(way).filter(name => keyOf(way[name]) !== keyOf(session.wish[name]));
			return { text: different.map(name => `${name}=${python(way[name])}`).join(", "), take: () => session.ask(way) };
		});
		refusal.show(words.text(`errors.${refused.code}`, refused.words), ways, first, dials.at(-1));
	}
	return self;
}
