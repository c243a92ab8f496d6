"""Windows that slide along a strip of the input: they overlap in memory as they do in the picture.

What the windows of one column of outputs see, row after row, is a strip: rows of L*C numbers. A
window is a stretch of it, so windows of neighbouring strips are a matrix as they lie:

    strip of column 0   [row 0][row 1][row 2][row 3] …
    strip of column 1   [row 0][row 1][row 2][row 3] …
                        \\___ window (0, 1) ___/

and a number is copied once for each column of the kernel, not for each of its taps. For a kernel
of height 1 the row of the input is the strip; nothing is copied. Its windows are a matrix if they
do not overlap: every second of them, or every third, and so on. Where these are few, it is copied.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ..geometry import Axis
from . import blas
from .planes import SHORT_RUN, with_bias
from .products import add_biases, long_run
from .threads import Task
from .windows import (
    IN_ORDER,
    Array,
    Axes,
    Tile,
    cut,
    output_sizes,
    scratch,
    tiles_for,
    windows,
    work_of,
)

LEAST = 24
"""So many windows at least in a matrix: products of fewer are slow."""

FOR_FILTERS = 2
"""And at least one for so many filters: BLAS may lay the weights out anew for every product."""


def pay(axes: Axes, kernel_shape: tuple[int, ...]) -> bool:
    """Whether a matrix of windows that share no number, or no strip, is large enough."""
    return _lie_apart(axes) or _are_long(axes, *kernel_shape[2:])


def _lie_apart(axes: Axes) -> bool:
    """Whether the input itself is such a strip, and enough windows in it share no number."""
    rows, columns = axes
    outputs = output_sizes(axes)[1]
    return rows.kernel == columns.dilation == 1 and outputs >= LEAST * columns.overlap


def _are_long(axes: Axes, channels: int, filters: int) -> bool:
    rows, columns = axes
    long = columns.kernel * channels >= SHORT_RUN
    outputs, least = output_sizes(axes)[1], max(LEAST, filters // FOR_FILTERS)
    return long and rows.dilation == 1 and outputs >= least


def tasks(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> list[Task]:
    """out[n,i,j,f] = bias[f] + sum over k,l,c of x[n, i*s+k-p, j*s'+l*d'-p', c] * kernel[k,l,c,f].

    Strips that are copied get a one after each row, which meets the bias among the weights.
    """
    way = _along if _lie_apart(axes) else _across
    numbers = _numbers(axes, *kernel.shape[2:])
    todo = work_of(len(x), axes, kernel.shape)
    work = way(out, x, kernel, axes, bias)
    return [partial(work, tile) for tile in tiles_for(len(x), axes, numbers, todo)]


def _numbers(axes: Axes, channels: int, filters: int) -> int:
    """What a tile keeps for each output: its part of the frame, and of the strips if there are any.

    A third of it is read in order, and need not stay in the cache; so are the outputs.
    """
    rows, columns = axes
    framed = columns.apart(channels)[0]
    strip = 0 if _lie_apart(axes) else columns.kernel * channels
    return max(2 * rows.apart(framed + strip)[0] // 3, filters // IN_ORDER)


def _along(
    out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None
) -> Callable[[Tile], None]:
    """A tile from windows of height 1 as they lie in the input, the bias added in the end."""
    weights = blas.laid_out(kernel.reshape(-1, kernel.shape[3]))
    biases = None if bias is None else long_run(bias)

    def work(tile: Tile) -> None:
        y, view = out[tile], windows(cut(x, axes, tile), axes, tile)
        _multiply_apart(view.reshape(*view.shape[:3], -1), axes[1].overlap, weights, y)
        if biases is not None:
            add_biases(biases, y)

    return work


def _multiply_apart(rows: Array, overlap: int, weights: Array, out: Array) -> None:
    """Windows (n, i, j, L*C) times the weights: those together that do not overlap."""
    n, i, j, _ = rows.shape
    together = j // overlap
    whole = together * overlap
    shape = n, i, together, overlap, -1
    apart, places = (each[:, :, :whole].reshape(shape).swapaxes(2, 3) for each in (rows, out))
    blas.multiply(apart, weights, places)
    if whole < j:
        blas.multiply(np.ascontiguousarray(rows[:, :, whole:]), weights, out[:, :, whole:])


def _across(
    out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None
) -> Callable[[Tile], None]:
    """A tile from windows that share no strip."""
    weights = blas.laid_out(with_bias(kernel, bias))

    def work(tile: Tile) -> None:
        strips = _strips(cut(x, axes, tile), axes, tile)
        sample, strip, row, number = strips.strides
        strides = sample, axes[0].apart(row)[0], strip, number
        shape = *out[tile].shape[:3], weights.shape[1]
        blas.multiply(np.ndarray(shape, strips.dtype, strips, 0, strides), weights, out[tile])

    return work


def _strips(framed: Array, axes: Axes, tile: Tile) -> Array:
    """The strips (n, j, h, L*C + 1) that a tile's windows cover."""
    height, columns = framed.shape[1], axes[1]
    every_row = Tile(tile.samples, slice(0, height), tile.columns)
    seen = windows(framed, (Axis(height, 1), columns), every_row)[:, :, :, 0].swapaxes(1, 2)
    numbers = columns.kernel * framed.shape[3]
    strips = scratch("columns", (*seen.shape[:3], numbers + 1), framed.dtype)
    strips[..., :numbers].reshape(seen.shape)[...] = seen
    strips[..., numbers] = 1
    return strips
