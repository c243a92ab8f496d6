"""Strided views of an input through its sliding windows, and the tiles of outputs to compute."""

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
"""Memory for the copies of one tile: most of a processor's second-level cache.

Threads wait for Python's lock between two calls of NumPy, so each call should take long.
"""

STREAMING_FACTOR = 4
"""How many times larger than a tile an array may be that is streamed: read or written in order."""

MIN_TILE_OUTPUTS = 196
"""Outputs in a tile at least: a matrix product with fewer rows is slower."""

MIN_TILES = 4
"""Tiles at least, where the work is worth several threads."""

LONG_WINDOW_ROW = 48
"""Elements in a row of a window (L*C) from which copying whole rows is fast."""


class Tile(NamedTuple):
    """A block of outputs: an index of an array (N, I, J, F)."""

    samples: slice
    rows: slice
    columns: slice


Tiles = tuple[Tile, ...]


def tiles_for(samples: int, axes: Axes, elements_per_output: int, work: Work) -> Tiles:
    """Tiles that cover all outputs, so large that their copies fit into the cache."""
    min_tiles = MIN_TILES if work.is_worth_threads else 1
    max_outputs = max(TILE_BYTES // max(4 * elements_per_output, 1), MIN_TILE_OUTPUTS)
    return tiles(samples, *output_sizes(axes), max_outputs, min_tiles)


@lru_cache
def tiles(samples: int, rows: int, columns: int, max_outputs: int, min_tiles: int = 1) -> Tiles:
    """Blocks of at most ``max_outputs`` outputs that cover all, about ``min_tiles`` or more.

    A block is several whole samples, or some rows of one, or a part of a row, so that a block of a
    contiguous array is contiguous too.

    >>> for tile in tiles(samples=1, rows=3, columns=4, max_outputs=8):
    ...     print(tile.rows, tile.columns)
    slice(0, 2, None) slice(0, 4, None)
    slice(2, 3, None) slice(0, 4, None)
    """
    outputs = samples * rows * columns
    if not outputs:
        return ()
    per_tile = max(min(max_outputs, -(-outputs // min_tiles)), 1)
    sizes = (
        max(per_tile // (rows * columns), 1),
        min(max(per_tile // columns, 1), rows),
        min(per_tile, columns),
    )
    sample_slices, row_slices, column_slices = map(_even_slices, (samples, rows, columns), sizes)
    return tuple(Tile(n, i, j) for n in sample_slices for i in row_slices for j in column_slices)


def _even_slices(total: int, max_size: int) -> list[slice]:
    """The fewest slices of about equal size that cover ``total``."""
    count = -(-total // max_size)
    size = -(-total // count)
    return [slice(start, min(start + size, total)) for start in range(0, total, size)]


def scratch(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """A buffer of this thread's own for one array of a tile."""
    return buffer(name, shape, dtype, max_kept=4 * TILE_BYTES)


def padded_region(x: Array, axes: Axes, tile: Tile) -> Array:
    """The padded input (n, h, w, c) that a tile's windows cover.

    A view of ``x`` if its rows are contiguous and need no padding, else a copy.
    """
    rows, columns = axes[0].reach(tile.rows), axes[1].reach(tile.columns)
    top, height, bottom = split_padding(rows, x.shape[1])
    left, width, right = split_padding(columns, x.shape[2])
    inside = x[tile.samples, height, width]
    packed = x.strides[3] == x.itemsize and x.strides[2] == x.shape[3] * x.itemsize
    if packed and not (top or bottom or left or right):
        return inside
    shape = (len(inside), rows.stop - rows.start, columns.stop - columns.start, x.shape[3])
    padded = scratch("padded", shape, x.dtype)
    middle = padded[:, top : shape[1] - bottom]
    padded[:, :top] = 0
    padded[:, shape[1] - bottom :] = 0
    middle[:, :, :left] = 0
    middle[:, :, shape[2] - right :] = 0
    middle[:, :, left : shape[2] - right] = inside
    return padded


def split_padding(positions: slice, size: int) -> tuple[int, slice, int]:
    """Positions that may leave an input of ``size``, as (zeros before, inputs, zeros after)."""
    length = positions.stop - positions.start
    before = min(max(-positions.start, 0), length)
    after = min(max(positions.stop - size, 0), length - before)
    return before, slice(positions.start + before, positions.stop - after), after


def window_view(region: Array, axes: Axes, tile: Tile) -> Array:
    """The strided view (n, i, j, K, L, C) of a padded region in which [n, i, j] is a window."""
    rows, columns = axes
    sample, row, column, channel = region.strides
    _, height, width = tile
    outputs = height.stop - height.start, width.stop - width.start
    shape = (len(region), *outputs, rows.kernel, columns.kernel, region.shape[3])
    by_row, by_tap = rows.memory_strides(row)
    by_column, by_tap_across = columns.memory_strides(column)
    strides = (sample, by_row, by_column, by_tap, by_tap_across, channel)
    if region.flags.c_contiguous:
        return np.ndarray(shape, region.dtype, region, 0, strides)
    return as_strided(region, shape, strides)


def output_sizes(axes: Axes) -> tuple[int, int]:
    """(I, J), known."""
    rows, columns = (axis.output_size for axis in axes)
    assert rows is not None and columns is not None
    return max(rows, 0), max(columns, 0)


def work_of(samples: int, axes: Axes, kernel_shape: tuple[int, ...]) -> Work:
    """The work of the direct sum over taps and channels."""
    outputs = samples * prod(output_sizes(axes)) * kernel_shape[3]
    return Work(outputs * prod(kernel_shape[:3]), outputs)
