"""Puzzles of the lens: which kernel made this picture?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

import numpy as np

from ..i18n import Choices, Term
from .kinds import Kind
from .reading import Unusable, kind_of
from .task import Task

Taps = tuple[float, ...]
Place = tuple[int, int]
"""Down and right."""


@dataclass(frozen=True)
class Kernel(Kind):
    """The numbers of a square kernel, row by row; ``fixed`` are the settings of the lens."""

    name: ClassVar[str] = "kernel"
    side: int
    fixed: Mapping[str, Any]

    @property
    def form(self) -> Term:
        return Term("exercises.form_kernel", side=self.side)

    def read(self, answer: object) -> Taps:
        try:
            array = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            raise Unusable("not_a_kernel", kind=kind_of(answer), side=self.side) from None
        if array.shape != (self.side, self.side) or not np.isfinite(array).all():
            raise Unusable("not_a_kernel", kind=kind_of(answer), side=self.side)
        return tuple(np.round(array, 6).ravel().tolist())

    def relation(self, value: Taps, right: Taps) -> str:
        signs, right_signs = np.sign(value), np.sign(right)
        if (signs == right_signs).all():
            return "sizes"
        return "signs" if (np.abs(signs) == np.abs(right_signs)).all() else "none"

    def near(self, right: Taps) -> dict[str, Term]:
        return {code: Term(f"exercises.near_{code}") for code in ("sizes", "signs")}

    def plain(self, value: Taps) -> list[float]:
        return [int(tap) if tap == int(tap) else tap for tap in value]

    def record(self) -> Mapping[str, Any]:
        return {"side": self.side, "fixed": dict(self.fixed)}

    def taps(self, numbers: Sequence[tuple[Place, float]]) -> Taps:
        """A kernel of the numbers at places counted from its middle; elsewhere 0."""
        kernel = np.zeros((self.side, self.side))
        for (down, right), number in numbers:
            kernel[self.side // 2 + down, self.side // 2 + right] += number
        return tuple(kernel.ravel().tolist())

    def matrix(self, taps: Taps) -> list[list[float]]:
        """The numbers in rows."""
        numbers = self.plain(taps)
        return [numbers[row : row + self.side] for row in range(0, len(taps), self.side)]


FIXED = {"strides": 1, "padding": "same", "dilation_rate": 1}


def lens_shift(rng: Random) -> Task:
    down, right = rng.randrange(-2, 3), rng.randrange(-2, 3)
    way, factor, stays = rng.choice((("moved", 1, 0), ("negative", -1, 0), ("double", 1, 1)))
    kind = Kernel(5, FIXED)

    def kernel(down: int, right: int) -> Taps:
        """What the layer reads on one side, it puts down on the other."""
        return kind.taps([((-down, -right), factor), ((0, 0), stays)])

    return Task(
        kind=kind,
        right=kernel(down, right),
        traps={
            "tap_where_it_goes": kernel(-down, -right),
            "picture_stays": kernel(0, 0),
            "kernel_axes_swapped": kernel(right, down),
            "sideways_only": kernel(0, right),
            "up_and_down_only": kernel(down, 0),
        },
        numbers={"way": Term(f"exercises.shift_{way}"), "moves": Choices(_moves(down, right))},
        reasons={"rows": kind.matrix(kernel(down, right))},
    )


def _moves(down: int, right: int) -> list[Term]:
    told = (("down" if down > 0 else "up", down), ("right" if right > 0 else "left", right))
    return [Term(f"exercises.move_{name}", pixels=abs(count)) for name, count in told if count]


PLACES: dict[Place, str] = {
    (-1, -1): "above_left",
    (-1, 0): "above",
    (-1, 1): "above_right",
    (0, -1): "left",
    (0, 0): "middle",
    (0, 1): "right",
    (1, -1): "below_left",
    (1, 0): "below",
    (1, 1): "below_right",
}


def lens_difference(rng: Random) -> Task:
    (plus, minus), kind = rng.sample([*PLACES], 2), Kernel(3, FIXED)

    def kernel(plus: Place, minus: Place) -> Taps:
        return kind.taps([(plus, 1), (minus, -1)])

    return Task(
        kind=kind,
        right=kernel(plus, minus),
        traps={
            "signs_swapped": kernel(minus, plus),
            "kernel_turned": kernel((-plus[0], -plus[1]), (-minus[0], -minus[1])),
            "kernel_axes_swapped": kernel((plus[1], plus[0]), (minus[1], minus[0])),
            "sum_not_difference": kind.taps([(plus, 1), (minus, 1)]),
            "second_left_out": kind.taps([(plus, 1)]),
        },
        numbers={
            name: Term(f"exercises.place_{PLACES[place]}")
            for name, place in (("plus", plus), ("minus", minus))
        },
        reasons={"rows": kind.matrix(kernel(plus, minus))},
    )

