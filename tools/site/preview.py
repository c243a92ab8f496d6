"""The picture of a page where its address is shared: its title beside a window on an input."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from convlab.style import LIGHT, mix

from .pages import ROOT

SIZE = (1200, 630)

_CELL, _LEFT, _TOP, _TITLE = 58, 730, 112, 58
_WIDTH = _LEFT - 80 - 40
_DIGIT = ("0012210", "0244320", "0000430", "0014442", "0003400", "0024100", "0042000")
"""A seven, in five greys."""


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    (file,) = (ROOT / "convlab" / "plots" / "fonts").glob("*.otf")
    return ImageFont.truetype(str(file), size)


def preview(title: str, name: str) -> bytes:
    """A PNG of ``SIZE`` for a page with this title."""
    image = Image.new("RGB", SIZE, LIGHT.paper)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(_DIGIT):
        for column, grey in enumerate(line):
            _cell(draw, row, column, mix(LIGHT.paper, LIGHT.input, int(grey) / 5))
    corner = (_LEFT + 2 * _CELL, _TOP + 2 * _CELL)
    draw.rectangle((corner, (corner[0] + 3 * _CELL, corner[1] + 3 * _CELL)), None, LIGHT.accent, 8)
    draw.multiline_text((80, 100), "\n".join(_lines(title)), LIGHT.ink, _font(_TITLE), spacing=18)
    draw.text((80, 520), name, LIGHT.muted, _font(36))
    data = BytesIO()
    image.quantize(64).save(data, "PNG", optimize=True)
    return data.getvalue()


def _cell(draw: ImageDraw.ImageDraw, row: int, column: int, colour: str) -> None:
    x, y = _LEFT + column * _CELL, _TOP + row * _CELL
    draw.rectangle((x, y, x + _CELL, y + _CELL), colour, LIGHT.line)


def _lines(title: str) -> list[str]:
    """A title in lines that fit: broken between words, or between Chinese characters."""
    lines = [""]
    for piece in _pieces(title):
        if _font(_TITLE).getlength(lines[-1] + piece) > _WIDTH:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def _pieces(title: str) -> list[str]:
    pieces: list[str] = []
    for sign in title:
        joined = sign.isascii() and sign != " " and pieces and pieces[-1].isascii()
        if joined or sign in "，：。？、）」":
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces
