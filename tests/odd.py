"""Odd values of every kind, and the one way to hold a public call to its promise.

A call works, or raises a ``ConvlabError`` of which every choice, tried out together with all else
that was given, works.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import pathlib
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convlab import Conv2D
from convlab.choices import applied
from convlab.errors import ConvlabError


class Foreign:
    """An object of a library that nobody knows."""

    def __repr__(self) -> str:
        return "<foreign>"


class Hostile:
    """An object that answers every question with an error."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("not comparable")

    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")

    def __repr__(self) -> str:
        return "<hostile>"

    __hash__ = None  # type: ignore[assignment]


def _read_only() -> np.ndarray:
    array = np.ones((1, 4, 5, 2))
    array.flags.writeable = False
    return array


def _self_holding() -> list[Any]:
    items: list[Any] = [1]
    items.append(items)
    return items


# Made anew for each call: an iterator is empty once it was read.
VALUES: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "empty text": lambda: "",
    "text": lambda: "abc",
    "a near word": lambda: "sam",
    "Chinese": lambda: "卷積",
    "surrogate": lambda: "\ud800",
    "bytes": lambda: b"same",
    "True": lambda: True,
    "zero": lambda: 0,
    "one": lambda: 1,
    "two": lambda: 2,
    "negative": lambda: -3,
    "huge": lambda: 10**12,
    "enormous": lambda: 10**40,
    "negative enormous": lambda: -(10**40),
    "half": lambda: 1.5,
    "NaN": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "minus infinity": lambda: float("-inf"),
    "complex": lambda: 1j,
    "int64": lambda: np.int64(2),
    "uint8": lambda: np.uint8(2),
    "float32": lambda: np.float32(2),
    "float16 NaN": lambda: np.float16("nan"),
    "numpy text": lambda: np.str_("same"),
    "datetime64": lambda: np.datetime64("2020-01-01"),
    "0-d": lambda: np.array(2),
    "0-d object": lambda: np.array(None),
    "empty array": lambda: np.array([]),
    "line": lambda: np.array([1, 2]),
    "table": lambda: np.ones((2, 2)),
    "image": lambda: np.ones((1, 4, 5, 2)),
    "image of integers": lambda: np.arange(40).reshape(1, 4, 5, 2),
    "image of NaN": lambda: np.full((1, 4, 5, 2), np.nan),
    "image of infinities": lambda: np.full((1, 4, 5, 2), np.inf),
    "empty batch": lambda: np.ones((0, 4, 5, 2)),
    "many axes": lambda: np.ones((1, 1, 4, 5, 2)),
    "masked": lambda: np.ma.masked_equal(np.ones((1, 4, 5, 2)), 1),
    "read-only": _read_only,
    "complex array": lambda: np.ones((1, 4, 5, 2), complex),
    "array of texts": lambda: np.array(["same", "valid"]),
    "array of objects": lambda: np.array([None, 1], dtype=object),
    "structured": lambda: np.zeros(2, dtype=[("a", int)]),
    "empty list": lambda: [],
    "empty tuple": lambda: (),
    "ragged": lambda: [[1], [2, 3]],
    "pair": lambda: (1, 2),
    "pair of None": lambda: (None, None),
    "triple": lambda: (1, 2, 3),
    "list": lambda: [2, 2],
    "shape": lambda: (None, 4, 5, 2),
    "shape without a batch": lambda: (4, 5, 2),
    "shape with a text": lambda: (1, "4", 5, 2),
    "shape of arrays": lambda: (1, np.array([4, 5]), 5, 2),
    "shape of zeros": lambda: (0, 0, 0, 0),
    "negative shape": lambda: (1, -4, 5, 2),
    "enormous shape": lambda: (1, 10**40, 10**40, 2),
    "dict": lambda: {"a": 1},
    "empty dict": lambda: {},
    "config": lambda: {"class_name": "Zeros", "config": {}},
    "broken config": lambda: {"class_name": 5, "config": None, "module": []},
    "dict with numbers for names": lambda: {1: 2},
    "set": lambda: {1, 2},
    "range": lambda: range(2),
    "generator": lambda: (i for i in range(1, 3)),
    "endless generator": lambda: iter(int, 1),
    "deque": lambda: collections.deque([1, 2]),
    "list that holds itself": _self_holding,
    "fraction": lambda: fractions.Fraction(1, 2),
    "decimal": lambda: decimal.Decimal(2),
    "date": lambda: datetime.date(2020, 1, 1),
    "path": lambda: pathlib.PurePath("same"),
    "function": lambda: lambda *_, **__: None,
    "type": lambda: int,
    "layer class": lambda: Conv2D,
    "layer": lambda: Conv2D(1, 2),
    "layers": lambda: [Conv2D(1, 2), Conv2D(1, 2)],
    "pair of name and arguments": lambda: ("Conv2D", {"filters": 1, "kernel_size": 2}),
    "broken pair": lambda: ("Conv2D", {"filters": -1}),
    "unknown layer": lambda: ("Conv9D", {}),
    "slice": lambda: slice(None),
    "ellipsis": lambda: ...,
    "error": lambda: ValueError("x"),
    "foreign": Foreign,
    "hostile": Hostile,
}

Call = Callable[..., object]


def held(call: Call, given: Mapping[str, Callable[[], Any]]) -> str | None:
    """What is wrong with a call, or ``None``. ``given`` makes each argument's value."""

    def made() -> dict[str, Any]:
        return {name: make() for name, make in given.items()}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call(**made())
        except ConvlabError as error:
            return _wrong_choice(call, made, error)
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:200]}"
    return None


def _wrong_choice(
    call: Call, made: Callable[[], dict[str, Any]], error: ConvlabError
) -> str | None:
    words = str(error)[:200]
    for choice in error.choices:
        try:
            call(**applied(made(), choice))
        except Exception as second:
            but = f"{type(second).__name__}: {str(second)[:200]}"
            return f"{words!r} offers {str(choice)[:300]}, but: {but}"
    return None
