"""Views of an input through its sliding windows, and the tiles in which they are visited."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..geometry import Axis
from .blas import Array as Array
from .threads import Work, buffer

Axes = tuple[Axis, Axis]

TILE_BYTES = 9 << 16
"""What a copied tile may take: most of a processor's second-level cache.

Threads meet at Python's lock between two calls of NumPy, so these should be long.
"""

IN_ORDER = 4
"""What is only read, or written, in order may be so many times larger than such a tile."""

LEAST_OUTPUTS = 196
"""So many outputs at least: a product of fewer rows is slower."""

LEAST_TILES = 4
"""So many tiles at least, where there is enough work for threads to share."""


class Tile(NamedTuple):
    """A block of outputs: an index of an array (N, I, J, F)."""

    samples: slice
    rows: slice
    columns: slice


Tiles = tuple[Tile, ...]


def tiles_for(samples: int, axes: Axes, numbers: int, work: Work) -> Tiles:
    """Tiles of all outputs, for a way that keeps so many numbers for each output of a tile."""
    least = LEAST_TILES if work.is_worth_sharing else 1
    most = max(TILE_BYTES // max(4 * numbers, 1), LEAST_OUTPUTS)
    return tiles(samples, *output_sizes(axes), most, least)


@lru_cache
def tiles(samples: int, rows: int, columns: int, most: int, least: int = 1) -> Tiles:
    """Blocks of about ``most`` outputs that cover all; at least about ``least`` of them.

    Several whole samples, or some rows of one, or a part of a row: a block of a contiguous array
    is contiguous too.

    >>> for tile in tiles(samples=1, rows=3, columns=4, most=8):
    ...     print(tile.rows, tile.columns)
    slice(0, 2, None) slice(0, 4, None)
    slice(2, 3, None) slice(0, 4, None)
    """
    outputs = samples * rows * columns
    if not outputs:
        return ()
    per_tile = max(min(most, -(-outputs // least)), 1)
    sizes = (
        max(per_tile // (rows * columns), 1),
        min(max(per_tile // columns, 1), rows),
        min(per_tile, columns),
    )
    sample_cuts, row_cuts, column_cuts = map(_cuts, (samples, rows, columns), sizes)
    return tuple(Tile(n, i, j) for n in sample_cuts for i in row_cuts for j in column_cuts)


def _cuts(total: int, most: int) -> list[slice]:
    """As few slices as there must be, of about equal sizes of at most ``most``."""
    count = -(-total // most)
    size = -(-total // count)
    return [slice(start, min(start + size, total)) for start in range(0, total, size)]


def scratch(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """This thread's memory for one part of a tile."""
    return buffer(name, shape, dtype, most=4 * TILE_BYTES)


def cut(x: Array, axes: Axes, tile: Tile) -> Array:
    """The positions (n, h, w, c) that a tile's windows cover, zeros where there is no input.

    A view of ``x`` where no zero is needed and its channels lie in a row, else a copy.
    """
    rows, columns = axes[0].reach(tile.rows), axes[1].reach(tile.columns)
    top, height, bottom = parts(rows, x.shape[1])
    left, width, right = parts(columns, x.shape[2])
    inside = x[tile.samples, height, width]
    packed = x.strides[3] == x.itemsize and x.strides[2] == x.shape[3] * x.itemsize
    if packed and not (top or bottom or left or right):
        return inside
    shape = (len(inside), rows.stop - rows.start, columns.stop - columns.start, x.shape[3])
    framed = scratch("framed", shape, x.dtype)
    middle = framed[:, top : shape[1] - bottom]
    framed[:, :top] = 0
    framed[:, shape[1] - bottom :] = 0
    middle[:, :, :left] = 0
    middle[:, :, shape[2] - right :] = 0
    middle[:, :, left : shape[2] - right] = inside
    return framed


def parts(positions: slice, size: int) -> tuple[int, slice, int]:
    """How many zeros come before, which inputs, how many zeros after."""
    length = positions.stop - positions.start
    before = min(max(-positions.start, 0), length)
    after = min(max(positions.stop - size, 0), length - before)
    return before, slice(positions.start + before, positions.stop - after), after


def windows(framed: Array, axes: Axes, tile: Tile) -> Array:
    """The view (n, i, j, K, L, C) in which [n, i, j] is the window of a tile's output; no copy."""
    rows, columns = axes
    sample, row, column, channel = framed.strides
    _, height, width = tile
    outputs = height.stop - height.start, width.stop - width.start
    shape = (len(framed), *outputs, rows.kernel, columns.kernel, framed.shape[3])
    (by_row, by_tap), (by_column, by_tap_across) = rows.apart(row), columns.apart(column)
    strides = (sample, by_row, by_column, by_tap, by_tap_across, channel)
    if framed.flags.c_contiguous:
        return np.ndarray(shape, framed.dtype, framed, 0, strides)
    return as_strided(framed, shape, strides)


def output_sizes(axes: Axes) -> tuple[int, int]:
    """(I, J), known."""
    rows, columns = (axis.output_size for axis in axes)
    assert rows is not None and columns is not None
    return max(rows, 0), max(columns, 0)


def work_of(samples: int, axes: Axes, kernel_shape: tuple[int, ...]) -> Work:
    """What the plain sum has to do."""
    outputs = samples * prod(output_sizes(axes)) * kernel_shape[3]
    return Work(outputs * prod(kernel_shape[:3]), outputs)
