"""Transposed convolutions: read backwards, the adjoint and not the inverse."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import arguments
from ..geometry import AnyAxis, Size, Stage, transposed_axis
from .base import Layer
from .common import Readers, Weight, declared, keras_signature


class _Transposed(Layer):
    kernels = (("kernel", "kernel"),)
    readers: ClassVar[Readers] = {"padding": arguments.normal_uncausal_padding}
    filters: int
    output_padding: tuple[int, ...] | None
    kernel = Weight()

    def _check_arguments(self) -> None:
        arguments.check_output_padding(self.output_padding, self.strides)
        arguments.check_dilated_strides(self.strides, self.dilation_rate)

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[AnyAxis, ...]:
        extra = self.output_padding or (None,) * self.rank
        windows = zip(sizes, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        return tuple(
            transposed_axis(*window, self.padding, added)
            for window, added in zip(windows, extra, strict=True)
        )

    def _stages(self, axes: tuple[AnyAxis, ...], channels: int) -> tuple[Stage, ...]:
        shape = (*self.kernel_size, self.filters, channels)
        return (Stage(axes, channels, self.filters, 1, shape),)


class Conv1DTranspose(_Transposed):
    """Every input stamps the kernel onto the output, along time: the way back from Conv1D's shape.

    z[n,t,f] = sum of x[n,i,c] * kernel[k,f,c] over i*s+k*d-p = t, plus bias[f]; the output is
    activation(z). With the same kernel, without bias, it is the adjoint of Conv1D: shapes come
    back, values do not. The kernel is (kernel_size, filters, channels). ``output_padding=None`` is
    not 0: it makes the output ``strides`` times the input under "same".

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Conv1DTranspose``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = Conv1DTranspose(1, 3, strides=2, kernel_initializer="ones")
    >>> layer(np.array([1.0, 10.0]).reshape(1, 2, 1)).ravel().tolist()
    [1.0, 1.0, 11.0, 10.0, 10.0]
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
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
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


class Conv2DTranspose(_Transposed):
    """Every input stamps the kernel onto the output: the way back from a convolution's shape.

    z[n, h, w, f] = sum of x[n,i,j,c] * kernel[k,l,f,c] over i*s+k*d-p = h and j*s'+l*d'-p' = w,
    plus bias[f]; the output is activation(z). With the same kernel, without bias, it is the adjoint
    of Conv2D: shapes come back, values do not. The kernel is (kh, kw, filters, channels).
    ``output_padding=None`` is not 0: it makes the output ``strides`` times the input under "same".

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Conv2DTranspose``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = Conv2DTranspose(1, (1, 3), strides=(1, 2), kernel_initializer="ones")
    >>> layer(np.array([1.0, 10.0]).reshape(1, 1, 2, 1)).ravel().tolist()
    [1.0, 1.0, 11.0, 10.0, 10.0]
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
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
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
