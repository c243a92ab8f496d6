"""Kernels with names, of any size: what people filtered with before kernels were learned.

Each is a (size, size) array; as a layer cross-correlates, the numbers stand as they meet the image.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import NDArray

from .arguments import nearest_count, normal_count
from .errors import ArgumentError, not_one_of

Matrix = NDArray[np.floating]


def _identity(size: int) -> Matrix:
    """A one in the middle: under "same" the image itself."""
    kernel = np.zeros((size, size))
    kernel[(size - 1) // 2, (size - 1) // 2] = 1.0
    return kernel


def _blur(size: int) -> Matrix:
    """The mean of the neighbourhood."""
    return np.full((size, size), 1.0 / size**2)


def _edges(size: int) -> Matrix:
    """The difference to the mean, size² times: 0 where nothing changes."""
    return size**2 * _identity(size) - 1.0


def _sharpen(size: int) -> Matrix:
    """The image plus its edges."""
    return _identity(size) + _edges(size)


def _emboss(size: int) -> Matrix:
    """Light from the upper left: the slope down to the right, and the image itself."""
    ramp = _ramp(size)
    return ramp[:, None] + ramp + _identity(size)


def _sobel_x(size: int) -> Matrix:
    """The slope along the width, smoothed along the height (Sobel and Feldman, 1968)."""
    smooth = np.array([comb(size - 1, tap) for tap in range(size)], dtype=float)
    return smooth[:, None] * _ramp(size)


def _sobel_y(size: int) -> Matrix:
    """The slope along the height, smoothed along the width."""
    return _sobel_x(size).T


def _ramp(size: int) -> Matrix:
    """…, -1, 0, 1, … about the middle."""
    return np.arange(size, dtype=np.float64) - (size - 1) / 2


_MAKERS: dict[str, Callable[[int], Matrix]] = {
    "identity": _identity,
    "blur": _blur,
    "sharpen": _sharpen,
    "edges": _edges,
    "emboss": _emboss,
    "sobel_x": _sobel_x,
    "sobel_y": _sobel_y,
}

KERNEL_NAMES = tuple(_MAKERS)
"""The names that ``named_kernel`` takes."""

LARGEST_SIZE = 1000
"""Beyond it the binomial coefficients of the Sobel kernels soon leave the range of a float."""


def named_kernel(name: str, size: int = 3) -> Matrix:
    """The kernel called ``name`` (one of ``KERNEL_NAMES``) as an array (size, size).

    Raises ``ArgumentError`` for another name, or a size below 1 or above ``LARGEST_SIZE``.

    >>> named_kernel("sobel_x").astype(int).tolist()
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    """
    if not isinstance(name, str) or name not in _MAKERS:
        raise not_one_of("name", name, KERNEL_NAMES)
    if nearest_count(size, 1) > LARGEST_SIZE:
        raise ArgumentError(
            "large_kernel",
            argument="size",
            value=size,
            most=LARGEST_SIZE,
            choices=[{"size": LARGEST_SIZE}],
        )
    return _MAKERS[name](normal_count(size, "size", 1))
