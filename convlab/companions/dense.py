"""Dense: every input of the last axis meets every unit."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import activations, arguments
from ..geometry import Size
from ..layers.common import Array, Readers, Shape, Weight, declared, keras_signature
from ..layers.lora import Adapted
from . import rules
from .base import Companion, Weights


class Dense(Adapted, Companion):
    """Every unit weighs all inputs: (batch, …, channels) → (batch, …, units).

    z[…,u] = sum over c of x[…,c] * kernel[c,u] + bias[u]; the output is activation(z). The kernel
    is (channels, units). On maps it is a 1x1 convolution; behind ``Flatten`` each unit sees all.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Dense``; quantization is
    not known. Raises ``ArgumentError`` for an argument, ``ShapeError`` for an input that
    it cannot take.

    >>> import numpy as np
    >>> layer = Dense(2, kernel_initializer="ones", bias_initializer="ones")
    >>> layer(np.array([[1.0, 2.0, 3.0]])).tolist(), layer.count_params()
    ([[7.0, 7.0]], 8)
    """

    least_axes = 2
    readers: ClassVar[Readers] = {
        "lora_rank": rules.normal_optional,
        "lora_alpha": rules.normal_optional,
        "quantization_config": rules.only(None),
    }
    units: int
    activation: activations.Activation
    use_bias: bool
    kernel = Weight()
    bias = Weight()

    @keras_signature
    def __init__(
        self,
        /,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: int | None = None,
        quantization_config: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)

    def _output_shape(self, shape: Shape) -> Shape:
        sums = (*shape[:-1], self.units)
        return rules.activated_shape(sums, self.activation, {"units": self.units})

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        kernel = (rules.known_size(shape, -1), self.units)
        bias = {"bias": (self.units,)} if self.use_bias else {}
        return {"kernel": kernel, **bias, **self._adapter_shapes(kernel)}

    def _role(self, weight: str) -> str:
        return "bias" if weight == "bias" else "kernel"

    def _products(self, shape: Shape) -> Size:
        return arguments.product_of((*shape[1:], self.units))

    def _sums(self, x: Array, weights: Weights) -> Array:
        sums: Array = x @ self._effective_kernel([*weights.values()])
        return sums + weights["bias"] if "bias" in weights else sums

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return arguments.activated(self.activation, self._sums(x, weights))

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        dz = self.activation.gradient(self._sums(x, weights), dy)
        rows, listed = tuple(range(x.ndim - 1)), [*weights.values()]
        dkernel: Array = np.tensordot(x, dz, (rows, rows))
        dbias = [dz.sum(axis=rows)] if "bias" in weights else []
        dx: Array = dz @ self._effective_kernel(listed).T
        return dx, [dkernel, *dbias, *self._adapter_gradients(listed, dkernel)]
