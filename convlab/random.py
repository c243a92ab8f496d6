"""Where random numbers begin: one seed for a whole notebook, or one for a single initializer."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import ArgumentError
from .registry import Configurable

LARGEST_SEED = 2**32 - 1

_generator: np.random.Generator | None = None
"""Made when the first number is drawn: what it needs takes long to load."""


def set_random_seed(seed: int) -> None:
    """Let everything unseeded that is made from here on repeat itself.

    Raises ``ArgumentError`` for anything but an integer from 0 to 2³² − 1.

    >>> set_random_seed(7)
    >>> first = fresh_seed()
    >>> set_random_seed(7)
    >>> fresh_seed() == first
    True
    """
    global _generator
    _generator = np.random.default_rng(checked_seed(seed))


def fresh_seed() -> int:
    """A seed that nobody chose; it follows ``set_random_seed``."""
    global _generator
    _generator = _generator or np.random.default_rng()
    return int(_generator.integers(1, LARGEST_SEED, endpoint=True))


def checked_seed(seed: Any) -> int:
    """``seed`` as an ``int``, if it is a Python integer in range: Keras takes no other."""
    if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise ArgumentError(
            "seed", argument="seed", value=seed, most=LARGEST_SEED, choices=[{"seed": 0}]
        )
    return int(seed)


class SeedGenerator(Configurable):
    """One seed after another: an initializer that holds it draws new numbers at every call.

    >>> seeds = SeedGenerator(3)
    >>> seeds.next(), seeds.next()
    ((3, 0), (3, 1))
    """

    def __init__(self, seed: int | None = None, name: str = "seed_generator") -> None:
        self.seed = seed
        self.name = name
        self._start = fresh_seed() if seed is None else checked_seed(seed)
        self._count = 0

    def next(self) -> tuple[int, int]:
        """The next seed, as ``numpy.random.default_rng`` takes it."""
        self._count += 1
        return self._start, self._count - 1
