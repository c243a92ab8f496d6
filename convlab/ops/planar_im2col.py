"""im2col along the width only, from planar channels: for few channels.

With one or three channels a row of a window is a few numbers, and starting a copy takes longer
than the copy itself. But what one tap reads for all outputs of a row is a long line, once each
channel is a plane of its own (and, with a stride, once its columns are split by their remainder).
Each row of the input is lowered to such lines, one for each tap across the width and each channel:

    row 0   [tap 0, channel 0 …][tap 1, channel 0 …] …
    row 1   [tap 0, channel 0 …][tap 1, channel 0 …] …

A window of height K needs the lines of K rows, which follow one another in memory: a strided view
is the transposed im2col matrix of a row of outputs, and windows that share a row share its lines.
It is ``width_im2col`` with the columns of outputs innermost.
"""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from . import blas
from .threads import Task, reduce_parts
from .windows import (
    LONG_WINDOW_ROW,
    Array,
    Axes,
    Tile,
    Tiles,
    output_sizes,
    scratch,
    split_padding,
    tiles_for,
    work_of,
)


def is_worthwhile(axes: Axes, channels: int) -> bool:
    """Whether a row of outputs is a longer line than a row of a window."""
    rows, columns = axes
    outputs, window_row = output_sizes(axes)[1], channels * columns.kernel
    short = window_row < min(LONG_WINDOW_ROW, outputs)
    return short and rows.dilation == 1 and rows.kernel * columns.kernel > 1


def tasks(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> list[Task]:
    """out[n,i,j,f] = bias[f] + sum over k,l,c of x[n, i*s+k-p, j*s'+l*d'-p', c] * kernel[k,l,c,f].

    The bias is the weight of a line of ones: no second pass over the outputs.
    """
    panels = blas.column_panels(weights_with_bias(kernel, bias))

    def compute(tile: Tile) -> None:
        y, lowered = out[tile], _lower(x, axes, tile)
        sample, row, line, element = lowered.strides
        strides = sample, axes[0].memory_strides(row)[0], element, line
        shape = *y.shape[:3], panels.shape[1]
        blas.matmul(np.ndarray(shape, lowered.dtype, lowered, 0, strides), panels, y)

    # Half as much again: the planes, and the rows that neighbouring tiles both lower.
    elements = 3 * _lines_per_row(axes, x) // 2
    return [partial(compute, tile) for tile in _tiles(x, axes, kernel.shape, elements)]


def weights_with_bias(kernel: Array, bias: Array | None) -> Array:
    """The kernel as (K*(L*C + 1), F): each of its K rows ends with a weight for an input of one.

    The first of these weights is the bias, the others are 0.
    """
    height, filters = len(kernel), kernel.shape[3]
    rows = kernel.reshape(height, -1, filters)
    weights = np.zeros((height, rows.shape[1] + 1, filters), kernel.dtype)
    weights[:, :-1] = rows
    if bias is not None:
        weights[0, -1] = bias
    return weights.reshape(-1, filters)


def kernel_gradient(x: Array, dy: Array, axes: Axes) -> Array:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i*s+k-p, j*s'+l*d'-p', c] * dy[n,i,j,f]."""
    taps, filters, lines = axes[0].kernel, dy.shape[3], _lines_per_row(axes, x)
    shape = (taps, axes[1].kernel, x.shape[3], filters)

    def add(tile: Tile, total: Array) -> None:
        errors = dy[tile]
        n, i, j, _ = errors.shape
        lowered = _lower(x, axes, tile)
        sample, row, line, element = lowered.strides
        strides = (row, line, sample, axes[0].memory_strides(row)[0], element)
        matrix = scratch("matrix", (taps, lines - 1, n, i, j), x.dtype)
        matrix[...] = np.ndarray(matrix.shape, lowered.dtype, lowered, 0, strides)
        depth = _block_depth(n * i * j, total.size)
        blocks = matrix.reshape(len(total), -1, depth).swapaxes(0, 1)
        total += np.matmul(blocks, errors.reshape(-1, depth, filters)).sum(axis=0)

    tiles = _tiles(x, axes, shape, taps * lines)
    flat = prod(shape[:3]), filters
    total = reduce_parts(add, tiles, flat, x.dtype, work_of(len(x), axes, shape))
    return total.reshape(shape)


def _lines_per_row(axes: Axes, x: Array) -> int:
    """Lines of a lowered row: one for each tap and channel, and one of ones."""
    channels: int = x.shape[3]
    return axes[1].kernel * channels + 1


def _tiles(x: Array, axes: Axes, kernel_shape: tuple[int, ...], elements_per_output: int) -> Tiles:
    return tiles_for(len(x), axes, elements_per_output, work_of(len(x), axes, kernel_shape))


def _block_depth(outputs: int, weights: int) -> int:
    """Outputs summed in one product: equal blocks, each a small product, or else all outputs."""
    fewest = -(-outputs * weights // blas.SMALL_GEMM)
    fitting = (blocks for blocks in range(fewest, 2 * fewest + 1) if outputs % blocks == 0)
    return outputs // next(fitting, 1)


def _lower(x: Array, axes: Axes, tile: Tile) -> Array:
    """The lines (n, h, L*C + 1, j) of the rows that a tile's windows cover; the last is ones."""
    across, channels = axes[1], x.shape[3]
    planes = _padded_planes(x, axes, tile)
    _, _, n, height, _ = planes.shape
    j = tile.columns.stop - tile.columns.start
    lowered = scratch("lowered", (n, height, _lines_per_row(axes, x), j), x.dtype)
    lowered[:, :, -1] = 1
    by_tap = lowered[:, :, :-1].reshape(n, height, across.kernel, channels, j)
    plane, channel, sample, row, column = planes.strides
    for taps, phase, start, step in across.tap_phases():
        lines = by_tap[:, :, taps]
        offset = phase * plane + start * column
        strides = (sample, row, step * column, channel, column)
        lines[...] = np.ndarray(lines.shape, planes.dtype, planes, offset, strides)
    return lowered


def _padded_planes(x: Array, axes: Axes, tile: Tile) -> Array:
    """The padded input that a tile's windows cover, as planes (s, C, n, h, w/s).

    A plane has one channel, and one of every s columns: those with the same remainder by s.
    """
    rows, columns = axes[0].reach(tile.rows), axes[1].reach(tile.columns)
    top, height, bottom = split_padding(rows, x.shape[1])
    left, width, right = split_padding(columns, x.shape[2])
    inside = x[tile.samples, height, width].transpose(3, 0, 1, 2)
    channels, n, high, _ = inside.shape
    stride, length = axes[1].stride, columns.stop - columns.start
    sizes = rows.stop - rows.start, len(range(0, length, stride))
    planes = scratch("planes", (stride, channels, n, *sizes), x.dtype)
    if top or bottom or left or right:
        planes[...] = 0
    for phase in range(min(stride, length)):
        positions = range(phase, length, stride)
        start = len(range(phase, left, stride))
        first = positions[start] - left if start < len(positions) else inside.shape[3]
        part = inside[..., first::stride]
        planes[phase, :, :, top : top + high, start : start + part.shape[3]] = part
    return planes
