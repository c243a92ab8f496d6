/* What lies on the drawing pad, and what lay there before. */

import { emptyInk, type Ink, inkOfBits, lay, normalised, type Point, type Stroke } from "./bitmap";

/** Bits from elsewhere, and the strokes over them. */
export interface Drawing {
	readonly bits: Uint8Array | null;
	readonly strokes: readonly Stroke[];
}

const NOTHING: Drawing = { bits: null, strokes: [] };

export class Sheet {
	#past: Drawing[] = [];
	#now = NOTHING;
	#points: Point[] = [];
	#ink: Ink;

	constructor(
		readonly rows: number,
		readonly columns: number,
	) {
		this.#ink = emptyInk(rows, columns);
	}

	get drawing(): Drawing {
		return this.#now;
	}

	/** What a network is given: the strokes' ink, normalised; bits from elsewhere as they are. */
	bits(): Uint8Array | null {
		return this.#now.strokes.length ? normalised(this.#ink, this.rows, this.columns) : this.#now.bits;
	}

	begin(point: Point, width: number, rubs: boolean): void {
		this.#points = [point];
		const stroke = { points: this.#points, width, rubs };
		this.#past.push(this.#now);
		this.#now = { ...this.#now, strokes: [...this.#now.strokes, stroke] };
		lay(this.#ink, stroke);
	}

	/** The stroke that was begun last goes on to a place. */
	move(point: Point): void {
		const stroke = this.#now.strokes.at(-1);
		this.#points.push(point);
		if (stroke?.points === this.#points) lay(this.#ink, stroke, this.#points.length - 1);
	}

	/** Take back the last stroke, or whatever else was done last. */
	undo(): void {
		this.#turn(this.#past.pop() ?? this.#now);
	}

	clear(): void {
		if (this.#now !== NOTHING) this.#past.push(this.#now);
		this.#turn(NOTHING);
	}

	/** Other bits in place of all; `anew`: what lay here before is forgotten. */
	put(bits: Uint8Array | null, anew: boolean): void {
		if (anew) this.#past = [];
		else this.#past.push(this.#now);
		this.#turn(bits ? { bits, strokes: [] } : NOTHING);
	}

	#turn(drawing: Drawing): void {
		const { rows, columns } = this;
		this.#now = drawing;
		this.#ink = drawing.bits ? inkOfBits(drawing.bits, rows, columns) : emptyInk(rows, columns);
		for (const stroke of drawing.strokes) lay(this.#ink, stroke);
	}
}
