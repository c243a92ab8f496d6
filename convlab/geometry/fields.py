"""What one output of a network sees of its input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from .axes import AnyAxis, Size, TransposedAxis


@dataclass(frozen=True)
class ReceptiveField:
    """What one output of a network sees of its input, along one direction.

    Output o sees the inputs from ``start + o * jump`` on, ``size`` positions at most; a position
    below 0 lies in the padding. Behind a transposed axis ``jump`` and ``start`` may be fractions.
    ``start`` is ``None`` while some padding depends on a size that is not known. ``reach`` is
    ``None`` for what sees everything; with a ``jump`` of 0 all outputs see the same. ``at_most`` is
    whether all this is a bound: where a transposed axis comes behind a stride, its outputs lie
    between the steps of the stride and see somewhat less.

    Source: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks
    (Distill, 2019).

    >>> from convlab.geometry import Axis
    >>> field = ReceptiveField().through(Axis(9, kernel=3, stride=2, before=1))
    >>> deeper = field.through(Axis(4, kernel=3))
    >>> deeper.size, deeper.jump, deeper.start
    (7, Fraction(2, 1), Fraction(-1, 1))
    """

    reach: Fraction | None = Fraction(0)
    jump: Fraction = Fraction(1)
    start: Fraction | None = Fraction(0)
    at_most: bool = False

    @property
    def size(self) -> Size:
        """The most input positions that one output sees, holes included; ``None`` for everything.

        Where a stride follows a transposed axis, it may skip the outputs that see this many.
        """
        return None if self.reach is None else floor(self.reach) + 1

    def span(self, output: int) -> tuple[int, int]:
        """The first and the last input position that ``output`` sees."""
        assert self.start is not None and self.reach is not None
        first = self.start + output * self.jump
        return ceil(first), floor(first + self.reach)

    def through(self, axis: AnyAxis) -> ReceptiveField:
        """The field behind one more layer.

        A transposed axis is an ordinary one over finer positions, the inserted zeros included.
        """
        if isinstance(axis, TransposedAxis):
            finer = replace(self, jump=self.jump / axis.stride, at_most=self._bounds(axis))
            return finer.through(axis.inserted)
        jump = self.jump * axis.stride
        if self.reach is None:
            return replace(self, jump=jump)
        reach = self.reach + (axis.effective_kernel - 1) * self.jump
        known = self.start is not None and axis.before is not None
        start = self.start - axis.before * self.jump if known else None  # type: ignore[operator]
        return ReceptiveField(reach, jump, start, self.at_most)

    def _bounds(self, axis: TransposedAxis) -> bool:
        return self.at_most or (axis.stride > 1 and self.jump.numerator > 1)

    def over_all(self, size: Size) -> ReceptiveField:
        """The field of what takes in all of ``size`` positions, and so has no place of its own.

        >>> ReceptiveField(Fraction(2), Fraction(4), Fraction(-1)).over_all(3).span(0)
        (-1, 9)
        """
        if not self.jump:
            return self
        if size is None or self.reach is None:
            return EVERYTHING
        reach = self.reach + max(size - 1, 0) * self.jump
        return ReceptiveField(reach, Fraction(0), self.start, self.at_most)


EVERYTHING = ReceptiveField(None, Fraction(0), None)


def union(fields: Sequence[ReceptiveField]) -> ReceptiveField:
    """What the outputs at one place of several branches see together.

    From the smallest start to the largest end. Branches that do not move alike (one of them spreads
    a single number over all places, or they are not aligned) together see everything. While a
    start is not known, the widest branch counts.

    >>> wide, narrow = ReceptiveField(Fraction(4), start=Fraction(-2)), ReceptiveField()
    >>> union([wide, narrow]) == wide, union([wide, EVERYTHING]).size
    (True, None)
    """
    jump = max(field.jump for field in fields)
    if any(field.reach is None or field.jump != jump for field in fields):
        return replace(EVERYTHING, jump=jump)
    at_most = any(field.at_most for field in fields)
    reaches = [field.reach or Fraction(0) for field in fields]
    starts = [field.start for field in fields if field.start is not None]
    if len(starts) < len(fields):
        return ReceptiveField(max(reaches), jump, None, at_most)
    ends = [start + reach for start, reach in zip(starts, reaches, strict=True)]
    return ReceptiveField(max(ends) - min(starts), jump, min(starts), at_most)
