/* How a network explorer is looked at: what no link says, and no change of language loses. */

import type { Pad } from "./pad";

export interface View {
	tab: "maps" | "mistakes";
	/** Whether the further dials are open. */
	more: boolean;
	/** Where the input comes from, and what it is drawn on. */
	source?: "sample" | "drawn" | "own";
	pad?: Pad | null;
	/** The pair of answers whose samples are shown. */
	pair?: readonly [row: number, column: number];
}
