"""Activations as layers of their own: one number in, one number out."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import activations, arguments
from ..geometry import Size
from ..layers.common import Array, Readers, Shape, Weight, declared, keras_signature
from . import rules
from .base import Companion, Weights


class Activation(Companion):
    """An activation as a layer: y = activation(x), of any shape.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Activation``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> Activation("relu")(np.array([[-1.0, 2.0]])).tolist()
    [[0.0, 2.0]]
    """

    activation: activations.Activation

    @keras_signature
    def __init__(self, /, activation: Any, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _output_shape(self, shape: Shape) -> Shape:
        return rules.activated_shape(shape, self.activation, {})

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return arguments.activated(self.activation, x)

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        return self.activation.gradient(x, dy), []


class _Function(Companion):
    """One of ``activations`` with the layer's arguments as its options."""

    function: ClassVar[activations.Activation]

    @property
    def _options(self) -> dict[str, Any]:
        return {name: self._arguments[name] for name in self.declared_arguments()}

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return self.function(x, **self._options)

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        return self.function.gradient(x, dy, **self._options), []


class ReLU(_Function):
    """x above ``threshold``, else negative_slope * (x - threshold); at most ``max_value``.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.ReLU``. Raises
    ``ArgumentError`` for an argument.

    >>> import numpy as np
    >>> ReLU(max_value=6)(np.array([[-1.0, 2.0, 8.0]])).tolist()
    [[0.0, 2.0, 6.0]]
    """

    readers: ClassVar[Readers] = {
        "max_value": rules.normal_most,
        "negative_slope": rules.normal_level,
        "threshold": rules.normal_level,
    }
    function = activations.relu

    @keras_signature
    def __init__(
        self,
        /,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class LeakyReLU(_Function):
    """x above 0, else negative_slope * x; the layer's slope is 0.3, the activation's 0.2.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.LeakyReLU``. Raises
    ``ArgumentError`` for an argument.

    >>> import numpy as np
    >>> LeakyReLU(0.5)(np.array([[-1.0, 2.0]])).tolist()
    [[-0.5, 2.0]]
    """

    readers: ClassVar[Readers] = {"negative_slope": rules.normal_level}
    function = activations.leaky_relu

    @keras_signature
    def __init__(self, /, negative_slope: float = 0.3, **base: Any) -> None:
        super().__init__(declared(locals()), **base)


class ELU(_Function):
    """x above 0, else alpha * (exp(x) - 1).

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.ELU``. Raises
    ``ArgumentError`` for an argument.

    >>> import numpy as np
    >>> ELU(2.0)(np.array([[-1.0, 2.0]], "float32")).round(3).tolist()
    [[-1.2640000581741333, 2.0]]
    """

    readers: ClassVar[Readers] = {"alpha": rules.normal_real}
    function = activations.elu

    @keras_signature
    def __init__(self, /, alpha: float = 1.0, **base: Any) -> None:
        super().__init__(declared(locals()), **base)


class Softmax(_Function):
    """exp(x) as a share of the sum of all exp(x) along ``axis``, one or several.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Softmax``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input without such an axis.

    >>> import numpy as np
    >>> Softmax()(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """

    readers: ClassVar[Readers] = {"axis": rules.normal_axes}
    function = activations.softmax
    axis: Any

    @keras_signature
    def __init__(self, /, axis: Any = -1, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    @property
    def _options(self) -> dict[str, Any]:
        return {"axis": self.axis if isinstance(self.axis, int) else tuple(self.axis)}

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        rules.check_axes(self.axis, shape)
        return shape


class PReLU(Companion):
    """x above 0, else alpha * x, with an alpha of its own for each place, learned.

    Along ``shared_axes``, counted from 1 behind the batch, places have one alpha together.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.PReLU``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = PReLU("ones", shared_axes=[1, 2])
    >>> layer(-np.ones((1, 4, 5, 3))).min(), layer.alpha.shape
    (np.float32(-1.0), (1, 1, 3))
    """

    readers: ClassVar[Readers] = {"shared_axes": rules.normal_shared_axes}
    shared_axes: list[int] | None
    alpha = Weight()

    @keras_signature
    def __init__(
        self,
        /,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        shared = self.shared_axes or []
        rules.check_axes(shared, shape, "shared_axes")
        axes = range(1, len(shape))
        known = (1 if axis in shared else rules.known_size(shape, axis) for axis in axes)
        return {"alpha": tuple(known)}

    def _products(self, shape: Shape) -> Size:
        return arguments.product_of(shape[1:])

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return np.maximum(x, 0) - weights["alpha"] * np.maximum(-x, 0)

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        alpha = weights["alpha"]
        dalpha = -np.maximum(-x, 0) * dy
        shared = tuple(axis + 1 for axis, size in enumerate(alpha.shape) if size == 1)
        return (
            dy * ((x > 0) + alpha * (x < 0)),
            [dalpha.sum(axis=(0, *shared)).reshape(alpha.shape)],
        )
