"""What a drawing consists of, in pixels and plain data: both painters, matplotlib and SVG, read it.

A scene is a stage set: grids of cells and labels, each at its place. A step is a moment of the
play: what each grid shows and what the labels say. Texts are in the language in force when the
scene is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite, isnan
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..style import NUMBER

Array = NDArray[np.floating]
"""Numbers; of a masked array the masked places are empty, which NaN, a number's sort, is not."""

Cell: TypeAlias = tuple[int, int]
Mode: TypeAlias = Literal["numbers", "cells", "image"]

SMALLEST_NUMBER = 9.0
SMALLEST_CELL = 5.0
UNKNOWN, NAN, INFINITY, MINUS_INFINITY = 101, 102, 103, 104
"""The levels of cells that have no tint by size: empty ones, and what is not finite."""

_MARGIN = 7.0
_SAMPLES = 500


def number(value: float, decimals: int = 2) -> str:
    """A number as a cell shows it: short, with a true minus sign.

    >>> number(-1.25), number(3.0), number(123456.0), number(0.0004)
    ('−1.25', '3', '1.2e5', '4e−4')
    >>> number(float("-inf")), number(float("nan"))
    ('−∞', 'NaN')
    """
    if not isfinite(value):
        return "NaN" if isnan(value) else "∞" if value > 0 else "−∞"
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
    ems = {".": 0.28, ",": 0.28, " ": 0.25, "N": 0.73, "∞": 0.84}
    return size * sum(ems.get(c, 1.0 if c > "\u2e7f" else 0.565) for c in text)


def nothing(shape: int | tuple[int, ...]) -> Array:
    """Cells that are all empty."""
    return np.ma.array(np.zeros(shape), mask=True)


def empty(values: Array) -> NDArray[np.bool_]:
    """Which cells are empty."""
    return np.ma.getmaskarray(values)


def plain(values: Array) -> Array:
    """The numbers, those under empty cells included."""
    return np.ma.getdata(values)


def differing(one: Array, other: Array) -> NDArray[np.bool_]:
    """Where two looks of a grid differ; a NaN is like a NaN, an empty cell like an empty cell.

    >>> differing(np.array([1.0, np.nan, 2.0]), np.array([1.0, np.nan, 3.0])).tolist()
    [False, False, True]
    >>> differing(nothing(2), np.zeros(2)).tolist()
    [True, True]
    """
    a, b, hidden = plain(one), plain(other), empty(one)
    equal = (a == b) | (np.isnan(a) & np.isnan(b)) | hidden
    differs: NDArray[np.bool_] = ~equal | (hidden != empty(other))
    return differs


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
    finite, odd = shown[np.isfinite(shown)], shown[~np.isfinite(shown)]
    if len(finite) > _SAMPLES:
        finite = finite[np.linspace(0, len(finite) - 1, _SAMPLES).astype(int)]
    shown = np.concatenate([finite, odd])
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

    ``role`` names its colour, ``span`` the least and the greatest finite number that it ever shows,
    ``finite`` whether it never shows another, ``zeros`` the cells that hold no input but a zero put
    there: they are hatched. ``still`` grids show the same numbers in every step of a scene. Without
    ``numbers`` the cells are colour alone, and what is not finite is crossed out.
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
    finite: bool = True

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
        decimals = self.numbers.decimals
        pairs = zip(plain(values).ravel().tolist(), empty(values).ravel().tolist(), strict=True)
        return ["" if hidden else number(value, decimals) for value, hidden in pairs]

    def levels(self, values: Array) -> NDArray[np.int_]:
        """Which tint each cell has, from -100 to 100, or ``UNKNOWN`` or not finite.

        Cells: 0 is no tint, 100 the fullest, below 0 the negative numbers. An image: -100 is the
        darkest, 100 the lightest.
        """
        numbers = plain(values)
        finite = np.isfinite(numbers)
        shares = self._shares(np.where(finite, numbers, 0.0))
        levels: NDArray[np.int_] = np.clip(np.rint(shares * 100), -100, 100).astype(int)
        if not finite.all():
            levels[np.isnan(numbers)] = NAN
            levels[np.isposinf(numbers)] = INFINITY
            levels[np.isneginf(numbers)] = MINUS_INFINITY
        levels[empty(values)] = UNKNOWN
        return levels

    def _shares(self, values: Array) -> Array:
        """Finite numbers as shares of the span, from -1 to 1."""
        low, high = self.span
        if self.mode == "image":
            # Halves, so that no difference is too large for a float.
            shares: Array = 2 * ((values / 2 - low / 2) / ((high / 2 - low / 2) or 1.0)) - 1
        else:
            shares = values / (max(abs(low), abs(high)) or 1.0)
        return shares


@dataclass(frozen=True)
class Label:
    """A line of text, its middle at height y; ``name`` is what steps call it, if they change it.

    A ``sign`` stands between grids, any other label is a sentence.
    """

    x: float
    y: float
    text: str
    size: float
    role: str = "ink"
    anchor: Literal["left", "center", "right"] = "left"
    name: str = ""
    sign: bool = False


@dataclass(frozen=True, eq=False)
class Look:
    """What a grid shows in a step.

    ``values`` is masked where the cell is empty: nothing is known yet, or there is nothing;
    ``marked`` cells are framed one by one, ``frame`` spans from its first to its last cell;
    ``faint`` cells (rows, cols) take no part.
    """

    values: Array
    marked: tuple[Cell, ...] = ()
    frame: tuple[Cell, Cell] | None = None
    faint: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """Grids and labels at their places, in a drawing of ``width`` by ``height`` pixels.

    ``flow`` is the order in which grids, by their names, and signs follow each other where there is
    no room for places.
    """

    width: float
    height: float
    grids: tuple[Grid, ...]
    labels: tuple[Label, ...]
    flow: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Step:
    """A moment: which scene is on, the look of each of its grids, the words of its labels."""

    scene: int
    looks: dict[str, Look]
    texts: dict[str, str] = field(default_factory=dict)
