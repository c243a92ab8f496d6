"""Depthwise and separable convolutions: each channel alone, then, in the second, mixed."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import arguments
from ..geometry import AnyAxis, Size, Stage
from .base import Layer
from .common import Readers, Shape, Weight, declared, keras_signature


class _Depthwise(Layer):
    readers: ClassVar[Readers] = {"padding": arguments.normal_uncausal_padding}
    depth_multiplier: int

    def _depthwise_stage(self, axes: tuple[AnyAxis, ...], channels: int) -> Stage:
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        return Stage(axes, channels, channels * self.depth_multiplier, channels, shape)


class _DepthwiseAlone(_Depthwise):
    kernels = (("kernel", "depthwise"),)
    kernel = Weight()

    def _stages(self, axes: tuple[AnyAxis, ...], channels: int) -> tuple[Stage, ...]:
        return (self._depthwise_stage(axes, channels),)

    def _filters(self, channels: Size, input_shape: Shape) -> int:
        place = self._layout.index("channels")
        return arguments.check_channels(channels, input_shape, place) * self.depth_multiplier


class _Separable(_Depthwise):
    kernels = (("depthwise_kernel", "depthwise"), ("pointwise_kernel", "pointwise"))
    filters: int
    depthwise_kernel = Weight()
    pointwise_kernel = Weight()

    def _stages(self, axes: tuple[AnyAxis, ...], channels: int) -> tuple[Stage, ...]:
        depthwise = self._depthwise_stage(axes, channels)
        return (depthwise, depthwise.pointwise(self.filters))


class DepthwiseConv1D(_DepthwiseAlone):
    """Every channel is convolved alone, along time: (batch, steps, C) → (…, C * depth_multiplier).

    z[n,t,c*m+q] = sum over k of x[n, t*s+k*d-p, c] * kernel[k,c,q], plus bias[c*m+q], with m =
    depth_multiplier; the output is activation(z). The kernel is (kernel_size, C, m).

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.DepthwiseConv1D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = DepthwiseConv1D(2, depthwise_initializer="ones")
    >>> layer(np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]).reshape(1, 3, 2))[0].tolist()
    [[3.0, 30.0], [5.0, 50.0]]
    """

    rank = 1

    @keras_signature
    def __init__(
        self,
        /,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class DepthwiseConv2D(_DepthwiseAlone):
    """Every channel is convolved alone: (batch, height, width, C) → (…, C * depth_multiplier).

    z[n,i,j,c*m+q] = sum over k,l of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * kernel[k,l,c,q], plus
    bias[c*m+q], with m = depth_multiplier; the output is activation(z). The kernel is
    (kh, kw, C, m).

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.DepthwiseConv2D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = DepthwiseConv2D((1, 2), depthwise_initializer="ones")
    >>> x = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]).reshape(1, 1, 3, 2)
    >>> layer(x)[0, 0].tolist()
    [[3.0, 30.0], [5.0, 50.0]]
    """

    rank = 2

    @keras_signature
    def __init__(
        self,
        /,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class SeparableConv1D(_Separable):
    """Depthwise, then pointwise, along time: every channel alone, then a mixture of them.

    u = depthwise(x) with kernel (kernel_size, C, m); z[n,t,f] = sum over q of u[n,t,q] *
    pointwise_kernel[0,q,f] + bias[f]; the output is activation(z). Strides, padding and dilation
    act in the first step; the one bias and the one activation come after the second.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.SeparableConv1D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> layer = SeparableConv1D(100, 5)
    >>> layer.build((None, 32, 10))
    >>> [weight.size for weight in layer.weights], layer.count_params()
    ([50, 1000, 100], 1150)
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
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class SeparableConv2D(_Separable):
    """Depthwise, then pointwise: every channel alone, then a 1x1 convolution that mixes them.

    u = depthwise(x) with kernel (kh, kw, C, m); z[n,i,j,f] = sum over q of u[n,i,j,q] *
    pointwise_kernel[0,0,q,f] + bias[f]; the output is activation(z). Strides, padding and dilation
    act in the first step; the one bias and the one activation come after the second.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.SeparableConv2D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> layer = SeparableConv2D(100, 5)
    >>> layer.build((None, 32, 32, 10))
    >>> [weight.size for weight in layer.weights], layer.count_params()
    ([250, 1000, 100], 1350)
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
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)
