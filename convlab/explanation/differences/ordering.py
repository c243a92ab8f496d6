"""Differences that many kinds of layers share: where numbers stand, and how weights begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import prod, sqrt
from typing import Any, Protocol, TypeVar

from ...geometry import Size
from ...i18n import Choices, Term
from ...initializers import GlorotUniform, Zeros, compute_fans
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


@dataclass(frozen=True)
class Turned:
    """A weight of Keras' of a ``shape``, and the same numbers as PyTorch keeps them.

    ``source`` makes those, of the shape ``torch``, of the array ``name``.
    """

    name: str
    shape: tuple[int, ...]
    source: str
    torch: tuple[int, ...]

    @property
    def reach(self) -> float:
        """PyTorch starts a weight, and its bias, evenly between this below and above 0."""
        return 1 / sqrt(max(prod(self.torch[1:]), 1))

    def weight(self, place: int, name: str = "weight") -> tuple[int, str, str]:
        """Its entry in a twin."""
        return (place, name, from_numpy(self.source))

    @property
    def difference(self) -> Difference:
        """Where the numbers stand."""
        numbers = {"name": self.name, "keras": self.shape, "torch": self.torch}
        return Difference("weight_order", "order", {**numbers, "source": self.source})

    def start(self, initializer: Any) -> Difference:
        """How the weight starts: Keras' rule and PyTorch's, with the numbers of this shape."""
        numbers = {"name": self.name, "torch": f"{self.reach:.4g}"}
        if type(initializer) is not GlorotUniform or initializer.input_axes is not None:
            other = type(initializer).__name__
            return Difference("other_start", "training", {**numbers, "keras": other})
        fans = sum(compute_fans(self.shape))
        limit = f"{sqrt(6 / max(fans, 1)):.4g}"
        inside = prod(self.torch[2:])
        xavier = (self.torch[0] + self.torch[1]) * inside == fans
        call = "xavier_uniform_(weight)" if xavier else f"uniform_(weight, -{limit}, {limit})"
        return Difference("kernel_start", "training", {**numbers, "keras": limit, "call": call})


def convolved(name: str, shape: Sequence[int]) -> Turned:
    """A kernel (*sizes, channels, filters) as PyTorch's weight (filters, channels, *sizes).

    Of a transposed layer, (*sizes, filters, channels) as (channels, filters, *sizes).
    """
    *sizes, channels, filters = shape
    count = len(sizes)
    turn = (count + 1, count, *range(count))
    return Turned(name, tuple(shape), f"{name}.transpose{turn}", (filters, channels, *sizes))


def depthwise(name: str, shape: Sequence[int]) -> Turned:
    """A kernel (*sizes, channels, multiplier) as PyTorch's (channels * multiplier, 1, *sizes)."""
    *sizes, channels, multiplier = shape
    count = len(sizes)
    torch = (channels * multiplier, 1, *sizes)
    turn = (count, count + 1, *range(count))
    return Turned(name, tuple(shape), f"{name}.transpose{turn}.reshape{torch}", torch)


def bias_start(layer: Any, kernel: Turned) -> list[Difference]:
    """Keras' bias starts at 0 unless told otherwise, PyTorch's does not."""
    if not layer.use_bias:
        return []
    torch = f"{kernel.reach:.4g}"
    if type(layer.bias_initializer) is Zeros:
        return [Difference("bias_start", "training", {"torch": torch})]
    other = type(layer.bias_initializer).__name__
    numbers = {"name": "bias", "keras": other, "torch": torch}
    return [Difference("other_start", "training", numbers)]


def bias_weight(layer: Any, place: int) -> tuple[tuple[int, str, str], ...]:
    """The bias in a twin, where there is one."""
    return ((place, "bias", from_numpy("bias")),) if layer.use_bias else ()
