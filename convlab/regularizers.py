"""Regularizers: a penalty on the size of a weight, or of a layer's output, and its gradient.

Names, arguments and values are those of Keras 3: ``l2`` has no ½, and where a name is all that is
given, its factor is 0.01. The string ``"l1_l2"`` is no name there: ``L1L2(l1=…, l2=…)`` is meant.
"""

# NumPy's stubs say Any for most of its functions, and so would every formula here.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .constraints import EPSILON
from .errors import ArgumentError, ShapeError
from .registry import Configurable, Registry, checked_choice

Array = NDArray[Any]


class Regularizer(Configurable):
    """The base of all regularizers, and of your own: override ``__call__`` and ``gradient``."""

    def __call__(self, w: Array) -> Any:
        """The penalty of ``w``, a scalar of its dtype."""
        raise NotImplementedError

    def gradient(self, w: Array) -> Array:
        """The derivative of the penalty by each element of ``w``."""
        raise ArgumentError(
            "regularizer_gradient", argument="regularizer", value=type(self).__name__
        )


class L1(Regularizer):
    """l1 · Σ|w|; where w = 0 the derivative is taken as that of w > 0, as JAX does.

    >>> L1(0.5)(np.array([1.0, -3.0]))
    np.float64(2.0)
    >>> L1(0.5).gradient(np.array([1.0, -3.0, 0.0]))
    array([ 0.5, -0.5,  0.5])
    """

    def __init__(self, l1: float | None = 0.01) -> None:
        self.l1 = _checked_factor(0.01 if l1 is None else l1, "l1")

    def __call__(self, w: Array) -> Any:
        return self.l1 * np.sum(np.abs(w))

    def gradient(self, w: Array) -> Array:
        return self.l1 * _sign(w)


class L2(Regularizer):
    """l2 · Σw².

    >>> L2(0.5)(np.array([1.0, -3.0]))
    np.float64(5.0)
    >>> L2(0.5).gradient(np.array([1.0, -3.0]))
    array([ 1., -3.])
    """

    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = _checked_factor(0.01 if l2 is None else l2, "l2")

    def __call__(self, w: Array) -> Any:
        return self.l2 * np.sum(np.square(w))

    def gradient(self, w: Array) -> Array:
        return 2 * self.l2 * w


class L1L2(Regularizer):
    """l1 · Σ|w| + l2 · Σw²; a factor that is not given is 0.

    >>> L1L2(l1=0.5, l2=0.25)(np.array([1.0, -3.0]))
    np.float64(4.5)
    >>> L1L2(l1=0.5, l2=0.25).gradient(np.array([1.0, -3.0]))
    array([ 1., -2.])
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = _checked_factor(0.0 if l1 is None else l1, "l1")
        self.l2 = _checked_factor(0.0 if l2 is None else l2, "l2")

    def __call__(self, w: Array) -> Any:
        return self.l1 * np.sum(np.abs(w)) + self.l2 * np.sum(np.square(w))

    def gradient(self, w: Array) -> Array:
        return self.l1 * _sign(w) + 2 * self.l2 * w


class OrthogonalRegularizer(Regularizer):
    """factor · the mean of |cos(angle)| over all pairs of rows, or columns, of a matrix.

    A row shorter than 1e-7 is divided by 1e-7 in place of its length. Raises ``ShapeError`` unless
    ``w`` has two axes, which no convolution's kernel has.

    >>> rows = np.array([[3.0, 4.0], [5.0, 0.0]])
    >>> OrthogonalRegularizer(factor=0.5)(rows).round(6)
    np.float64(0.3)
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = _checked_factor(factor, "factor")
        self.mode = checked_choice(mode, "mode", ("rows", "columns"))

    def __call__(self, w: Array) -> Any:
        rows = self._rows(w)
        unit = rows * _inverse_lengths(rows)
        return np.sum(np.abs(_off_diagonal(unit @ unit.T))) * self._share(len(rows))

    def gradient(self, w: Array) -> Array:
        rows = self._rows(w)
        inverse = _inverse_lengths(rows)
        unit = rows * inverse
        d_unit = _off_diagonal(_sign(unit @ unit.T)) @ unit * (2 * self._share(len(rows)))
        along = np.sum(d_unit * unit, axis=1, keepdims=True) * (inverse < 1 / EPSILON)
        d_rows: Array = (d_unit - along * unit) * inverse
        return d_rows if self.mode == "rows" else d_rows.T

    def _rows(self, w: Array) -> Array:
        if w.ndim != 2:
            raise ShapeError("orthogonal_rank", argument="w", value=w.shape, dimensions=w.ndim)
        return w if self.mode == "rows" else w.T

    def _share(self, count: int) -> float:
        """The weight of one of the count · (count − 1) products; Keras has nan for a single row."""
        return self.factor / (count * (count - 1)) if count > 1 else math.nan


def _sign(w: Array) -> Array:
    """∂|w| / ∂w."""
    return np.where(w >= 0, 1, -1).astype(w.dtype)


def _inverse_lengths(rows: Array) -> Array:
    lengths = np.sqrt(np.sum(np.square(rows), axis=1, keepdims=True))
    return 1 / np.maximum(lengths, EPSILON)


def _off_diagonal(products: Array) -> Array:
    return products * (1 - np.eye(len(products), dtype=products.dtype))


def _checked_factor(value: Any, argument: str) -> float:
    """``value`` as a float from 0 up; of NumPy's scalars Keras takes float64 alone."""
    if not isinstance(value, float | int) or not 0 <= value < math.inf:
        raise ArgumentError(
            "penalty_factor", argument=argument, value=value, choices=[{argument: 0.01}]
        )
    return float(value)


class OwnRegularizer(Regularizer):
    """A caller's own function of a weight; its gradient is the function's attribute ``gradient``.

    >>> def penalty(w):
    ...     return np.sum(w**4)
    >>> penalty.gradient = lambda w: 4 * w**3
    >>> OwnRegularizer(penalty).gradient(np.array([1.0, 2.0]))
    array([ 4., 32.])
    """

    def __init__(self, function: Callable[[Array], Any]) -> None:
        self.function = function

    def __call__(self, w: Array) -> Any:
        return self.function(w)

    def gradient(self, w: Array) -> Array:
        if not hasattr(self.function, "gradient"):
            name = getattr(self.function, "__name__", type(self.function).__name__)
            raise ArgumentError("regularizer_gradient", argument="regularizer", value=name)
        gradient: Array = self.function.gradient(w)
        return gradient


l1, l2, l1_l2, orthogonal_regularizer = L1, L2, L1L2, OrthogonalRegularizer

_NAMES = {"l1": L1, "l2": L2, "l1l2": L1L2, "orthogonal_regularizer": OrthogonalRegularizer}
_registry = Registry("regularizer", _NAMES, narrow={"orthogonal_regularizer": ""})


def get(identifier: Any, argument: str = "regularizer") -> Regularizer | None:
    """The regularizer for a name, a configuration, a class or a callable; None for None.

    ``argument`` is the name under which an error speaks of it. Raises ``ArgumentError``.

    >>> get("l2", argument="kernel_regularizer")
    L2(l2=0.01)
    """
    found = _registry.get(identifier, argument)
    return found if found is None or isinstance(found, Regularizer) else OwnRegularizer(found)


def serialize(regularizer: Any) -> Any:
    """The configuration that Keras and ``deserialize`` read.

    >>> serialize(L2(0.5))["config"]
    {'l2': 0.5}
    """
    is_own = isinstance(regularizer, OwnRegularizer)
    return _registry.serialize(regularizer.function if is_own else regularizer)


def deserialize(
    config: str | Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Any:
    """The regularizer that a name or a configuration describes.

    >>> deserialize({"class_name": "L1", "config": {"l1": 0.5}})
    L1(l1=0.5)
    """
    return _registry.deserialize(config, custom_objects)
