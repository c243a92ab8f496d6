"""A still of a network: its input and the first maps of each layer, as one picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Levels = NDArray[np.uint8]

_MAPS = 8
"""The most maps of a layer."""
_SIDE = 64
"""Rows and columns of a map, at most and nearly."""
_GAP = 4
_WHITE = 255


def mosaic(pictures: Sequence[Array]) -> Levels:
    """A row of maps for each picture (rows, columns, channels), as levels (rows, columns, 1).

    In each row black is its smallest number, or 0, and white its largest one, or 0.

    >>> mosaic([np.ones((8, 8, 1)), np.ones((4, 4, 2))]).shape
    (136, 136, 1)
    """
    rows = [_row(one) for one in pictures]
    width = max(row.shape[1] for row in rows)
    filled = [
        np.pad(row, ((0, 0), (0, width - row.shape[1])), constant_values=_WHITE) for row in rows
    ]
    return np.concatenate(filled)[..., None]


def _row(picture: Array) -> Levels:
    levels = _levels(picture[..., :_MAPS])
    step = -(-max(levels.shape[:2]) // _SIDE)
    times = max(1, _SIDE // max(levels.shape[:2]))
    large = levels[::step, ::step].repeat(times, axis=0).repeat(times, axis=1)
    framed = np.pad(large, ((0, _GAP), (0, _GAP), (0, 0)), constant_values=_WHITE)
    return np.concatenate(list(np.moveaxis(framed, -1, 0)), axis=1)


def _levels(picture: Array) -> Levels:
    finite = np.nan_to_num(picture.astype("float64"), posinf=0, neginf=0)
    least, most = min(float(finite.min()), 0.0), max(float(finite.max()), 0.0)
    levels: Levels = np.rint((finite - least) / ((most - least) or 1) * _WHITE).astype("uint8")
    return levels
