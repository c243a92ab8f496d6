"""Where scripts are off, an animation shows its first step, drawn when the site is built."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace

from . import node
from .pages import Page
from .shelf import FOLDER, Shelf

_PIXELS = re.compile(r'"data:image/png;base64,([^"]+)"')
_PLAYER = re.compile(r'<div class="convlab-player .*?</script>', re.DOTALL)


def with_stills(pages: Sequence[Page], shelf: Shelf) -> list[Page]:
    """The pages with a still behind each animation, which only browsers without scripts see."""
    players = list(dict.fromkeys(one for page in pages for one in _PLAYER.findall(page.html)))
    drawn = dict(zip(players, node.made("stills.mjs", players), strict=True))

    def kept(pixels: re.Match[str]) -> str:
        return f'"../{FOLDER}/{shelf.put(b64decode(pixels[1]), "png")}"'

    def still(found: re.Match[str]) -> str:
        # The hatching of what is hidden cannot be drawn with.
        svg = _PIXELS.sub(kept, drawn[found[0]]).replace("-hatch", "-still-hatch")
        return f'{found[0]}<noscript><div class="convlab-player still">{svg}</div></noscript>'

    return [replace(page, html=_PLAYER.sub(still, page.html)) for page in pages]
