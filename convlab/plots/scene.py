"""What a drawing consists of, in pixels and plain data: both painters, matplotlib and SVG, read it.

A scene is a stage set: grids of cells and labels, each at its place. A step is a moment of the
play: what each grid shows and what the labels say. Texts are in the language in force when the
scene is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isnan
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..style import NUMBER

Array = NDArray[np.floating]
Cell: TypeAlias = tuple[int, int]
Mode: TypeAlias = Literal["numbers", "cells", "image"]

SMALLEST_NUMBER = 9.0
SMALLEST_CELL = 5.0
UNKNOWN = 101
_MARGIN = 7.0
_SAMPLES = 500


def number(value: float, decimals: int = 2) -> str:
    """A number as a cell shows it: short, with a true minus sign; nothing for NaN.

    >>> number(-1.25), number(3.0), number(float("nan")), number(123456.0), number(0.0004)
    ('−1.25', '3', '', '1.2e5', '4e−4')
    """
    if isnan(value):
        return ""
    tiny = 0 < abs(value) < 0.5 * 10**-decimals
    text = f"{value:.{decimals}f}"
    if tiny or abs(value) >= 10_000:
        mantissa, _, exponent = f"{value:.{0 if tiny else 1}e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    elif "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace("-", "−")


def width_of(text: str, size: float) -> float:
    """About how wide a line of text is at a type size; a Chinese character is a square."""
    ems = {".": 0.28, ",": 0.28, " ": 0.25}
    return size * sum(ems.get(c, 1.0 if c > "\u2e7f" else 0.565) for c in text)


@dataclass(frozen=True)
class Numbers:
    """How a grid writes its numbers: decimals, and the type size in pixels."""

    decimals: int
    size: float


def fitting(values: Iterable[Array], width: float, height: float) -> Numbers | None:
    """The most exact way of writing ``values`` that fits cells of this size, or ``None``.

    >>> fitting([np.array([-1.25, 3.0])], 40, 40)
    Numbers(decimals=2, size=12)
    >>> fitting([np.array([-1.25, 3.0])], 12, 12) is None
    True
    """
    shown = np.unique(np.concatenate([np.ravel(part) for part in values] or [np.zeros(1)]))
    shown = shown[~np.isnan(shown)]
    if len(shown) > _SAMPLES:
        shown = shown[np.linspace(0, len(shown) - 1, _SAMPLES).astype(int)]
    for decimals in (2, 1):
        widest = max(
            (width_of(number(value, decimals), 1.0) for value in shown.tolist()), default=0.5
        )
        size = min(NUMBER, (width - _MARGIN) / widest, height * 0.6)
        if size >= SMALLEST_NUMBER:
            return Numbers(decimals, size)
    return None


@dataclass(frozen=True, eq=False)
class Grid:
    """A table of cells, its corner at (x, y), each cell ``width`` by ``height`` pixels.

    ``role`` names its colour, ``span`` the least and the greatest number that it ever shows,
    ``zeros`` the cells that hold no input but a zero put there: they are hatched. ``still`` grids
    show the same numbers in every step of a scene. Without ``numbers`` the cells are colour alone.
    """

    name: str
    role: str
    rows: int
    cols: int
    x: float
    y: float
    width: float
    height: float
    title: str = ""
    span: tuple[float, float] = (-1.0, 1.0)
    numbers: Numbers | None = None
    zeros: NDArray[np.bool_] | None = None
    still: bool = False

    @property
    def right(self) -> float:
        return self.x + self.cols * self.width

    @property
    def bottom(self) -> float:
        return self.y + self.rows * self.height

    @property
    def mode(self) -> Mode:
        """Numbers in cells, cells of colour, or, where cells are too small to see, an image."""
        if self.numbers is not None:
            return "numbers"
        return "cells" if min(self.width, self.height) >= SMALLEST_CELL else "image"

    def texts(self, values: Array) -> list[str]:
        """What the cells say, row by row."""
        if self.numbers is None:
            return [""] * values.size
        return [number(value, self.numbers.decimals) for value in values.ravel().tolist()]

    def levels(self, values: Array) -> NDArray[np.int_]:
        """Which tint each cell has, from -100 to 100; ``UNKNOWN`` where nothing is known yet.

        Cells: 0 is no tint, 100 the fullest, below 0 the negative numbers. An image: -100 is the
        darkest, 100 the lightest.
        """
        low, high = self.span
        if self.mode == "image":
            shares = 2 * (values - low) / ((high - low) or 1.0) - 1
        else:
            shares = values / (max(abs(low), abs(high)) or 1.0)
        levels = np.clip(np.rint(shares * 100), -100, 100)
        known: NDArray[np.int_] = np.nan_to_num(levels, nan=UNKNOWN).astype(int)
        return known


@dataclass(frozen=True)
class Label:
    """A line of text, its middle at height y; ``name`` is what steps call it, if they change it."""

    x: float
    y: float
    text: str
    size: float
    role: str = "ink"
    anchor: Literal["left", "center", "right"] = "left"
    name: str = ""


@dataclass(frozen=True, eq=False)
class Look:
    """What a grid shows in a step.

    ``values`` has NaN where nothing is known yet; ``marked`` cells are framed one by one, ``frame``
    spans from its first to its last cell; ``faint`` cells (rows, cols) take no part.
    """

    values: Array
    marked: tuple[Cell, ...] = ()
    frame: tuple[Cell, Cell] | None = None
    faint: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """Grids and labels at their places, in a drawing of ``width`` by ``height`` pixels."""

    width: float
    height: float
    grids: tuple[Grid, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """A moment: which scene is on, the look of each of its grids, the words of its labels."""

    scene: int
    looks: dict[str, Look]
    texts: dict[str, str] = field(default_factory=dict)
