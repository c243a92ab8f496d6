/* What happens at a place, in one line and term by term. */

import { added, short } from "../format";
import type { WrittenSum } from "../parts/sum";
import type { Words } from "../words";
import { gathers } from "./panels";
import { type Place, productsOf, valueAt } from "./scene";
import type { Session } from "./session";

const nameOfSum = ({ s }: Session, words: Words): string => words.text("explorer.z", { index: s.position.join(", ") });

export function activationLine({ at, scene, s }: Session): string {
	return `a = ${s.activation}(${short(valueAt(scene.z, ...at))}) = ${short(valueAt(scene.a, ...at))}`;
}

/** z and, of a separable layer, what lies between, with every product. */
export function writtenSums(session: Session, words: Words): WrittenSum[] {
	const { scene, s, at, q } = session,
		[r, c, f] = at,
		scattered = !gathers(session),
		bias = s.use_bias ? scene.bias.data[f] : null;
	const second = scene.links.length > 1;
	const whole: WrittenSum = {
		kind: second ? "mixed" : "product",
		name: nameOfSum(session, words),
		terms: productsOf(scene, second ? 1 : 0, at, scattered),
		bias,
		value: valueAt(scene.z, ...at),
	};
	if (!second) return [whole];
	const between: Place = [r, c, q];
	const first: WrittenSum = {
		kind: "product",
		name: `u[${session.indexOf(between).join(", ")}]`,
		terms: productsOf(scene, 0, between, scattered),
		bias: null,
		value: valueAt(scene.u, ...between),
	};
	return [first, whole];
}

/** One sentence: the sums of the channels, the bias, the activation. */
export function glance(session: Session, words: Words): string {
	const { scene, s, at } = session,
		sums = new Map<number, number>();
	for (const { channel, x, w } of productsOf(scene, scene.links.length - 1, at, !gathers(session)))
		sums.set(channel, (sums.get(channel) ?? 0) + x * w);
	const parts = [...sums.values(), ...(s.use_bias ? [scene.bias.data[at[2]]] : [])];
	const written = added(parts.length ? parts : [0]),
		z = short(valueAt(scene.z, ...at));
	return `${nameOfSum(session, words)} = ${written === z ? z : `${written} = ${z}`}, ${activationLine(session)}`;
}
