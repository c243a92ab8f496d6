"""What a picture is, and its levels of grey."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import DTypeError, ShapeError

Picture = NDArray[np.floating]


def numbers_of(values: object, argument: str) -> NDArray[np.generic]:
    """An array of real numbers. Raises ``DTypeError`` for anything else.

    >>> numbers_of([[1, 2]], "pictures").shape
    (1, 2)
    """
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "fiub":
        raise DTypeError("explorer_not_numbers", argument=argument, kind=type(values).__name__)
    return array


def normal_picture(values: object, argument: str) -> Picture:
    """Greys (height, width), or colours (height, width, 3) from 0 to 1.

    Colours of integers count to 255. Raises ``DTypeError`` for what holds no real numbers,
    ``ShapeError`` for another shape.

    >>> normal_picture([[[0, 255, 51]]], "pictures").tolist()
    [[[0.0, 1.0, 0.2]]]
    """
    array = numbers_of(values, argument)
    if array.size == 0 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        raise ShapeError("not_a_picture", argument=argument, value=array.shape)
    whole = array.ndim == 3 and array.dtype.kind in "iu"
    return array.astype("float64") / (255 if whole else 1)


def largest(picture: Picture) -> float:
    """The largest finite number, whatever its sign; 1 where there is none but 0."""
    return float(np.abs(picture[np.isfinite(picture)]).max(initial=0.0)) or 1.0


def grey_levels(picture: Picture, bound: float, signed: bool) -> Picture:
    """Levels from 0 to 1: black to white for 0 to ``bound``, or for -``bound`` to ``bound``.

    An infinity is as white, or as black, as a finite number can be; what is no number is black.

    >>> grey_levels(np.array([-2.0, 0.0, 1.0]), 2, signed=True).tolist()
    [0.0, 0.5, 0.75]
    """
    scaled = np.clip(np.nan_to_num(picture / bound, nan=-1.0, posinf=1.0, neginf=-1.0), -1, 1)
    levels: Picture = (scaled + 1) / 2 if signed else np.clip(scaled, 0, 1)
    return levels
