"""Keras' pads beside the ``padding`` of PyTorch, which is one number for both ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...arguments import AXIS_NAMES
from ...geometry import Axis, convolution_axis
from .ordering import by_direction
from .records import Difference, Example
from .writing import one

_ROW = 4
"""So many outputs, and so many sizes, show a rule."""


@dataclass(frozen=True)
class End:
    """One direction of a window with Keras' pads, and the one number that PyTorch would get."""

    name: str
    axis: Axis
    padding: str

    @property
    def known(self) -> bool:
        """Whether the pads are the same for every size that the direction may have."""
        return self.axis.before is not None or self.axis.kernel == 1

    @property
    def pads(self) -> tuple[int, int]:
        """Keras' zeros at both ends, where they are known."""
        return self.axis.before or 0, self.axis.after or 0

    @property
    def both(self) -> int:
        """The number for both ends that one writes: half the window, if the size is then Keras'.

        Else the least that does it; where none does, half of all zeros, rounded up.
        """
        before, after = self.pads
        if self.padding != "same":
            return before
        half, least = self.axis.effective_kernel // 2, -(-(before + after) // 2)
        return half if self._keeps_size(half) else least

    @property
    def usual(self) -> Axis:
        """The direction as the one number makes it."""
        return replace(self.axis, before=self.both, after=self.both)

    def _keeps_size(self, both: int) -> bool:
        """Whether the output has Keras' size with as many zeros at either end."""
        axis = self.axis
        if axis.size is None:
            axis = self.resized(axis.effective_kernel).axis
        return replace(axis, before=both, after=both).output_size == axis.output_size

    @property
    def longer(self) -> bool:
        """Whether the one number makes the output longer."""
        return not self._keeps_size(self.both)

    @property
    def alike(self) -> bool:
        """Whether the one number lets every tap read what it reads in Keras."""
        if self.longer or self.both == self.pads[0]:
            return not self.longer
        outputs = range(self.axis.output_size or 0)  # In a short row a tap may find padding only.
        return all(self.axis.sources(each) == self.usual.sources(each) for each in outputs)

    def resized(self, size: int) -> End:
        """The same direction of another size."""
        axis = self.axis
        window = axis.kernel, axis.stride, axis.dilation
        return replace(self, axis=convolution_axis(size, *window, self.padding))

    @property
    def short(self) -> End:
        """The shortest row of a few outputs with the same zeros and the same number, to show."""
        outputs = min(_ROW, self.axis.output_size or 0)
        rows = (self.resized(size) for size in range(1, self.axis.size or 1))
        same = (row for row in rows if (row.pads, row.both) == (self.pads, self.both))
        return next((row for row in same if row.axis.output_size == outputs), self)


def ends_of(axes: Sequence[Axis], padding: str) -> tuple[End, ...]:
    """The directions of a layer, each with its name."""
    names = AXIS_NAMES[len(axes)]
    return tuple(End(name, axis, padding) for name, axis in zip(names, axes, strict=True))


def symmetric(ends: Sequence[End]) -> Any:
    """The argument ``padding`` with Keras' numbers; ``None`` where a module must pad before."""
    if all(end.alike for end in ends):
        return one([end.both for end in ends])
    pads = [end.pads for end in ends]
    alike = all(before == after for before, after in pads)
    return one([before for before, _ in pads]) if alike else None


def same_padding(ends: Sequence[End]) -> list[Difference]:
    """What differs under "same"."""
    strided = any(end.axis.stride > 1 for end in ends)
    return by_direction(ends, _strided if strided else _even)


def _even(end: End) -> Iterator[Difference]:
    before, after = end.pads
    if before != after:
        yield Difference("even_kernel", "call", {"before": before, "after": after})


def _strided(end: End) -> Iterator[Difference]:
    if not end.known:
        yield Difference("same_unknown", "values", {"cases": cases(end)})
    elif end.alike:
        yield fitting("same", end)
    else:
        item = unlike("same", end)
        yield item if end.longer else replace(item, example=_middles(end.short))


def cases(end: End) -> str:
    """The pads of a few sizes, one after the other."""
    first = end.axis.effective_kernel
    sizes = range(first, first + min(_ROW, end.axis.stride))
    return "; ".join(f"n = {size}: {end.resized(size).pads}" for size in sizes)


def fitting(layer: str, end: End) -> Difference:
    """One number does it, for this size at least."""
    numbers: dict[str, object] = {"both": end.both}
    size = end.axis.size
    if size is None or (other := end.resized(size + 1)).pads == end.pads:
        return Difference(f"{layer}_fits_always", "call", numbers)
    numbers |= {"size": size, "next": size + 1, "pads": other.pads}
    return Difference(f"{layer}_fits", "call", numbers)


def unlike(layer: str, end: End) -> Difference:
    """One number gives another size, or reads other places."""
    before, after = end.pads
    numbers = {"before": before, "after": after, "both": end.both}
    if end.longer:
        return Difference(f"{layer}_longer", "values", numbers)
    return Difference(f"{layer}_shifted", "values", {**numbers, "shift": end.both - before})


def causal_padding(ends: Sequence[End]) -> list[Difference]:
    """PyTorch pads both ends."""
    [end] = ends
    before = end.pads[0]
    if not before:
        return []
    if end.axis.size is not None and end.alike:
        return [Difference("causal_fits", "call", {"before": before})]
    return [Difference("causal", "values", {"before": before})]


def _middles(end: End) -> Example:
    """The row 1, 2, 3 …, and of each window what lies under its middle tap."""
    row = tuple(range(1, (end.axis.size or 0) + 1))
    return Example("middle_tap", row, _middle(end.axis), _middle(end.usual))


def _middle(axis: Axis) -> tuple[float, ...]:
    middle = axis.kernel // 2
    read = (axis.sources(output)[middle] for output in range(axis.output_size or 0))
    return tuple(0 if position is None else position + 1 for position in read)
