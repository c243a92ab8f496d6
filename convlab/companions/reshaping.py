"""What moves numbers without a sum: zeros around, crops, finer grids, flat rows, other shapes."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import Any, ClassVar

import numpy as np

from .. import arguments
from ..geometry import AnyAxis, Axis, Size, TransposedAxis, upsampling_axis
from ..layers.common import Array, Readers, Shape, declared, keras_signature
from ..memory import check_memory
from . import rules
from .base import Companion, SlidingCompanion, Weights


class _Framing(SlidingCompanion):
    """Windows of one tap over an input that has been framed with zeros, or cropped."""

    sign: ClassVar[int]
    ends: ClassVar[str]

    @property
    def _pairs(self) -> tuple[tuple[int, int], ...]:
        pairs = self._arguments[self.ends]
        return (pairs,) if self.rank == 1 else pairs

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[AnyAxis, ...]:
        return tuple(
            Axis(size, 1, before=self.sign * before, after=self.sign * after)
            for size, (before, after) in zip(sizes, self._pairs, strict=True)
        )


class _ZeroPadding(_Framing):
    readers: ClassVar[Readers] = {"padding": rules.normal_ends}
    sign, ends = 1, "padding"

    def _along(self, x: Array, axes: tuple[AnyAxis, ...]) -> Array:
        return np.pad(x, [(0, 0), *self._pairs, (0, 0)])

    def _back_along(self, x: Array, dy: Array, axes: tuple[AnyAxis, ...]) -> Array:
        return dy[_without(self._pairs, dy.shape[1:-1])]


class _Cropping(_Framing):
    readers: ClassVar[Readers] = {"cropping": rules.normal_ends}
    sign, ends = -1, "cropping"

    @property
    def _least(self) -> tuple[int, ...]:
        return tuple(sum(pair) + 1 for pair in self._pairs)

    def _check_sizes(self, axes: tuple[Any, ...]) -> None:
        rules.check_cropping(axes, self._pairs)

    def _along(self, x: Array, axes: tuple[AnyAxis, ...]) -> Array:
        return x[_without(self._pairs, x.shape[1:-1])]

    def _back_along(self, x: Array, dy: Array, axes: tuple[AnyAxis, ...]) -> Array:
        return np.pad(dy, [(0, 0), *self._pairs, (0, 0)])


def _without(pairs: tuple[tuple[int, int], ...], sizes: tuple[int, ...]) -> tuple[slice, ...]:
    """What is left of maps without their ends."""
    kept = (slice(pair[0], size - pair[1]) for pair, size in zip(pairs, sizes, strict=True))
    return (slice(None), *kept)


class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after: (batch, steps, channels) → (batch, steps + both ends, channels).

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.ZeroPadding1D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> ZeroPadding1D((2, 1))(np.array([5.0, 6.0]).reshape(1, 2, 1)).ravel().tolist()
    [0.0, 0.0, 5.0, 6.0, 0.0]
    """

    rank = 1

    @keras_signature
    def __init__(self, /, padding: Any = 1, data_format: str | None = None, **base: Any) -> None:
        super().__init__(declared(locals()), **base)


class ZeroPadding2D(_ZeroPadding):
    """Zeros around: (batch, height, width, channels) → (…, channels), each side as told.

    ``padding`` is one number for all sides, one for height and one for width, or a pair for each.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.ZeroPadding2D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> ZeroPadding2D(((1, 0), (0, 2)))(np.ones((1, 1, 2, 1)))[0, :, :, 0].tolist()
    [[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]]
    """

    rank = 2

    @keras_signature
    def __init__(
        self, /, padding: Any = (1, 1), data_format: str | None = None, **base: Any
    ) -> None:
        super().__init__(declared(locals()), **base)


class Cropping1D(_Cropping):
    """Positions cut off at both ends: (batch, steps, channels) → (batch, fewer steps, channels).

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Cropping1D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input of which nothing would be left.

    >>> import numpy as np
    >>> Cropping1D((1, 2))(np.arange(5.0).reshape(1, 5, 1)).ravel().tolist()
    [1.0, 2.0]
    """

    rank = 1

    @keras_signature
    def __init__(self, /, cropping: Any = (1, 1), **base: Any) -> None:
        super().__init__(declared(locals()), **base)


class Cropping2D(_Cropping):
    """Rows and columns cut off: (batch, height, width, channels) → (…, channels).

    ``cropping`` is one number for all sides, one for height and one for width, or a pair for each.
    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Cropping2D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input of which nothing would be left.

    >>> import numpy as np
    >>> Cropping2D(((1, 0), (0, 2)))(np.arange(6.0).reshape(1, 2, 3, 1)).ravel().tolist()
    [3.0]
    """

    rank = 2

    @keras_signature
    def __init__(
        self, /, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **base: Any
    ) -> None:
        super().__init__(declared(locals()), **base)


class _UpSampling(SlidingCompanion):
    size: Any
    interpolation = "nearest"

    @property
    def _factors(self) -> tuple[int, ...]:
        return (self.size,) if self.rank == 1 else self.size

    def _axes(self, sizes: tuple[Size, ...]) -> tuple[AnyAxis, ...]:
        finer = partial(upsampling_axis, smooth=self.interpolation == "bilinear")
        return tuple(map(finer, sizes, self._factors))

    def _along(self, x: Array, axes: tuple[Any, ...]) -> Array:
        for place, axis in enumerate(axes, start=1):
            if self.interpolation == "nearest":
                x = np.repeat(x, axis.stride, axis=place)
            else:
                x = _mixed(shares_along(axis, x.dtype), x, place)
        return x

    def _back_along(self, x: Array, dy: Array, axes: tuple[Any, ...]) -> Array:
        for place, axis in enumerate(axes, start=1):
            dy = _mixed(shares_along(axis, dy.dtype).T, dy, place)
        return dy


def shares_along(axis: TransposedAxis, dtype: Any) -> Array:
    """(outputs, inputs): the share of each input in each output, falling with the distance."""
    middle = (axis.kernel - 1) / 2
    far = 0 if axis.kernel == axis.stride else 1
    near = [axis.stride - far * abs(tap - middle) for tap in range(axis.kernel)]
    shape = (axis.output_size or 0, axis.input_size or 0)
    check_memory(shape, 8, "a_matrix")
    shares = np.zeros(shape)
    for output, row in enumerate(shares):
        for tap, position in enumerate(axis.sources(output)):
            if position is not None:
                row[position] += near[tap]
    total: Array = shares / shares.sum(axis=1, keepdims=True)
    return total.astype(dtype)


def _mixed(shares: Array, x: Array, place: int) -> Array:
    return np.moveaxis(np.tensordot(shares, x, (1, place)), 0, place)


class UpSampling1D(_UpSampling):
    """Each step ``size`` times: (batch, steps, channels) → (batch, size * steps, channels).

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.UpSampling1D``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> UpSampling1D(2)(np.array([5.0, 6.0]).reshape(1, 2, 1)).ravel().tolist()
    [5.0, 5.0, 6.0, 6.0]
    """

    rank = 1
    readers: ClassVar[Readers] = {"size": arguments.normal_count}

    @keras_signature
    def __init__(self, /, size: int = 2, **base: Any) -> None:
        super().__init__(declared(locals()), **base)


class UpSampling2D(_UpSampling):
    """A finer grid: (batch, height, width, channels) → (batch, a * height, b * width, channels).

    ``"nearest"`` repeats rows and columns; ``"bilinear"`` mixes the two nearest along each axis, by
    the distance of the cells' middles. Arguments, defaults and errors are those of Keras 3's
    ``keras.layers.UpSampling2D``, of whose interpolations these two are known. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> x = np.array([0.0, 4.0]).reshape(1, 1, 2, 1)
    >>> UpSampling2D((1, 2), interpolation="bilinear")(x).ravel().tolist()
    [0.0, 1.0, 3.0, 4.0]
    """

    rank = 2
    readers: ClassVar[Readers] = {
        "size": arguments.normal_window,
        "interpolation": rules.normal_interpolation,
    }

    @keras_signature
    def __init__(
        self,
        /,
        size: Any = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)


class _Reshaping(Companion):
    rearranges = True

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        return dy.reshape(x.shape), []


class Flatten(_Reshaping):
    """Each sample as one row, channels last: (batch, …) → (batch, numbers in a sample).

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Flatten``. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input that it cannot take.

    >>> import numpy as np
    >>> Flatten(data_format="channels_first")(np.arange(4.0).reshape(1, 2, 2)).tolist()
    [[0.0, 2.0, 1.0, 3.0]]
    """

    data_format: str

    @keras_signature
    def __init__(self, /, data_format: str | None = None, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _output_shape(self, shape: Shape) -> Shape:
        return (shape[0], arguments.product_of(shape[1:]))

    @property
    def _first(self) -> bool:
        return self.data_format == "channels_first"

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        last = np.moveaxis(x, 1, -1) if self._first and x.ndim > 1 else x
        return last.reshape(len(x), prod(x.shape[1:]))

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        if not self._first or x.ndim == 1:
            return super()._backward(x, weights, dy)
        return np.moveaxis(dy.reshape(len(x), *x.shape[2:], x.shape[1]), -1, 1), []


class Reshape(_Reshaping):
    """Each sample in another shape, its numbers in the same order: (batch, …) → (batch, *target).

    One size may be -1: what the others leave over. Arguments, defaults and errors are those of
    Keras 3's ``keras.layers.Reshape``. Raises ``ArgumentError`` for an argument, ``ShapeError`` for
    an input that holds another number of numbers.

    >>> import numpy as np
    >>> Reshape((-1, 2))(np.arange(6.0).reshape(1, 6)).tolist()
    [[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]]
    """

    readers: ClassVar[Readers] = {"target_shape": rules.normal_target_shape}
    target_shape: tuple[int, ...]

    @keras_signature
    def __init__(self, /, target_shape: Any, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _output_shape(self, shape: Shape) -> Shape:
        return (shape[0], *rules.check_reshaped(shape, self.target_shape))

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        sizes = self._output_shape(x.shape)
        return x.reshape([size or 0 for size in sizes])


class Permute(Companion):
    """The axes in another order: axis ``dims[i]`` of the input becomes axis i + 1.

    Axes are counted from 1 behind the batch. Arguments, defaults and errors are those of Keras 3's
    ``keras.layers.Permute``. Raises ``ArgumentError`` for an argument, ``ShapeError`` for an input
    with another number of axes.

    >>> import numpy as np
    >>> Permute((2, 1))(np.arange(6.0).reshape(1, 2, 3)).tolist()
    [[[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]]
    """

    rearranges = True
    readers: ClassVar[Readers] = {"dims": rules.normal_permutation}
    dims: tuple[int, ...]

    @keras_signature
    def __init__(self, /, dims: Any, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        rules.check_permuted(shape, self.dims)
        return shape

    @property
    def _order(self) -> tuple[int, ...]:
        return (0, *self.dims)

    def _output_shape(self, shape: Shape) -> Shape:
        return tuple(shape[axis] for axis in self._order)

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return x.transpose(self._order)

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        return dy.transpose(np.argsort(self._order)), []
