"""Frames around maps as PyTorch has them, in Keras' layers: zeros, lowest numbers, crops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .. import companions
from ..geometry import Axis, convolution_axis
from ..layers.common import BaseLayer
from .torch_modules import INPUT, Part

FIRST = {"data_format": "channels_first"}
Pairs = Sequence[tuple[int, int]]

LOWEST = -1e30
"""Stands for −∞, of which no product with 0 and no difference can be taken."""


def layer(name: str, rank: int) -> type[BaseLayer]:
    """The companion of this name for so many directions."""
    found: type[BaseLayer] = companions.COMPANIONS[f"{name}{rank}D"]
    return found


def of_rank(pairs: Pairs) -> Any:
    """Pairs of ends as Keras takes them: along one direction, the one pair."""
    return tuple(pairs[0]) if len(pairs) == 1 else tuple(map(tuple, pairs))


def ends(axes: Sequence[Axis]) -> Pairs:
    """What stands before and after along each axis."""
    return [(axis.before or 0, axis.after or 0) for axis in axes]


def padding(pairs: Pairs, suffix: str = "padding", *sources: str) -> Part:
    """Zeros around maps."""
    arguments = {"padding": of_rank(pairs), **FIRST}
    return Part(layer("ZeroPadding", len(pairs)), arguments, suffix, sources)


def cropping(pairs: Pairs) -> list[Part]:
    """Positions cut off, behind a layer."""
    kind, arguments = layer("Cropping", len(pairs)), {"cropping": of_rank(pairs)}
    if len(pairs) > 1:
        return [Part(kind, arguments | FIRST, "cropping")]
    return steps_last(Part(kind, arguments, "cropping"))


def steps_last(part: Part) -> list[Part]:
    """A layer along time that takes its channels last, between two turns of the axes."""
    return [turned("channels_last"), part, turned("channels_first")]


def turned(suffix: str, *sources: str) -> Part:
    """Maps along time with their channels last, or first again."""
    return Part(companions.Permute, {"dims": (2, 1)}, suffix, sources)


def strided(axes: Sequence[Axis]) -> list[Part]:
    """Every so many positions of maps, and none between."""
    steps = tuple(axis.stride for axis in axes)
    if max(steps) == 1:
        return []
    arguments = {"pool_size": (1,) * len(axes), "strides": steps, **FIRST}
    return [Part(layer("MaxPooling", len(axes)), arguments, "stride")]


def keras_same(axes: Sequence[Axis]) -> bool:
    """Whether Keras' ``"same"`` puts every window where these axes do, whatever the size.

    >>> keras_same([Axis(None, 3, 1, 1, before=1, after=1)])
    True
    >>> keras_same([Axis(None, 3, 2, 1, before=1, after=1)])
    False
    """
    # Keras' padding depends on the remainder of the size by the stride alone.
    return all(
        _same_window(replace(axis, size=size))
        for axis in axes
        for size in range(1, axis.stride + 1)
    )


def _same_window(axis: Axis) -> bool:
    same = convolution_axis(axis.size, axis.kernel, axis.stride, axis.dilation, "same")
    return (same.before, same.output_size) == (axis.before, axis.output_size)


def inside(axes: Sequence[Axis], start: str) -> list[Part]:
    """1 where maps are, 0 in the frame around; no gradient comes back through it."""
    return [
        Part(companions.Rescaling, {"scale": 0.0, "offset": 1.0}, "ones", (start,)),
        padding(ends(axes), "inside"),
    ]


def lowest_around(axes: Sequence[Axis]) -> list[Part]:
    """Maps with the lowest numbers around, which are never the largest of a window."""
    return [
        padding(ends(axes), "padding", INPUT),
        *inside(axes, INPUT),
        Part(companions.Rescaling, {"scale": -LOWEST, "offset": LOWEST}, "lowest"),
        Part(companions.Add, {}, "framed", ("padding", "lowest")),
    ]
