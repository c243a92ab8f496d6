/* The film as Python sends it (`plots.player`), and its replay: every step holds only what differs from
   the one before; a scene's first is whole. */

export type Cell = readonly [row: number, column: number];

export interface GridRecord {
	readonly rows: number;
	readonly cols: number;
	readonly role: string;
	/** Cells that hold a zero of the padding. */
	readonly zeros: readonly number[];
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
	/** Of a picture: red, green and blue for each level from -100 to 100. */
	readonly shades?: readonly number[];
}

export interface Change {
	/** From a cell on, the levels of it and of those that follow, as signed bytes in base64. */
	readonly run?: readonly [first: number, levels: string];
	/** Cell, level and word, three by three. */
	readonly cells?: readonly number[];
	readonly marked?: readonly Cell[];
	readonly framed?: readonly [first: Cell, last: Cell] | null;
	readonly faint?: readonly number[];
}

export interface StepRecord {
	readonly scene: number;
	readonly grids: Readonly<Record<string, Change>>;
	readonly labels: Readonly<Record<string, string>>;
}

/** The order where a scene is narrow: signs, and grids as their place. */
export type Flow = readonly (string | number)[];

export interface Film {
	/** The least and the fullest tint, in percent. */
	readonly tints: readonly [number, number];
	readonly scenes: readonly (readonly GridRecord[])[];
	readonly flows: readonly Flow[];
	readonly steps: readonly StepRecord[];
	/** The first step of each scene. */
	readonly firsts: readonly number[];
	readonly words: readonly string[];
}

/** Levels beyond -100 to 100. */
export const [UNKNOWN, NAN, MINUS_INFINITY] = [101, 102, 104] as const;

/** What a grid shows at a step. */
export interface Look {
	levels: Int16Array;
	words: Int32Array;
	marked: readonly Cell[];
	framed: readonly [Cell, Cell] | null;
	faint: ReadonlySet<number>;
}

export interface SceneLook {
	readonly grids: readonly Look[];
	readonly labels: Record<string, string>;
}

const blank = ({ rows, cols }: GridRecord): Look => ({
	levels: new Int16Array(rows * cols).fill(UNKNOWN),
	words: new Int32Array(rows * cols),
	marked: [],
	framed: null,
	faint: new Set(),
});

function take(look: Look, { run, cells = [], marked, framed, faint }: Change): void {
	if (run)
		look.levels.set(
			Int8Array.from(atob(run[1]), sign => sign.charCodeAt(0)),
			run[0],
		);
	for (let i = 0; i < cells.length; i += 3) {
		look.levels[cells[i]] = cells[i + 1];
		look.words[cells[i]] = cells[i + 2];
	}
	if (marked) look.marked = marked;
	if (framed !== undefined) look.framed = framed;
	if (faint) look.faint = new Set(faint);
}

/** Answers what the scene of a step looks like then, from where it was left. */
export function replay({ scenes, steps, firsts }: Film): (target: number) => SceneLook {
	const looks: SceneLook[] = scenes.map(grids => ({ grids: grids.map(blank), labels: {} }));
	let current = -1;
	return target => {
		const { scene } = steps[target];
		const [look, first] = [looks[scene], firsts[scene]];
		for (let i = current >= first && current <= target ? current + 1 : first; i <= target; i++) {
			const { grids, labels } = steps[i];
			for (const [place, change] of Object.entries(grids)) take(look.grids[Number(place)], change);
			Object.assign(look.labels, labels);
		}
		current = target;
		return look;
	};
}
