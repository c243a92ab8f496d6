/* What a page of the site needs, once it stands: each part finds its own place, or does nothing. */

import { code } from "./code";
import { contents } from "./contents";
import { helpers } from "./helpers";
import { places } from "./places";
import { terms } from "./terms";
import { theme } from "./theme";
import { widgets } from "./widgets";

for (const part of [theme, widgets, code, contents, places, terms, helpers]) part();
