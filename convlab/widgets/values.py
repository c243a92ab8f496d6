"""The numbers that the explorer begins with, and those its presets fill in.

All numbers of a widget live in pools, one set for each rank. A pool has no size: its ``fill`` is
the name of a formula that has a number for every place, and ``block`` are the numbers set by hand
that stand before it, from the first place on. So a size that shrinks and grows again loses nothing.
A series is kept as an image of one row.

Letters in a fill: r, c, k of the input (row, column, channel); r, c, a, b of the kernel (the last
two along the kernel's last two axes); a, b of the pointwise kernel; f of the bias.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..explanation.formulas import tree
from ..kernels import named_kernel
from .ranges import MOST

Array = NDArray[np.float64]
Fill = Any
Pool = dict[str, Any]

LETTERS = {"input": "rck", "kernel": "rcab", "pointwise": "ab", "bias": "f"}

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


_WAVE = np.round(4 * np.sin(0.9 * np.arange(MOST["sizes"] + 2 * MOST["channels"])))
"""As far as the longest series and the most channels reach."""

_RAMP = tree("mod(2 * r + c + 3 * k, 10)")
_CHECKERBOARD = tree("mod(r + c + k, 2)")
# Small numbers of both signs that seldom repeat: −2, −1, … 2.
_WAVES = tree("mod(3 * r + 2 * c + 4 * a + b + 1, 5) - 2")

_LINES = {
    "identity": [0, 1, 0],
    "blur": [0.25, 0.5, 0.25],
    "sharpen": [-1, 3, -1],
    "edges": [-1, 2, -1],
    "emboss": [-1, 1, 1],
    "sobel": [-1, 0, 1],
}
_FULL_NAMES = {"sobel": "sobel_x"}


def _kernel(name: str) -> Fill:
    line = named_kernel(_FULL_NAMES.get(name, name)).ravel()
    return {"line": line.tolist(), "at": tree("3 * r + c if r < 3 and c < 3 else -1")}


def _of_every_rank(fills: Mapping[str, Fill]) -> dict[str, dict[str, Fill]]:
    return {"1": dict(fills), "2": dict(fills)}


FILLS: dict[str, dict[str, dict[str, Fill]]] = {
    "input": {
        "1": {
            "ramp": _RAMP,
            "impulse": tree("1 if r == 0 and c == 2 else 0"),
            "checkerboard": _CHECKERBOARD,
            "wave": {"line": _WAVE.astype(int).tolist(), "at": tree("c + 2 * k")},
        },
        "2": {
            "ramp": _RAMP,
            "impulse": tree("1 if r == 2 and c == 2 else 0"),
            "checkerboard": _CHECKERBOARD,
            "digit": {
                "line": [int(sign) for sign in "".join(_DIGIT)],
                "at": tree("8 * r + c if r < 8 and c < 8 else -1"),
            },
        },
    },
    "kernel": {
        "1": {"waves": _WAVES} | {n: {"line": v, "at": "c"} for n, v in _LINES.items()},
        "2": {"waves": _WAVES} | {name: _kernel(name) for name in _LINES},
    },
    "pointwise": _of_every_rank({"waves": tree("mod(3 * a + 2 * b + 1, 5) - 2")}),
    "bias": _of_every_rank({"ones": 1}),
}
"""By pool, then by rank, then by name."""

START: dict[str, dict[str, Pool]] = {
    rank: {
        kind: {"fill": fill, "block": None}
        for kind, fill in (
            ("input", "ramp"), ("kernel", "waves"), ("pointwise", "waves"), ("bias", "ones"))
    }
    for rank in ("1", "2")
}  # fmt: skip

_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "mod": np.mod,
    "<": np.less,
    "==": np.equal,
    "and": np.logical_and,
    "if": np.where,
}


def evaluated(tree: Fill, letters: Mapping[str, Any]) -> Any:
    """A fill's tree with arrays for its letters.

    >>> evaluated(["mod", ["*", 2, "r"], 3], {"r": np.arange(4)})
    array([0, 2, 1, 0])
    """
    if isinstance(tree, str):
        return letters[tree]
    if isinstance(tree, list):
        return _OPERATIONS[tree[0]](*(evaluated(side, letters) for side in tree[1:]))
    return tree


def filled(kind: str, rank: int, name: str, shape: tuple[int, ...]) -> Array:
    """The numbers of a fill from the first place on.

    >>> filled("input", 2, "ramp", (2, 4, 1))[..., 0].tolist()
    [[0.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 5.0]]
    """
    fill = FILLS[kind][str(rank)][name]
    letters = dict(zip(LETTERS[kind], np.indices(shape), strict=True))
    if not isinstance(fill, dict):
        return np.full(shape, evaluated(fill, letters), dtype=np.float64)
    line = np.array([*fill["line"], 0.0])
    at = np.full(shape, evaluated(fill["at"], letters))
    found: Array = line[np.where((at >= 0) & (at < len(line) - 1), at, len(line) - 1)]
    return found


def numbers(kind: str, rank: int, pool: Pool, shape: tuple[int, ...]) -> Array:
    """The numbers of a pool from the first place on: those set by hand, else the fill's."""
    found = filled(kind, rank, pool["fill"], shape)
    _lay(found, pool["block"])
    return found


def _lay(array: Array, block: Any) -> None:
    """Put the numbers of a block into the array; where it holds ``None`` the array stays."""
    if isinstance(block, list) and array.ndim:
        for part, inner in zip(array, block, strict=False):
            if array.ndim > 1:
                _lay(part, inner)
        if array.ndim == 1:
            kept = [old if new is None else new for new, old in zip(block, array, strict=False)]
            array[: len(kept)] = kept


def pasted(pool: Pool, array: Array) -> Pool:
    """The pool with the numbers from the first place on replaced.

    >>> pasted({"fill": "ones", "block": [1.0, 2.0, 3.0]}, np.array([4.0, 5.5]))
    {'fill': 'ones', 'block': [4, 5.5, 3.0]}
    """
    return {**pool, "block": _over(pool["block"], short(array.tolist()))}


def _over(below: Any, above: Any) -> Any:
    if not isinstance(above, list):
        return above
    old = below if isinstance(below, list) else []
    return [
        _over(old[i] if i < len(old) else None, above[i]) if i < len(above) else old[i]
        for i in range(max(len(old), len(above)))
    ]


def short(nested: Any) -> Any:
    """Whole numbers without their ``.0``, as JSON is shorter with; −0 stays what it is."""
    if isinstance(nested, list):
        return [short(part) for part in nested]
    whole = isinstance(nested, float) and nested.is_integer() and str(nested) != "-0.0"
    return int(nested) if whole else nested


def is_pool(pool: object, kind: str, rank: int | str) -> bool:
    """Whether this is a pool: a known fill, and a block of finite numbers as deep as its letters.

    >>> is_pool({"fill": "ones", "block": [1, None]}, "bias", 1)
    True
    >>> is_pool({"fill": "ones", "block": [[1]]}, "bias", 1)
    False
    """
    if not isinstance(pool, Mapping) or pool.keys() != {"fill", "block"}:
        return False
    fill, known = pool["fill"], FILLS[kind][str(rank)]
    return isinstance(fill, str) and fill in known and _is_block(pool["block"], len(LETTERS[kind]))


_LONGEST = 4096


def _is_block(block: Any, depth: int) -> bool:
    if block is None:
        return True
    if isinstance(block, list):
        return depth > 0 and len(block) <= _LONGEST and all(_is_block(b, depth - 1) for b in block)
    number = isinstance(block, int | float) and not isinstance(block, bool)
    return number and depth == 0 and abs(block) < np.inf
