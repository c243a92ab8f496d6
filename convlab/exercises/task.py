"""One reader's version of an exercise: the numbers, the right answer, the tempting wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from ..i18n import Term
from .kinds import Kind


@dataclass(frozen=True)
class Task:
    """An exercise with its numbers.

    ``kind`` reads an answer into its normal form; ``right`` is that of a right answer, ``traps``
    that of each misconception by its name in the catalogue (``exercises.trap_<name>``). ``numbers``
    fill every text of the exercise, ``reasons`` only that of its solution.
    """

    kind: Kind
    right: Hashable
    traps: Mapping[str, Hashable]
    numbers: Mapping[str, object]
    reasons: Mapping[str, object] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether every misconception shows, and no number of the question is the answer."""
        values = [self.right, *self.traps.values()]
        return len(set(values)) == len(values) and self.right not in self.numbers.values()

    def misconception(self, value: Hashable) -> str | None:
        """What is behind a wrong answer; ``None`` where it is not a usual one."""
        return next((trap for trap, wrong in self.traps.items() if wrong == value), None)

    def reply(self, value: Hashable) -> Term:
        """What is said of a wrong answer: of its misconception, else of how near it comes."""
        if trap := self.misconception(value):
            return self.explained(trap)
        relation = self.kind.relation(value, self.right)
        return self.kind.near(self.right).get(relation) or Term("exercises.near_unknown")

    def explained(self, trap: str) -> Term:
        """What is said of a misconception."""
        return Term(f"exercises.trap_{trap}", **self.numbers)


Maker = Callable[[Random], Task]


@lru_cache(maxsize=1024)
def drawn(maker: Maker, seed: str) -> Task:
    """The task of a seed: the first sound one."""
    rng = Random(seed)
    while not (task := maker(rng)).sound:
        pass
    return task
