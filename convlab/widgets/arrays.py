"""What callers give for arrays and simple values: read, checked, refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from .. import arguments
from ..errors import ConvlabError, DTypeError, ShapeError
from ..i18n import Choices, Term
from .values import Array

_MANY = 100


def simple(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's; what an iterator yields, as long as it is short.

    >>> simple(np.int64(3)), simple(np.array([2, 1])), simple(iter("ab"))
    (3, [2, 1], ('a', 'b'))
    """
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return tuple(islice(value, _MANY)) if isinstance(value, Iterator) else value


def finite(values: object, argument: str) -> Array:
    """``values`` as an array of finite float64; a ``ConvlabError`` says why they cannot be one."""
    if isinstance(values, np.ma.MaskedArray):
        filled = {argument: values.filled(0)}
        raise DTypeError("explorer_masked", argument=argument, choices=[filled])
    try:
        array = np.asarray(values)
        hollow = array.dtype.kind == "O" and None in array.ravel().tolist()
        if array.dtype.kind not in "fiubOV" or hollow:
            raise TypeError
        array = array.astype(np.float64)
    except Exception:
        # An object of another library may raise anything.
        kind = type(values).__name__
        raise DTypeError("explorer_not_numbers", argument=argument, kind=kind) from None
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        place = tuple(map(int, wrong[0]))
        raise ConvlabError(
            "explorer_not_finite",
            argument=argument,
            value=float(array[place]),
            place=place,
            choices=[{argument: np.where(np.isfinite(array), array, 0.0)}],
        )
    return array


def one_sample(x: object, rank: int, data_format: str) -> Array:
    shape = np.shape(x) if hasattr(x, "shape") else ()
    if len(shape) not in (rank + 1, rank + 2):
        check_axes(np.empty((0,) * len(shape)), rank, data_format, "x")
    array = finite(x, "x")
    if array.ndim == rank + 2:
        if not len(array):
            raise ShapeError("explorer_no_sample", argument="x", value=array.shape)
        array = array[0]
    check_axes(array, rank, data_format, "x")
    return array


def check_axes(array: Array, rank: int, data_format: str, argument: str = "input") -> None:
    """Sliding axes and channels, and at least one number along each."""
    if array.ndim == rank + 1 and array.size:
        return
    names = [*arguments.AXIS_NAMES[rank], "channels"]
    names = names[-1:] + names[:-1] if data_format == "channels_first" else names
    layout = Choices([Term(f"axis.{name}_size") for name in names])
    raise ShapeError("explorer_axes", argument=argument, value=array.shape, layout=layout)
