/* What a person sees, as JSON for tests and scripts. */

import { termsOf } from "./cell";
import { extentOf, type Step } from "./pass";
import type { Chosen, Session } from "./session";
import { flatOf, indexOf, toFormat } from "./stack";

/** Of larger inputs the numbers are left out. */
const MOST = 4096;

export function exposed(session: Session): string {
	const { s, picture, steps, layers, pad, chosen, gradients } = session,
		[first] = layers,
		input = toFormat({ shape: first.input, data: picture.data }, first.from);
	return JSON.stringify({
		input: {
			source: session.source,
			shape: session.given.input_shape,
			numbers: input.data.length > MOST ? null : [...input.data],
		},
		pad: pad && { bits: s.drawn },
		layers: steps.map(({ layer, a }) => ({
			layer: layer.record.layer,
			output_shape: layer.outputShape,
			output: extentOf(a),
		})),
		selected: chosen && selected(session, chosen),
		scores: session.scores && [...session.scores],
		epoch: s.epoch,
		gradient: gradients && {
			input: extentOf(gradients.input),
			layers: steps.map((_, index) => (gradients.outputs[index] ? extentOf(gradients.outputs[index]) : null)),
		},
		linear: s.linear,
		shuffled: s.shuffled,
		off: s.off,
		language: s.language,
	});
}

function selected(session: Session, { layer, place }: Chosen): Record<string, unknown> {
	const step = session.stepOf(layer),
		at = ({ shape, data }: Step["a"]): number => data[flatOf(place, shape)];
	return {
		layer,
		index: indexOf(place, step.layer),
		terms: termsOf(step, place),
		sum: at(step.sum),
		z: at(step.z),
		a: at(step.a),
	};
}
