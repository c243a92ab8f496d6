"""What the writers of all frameworks do at a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .chain import Chain, as_in_keras
from .plan import Node
from .source import call

EPSILON = 1e-7
"""Keras' smallest divisor."""


class StepWriter:
    """A step of a plan, and the chain that is written for it."""

    def __init__(self, node: Node, chain: Chain) -> None:
        self.node, self.chain, self.layer = node, chain, node.layer

    @property
    def rank(self) -> int:
        return len(self.chain.order)

    @property
    def channels_first(self) -> bool:
        return getattr(self.layer, "data_format", None) == "channels_first"

    @property
    def sliding_axes(self) -> range:
        """The axes, in Keras, along which a layer works."""
        return range(2, self.rank) if self.channels_first else range(1, self.rank - 1)

    @property
    def lora_scale(self) -> float:
        rank: int = self.layer.lora_rank
        return (getattr(self.layer, "lora_alpha", None) or rank) / rank

    def has(self, weight: str) -> bool:
        return weight in self.node.weights

    def ends(self, ends: Any) -> list[tuple[int, tuple[int, int]]]:
        """The place of each sliding axis, and what a layer does at its ends."""
        pairs = [ends] if self.layer.rank == 1 else list(ends)
        dims = [self.chain.dims([axis])[0] for axis in self.sliding_axes]
        return list(zip(dims, pairs, strict=True))

    def crop(self, ends: Sequence[tuple[int, tuple[int, int]]]) -> None:
        """Cut ends off, place by place; nothing where there is nothing to cut."""
        index = [":"] * self.rank
        for place, (before, after) in ends:
            index[place] = f"{before or ''}:{-after or ''}"
        while index and index[-1] == ":":
            index.pop()
        if index:
            self.chain.apply(f"{{x}}[{', '.join(index)}]")

    def reshape(self, sizes: Sequence[Any]) -> None:
        """Each sample in another shape; a size may be ``None``."""
        known = None not in sizes and 0 not in sizes
        shown = [-1 if size is None else size for size in sizes]
        listed = ", ".join(map(str, [-1 if known else "len({x})", *shown]))
        self.chain.apply(f"{{x}}.reshape({listed})")
        self.chain.order = as_in_keras(len(sizes) + 1)

    def permute(self, dims: Sequence[int]) -> None:
        """Keras' axes in another order: the array stays, its axes are called differently."""
        self.chain.order = tuple((0, *dims).index(axis) for axis in self.chain.order)

    def reduce(self, largest: str, kept: str) -> None:
        """One number a map: by the method ``largest`` or the mean; ``kept`` keeps the axes."""
        dims = self.chain.dims(self.sliding_axes)
        function = largest if "Max" in self.node.kind else "mean"
        options = {kept: True} if self.layer.keepdims else {}
        over = dims[0] if self.layer.rank == 1 else dims
        self.chain.apply(call(f"{{x}}.{function}", over, **options))
        if not self.layer.keepdims:
            self.chain.order = as_in_keras(2)

    # Numbers that spread over an array

    def spread_over(self, axes: Sequence[int]) -> None:
        """Let these axes stand in Keras' order."""
        places = [self.chain.dims([axis])[0] for axis in sorted(axes)]
        if places != sorted(places):
            self.chain.reorder(as_in_keras(self.rank))

    def spread_sizes(self, axes: Sequence[int]) -> tuple[Any, ...]:
        """The shape in which numbers of these axes spread over the array."""
        sizes, order = self.node.input_shape, self.chain.order
        held = [sizes[axis] if axis in axes else 1 for axis in order]
        first = min((place for place, axis in enumerate(order) if axis in axes), default=len(order))
        return tuple(held[first:])

    def spread_values(self, values: Any) -> Any:
        """Given numbers, which spread over Keras' array, as they spread over the program's."""
        spread = values.reshape((1,) * (self.rank - values.ndim) + values.shape)
        spread = spread.transpose(self.chain.order)
        while spread.ndim and spread.shape[0] == 1:
            spread = spread[0]
        return spread.tolist()


def statistics(layer: Any, shape: Any) -> list[Any]:
    """The mean that a layer was given, and by what to divide, as they spread over its input."""
    kept = {axis % len(shape) for axis in layer.axis}
    sizes = [shape[axis] for axis in sorted(kept)]
    spread = [size if axis in kept else 1 for axis, size in enumerate(shape)]
    pairs = np.asarray(layer.mean), np.maximum(np.sqrt(layer.variance), EPSILON)
    return [
        each if each.ndim == 0 else np.broadcast_to(each, sizes).reshape(spread) for each in pairs
    ]
