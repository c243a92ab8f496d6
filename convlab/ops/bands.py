"""Few channels: neighbouring outputs as one, with a kernel that holds theirs side by side.

The windows of one or three channels are runs of few numbers, and copying a run costs about as much
as 16 numbers do. Where w neighbouring outputs are taken together, one longer run serves all of
them, and the matrix has w times as many columns; the price are zeros in the kernel:

    g0 g1 g2                         g0 g1 g2  0
                 with w = 2 becomes
                                      0 g0 g1 g2
"""

from __future__ import annotations

import numpy as np

from ..geometry import Axis
from .windows import Array, Axes

WIDEST = 16
RUN_COST = 150
"""Starting to copy one run takes as long as so many multiply-adds."""
NUMBER_COST = 3
"""Copying one number takes as long as so many multiply-adds."""
NARROWEST = 16
"""A product with fewer columns takes as long as with so many."""


def width(axes: Axes, kernel_shape: tuple[int, ...]) -> int:
    """How many neighbouring outputs to take together: the cheapest width that divides a row."""
    columns = axes[1]
    assert columns.output_size is not None
    channels, filters = kernel_shape[2:]
    if columns.dilation > 1 or channels * columns.kernel > 64:
        return 1
    fitting = [w for w in range(1, WIDEST + 1) if columns.output_size % w == 0]
    return min(fitting, key=lambda w: _cost(columns.banded(w).kernel * channels, w, filters))


def _cost(run: int, w: int, filters: int) -> float:
    """The time of one output, in multiply-adds, for each row of the kernel."""
    return (RUN_COST + run * (NUMBER_COST + max(w * filters, NARROWEST))) / w


def banded(kernel: Array, columns: Axis, w: int) -> Array:
    """The kernel (K, L, C, F) as (K, L', C, w*F): for w outputs, each in its place among zeros.

    >>> banded(np.array([1.0, 2.0]).reshape(1, 2, 1, 1), Axis(size=4, kernel=2), 2)[0, :, 0]
    array([[1., 0.],
           [2., 1.],
           [0., 2.]])
    """
    rows, taps, channels, filters = kernel.shape
    band = np.zeros((rows, columns.banded(w).kernel, channels, w, filters), kernel.dtype)
    for first, start in enumerate(_starts(columns, w)):
        band[:, start : start + taps, :, first] = kernel
    return band.reshape(*band.shape[:3], w * filters)


def unbanded(band: Array, columns: Axis, w: int) -> Array:
    """``banded`` with its roles exchanged: what lies in the places of each tap, summed."""
    rows, _, channels, filters = band.shape
    apart = band.reshape(*band.shape[:3], w, filters // w)
    kernel = np.zeros((rows, columns.kernel, channels, filters // w), band.dtype)
    for first, start in enumerate(_starts(columns, w)):
        kernel += apart[:, start : start + columns.kernel, :, first]
    return kernel


def _starts(columns: Axis, w: int) -> list[int]:
    return [columns.start(first) - columns.start(0) for first in range(w)]
