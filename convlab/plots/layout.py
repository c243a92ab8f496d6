"""Where things stand in a drawing, in pixels, and what all acts have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..i18n import text
from ..style import LABEL, SMALL, TITLE, WIDTH
from .scene import SMALLEST_CELL, Array, Cell, Grid, Label, Scene, Step, fitting, number, width_of

Position = tuple[int, ...]

MARGIN = 20.0
TOP = 92.0
GAP = 56.0
BLOCK_GAP = 36.0
FULL_CELL = 40.0
KERNEL_CELL = 38.0
KERNEL_WIDTH = 252.0
WHERE_WIDTH = 270.0
WIDER = 1.16
_THINNEST = 0.25


@dataclass(frozen=True)
class Selection:
    """What of a layer is drawn: some channels, some filters, every n-th position; and the words."""

    channels: tuple[int, ...]
    filters: tuple[int, ...]
    every: int
    title: str
    subtitle: str
    activation: str


class Act(Protocol):
    """One scene and its steps, numbered from 0."""

    scene: Scene

    def __len__(self) -> int: ...

    def step(self, index: int, scene: int) -> Step: ...


def place_count(positions: int, every: int) -> int:
    """The number of positions that are shown.

    >>> place_count(8, 3), len(Turns((8,), Selection((0,), (0,), 3, "", "", "")))
    (4, 4)
    """
    return len(range(0, positions - 1, every)) + 1


class Turns:
    """The positions of an act: every n-th for each filter in turn, and always the last."""

    def __init__(self, sizes: Sequence[int], selection: Selection) -> None:
        self.sizes = tuple(sizes)
        self.filters = selection.filters
        last = prod(sizes) - 1
        self.places = [*range(0, last, selection.every), last]

    def __len__(self) -> int:
        return len(self.places) * len(self.filters)

    def __getitem__(self, index: int) -> tuple[int, int]:
        """(which filter's turn, the place in reading order)."""
        turn, at = divmod(index, len(self.places))
        return turn, self.places[at]

    def position(self, place: int) -> Position:
        """The index in each direction of a place in reading order."""
        return tuple(int(at) for at in np.unravel_index(place, self.sizes))


def revealed(values: Array, count: int, sizes: Sequence[int]) -> Array:
    """The numbers of the first ``count`` positions in reading order; the other cells are empty.

    ``sizes`` is how many positions there are; an activation that halves an axis leaves fewer cells.
    """
    cells = tuple(slice(size) for size in values.shape)
    later = (np.arange(prod(sizes)).reshape(sizes) >= count)[cells]
    return np.ma.array(values, mask=later)


def span(*parts: Array) -> tuple[float, float]:
    """The least and the greatest finite number of all.

    >>> span(np.array([1.0, np.inf]), np.array([-2.0, np.nan]))
    (-2.0, 1.0)
    """
    finite = [part[np.isfinite(part)] for part in parts]
    known = [part for part in finite if part.size]
    if not known:
        return (0.0, 0.0)
    return min(float(part.min()) for part in known), max(float(part.max()) for part in known)


def extremes(*parts: Array) -> Array:
    """The numbers that need the most room and the fullest colour: the span, and the not finite."""
    odd = [part[~np.isfinite(part)] for part in parts]
    return np.array([*span(*parts), *np.unique(np.concatenate(odd or [np.zeros(0)]))])


def extreme_products(one: Array, other: Array) -> Array:
    """The extreme products of two kinds of numbers; with ∞ there may be 0 × ∞, which is NaN."""
    found: Array = np.outer(extremes(one), extremes(other)).ravel()
    return found if np.isfinite(found).all() else np.append(found, np.nan)


def grid(
    name: str,
    role: str,
    corner: tuple[float, float],
    shape: tuple[int, int],
    cell: tuple[float, float],
    title: str,
    shown: Sequence[Array],
    zeros: NDArray[np.bool_] | None = None,
    still: bool = False,
) -> Grid:
    """A grid that will show the numbers ``shown``: how they are written follows from them.

    Its corner stands on a whole pixel, so that lines are sharp and equal cells are equal.
    """
    corner = (round(corner[0]), round(corner[1]))
    numbers = fitting(shown, *cell)
    low, high = span(*shown)
    finite = all(np.isfinite(part).all() for part in shown)
    if min(cell) < SMALLEST_CELL:
        title = text("plots.title_with_span", title=title, low=number(low), high=number(high))
    return Grid(
        name, role, *shape, *corner, *cell, title, (low, high), numbers, zeros, still, finite
    )


def whole(cell: float) -> float:
    """The size of a cell in whole pixels, unless it is too small for lines around it."""
    return float(int(cell)) if cell >= SMALLEST_CELL else cell


def shortened(line: str, room: float, size: float) -> str:
    """A line that fits: its end gives way to an ellipsis."""
    if fits(line, room, size):
        return line
    # More characters never fit, not even points: a line may be very long.
    line = line[: int(room / (_THINNEST * size))]
    while line and not fits(line + "…", room, size):
        line = line[:-1]
    return line + "…"


def fits(line: str, room: float, size: float) -> bool:
    """Whether a line has room, on a page with wider letters too."""
    return width_of(line, size) * WIDER <= room


def header(selection: Selection, act: str) -> list[Label]:
    """The layer, its arguments, the act; and, on the right, where the window is."""
    title = text("plots.act", title=selection.title, act=act) if act else selection.title
    room = WIDTH - 2 * MARGIN
    return [
        Label(MARGIN, 24, shortened(title, room - WHERE_WIDTH, TITLE), TITLE),
        Label(MARGIN, 47, shortened(selection.subtitle, room, SMALL), SMALL, "muted"),
        Label(WIDTH - MARGIN, 24, "", SMALL, "muted", "right", "where"),
    ]


def channel_flow(selection: Selection) -> list[str]:
    """Grids and signs of each channel: its input times its kernel gives its products."""
    signs = (("input", "×"), ("kernel", "="), ("products", ""))
    return [
        part
        for channel in selection.channels
        for name, sign in signs
        for part in (f"{name}{channel}", sign)
        if part
    ]


def notes(y: float, grids: Sequence[Grid], drawn: int, channels: int) -> list[Label]:
    """What a drawing leaves out, said in words below it; nothing where nothing is left out."""
    said = []
    if drawn < channels:
        said.append(text("plots.channels_drawn", drawn=drawn, all=channels))
    for mode in ("cells", "image"):
        alike = [grid for grid in grids if grid.mode == mode]
        if alike:
            said.append(text(f"plots.as_{mode}"))
        if not all(grid.finite for grid in alike):
            said.append(text(f"plots.not_finite_{mode}"))
    return [
        Label(WIDTH / 2, y + line * 18, words, SMALL, "muted", "center")
        for line, words in enumerate(said)
    ]


def bracketed(value: float) -> str:
    """A number inside a formula.

    >>> bracketed(2.0), bracketed(-0.5)
    ('2', '(−0.5)')
    """
    shown = number(value)
    return f"({shown})" if shown.startswith("−") else shown


class Plane:
    """The places of a drawing in two dimensions.

    On the left a source for each channel; in the middle its kernel, and below that a grid of the
    kernel's size; on the right an output for each filter, and below them, perhaps, one more grid of
    the kernel's size. Shapes are (rows, columns).
    """

    def __init__(
        self,
        source: tuple[int, int],
        kernel: tuple[int, int],
        output: tuple[int, int],
        channels: int,
        filters: int,
        extra: bool = False,
    ) -> None:
        self.small = whole(min(KERNEL_CELL, KERNEL_WIDTH / max(kernel)))
        middle = kernel[1] * self.small
        room = WIDTH - 2 * MARGIN - 2 * GAP - middle
        stacked = max(channels, filters)
        high = (420 + 130 * (stacked - 1)) / max(source[0] * channels, output[0] * filters)
        self.cell = whole(min(FULL_CELL, room / (source[1] + output[1]), high))
        used = (source[1] + output[1]) * self.cell + 2 * GAP + middle
        self.left = (WIDTH - used) / 2
        self.middle = self.left + source[1] * self.cell + GAP
        self.right = self.middle + middle + GAP
        kernel_height = kernel[0] * self.small
        block = max(source[0] * self.cell, 2 * kernel_height + BLOCK_GAP)
        blocks = channels * (block + BLOCK_GAP) - BLOCK_GAP
        outputs = filters * (output[0] * self.cell + BLOCK_GAP) - BLOCK_GAP
        extras = kernel_height + BLOCK_GAP if extra else 0
        total = max(blocks, outputs + extras)
        self.bottom = TOP + total
        tops = [
            TOP + (total - blocks) / 2 + channel * (block + BLOCK_GAP)
            for channel in range(channels)
        ]
        self.centres = [top + block / 2 for top in tops]
        self.sources = [centre - source[0] * self.cell / 2 for centre in self.centres]
        self.kernels = [centre - kernel_height - BLOCK_GAP / 2 for centre in self.centres]
        self.products = [centre + BLOCK_GAP / 2 for centre in self.centres]
        first = TOP + (total - outputs - extras) / 2
        self.outputs = [
            first + filter * (output[0] * self.cell + BLOCK_GAP) for filter in range(filters)
        ]
        self.extra = first + outputs + BLOCK_GAP

    @property
    def cells(self) -> tuple[float, float]:
        """The size of a cell of sources and outputs."""
        return self.cell, self.cell

    @property
    def small_cells(self) -> tuple[float, float]:
        """The size of a cell of kernels and products."""
        return self.small, self.small

    def signs(self, after: str) -> list[Label]:
        """Between the columns of each channel: times, and what becomes of the products."""
        return [
            label
            for centre in self.centres
            for label in (
                Label(self.middle - GAP / 2, centre, "×", TITLE + 5, "muted", "center", sign=True),
                Label(self.right - GAP / 2, centre, after, TITLE, "muted", "center", sign=True),
            )
        ]


def box_row(
    boxes: Sequence[tuple[str, str, str, str]],
    y: float,
    cell: tuple[float, float],
    spans: dict[str, tuple[float, float]],
) -> tuple[list[Grid], list[Label]]:
    """Single cells in a row, centred: (name, role, title, the sign that follows) of each."""
    width, height = cell
    widest = [np.array([-888.88])]
    gaps = [round(width_of(sign, LABEL)) + 24 for *_, sign in boxes[:-1]]
    x, y = float(round((WIDTH - len(boxes) * width - sum(gaps)) / 2)), float(round(y))
    grids, labels = [], []
    for (name, role, title, sign), gap in zip(boxes, [*gaps, 0], strict=True):
        numbers = fitting(widest, width, height)
        grids.append(Grid(name, role, 1, 1, x, y, width, height, title, spans[name], numbers))
        if gap:
            middle = x + width + gap / 2
            labels.append(Label(middle, y + height / 2, sign, LABEL, "ink", "center", sign=True))
        x += width + gap
    return grids, labels


def one(cell: Cell) -> tuple[Cell, Cell]:
    """The frame around a single cell."""
    return cell, cell
