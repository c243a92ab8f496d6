"""The gradient of the input by products first and places after: a whole kernel for each error.

``convolution.input_gradient`` gathers for every input what comes back to it. Where windows do not
overlap nothing has to be added, and for a few channels a product of so few columns would be slow.
"""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from ..geometry import Axis
from . import blas
from .planes import SHORT_RUN
from .threads import share, sum_of
from .windows import Array, Axes, Tile, scratch, tiles_for, windows, work_of

FEW = 8
"""Channels up to which adding rows is quicker than a matrix product with so few columns."""


def are_apart(axes: Axes) -> bool:
    """Whether no input is under two windows, and no window reaches out of the inputs."""
    return any(axis.kernel > 1 for axis in axes) and all(
        axis.stride >= axis.effective_kernel and axis.before == 0 and (axis.after or 0) <= 0
        for axis in axes
    )


def apart(dy: Array, kernel: Array, axes: Axes, bias: Array | None) -> Array:
    """dx[n, i*s+k*d, j*s'+l*d', c] = bias[c] + sum over f of dy[n,i,j,f] * kernel[k,l,c,f]."""
    dx = np.empty((len(dy), *(axis.size or 0 for axis in axes), kernel.shape[2]), dy.dtype)
    if any((axis.output_size or 0) * axis.kernel != axis.size for axis in axes):
        dx[...] = 0 if bias is None else bias
    weights = blas.laid_out(kernel.reshape(-1, kernel.shape[3]).T)
    biases = None if bias is None else np.tile(bias, kernel.shape[0] * kernel.shape[1])

    def work(tile: Tile) -> None:
        reached = dx[tile.samples, axes[0].reach(tile.rows), axes[1].reach(tile.columns)]
        places = windows(reached, axes, tile)
        product = scratch("product", (prod(places.shape[:3]), prod(places.shape[3:])), dx.dtype)
        blas.multiply(dy[tile].reshape(len(product), -1), weights, product)
        if biases is not None:
            product += biases
        places[...] = product.reshape(places.shape)

    todo = work_of(len(dx), axes, kernel.shape)
    tiles = tiles_for(len(dx), axes, prod(kernel.shape[:3]), todo)
    share([partial(work, tile) for tile in tiles], todo)
    return dx


def few_pay(axes: Axes, channels: int, filters: int) -> bool:
    """Whether the input has few channels and the output has not: else ``planes`` are quicker."""
    return channels <= FEW and filters * axes[1].kernel >= SHORT_RUN


def few(dy: Array, kernel: Array, axes: Axes, bias: Array | None) -> Array:
    """dx (N, H, W, C), added up in planes of one channel each, where rows are long runs."""
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

    todo = work_of(len(dy), axes, kernel.shape)
    # Long rows count for more here than a product that stays in the second cache.
    tiles = tiles_for(len(dy), axes, max(len(weights) // 4, filters), todo)
    planes = sum_of(add, tiles, (channels, len(dy), *map(_framed, axes)), dy.dtype, todo)
    height, width = (slice(axis.before, (axis.before or 0) + (axis.size or 0)) for axis in axes)
    dx: Array = np.ascontiguousarray(planes[:, :, height, width].transpose(1, 2, 3, 0))
    if bias is not None:
        dx += bias
    return dx


def _framed(axis: Axis) -> int:
    """Positions of the inputs and the zeros around them, in reach or not."""
    assert axis.size is not None and axis.before is not None and axis.padded_size is not None
    return max(axis.padded_size, axis.before + axis.size)
