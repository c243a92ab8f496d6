/* What is seen at the place that is looked at, and all of it as JSON for tests and scripts. */

import { python } from "../format";
import { shapeOf } from "./pixels";
import type { Numbers } from "./records";
import type { Session } from "./session";

export interface Window {
	/** The picture's numbers under the kernel, and the products with it. */
	readonly x: Numbers;
	readonly products: Numbers;
	readonly sum: number;
	readonly isPadding: (index: number) => boolean;
}

export function windowOf({ input, now, taps, s }: Session): Window {
	const [r, c, f] = s.position,
		[rows, columns] = [now.axes[0].sources[r], now.axes[1].sources[c]],
		outside = (row: number, column: number): boolean => row < 0 || column < 0;
	const x = rows.map(row =>
		columns.map(column => (outside(row, column) ? 0 : input.planes[f][row * input.width + column])),
	);
	const products = x.map((line, i) => line.map((value, j) => value * taps[i][j]));
	return {
		x,
		products,
		sum: products.flat().reduce((sum, one) => sum + one, 0),
		isPadding: index => outside(rows[Math.floor(index / columns.length)], columns[index % columns.length]),
	};
}

export const nameOf = ({ s }: Session): string => `y[${python(s.position).slice(1, -1)}]`;

export function exposed(session: Session, { x, sum }: Window): string {
	const { input, s, taps: kernel } = session,
		{ period, angle, noise, move } = s;
	return JSON.stringify({
		arguments: session.layerArguments(),
		// As the layer lays it on: turned where it is a true convolution.
		kernel,
		true_convolution: s.true_convolution,
		input_shape: shapeOf(input),
		output_shape: session.outputShape,
		position: s.position,
		terms: x.flatMap((line, i) => line.map((value, j) => [value, kernel[i][j]])),
		sum,
		output: session.extent,
		scene: { period, angle, noise, move },
		marks: session.marks,
		gain: session.gain,
		largest_difference: session.largestDifference,
		own: session.own,
		solved: session.solved,
		language: s.language,
		refused: session.refused?.code ?? null,
	});
}
