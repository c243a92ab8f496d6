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

export function exposed(session: Session): string {
	const { s, outcome } = session,
		index = outcome.rows.length;
	return json({
		input_shape: s.input_shape,
		layers: s.layers.map(({ layer, arguments: own }) => ({ layer, arguments: own })),
		rows: outcome.rows.map(row => rowOf(session, row)),
		refused: outcome.refused && {
			layer: index,
			code: outcome.refused.code,
			choices: session.ways().map(({ layers }) => changesOf(s.layers[index], layers[index])),
		},
		selected: s.selected,
		language: s.language,
	});
}
