"""Kernels of 3x3 with fewer products: four outputs from 16 of them, where the sum has 36.

Two neighbouring outputs of a kernel of three taps read four inputs d0 … d3. The sum takes six
products; these four are enough (S. Winograd; Lavin and Gray, Fast Algorithms for Convolutional
Neural Networks, 2016):

    m0 = (d0 - d2) g0                    m1 = (d1 + d2) (g0 + g1 + g2) / 2
    m3 = (d1 - d3) g2                    m2 = (d2 - d1) (g0 - g1 + g2) / 2
    y0 = m0 + m1 + m2                    y1 = m1 - m2 - m3

Done along the height and then along the width, a block of 2x2 outputs takes 4x4 products instead
of 2x2x3x3. Each is summed over the channels, so it is one of 16 matrix products over all blocks.
Halves and sums of small integers are exact, and an output still depends on its own inputs alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from .threads import share, sum_of
from .windows import LEAST_TILES, Array, Axes, Tile, cut, output_sizes, scratch, tiles

SUMS_BYTES = 3 << 18
"""How much memory the sums and products of a tile may take."""

EACH_OUTPUT = 5
"""The product, m1 of m1, that is part of all four outputs with a plus sign."""


def pays(axes: Axes, channels: int, filters: int, samples: int) -> bool:
    """Whether the sums before and after cost less than the products saved."""
    fits = all((axis.kernel, axis.stride, axis.dilation) == (3, 1, 1) for axis in axes)
    blocks = samples * prod(output_sizes(axes)) // 4
    return fits and min(channels, filters) >= 32 and blocks >= 64


def fill(out: Array, x: Array, kernel: Array, axes: Axes, bias: Array | None) -> bool:
    """out[n,i,j,f] = sum over k,l,c of x[n, i+k-p, j+l-p', c] * kernel[k,l,c,f] + bias[f].

    Returns whether that is so: differences of infinities are none, so the sum itself has to be
    computed where there are any.
    """
    weights = _kernel_sums(kernel)
    strange = [] if _is_finite(kernel) else [True]

    def work(block: Tile) -> None:
        d = cut(x, axes, _outputs(block))
        if strange or not _is_finite(d):
            strange.append(True)
            return
        inputs = _input_sums(d, block)
        products = scratch("product", (16, inputs.shape[1], kernel.shape[3]), x.dtype)
        np.matmul(inputs, weights, out=products)
        if bias is not None:
            products[EACH_OUTPUT] += bias
        _sum_products(products.reshape(4, 4, *_blocks(block), -1), out[_outputs(block)])

    blocks, todo = _tiles(len(x), axes, *kernel.shape[2:])
    share(work, blocks, todo)
    return not strange


def kernel_gradient(x: Array, dy: Array, axes: Axes) -> Array | None:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i+k-p, j+l-p', c] * dy[n,i,j,f], by blocks.

    ``None`` where infinities forbid it.
    """
    shape = (x.shape[3], dy.shape[3])
    blocks, todo = _tiles(len(x), axes, *shape)

    def add(block: Tile, total: Array) -> None:
        errors = _error_sums(dy[_outputs(block)], _blocks(block))
        inputs = _input_sums(cut(x, axes, _outputs(block)), block)
        part = scratch("product", total.shape, x.dtype)
        total += np.matmul(inputs.swapaxes(1, 2), errors, out=part)

    total = sum_of(add, blocks, (16, *shape), x.dtype, todo)
    if not _is_finite(total):
        return None
    halfway = _taps(list(total.reshape(4, 4, *shape)))
    return np.stack([np.stack(_taps(list(row))) for row in halfway])


def _tiles(samples: int, axes: Axes, channels: int, filters: int) -> tuple[list[Tile], int]:
    """Tiles of blocks, and the multiply-adds of all."""
    rows, columns = (-(-size // 2) for size in output_sizes(axes))
    block_bytes = 16 * (2 * channels + filters) * 4
    todo = samples * rows * columns * 16 * channels * filters
    return tiles(samples, rows, columns, block_bytes, LEAST_TILES, SUMS_BYTES), todo


def _is_finite(values: Array) -> bool:
    """A sum of squares is quick, and finite if they are and not about to overflow."""
    return bool(np.isfinite(np.vdot(values, values)))


def _blocks(block: Tile) -> tuple[int, int, int]:
    n, i, j = (part.stop - part.start for part in block)
    return n, i, j


def _outputs(block: Tile) -> Tile:
    """The outputs of a tile of blocks; the last block of an odd size is cut by the array's end."""
    rows, columns = (slice(2 * part.start, 2 * part.stop) for part in block[1:])
    return Tile(block.samples, rows, columns)


def _input_sums(d: Array, block: Tile) -> Array:
    """The differences and sums of 4x4 inputs, for each of a tile's blocks: 16 matrices (…, C).

    Even and odd columns are laid apart at first, so that what follows works on long runs.
    """
    (n, i, j), channels = _blocks(block), d.shape[3]
    apart = scratch("apart", (2, n, 2 * i + 2, j + 1, channels), d.dtype)
    halfway = scratch("halfway", (4, 2, n, i, j + 1, channels), d.dtype)
    sums = scratch("sums", (4, 4, n, i, j, channels), d.dtype)
    apart[0], apart[1] = d[:, :, 0::2], d[:, :, 1::2]
    _differences([apart[:, :, k : k + 2 * i - 1 : 2] for k in range(4)], halfway)
    sides = halfway.swapaxes(0, 1)
    _differences(
        [sides[k % 2, :, :, :, k // 2 : k // 2 + j] for k in range(4)], sums.swapaxes(0, 1)
    )
    return sums.reshape(16, n * i * j, channels)


def _differences(d: Sequence[Array], out: Array) -> None:
    np.subtract(d[0], d[2], out=out[0])
    np.add(d[1], d[2], out=out[1])
    np.subtract(d[2], d[1], out=out[2])
    np.subtract(d[1], d[3], out=out[3])


def _kernel_sums(kernel: Array) -> Array:
    """What the kernel (3, 3, C, F) is in the 16 products: (16, C, F)."""
    sums = np.empty((4, 4, *kernel.shape[2:]), kernel.dtype)
    for row, both in zip(_means(kernel), sums, strict=True):
        both[...] = _means(row)
    return sums.reshape(16, *kernel.shape[2:])


def _means(g: Array) -> list[Array]:
    ends = (g[0] + g[2]) / 2
    middle = g[1] / 2
    return [g[0], ends + middle, ends - middle, g[2]]


def _taps(m: Sequence[Array]) -> list[Array]:
    """``_means`` with its roles exchanged: the gradient of three taps from that of the four."""
    mean, difference = (m[1] + m[2]) / 2, (m[1] - m[2]) / 2
    return [m[0] + mean, difference, mean + m[3]]


def _sum_products(m: Array, out: Array) -> None:
    """The 2x2 outputs of each block from its 4x4 products (4, 4, n, i, j, F), which are lost."""
    m[0] += m[1]
    m[0] += m[2]
    m[1] -= m[2]
    m[1] -= m[3]
    for a in range(2):
        left, right = out[:, a::2, 0::2], out[:, a::2, 1::2]
        m0, m1, m2, m3 = m[a]
        m0 += m1
        m1 -= m2
        np.add(_like(left, m0), _like(left, m2), out=left)
        np.subtract(_like(right, m1), _like(right, m3), out=right)


def _like(target: Array, blocks: Array) -> Array:
    """Without the last blocks where an odd size has no place for their second output."""
    _, rows, columns, _ = target.shape
    return blocks[:, :rows, :columns]


def _error_sums(dy: Array, blocks: tuple[int, int, int]) -> Array:
    """The output's gradient as that of the 4x4 products, as 16 matrices (blocks, F)."""
    n, i, j = blocks
    if dy.shape[1:3] != (2 * i, 2 * j):
        odd = [(0, 0), (0, 2 * i - dy.shape[1]), (0, 2 * j - dy.shape[2]), (0, 0)]
        dy = np.pad(dy, odd)
    halfway = scratch("halfway", (4, n, i, 2 * j, dy.shape[3]), dy.dtype)
    sums = scratch("errors", (4, 4, n, i, j, dy.shape[3]), dy.dtype)
    _spread(dy[:, 0::2], dy[:, 1::2], halfway)
    for row, both in zip(halfway, sums, strict=True):
        _spread(row[:, :, 0::2], row[:, :, 1::2], both)
    return sums.reshape(16, n * i * j, dy.shape[3])


def _spread(first: Array, second: Array, out: Array) -> None:
    """y0 and y1 of the formula above with their roles exchanged."""
    out[0] = first
    np.add(first, second, out=out[1])
    np.subtract(first, second, out=out[2])
    np.negative(second, out=out[3])
