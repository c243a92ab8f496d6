"""The smallest widget of a module: a button that counts."""

from __future__ import annotations

from typing import Any

import traitlets

from convlab.widgets.modules import ModuleWidget

CODE = """\
globalThis.dialsLoaded = (globalThis.dialsLoaded ?? 0) + 1;
export default {
    render({ model, el, records }) {
        const button = document.createElement("button");
        button.className = "convlab-dial";
        const show = () => { button.textContent = `${records.word} ${model.get("at")}`; };
        button.addEventListener("click", () => {
            model.set("at", model.get("at") + 1);
            model.save_changes();
        });
        model.on("change:at", show);
        show();
        el.append(button);
        return () => model.off("change:at", show);
    },
};
"""


class Dial(ModuleWidget):
    bundle = "dial"
    at = traitlets.Int(1).tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)

    @classmethod
    def script(cls) -> str:
        return CODE

    @classmethod
    def style(cls) -> str:
        return ".convlab-dial { color: rgb(1, 2, 3); }"

    @classmethod
    def records(cls) -> dict[str, Any]:
        return {"word": "</script><b>"}

    def still(self) -> dict[str, str]:
        return {"text/plain": f"Dial({self.at})", "image/svg+xml": f"<svg><!--{self.at}--></svg>"}
