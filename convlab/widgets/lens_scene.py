"""What lies under a lens besides a picture that was given, and what is found in its output.

The browser makes patterns and grain anew, by the same sums in double precision.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..geometry import Axis

Array = NDArray[np.floating]
Places = list[tuple[int, int]]

SIDE = 120
"""Rows and columns of a pattern: whole numbers of many periods."""

# What a sum of four bytes is on average, and how far it spreads.
_MEAN = 4 * 255 / 2
_SPREAD = float(np.sqrt(4 * (256**2 - 1) / 12))


def stripes(period: int, angle: int) -> Array:
    """A cosine from -1 to 1 that goes to the right, or turned by ``angle`` degrees, downwards.

    >>> stripes(4, 0)[0, :4].round(1).tolist()
    [1.0, 0.0, -1.0, -0.0]
    """
    down, right = np.mgrid[:SIDE, :SIDE]
    turn = angle * np.pi / 180
    found: Array = np.cos(2 * np.pi * (right * np.cos(turn) + down * np.sin(turn)) / period)
    return found


def scrambled(count: int) -> NDArray[np.uint32]:
    """The indices from 1 to ``count``, scrambled as Wellons' ``lowbias32`` does.

    >>> scrambled(2)
    array([1753845952, 3507691905], dtype=uint32)
    """
    index = np.arange(1, count + 1, dtype="uint32")
    index ^= index >> np.uint32(16)
    index *= np.uint32(0x7FEB352D)
    index ^= index >> np.uint32(15)
    index *= np.uint32(0x846CA68B)
    index ^= index >> np.uint32(16)
    return index


def grain(count: int) -> Array:
    """``count`` numbers like those of a normal distribution, always the same ones.

    Each is the sum of the four bytes of its scrambled index.

    >>> numbers = grain(100_000)
    >>> bool(abs(numbers.mean()) < 0.01 and abs(numbers.std() - 1) < 0.01)
    True
    """
    total = scrambled(count).view("uint8").reshape(count, 4).sum(axis=1, dtype="int64")
    found: Array = (total - _MEAN) / _SPREAD
    return found


def strongest(output: Array, axes: Sequence[Axis], count: int) -> Places:
    """The places (row, column) of the largest outputs, apart by half a kernel or more."""
    left = output.max(axis=-1).astype("float64")
    places: Places = []
    while len(places) < count and left.max() > -np.inf:
        row, column = map(int, np.unravel_index(left.argmax(), left.shape))
        places.append((row, column))
        left[_around(axes[0], row), _around(axes[1], column)] = -np.inf
    return places


def _around(axis: Axis, output: int) -> slice:
    """The outputs whose windows hold the middle of this one's window."""
    own = axis.reach(slice(output, output + 1))
    middle = (own.start + own.stop - 1) // 2
    windows = [axis.reach(slice(other, other + 1)) for other in range(axis.output_size or 0)]
    held = [index for index, one in enumerate(windows) if one.start <= middle < one.stop]
    return slice(held[0], held[-1] + 1)


def comparable(axis: Axis, move: int) -> list[int]:
    """The outputs that meet neither padding nor what a move of the picture has brought in.

    Nor does any of them, moved back by the whole outputs in the move.

    >>> comparable(Axis(size=8, kernel=3, before=1, after=1), 2)
    [3, 4, 5, 6]
    """
    outputs = range(axis.output_size or 0)
    return [one for one in outputs if all(i is not None and i >= move for i in axis.sources(one))]
