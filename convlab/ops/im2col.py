"""The convolution as im2col and a matrix product, a tile of outputs at a time."""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from . import blas
from .threads import Task, reduce_parts, without_float_warnings
from .windows import (
    Array,
    Axes,
    Tile,
    Tiles,
    padded_region,
    scratch,
    tiles_for,
    window_view,
    work_of,
)

BIAS_REPEATS = 64
"""Outputs to which the bias is added at once."""

UNTILED_LIMIT = 1 << 15
"""Multiply-adds up to which one matrix of all windows is faster than tiles and threads."""


@without_float_warnings
def convolve_untiled(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> None:
    """``tasks`` for a small input and one group: all outputs are one tile."""
    if not out.size:
        return
    weights = kernel.reshape(-1, kernel.shape[3])
    _untiled_matrix(x, axes, out).dot(weights, out=out.reshape(-1, kernel.shape[3]))
    if bias is not None:
        out += bias


@without_float_warnings
def kernel_gradient_untiled(x: Array, dy: Array, axes: Axes) -> Array:
    """``kernel_gradient`` for a small input and one group: all outputs are one tile."""
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3], dy.shape[3])
    if not dy.size:
        return np.zeros(shape, x.dtype)
    dkernel: Array = _untiled_matrix(x, axes, dy).T.dot(dy.reshape(-1, shape[3]))
    return dkernel.reshape(shape)


def _untiled_matrix(x: Array, axes: Axes, y: Array) -> Array:
    """The windows of all outputs as rows of one matrix (N*I*J, K*L*C)."""
    n, i, j, filters = y.shape
    whole = Tile(slice(0, n), slice(0, i), slice(0, j))
    unpadded = all(axis.before == 0 and (axis.after or 0) <= 0 for axis in axes)
    view = window_view(x if unpadded else padded_region(x, axes, whole), axes, whole)
    return view.reshape(y.size // filters, -1)


def tasks(
    out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """out[n,i,j,f] = bias[f] + sum over k,l,c of x[n, i*s+k*d-p, …, c] * kernel[k,l,c,f].

    A tile's windows are copied into a matrix, which stays in the cache, and multiplied right into
    their place in ``out``: the im2col matrix of the whole input never exists.
    """
    depth = kernel.size // kernel.shape[3]
    # To append the bias to the weights is to copy them, which is too slow for few outputs.
    panels = _grouped_panels(kernel, groups, bias if out.size > kernel.size else None)
    repeated = None if bias is None else repeat_bias(bias)

    def compute(tile: Tile) -> None:
        view = window_view(padded_region(x, axes, tile), axes, tile)
        matrix = _im2col(view, groups, ones=panels.shape[2] > depth)
        bias_included = matrix.shape[2] > depth
        used = panels[:, :, : matrix.shape[2]]
        _multiply(matrix, used, None if bias_included else repeated, out[tile])

    return [partial(compute, tile) for tile in _tiles(len(x), axes, kernel.shape, groups)]


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,f]."""
    filters = dy.shape[3]
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3] // groups, filters)

    def add(tile: Tile, total: Array) -> None:
        matrix = _im2col(window_view(padded_region(x, axes, tile), axes, tile), groups)
        errors = dy[tile].reshape(-1, groups, filters // groups).swapaxes(0, 1)
        product = scratch("product", total.shape, x.dtype)
        total += np.matmul(matrix.swapaxes(1, 2), errors, out=product)

    grouped = (groups, prod(shape[:3]), filters // groups)
    tiles = _tiles(len(x), axes, shape, groups)
    total = reduce_parts(add, tiles, grouped, x.dtype, work_of(len(x), axes, shape))
    return np.ascontiguousarray(total.swapaxes(0, 1)).reshape(shape)


def _grouped_panels(kernel: Array, groups: int, bias: Array | None) -> Array:
    """The kernel (K, L, C/G, F) as column panels for each group, the bias as their last row."""
    filters = kernel.shape[3] // groups
    by_group = kernel.reshape(-1, groups, filters).swapaxes(0, 1)
    return blas.column_panels(by_group, None if bias is None else bias.reshape(groups, filters))


def _tiles(samples: int, axes: Axes, kernel_shape: tuple[int, ...], groups: int) -> Tiles:
    """Tiles whose im2col matrices and outputs fit into the cache."""
    elements = max(prod(kernel_shape[:3]) * groups, kernel_shape[3])
    return tiles_for(samples, axes, elements, work_of(samples, axes, kernel_shape))


def _im2col(view: Array, groups: int, ones: bool = False) -> Array:
    """Windows (n, i, j, K, L, C) as matrices (G, n*i*j, K*L*C/G); no copy where none is needed.

    With ``ones`` a copy gets a last column of ones, which is multiplied by the bias.
    """
    n, i, j, rows, columns, channels = view.shape
    depth = rows * columns * channels // groups
    if view.flags.c_contiguous and groups == 1:
        return view.reshape(1, n * i * j, depth)
    matrix = scratch("matrix", (groups, n * i * j, depth + ones), view.dtype)
    matrix[:, :, depth:] = 1
    by_group = view.reshape(*view.shape[:5], groups, channels // groups)
    target = matrix[:, :, :depth].reshape(groups, *view.shape[:5], channels // groups)
    target[...] = by_group.transpose(5, 0, 1, 2, 3, 4, 6)
    return matrix


def repeat_bias(bias: Array) -> Array:
    """The bias of ``BIAS_REPEATS`` outputs, for ``add_bias``."""
    return np.tile(bias, BIAS_REPEATS)


def add_bias(repeated: Array, out: Array) -> None:
    """out[…,f] += bias[f], for many outputs in one long row where they are contiguous."""
    if not out.flags.c_contiguous:
        out += repeated[: out.shape[-1]]
        return
    flat = out.reshape(-1)
    whole = flat.size // repeated.size * repeated.size
    rows, rest = flat[:whole].reshape(-1, repeated.size), flat[whole:]
    rows += repeated
    rest += repeated[: rest.size]


def _multiply(matrix: Array, panels: Array, repeated: Array | None, out: Array) -> None:
    """out[n,i,j,(g,f)] = matrix[g,(n,i,j),:] times weights[g,:,f], plus the bias if any."""
    groups, outputs, _ = matrix.shape
    shape = outputs, groups, out.shape[3] // groups
    packed = out.flags.c_contiguous
    product = out.reshape(shape) if packed else scratch("product", shape, out.dtype)
    blas.matmul(matrix, panels, product.swapaxes(0, 1))
    if repeated is not None:
        add_bias(repeated, product)
    if not packed:
        out[...] = product.reshape(out.shape)
