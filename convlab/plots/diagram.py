"""``diagram``: a layer's architecture beside its cheaper or reversed kin, or a network's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

from matplotlib.figure import Figure

from ..companions import Companion
from ..explanation import Variant, decompositions
from ..geometry import Geometry, Size, Stage
from ..i18n import text
from ..layers import Layer
from ..networks import Network
from ..style import LABEL, SMALL, THEMES, TITLE, WIDTH, Palette
from .checks import check_choice, checked_geometry
from .drawing import Drawing
from .layout import MARGIN, shortened
from .network_diagram import diagram_of_network
from .sheet import MOST_SLICES, Sheet
from .typeface import points

ROW = 186.0
TOP = 74.0
PICTURE_WIDTH = 610.0
COUNTS = 640.0
LONGEST, SHORTEST = 62.0, 10.0
DEEPEST, SHALLOWEST = 30.0, 4.0
THINNEST_SLICE = 4.5


@dataclass(frozen=True)
class Volume:
    """A box to draw: its name, its sizes in each direction, its channels and how they are cut."""

    role: str
    title: str
    sizes: tuple[Size, ...]
    channels: int
    groups: int = 1

    @property
    def said(self) -> str:
        """The shape below the box."""
        known = ("?" if size is None else str(size) for size in (*self.sizes, self.channels))
        return " × ".join(known)


@dataclass(frozen=True)
class Row:
    """One way to compute: its title, its volumes from left to right, and its counts."""

    title: str
    volumes: tuple[Volume, ...]
    counts: tuple[tuple[str, str], ...]
    derived: tuple[str, ...]
    own: bool


def diagram(
    layer: Layer | Companion | Network | list[Any],
    input_shape: Any = None,
    *,
    theme: str | None = None,
) -> Drawing:
    """The architecture of a layer or a network on an input of this shape, with shapes and counts.

    A network, or a list of layers: its steps from top to bottom as volumes that follow the shapes,
    branches as arcs; blocks that repeat are drawn once. Its shape may be left out where an
    ``InputLayer`` tells it.

    A convolution layer: the standard convolution, the grouped one and the depthwise with the
    pointwise one below each other, all with the layer's window, channels and filters; the layer's
    own way is marked. A transposed layer stands above the convolution whose gradient it is.

    ``theme`` is ``"light"``, ``"dark"`` or ``None``: the reader's own. Raises ``ShapeError`` for a
    shape that the layer cannot take (in a network its step is marked), ``ArgumentError`` for what
    is no layer.

    >>> from convlab import SeparableConv2D
    >>> diagram(SeparableConv2D(8, 3), (None, 16, 16, 4))
    <diagram of SeparableConv2D(filters=8, kernel_size=(3, 3))>
    """
    check_choice("theme", theme, (*THEMES, None))
    if isinstance(layer, Companion):
        return diagram_of_network([layer], input_shape, theme)
    if isinstance(layer, Network | list):
        return diagram_of_network(layer, input_shape, theme)
    geometry = checked_geometry(layer, input_shape)
    ways = decompositions(layer, geometry.input_shape)

    def draw(theme: str) -> Figure:
        rows = _rows(geometry, ways)
        return _figure(layer, rows, THEMES[theme])

    return Drawing(f"diagram of {layer!r}", draw, theme)


def _rows(geometry: Geometry, ways: Sequence[Variant]) -> list[Row]:
    """The variants that are drawn: of the groups only the layer's own number, or a middle one."""
    first = geometry.stages[0]
    if first.transposed:
        return [
            _row(text("plots.way_transposed"), _volumes([first]), ways[0], ways[0], True),
            _row(text("plots.way_forward"), _reversed(first), ways[0], ways[0], False),
        ]
    own = "separable" if len(geometry.stages) > 1 else "grouped" if first.groups > 1 else "standard"
    grouped = [way for way in ways if way.kind == "grouped"]
    mine = [way for way in grouped if own == "grouped" and way.groups == first.groups]
    middle = mine or grouped[(len(grouped) - 1) // 2 :][:1]
    return [
        _row(
            text(f"plots.way_{way.kind}", groups=way.groups),
            _volumes(way.stages),
            way,
            ways[0],
            way.kind == own,
        )
        for way in ways
        if way.kind != "grouped" or way in middle
    ]


def _row(title: str, volumes: Sequence[Volume], way: Variant, standard: Variant, own: bool) -> Row:
    count = way.multiply_adds
    counts = [
        (text("plots.weights"), f"{way.parameters:,}"),
        (text("plots.multiply_adds"), "?" if count is None else f"{count:,}"),
    ]
    derived = [" + ".join("×".join(map(str, stage.kernel_shape)) for stage in way.stages)]
    if len(way.stages) > 1:
        parts = " + ".join(f"{stage.parameters:,}" for stage in way.stages)
        derived.append(f"= {parts} = {way.parameters:,}")
    if way is not standard:
        counts.append((text("plots.of_standard"), f"{float(way.ratio):.3g}"))
        derived.append(f"{way.parameters:,} / {standard.parameters:,} = {way.ratio}")
    return Row(title, tuple(volumes), tuple(counts), tuple(derived), own)


def _volumes(stages: Sequence[Stage]) -> list[Volume]:
    """What goes in, then for each stage its kernels and what comes out."""
    first = stages[0]
    title = text("plots.volume_input")
    volumes = [Volume("input", title, first.input_sizes, first.channels, first.groups)]
    for stage in stages:
        title = text(f"plots.volume_{'output' if stage is stages[-1] else 'middle'}")
        volumes += [
            _kernels(stage, stage.filters, len(stage.channels_of(0))),
            Volume("output", title, stage.output_sizes, stage.filters),
        ]
    return volumes


def _kernels(stage: Stage, count: int, depth: int) -> Volume:
    taps = tuple(axis.kernel for axis in stage.axes)
    return Volume("kernel", text("plots.kernels", count=count), taps, depth)


def _reversed(stage: Stage) -> list[Volume]:
    """The convolution whose gradient a transposed stage is: it reads that stage's output."""
    return [
        Volume("input", text("plots.volume_input"), stage.output_sizes, stage.filters),
        _kernels(stage, stage.channels, stage.filters),
        Volume("output", text("plots.volume_output"), stage.input_sizes, stage.channels),
    ]


def _figure(layer: Layer, rows: Sequence[Row], palette: Palette) -> Figure:
    sheet = Sheet(TOP + ROW * len(rows) + 40, palette)
    room = WIDTH - 2 * MARGIN
    sheet.write(MARGIN, 24, type(layer).__name__, TITLE, palette.ink)
    sheet.write(MARGIN, 47, shortened(repr(layer), room, SMALL), SMALL, palette.muted)
    scale = _Scale([volume for row in rows for volume in row.volumes])
    for place, row in enumerate(rows):
        _draw_row(sheet, row, TOP + place * ROW, scale)
    note = text("plots.no_bias_counted")
    sheet.write(WIDTH / 2, TOP + ROW * len(rows) + 16, note, SMALL, palette.muted, "center")
    return sheet.figure


class _Scale:
    """Box sizes in pixels: by square roots, so that small and large are both to be seen."""

    def __init__(self, volumes: Sequence[Volume]) -> None:
        sizes = [size for volume in volumes for size in volume.sizes if size is not None]
        self.longest = max(sizes, default=1)
        self.deepest = max(volume.channels for volume in volumes)

    def box(self, volume: Volume) -> tuple[float, float, float]:
        """(width, height, depth)."""
        lengths = [self._length(size) for size in volume.sizes]
        height, width = lengths if len(lengths) == 2 else (14.0, lengths[0])
        share = sqrt(volume.channels / self.deepest)
        depth = SHALLOWEST + (DEEPEST - SHALLOWEST) * share
        slices = min(volume.groups, MOST_SLICES)
        return width, height, max(depth, slices * THINNEST_SLICE if slices > 1 else 0.0)

    def _length(self, size: Size) -> float:
        known = self.longest if size is None else size
        return SHORTEST + (LONGEST - SHORTEST) * sqrt(known / self.longest)


def _draw_row(sheet: Sheet, row: Row, top: float, scale: _Scale) -> None:
    palette = sheet.palette
    sheet.axes.plot([MARGIN, WIDTH - MARGIN], [top, top], color=palette.line, lw=points(1))
    sheet.write(MARGIN, top + 22, row.title, LABEL, palette.ink)
    if row.own:
        own = text("plots.this_layer")
        sheet.write(WIDTH - MARGIN, top + 22, own, LABEL, palette.accent, "right")
    boxes = [scale.box(volume) for volume in row.volumes]
    pitch = PICTURE_WIDTH / len(boxes)
    middle = top + 92
    centres = [MARGIN + pitch * (place + 0.5) for place in range(len(boxes))]
    for centre, volume, box in zip(centres, row.volumes, boxes, strict=True):
        sheet.box((centre, middle), box, volume.role, volume.groups)
        colour = getattr(palette, volume.role)
        sheet.write(centre, middle + 58, volume.title, SMALL, colour, "center")
        sheet.write(centre, middle + 74, volume.said, SMALL, palette.ink, "center")
    for place, (one, other) in enumerate(pairwise(centres)):
        start = one + (boxes[place][0] + boxes[place][2]) / 2 + 6
        end = other - (boxes[place + 1][0] + boxes[place + 1][2]) / 2 - 6
        if row.volumes[place + 1].role == "kernel":
            sheet.write((start + end) / 2, middle, "∗", TITLE + 3, palette.muted, "center")
        else:
            sheet.arrow((start, middle), (end, middle))
    _counts(sheet, row, top)


def _counts(sheet: Sheet, row: Row, top: float) -> None:
    """The numbers of a row, on the right, and how they come about."""
    palette = sheet.palette
    y = top + 52
    for name, value in row.counts:
        sheet.write(COUNTS, y, name, SMALL, palette.muted)
        sheet.write(WIDTH - MARGIN, y, value, LABEL, palette.ink, "right")
        y += 22
    for line in row.derived:
        room = WIDTH - MARGIN - COUNTS
        sheet.write(COUNTS, y + 4, shortened(line, room, SMALL), SMALL, palette.muted)
        y += 17
