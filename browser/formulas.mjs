/* Sets formulas: JSON of [TeX, whether it stands on a line of its own] in, JSON of HTML out. */

import { readFileSync, writeFileSync } from "node:fs";
import katex from "katex";

const asked = JSON.parse(readFileSync(0, "utf-8"));
const set = asked.map(([tex, displayMode]) => katex.renderToString(tex, { displayMode, strict: false }));
writeFileSync(1, JSON.stringify(set));
