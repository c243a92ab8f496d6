"""A network as volumes from top to bottom, a row each, with arcs for what does not go straight."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from matplotlib.figure import Figure

from ..explanation import NetworkExplanation, Refusal, explain
from ..explanation.reasons import times
from ..geometry import Size
from ..i18n import text
from ..networks import Network
from ..style import LABEL, SMALL, THEMES, TITLE, WIDTH, Palette
from .drawing import Drawing
from .folding import Group, Rows, groups_of, rows_of
from .layout import MARGIN, WIDER, shortened
from .scene import width_of
from .sheet import Point, Sheet
from .typeface import points

TOP = 88.0
LINE = 18.0
GAP = 18.0
LEAST_ROW = 34.0
VOLUMES = 210.0
NAMES = 286.0
OUTPUTS = 706.0
COUNTS = 804.0
LANES = 150.0
LANE = 13.0
LONGEST, SHORTEST = 50.0, 8.0
DEEPEST, SHALLOWEST = 24.0, 4.0
BAR = 10.0


def diagram_of_network(
    network: Network | Sequence[Any], input_shape: Any, theme: str | None
) -> Drawing:
    """The picture of a network on an input of this shape.

    Raises ``ArgumentError`` where the shape is missing.
    """
    record = explain(network, input_shape)

    def draw(theme: str) -> Figure:
        return _figure(record, THEMES[theme])

    name = record.name or "network"
    return Drawing(f"diagram of {name}", draw, theme)


def _figure(record: NetworkExplanation, palette: Palette) -> Figure:
    rows = rows_of(groups_of(record))
    scale = _Scale(record)
    boxes = [scale.box(group) for group in rows.groups]
    middles = _middles(rows, boxes)
    end = middles[-1] + _height(boxes[-1]) / 2 if boxes else TOP
    foot = _said_below(record, rows)
    sheet = Sheet(end + GAP + LINE * (len(foot) + 1), palette)
    _head(sheet, record)
    for group, box, middle in zip(rows.groups, boxes, middles, strict=True):
        _draw_row(sheet, group, box, middle)
    _draw_edges(sheet, rows, boxes, middles)
    _draw_folds(sheet, rows, boxes, middles)
    for number, line in enumerate(foot):
        y = end + GAP + LINE * (number + 0.5)
        sheet.write(WIDTH / 2, y, line, SMALL, palette.muted, "center")
    return sheet.figure


class _Scale:
    """Box sizes in pixels: by square roots, so that small and large are both to be seen."""

    def __init__(self, record: NetworkExplanation) -> None:
        shapes = [step.output_shape for step in record.steps if step.output_shape]
        self.first = any(
            getattr(one.made, "data_format", "") == "channels_first" for one in record.accepted
        )
        parts = [self._parts(shape) for shape in shapes]
        self.longest = max((size or 1 for sizes, _ in parts for size in sizes), default=1)
        self.deepest = max((channels or 1 for sizes, channels in parts if sizes), default=1)
        self.widest = max((channels or 1 for sizes, channels in parts if not sizes), default=1)

    def _parts(self, shape: Sequence[Size]) -> tuple[Sequence[Size], Size]:
        """Positions and channels."""
        if len(shape) < 2:
            return (), 1
        if self.first and len(shape) > 2:
            return shape[2:4], shape[1]
        return shape[1:-1][:2], shape[-1]

    def box(self, group: Group) -> tuple[float, float, float]:
        """(width, height, depth) of what a group puts out; of numbers in a row a bar."""
        shape = group.steps[-1].output_shape
        if shape is None:
            return LONGEST, LEAST_ROW - GAP / 2, 0.0
        sizes, channels = self._parts(shape)
        if not sizes:
            return _between(SHORTEST, 1.6 * LONGEST, channels, self.widest), BAR, SHALLOWEST
        lengths = [_between(SHORTEST, LONGEST, size, self.longest) for size in sizes]
        height, width = lengths if len(lengths) == 2 else (BAR, lengths[0])
        return width, height, _between(SHALLOWEST, DEEPEST, channels, self.deepest)


def _between(least: float, most: float, size: Size, largest: int) -> float:
    known = largest if size is None else size
    return least + (most - least) * sqrt(known / max(largest, 1))


def _height(box: tuple[float, float, float]) -> float:
    return max(box[1] + box[2], LEAST_ROW)


def _middles(rows: Rows, boxes: Sequence[tuple[float, float, float]]) -> list[float]:
    """Where each row stands; there is room for a line where rows are left out."""
    found, y = [], TOP
    for place, box in enumerate(boxes):
        found.append(y + _height(box) / 2)
        y += _height(box) + GAP
        if rows.left_out and rows.left_out[0] == place:
            y += 2 * GAP
    return found


def _head(sheet: Sheet, record: NetworkExplanation) -> None:
    palette, room = sheet.palette, WIDTH - 2 * MARGIN
    title = shortened(record.name or text("explain.stack"), room, TITLE)
    sheet.write(MARGIN, 24, title, TITLE, palette.ink)
    count = "?" if record.parameters is None else f"{record.parameters:,}"
    said = text(
        "diagrams.subtitle",
        input=str(record.input_shape),
        output=str(record.output_shape),
        parameters=count,
    )
    sheet.write(MARGIN, 47, shortened(said, room, SMALL), SMALL, palette.muted)
    sheet.write(OUTPUTS, 70, text("diagrams.output"), SMALL, palette.muted, "right")
    sheet.write(COUNTS, 70, text("diagrams.parameters"), SMALL, palette.muted, "right")


def _draw_row(sheet: Sheet, group: Group, box: tuple[float, float, float], middle: float) -> None:
    palette = sheet.palette
    explained = [step.explained for step in group.steps if step.explained]
    if explained:
        sheet.box((VOLUMES, middle), box, _role(group))
    else:
        _missing(sheet, box, middle)
    output = _output(group)
    room = OUTPUTS - NAMES - GAP - WIDER * width_of(output, LABEL)
    kinds = " · ".join(step.layer for step in group.steps)
    sheet.write(NAMES, middle - 7, shortened(group.steps[0].name, room, LABEL), LABEL, palette.ink)
    sheet.write(NAMES, middle + 9, shortened(kinds, room, SMALL), SMALL, palette.muted)
    sheet.write(OUTPUTS, middle, output, LABEL, palette.ink, "right")
    counts = [one.parameters for one in explained]
    known = [count for count in counts if count is not None]
    said = f"{sum(known):,}" if explained and len(known) == len(counts) else "—"
    sheet.write(COUNTS, middle, said, LABEL, palette.ink, "right")


def _role(group: Group) -> str:
    if not group.steps[0].sources:
        return "input" if group.steps[0].layer == "InputLayer" else "kernel"
    with_weights = any(step.explained and step.explained.parameters for step in group.steps)
    return "kernel" if with_weights else "output"


def _output(group: Group) -> str:
    last = group.steps[-1]
    if last.output_shape is not None:
        return times(last.output_shape)
    refused = isinstance(last.record, Refusal)
    return text("diagrams.refused" if refused else "diagrams.not_reached")


def _missing(sheet: Sheet, box: tuple[float, float, float], middle: float) -> None:
    """A frame where there is no output."""
    left, right = VOLUMES - box[0] / 2, VOLUMES + box[0] / 2
    top, bottom = middle - box[1] / 2, middle + box[1] / 2
    sheet.axes.plot(
        [left, right, right, left, left], [top, top, bottom, bottom, top],
        color=sheet.palette.muted, lw=points(1.2), ls=(0, (3, 3)),
    )  # fmt: skip


# Edges


def _draw_edges(
    sheet: Sheet,
    rows: Rows,
    boxes: Sequence[tuple[float, float, float]],
    middles: Sequence[float],
) -> None:
    """An arrow where a row takes the one above it, an arc on the left where it takes another."""
    arcs = []
    for place, group in enumerate(rows.groups):
        for source in dict.fromkeys(_rows_taken(rows, group)):
            if source == place - 1 and not _parted(rows, source):
                start = middles[source] + _half(boxes[source])
                sheet.arrow((VOLUMES, start + 2), (VOLUMES, middles[place] - _top(boxes[place])))
            elif source < place:
                arcs.append((source, place))
    for lane, source, place in _lanes(arcs):
        _arc(sheet, lane, (source, boxes[source], middles), (place, boxes[place], middles))


def _rows_taken(rows: Rows, group: Group) -> list[int]:
    found = (rows.shown_by.get(source) for source in group.sources)
    return [source for source in found if source is not None]


def _parted(rows: Rows, source: int) -> bool:
    return rows.left_out is not None and rows.left_out[0] == source


def _half(box: tuple[float, float, float]) -> float:
    return (box[1] + box[2]) / 2


def _top(box: tuple[float, float, float]) -> float:
    return _half(box) + 3


def _lanes(arcs: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Each arc with a lane in which no other stands at the same rows; short ones are inside."""
    taken: list[list[tuple[int, int]]] = []
    found = []
    for source, place in sorted(arcs, key=lambda arc: (arc[1] - arc[0], arc)):
        free = (
            lane
            for lane, held in enumerate(taken)
            if all(place <= first or last <= source for first, last in held)
        )
        lane = next(free, len(taken))
        taken += [[]] if lane == len(taken) else []
        taken[lane].append((source, place))
        found.append((lane, source, place))
    return found


def _arc(sheet: Sheet, lane: int, source: Any, place: Any) -> None:
    """Out of the lower left of one box, down a lane, into the upper left of another."""
    x = max(LANES - LANE * lane, MARGIN / 2)
    start = _side(source, 1)
    end = _side(place, -1)
    bend = min(8.0, start[0] - x, (end[1] - start[1]) / 2)
    corners = [
        start,
        (x + bend, start[1]),
        (x, start[1] + bend),
        (x, end[1] - bend),
        (x + bend, end[1]),
        (end[0] - 7, end[1]),
    ]
    xs, ys = zip(*corners, strict=True)
    sheet.axes.plot(xs, ys, color=sheet.palette.muted, lw=points(1.4), solid_joinstyle="round")
    sheet.arrow((end[0] - 8, end[1]), end)


def _side(row: Any, sign: int) -> Point:
    """A point on the left of a box, above (-1) or below (1) its middle."""
    place, (width, height, depth), middles = row
    return VOLUMES - (width + depth) / 2 - 2, middles[place] + depth / 2 + sign * height / 5


def _draw_folds(
    sheet: Sheet,
    rows: Rows,
    boxes: Sequence[tuple[float, float, float]],
    middles: Sequence[float],
) -> None:
    """Brackets on the right of blocks that stand for several, and a word for what is left out."""
    palette = sheet.palette
    x = COUNTS + 14
    for fold in rows.folds:
        top = middles[fold.first] - _height(boxes[fold.first]) / 2 + 2
        bottom = middles[fold.last] + _height(boxes[fold.last]) / 2 - 2
        sheet.axes.plot(
            [x, x + 6, x + 6, x], [top, top, bottom, bottom], color=palette.accent, lw=points(1.4)
        )
        said = text("diagrams.times", times=fold.times)
        sheet.write(x + 12, (top + bottom) / 2, said, LABEL, palette.accent)
    if rows.left_out:
        place, gone = rows.left_out
        names = {"first": gone[0].steps[0].name, "last": gone[-1].steps[-1].name}
        y = middles[place] + _height(boxes[place]) / 2 + 1.5 * GAP
        said = f"⋮  {text('diagrams.left_out', count=len(gone), **names)}"
        room = WIDTH - MARGIN - NAMES
        sheet.write(NAMES, y, shortened(said, room, LABEL), LABEL, palette.accent)


def _said_below(record: NetworkExplanation, rows: Rows) -> list[str]:
    """What the picture folds, and what its colours mean."""
    count = {"rows": len(rows.groups), "steps": len(record.steps)}
    shared = any(len(group.steps) > 1 for group in rows.groups)
    said = [text(f"diagrams.{'shared' if shared else 'rows'}", **count)]
    folded = said if count["rows"] < count["steps"] else []
    blocks = [text("diagrams.blocks")] if rows.folds else []
    return [*folded, *blocks, text("diagrams.colours")]
