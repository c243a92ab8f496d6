"""Formulas as HTML, set by KaTeX when the site is built: one call of node for all that are new."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html import escape
from pathlib import Path

from . import node

# A formula's place in a page until all of them are set: signs that no text holds.
_PLACE = re.compile("\ue000([0-9a-f]+)\ue001([,.;:!?)，。；：！？、）]*)")

# A formula so short need not break, and then no line begins with the comma behind it.
_SHORT = 20


class Formulas:
    """Gives out places for formulas, and fills them in together; ``cache`` keeps what was set."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.asked: dict[str, tuple[str, bool]] = {}
        self._set: dict[str, str] = json.loads(cache.read_text("utf-8")) if cache.exists() else {}

    def place(self, tex: str, display: bool) -> str:
        """What stands for a formula until ``filled``."""
        key = sha256(f"{display}{tex}".encode()).hexdigest()[:16]
        self.asked[key] = (tex, display)
        return f"\ue000{key}\ue001"

    def filled(self, html: str) -> str:
        """A page with its formulas."""
        return _PLACE.sub(self._filled, html)

    def _filled(self, place: re.Match[str]) -> str:
        (tex, display), signs = self.asked[place[1]], place[2]
        whole = self._set[place[1]] + signs
        held = signs and not display and len(tex) < _SHORT
        return f'<span class="held">{whole}</span>' if held else whole

    def plain(self, text: str) -> str:
        """A text with its formulas as they are typed."""
        return _PLACE.sub(lambda place: escape(self.asked[place[1]][0]) + place[2], text)

    def set_all(self) -> None:
        """Set every formula that was asked for and is not in the cache."""
        new = [key for key in self.asked if key not in self._set]
        if not new:
            return
        done = node.made("formulas.mjs", [self.asked[key] for key in new])
        self._set |= dict(zip(new, done, strict=True))
        self.cache.parent.mkdir(parents=True, exist_ok=True)
        self.cache.write_text(json.dumps(self._set, ensure_ascii=False), encoding="utf-8")
