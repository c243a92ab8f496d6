"""Merges: several inputs become one, number by number or side by side."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np

from .. import arguments
from ..layers.common import Array, Readers, Shape, declared, keras_signature
from . import rules
from .base import Companion, Weights


class _Merge(Companion):
    """A layer of a list of inputs, and of a list of shapes."""

    merges = True

    def _normal_shape(self, input_shape: Any) -> list[Shape]:
        listed = rules.listed_shapes(input_shape)
        return [rules.normal_free_shape(shape, self.least_axes) for shape in listed]

    def _normal_input(self, x: Any) -> list[Array]:
        return [arguments.normal_array(each, self.dtype) for each in rules.listed_inputs(x)]


class _Elementwise(_Merge):
    """Number by number: sizes of 1 are spread; behind the batch, missing axes are of size 1."""

    @keras_signature
    def __init__(self, /, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _output_shape(self, shapes: Any) -> Shape:
        return rules.merged_shape(shapes)

    @staticmethod
    def _raised(x: list[Array]) -> list[Array]:
        most = max(each.ndim for each in x)
        ones = [(1,) * (most - each.ndim) for each in x]
        return [
            each.reshape(len(each), *more, *each.shape[1:])
            for each, more in zip(x, ones, strict=True)
        ]


def _gathered(dy: Array, like: Array) -> Array:
    """The gradient of an input that was spread over the output's shape."""
    first = dy.ndim - like.ndim
    raised = (*like.shape[:1], *(1,) * first, *like.shape[1:])
    spread = tuple(axis for axis, size in enumerate(raised) if size == 1 != dy.shape[axis])
    total: Array = dy.sum(axis=spread, keepdims=True)
    return total.reshape(like.shape)


class Add(_Elementwise):
    """The sum of several inputs, number by number: the end of a residual block.

    Arguments and errors are those of Keras 3's ``keras.layers.Add``. Raises ``DTypeError`` for
    anything but a list of arrays, ``ShapeError`` for shapes that do not go together.

    >>> import numpy as np
    >>> Add()([np.array([[1.0, 2.0]]), np.array([[10.0]])]).tolist()
    [[11.0, 12.0]]
    """

    def _forward(self, x: list[Array], weights: Weights, training: bool) -> Array:
        return reduce(np.add, self._raised(x))

    def _backward(
        self, x: list[Array], weights: Weights, dy: Array
    ) -> tuple[list[Array], list[Array]]:
        return [_gathered(dy, each) for each in x], []


class Multiply(_Elementwise):
    """The product of several inputs, number by number: as in squeeze and excitation.

    Arguments and errors are those of Keras 3's ``keras.layers.Multiply``. Raises ``DTypeError`` for
    anything but a list of arrays, ``ShapeError`` for shapes that do not go together.

    >>> import numpy as np
    >>> Multiply()([np.array([[1.0, 2.0]]), np.array([[10.0]])]).tolist()
    [[10.0, 20.0]]
    """

    def _forward(self, x: list[Array], weights: Weights, training: bool) -> Array:
        return reduce(np.multiply, self._raised(x))

    def _backward(
        self, x: list[Array], weights: Weights, dy: Array
    ) -> tuple[list[Array], list[Array]]:
        raised = self._raised(x)
        others = (raised[:place] + raised[place + 1 :] for place in range(len(x)))
        errors = [reduce(np.multiply, other, dy) for other in others]
        return [_gathered(error, each) for error, each in zip(errors, x, strict=True)], []


class Maximum(_Elementwise):
    """The largest of several inputs, number by number.

    Arguments and errors are those of Keras 3's ``keras.layers.Maximum``. Raises ``DTypeError`` for
    anything but a list of arrays, ``ShapeError`` for shapes that do not go together.

    >>> import numpy as np
    >>> Maximum()([np.array([[1.0, 20.0]]), np.array([[10.0]])]).tolist()
    [[10.0, 20.0]]
    """

    def _forward(self, x: list[Array], weights: Weights, training: bool) -> Array:
        return reduce(np.maximum, self._raised(x))

    def _backward(
        self, x: list[Array], weights: Weights, dy: Array
    ) -> tuple[list[Array], list[Array]]:
        """Two that are equal share the gradient, as in Keras on JAX."""
        first, *others = self._raised(x)
        before = list(accumulate(others[:-1], np.maximum, initial=first))
        errors: list[Array] = []
        for mine, rest in zip(others[::-1], before[::-1], strict=False):
            share = (np.sign(mine - rest) + 1) / 2
            errors.insert(0, dy * share)
            dy = dy * (1 - share)
        return [_gathered(error, each) for error, each in zip([dy, *errors], x, strict=True)], []


class Concatenate(_Merge):
    """Several inputs side by side along ``axis``, the channels by default.

    Arguments, defaults and errors are those of Keras 3's ``keras.layers.Concatenate``. Raises
    ``DTypeError`` for anything but a list of arrays, ``ShapeError`` for shapes that differ in
    another axis, too.

    >>> import numpy as np
    >>> Concatenate()([np.array([[1.0, 2.0]]), np.array([[10.0]])]).tolist()
    [[1.0, 2.0, 10.0]]
    """

    readers: ClassVar[Readers] = {"axis": rules.normal_axis}
    axis: int

    @keras_signature
    def __init__(self, /, axis: int = -1, **base: Any) -> None:
        super().__init__(declared(locals()), **base)

    def _output_shape(self, shapes: Any) -> Shape:
        return rules.joined_shape(shapes, self.axis)

    def _forward(self, x: list[Array], weights: Weights, training: bool) -> Array:
        return np.concatenate(x, axis=self.axis)

    def _backward(
        self, x: list[Array], weights: Weights, dy: Array
    ) -> tuple[list[Array], list[Array]]:
        ends = np.cumsum([each.shape[self.axis] for each in x])
        return np.split(dy, ends[:-1], axis=self.axis), []
