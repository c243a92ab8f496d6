/* What a person sees, as JSON for tests and scripts. */

import type { Settings } from "../contract";
import { sumOf, termsOf } from "./magnifier";
import type { Session } from "./session";

/** The layer's arguments by Keras' names. */
function arguments_(session: Session): Settings {
	const { filters, kernel_size, strides, padding, dilation_rate, groups, use_bias } = session.settings();
	return { filters, kernel_size, strides, padding, dilation_rate, groups, use_bias };
}

function text(session: Session): string {
	const { input, s, extent, refused, isPuzzle, solved, own } = session,
		terms = termsOf(session);
	return JSON.stringify({
		arguments: arguments_(session),
		// As the layer lays it on: turned where it is a true convolution.
		kernel: session.taps,
		true_convolution: s.true_convolution,
		input_shape: [input.height, input.width, input.planes.length],
		output_shape: session.outputShape,
		position: s.position,
		terms: terms.map(({ x, w }) => [x, w]),
		sum: sumOf(terms),
		output: extent,
		own,
		solved: isPuzzle ? solved : null,
		language: s.language,
		refused: refused?.code ?? null,
	});
}

export const exposed = { arguments: arguments_, text };
