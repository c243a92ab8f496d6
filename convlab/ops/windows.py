"""Views of an input through its sliding windows, and the tiles in which they are visited."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ..geometry import Axis

TILE_BYTES = 1 << 20
"""About the share of a processor's second-level cache that a copied tile may take."""


def framed_size(axis: Axis) -> int:
    """Zeros before, inputs and zeros after, where unreachable inputs at the end are kept."""
    assert axis.size is not None and axis.before is not None and axis.after is not None
    return axis.size + axis.before + max(axis.after, 0)


def interior(axis: Axis) -> slice:
    """The inputs among the framed positions."""
    assert axis.size is not None and axis.before is not None
    return slice(axis.before, axis.before + axis.size)


def frame(x: NDArray[np.floating], axes: tuple[Axis, Axis]) -> NDArray[np.floating]:
    """x[n, h, w, c] inside its zeros; x itself where there are none."""
    height, width = (framed_size(axis) for axis in axes)
    if (height, width) == x.shape[1:3]:
        return x
    framed = np.zeros((x.shape[0], height, width, x.shape[3]), x.dtype)
    framed[:, interior(axes[0]), interior(axes[1])] = x
    return framed


def windows(framed: NDArray[np.floating], axes: tuple[Axis, Axis]) -> NDArray[np.floating]:
    """The view (N, I, J, K, L, C) in which [n, i, j] is the window of output (i, j); no copy."""
    rows, columns = axes
    by_output = framed[:, :: rows.stride, :: columns.stride].strides
    by_tap = framed[:, :: rows.dilation, :: columns.dilation].strides
    return as_strided(
        framed,
        (framed.shape[0], *output_sizes(axes), rows.kernel, columns.kernel, framed.shape[3]),
        (*by_output[:3], *by_tap[1:]),
    )


def output_sizes(axes: tuple[Axis, Axis]) -> tuple[int, int]:
    """(I, J), known."""
    rows, columns = (axis.output_size for axis in axes)
    assert rows is not None and columns is not None
    return rows, columns


def tiles(samples: int, rows: int, row_bytes: int) -> Iterator[tuple[slice, slice]]:
    """Blocks of samples and output rows that cover all, each of about ``TILE_BYTES``.

    Either several whole samples, or some rows of one, so that a block of a contiguous array is
    contiguous too.

    >>> list(tiles(samples=1, rows=5, row_bytes=TILE_BYTES // 3))
    [(slice(0, 1, None), slice(0, 3, None)), (slice(0, 1, None), slice(3, 5, None))]
    """
    per_tile = max(TILE_BYTES // max(row_bytes, 1), 1)
    sample_step = max(per_tile // max(rows, 1), 1)
    row_step = min(per_tile, max(rows, 1))
    for sample in range(0, samples, sample_step):
        for row in range(0, rows, row_step):
            yield (
                slice(sample, min(sample + sample_step, samples)),
                slice(row, min(row + row_step, rows)),
            )
