/* What lights up: the way of an output back to its numbers, of a number on to the outputs. */

import { NONE } from "../axes";
import type { Frame, Grid, GridSpec, Mark } from "../parts/grid";
import { eachTerm } from "../sums";
import { all, gathers } from "./panels";
import type { Place } from "./scene";
import type { Session } from "./session";

/** A number that is pointed at. */
export interface Look extends Pick<GridSpec, "id" | "kind" | "channel"> {
	readonly a?: number | undefined;
	readonly b?: number | undefined;
	readonly r: number;
	readonly c: number;
}

/** What is followed on to the outputs: a number, or the gradient by it. */
export const TRACED: Readonly<Record<string, "input" | "kernel" | "pointwise">> = {
	...{ input: "input", kernel: "kernel", pointwise: "pointwise" },
	...{ dx: "input", dw: "kernel", dp: "pointwise" },
};

/** How far PyTorch's line of inputs begins before Keras', along both directions. */
export type Offset = readonly [number, number];

export interface Lit {
	readonly marks: Map<Grid, Mark[]>;
	readonly frames: ReadonlyMap<Grid, Frame>;
	/** How many outputs are fed by what is looked at. */
	readonly fed: number;
}

export function lightOf(
	session: Session,
	grids: ReadonlyMap<string, Grid>,
	look: Look | null,
	pinned: Look | null,
	offset: Offset,
): Lit {
	const marks = new Map<Grid, Mark[]>(),
		frames = new Map<Grid, Frame>();
	const put = (id: string, r: number, c: number, name: string): void => {
		const grid = grids.get(id);
		if (!grid || r < 0 || c < 0) return;
		const list = marks.get(grid);
		if (list) list.push([r, c, name]);
		else marks.set(grid, [[r, c, name]]);
	};
	/** By the places of a grid's lines instead of its cells. */
	const find = (id: string, r: number, c: number, name: string): void => {
		const grid = grids.get(id);
		if (grid) put(id, grid.spec.rows.indexOf(r), grid.spec.columns.indexOf(c), name);
	};
	const paint = {
		put,
		find,
		frame: (id: string, frame: Frame) => {
			const grid = grids.get(id);
			if (grid) frames.set(grid, frame);
		},
	};
	const at: Place = look?.kind === "output" ? [look.r, look.c, look.channel] : session.at;
	let fed = 0;
	const kind = look && TRACED[look.kind];
	if (kind) fed = lightUses(session, { ...look, kind }, paint, offset);
	else lightOutput(session, at, paint, offset);
	if (look?.kind === "product") lightProduct(session, look, paint, offset);
	if (look?.kind === "mixed") lightMixed(session, look, paint);
	if (look) find(look.id, look.r, look.c, "here");
	if (pinned) find(pinned.id, pinned.r, pinned.c, "pinned");
	return { marks, frames, fed };
}

interface Paint {
	put(id: string, r: number, c: number, name: string): void;
	find(id: string, r: number, c: number, name: string): void;
	frame(id: string, frame: Frame): void;
}

/** The line of cells in which a tap of an output stands. */
function tapLine(session: Session, axis: 0 | 1, output: number, tap: number, offset: Offset): number {
	const found = session.scene.axes[axis];
	return gathers(session) ? found.taps[output][tap] + offset[axis] : found.sources[output][tap];
}

function lightOutput(session: Session, [r, c, f]: Place, paint: Paint, offset: Offset): void {
	const { scene } = session,
		{ links } = scene,
		q = links.length > 1 ? session.q : Math.min(f, links[0].of.length - 1);
	const lines = (axis: 0 | 1, output: number): number[] =>
		scene.axes[axis].sources[output].map((_, tap) => tapLine(session, axis, output, tap, offset));
	const rows = lines(0, r),
		columns = lines(1, c);
	for (const [k] of links[0].of[q]) {
		rows.forEach((row, i) =>
			columns.forEach((column, j) => {
				if (row < 0 || column < 0) return;
				paint.put(`input${k}`, row, column, "lit");
				paint.find(`kernel${k}`, i, j, "used");
			}),
		);
		if (gathers(session))
			paint.frame(`input${k}`, [Math.min(...rows), Math.min(...columns), Math.max(...rows), Math.max(...columns)]);
	}
	if (links.length > 1) {
		for (const [k, a, b] of links[1].of[f]) {
			paint.put(`mid${k}`, r, c, k === session.q ? "lit" : "used");
			paint.put("pointwise0", a, b, "used");
		}
	}
	paint.find(`output${f}`, r, c, "here");
	paint.put("bias0", 0, f, "used");
}

/** A product comes from one input and one weight. */
function lightProduct(session: Session, look: Look, { put, find }: Paint, offset: Offset): void {
	const [r, c] = session.at;
	put(`input${look.channel}`, tapLine(session, 0, r, look.r, offset), tapLine(session, 1, c, look.c, offset), "met");
	find(`kernel${look.channel}`, look.r, look.c, "met");
}

/** A product of the second sum comes from one number between the stages, and one pointwise weight. */
function lightMixed({ at: [r, c, f] }: Session, look: Look, { put, find }: Paint): void {
	put(`mid${look.r}`, r, c, "met");
	find("pointwise0", look.r, f, "met");
}

/** An input, and the outputs that it feeds; a weight, and all the places where it is used. */
function lightUses(session: Session, look: Look, { put, find }: Paint, offset: Offset): number {
	const { scene, layer, s } = session,
		{ links, axes, u } = scene,
		fed = new Set<string>();
	const feed = (r: number, c: number, f: number): void => {
		const key = `${r} ${c} ${f}`;
		if (!fed.has(key)) find(`output${f}`, r, c, "fed");
		fed.add(key);
	};
	for (const r of all(u.shape[0])) {
		for (const c of all(u.shape[1])) {
			if (look.kind === "pointwise") {
				put(`mid${look.r}`, r, c, "lit");
				feed(r, c, look.c);
			} else for (const q of all(u.shape[2])) visitUses(r, c, q);
		}
	}
	function visitUses(r: number, c: number, q: number): void {
		eachTerm(axes, links[0], r, c, q, (k, i, j, row, column, a, b) => {
			const touches =
				look.kind === "input"
					? k === look.channel && row === look.r && column === look.c
					: a === look.a && b === look.b && i === look.r && j === look.c;
			if (!touches) return;
			if (look.kind === "kernel") {
				const line = [tapLine(session, 0, r, i, offset), tapLine(session, 1, c, j, offset)] as const;
				if (line[0] === NONE || line[1] === NONE) return;
				put(`input${k}`, line[0], line[1], "lit");
			}
			if (links.length === 1) return feed(r, c, q);
			put(`mid${q}`, r, c, "fed");
			links[1].of.forEach((from, f) => from.some(([one]) => one === q) && feed(r, c, f));
		});
	}
	if (look.kind === "input" && layer.transposed && s.view === "scatter") {
		for (const row of axes[0].stamps?.[look.r] ?? [0])
			for (const column of axes[1].stamps?.[look.c] ?? [0]) {
				for (const f of all(scene.a.shape[2])) put(`output${f}`, row, column, "fed");
			}
	}
	return fed.size;
}
