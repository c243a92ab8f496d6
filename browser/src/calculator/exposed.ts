/* What a person sees, as JSON for tests and scripts. */

import { known } from "../axes";
import type { Count } from "../formula";
import type { Session } from "./session";
import { changesOf, type Row } from "./stack";

/* JSON has no number for what is larger than a number here: its digits are put in afterwards. */
const digits = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `\u0000${value}` : value);

const json = (value: unknown): string => JSON.stringify(value, digits).replace(/"\\u0000(\d+)"/g, "$1");

const count = (value: Count): Count | null => (typeof value === "bigint" ? value : known(value));

function rowOf(session: Session, { output, costs, fields }: Row): object {
	return {
		output_shape: output.map(known),
		parameters: count(costs.parameters),
		multiply_adds: count(costs.multiply_adds),
		reach: fields.map(one => session.seen(one)),
		jump: fields.map(({ jump }) => jump),
		start: fields.map(({ start }) => known(start)),
	};
}

/** What each way out changes of the layer that is refused. */
function choicesOf(session: Session, index: number): object[] {
	const same = session.ways().filter(({ layers }) => layers.length === session.s.layers.length),
		changes = same.map(({ layers }) => changesOf(session.s.layers[index], layers[index]));
	return changes.filter(one => Object.keys(one).length);
}

export function exposed(session: Session): string {
	const { s, outcome } = session,
		{ rows, refused } = outcome,
		layer = rows.length;
	return json({
		input_shape: s.input_shape,
		layers: s.layers.map(({ layer, arguments: own }) => ({ layer, arguments: own })),
		rows: rows.map(row => rowOf(session, row)),
		refused: refused && { layer, code: refused.code, choices: choicesOf(session, layer) },
		selected: s.selected,
		language: s.language,
	});
}
