"""Differences that many kinds of layers share: where numbers stand, and how weights begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import prod, sqrt
from typing import Any, Protocol, TypeVar

from ...geometry import Size
from ...i18n import Choices, Term
from ...initializers import GlorotUniform, compute_fans
from .records import Difference, from_numpy

Shape = tuple[Size, ...]


class Named(Protocol):
    """A direction with its name."""

    @property
    def name(self) -> str:
        """The end of its term in the catalogue."""


Direction = TypeVar("Direction", bound=Named)


def by_direction(
    directions: Iterable[Direction], rule: Callable[[Direction], Iterable[Difference]]
) -> list[Difference]:
    """What a rule says of each direction; of several the same is said once, with all names."""
    groups: dict[object, tuple[Difference, list[Term]]] = {}
    for direction in directions:
        for item in rule(direction):
            key = item.about, tuple(item.numbers.items())
            names = groups.setdefault(key, (item, []))[1]
            names.append(Term(f"axis.{direction.name}"))
    return [
        replace(item, numbers={**item.numbers, "axes": Choices(names)})
        for item, names in groups.values()
    ]


def channels_order(shape: Shape, data_format: str) -> list[Difference]:
    """PyTorch's maps are channels first."""
    if data_format == "channels_first":
        return []
    batch, *sizes, channels = shape
    return [Difference("channels", "order", {"keras": shape, "torch": (batch, channels, *sizes)})]


def last_axis(shape: Shape, about: str = "last_axis") -> list[Difference]:
    """Axis -1 holds the channels in Keras; in PyTorch's maps they stand behind the batch."""
    return [Difference(about, "order")] if len(shape) > 2 else []


class Turned:
    """A weight of Keras' and the same numbers as PyTorch keeps them.

    ``source`` makes them of the array ``name``.
    """

    def __init__(self, name: str, shape: Sequence[int], source: str, torch: Sequence[int]) -> None:
        self.name, self.shape, self.source = name, tuple(shape), source
        self.torch = tuple(torch)

    def weight(self, place: int, name: str = "weight") -> tuple[int, str, str]:
        """Its entry in a twin."""
        return (place, name, from_numpy(self.source))

    @property
    def difference(self) -> Difference:
        """Where the numbers stand."""
        numbers = {"name": self.name, "keras": self.shape, "torch": self.torch}
        return Difference("weight_order", "order", {**numbers, "source": self.source})

    def beginning(self, initializer: object) -> Difference:
        """How the weight begins: Keras' rule and PyTorch's, with the numbers of this shape."""
        reach = 1 / sqrt(max(prod(self.torch[1:]), 1))
        numbers = {"name": self.name, "torch": f"{reach:.3g}"}
        if type(initializer) is GlorotUniform:
            limit = sqrt(6 / max(sum(compute_fans(self.shape)), 1))
            return Difference("kernel_start", "training", {**numbers, "keras": f"{limit:.3g}"})
        other = type(initializer).__name__
        return Difference("other_start", "training", {**numbers, "keras": other})


def convolved(name: str, shape: Sequence[int]) -> Turned:
    """A kernel (*sizes, channels, filters) as PyTorch's weight (filters, channels, *sizes).

    Of a transposed layer, (*sizes, filters, channels) as (channels, filters, *sizes).
    """
    *sizes, channels, filters = shape
    count = len(sizes)
    turn = (count + 1, count, *range(count))
    return Turned(name, shape, f"{name}.transpose{turn}", (filters, channels, *sizes))


def depthwise(name: str, shape: Sequence[int]) -> Turned:
    """A kernel (*sizes, channels, multiplier) as PyTorch's (channels * multiplier, 1, *sizes)."""
    *sizes, channels, multiplier = shape
    count = len(sizes)
    torch = (channels * multiplier, 1, *sizes)
    turn = (count, count + 1, *range(count))
    return Turned(name, shape, f"{name}.transpose{turn}.reshape{torch}", torch)


def bias_start(layer: Any, kernel: Turned) -> list[Difference]:
    """Keras' bias begins with zeros, PyTorch's with small numbers."""
    if not layer.use_bias:
        return []
    reach = 1 / sqrt(max(prod(kernel.torch[1:]), 1))
    return [Difference("bias_start", "training", {"torch": f"{reach:.3g}"})]


def bias_weight(layer: Any, place: int) -> tuple[tuple[int, str, str], ...]:
    """The bias in a twin, where there is one."""
    return ((place, "bias", from_numpy("bias")),) if layer.use_bias else ()
