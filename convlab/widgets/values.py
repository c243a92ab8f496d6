"""The numbers that the explorer begins with, and those its presets fill in.

All numbers of a widget live in pools, one set for each rank, as large as the controls can reach;
what is shown is the corner of a pool, so a size that shrinks and grows again loses nothing. A
series is kept as an image of one row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ConvlabError, DTypeError
from ..kernels import named_kernel

Array = NDArray[np.float64]
Pool = dict[str, Any]
Counts = Mapping[str, int]

_DIGIT = (
    "02798100",
    "07500860",
    "00000590",
    "00028820",
    "00006850",
    "08000190",
    "05810970",
    "00488300",
)


def pools(counts: Counts, rank: int) -> Pool:
    """Input (rows, columns, channels), kernel (rows, columns, a, b), pointwise and bias.

    ``counts`` holds the largest size, kernel_size and channels.
    """
    rows, taps = (counts["sizes"], counts["kernel_size"]) if rank == 2 else (1, 1)
    depth = counts["channels"]
    shape = (taps, counts["kernel_size"], depth, depth)
    return {
        "input": _ramp(rows, counts["sizes"], depth).tolist(),
        "kernel": _waves(shape).tolist(),
        "pointwise": _waves((depth * counts["depth_multiplier"], depth)).tolist(),
        "bias": [1.0] * depth * counts["depth_multiplier"],
    }


def _waves(shape: tuple[int, ...]) -> Array:
    """Small numbers of both signs that seldom repeat: −2, −1, … 2."""
    steps = np.indices(shape)
    factors = np.array([3, 2, 4, 1][: len(shape)]).reshape(-1, *(1,) * len(shape))
    waves: Array = ((steps * factors).sum(axis=0) + 1) % 5 - 2.0
    return waves


def _ramp(rows: int, columns: int, channels: int) -> Array:
    """Numbers from 0 to 9 that climb along both axes, in another order for every channel."""
    r, c, k = np.indices((rows, columns, channels))
    ramp: Array = (2 * r + c + 3 * k) % 10.0
    return ramp


def _impulse(rows: int, columns: int, channels: int) -> Array:
    found = np.zeros((rows, columns, channels))
    found[min(2, rows - 1), 2] = 1
    return found


def _checkerboard(rows: int, columns: int, channels: int) -> Array:
    r, c, k = np.indices((rows, columns, channels))
    board: Array = (r + c + k) % 2.0
    return board


def _digit(rows: int, columns: int, channels: int) -> Array:
    digit = np.array([list(map(float, line)) for line in _DIGIT])
    found = np.zeros((max(rows, 8), max(columns, 8), channels))
    found[:8, :8] = digit[:, :, None]
    return found[:rows, :columns]


def _wave(rows: int, columns: int, channels: int) -> Array:
    _, c, k = np.indices((rows, columns, channels))
    wave: Array = np.round(4 * np.sin((c + 2 * k) * 0.9)) + 0.0
    return wave


_INPUTS = {
    1: {"ramp": _ramp, "impulse": _impulse, "checkerboard": _checkerboard, "wave": _wave},
    2: {"ramp": _ramp, "impulse": _impulse, "checkerboard": _checkerboard, "digit": _digit},
}

KERNELS: dict[int, dict[str, list[list[float]]]] = {
    1: {
        "identity": [[0, 1, 0]],
        "blur": [[0.25, 0.5, 0.25]],
        "sharpen": [[-1, 3, -1]],
        "edges": [[-1, 2, -1]],
        "emboss": [[-1, 1, 1]],
        "sobel": [[-1, 0, 1]],
    },
    2: {
        **{name: named_kernel(name).tolist() for name in ("identity", "blur", "sharpen", "edges")},
        "emboss": named_kernel("emboss").tolist(),
        "sobel": named_kernel("sobel_x").tolist(),
    },
}


def input_presets(counts: Counts, rank: int) -> dict[str, Any]:
    """Each preset by name, as large as the pool."""
    rows = counts["sizes"] if rank == 2 else 1
    shape = (rows, counts["sizes"], counts["channels"])
    return {name: make(*shape).tolist() for name, make in _INPUTS[rank].items()}


def crop(pool: Any, shape: tuple[int, ...]) -> Array:
    """The corner of a pool."""
    found: Array = np.asarray(pool, dtype=np.float64)[tuple(slice(0, count) for count in shape)]
    return found


def pasted(pool: Any, values: Array) -> Any:
    """The pool with its corner replaced."""
    whole = np.array(pool, dtype=np.float64)
    whole[tuple(slice(0, count) for count in values.shape)] = values
    return whole.tolist()


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
        if array.dtype.kind not in "fiubOV":
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
