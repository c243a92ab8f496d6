"""One reader's version of an exercise: the numbers, the right answer, the tempting wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from ..i18n import Term


@dataclass(frozen=True)
class Task:
    """An exercise with its numbers.

    ``read`` turns what a reader gives into a canonical value, or raises ``Unusable``; ``right`` is
    the value of a right answer, ``traps`` that of each misconception by its name in the catalogue
    (``exercises.trap_<name>``). ``form`` says how to write an answer. ``numbers`` fill every text
    of the exercise, ``reasons`` only that of its solution.
    """

    form: Term
    read: Callable[[object], Hashable]
    right: Hashable
    traps: Mapping[str, Hashable]
    numbers: Mapping[str, object]
    reasons: Mapping[str, object] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether every misconception shows, and no number of the question is the answer."""
        values = [self.right, *self.traps.values()]
        return len(set(values)) == len(values) and self.right not in self.numbers.values()


Maker = Callable[[Random], Task]


@lru_cache(maxsize=64)
def drawn(maker: Maker, seed: str) -> Task:
    """The task of a seed: the first sound one."""
    rng = Random(seed)
    while not (task := maker(rng)).sound:
        pass
    return task
