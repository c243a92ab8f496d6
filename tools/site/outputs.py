"""What a cell showed → HTML: the richest form that a page can keep."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from .prose import Prose
from .shelf import FOLDER, Shelf
from .widgets import VIEW, Widgets, picture

_DATA = re.compile(r'src="data:image/([a-z+]+);base64,([^"]+)"')
_ENDINGS = {"svg+xml": "svg", "jpeg": "jpg"}
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


@dataclass
class Outputs:
    """The outputs of one page's cells."""

    prose: Prose
    widgets: Widgets
    shelf: Shelf

    def html(self, output: Mapping[str, Any]) -> str:
        """One output of a cell."""
        if output["output_type"] == "stream":
            return _printed(_text(output["text"]))
        if output["output_type"] == "error":
            return _printed(_COLOURS.sub("", "\n".join(output["traceback"])))
        return self.shown(output["data"])

    def shown(self, data: Mapping[str, Any]) -> str:
        """A value by its MIME types: a widget with its still, or the still itself."""
        if VIEW in data:
            return self.widgets.box(data[VIEW]["model_id"], self._still(data))
        return f'<div class="output">{self._still(data)}</div>'

    def _still(self, data: Mapping[str, Any]) -> str:
        words = _text(data.get("text/plain", ""))
        if "text/html" in data:
            return self.apart(_text(data["text/html"]))
        if "image/svg+xml" in data:
            return self._picture(_text(data["image/svg+xml"]).encode(), "svg", words)
        if "image/png" in data:
            return self._picture(base64.b64decode(_text(data["image/png"])), "png", words)
        if "text/markdown" in data:
            return self.prose.html(_text(data["text/markdown"]))
        return _printed(words)

    def _picture(self, data: bytes, ending: str, words: str) -> str:
        return picture(f"../{FOLDER}/{self.shelf.put(data, ending)}", words)

    def apart(self, html: str) -> str:
        """HTML whose pictures are files of their own, loaded when they are needed."""

        def kept(found: re.Match[str]) -> str:
            ending = _ENDINGS.get(found[1], found[1])
            file = self.shelf.put(base64.b64decode(found[2]), ending)
            return f'loading="lazy" decoding="async" src="../{FOLDER}/{file}"'

        return _DATA.sub(kept, html)


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


_LONG = 80
"""Characters: a longer line is a sentence, which wraps; numbers in rows and columns do not."""


def _printed(text: str) -> str:
    wraps = " wraps" if max(map(len, text.splitlines()), default=0) > _LONG else ""
    return f'<pre class="output{wraps}">{escape(text.rstrip(), quote=False)}</pre>'
