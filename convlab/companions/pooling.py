"""Pooling: the largest or the mean of each window, and of each whole map; channels stay apart."""

from __future__ import annotations

from functools import reduce
from math import prod
from typing import Any, ClassVar

import numpy as np

from .. import arguments
from ..geometry import AnyAxis, Axis, Size, convolution_axis
from ..layers.common import Array, Readers, Shape, declared, keras_signature
from . import rules
from .base import SlidingCompanion, Weights


class _Pooling(SlidingCompanion):
    """Windows are rectangles, so the directions are pooled one after the other, the last first."""

    readers: ClassVar[Readers] = {
        "strides": rules.normal_steps,
        "padding": arguments.normal_uncausal_padding,
    }
    pool_size: tuple[int, ...]
    strides: Any
    padding: str

    def _check_arguments(self) -> None:
        if self.strides is None:
            self.strides = self._arguments["strides"] = self.pool_size

    @property
    def _least(self) -> tuple[int, ...]:
        return self.pool_size if self.padding == "valid" else (1,) * self.rank

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[Axis, ...]:
        windows = zip(sizes, self.pool_size, self.strides, strict=True)
        return tuple(
            convolution_axis(size, pool, stride, 1, self.padding) for size, pool, stride in windows
        )

    def _check_sizes(self, axes: Any) -> None:
        if self.padding == "valid":
            arguments.check_windows_fit(axes, self.pool_size, "pool_size")

    def _along(self, x: Array, axes: tuple[Any, ...]) -> Array:
        return self._maps(x, axes)[-1]

    def _maps(self, x: Array, axes: tuple[Any, ...]) -> list[Array]:
        """The input, and what becomes of it direction by direction."""
        maps = [x]
        for place in range(len(axes), 0, -1):
            maps.append(self._pooled(maps[-1], axes[place - 1].without_idle_taps(), place))
        return maps

    def _back_along(self, x: Array, dy: Array, axes: tuple[Any, ...]) -> Array:
        maps = self._maps(x, axes)[-2::-1]
        for place, (each, axis) in enumerate(zip(maps, axes, strict=True), start=1):
            dy = self._shared(each, dy, axis.without_idle_taps(), place)
        return dy

    def _pooled(self, x: Array, axis: Axis, place: int) -> Array:
        """One number for each window along the axis at ``place``."""
        raise NotImplementedError

    def _shared(self, x: Array, dy: Array, axis: Axis, place: int) -> Array:
        """The gradient of ``x``, given that of ``_pooled``."""
        raise NotImplementedError


def _framed(x: Array, axis: Axis, place: int, outside: float) -> Array:
    around = [(0, 0)] * x.ndim
    around[place] = axis.before or 0, max(axis.after or 0, 0)
    return np.pad(x, around, constant_values=outside)


def _unframed(framed: Array, axis: Axis, place: int) -> Array:
    start = axis.before or 0
    return framed[_at(place, slice(start, start + (axis.size or 0)))]


def _at(place: int, part: slice) -> tuple[slice, ...]:
    return (*(slice(None),) * place, part)


def _taps(axis: Axis, place: int) -> list[tuple[slice, ...]]:
    """For each tap of the window, the framed positions that it visits, an output each."""
    return [_at(place, axis.visited(tap)) for tap in range(axis.kernel)]


class _MaxPooling(_Pooling):
    def _pooled(self, x: Array, axis: Axis, place: int) -> Array:
        framed = _framed(x, axis, place, -np.inf)
        return reduce(np.maximum, [framed[tap] for tap in _taps(axis, place)])

    def _shared(self, x: Array, dy: Array, axis: Axis, place: int) -> Array:
        """The gradient goes to the first of the largest, as in Keras on JAX."""
        framed, y = _framed(x, axis, place, -np.inf), self._pooled(x, axis, place)
        errors, free = np.zeros_like(framed), np.ones(y.shape, bool)
        for tap in _taps(axis, place):
            taken = free & (framed[tap] == y)
            errors[tap] += dy * taken
            free &= ~taken
        return _unframed(errors, axis, place)


class _AveragePooling(_Pooling):
    def _pooled(self, x: Array, axis: Axis, place: int) -> Array:
        framed = _framed(x, axis, place, 0.0)
        total: Array = reduce(np.add, [framed[tap] for tap in _taps(axis, place)])
        return total / _counts(axis, place, total)

    def _shared(self, x: Array, dy: Array, axis: Axis, place: int) -> Array:
        errors = np.zeros_like(_framed(x, axis, place, 0.0))
        for tap in _taps(axis, place):
            errors[tap] += dy / _counts(axis, place, dy)
        return _unframed(errors, axis, place)


def _counts(axis: Axis, place: int, like: Array) -> Array:
    """How many inputs each window covers, spread over ``like``: padding is not counted."""
    ones = np.ones(axis.size or 0, like.dtype)
    framed = _framed(ones, axis, 0, 0.0)
    counts: Array = reduce(np.add, [framed[tap] for tap in _taps(axis, 0)])
    return counts.reshape([-1 if at == place else 1 for at in range(like.ndim)])


class MaxPooling1D(_MaxPooling):
    """The largest of each window along time: (batch, steps, channels) → (batch, new_steps, …).

    y[n,t,c] = max over k of x[n, t*s+k-p, c]; ``strides=None`` means ``pool_size``. Padding never
    wins. Arguments, defaults and errors are those of Keras 3's ``keras.layers.MaxPooling1D``.
    Raises ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> MaxPooling1D()(np.array([1.0, 3.0, 2.0, 4.0, 9.0]).reshape(1, 5, 1)).ravel().tolist()
    [3.0, 4.0]
    """

    rank = 1

    @keras_signature
    def __init__(
        self,
        /,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class MaxPooling2D(_MaxPooling):
    """The largest of each window: (batch, height, width, channels) → (…, channels).

    y[n,i,j,c] = max over k,l of x[n, i*s+k-p, j*s'+l-p', c]; ``strides=None`` means ``pool_size``.
    Padding never wins. Arguments, defaults and errors are those of Keras 3's
    ``keras.layers.MaxPooling2D``. Raises ``ArgumentError`` for an argument, ``ShapeError`` for an
    input that it cannot take.

    >>> import numpy as np
    >>> MaxPooling2D((1, 2))(np.arange(8.0).reshape(1, 2, 4, 1))[0, :, :, 0].tolist()
    [[1.0, 3.0], [5.0, 7.0]]
    """

    rank = 2

    @keras_signature
    def __init__(
        self,
        /,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class AveragePooling1D(_AveragePooling):
    """The mean of each window along time: (batch, steps, channels) → (batch, new_steps, …).

    y[n,t,c] = mean over k of x[n, t*s+k-p, c], over the inputs alone: padding is not counted.
    ``strides=None`` means ``pool_size``, which has no default. Arguments, defaults and errors are
    those of Keras 3's ``keras.layers.AveragePooling1D``. Raises ``ArgumentError`` for an argument,
    ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> layer = AveragePooling1D(2, padding="same")
    >>> layer(np.array([1.0, 3.0, 2.0, 4.0, 9.0]).reshape(1, 5, 1)).ravel().tolist()
    [2.0, 3.0, 9.0]
    """

    rank = 1

    @keras_signature
    def __init__(
        self,
        /,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class AveragePooling2D(_AveragePooling):
    """The mean of each window: (batch, height, width, channels) → (…, channels).

    y[n,i,j,c] = mean over k,l of x[n, i*s+k-p, j*s'+l-p', c], over the inputs alone: padding is not
    counted. ``strides=None`` means ``pool_size``, which has no default. Arguments, defaults and
    errors are those of Keras 3's ``keras.layers.AveragePooling2D``. Raises ``ArgumentError`` for an
    argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> AveragePooling2D((1, 2))(np.arange(8.0).reshape(1, 2, 4, 1))[0, :, :, 0].tolist()
    [[0.5, 2.5], [4.5, 6.5]]
    """

    rank = 2

    @keras_signature
    def __init__(
        self,
        /,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class _GlobalPooling(SlidingCompanion):
    keepdims: bool

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[AnyAxis, ...]:
        """One window over all there is."""
        return tuple(Axis(size, size or 1) for size in sizes)

    def axes(self, input_shape: Any) -> tuple[AnyAxis | None, ...]:
        known = self._sliding(self._accepted(input_shape))
        return tuple(None if axis.input_size is None else axis for axis in known)

    def _check_sizes(self, axes: Any) -> None:
        rules.check_not_empty(axes, self._layout)

    def _output_shape(self, shape: Shape) -> Shape:
        batch, sizes, channels = self._parted(shape)
        ones = (1,) * len(sizes) if self.keepdims else ()
        first = self.data_format == "channels_first"
        return (batch, channels, *ones) if first else (batch, *ones, channels)

    @property
    def _places(self) -> tuple[int, ...]:
        """The sliding directions' axes in the data format."""
        first = self.data_format == "channels_first"
        return tuple(range(2, 2 + self.rank) if first else range(1, 1 + self.rank))

    def _spread(self, dy: Array) -> Array:
        """A gradient with the axes that were dropped."""
        return dy if self.keepdims else np.expand_dims(dy, self._places)


class _GlobalMaxPooling(_GlobalPooling):
    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        y: Array = x.max(axis=self._places, keepdims=bool(self.keepdims))
        return y

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        """Where several are the largest, they share the gradient, as in Keras on JAX."""
        largest = x == x.max(axis=self._places, keepdims=True)
        shared = largest / largest.sum(axis=self._places, keepdims=True)
        return (shared * self._spread(dy)).astype(dy.dtype), []


class _GlobalAveragePooling(_GlobalPooling):
    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        y: Array = x.mean(axis=self._places, keepdims=bool(self.keepdims))
        return y

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        count = prod(x.shape[place] for place in self._places)
        return np.broadcast_to(self._spread(dy) / count, x.shape).astype(dy.dtype), []


class GlobalMaxPooling1D(_GlobalMaxPooling):
    """The largest of each channel: (batch, steps, channels) → (batch, channels).

    y[n,c] = max over t of x[n,t,c]; with ``keepdims`` the directions stay, of size 1.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.GlobalMaxPooling1D``.
    Raises ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> GlobalMaxPooling1D()(np.array([1.0, 3.0, 2.0, 6.0]).reshape(1, 4, 1)).tolist()
    [[6.0]]
    """

    rank = 1

    @keras_signature
    def __init__(
        self, /, data_format: str | None = None, keepdims: bool = False, **base: Any
    ) -> None:
        super().__init__(declared(locals()), **base)


class GlobalMaxPooling2D(_GlobalMaxPooling):
    """The largest of each channel: (batch, height, width, channels) → (batch, channels).

    y[n,c] = max over i,j of x[n,i,j,c]; with ``keepdims`` the directions stay, of size 1.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.GlobalMaxPooling2D``.
    Raises ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> GlobalMaxPooling2D()(np.array([1.0, 3.0, 2.0, 6.0]).reshape(1, 2, 2, 1)).tolist()
    [[6.0]]
    """

    rank = 2

    @keras_signature
    def __init__(
        self, /, data_format: str | None = None, keepdims: bool = False, **base: Any
    ) -> None:
        super().__init__(declared(locals()), **base)


class GlobalAveragePooling1D(_GlobalAveragePooling):
    """The mean of each channel: (batch, steps, channels) → (batch, channels).

    y[n,c] = mean over t of x[n,t,c]; with ``keepdims`` the directions stay, of size 1.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.GlobalAveragePooling1D``.
    Raises ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> GlobalAveragePooling1D()(np.array([1.0, 3.0, 2.0, 6.0]).reshape(1, 4, 1)).tolist()
    [[3.0]]
    """

    rank = 1

    @keras_signature
    def __init__(
        self, /, data_format: str | None = None, keepdims: bool = False, **base: Any
    ) -> None:
        super().__init__(declared(locals()), **base)


class GlobalAveragePooling2D(_GlobalAveragePooling):
    """The mean of each channel: (batch, height, width, channels) → (batch, channels).

    y[n,c] = mean over i,j of x[n,i,j,c]; with ``keepdims`` the directions stay, of size 1.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.GlobalAveragePooling2D``.
    Raises ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> GlobalAveragePooling2D()(np.array([1.0, 3.0, 2.0, 6.0]).reshape(1, 2, 2, 1)).tolist()
    [[3.0]]
    """

    rank = 2

    @keras_signature
    def __init__(
        self, /, data_format: str | None = None, keepdims: bool = False, **base: Any
    ) -> None:
        super().__init__(declared(locals()), **base)
