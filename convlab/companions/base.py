"""What all companions share: the call, the way back, shapes, what each output sees."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from .. import arguments
from ..errors import ShapeError
from ..geometry import AnyAxis, Size
from ..layers.common import Array, BaseLayer, Shape, SlidingLayer, Trace
from ..memory import check_memory
from . import rules

Weights = Mapping[str, Array]


class Companion(BaseLayer):
    """A layer that stands beside the convolutions of a network: pooling, flattening, dense …

    A subclass declares its signature, ``_forward`` and ``_backward``, and what else is its own:
    ``_output_shape``, ``_weight_shapes``, ``axes``, ``multiply_adds``. The output has the layer's
    ``dtype``. Written to be read, not to be quick.
    """

    rank = 0
    extras: ClassVar[tuple[str, ...]] = ("activity_regularizer",)
    least_axes: ClassVar[int] = 1
    """The fewest axes of an input, the batch's included."""
    rearranges: ClassVar[bool] = False
    """Whether numbers leave their places, so that no direction is left to slide along."""

    def __init__(self, own: Mapping[str, Any] = MappingProxyType({}), /, **base: Any) -> None:
        # Some signatures of Keras' hold what all layers take.
        common = {name: own[name] for name in ("dtype", "name") if name in own}
        kept = {name: value for name, value in own.items() if name not in common}
        super().__init__(kept, **common, **base)

    # Shapes

    def compute_output_shape(self, input_shape: Any) -> Shape:
        """The output's shape for an input's; sizes that are ``None`` stay ``None``.

        Raises ``ShapeError`` where the layer would.
        """
        try:
            return self._output_shape(self._normal_shape(input_shape))
        except ShapeError as error:
            self._keep_working_choices(error, input_shape)
            raise

    def axes(self, input_shape: Any) -> tuple[AnyAxis | None, ...]:
        """The directions in which windows slide; none where every number stays in its place.

        A window over all of an unknown size is ``None``. Raises ``ShapeError`` for a shape that the
        layer cannot take.
        """
        return self._sliding(self._accepted(input_shape))

    def multiply_adds(self, input_shape: Any) -> Size:
        """Products with a factor of the layer's, for one sample; ``None`` while it is not known.

        A comparison, a mean, a merge and an activation have none. Raises ``ShapeError`` for a shape
        that the layer cannot take.
        """
        return self._products(self._accepted(input_shape))

    def _normal_shape(self, input_shape: Any) -> Any:
        """A shape in canonical form, its sizes held against the layer's arguments."""
        return rules.normal_free_shape(input_shape, self.least_axes)

    def _output_shape(self, shape: Any) -> Shape:
        found: Shape = shape
        return found

    def _sliding(self, shape: Any) -> tuple[AnyAxis, ...]:
        return ()

    def _products(self, shape: Any) -> Size:
        return 0

    def _checked(self, input_shape: Any) -> Any:
        shape = self._normal_shape(input_shape)
        self._output_shape(shape)
        needed = self._weight_shapes(shape)
        if self.built:
            made = {name: weight.shape for name, weight in self._weights.items()}
            rules.check_same_weights(needed, made, shape, self._built_shape)
        return shape

    # The call and the way back

    def __call__(self, x: Any, *, training: bool | None = None) -> Array:
        """The layer's output for a batch ``x``; builds the layer at first.

        Raises ``DTypeError`` for anything but an array of real numbers, ``ShapeError`` for a shape
        that the layer cannot take.
        """
        x = self._normal_input(x)
        shape = self._accepted(_shape_of(x))
        check_memory(self._output_shape(shape), np.dtype(self.dtype).itemsize, "an_output")
        if not self.built:
            self._build_once(shape)
        y = self._forward(x, self._weights, bool(training))
        inputs = x if isinstance(x, list) else [x]
        if any(np.may_share_memory(y, each) for each in inputs):
            y = y.copy()  # The caller may change an output, and keeps the input.
        self._trace = Trace(x, y.shape, self._penalise_activity(y), self._used())
        return y

    def backward(self, grad_output: Any) -> Any:
        """The gradient of the last call's input, given that of its output.

        Fills ``gradients`` with the gradient of every weight, in the order of ``weights``. The
        penalties in ``losses`` are part of what is differentiated. Raises ``StateError`` before
        the first call, ``ShapeError`` for a gradient of another shape than the output.
        """
        trace, dy = self._way_back(grad_output)
        weights = [kept.weight for kept in trace.weights]
        named = dict(zip(self._weights, weights, strict=True))
        dx, gradients = self._backward(trace.inputs, named, dy)
        self.gradients = self._add_penalties(gradients, weights)
        return dx

    def _normal_input(self, x: Any) -> Any:
        return arguments.normal_array(x, self.dtype)

    def _forward(self, x: Any, weights: Weights, training: bool) -> Array:
        raise NotImplementedError

    def _backward(self, x: Any, weights: Weights, dy: Array) -> tuple[Any, list[Array]]:
        """The gradients of the input and, in their order, of the weights."""
        raise NotImplementedError


def _shape_of(x: Any) -> Any:
    return [each.shape for each in x] if isinstance(x, list) else x.shape


class SlidingCompanion(SlidingLayer, Companion):
    """A companion that works along directions and leaves the channels apart, without weights.

    A subclass says which axes there are, and what becomes of an array, channels last, along them.
    """

    data_format = "channels_last"

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[AnyAxis, ...]:
        raise NotImplementedError

    def _along(self, x: Array, axes: tuple[AnyAxis, ...]) -> Array:
        raise NotImplementedError

    def _back_along(self, x: Array, dy: Array, axes: tuple[AnyAxis, ...]) -> Array:
        raise NotImplementedError

    @property
    def _least(self) -> tuple[int, ...]:
        """The smallest sizes that every argument takes."""
        return (1,) * self.rank

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape = arguments.normal_shape(input_shape, self._layout, self._least)
        self._check_sizes(self._sliding(shape))
        return shape

    def _check_sizes(self, axes: tuple[AnyAxis, ...]) -> None:
        """Refuse sizes that leave nothing."""

    def _sliding(self, shape: Shape) -> tuple[AnyAxis, ...]:
        return self._axes(self._parted(shape)[1])

    def _output_shape(self, shape: Shape) -> Shape:
        batch, _, channels = self._parted(shape)
        sizes = tuple(axis.output_size for axis in self._sliding(shape))
        first = self.data_format == "channels_first"
        return (batch, channels, *sizes) if first else (batch, *sizes, channels)

    def _normal_input(self, x: Any) -> Array:
        array: Array = super()._normal_input(x)
        try:
            arguments.check_input_rank(array.shape, self._layout)
        except ShapeError as error:
            self._keep_working_choices(error, array.shape)
            raise
        return array

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return self._in_data_format(self._along(self._channels_last(x), self._sliding(x.shape)))

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        maps, errors = self._channels_last(x), self._channels_last(dy)
        return self._in_data_format(self._back_along(maps, errors, self._sliding(x.shape))), []
