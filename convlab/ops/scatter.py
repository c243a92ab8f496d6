"""The input gradient as a matrix product and then a scatter (col2im).

``convolution.input_gradient`` otherwise gathers what comes back to each input. Scattering is faster
where windows do not overlap, since nothing is added, and where the input has few channels, since
the product that gathers would have few columns.
"""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from ..geometry import Axis
from . import blas
from .threads import reduce_parts, run_tasks
from .windows import LONG_WINDOW_ROW, Array, Axes, Tile, scratch, tiles_for, window_view, work_of

MAX_CHANNELS = 8
"""Channels up to which adding rows is faster than a matrix product with so few columns."""


def windows_are_disjoint(axes: Axes) -> bool:
    """Whether no two windows share an input, and all windows lie within the inputs.

    A kernel of one tap is a plain matrix product and needs no scatter.
    """
    return any(axis.kernel > 1 for axis in axes) and all(
        axis.stride >= axis.effective_kernel and axis.before == 0 and (axis.after or 0) <= 0
        for axis in axes
    )


def scatter(dy: Array, kernel: Array, axes: Axes, bias: Array | None) -> Array:
    """dx[n, i*s+k*d, j*s'+l*d', c] = bias[c] + sum over f of dy[n,i,j,f] * kernel[k,l,c,f]."""
    dx = np.empty((len(dy), *(axis.size or 0 for axis in axes), kernel.shape[2]), dy.dtype)
    if any((axis.output_size or 0) * axis.kernel != axis.size for axis in axes):
        dx[...] = 0 if bias is None else bias
    panels = blas.column_panels(kernel.reshape(-1, kernel.shape[3]).T)
    biases = None if bias is None else np.tile(bias, kernel.shape[0] * kernel.shape[1])

    def compute(tile: Tile) -> None:
        region = dx[tile.samples, axes[0].reach(tile.rows), axes[1].reach(tile.columns)]
        target = window_view(region, axes, tile)
        product = scratch("product", (prod(target.shape[:3]), prod(target.shape[3:])), dx.dtype)
        blas.matmul(dy[tile].reshape(len(product), -1), panels, product)
        if biases is not None:
            product += biases
        target[...] = product.reshape(target.shape)

    work = work_of(len(dx), axes, kernel.shape)
    tiles = tiles_for(len(dx), axes, prod(kernel.shape[:3]), work)
    run_tasks([partial(compute, tile) for tile in tiles], work)
    return dx


def scatter_add_is_worthwhile(axes: Axes, channels: int, filters: int) -> bool:
    """Whether the input has few channels and the output has not.

    With few filters too, ``planar_im2col`` is faster.
    """
    return channels <= MAX_CHANNELS and filters * axes[1].kernel >= LONG_WINDOW_ROW


def scatter_add(dy: Array, kernel: Array, axes: Axes, bias: Array | None) -> Array:
    """dx (N, H, W, C), added up in planes of one channel each, whose rows are long."""
    rows, columns, channels, filters = kernel.shape
    weights = kernel.reshape(-1, filters)

    def add(tile: Tile, total: Array) -> None:
        sizes = [part.stop - part.start for part in tile]
        product = scratch("product", (rows, columns, channels, *sizes), dy.dtype)
        errors = dy[tile].reshape(-1, filters)
        np.matmul(weights, errors.T, out=product.reshape(len(weights), -1))
        for k, across in np.ndindex(rows, columns):
            height, width = axes[0].visited(k, tile.rows), axes[1].visited(across, tile.columns)
            total[:, tile.samples, height, width] += product[k, across]

    work = work_of(len(dy), axes, kernel.shape)
    # Long rows matter more here than a product that stays in the second-level cache.
    tiles = tiles_for(len(dy), axes, max(len(weights) // 4, filters), work)
    sizes = map(_plane_size, axes)
    planes = reduce_parts(add, tiles, (channels, len(dy), *sizes), dy.dtype, work)
    height, width = (slice(axis.before, (axis.before or 0) + (axis.size or 0)) for axis in axes)
    dx: Array = np.ascontiguousarray(planes[:, :, height, width].transpose(1, 2, 3, 0))
    if bias is not None:
        dx += bias
    return dx


def _plane_size(axis: Axis) -> int:
    """Padding and inputs, those out of every window's reach included (``after`` is negative)."""
    assert axis.size is not None and axis.before is not None and axis.padded_size is not None
    return max(axis.padded_size, axis.before + axis.size)
