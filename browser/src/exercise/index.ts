/* Exercises: one with its field, or the state of the series. Nothing asks for a kernel. */

import type { Records } from "../contract";
import type { RenderProps } from "../model";
import { wordsOf } from "../words";
import { desk, type Traits } from "./desk";
import { type ListTraits, list } from "./list";

type Props = RenderProps<{ labels: Records["labels"] }, Traits & ListTraits>;

function render({ model, el, records }: Props): Promise<() => void> | (() => void) {
	if (model.get("series")) return list(model, el, wordsOf(records.labels, ""), Object.keys(records.labels));
	return desk({ model, el, records });
}

export default { render };
