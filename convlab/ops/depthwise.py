"""A channel to itself: every tap scales its channels, so no matrix is worth making."""

from __future__ import annotations

from functools import partial

import numpy as np

from . import blas
from .products import add_biases, long_run
from .threads import Task, sum_of
from .windows import (
    IN_ORDER,
    Array,
    Axes,
    Tile,
    Tiles,
    cut,
    scratch,
    tiles_for,
    windows,
    work_of,
)


def tasks(
    out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """The convolution whose groups have one channel or one filter: a scaling for each pair.

    A layer's groups have one channel and ``depth_multiplier`` filters, on the way back the reverse.
    """
    todo = work_of(len(x), axes, kernel.shape)
    all_tiles = tiles_for(len(x), axes, x.shape[3] // IN_ORDER, todo)
    scales = _scales_of(kernel, groups, all_tiles)
    biases = None if bias is None else long_run(bias)

    def work(tile: Tile) -> None:
        _scale_all(out[tile], x, scales, axes, tile)
        if biases is not None:
            add_biases(biases, out[tile])

    return [partial(work, tile) for tile in all_tiles]


def separable_tasks(
    out: Array, x: Array, kernels: tuple[Array, Array], axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """A depthwise convolution, its outputs mixed in each tile by a kernel (1, 1, M, F)."""
    kernel, pointwise = kernels
    channels, filters = pointwise.shape[2:]
    todo = work_of(len(x), axes, kernel.shape)
    all_tiles = tiles_for(len(x), axes, max(channels, filters), todo)
    scales = _scales_of(kernel, groups, all_tiles)
    weights = blas.laid_out(pointwise.reshape(channels, filters))
    biases = None if bias is None else long_run(bias)

    def work(tile: Tile) -> None:
        y = out[tile]
        sums = scratch("between", (*y.shape[:3], channels), x.dtype)
        _scale_all(sums, x, scales, axes, tile)
        blas.multiply(sums.reshape(-1, channels), weights, y.reshape(-1, filters))
        if biases is not None:
            add_biases(biases, y)

    return [partial(work, tile) for tile in all_tiles]


def _scales_of(kernel: Array, groups: int, all_tiles: Tiles) -> list[list[Array]]:
    """The factors (K, L, (j, g)) for each filter and channel of a group, once for each column."""
    channels, filters = kernel.shape[2], kernel.shape[3] // groups
    widest = max((tile.columns.stop - tile.columns.start for tile in all_tiles), default=0)
    return [
        [np.tile(kernel[:, :, c, f::filters], (1, 1, widest)) for c in range(channels)]
        for f in range(filters)
    ]


def _scale_all(out: Array, x: Array, scales: list[list[Array]], axes: Axes, tile: Tile) -> None:
    """The tile's outputs (n, i, j, F), each filter of a group by itself."""
    for f, of_filter in enumerate(scales):
        sums = out[..., f :: len(scales)]
        for c, scale in enumerate(of_filter):
            _scale(sums, x[..., c :: len(of_filter)], scale, axes, tile, further=c > 0)


def _scale(sums: Array, x: Array, scale: Array, axes: Axes, tile: Tile, further: bool) -> None:
    """sums[n,i,j,c] = sum over k,l of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * scale[k,l,c].

    With a stride of 1 the outputs of a row, channels and all, read through one tap what lies in
    one stretch: the sum runs over whole rows at once, the kernel repeated along them. ``further``
    sums are added to what is there.
    """
    view = windows(cut(x, axes, tile), axes, tile)
    target = scratch("product", sums.shape, x.dtype) if further else sums
    if _is_stretch(view) and target.flags.c_contiguous:
        rows = target.reshape(*target.shape[:2], -1)
        np.einsum("nikls,kls->nis", _stretched(view), scale[:, :, : rows.shape[2]], out=rows)
    else:
        np.einsum("nijklc,klc->nijc", view, scale[:, :, : x.shape[3]], out=target)
    if further:
        sums += target


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """The gradient of the kernel (K, L, C/G, F) of such a convolution."""
    per_group, filters = x.shape[3] // groups, dy.shape[3] // groups
    dkernel = np.empty((axes[0].kernel, axes[1].kernel, per_group, dy.shape[3]), x.dtype)
    for f in range(filters):
        for c in range(per_group):
            dkernel[:, :, c, f::filters] = _scales(x[..., c::per_group], dy[..., f::filters], axes)
    return dkernel


def _scales(x: Array, dy: Array, axes: Axes) -> Array:
    """dkernel[k,l,c] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,c]."""
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3])
    todo = work_of(len(x), axes, (*shape[:2], 1, shape[2]))

    def add(tile: Tile, total: Array) -> None:
        view = windows(cut(x, axes, tile), axes, tile)
        if _is_stretch(view):
            errors = dy[tile].reshape(*view.shape[:2], -1)
            sums = np.einsum("nikls,nis->kls", _stretched(view), errors)
            total += sums.reshape(*shape[:2], -1, shape[2]).sum(axis=2)
        else:
            total += np.einsum("nijklc,nijc->klc", view, dy[tile])

    return sum_of(add, tiles_for(len(x), axes, shape[2] // IN_ORDER, todo), shape, x.dtype, todo)


def _is_stretch(view: Array) -> bool:
    *_, by_output, _, _, by_channel = view.strides
    return by_channel == view.itemsize and by_output == view.shape[5] * view.itemsize


def _stretched(view: Array) -> Array:
    """Windows (n, i, j, K, L, c) as (n, i, K, L, (j, c)): a view, since j and c lie in a row."""
    n, i, j, rows, columns, channels = view.shape
    return view.transpose(0, 1, 3, 4, 2, 5).reshape(n, i, rows, columns, j * channels)
