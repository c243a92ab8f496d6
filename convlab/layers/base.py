"""What all convolution layers share: stages of sums, one bias, one activation, the way back."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import activations, arguments
from ..errors import ShapeError
from ..geometry import AnyAxis, Axis, Geometry, Size, Stage, convolution_axis
from ..memory import check_memory, lack_of_memory
from .common import Array, Shape, SlidingLayer, Trace, Weight
from .stages import apply_stages, stage_gradients, stage_inputs


class Layer(SlidingLayer):
    """A convolution layer: stages that sum products, one bias, one activation.

    A subclass declares its signature, ``kernels`` (the weight of each stage and the prefix of the
    arguments that describe it) and ``_stages``. Arrays stand in ``data_format``; the output has
    the layer's ``dtype``.
    """

    kernels: ClassVar[tuple[tuple[str, str], ...]]

    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]
    padding: str
    activation: activations.Activation
    use_bias: bool

    bias = Weight()

    _geometry: tuple[object, Geometry] | None = None

    # Shapes

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[AnyAxis, ...]:
        windows = zip(sizes, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        axes = tuple(convolution_axis(*window, self.padding) for window in windows)
        if self.padding == "valid":
            arguments.check_windows_fit(axes, self.kernel_size)
        return axes

    def _stages(self, axes: tuple[AnyAxis, ...], channels: int) -> tuple[Stage, ...]:
        raise NotImplementedError

    def _filters(self, channels: Size, input_shape: Shape) -> int:
        """The number of channels of the output; only a depthwise layer's depends on the input."""
        return self._arguments["filters"]  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> Shape:
        """The output's shape for an input's; sizes that are ``None`` stay ``None``.

        Raises ``ShapeError`` where the layer would.
        """
        try:
            shape = self._normal_shape(input_shape)
            batch, sizes, channels = self._parted(shape)
            outputs = tuple(axis.output_size for axis in self._axes(sizes))
            filters = self._filters(channels, shape)
        except ShapeError as error:
            self._keep_working_choices(error, input_shape)
            raise
        if self.data_format == "channels_first":
            return (batch, filters, *outputs)
        return (batch, *outputs, filters)

    def geometry(self, input_shape: Any) -> Geometry:
        """The record of every index that the layer computes on an input of this shape.

        Raises ``ShapeError`` for a shape that the layer cannot take; works before ``build``.
        """
        return self._geometry_of(self._accepted(input_shape))

    def _checked(self, input_shape: Any) -> Shape:
        shape = self._normal_shape(input_shape)
        self._geometry_of(shape)
        return shape

    def _geometry_of(self, shape: Shape) -> Geometry:
        """The geometry of a shape in canonical form; the last one is kept."""
        kept = self._geometry
        if kept is None or kept[0] != shape:
            kept = self._geometry = (shape, self._new_geometry(shape))
        return kept[1]

    def _normal_shape(self, input_shape: Any) -> Shape:
        valid = self.padding == "valid" and "output_padding" not in self._arguments
        windows = zip(self.kernel_size, self.dilation_rate, strict=True)
        covered = (Axis(None, kernel, 1, rate).effective_kernel for kernel, rate in windows)
        least = tuple(covered) if valid else (1,) * self.rank
        return arguments.normal_shape(input_shape, self._layout, least)

    def _new_geometry(self, shape: Shape) -> Geometry:
        batch, sizes, channels = self._parted(shape)
        place = self._layout.index("channels")
        least = self._built_channels if self.built else self._arguments.get("groups", 1)
        known = arguments.check_channels(channels, shape, place, least)
        if self.built:
            arguments.check_same_channels(known, self._built_channels, shape, place)
        stages = self._stages(self._axes(sizes), known)
        geometry = Geometry(type(self).__name__, batch, self.data_format, stages)
        self._check_halves(geometry)
        return geometry

    def _check_halves(self, geometry: Geometry) -> None:
        """An activation that halves an axis needs an even number there."""
        halved = self.activation.halved
        if halved is not None:
            counts = {name: self._arguments[name] for name in _COUNTS if name in self._arguments}
            arguments.check_even(geometry.output_shape, halved, counts, self.data_format)

    # Weights

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        stages = self._geometry_of(shape).stages
        names = [name for name, _ in self.kernels]
        kernels = {n: stage.kernel_shape for n, stage in zip(names, stages, strict=True)}
        bias = {"bias": (stages[-1].filters,)} if self.use_bias else {}
        return {**kernels, **bias}

    def _keep_shape(self, shape: Shape) -> None:
        self._built_channels = self._geometry_of(shape).stages[0].channels

    def _role(self, weight: str) -> str:
        # What is beside kernels and bias belongs to the kernel.
        return {**dict(self.kernels), "bias": "bias"}.get(weight, "kernel")

    def _effective_kernels(self, weights: list[Array]) -> list[Array]:
        """The kernel of each stage, made of these weights."""
        return weights[: len(self.kernels)]

    def _adapter_gradients(self, weights: list[Array], dkernel: Array) -> list[Array]:
        """The gradients of the weights beside the kernels and the bias."""
        return []

    # The call and the way back

    def __call__(self, x: Any, *, training: bool | None = None) -> Array:
        """The layer's output for a batch ``x`` in ``data_format``; builds the layer at first.

        ``training`` changes nothing, as in Keras' convolution layers.
        Raises ``DTypeError`` for anything but an array of real numbers, ``ShapeError`` for a shape
        that the layer cannot take.
        """
        x = arguments.normal_array(x, self.dtype)
        try:
            arguments.check_input_rank(x.shape, self._layout)
            geometry = self._geometry_of(x.shape)
        except ShapeError as error:
            self._keep_working_choices(error, x.shape)
            raise
        check_memory(geometry.output_shape, x.itemsize, "an_output")
        check_memory(geometry.frame_shape, x.itemsize, "a_frame")
        if not self.built:
            self._build_once(x.shape)
        x, kernels = self._channels_last(x), self._effective_kernels(self.weights)
        try:
            sums = apply_stages(geometry.stages, x, kernels, self._weights.get("bias"))
        except MemoryError as error:
            raise lack_of_memory(error) from None
        z = self._in_data_format(sums)
        y: Array = arguments.activated(self.activation, z)
        activity_gradient = self._penalise_activity(y)
        self._trace = Trace(x, y.shape, activity_gradient, self._used(), (geometry, z))
        return y

    def backward(self, grad_output: Any) -> Array:
        """The gradient of the last call's input, given that of its output.

        Fills ``gradients`` with the gradient of every weight, in the order of ``weights``. The
        penalties in ``losses`` are part of what is differentiated. Raises ``StateError`` before
        the first call, ``ShapeError`` for a gradient of another shape than the output.
        """
        trace, dy = self._way_back(grad_output)
        x, (geometry, z) = trace.inputs, trace.more
        errors = self._channels_last(self.activation.gradient(z, dy))
        gradients = [_sum_over_positions(errors)] if self.use_bias else []
        weights = [kept.weight for kept in trace.weights]
        kernels = self._effective_kernels(weights)
        try:
            inputs = stage_inputs(geometry.stages, x, kernels)
            steps = zip(geometry.stages[::-1], inputs[::-1], kernels[::-1], strict=True)
            for stage, each, kernel in steps:
                errors, dkernel = stage_gradients(stage, each, kernel, errors)
                gradients.insert(0, dkernel)
        except MemoryError as error:
            raise lack_of_memory(error) from None
        gradients += self._adapter_gradients(weights, gradients[0])
        self.gradients = self._add_penalties(gradients, weights)
        return self._in_data_format(errors)


_COUNTS = ("filters", "depth_multiplier")


def _sum_over_positions(errors: Array) -> Array:
    """db[f] = the sum of dz[n,…,f] over all samples and positions, summed in double precision."""
    # Rows first: NumPy adds long runs quickly, and short ones slowly.
    rows = tuple(range(errors.ndim - 2))
    total: Array = errors.sum(axis=rows, dtype=np.float64).sum(axis=0)
    return total.astype(errors.dtype)
