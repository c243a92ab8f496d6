"""Few channels: windows side by side a tap at a time, from planes of one channel each.

A window of one or three channels is made of runs of few numbers, and starting to copy a run takes
longer than copying it. What one tap sees in all outputs of a row is a long run, once each channel
lies by itself (and, with a stride, its columns apart by their remainder). Such runs, one for each
tap across and channel, are kept for every row of inputs:

    row 0   [tap 0, channel 0 …][tap 1, channel 0 …] …
    row 1   [tap 0, channel 0 …][tap 1, channel 0 …] …

A kernel of height K needs the runs of K rows, which lie one after the other: the windows of a row
of outputs are a matrix already, and rows that windows share are there once.
"""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from . import blas
from .threads import Task, sum_of
from .windows import (
    Array,
    Axes,
    Tile,
    Tiles,
    output_sizes,
    parts,
    scratch,
    tiles_for,
    work_of,
)

SHORT_RUN = 48
"""Numbers in a row of a window from which it is copied as it is."""


def pay(axes: Axes, channels: int) -> bool:
    """Whether a row of outputs is a longer run than a row of the window."""
    rows, columns = axes
    outputs, run = output_sizes(axes)[1], channels * columns.kernel
    return run < min(SHORT_RUN, outputs) and rows.dilation == 1 and rows.kernel * columns.kernel > 1


def tasks(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> list[Task]:
    """out[n,i,j,f] = bias[f] + sum over k,l,c of x[n, i*s+k-p, j*s'+l*d'-p', c] * kernel[k,l,c,f].

    The bias is the weight of an input that is always 1: no second pass over the outputs.
    """
    weights = blas.laid_out(with_bias(kernel, bias))

    def work(tile: Tile) -> None:
        y, rows = out[tile], _rows(x, axes, tile)
        sample, row, run, number = rows.strides
        strides = sample, axes[0].apart(row)[0], number, run
        windows = np.ndarray((*y.shape[:3], weights.shape[1]), rows.dtype, rows, strides=strides)
        blas.multiply(windows, weights, y)

    # Half as much again: the planes, and the rows that the next tile copies once more.
    return [partial(work, tile) for tile in _tiles(x, axes, kernel.shape, 3 * _runs(axes, x) // 2)]


def with_bias(kernel: Array, bias: Array | None) -> Array:
    """The kernel (K*(L*C + 1), F): after each of its rows the weight of a one, first the bias."""
    height, filters = len(kernel), kernel.shape[3]
    rows = kernel.reshape(height, -1, filters)
    weights = np.zeros((height, rows.shape[1] + 1, filters), kernel.dtype)
    weights[:, :-1] = rows
    if bias is not None:
        weights[0, -1] = bias
    return weights.reshape(-1, filters)


def kernel_gradient(x: Array, dy: Array, axes: Axes) -> Array:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i*s+k-p, j*s'+l*d'-p', c] * dy[n,i,j,f]."""
    taps, filters, runs = axes[0].kernel, dy.shape[3], _runs(axes, x)
    shape = (taps, axes[1].kernel, x.shape[3], filters)

    def add(tile: Tile, total: Array) -> None:
        errors = dy[tile]
        n, i, j, _ = errors.shape
        rows = _rows(x, axes, tile)
        sample, row, run, number = rows.strides
        strides = (row, run, sample, axes[0].apart(row)[0], number)
        columns = scratch("columns", (taps, runs - 1, n, i, j), x.dtype)
        columns[...] = np.ndarray(columns.shape, rows.dtype, rows, strides=strides)
        length = _length(n * i * j, total.size)
        pieces = columns.reshape(len(total), -1, length).swapaxes(0, 1)
        total += np.matmul(pieces, errors.reshape(-1, length, filters)).sum(axis=0)

    tiles = _tiles(x, axes, shape, taps * runs)
    total = sum_of(add, tiles, (prod(shape[:3]), filters), x.dtype, work_of(len(x), axes, shape))
    return total.reshape(shape)


def _runs(axes: Axes, x: Array) -> int:
    """How many runs a row of inputs has: one for each tap and channel, and one of ones."""
    channels: int = x.shape[3]
    return axes[1].kernel * channels + 1


def _tiles(x: Array, axes: Axes, kernel_shape: tuple[int, ...], numbers: int) -> Tiles:
    return tiles_for(len(x), axes, numbers, work_of(len(x), axes, kernel_shape))


def _length(outputs: int, weights: int) -> int:
    """How many outputs to multiply at once: equal pieces, small but not too small, or else all."""
    fewest = -(-outputs * weights // blas.SMALL)
    fitting = (pieces for pieces in range(fewest, 2 * fewest + 1) if outputs % pieces == 0)
    return outputs // next(fitting, 1)


def _rows(x: Array, axes: Axes, tile: Tile) -> Array:
    """The runs (n, h, L*C + 1, j) of the rows that a tile's windows cover; the last run is ones."""
    across, channels = axes[1], x.shape[3]
    planes = _planes(x, axes, tile)
    _, _, n, height, _ = planes.shape
    j = tile.columns.stop - tile.columns.start
    rows = scratch("rows", (n, height, _runs(axes, x), j), x.dtype)
    rows[:, :, -1] = 1
    by_tap = rows[:, :, :-1].reshape(n, height, across.kernel, channels, j)
    plane, channel, sample, row, column = planes.strides
    for which, phase, start, step in across.tap_phases():
        taps = by_tap[:, :, which]
        offset = phase * plane + start * column
        strides = (sample, row, step * column, channel, column)
        taps[...] = np.ndarray(taps.shape, planes.dtype, planes, offset, strides)
    return rows


def _planes(x: Array, axes: Axes, tile: Tile) -> Array:
    """What a tile's windows cover (s, C, n, h, w/s): a channel by itself, its columns s apart."""
    rows, columns = axes[0].reach(tile.rows), axes[1].reach(tile.columns)
    top, height, bottom = parts(rows, x.shape[1])
    left, width, right = parts(columns, x.shape[2])
    inside = x[tile.samples, height, width].transpose(3, 0, 1, 2)
    channels, n, high, _ = inside.shape
    apart, length = axes[1].stride, columns.stop - columns.start
    sizes = rows.stop - rows.start, len(range(0, length, apart))
    planes = scratch("planes", (apart, channels, n, *sizes), x.dtype)
    if top or bottom or left or right:
        planes[...] = 0
    for phase in range(min(apart, length)):
        places = range(phase, length, apart)
        start = len(range(phase, left, apart))
        part = (
            inside[..., places[start] - left :: apart] if start < len(places) else inside[..., :0]
        )
        planes[phase, :, :, top : top + high, start : start + part.shape[3]] = part
    return planes
