"""The stages of a layer: products of axes, with their channels, filters and groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

from .axes import UNIT_AXIS, AnyAxis, Axis, Size, TransposedAxis


@dataclass(frozen=True)
class Stage:
    """One sum of products: a window slides over ``axes`` and turns ``channels`` into ``filters``.

    The channels fall into ``groups`` that do not mix; a depthwise stage has one group a channel.
    ``kernel_shape`` is the weight's shape as Keras stores it.
    """

    axes: tuple[AnyAxis, ...]
    channels: int
    filters: int
    groups: int
    kernel_shape: tuple[int, ...]

    @property
    def transposed(self) -> bool:
        """Whether the windows write (a transposed convolution) instead of read."""
        return isinstance(self.axes[0], TransposedAxis)

    @cached_property
    def forward_axes(self) -> tuple[Axis, ...]:
        """The axes of the convolution itself or, for a transposed stage, of the one it reverses."""
        return tuple(
            axis.forward if isinstance(axis, TransposedAxis) else axis for axis in self.axes
        )

    @property
    def input_sizes(self) -> tuple[Size, ...]:
        return tuple(axis.input_size for axis in self.axes)

    @property
    def output_sizes(self) -> tuple[Size, ...]:
        return tuple(axis.output_size for axis in self.axes)

    @property
    def parameters(self) -> int:
        """The number of weights of the kernel, bias not counted."""
        return prod(self.kernel_shape)

    def pointwise(self, filters: int) -> Stage:
        """The 1x1 stage that mixes what this one puts out into ``filters``."""
        points = tuple(Axis(size, kernel=1) for size in self.output_sizes)
        shape = (*(1,) * len(points), self.filters, filters)
        return Stage(points, self.filters, filters, 1, shape)

    def as_image(self) -> Stage:
        """The same sums along one direction, over an image of one row."""
        row = TransposedAxis(UNIT_AXIS) if self.transposed else UNIT_AXIS
        return replace(self, axes=(row, *self.axes), kernel_shape=(1, *self.kernel_shape))

    def channels_of(self, filter: int) -> range:
        """The input channels that are summed into one filter: those of its group."""
        per_group = self.channels // self.groups
        first = filter // (self.filters // self.groups) * per_group
        return range(first, first + per_group)


@dataclass(frozen=True)
class Geometry:
    """Everything about a layer on one input shape that is not a weight.

    ``layer`` is the Keras class name; ``stages`` holds one stage, or two for a separable layer.

    >>> from convlab import Conv2D
    >>> geometry = Conv2D(8, (3, 5), padding="same").geometry((None, 9, 12, 3))
    >>> geometry.output_shape
    (None, 9, 12, 8)
    >>> [(axis.before, axis.after) for axis in geometry.stages[0].axes]
    [(1, 1), (2, 2)]
    """

    layer: str
    batch: Size
    data_format: str
    stages: tuple[Stage, ...]

    @property
    def input_shape(self) -> tuple[Size, ...]:
        return self.shape_of(self.stages[0].input_sizes, self.stages[0].channels)

    @cached_property
    def output_shape(self) -> tuple[Size, ...]:
        return self.shape_of(self.stages[-1].output_sizes, self.stages[-1].filters)

    @cached_property
    def frame_shape(self) -> tuple[Size, ...]:
        """One sample of the first stage's convolution, its padding included, channels last."""
        stage = self.stages[0]
        channels = stage.filters if stage.transposed else stage.channels
        return (*(axis.padded_size for axis in stage.forward_axes), channels)

    def shape_of(self, sizes: tuple[Size, ...], channels: int) -> tuple[Size, ...]:
        """A tensor's shape in this layer's data format."""
        if self.data_format == "channels_first":
            return (self.batch, channels, *sizes)
        return (self.batch, *sizes, channels)
