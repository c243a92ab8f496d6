"""The convolution as matrix products: a tile's windows side by side, times the kernel."""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from . import blas
from .threads import IN_SILENCE, Task, sum_of
from .windows import Array, Axes, Tile, Tiles, cut, scratch, tiles_for, windows, work_of

TOGETHER = 64
"""Outputs to which biases are added at once."""

AT_ONCE = 1 << 15
"""Multiply-adds up to which a tile or a thread costs more than it brings."""


@IN_SILENCE
def fill_at_once(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> None:
    """``tasks`` for a small input and no groups: all windows are one tile."""
    if not out.size:
        return
    weights = kernel.reshape(-1, kernel.shape[3])
    _all_columns(x, axes, out).dot(weights, out=out.reshape(-1, kernel.shape[3]))
    if bias is not None:
        out += bias


@IN_SILENCE
def kernel_gradient_at_once(x: Array, dy: Array, axes: Axes) -> Array:
    """``kernel_gradient`` for a small input and no groups: all windows are one tile."""
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3], dy.shape[3])
    if not dy.size:
        return np.zeros(shape, x.dtype)
    dkernel: Array = _all_columns(x, axes, dy).T.dot(dy.reshape(-1, shape[3]))
    return dkernel.reshape(shape)


def _all_columns(x: Array, axes: Axes, y: Array) -> Array:
    """The windows of all outputs as the rows of one matrix (N*I*J, K*L*C)."""
    n, i, j, filters = y.shape
    whole = Tile(slice(0, n), slice(0, i), slice(0, j))
    inside = all(axis.before == 0 and (axis.after or 0) <= 0 for axis in axes)
    view = windows(x if inside else cut(x, axes, whole), axes, whole)
    return view.reshape(y.size // filters, -1)


def tasks(
    out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """out[n,i,j,f] = bias[f] + sum over k,l,c of x[n, i*s+k*d-p, …, c] * kernel[k,l,c,f].

    Each tile's windows are copied side by side into a matrix (the tile stays in the cache, so the
    whole matrix never exists) and multiplied straight into their place.
    """
    numbers = kernel.size // kernel.shape[3]
    # As a row of the weights the bias costs a copy of them: too much for few outputs.
    weights = _by_group(kernel, groups, bias if out.size > kernel.size else None)
    biases = None if bias is None else long_run(bias)

    def work(tile: Tile) -> None:
        view = windows(cut(x, axes, tile), axes, tile)
        columns = _columns(view, groups, ones=weights.shape[2] > numbers)
        met = columns.shape[2] > numbers
        _multiply(columns, weights[:, :, : columns.shape[2]], None if met else biases, out[tile])

    return [partial(work, tile) for tile in tiles_of(len(x), axes, kernel.shape, groups)]


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,f]."""
    filters = dy.shape[3]
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3] // groups, filters)

    def add(tile: Tile, total: Array) -> None:
        columns = _columns(windows(cut(x, axes, tile), axes, tile), groups)
        errors = dy[tile].reshape(-1, groups, filters // groups).swapaxes(0, 1)
        part = scratch("product", total.shape, x.dtype)
        total += np.matmul(columns.swapaxes(1, 2), errors, out=part)

    by_groups = (groups, prod(shape[:3]), filters // groups)
    all_tiles = tiles_of(len(x), axes, shape, groups)
    total = sum_of(add, all_tiles, by_groups, x.dtype, work_of(len(x), axes, shape))
    return np.ascontiguousarray(total.swapaxes(0, 1)).reshape(shape)


def _by_group(kernel: Array, groups: int, bias: Array | None) -> Array:
    """The kernel (K, L, C/G, F) as matrices for each group, the bias as one more row of them."""
    filters = kernel.shape[3] // groups
    by_group = kernel.reshape(-1, groups, filters).swapaxes(0, 1)
    return blas.laid_out(by_group, None if bias is None else bias.reshape(groups, filters))


def tiles_of(samples: int, axes: Axes, kernel_shape: tuple[int, ...], groups: int = 1) -> Tiles:
    """Tiles whose windows, side by side, and outputs fit into the cache."""
    numbers = max(prod(kernel_shape[:3]) * groups, kernel_shape[3])
    return tiles_for(samples, axes, numbers, work_of(samples, axes, kernel_shape))


def _columns(view: Array, groups: int, ones: bool = False) -> Array:
    """Windows (n, i, j, K, L, C) as matrices (G, n*i*j, K*L*C/G), copied where they must be.

    A copy gets a last column of ``ones``: it meets the bias among the weights.
    """
    n, i, j, rows, columns, channels = view.shape
    numbers = rows * columns * channels // groups
    if view.flags.c_contiguous and groups == 1:
        return view.reshape(1, n * i * j, numbers)
    copy = scratch("columns", (groups, n * i * j, numbers + ones), view.dtype)
    copy[:, :, numbers:] = 1
    by_group = view.reshape(*view.shape[:5], groups, channels // groups)
    places = copy[:, :, :numbers].reshape(groups, *view.shape[:5], channels // groups)
    places[...] = by_group.transpose(5, 0, 1, 2, 3, 4, 6)
    return copy


def long_run(bias: Array) -> Array:
    """The biases over and over, for ``add_biases``."""
    return np.tile(bias, TOGETHER)


def add_biases(biases: Array, out: Array) -> None:
    """out[…,f] += bias[f], many outputs at once where they lie one after the other."""
    if not out.flags.c_contiguous:
        out += biases[: out.shape[-1]]
        return
    flat = out.reshape(-1)
    whole = flat.size // biases.size * biases.size
    runs, rest = flat[:whole].reshape(-1, biases.size), flat[whole:]
    runs += biases
    rest += biases[: rest.size]


def _multiply(columns: Array, weights: Array, biases: Array | None, out: Array) -> None:
    """out[n,i,j,(g,f)] = columns[g,(n,i,j),:] times weights[g,:,f], without a detour if it may."""
    groups, outputs, _ = columns.shape
    shape = outputs, groups, out.shape[3] // groups
    packed = out.flags.c_contiguous
    product = out.reshape(shape) if packed else scratch("product", shape, out.dtype)
    blas.multiply(columns, weights, product.swapaxes(0, 1))
    if biases is not None:
        add_biases(biases, product)
    if not packed:
        out[...] = product.reshape(out.shape)
