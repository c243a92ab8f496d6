/* What a person sees, as JSON for tests and scripts. */

import { nested, type Tensor } from "../tensor";
import { gathers } from "./panels";
import { productsOf, valueAt } from "./scene";
import type { Session } from "./session";

/** A tensor as nested lists in the layer's data format, without an axis that a series has not. */
function inFormat(session: Session, tensor: Tensor): unknown {
	const [rows = 1, columns = 1, channels = 1] = tensor.shape,
		line = session.rank === 1;
	const cells = Array.from({ length: rows * columns * channels }, (_, index) => index);
	if (!session.channelsFirst) return nested(line ? { ...tensor, shape: tensor.shape.slice(1) } : tensor);
	const data = Float64Array.from(cells, index => {
		const place = index % (rows * columns),
			k = Math.floor(index / (rows * columns));
		return tensor.data[place * channels + k];
	});
	return nested({ shape: line ? [channels, columns] : [channels, rows, columns], data });
}

const weightOf = (session: Session, kernel: Tensor): unknown =>
	nested(session.rank === 1 && kernel.shape.length === 4 ? { ...kernel, shape: kernel.shape.slice(1) } : kernel);

function weights(session: Session, kernels: readonly Tensor[], bias: Tensor): unknown[] {
	const list = kernels.map(kernel => weightOf(session, kernel));
	return session.s.use_bias ? [...list, nested(bias)] : list;
}

const known = new WeakMap<object, string>();

/** What does not depend on the place is written once for each scene. */
function standing(session: Session): string {
	const { scene, s, layer } = session;
	const text =
		known.get(scene) ??
		JSON.stringify({
			layer: s.layer,
			arguments: Object.fromEntries(layer.arguments.map(name => [name, s[name]])),
			input: inFormat(session, scene.x),
			weights: weights(session, scene.kernels, scene.bias),
			output_shape: session.shapeOf(scene.a),
			output: inFormat(session, scene.a),
		}).slice(0, -1);
	known.set(scene, text);
	return text;
}

export function exposed(session: Session): string {
	const { scene, s, gradients: g, refused } = session,
		[r, c, f] = session.at,
		last = scene.links.length - 1;
	const scattered = !gathers(session);
	const rest: Record<string, unknown> = {
		position: s.position,
		terms: productsOf(scene, last, [r, c, f], scattered).map(({ x, w }) => [x, w]),
		sum: valueAt(scene.sum, r, c, f),
		z: valueAt(scene.z, r, c, f),
		a: valueAt(scene.a, r, c, f),
		language: s.language,
		refused: refused?.code ?? null,
	};
	if (g)
		rest.gradient = {
			output: inFormat(session, g.dy),
			input: inFormat(session, g.dx),
			weights: weights(session, g.kernels, g.dbias),
		};
	return `${standing(session)},${JSON.stringify(rest).slice(1)}`;
}
