"""Heat maps: how often each position takes part, and a layer written out as a matrix."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, prod
from typing import Any

import numpy as np

from ..explanation import Matrix, coverage, matrices
from ..geometry import Geometry
from ..i18n import text
from ..layers import Layer
from ..style import LABEL, SMALL, THEMES, TITLE, WIDTH
from .checks import check_choice, drawable_geometry
from .drawing import Drawing, of_scene
from .layout import FULL_CELL, MARGIN, TOP, WIDER, grid, notes, shortened, whole
from .scene import Array, Grid, Label, Look, Scene, Step, plain, width_of

HIGHEST = 520.0
MATRIX_GAP = 60.0


def coverage_map(layer: Layer, input_shape: Any, *, theme: str | None = None) -> Drawing:
    """How often each output of a transposed layer is written, or each input of another is read.

    Uneven counts inside a transposed layer's output are the checkerboard; zeros of another layer's
    input are the tail that no window reaches. Counts are for one channel and one filter. ``theme``
    is ``"light"``, ``"dark"`` or ``None``: the reader's own. Raises ``ShapeError`` for a shape that
    the layer cannot take or more than 1,000,000 positions, ``ArgumentError`` for what is no layer
    or has no positions.

    >>> from convlab import Conv2DTranspose
    >>> coverage_map(Conv2DTranspose(1, 3, strides=2), (None, 4, 4, 1))
    <coverage_map of Conv2DTranspose(filters=1, kernel_size=(3, 3), strides=(2, 2))>
    """
    check_choice("theme", theme, (*THEMES, None))
    geometry = drawable_geometry(layer, input_shape, _counted)
    found = coverage(layer, geometry.input_shape)

    def make() -> tuple[Scene, Step]:
        counts = np.atleast_2d(found.counts).astype(np.float64)
        rows, cols = counts.shape
        cell = whole(min(FULL_CELL, (WIDTH - 2 * MARGIN) / cols, HIGHEST / rows))
        corner = ((WIDTH - cols * cell) / 2, TOP)
        title = text(f"plots.coverage_{found.of}")
        role = "output" if found.of == "output" else "input"
        made = grid("counts", role, corner, (rows, cols), (cell, cell), title, [counts, 0 * counts])
        key = f"plots.coverage_{found.of}_said"
        said = text(key, least=int(counts.min()), most=int(counts.max()), never=found.never)
        return _single(layer, [made], said, {"counts": Look(counts)})

    return Drawing(f"coverage_map of {layer!r}", of_scene(make), theme)


def matrix_map(layer: Layer, input_shape: Any, *, theme: str | None = None) -> Drawing:
    """A layer as the one large matrix that it is, and the transpose of that matrix beside it.

    Each row makes one output, each column reads one input, both flattened with the channels last; a
    place that holds no weight is empty. A separable layer has two matrices, one below the other. A
    layer without weights is built. Raises ``ShapeError`` for a shape that the layer cannot take or
    whose matrix has more than 1,000,000 places, ``ArgumentError`` for what is no layer or has no
    positions.

    >>> from convlab import Conv1D
    >>> matrix_map(Conv1D(1, 3), (None, 8, 1))
    <matrix_map of Conv1D(filters=1, kernel_size=(3,))>
    """
    check_choice("theme", theme, (*THEMES, None))
    geometry = drawable_geometry(layer, input_shape, _entries)
    found = matrices(layer, geometry.input_shape)

    def make() -> tuple[Scene, Step]:
        grids: list[Grid] = []
        looks = {}
        top = TOP
        for index, matrix in enumerate(found):
            values = np.ma.array(matrix.values, mask=matrix.wiring < 0)
            for made, shown in _pair(index, matrix, values, top):
                grids.append(made)
                looks[made.name] = Look(shown)
            top = max(made.bottom for made in grids) + 48
        inputs, outputs = (
            ", ".join(map(str, s)) for s in (found[0].input_sizes, found[-1].output_sizes)
        )
        said = text("plots.matrix_said", inputs=inputs, outputs=outputs)
        return _single(layer, grids, said, looks)

    return Drawing(f"matrix_map of {layer!r}", of_scene(make), theme)


def _counted(geometry: Geometry) -> int:
    """How many positions a coverage has."""
    stage = geometry.stages[0]
    return prod(
        size or 0 for size in (stage.output_sizes if stage.transposed else stage.input_sizes)
    )


def _entries(geometry: Geometry) -> int:
    """How many places the largest of a layer's matrices has; none where one of them has none."""
    places = [
        prod(size or 0 for size in (*stage.input_sizes, *stage.output_sizes))
        * stage.channels
        * stage.filters
        for stage in geometry.stages
    ]
    return max(places) if min(places) else 0


def _pair(index: int, matrix: Matrix, values: Array, top: float) -> list[tuple[Grid, Array]]:
    rows, cols = values.shape
    room = WIDTH - 2 * MARGIN - MATRIX_GAP
    cell = whole(min(FULL_CELL, room / (rows + cols), HIGHEST / max(rows, cols)))
    left = (WIDTH - (rows + cols) * cell - MATRIX_GAP) / 2
    right = left + cols * cell + MATRIX_GAP
    shown = [plain(values)]
    make = [
        ("matrix", "kernel", (left, top), values),
        ("transpose", "kernel", (right, top), values.T),
    ]
    return [
        (
            grid(
                f"{name}{index}", role, corner, (part.shape[0], part.shape[1]), (cell, cell),
                text(f"plots.{name}", rows=part.shape[0], cols=part.shape[1]), shown,
            ),
            part,
        )
        for name, role, corner, part in make
    ]  # fmt: skip


def _single(
    layer: Layer, grids: list[Grid], said: str, looks: dict[str, Look]
) -> tuple[Scene, Step]:
    """A scene that never moves, its title above, a sentence below; no wider than these need."""
    end = max(made.bottom for made in grids) + 30
    room = WIDTH - 2 * MARGIN
    more = notes(end + 22, grids, 1, 1)
    labels = [
        Label(MARGIN, 24, type(layer).__name__, TITLE),
        Label(MARGIN, 47, shortened(repr(layer), room, SMALL), SMALL, "muted"),
        Label(WIDTH / 2, end, said, LABEL, "ink", "center"),
        *more,
    ]
    words = [WIDER * width_of(label.text, label.size) for label in labels]
    used = max(made.right for made in grids) - min(made.x for made in grids)
    width = min(WIDTH, ceil(max(used, *words) + 2 * MARGIN))
    moved = (WIDTH - width) // 2
    placed = [replace(made, x=made.x - moved) for made in grids]
    centred = [
        replace(label, x=width / 2) if label.anchor == "center" else label for label in labels
    ]
    height = round(end) + 24 + 18 * len(more)
    return Scene(width, height, tuple(placed), tuple(centred)), Step(0, looks)
