/* PyTorch beside Keras: its symmetric padding over "same". */

import { type Axis, symmetric } from "../axes";
import { python } from "../format";
import type { Mark } from "../parts/grid";
import { forward } from "../sums";
import type { Words } from "../words";
import type { Beside } from "./panels";
import type { Session } from "./session";

/** Whether there is a symmetric padding to compare with. */
export const symmetryHolds = ({ s, layer }: Session): boolean => s.padding === "same" && !layer.transposed;

export interface Symmetry {
	/** How far PyTorch's zeros reach further than Keras', before and after, along both directions. */
	readonly beside: readonly [Beside, Beside];
	/** How many cells earlier PyTorch's window lies along both directions. */
	readonly earlier: readonly [number, number];
	/** The outputs that differ, as [row, column, channel]; null where no pad gives this size. */
	readonly differing: readonly (readonly [number, number, number])[] | null;
	readonly words: string;
}

const NOTHING: Symmetry = {
	beside: [
		[0, 0],
		[0, 0],
	],
	earlier: [0, 0],
	differing: null,
	words: "",
};

export function symmetryOf(session: Session, words: Words): Symmetry {
	if (!session.s.pytorch || !symmetryHolds(session)) return NOTHING;
	const { rules } = session.records,
		{ scene } = session;
	const found = scene.axes.map(axis => symmetric(rules, axis));
	const pads = python((session.rank === 1 ? found.slice(1) : found).map(one => one.pad));
	const failed = found.findIndex(one => !one.axis);
	if (failed >= 0) {
		const { pad, out } = found[failed],
			wanted = scene.axes[failed].out;
		const axis = words.axis(session.rank === 1 ? 0 : failed);
		return {
			...NOTHING,
			words: words.text("explorer.pytorch_none", { pad, out, wanted, less: Math.max(pad - 1, 0), axis }),
		};
	}
	const axes = found.map((one, index) => one.axis ?? scene.axes[index]) as [Axis, Axis];
	const sum = forward(axes, scene.links[0], scene.x, scene.kernels[0]),
		differing: [number, number, number][] = [];
	const [, columns = 1, filters = 1] = sum.shape;
	sum.data.forEach((value, index) => {
		if (Math.abs(value - scene.u.data[index]) > 1e-9)
			differing.push([Math.floor(index / filters / columns), Math.floor(index / filters) % columns, index % filters]);
	});
	const before = axes.map((axis, index) => axis.numbers.p0 - scene.axes[index].numbers.p0);
	const after = axes.map((axis, index) => Math.max(axis.numbers.p1 - scene.axes[index].numbers.p1, 0));
	const key = before.some(Boolean) ? "pytorch_shifted" : "pytorch_equal";
	return {
		beside: [
			[before[0], after[0]],
			[before[1], after[1]],
		],
		earlier: [before[0], before[1]],
		differing,
		words: words.text(`explorer.${key}`, { pads, differ: differing.length, all: sum.data.length }),
	};
}

/** Mark PyTorch's window, and the outputs that differ. */
export function markSymmetry(
	session: Session,
	{ differing, beside, earlier }: Symmetry,
	put: (id: string, mark: Mark) => void,
): void {
	const { axes, links } = session.scene,
		[r, c] = session.at;
	for (const [row, column, f] of differing ?? [])
		put(`${links.length > 1 ? "mid" : "output"}${f}`, [row, column, "differs"]);
	for (const [k] of differing ? links[0].of[session.met] : []) {
		for (const row of axes[0].taps[r]) {
			for (const column of axes[1].taps[c])
				put(`input${k}`, [row + beside[0][0] - earlier[0], column + beside[1][0] - earlier[1], "torch"]);
		}
	}
}
