"""Normalization: numbers shifted and scaled, by what was learned, measured or given."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import arguments
from ..geometry import Size
from ..layers.common import Array, Readers, Shape, Weight, declared, keras_signature
from . import rules
from .base import Companion, Weights

_EPSILON = 1e-7
"""Keras' smallest divisor."""


class _ByNumber(Companion):
    """A layer with a product for each number."""

    def _products(self, shape: Shape) -> Size:
        return arguments.product_of(shape[1:])


def _along(values: Array, axes: tuple[int, ...], x: Array) -> Array:
    """Values of some axes of ``x``, in their order, as an array that spreads over ``x``."""
    places = {axis % x.ndim for axis in axes}
    return values.reshape([size if at in places else 1 for at, size in enumerate(x.shape)])


def _others(axes: tuple[int, ...], x: Array) -> tuple[int, ...]:
    return tuple(at for at in range(x.ndim) if at not in {axis % x.ndim for axis in axes})


class BatchNormalization(_ByNumber):
    """Every channel shifted and scaled by the moving statistics: what inference does.

    y = gamma * (x - moving_mean) / sqrt(moving_variance + epsilon) + beta, for each position of
    ``axis``. The statistics are weights that are not trained; the mean and variance of a batch are
    not computed here, so ``training=True`` is refused, and so are ``renorm`` and ``synchronized``.

    Arguments, defaults and errors are otherwise those of Keras 3's
    ``keras.layers.BatchNormalization``. Raises ``ArgumentError`` for an argument, ``ShapeError``
    for an input that it cannot take.

    >>> import numpy as np
    >>> layer = BatchNormalization(epsilon=0, moving_mean_initializer="ones")
    >>> layer(np.array([[1.0, 3.0]])).tolist(), layer.count_params()
    ([[0.0, 2.0]], 8)
    """

    readers: ClassVar[Readers] = {
        "axis": rules.normal_axis,
        **dict.fromkeys(("momentum", "epsilon", "renorm_momentum"), rules.normal_real),
        **dict.fromkeys(("center", "scale"), arguments.normal_flag),
        **dict.fromkeys(("renorm", "synchronized"), rules.only(False)),
        "renorm_clipping": rules.only(None),
    }
    axis: int
    epsilon: float
    center: bool
    scale: bool
    gamma = Weight()
    beta = Weight()
    moving_mean = Weight()
    moving_variance = Weight()

    @keras_signature
    def __init__(
        self,
        /,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        rules.check_axes(self.axis, shape)
        return shape

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        learned = {"gamma": self.scale, "beta": self.center}
        names = [name for name, there in learned.items() if there]
        each = (rules.known_size(shape, self.axis),)
        return dict.fromkeys([*names, "moving_mean", "moving_variance"], each)

    @property
    def _frozen(self) -> tuple[int, ...]:
        return (-2, -1)

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        rules.check_inference(training and self.trainable, self.name)
        w = {name: _along(weight, (self.axis,), x) for name, weight in weights.items()}
        factor = w.get("gamma", 1) / np.sqrt(w["moving_variance"] + self.epsilon)
        y: Array = x * factor + (w.get("beta", 0) - w["moving_mean"] * factor)
        return y.astype(x.dtype, copy=False)

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        """The statistics' gradients, too: they are inputs of the sum like all others."""
        w = {name: _along(weight, (self.axis,), x) for name, weight in weights.items()}
        gamma, spread = w.get("gamma", 1), w["moving_variance"] + self.epsilon
        normal = (x - w["moving_mean"]) / np.sqrt(spread)
        dx = dy * gamma / np.sqrt(spread)
        parts = {
            "gamma": dy * normal,
            "beta": dy,
            "moving_mean": -dx,
            "moving_variance": -dy * gamma * normal / (2 * spread),
        }
        summed = _others((self.axis,), x)
        gradients = [parts[name].sum(axis=summed) for name in weights]
        return dx.astype(dy.dtype), [each.astype(dy.dtype) for each in gradients]


class LayerNormalization(Companion):
    """Every sample by its own mean and variance along ``axis``, then shifted and scaled.

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta; gamma and beta have the sizes of
    ``axis``, one or several. Arguments, defaults and errors are those of Keras 3's
    ``keras.layers.LayerNormalization``. Raises ``ArgumentError`` for an argument, ``ShapeError``
    for an input that it cannot take.

    >>> import numpy as np
    >>> LayerNormalization(epsilon=0)(np.array([[1.0, 3.0], [5.0, 9.0]])).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """

    readers: ClassVar[Readers] = {
        "axis": rules.normal_axes,
        "epsilon": rules.normal_real,
        "rms_scaling": rules.only(False),
        **dict.fromkeys(("center", "scale"), arguments.normal_flag),
    }
    extras = (*Companion.extras, "rms_scaling")
    axis: Any
    epsilon: float
    center: bool
    scale: bool
    gamma = Weight()
    beta = Weight()

    @keras_signature
    def __init__(
        self,
        /,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)

    def get_config(self) -> dict[str, Any]:
        """Keras' config, which names the old ``rms_scaling``, too."""
        return {**super().get_config(), "rms_scaling": False}

    @property
    def _axes(self) -> tuple[int, ...]:
        return (self.axis,) if isinstance(self.axis, int) else tuple(sorted(self.axis))

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        rules.check_axes(self.axis, shape)
        return shape

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        learned = {"gamma": self.scale, "beta": self.center}
        sizes = tuple(rules.known_size(shape, axis) for axis in self._axes)
        return {name: sizes for name, there in learned.items() if there}

    def _products(self, shape: Shape) -> Size:
        """A square of each number for the variance, and its scaling."""
        return arguments.product_of((2, *shape[1:]))

    def _normalized(self, x: Array) -> tuple[Array, Array]:
        """Mean 0 and variance 1, nearly; and by what it was divided."""
        away = x - x.mean(axis=self._axes, keepdims=True)
        variance = np.square(away).mean(axis=self._axes, keepdims=True)
        spread = np.sqrt(variance + x.dtype.type(self.epsilon))
        return away / spread, spread

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        w = {name: _along(weight, self._axes, x) for name, weight in weights.items()}
        y: Array = self._normalized(x)[0] * w.get("gamma", 1) + w.get("beta", 0)
        return y

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        normal, spread = self._normalized(x)
        gamma = _along(weights["gamma"], self._axes, x) if "gamma" in weights else 1
        errors = dy * gamma
        mean = errors.mean(axis=self._axes, keepdims=True)
        slope = (errors * normal).mean(axis=self._axes, keepdims=True)
        parts = {"gamma": dy * normal, "beta": dy}
        summed = _others(self._axes, x)
        gradients = [
            parts[name].sum(axis=summed).reshape(weight.shape) for name, weight in weights.items()
        ]
        return (errors - mean - normal * slope) / spread, gradients


class Normalization(_ByNumber):
    """Shifted and scaled by a mean and a variance, given or measured by ``adapt``.

    y = (x - mean) / sqrt(variance), position by position of ``axis``; with ``invert`` back again.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Normalization``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> Normalization(mean=[1.0, 2.0], variance=[4.0, 4.0])(np.array([[3.0, 2.0]])).tolist()
    [[1.0, 0.0]]
    """

    readers: ClassVar[Readers] = {
        "axis": rules.normal_kept_axes,
        "mean": rules.normal_numbers,
        "variance": rules.normal_numbers,
        "invert": arguments.normal_flag,
    }
    axis: tuple[int, ...]
    mean: Any
    variance: Any
    invert: bool

    @keras_signature
    def __init__(
        self,
        /,
        axis: Any = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)

    def _check_arguments(self) -> None:
        rules.check_statistics(self.mean, self.variance, self.axis)

    def _kept(self, axes: int) -> tuple[int, ...]:
        return tuple(sorted(axis % axes for axis in self.axis))

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        rules.check_axes(self.axis, shape)
        if self.mean is not None:
            sizes = tuple(shape[axis] for axis in self._kept(len(shape)))
            rules.check_spreads("mean", np.shape(self.mean), sizes)
        return shape

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        if self.mean is not None:
            return {}
        kept = tuple(rules.known_size(shape, axis) for axis in self._kept(len(shape)))
        return {"mean": kept, "variance": kept, "count": ()}

    def _new_weight(self, name: str, shape: tuple[int, ...]) -> Array:
        return np.full(shape, 1 if name == "variance" else 0, self.dtype)

    @property
    def _frozen(self) -> tuple[int, ...]:
        return (0, 1, 2) if self.mean is None else ()

    def adapt(self, data: Any) -> None:
        """Measure mean and variance of ``data``, a batch; builds the layer at first.

        Raises ``DTypeError`` for anything but an array of real numbers, ``ShapeError`` for a shape
        that the layer cannot take.
        """
        x = self._normal_input(data)
        if not self.built:
            self.build(x.shape)
        others = _others(self._kept(x.ndim), x)
        if self.mean is None:
            self.set_weights([x.mean(axis=others), x.var(axis=others), self._weights["count"]])

    def _statistics(self, x: Array, weights: Weights) -> tuple[Array, Array]:
        """The mean, and by what to divide, spread over ``x``."""
        kept = self._kept(x.ndim)
        sizes = tuple(x.shape[axis] for axis in kept)
        given = weights if self.mean is None else {"mean": self.mean, "variance": self.variance}
        mean, variance = (
            _along(np.broadcast_to(np.asarray(given[name], x.dtype), sizes), kept, x)
            for name in ("mean", "variance")
        )
        return mean, np.maximum(np.sqrt(variance), x.dtype.type(_EPSILON))

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        mean, spread = self._statistics(x, weights)
        y: Array = mean + x * spread if self.invert else (x - mean) / spread
        return y

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        """The statistics are measured, not learned: their gradients are 0."""
        _, spread = self._statistics(x, weights)
        dx = dy * spread if self.invert else dy / spread
        return dx, [np.zeros_like(weight) for weight in weights.values()]


class Rescaling(_ByNumber):
    """y = x * scale + offset; numbers, or a list with one for each position of the last axes.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Rescaling``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` where a list does not spread over the input.

    >>> import numpy as np
    >>> Rescaling(1 / 127.5, offset=-1)(np.array([[0, 255]])).tolist()
    [[-1.0, 1.0]]
    """

    readers: ClassVar[Readers] = {
        "scale": rules.normal_some_numbers,
        "offset": rules.normal_some_numbers,
    }
    scale: Any
    offset: Any

    @keras_signature
    def __init__(self, /, scale: Any, offset: Any = 0.0, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        for name in ("scale", "offset"):
            rules.check_spreads(name, np.shape(self._arguments[name]), shape)
        return shape

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        y: Array = x * np.asarray(self.scale, x.dtype) + np.asarray(self.offset, x.dtype)
        return y

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        return dy * np.asarray(self.scale, dy.dtype), []


class LayerScale(_ByNumber):
    """Every channel times a factor that is learned, small at first: y = x * gamma (ConvNeXt).

    Arguments are those of ``LayerScale`` in ``keras.applications``. Raises ``ArgumentError`` for an
    argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> LayerScale(0.5, 2)(np.array([[1.0, 2.0]])).tolist()
    [[0.5, 1.0]]
    """

    readers: ClassVar[Readers] = {
        "init_values": rules.normal_real,
        "projection_dim": arguments.normal_count,
    }
    init_values: float
    projection_dim: int
    gamma = Weight()

    @keras_signature
    def __init__(self, /, init_values: float, projection_dim: int, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        rules.check_spreads("projection_dim", (self.projection_dim,), shape)
        return shape

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        return {"gamma": (self.projection_dim,)}

    def _new_weight(self, name: str, shape: tuple[int, ...]) -> Array:
        return np.full(shape, self.init_values, self.dtype)

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return x * weights["gamma"]

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        rows = tuple(range(x.ndim - 1))
        return dy * weights["gamma"], [(dy * x).sum(axis=rows)]
