"""Depthwise convolution: each tap scales its channel, so a matrix product gains nothing."""

from __future__ import annotations

from functools import partial

import numpy as np

from . import blas
from .im2col import add_bias, repeat_bias
from .threads import Task, reduce_parts
from .windows import (
    STREAMING_FACTOR,
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


def tasks(
    out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """The convolution whose groups have one channel or one filter each.

    A depthwise layer's groups have one channel and ``depth_multiplier`` filters; in its input
    gradient it is the reverse.
    """
    work = work_of(len(x), axes, kernel.shape)
    tiles = tiles_for(len(x), axes, x.shape[3] // STREAMING_FACTOR, work)
    kernels = _repeated_kernels(kernel, groups, tiles)
    repeated = None if bias is None else repeat_bias(bias)

    def compute(tile: Tile) -> None:
        _convolve_groups(out[tile], x, kernels, axes, tile)
        if repeated is not None:
            add_bias(repeated, out[tile])

    return [partial(compute, tile) for tile in tiles]


def separable_tasks(
    out: Array, x: Array, kernels: tuple[Array, Array], axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """A depthwise convolution; in each tile, a pointwise one (1, 1, M, F) follows at once."""
    kernel, pointwise = kernels
    channels, filters = pointwise.shape[2:]
    work = work_of(len(x), axes, kernel.shape)
    tiles = tiles_for(len(x), axes, max(channels, filters), work)
    depthwise = _repeated_kernels(kernel, groups, tiles)
    panels = blas.column_panels(pointwise.reshape(channels, filters))
    repeated = None if bias is None else repeat_bias(bias)

    def compute(tile: Tile) -> None:
        y = out[tile]
        between = scratch("between", (*y.shape[:3], channels), x.dtype)
        _convolve_groups(between, x, depthwise, axes, tile)
        blas.matmul(between.reshape(-1, channels), panels, y.reshape(-1, filters))
        if repeated is not None:
            add_bias(repeated, y)

    return [partial(compute, tile) for tile in tiles]


def _repeated_kernels(kernel: Array, groups: int, tiles: Tiles) -> list[list[Array]]:
    """The taps (K, L, (j, g)) of each filter and channel of a group, repeated along tiles' rows."""
    channels, filters = kernel.shape[2], kernel.shape[3] // groups
    widest = max((tile.columns.stop - tile.columns.start for tile in tiles), default=0)
    return [
        [np.tile(kernel[:, :, c, f::filters], (1, 1, widest)) for c in range(channels)]
        for f in range(filters)
    ]


def _convolve_groups(
    out: Array, x: Array, kernels: list[list[Array]], axes: Axes, tile: Tile
) -> None:
    """The tile's outputs (n, i, j, F); a step takes one filter and one channel of every group."""
    for f, of_filter in enumerate(kernels):
        sums = out[..., f :: len(kernels)]
        for c, kernel in enumerate(of_filter):
            _convolve(sums, x[..., c :: len(of_filter)], kernel, axes, tile, accumulate=c > 0)


def _convolve(
    sums: Array, x: Array, kernel: Array, axes: Axes, tile: Tile, accumulate: bool
) -> None:
    """sums[n,i,j,c] = sum over k,l of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * kernel[k,l,c].

    With a stride of 1 a tap reads contiguous memory for a whole row of outputs, all channels
    included, so the sum runs over rows of (j, c) and ``kernel`` is repeated along them.
    ``accumulate`` adds to what is in ``sums``.
    """
    view = window_view(padded_region(x, axes, tile), axes, tile)
    target = scratch("product", sums.shape, x.dtype) if accumulate else sums
    if _has_contiguous_rows(view) and target.flags.c_contiguous:
        rows = target.reshape(*target.shape[:2], -1)
        np.einsum("nikls,kls->nis", _flat_rows(view), kernel[:, :, : rows.shape[2]], out=rows)
    else:
        np.einsum("nijklc,klc->nijc", view, kernel[:, :, : x.shape[3]], out=target)
    if accumulate:
        sums += target


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """The gradient of the kernel (K, L, C/G, F) of such a convolution."""
    channels, filters = x.shape[3] // groups, dy.shape[3] // groups
    dkernel = np.empty((axes[0].kernel, axes[1].kernel, channels, dy.shape[3]), x.dtype)
    for f in range(filters):
        for c in range(channels):
            one_each = x[..., c::channels], dy[..., f::filters]
            dkernel[:, :, c, f::filters] = _kernel_gradient(*one_each, axes)
    return dkernel


def _kernel_gradient(x: Array, dy: Array, axes: Axes) -> Array:
    """dkernel[k,l,c] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,c]."""
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3])
    work = work_of(len(x), axes, (*shape[:2], 1, shape[2]))

    def add(tile: Tile, total: Array) -> None:
        view = window_view(padded_region(x, axes, tile), axes, tile)
        if _has_contiguous_rows(view):
            errors = dy[tile].reshape(*view.shape[:2], -1)
            sums = np.einsum("nikls,nis->kls", _flat_rows(view), errors)
            total += sums.reshape(*shape[:2], -1, shape[2]).sum(axis=2)
        else:
            total += np.einsum("nijklc,nijc->klc", view, dy[tile])

    tiles = tiles_for(len(x), axes, shape[2] // STREAMING_FACTOR, work)
    return reduce_parts(add, tiles, shape, x.dtype, work)


def _has_contiguous_rows(view: Array) -> bool:
    """Whether one tap reads contiguous memory for a row of outputs; the channels always are."""
    contiguous: bool = view.strides[2] == view.shape[5] * view.itemsize
    return contiguous


def _flat_rows(view: Array) -> Array:
    """Windows (n, i, j, K, L, c) as a view (n, i, K, L, (j, c))."""
    n, i, j, rows, columns, channels = view.shape
    return view.transpose(0, 1, 3, 4, 2, 5).reshape(n, i, rows, columns, j * channels)
