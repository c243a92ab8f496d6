"""im2col along the width only: the windows overlap in memory as they do in the input.

Lowering copies what the windows of one column of outputs see, row by row: rows of L*C numbers. A
window is K such rows, one after the other, so a strided view is the im2col matrix of a row of
outputs:

    column 0 of outputs   [row 0][row 1][row 2][row 3] …
    column 1 of outputs   [row 0][row 1][row 2][row 3] …
                          \\___ window (0, 1) ___/

and a number is copied once for each column of the kernel, not for each of its taps.

A kernel of height 1 needs no copy: its windows are contiguous in the input (implicit GEMM). But
the rows of a matrix must not overlap for BLAS, so only every second window is in one product, or
every third, and so on. Where these are too few, the input is lowered.

Source of the lowering: Cho and Brand, MEC: Memory-efficient Convolution for Deep Neural Network
(2017).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ..geometry import Axis
from . import blas
from .im2col import add_bias, repeat_bias
from .planar_im2col import weights_with_bias
from .threads import Task
from .windows import (
    LONG_WINDOW_ROW,
    STREAMING_FACTOR,
    Array,
    Axes,
    Tile,
    output_sizes,
    padded_region,
    scratch,
    tiles_for,
    window_view,
    work_of,
)

MIN_MATRIX_ROWS = 24
"""Windows in one matrix at least: products of fewer are slow."""

FILTERS_PER_ROW = 2
"""Filters for which a matrix needs one row more: BLAS may pack the weights for every product."""


def is_worthwhile(axes: Axes, kernel_shape: tuple[int, ...]) -> bool:
    """Whether the matrices that need no full im2col have enough rows."""
    return _is_implicit(axes) or _is_worth_lowering(axes, *kernel_shape[2:])


def _is_implicit(axes: Axes) -> bool:
    """Whether windows are contiguous in the input, and enough of them do not overlap."""
    rows, columns = axes
    outputs = output_sizes(axes)[1]
    contiguous = rows.kernel == columns.dilation == 1
    return contiguous and outputs >= MIN_MATRIX_ROWS * columns.overlapping_windows


def _is_worth_lowering(axes: Axes, channels: int, filters: int) -> bool:
    rows, columns = axes
    long = columns.kernel * channels >= LONG_WINDOW_ROW
    outputs, enough = output_sizes(axes)[1], max(MIN_MATRIX_ROWS, filters // FILTERS_PER_ROW)
    return long and rows.dilation == 1 and outputs >= enough


def tasks(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> list[Task]:
    """out[n,i,j,f] = bias[f] + sum over k,l,c of x[n, i*s+k-p, j*s'+l*d'-p', c] * kernel[k,l,c,f].

    A lowered row ends with a one, whose weight is the bias.
    """
    algorithm = _implicit_gemm if _is_implicit(axes) else _lowered_gemm
    elements = _elements_per_output(axes, *kernel.shape[2:])
    work = work_of(len(x), axes, kernel.shape)
    compute = algorithm(out, x, kernel, axes, bias)
    return [partial(compute, tile) for tile in tiles_for(len(x), axes, elements, work)]


def _elements_per_output(axes: Axes, channels: int, filters: int) -> int:
    """Memory of a tile for each output: padded input, and lowered rows unless it is implicit.

    A third of it is streamed and need not stay in the cache; so are the outputs.
    """
    rows, columns = axes
    padded = columns.memory_strides(channels)[0]
    lowered = 0 if _is_implicit(axes) else columns.kernel * channels
    in_cache = 2 * rows.memory_strides(padded + lowered)[0] // 3
    return max(in_cache, filters // STREAMING_FACTOR)


def _implicit_gemm(
    out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None
) -> Callable[[Tile], None]:
    """Computes a tile from windows of height 1, read where they are; adds the bias at the end."""
    panels = blas.column_panels(kernel.reshape(-1, kernel.shape[3]))
    repeated = None if bias is None else repeat_bias(bias)

    def compute(tile: Tile) -> None:
        y, view = out[tile], window_view(padded_region(x, axes, tile), axes, tile)
        rows = view.reshape(*view.shape[:3], -1)
        _multiply_overlapping(rows, axes[1].overlapping_windows, panels, y)
        if repeated is not None:
            add_bias(repeated, y)

    return compute


def _multiply_overlapping(rows: Array, overlapping: int, panels: Array, out: Array) -> None:
    """Windows (n, i, j, L*C) times the weights: one product for windows ``overlapping`` apart."""
    n, i, j, _ = rows.shape
    disjoint = j // overlapping
    whole = disjoint * overlapping
    shape = n, i, disjoint, overlapping, -1
    matrices, outputs = (each[:, :, :whole].reshape(shape).swapaxes(2, 3) for each in (rows, out))
    blas.matmul(matrices, panels, outputs)
    if whole < j:
        blas.matmul(np.ascontiguousarray(rows[:, :, whole:]), panels, out[:, :, whole:])


def _lowered_gemm(
    out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None
) -> Callable[[Tile], None]:
    """Computes a tile from lowered rows."""
    panels = blas.column_panels(weights_with_bias(kernel, bias))

    def compute(tile: Tile) -> None:
        lowered = _lower(padded_region(x, axes, tile), axes, tile)
        sample, column, row, element = lowered.strides
        strides = sample, axes[0].memory_strides(row)[0], column, element
        shape = *out[tile].shape[:3], panels.shape[1]
        matrices = np.ndarray(shape, lowered.dtype, lowered, 0, strides)
        blas.matmul(matrices, panels, out[tile])

    return compute


def _lower(region: Array, axes: Axes, tile: Tile) -> Array:
    """The rows (n, j, h, L*C + 1) that a tile's windows cover, for each column of outputs."""
    height, columns = region.shape[1], axes[1]
    every_row = Tile(tile.samples, slice(0, height), tile.columns)
    view = window_view(region, (Axis(height, 1), columns), every_row)[:, :, :, 0].swapaxes(1, 2)
    elements = columns.kernel * region.shape[3]
    lowered = scratch("lowered", (*view.shape[:3], elements + 1), region.dtype)
    lowered[..., :elements].reshape(view.shape)[...] = view
    lowered[..., elements] = 1
    return lowered
