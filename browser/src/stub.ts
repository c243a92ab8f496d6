/* What every widget carries as its code. */

import { render } from "./shared";

export default { render };
