"""Conv1D and Conv2D: one kernel over all channels, or over the channels of a group."""

from __future__ import annotations

from typing import Any

from .. import arguments
from ..geometry import AnyAxis, Stage
from .base import Layer
from .common import Array, Shape, Weight, declared, keras_signature
from .lora import Adapted


class _Convolution(Adapted, Layer):
    kernels = (("kernel", "kernel"),)
    extras = ("lora_rank", "lora_alpha")
    filters: int
    groups: int
    kernel = Weight()

    def _check_arguments(self) -> None:
        super()._check_arguments()
        arguments.check_groups(self.filters, self.groups)
        arguments.check_dilated_strides(self.strides, self.dilation_rate)

    def _stages(self, axes: tuple[AnyAxis, ...], channels: int) -> tuple[Stage, ...]:
        arguments.check_shared_channels(channels, self.groups, self.filters)
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        return (Stage(axes, channels, self.filters, self.groups, shape),)

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        shapes = super()._weight_shapes(shape)
        return {**shapes, **self._adapter_shapes(shapes["kernel"])}

    def _effective_kernels(self, weights: list[Array]) -> list[Array]:
        return [self._effective_kernel(weights)]


class Conv1D(_Convolution):
    """A kernel slides along time: (batch, steps, channels) → (batch, new_steps, filters).

    z[n,t,f] = sum over k,c of x[n, t*s+k*d-p, c] * kernel[k,c,f] + bias[f]; the output is
    activation(z). The kernel is (kernel_size, channels/groups, filters): it sees all channels at
    once, "1D" counts the directions in which it slides. ``padding="causal"`` pads on the left only.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Conv1D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = Conv1D(1, 3, padding="causal", kernel_initializer="ones")
    >>> layer(np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 4, 1)).ravel().tolist()
    [1.0, 3.0, 6.0, 9.0]
    """

    rank = 1

    @keras_signature
    def __init__(
        self,
        /,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class Conv2D(_Convolution):
    """A kernel slides over an image: (batch, height, width, channels) → (…, filters).

    z[n,i,j,f] = sum over k,l,c of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * kernel[k,l,c,f] + bias[f];
    the output is activation(z). The kernel is (kh, kw, channels/groups, filters). It is a
    cross-correlation: the kernel is not flipped.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Conv2D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = Conv2D(1, (1, 2), kernel_initializer="ones")
    >>> layer(np.arange(6.0).reshape(1, 2, 3, 1))[0, :, :, 0].tolist()
    [[1.0, 3.0], [7.0, 9.0]]
    """

    rank = 2

    @keras_signature
    def __init__(
        self,
        /,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)
