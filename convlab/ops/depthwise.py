"""A channel to itself: every tap scales its channels, so no matrix is worth making."""

from __future__ import annotations

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


def fill(out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None) -> None:
    """The convolution whose groups have one channel or one filter: a scaling for each pair.

    A layer's groups have one channel and ``depth_multiplier`` filters, on the way back the reverse.
    """
    channels, filters = kernel.shape[2], kernel.shape[3] // groups
    for f in range(filters):
        every = slice(f, None, filters)
        start = None if bias is None else bias[every]
        for c in range(channels):
            _scale(out[..., every], x[..., c::channels], kernel[:, :, c, every], axes, start)
            start = out[..., every]


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """The gradient of the kernel (K, L, C/G, F) of such a convolution."""
    per_group, filters = x.shape[3] // groups, dy.shape[3] // groups
    dkernel = np.empty((axes[0].kernel, axes[1].kernel, per_group, dy.shape[3]), x.dtype)
    for f in range(filters):
        for c in range(per_group):
            dkernel[:, :, c, f::filters] = _scales(x[..., c::per_group], dy[..., f::filters], axes)
    return dkernel


def _scale(out: Array, x: Array, kernel: Array, axes: Axes, start: Array | None) -> None:
    """out[n,i,j,c] = start[…,c] + sum over k,l of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * kernel[k,l,c].

    With a stride of 1 the outputs of a row, channels and all, read through one tap what lies in
    one stretch: the sum runs over whole rows at once, the kernel repeated along them.
    """
    todo = multiply_adds(len(x), axes, kernel.shape)
    all_tiles = _tiles(len(x), axes, kernel.shape[2], todo)
    repeated = np.tile(kernel, (1, 1, _widest(all_tiles)))
    started = start is not None and start.ndim > 1

    def work(tile: Tile) -> None:
        view = windows(cut(x, axes, tile), axes, tile)
        sizes = view.shape[:3] + view.shape[5:]
        target = scratch("product", sizes, x.dtype) if started else out[tile]
        if _is_stretch(view) and target.flags.c_contiguous:
            rows = target.reshape(*target.shape[:2], -1)
            np.einsum("nikls,kls->nis", _stretched(view), repeated[:, :, : rows.shape[2]], out=rows)
        else:
            np.einsum("nijklc,klc->nijc", view, kernel, out=target)
        if started:
            out[tile] += target
        elif start is not None:
            target += start

    share(work, all_tiles, todo)


def _widest(all_tiles: list[Tile]) -> int:
    return max((tile.columns.stop - tile.columns.start for tile in all_tiles), default=0)


def _scales(x: Array, dy: Array, axes: Axes) -> Array:
    """dkernel[k,l,c] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,c]."""
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3])
    todo = multiply_adds(len(x), axes, shape)

    def add(tile: Tile, total: Array) -> None:
        view = windows(cut(x, axes, tile), axes, tile)
        if _is_stretch(view):
            errors = dy[tile].reshape(*view.shape[:2], -1)
            sums = np.einsum("nikls,nis->kls", _stretched(view), errors)
            total += sums.reshape(*shape[:2], -1, shape[2]).sum(axis=2)
        else:
            total += np.einsum("nijklc,nijc->klc", view, dy[tile])

    return sum_of(add, _tiles(len(x), axes, shape[2], todo), shape, x.dtype, todo)


def _tiles(samples: int, axes: Axes, channels: int, todo: int) -> list[Tile]:
    least = LEAST_TILES if todo >= WORTH_SHARING else 1
    return tiles(samples, *output_sizes(axes), 2 * channels * 4, least)


def _is_stretch(view: Array) -> bool:
    *_, by_output, _, _, by_channel = view.strides
    return by_channel == view.itemsize and by_output == view.shape[5] * view.itemsize


def _stretched(view: Array) -> Array:
    """Windows (n, i, j, K, L, c) as (n, i, K, L, (j, c)): a view, since j and c lie in a row."""
    n, i, j, rows, columns, channels = view.shape
    return view.transpose(0, 1, 3, 4, 2, 5).reshape(n, i, rows, columns, j * channels)
