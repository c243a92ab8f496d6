"""The kinds of answers: how one is read, and how near a wrong one comes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

from ..i18n import Choices, Term
from . import reading


class Kind(ABC):
    """How an exercise is answered.

    An answer is read into its normal form, which JSON can hold (``plain``). ``relation`` says in a
    word or two how a wrong one stands to the right one, from the two normal forms alone; ``near``
    has a sentence for each relation that deserves one. So a browser checks answers by data.
    """

    name: ClassVar[str]

    @property
    @abstractmethod
    def form(self) -> Term:
        """How to write an answer in a notebook."""

    @abstractmethod
    def read(self, answer: object) -> Hashable:
        """The normal form of an answer. Raises ``Unusable``."""

    @abstractmethod
    def relation(self, value: Any, right: Any) -> str:
        """How ``value``, which is wrong, stands to ``right``."""

    @abstractmethod
    def near(self, right: Any) -> dict[str, Term]:
        """What is said of a wrong answer, by its relation to ``right``."""

    def record(self) -> Mapping[str, Any]:
        """What a field for this answer has to know besides the kind's name."""
        return {}

    def plain(self, value: Any) -> Any:
        """A normal form as JSON holds it."""
        return list(value) if isinstance(value, tuple) else value


def relation_of_numbers(value: Sequence[int], right: Sequence[int]) -> str:
    """``"order"``, ``"missing"``, ``"surplus"``, ``"length"``, ``"none"``, or which are in place.

    >>> [relation_of_numbers(value, (4, 5, 6)) for value in [(6, 4, 5), (4, 6), (1, 5, 6), (1, 1)]]
    ['order', 'missing', 'at 1 2', 'length']
    """
    if sorted(value) == sorted(right):
        return "order"
    if len(value) == len(right):
        places = [str(place) for place, number in enumerate(right) if value[place] == number]
        return " ".join(["at", *places]) if places else "none"
    if value and _within(value, right):
        return "missing"
    return "surplus" if _within(right, value) else "length"


def _within(part: Sequence[int], whole: Sequence[int]) -> bool:
    """Whether ``part`` is ``whole`` with some numbers left out."""
    rest = iter(whole)
    return all(number in rest for number in part)


def relation_of_sets(value: Sequence[int], right: Sequence[int]) -> str:
    """``"empty"``, ``"none"``, ``"surplus"``; with the number of right ones ``"part"``, ``"some"``.

    >>> [relation_of_sets(value, (1, 2, 3)) for value in [(1, 2), (2, 7), (1, 2, 3, 4), (9,), ()]]
    ['part 2', 'some 1', 'surplus', 'none', 'empty']
    """
    hits = len(set(value) & set(right))
    if not hits:
        return "none" if value else "empty"
    if hits == len(right):
        return "surplus"
    return f"part {hits}" if hits == len(value) else f"some {hits}"


@dataclass(frozen=True)
class Number(Kind):
    """One whole number."""

    name: ClassVar[str] = "number"

    @property
    def form(self) -> Term:
        return Term("exercises.form_number")

    def read(self, answer: object) -> int:
        return reading.number(answer)

    def relation(self, value: int, right: int) -> str:
        return "above" if value > right else "below"

    def near(self, right: int) -> dict[str, Term]:
        return {side: Term(f"exercises.near_{side}") for side in ("above", "below")}


@dataclass(frozen=True)
class Shape(Kind):
    """Whole numbers in order; how many there are is for the reader to find."""

    name: ClassVar[str] = "shape"

    @property
    def form(self) -> Term:
        return Term("exercises.form_shape")

    def read(self, answer: object) -> tuple[int, ...]:
        return reading.numbers(answer)

    def relation(self, value: tuple[int, ...], right: tuple[int, ...]) -> str:
        return relation_of_numbers(value, right)

    def near(self, right: tuple[int, ...]) -> dict[str, Term]:
        labels = [Term("exercises.label_number", number=place + 1) for place in range(len(right))]
        codes = ("order", "missing", "surplus")
        return {code: Term(f"exercises.near_{code}") for code in codes} | dict(in_place(labels))


def in_place(labels: Sequence[Term]) -> Iterator[tuple[str, Term]]:
    """A sentence for each way in which some, but not all, of the numbers are right."""
    for count in range(1, len(labels)):
        for places in combinations(range(len(labels)), count):
            right = Choices([labels[place] for place in places])
            relation = " ".join(["at", *map(str, places)])
            yield relation, Term("exercises.near_in_place", right=right)


@dataclass(frozen=True)
class Numbers(Kind):
    """Whole numbers in order, each with a name (``exercises.label_<name>``)."""

    name: ClassVar[str] = "numbers"
    names: tuple[str, ...]

    @property
    def form(self) -> Term:
        return Term("exercises.form_code", code=f"({', '.join(self.names)})")

    @property
    def labels(self) -> list[Term]:
        return [Term(f"exercises.label_{name}") for name in self.names]

    def read(self, answer: object) -> tuple[int, ...]:
        return reading.numbers(answer)

    def relation(self, value: tuple[int, ...], right: tuple[int, ...]) -> str:
        return relation_of_numbers(value, right)

    def near(self, right: tuple[int, ...]) -> dict[str, Term]:
        wanted = Term("exercises.near_length", count=len(right), labels=Choices(self.labels))
        return {
            "order": Term("exercises.near_order"),
            **dict.fromkeys(("missing", "surplus", "length"), wanted),
            **dict(in_place(self.labels)),
        }

    def record(self) -> Mapping[str, Any]:
        return {"labels": self.labels}


MOST_RIGHT = 10
"""More numbers than a right answer of these kinds has: their sentences are the same for all."""


class _Set(Kind):
    """Whole numbers whose order does not matter."""

    def read(self, answer: object) -> tuple[int, ...]:
        return reading.positions(answer)

    def relation(self, value: tuple[int, ...], right: tuple[int, ...]) -> str:
        return relation_of_sets(value, right)

    def near(self, right: tuple[int, ...]) -> dict[str, Term]:
        codes = ("empty", "none", "surplus")
        sentences = {code: Term(f"exercises.near_set_{code}") for code in codes}
        for hits in range(1, MOST_RIGHT):
            for code in ("part", "some"):
                sentences[f"{code} {hits}"] = Term(f"exercises.near_set_{code}", hits=hits)
        return sentences


@dataclass(frozen=True)
class Positions(_Set):
    """Some of the numbers from ``first`` to ``last``, which a page offers to click.

    ``what`` they are is the end of ``exercises.form_<what>``.
    """

    name: ClassVar[str] = "positions"
    first: int
    last: int
    what: str = "positions"

    @property
    def form(self) -> Term:
        return Term(f"exercises.form_{self.what}")

    def record(self) -> Mapping[str, Any]:
        return {"first": self.first, "last": self.last}


@dataclass(frozen=True)
class Rows(_Set):
    """Some of the lines of code that the question lists, by their number from 1."""

    name: ClassVar[str] = "rows"
    rows: tuple[str, ...]

    @property
    def form(self) -> Term:
        return Term("exercises.form_rows")

    def record(self) -> Mapping[str, Any]:
        return {"rows": list(self.rows)}
