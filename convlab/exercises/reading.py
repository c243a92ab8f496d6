"""What a reader may give for an answer, made canonical; nothing is ever executed from a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from ..i18n import Term

LONGEST = 1000
"""More numbers than any answer has: an endless iterator stops here."""


class Unusable(Exception):
    """An answer that can be neither right nor wrong; ``term`` says why."""

    def __init__(self, code: str, /, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with its parameters."""
        return partial(Unusable, self.code, **self.parameters), ()

    @property
    def term(self) -> Term:
        return Term(f"exercises.unusable_{self.code}", **self.parameters)


def kind_of(answer: object) -> str:
    return type(answer).__name__


def number(answer: object) -> int:
    """A whole number: of Python, of NumPy, an array that holds just one, or a float without rest.

    >>> number(np.array(7)), number(7.0)
    (7, 7)
    """
    if isinstance(answer, np.ndarray) and answer.size == 1:
        answer = answer.item()
    if isinstance(answer, bool | np.bool_) or not isinstance(
        answer, int | float | np.integer | np.floating
    ):
        raise Unusable("not_a_number", kind=kind_of(answer))
    if answer != answer or answer in (np.inf, -np.inf) or answer != int(answer):
        raise Unusable("not_whole")
    return int(answer)


def numbers(answer: object) -> tuple[int, ...]:
    """Whole numbers in order: a tuple, a list, a one-dimensional array; a leading None is dropped.

    >>> numbers(np.array([2, 3])), numbers([None, 4, 5.0])
    ((2, 3), (4, 5))
    """
    if isinstance(answer, set | frozenset):
        raise Unusable("no_order")
    items = _items(answer)
    return tuple(map(number, items[1:] if items and items[0] is None else items))


def positions(answer: object) -> tuple[int, ...]:
    """Whole numbers whose order does not matter: also a set or a range; sorted, each once.

    >>> positions({3, 1}), positions(range(2))
    ((1, 3), (0, 1))
    """
    return tuple(sorted(set(map(number, _items(answer)))))


def _items(answer: object) -> list[object]:
    if isinstance(answer, np.ndarray) and answer.ndim == 1:
        answer = answer.tolist()
    if not isinstance(answer, Iterable) or isinstance(answer, Mapping | np.ndarray):
        raise Unusable("not_a_sequence", kind=kind_of(answer))
    try:
        return list(islice(answer, LONGEST))
    except Exception:  # An iterator of the reader's own may raise anything.
        raise Unusable("not_a_sequence", kind=kind_of(answer)) from None
