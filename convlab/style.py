"""The one visual language of every figure and widget: colours by role, sizes of type. Data only.

The hues are near those of Okabe and Ito (2008), chosen to be told apart by every kind of colour
vision; the dark theme has the same hues, lighter. A colour is never the only sign of anything:
padding is hatched, a negative number carries a minus sign or a bar, a window is framed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Palette:
    """One theme: a colour (``#rrggbb``) for each role.

    ``input``, ``kernel``, ``output`` and ``padding`` are what a convolution is made of;
    ``positive`` and ``negative`` tint signed numbers; ``ink`` on ``paper`` is text, ``muted`` text
    of second rank, ``line`` the edges of cells, ``surface`` the ground of a panel, ``accent`` the
    place that is looked at now.
    """

    input: str
    kernel: str
    output: str
    padding: str
    positive: str
    negative: str
    ink: str
    muted: str
    line: str
    surface: str
    paper: str
    accent: str

    def css(self, prefix: str = "convlab") -> str:
        """The palette as declarations of CSS variables.

        >>> LIGHT.css().split(";")[0]
        '--convlab-input:#005fb0'
        """
        return ";".join(f"--{prefix}-{role}:{colour}" for role, colour in asdict(self).items())


LIGHT = Palette(
    input="#005fb0",
    kernel="#d55e00",
    output="#08804d",
    padding="#8a929c",
    positive="#08804d",
    negative="#b0448a",
    ink="#1b1f24",
    muted="#59636e",
    line="#c3cad3",
    surface="#f4f6f8",
    paper="#ffffff",
    accent="#d55e00",
)

DARK = Palette(
    input="#5aa9f0",
    kernel="#f0a35e",
    output="#3ecf9f",
    padding="#7d8691",
    positive="#3ecf9f",
    negative="#e39ac6",
    ink="#e8ebef",
    muted="#a3adb8",
    line="#454d57",
    surface="#1f242b",
    paper="#14181d",
    accent="#f0a35e",
)

EITHER = Palette(
    input="#2f86d8",
    kernel="#d9711c",
    output="#1b9d69",
    padding="#848c96",
    positive="#1b9d69",
    negative="#c25f9f",
    ink="#74797f",
    muted="#74797f",
    line="#9aa2ab",
    surface="#808080",
    paper="#808080",
    accent="#d9711c",
)
"""For a drawing that cannot know on which theme it lies: every colour is seen on both grounds."""

THEMES = {"light": LIGHT, "dark": DARK}

FONTS = ("Convlab Sans TC", "DejaVu Sans")
"""Families of figures, in order: a mathematical sign that the first lacks comes from the second."""

WEB_FONTS = (
    'system-ui, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", sans-serif'
)
"""Families of widgets and pages: what the reader's machine has."""

TITLE, LABEL, NUMBER, SMALL = 15, 13, 12, 11
"""Type sizes in pixels, at the width of a notebook."""

WIDTH = 880
"""The width of a figure in pixels: it fits into a notebook's column."""


def mix(ground: str, colour: str, share: float) -> str:
    """``share`` (0 to 1) of ``colour`` laid over ``ground``.

    >>> mix("#ffffff", "#005fb0", 0.5)
    '#80afd8'
    """
    pairs = zip(bytes.fromhex(ground[1:]), bytes.fromhex(colour[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
