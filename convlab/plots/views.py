"""A stage of a layer as a window that gathers: what it reads, through which taps, what comes out.

Every number and every index comes from ``explanation`` and ``geometry``.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..explanation import Frame, Frames, Window
from ..geometry import Axis, TransposedAxis
from ..layers.stages import apply_stage
from .layout import Position
from .scene import Array


def covered(axis: Axis, output: int) -> tuple[int, ...]:
    """The padded position under each tap of a window, zeros included."""
    visits = (axis.visited(tap) for tap in range(axis.kernel))
    return tuple(range(visit.start, visit.stop, visit.step)[output] for visit in visits)


class View:
    """One stage, on one sample, channels last. ``name`` is that of the act that shows it."""

    name = ""

    def __init__(self, frames: Frames, index: int) -> None:
        self.frames = frames
        self.index = index
        stages = frames.geometry.stages
        self.stage = stages[index]
        self.final = index == len(stages) - 1
        if len(stages) > 1:
            self.name = ("depthwise", "pointwise")[index]

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The axes along which the window slides."""
        return self.stage.forward_axes

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of positions in each direction."""
        return tuple(axis.output_size or 0 for axis in self.axes)

    def places(self) -> list[list[int]]:
        """For each direction, where the inputs stand among the zeros."""
        return [
            [(axis.before or 0) + position for position in range(axis.size or 0)]
            for axis in self.axes
        ]

    @cached_property
    def input(self) -> Array:
        """What the stage reads."""
        return self.frames.input if self.index == 0 else self._sums

    @cached_property
    def _sums(self) -> Array:
        """The tensor between the two stages of a separable layer."""
        first = self.frames.geometry.stages[0]
        sums: Array = apply_stage(first, self.frames.input[None], self.frames.kernels[0])[0]
        return sums

    @cached_property
    def framed_input(self) -> Array:
        """The input among its zeros, with its channels."""
        sizes = [axis.padded_size or 0 for axis in self.axes]
        framed = np.zeros((*sizes, self.stage.channels))
        framed[np.ix_(*self.places())] = self.input
        return framed

    @cached_property
    def zeros(self) -> NDArray[np.bool_]:
        """Which places hold no input."""
        zeros = np.ones(self.framed_input.shape[:-1], bool)
        zeros[np.ix_(*self.places())] = False
        return zeros

    def window(self, position: Position, filter: int) -> Window:
        """The products of one output."""
        if self.final:
            return self.frames.at(position, filter).window
        return self.frames.at(position, 0).stages[self.index][filter]

    def frame(self, position: Position, filter: int) -> Frame | None:
        """The bias and what follows, where this is the last stage."""
        return self.frames.at(position, filter) if self.final else None

    def outputs(self, filter: int) -> Array:
        """The stage's output map for a filter; that of the last stage is the layer's own."""
        maps = self.frames.output if self.final else self._sums
        return maps[..., filter].astype(np.float64)

    def weights(self, filter: int) -> Array:
        """A filter's weights, (K, …, channels of its group)."""
        return self.frames.kernels[self.index][..., filter]

    def by_channel(self, products: Array, filter: int) -> dict[int, Array]:
        """(K, …, channels) apart; channels that the filter does not read are not there."""
        channels = self.stage.channels_of(filter)
        return {channel: products[..., index] for index, channel in enumerate(channels)}


class InsertedView(View):
    """A transposed stage as an ordinary window: zeros inserted, the kernel flipped."""

    name = "inserted"
    _flip = (slice(None, None, -1), slice(None, None, -1))

    def _transposed(self) -> list[TransposedAxis]:
        return [axis for axis in self.stage.axes if isinstance(axis, TransposedAxis)]

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        return tuple(axis.inserted for axis in self._transposed())

    def places(self) -> list[list[int]]:
        return [
            [
                (axis.inserted.before or 0) + axis.inserted_position(position)
                for position in range(axis.input_size or 0)
            ]
            for axis in self._transposed()
        ]

    def window(self, position: Position, filter: int) -> Window:
        found = super().window(position, filter)
        sources = tuple(axis[::-1] for axis in found.sources)
        values, weights = found.values[self._flip], found.weights[self._flip]
        return Window(position, filter, found.channels, sources, values, weights)

    def weights(self, filter: int) -> Array:
        return super().weights(filter)[self._flip]
