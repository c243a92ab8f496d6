"""Constraints: what a weight is projected onto after each step of training.

Names, arguments and values are those of Keras 3. Norms are taken along ``axis``, 0 by default; a
whole filter of a Conv2D kernel (kh, kw, C, F) is ``axis=(0, 1, 2)``.
"""

# NumPy's stubs say Any for most of its functions, and so would every formula here.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ArgumentError, ShapeError
from .registry import Configurable, Registry, checked_number

Array = NDArray[Any]
Axes = int | Sequence[int] | None

# Keras adds it to every norm before dividing, so no division is by zero.
EPSILON = 1e-7


class Constraint(Configurable):
    """The base of all constraints, and of your own: override ``__call__``."""

    def __call__(self, w: Array) -> Array:
        """A new array of the shape and dtype of ``w`` that obeys the constraint."""
        raise NotImplementedError


class NonNeg(Constraint):
    """max(w, 0).

    >>> NonNeg()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def __call__(self, w: Array) -> Array:
        return np.maximum(w, 0)


class MaxNorm(Constraint):
    """w · min(‖w‖, max_value) / (ε + ‖w‖), so a norm inside the bound shrinks by 1e-7 as well.

    >>> MaxNorm(max_value=2, axis=0)(np.array([[3.0], [4.0]])).round(6)
    array([[1.2],
           [1.6]])
    """

    def __init__(self, max_value: float | None = 2, axis: Axes = 0) -> None:
        self.max_value = max_value if max_value is None else checked_number(max_value, "max_value")
        self.axis = _checked_axis(axis)

    def __call__(self, w: Array) -> Array:
        norm = _norm(w, self.axis)
        return w * (np.clip(norm, 0, self.max_value) / (EPSILON + norm))


class UnitNorm(Constraint):
    """w / (ε + ‖w‖).

    >>> UnitNorm(axis=0)(np.array([[3.0], [4.0]])).round(6)
    array([[0.6],
           [0.8]])
    """

    def __init__(self, axis: Axes = 0) -> None:
        self.axis = _checked_axis(axis)

    def __call__(self, w: Array) -> Array:
        return w / (EPSILON + _norm(w, self.axis))


class MinMaxNorm(Constraint):
    """Move the norm towards [min_value, max_value] by the fraction ``rate`` of the way.

    >>> MinMaxNorm(max_value=1.0, rate=0.5)(np.array([[3.0], [4.0]])).round(6)
    array([[1.8],
           [2.4]])
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: Axes = 0,
    ) -> None:
        self.min_value = checked_number(min_value, "min_value")
        self.max_value = checked_number(max_value, "max_value")
        self.rate = checked_number(rate, "rate")
        self.axis = _checked_axis(axis)

    def __call__(self, w: Array) -> Array:
        norm = _norm(w, self.axis)
        desired = np.clip(norm, self.min_value, self.max_value)
        return w * ((self.rate * desired + (1 - self.rate) * norm) / (EPSILON + norm))


def _checked_axis(axis: Any) -> Axes:
    """``axis`` itself, if it is None, an integer or a sequence of different integers."""
    axes = axis if isinstance(axis, list | tuple) else [] if axis is None else [axis]
    if not all(isinstance(one, int | np.integer) for one in axes) or len(set(axes)) < len(axes):
        raise ArgumentError("norm_axis", argument="axis", value=axis, choices=[{"axis": 0}])
    return axis


def _norm(w: Array, axis: Axes) -> Array:
    """√Σw² along ``axis``, which stays as an axis of length 1."""
    axes = tuple(axis) if isinstance(axis, Sequence) else axis if axis is None else int(axis)
    try:
        squares: Array = np.sum(np.square(w), axis=axes, keepdims=True)
    except ValueError:
        legal = [{"axis": one} for one in range(w.ndim)]
        raise ShapeError(
            "norm_axis_absent", argument="axis", value=axis, shape=w.shape, choices=legal
        ) from None
    return np.sqrt(squares)


max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm

_NAMES = {
    "max_norm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
}
_registry = Registry("constraint", _NAMES)


def get(identifier: Any, argument: str = "constraint") -> Callable[[Array], Array] | None:
    """The constraint for a name, a configuration, a class or a callable; None for None.

    ``argument`` is the name under which an error speaks of it. Raises ``ArgumentError``.

    >>> get("max_norm", argument="kernel_constraint")
    MaxNorm(max_value=2, axis=0)
    """
    found: Callable[[Array], Array] | None = _registry.get(identifier, argument)
    return found


def serialize(constraint: Any) -> Any:
    """The configuration that Keras and ``deserialize`` read.

    >>> serialize(NonNeg())["class_name"]
    'NonNeg'
    """
    return _registry.serialize(constraint)


def deserialize(
    config: str | Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Any:
    """The constraint that a name or a configuration describes.

    >>> deserialize({"class_name": "UnitNorm", "config": {"axis": 1}})
    UnitNorm(axis=1)
    """
    return _registry.deserialize(config, custom_objects)
