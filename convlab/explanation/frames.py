"""The sliding window as records: every number that meets in one output, position by position.

All arrays hold one sample, channels last, whatever the layer's data format; a position has one
index for each sliding direction. Windows gather (any layer), stamps scatter (a transposed layer).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from ..arguments import check_index, check_is_layer, check_transposed, normal_array
from ..errors import ArgumentError, ShapeError
from ..geometry import Geometry, Size, Stage
from ..layers import Layer

Array = NDArray[np.floating]
Position = tuple[int, ...]

# Where an input or a weight is not finite, sums are not either: that is shown, not warned of.
_silently = np.errstate(over="ignore", invalid="ignore")


@dataclass(frozen=True)
class Product:
    """One product of a window: input ``value`` times ``weight``, and the sum so far.

    ``source`` is ``None`` where the tap lies on a zero: padding, or a zero inserted in between.
    """

    tap: Position
    channel: int
    source: Position | None
    value: float
    weight: float
    product: float
    partial_sum: float


@dataclass(frozen=True)
class Window:
    """One sum of products: what one filter of a stage sees at one output position.

    ``sources`` holds, for each direction, the input under each tap, ``None`` on a zero;
    ``channels`` the input channels that are summed. ``values`` and ``weights`` have one axis for
    each direction, K positions long, and one for the channels: (K, …, channels).
    """

    position: Position
    filter: int
    channels: range
    sources: tuple[tuple[Size, ...], ...]
    values: Array
    weights: Array

    @cached_property
    @_silently
    def products(self) -> Array:
        """values * weights, element by element."""
        return self.values * self.weights

    @cached_property
    @_silently
    def partial_sums(self) -> Array:
        """The sum up to each product, taps in order, the channels of a tap together."""
        return np.cumsum(self.products).reshape(self.products.shape)

    @property
    def sum(self) -> float:
        """The sum of all products, before any bias."""
        return float(self.partial_sums.flat[-1])

    def source(self, tap: Position) -> Position | None:
        """The input position under a tap, or ``None`` where it lies on a zero."""
        found = [axis[index] for axis, index in zip(self.sources, tap, strict=True)]
        known = tuple(index for index in found if index is not None)
        return known if len(known) == len(found) else None

    def __iter__(self) -> Iterator[Product]:
        for *tap, index in np.ndindex(*self.values.shape):
            at = (*tap, index)
            yield Product(
                tuple(tap),
                self.channels[index],
                self.source(tuple(tap)),
                float(self.values[at]),
                float(self.weights[at]),
                float(self.products[at]),
                float(self.partial_sums[at]),
            )


@dataclass(frozen=True)
class Frame:
    """All that makes one number of the output: z = sum + bias, a = activation(z).

    ``a`` is ``None`` where the activation leaves no number in this place (glu halves an axis).
    ``stages`` holds for each stage the windows that are needed: one in the last; in the depthwise
    stage of a separable layer one for each of its filters, whose sums the last one reads.
    """

    position: Position
    filter: int
    stages: tuple[tuple[Window, ...], ...]
    bias: float
    a: float | None

    @property
    def window(self) -> Window:
        """The last stage's window: its sum and the bias make z."""
        return self.stages[-1][0]

    @property
    def z(self) -> float:
        """The sum of products plus the bias."""
        return self.window.sum + self.bias


@dataclass(frozen=True)
class Stamp:
    """What one input position adds to the output of a transposed layer, for one filter.

    ``targets`` holds, for each direction, the output under each tap, ``None`` where it is cropped.
    ``values`` has the input's channels (C), ``weights`` is (K, …, C), ``stamp`` their sum (K, …).
    """

    position: Position
    filter: int
    targets: tuple[tuple[Size, ...], ...]
    values: Array
    weights: Array

    @cached_property
    @_silently
    def stamp(self) -> Array:
        """The kernel, weighted by the input's channels: what is added, tap by tap."""
        stamp: Array = self.weights @ self.values
        return stamp

    @_silently
    def added_to(self, canvas: Array) -> Array:
        """A copy of ``canvas``, a map of one filter's outputs, with this stamp on it."""
        canvas = canvas.copy()
        landing = [[tap for tap, at in enumerate(axis) if at is not None] for axis in self.targets]
        outputs = [[at for at in axis if at is not None] for axis in self.targets]
        canvas[np.ix_(*outputs)] += self.stamp[np.ix_(*landing)]
        return canvas


class _Sample:
    """A layer at work on one sample, in float64, channels last: what frames and stamps read."""

    def __init__(self, layer: Layer, x: Any, sample: int) -> None:
        check_is_layer(layer, Layer, "only_a_layer")
        x = normal_array(x, layer.dtype)
        # A copy is called: the user's own last call, ready for its way back, is left alone.
        y = (copy(layer) if layer.built else layer)(x)
        if not len(x):
            raise ShapeError("empty_batch", argument="x", value=x.shape)
        check_index(sample, len(x), "sample")
        sample = int(sample)
        self.geometry: Geometry = layer.geometry(x.shape)
        _check_activated(y.shape, self.geometry.output_shape, layer.activation.name)
        self.output = self._channels_last(y[sample])
        self.input = self._channels_last(x[sample]).astype(np.float64)
        self.kernels = [
            _by_filter(stage, kernel)
            for stage, kernel in zip(self.geometry.stages, layer.weights, strict=False)
        ]
        last = self.geometry.stages[-1].filters
        bias = layer.weights[-1] if layer.use_bias else np.zeros(last)
        self.bias = bias.astype(np.float64)

    def as_image(self) -> Self:
        """The same numbers, along one direction, as those of an image of one row."""
        image = copy(self)
        stages = tuple(stage.as_image() for stage in self.geometry.stages)
        image.geometry = replace(self.geometry, stages=stages)
        image.input, image.output = self.input[None], self.output[None]
        image.kernels = [kernel[None] for kernel in self.kernels]
        return image

    def _channels_last(self, x: Array) -> Array:
        return np.moveaxis(x, 0, -1) if self.geometry.data_format == "channels_first" else x


def _check_activated(shape: tuple[int, ...], whole: tuple[Size, ...], activation: str) -> None:
    """An activation may take numbers away from an axis, as glu does, but it adds none."""
    if any(size > (most or 0) for size, most in zip(shape, whole, strict=True)):
        raise ArgumentError(
            "activation_result",
            argument="activation",
            value=activation,
            expected=whole,
            given=f"ndarray {shape}",
        )


def _by_filter(stage: Stage, kernel: Array) -> Array:
    """A stage's kernel as (K, …, C/G, F), whatever the order in which Keras stores it."""
    kernel = kernel.astype(np.float64)
    if stage.transposed:
        return np.swapaxes(kernel, -1, -2)
    sizes = kernel.shape[: len(stage.axes)]
    return kernel.reshape(*sizes, stage.channels // stage.groups, stage.filters)


class _Steps(Sequence[Any]):
    """Positions in order, for one filter or for all of them, one filter after the other."""

    def __init__(self, sample: _Sample, sizes: tuple[int, ...], filter: int | None) -> None:
        count = sample.geometry.stages[-1].filters
        if filter is not None:
            check_index(filter, count, "filter")
            filter = int(filter)
        self._sample = sample
        self.sizes = sizes
        self.filters = range(count) if filter is None else range(filter, filter + 1)

    @property
    def geometry(self) -> Geometry:
        """The layer's index arithmetic on one sample of this shape."""
        return self._sample.geometry

    @property
    def input(self) -> Array:
        """The sample, channels last."""
        return self._sample.input

    @property
    def output(self) -> Array:
        """The layer's own output for the sample, channels last."""
        return self._sample.output

    @property
    def kernels(self) -> list[Array]:
        """Each stage's kernel as (K, …, channels of a group, filters)."""
        return self._sample.kernels

    @property
    def bias(self) -> Array:
        """The bias of each filter; zeros where the layer has none."""
        return self._sample.bias

    def as_image(self) -> Self:
        """The steps along one direction as those over an image of one row."""
        image = copy(self)
        image._sample, image.sizes = self._sample.as_image(), (1, *self.sizes)
        return image

    def __len__(self) -> int:
        return prod(self.sizes) * len(self.filters)

    def _at(self, index: int) -> tuple[int, Position]:
        number = range(len(self))[index]
        turn, place = divmod(number, prod(self.sizes))
        return self.filters[turn], tuple(int(at) for at in np.unravel_index(place, self.sizes))


class Frames(_Steps):
    """The frames of a sliding window, one for each output position, made when they are asked for.

    A sequence of ``Frame``; positions run through the last direction fastest.
    """

    def __init__(self, sample: _Sample, filter: int | None) -> None:
        sizes = sample.geometry.stages[-1].output_sizes
        super().__init__(sample, _known(sizes), filter)

    @overload
    def __getitem__(self, index: int) -> Frame: ...
    @overload
    def __getitem__(self, index: slice) -> list[Frame]: ...
    def __getitem__(self, index: int | slice) -> Frame | list[Frame]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        filter, position = self._at(index)
        return self.at(position, filter)

    def at(self, position: Position, filter: int = 0) -> Frame:
        """The frame of one output position and filter."""
        stages = self._windows(len(self.geometry.stages) - 1, position, range(filter, filter + 1))
        place = (*position, filter)
        there = all(at < size for at, size in zip(place, self.output.shape, strict=True))
        a = float(self.output[place]) if there else None
        return Frame(position, filter, stages, float(self.bias[filter]), a)

    def _windows(
        self, index: int, position: Position, filters: range
    ) -> tuple[tuple[Window, ...], ...]:
        """The windows of a stage at a position, after those of the stage that it reads."""
        stage, kernel = self.geometry.stages[index], self.kernels[index]
        if index == 0:
            earlier: tuple[tuple[Window, ...], ...] = ()
            source, offset = self.input, (0,) * len(position)
        else:
            # What reads a stage is pointwise: only the same position of that stage is needed.
            earlier = self._windows(index - 1, position, range(stage.channels))
            sums = np.array([window.sum for window in earlier[-1]])
            source, offset = sums[(None,) * len(position)], position
        found = tuple(
            _window(stage, kernel, source, offset, position, filter) for filter in filters
        )
        return (*earlier, found)


def _window(
    stage: Stage, kernel: Array, source: Array, offset: Position, position: Position, filter: int
) -> Window:
    """The window of one filter; ``source`` is the stage's input from position ``offset`` on."""
    sources = tuple(axis.sources(at) for axis, at in zip(stage.axes, position, strict=True))
    channels = stage.channels_of(filter)
    weights = kernel[..., filter]
    values = np.zeros(weights.shape)
    inside = [[tap for tap, at in enumerate(axis) if at is not None] for axis in sources]
    places = [
        [at - first for at in axis if at is not None]
        for axis, first in zip(sources, offset, strict=True)
    ]
    values[np.ix_(*inside)] = source[np.ix_(*places, channels)]
    return Window(position, filter, channels, sources, values, weights)


def _known(sizes: tuple[Size, ...]) -> tuple[int, ...]:
    return tuple(size for size in sizes if size is not None)


class Stamps(_Steps):
    """The stamps of a transposed layer, one for each input position: a sequence of ``Stamp``."""

    def __init__(self, sample: _Sample, filter: int | None) -> None:
        (stage,) = sample.geometry.stages
        super().__init__(sample, _known(stage.input_sizes), filter)

    @overload
    def __getitem__(self, index: int) -> Stamp: ...
    @overload
    def __getitem__(self, index: slice) -> list[Stamp]: ...
    def __getitem__(self, index: int | slice) -> Stamp | list[Stamp]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        filter, position = self._at(index)
        return self.at(position, filter)

    def at(self, position: Position, filter: int = 0) -> Stamp:
        """The stamp of one input position, as far as it concerns one filter."""
        axes = self.geometry.stages[0].axes
        targets = tuple(axis.targets(at) for axis, at in zip(axes, position, strict=True))
        weights = self.kernels[0][..., filter]
        return Stamp(position, filter, targets, self.input[position], weights)

    def canvases(self, filter: int = 0) -> Iterator[Array]:
        """The map of a filter's outputs, bias not yet added: empty, then after each stamp."""
        canvas: Array = np.zeros(_known(self.geometry.stages[0].output_sizes))
        yield canvas
        for position in product(*map(range, self.sizes)):
            canvas = self.at(position, filter).added_to(canvas)
            yield canvas


def frames(layer: Layer, x: Any, *, sample: int = 0, filter: int | None = None) -> Frames:
    """The frames of ``layer``'s window sliding over one sample of the batch ``x``.

    One frame for each output position of ``filter``, or, filter after filter, of all. A transposed
    layer's windows gather: they are those of the convolution over the input with zeros inserted
    (``TransposedAxis.inserted``), the kernel flipped back. A layer without weights is built.
    Raises what the layer raises for such an input, ``ArgumentError`` for a sample or a filter that
    does not exist.

    >>> import numpy as np
    >>> from convlab import Conv1D
    >>> layer = Conv1D(1, 2, padding="same", kernel_initializer="ones", bias_initializer="ones")
    >>> film = frames(layer, np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1))
    >>> [frame.z for frame in film]
    [4.0, 6.0, 4.0]
    >>> [(product.source, product.value) for product in film[2].window]
    [((2,), 3.0), (None, 0.0)]
    """
    return Frames(_Sample(layer, x, sample), filter)


def stamps(layer: Layer, x: Any, *, sample: int = 0, filter: int | None = None) -> Stamps:
    """The stamps that ``layer``, a transposed one, puts on its output for one sample of ``x``.

    One stamp for each input position of ``filter``, or, filter after filter, of all; together with
    the bias they make the same numbers as ``frames``. Raises ``ArgumentError`` for another layer.

    >>> import numpy as np
    >>> from convlab import Conv2DTranspose
    >>> layer = Conv2DTranspose(1, (1, 3), strides=(1, 2), kernel_initializer="ones")
    >>> prints = stamps(layer, np.array([1.0, 10.0]).reshape(1, 1, 2, 1))
    >>> prints[1].targets, prints[1].stamp.tolist()
    (((0,), (2, 3, 4)), [[10.0, 10.0, 10.0]])
    >>> [canvas[0].tolist() for canvas in prints.canvases()][-1]
    [1.0, 1.0, 11.0, 10.0, 10.0]
    """
    sampled = _Sample(layer, x, sample)
    check_transposed(sampled.geometry.stages[0], sampled.geometry.layer)
    return Stamps(sampled, filter)
