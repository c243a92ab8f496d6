"""The convolution as matrix products: a tile's windows side by side, times the kernel."""

from __future__ import annotations

from math import prod

import numpy as np

from .threads import WORTH_SHARING, share, sum_of
from .windows import (
    LEAST_TILES,
    Array,
    Axes,
    Tile,
    cut,
    multiply_adds,
    output_sizes,
    scratch,
    tiles,
    windows,
)

LONG_ROWS = 32
"""Outputs in a row from which a product for each row is as quick as one for all rows."""


AT_ONCE = 1 << 15
"""Multiply-adds up to which a tile, a thread or a band costs more than it brings."""


def fill_at_once(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> None:
    """``fill`` for a small input and no groups: all windows are one tile."""
    if not out.size:
        return
    weights = kernel.reshape(-1, kernel.shape[3])
    out[...] = _all_columns(x, axes, out).dot(weights).reshape(out.shape)
    if bias is not None:
        out += bias


def kernel_gradient_at_once(x: Array, dy: Array, axes: Axes) -> Array:
    """``kernel_gradient`` for a small input and no groups: all windows are one tile."""
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3], dy.shape[3])
    if not dy.size:
        return np.zeros(shape, x.dtype)
    dkernel: Array = _all_columns(x, axes, dy).T.dot(dy.reshape(-1, shape[3]))
    return dkernel.reshape(shape)


def _all_columns(x: Array, axes: Axes, y: Array) -> Array:
    """The windows of all outputs as the rows of one matrix (N*I*J, K*L*C)."""
    whole = Tile(*(slice(0, size) for size in y.shape[:3]))
    view = windows(cut(x, axes, whole), axes, whole)
    return view.reshape(y.size // y.shape[3], -1)


def fill(out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None) -> None:
    """out[n,i,j,f] = bias[f] + sum over k,l,c of x[n, i*s+k*d-p, …, c] * kernel[k,l,c,f].

    Each tile's windows are copied as the rows of a matrix (the tile stays in the cache, so the
    whole matrix never exists) and multiplied straight into their place.
    """
    weights = _by_group(kernel, groups)
    row_of_biases = None if bias is None else np.tile(bias, out.shape[2])

    def work(tile: Tile) -> None:
        view = windows(cut(x, axes, tile), axes, tile)
        if groups == 1 and _are_rows(view):
            np.matmul(view[:, :, :, 0].reshape(*view.shape[:3], -1), weights[0], out=out[tile])
        else:
            _multiply(_columns(view, groups), weights, out[tile])
        if row_of_biases is not None:
            _add(row_of_biases, out[tile])

    todo = multiply_adds(len(x), axes, kernel.shape)
    share(work, _tiles(len(x), axes, kernel.shape, groups, todo), todo)


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,f]."""
    filters = dy.shape[3]
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3] // groups, filters)
    todo = multiply_adds(len(x), axes, shape)

    def add(tile: Tile, total: Array) -> None:
        columns = _columns(windows(cut(x, axes, tile), axes, tile), groups)
        errors = dy[tile].reshape(-1, groups, filters // groups).swapaxes(0, 1)
        part = scratch("product", total.shape, x.dtype)
        total += np.matmul(columns.swapaxes(1, 2), errors, out=part)

    by_groups = (groups, prod(shape[:3]), filters // groups)
    total = sum_of(add, _tiles(len(x), axes, shape, groups, todo), by_groups, x.dtype, todo)
    return np.ascontiguousarray(total.swapaxes(0, 1)).reshape(shape)


def _by_group(kernel: Array, groups: int) -> Array:
    """The kernel (K, L, C/G, F) as matrices (G, K*L*C/G, F/G)."""
    filters = kernel.shape[3]
    flat = kernel.reshape(kernel.size // filters, groups, filters // groups)
    return np.ascontiguousarray(flat.swapaxes(0, 1))


def _tiles(
    samples: int, axes: Axes, kernel_shape: tuple[int, ...], groups: int, todo: int
) -> list[Tile]:
    output_bytes = prod(kernel_shape[:3]) * groups * 4
    least = LEAST_TILES if todo >= WORTH_SHARING else 1
    return tiles(samples, *output_sizes(axes), output_bytes, least)


def _are_rows(view: Array) -> bool:
    """Whether the windows of a row of outputs are a matrix as they lie in memory, or close by.

    So it is for kernels of height 1 whose windows do not overlap.
    """
    _, _, outputs, rows, columns, channels = view.shape
    *_, by_output, _, by_tap, _ = view.strides
    length = columns * channels * view.itemsize
    apart = columns == 1 or by_tap == channels * view.itemsize
    return bool(rows == 1 and apart and by_output >= length and outputs >= LONG_ROWS)


def _columns(view: Array, groups: int) -> Array:
    """Windows (n, i, j, K, L, C) as matrices (G, n*i*j, K*L*C/G), copied where they must be."""
    n, i, j, rows, columns, channels = view.shape
    shape = (groups, n * i * j, rows * columns * channels // groups)
    if view.flags.c_contiguous and groups == 1:
        return view.reshape(shape)
    copy = scratch("columns", shape, view.dtype)
    by_group = view.reshape(*view.shape[:5], groups, channels // groups)
    copy.reshape(groups, *view.shape[:5], -1)[...] = by_group.transpose(5, 0, 1, 2, 3, 4, 6)
    return copy


def _add(row_of_biases: Array, out: Array) -> None:
    """out[n,i,j,f] += bias[f], a row at a time where its outputs lie one after the other."""
    _, _, outputs, filters = out.shape
    biases = row_of_biases[: outputs * filters]
    if out.flags.c_contiguous:
        rows = out.reshape(-1, outputs * filters)
        rows += biases
    else:
        out += biases[:filters]


def _multiply(columns: Array, weights: Array, out: Array) -> None:
    """out[n,i,j,(g,f)] = columns[g,(n,i,j),:] times weights[g,:,f], without a detour if it may."""
    groups, outputs, _ = columns.shape
    per_group = weights.shape[2]
    if out.flags.c_contiguous:
        np.matmul(columns, weights, out=out.reshape(outputs, groups, per_group).swapaxes(0, 1))
        return
    product = scratch("product", (outputs, groups, per_group), out.dtype)
    np.matmul(columns, weights, out=product.swapaxes(0, 1))
    out[...] = product.reshape(out.shape)
