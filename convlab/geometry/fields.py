"""What one output of a stack of layers sees of its input."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from .axes import AnyAxis, TransposedAxis


@dataclass(frozen=True)
class ReceptiveField:
    """What one output of a stack of layers sees of its input, along one direction.

    Output o sees the inputs from ``start + o * jump`` on, ``size`` positions at most; a position
    below 0 lies in the padding. Behind a transposed axis ``jump`` and ``start`` may be fractions.
    ``start`` is ``None`` while some padding depends on a size that is not known.

    Source: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks
    (Distill, 2019).

    >>> from convlab.geometry import Axis
    >>> field = ReceptiveField().through(Axis(9, kernel=3, stride=2, before=1))
    >>> field.through(Axis(4, kernel=3))
    ReceptiveField(reach=Fraction(6, 1), jump=Fraction(2, 1), start=Fraction(-1, 1))
    """

    reach: Fraction = Fraction(0)
    jump: Fraction = Fraction(1)
    start: Fraction | None = Fraction(0)

    @property
    def size(self) -> int:
        """The most input positions that one output sees, holes included.

        Where a stride follows a transposed axis, it may skip the outputs that see this many.
        """
        return floor(self.reach) + 1

    def span(self, output: int) -> tuple[int, int]:
        """The first and the last input position that ``output`` sees."""
        assert self.start is not None
        first = self.start + output * self.jump
        return ceil(first), floor(first + self.reach)

    def through(self, axis: AnyAxis) -> ReceptiveField:
        """The field behind one more layer.

        A transposed axis is an ordinary one over finer positions, the inserted zeros included.
        """
        if isinstance(axis, TransposedAxis):
            finer = ReceptiveField(self.reach, self.jump / axis.stride, self.start)
            return finer.through(axis.inserted)
        reach = self.reach + (axis.effective_kernel - 1) * self.jump
        known = self.start is not None and axis.before is not None
        start = self.start - axis.before * self.jump if known else None  # type: ignore[operator]
        return ReceptiveField(reach, self.jump * axis.stride, start)
