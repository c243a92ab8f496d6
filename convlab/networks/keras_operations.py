"""Bare operations of a Keras graph, such as ``relu6(x + 3) * (1 / 6)``, as layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np

from ..companions import (
    ELU,
    Activation,
    Add,
    Concatenate,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    LeakyReLU,
    Multiply,
    ReLU,
    Rescaling,
    Reshape,
    Softmax,
)
from ..layers.common import BaseLayer
from .keras_calls import Call, Ref, constant_of
from .keras_layers import Part, class_of, difference, name_of, unknown
from .keras_places import Place

Parts = tuple[Part, ...] | None
"""``None`` for what no layer here computes exactly."""


def operation_parts(entry: Place, call: Call) -> tuple[Part, ...]:
    """The layers of one call of an operation; an unknown one where none computes the same."""
    config, kind = entry["config"], class_of(entry)
    function = config.get("function").value if kind == "TFOpLambda" else kind
    word = _word(function if isinstance(function, str) else "")
    options = {**config.mapping, **call.options}
    name = name_of(entry).replace("/", "_")
    made = _OPERATIONS.get(word)
    found = made(name, _operands(call), options) if made else None
    return found or (Part("", unknown(entry)),)


def _word(function: str) -> str:
    """One spelling of ``TrueDivide``, ``math.true_divide``, ``__operators__.truediv``."""
    return function.rpartition(".")[2].replace("_", "").lower()


def _operands(call: Call) -> tuple[Any, ...]:
    """Both operands, the second of them perhaps given by its name."""
    named = [constant_of(call.options[key]) for key in ("y", "x2") if key in call.options]
    return call.operands + tuple(each for each in named if _is_number(each))


def _is_number(value: Any) -> bool:
    numeric = isinstance(value, int | float | list) and not isinstance(value, bool)
    return numeric and np.asarray(value).dtype.kind in "fi"


# Sums and products


def _merged(name: str, operands: tuple[Any, ...], merge: type[BaseLayer]) -> Parts:
    """A merge of outputs with as many axes: of others Keras and NumPy spread other axes."""
    shapes = [each.shape for each in operands if isinstance(each, Ref)]
    ranks = {len(shape) for shape in shapes if shape is not None}
    fits = len(operands) == len(shapes) > 1 and len(ranks) < 2
    return (Part("", merge(name=name)),) if fits else None


def _constant(operands: tuple[Any, ...]) -> tuple[Any, bool]:
    """The one constant beside one output, and whether it stands first; else ``None``."""
    kinds = [isinstance(each, Ref) for each in operands]
    if sorted(kinds) != [False, True] or not _is_number(operands[kinds.index(False)]):
        return None, False
    return np.asarray(operands[kinds.index(False)], np.float64), not kinds[0]


def _rescaled(name: str, scale: Any, offset: Any = 0.0) -> Parts:
    return (
        Part("", Rescaling(np.asarray(scale).tolist(), np.asarray(offset).tolist(), name=name)),
    )


def _add(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    constant, _ = _constant(operands)
    return _merged(name, operands, Add) if constant is None else _rescaled(name, 1.0, constant)


def _multiply(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    constant, _ = _constant(operands)
    return _merged(name, operands, Multiply) if constant is None else _rescaled(name, constant)


def _subtract(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    constant, first = _constant(operands)
    if constant is None:
        return difference(name) if _merged(name, operands[:2], Add) else None
    return _rescaled(name, -1.0, constant) if first else _rescaled(name, 1.0, -constant)


def _divide(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    constant, first = _constant(operands)
    if constant is None or first or not constant.all():
        return None
    return _rescaled(name, 1 / constant)


def _negative(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    return _rescaled(name, -1.0)


def _concatenate(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    axis = options.get("axis")
    refs = all(isinstance(each, Ref) for each in operands)
    along_batch = not isinstance(axis, int) or axis == 0
    return None if along_batch or not refs else (Part("", Concatenate(axis, name=name)),)


# Activations


def _named(activation: str) -> Callable[..., Parts]:
    return lambda name, operands, options: (Part("", Activation(activation, name=name)),)


def _relu6(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    return (Part("", ReLU(6.0, name=name)),)


def _softmax(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    axis = options.get("axis", -1)
    return (Part("", Softmax(axis, name=name)),) if isinstance(axis, int) and axis else None


def _elu(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    return (Part("", ELU(options.get("alpha", 1.0), name=name)),)


def _leaky_relu(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    slope = options.get("negative_slope", options.get("alpha", 0.2))
    return (Part("", LeakyReLU(slope, name=name)),)


# Whole axes


def _over_positions(*kinds: type[BaseLayer]) -> Callable[..., Parts]:
    """A mean or a maximum over all directions, channels last; ``kinds`` by their number."""

    def made(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
        shape = operands[0].shape if operands and isinstance(operands[0], Ref) else None
        axes: Any = options.get("axis")
        listed = axes if isinstance(axes, list | tuple) else [axes]
        if not shape or not all(isinstance(axis, int) for axis in listed):
            return None
        rank = len(shape) - 2
        whole = sorted(axis % len(shape) for axis in listed) == [*range(1, rank + 1)]
        if not whole or rank not in (1, 2):
            return None
        keep = bool(options.get("keepdims", False))
        return (Part("", kinds[rank - 1](keepdims=keep, name=name)),)

    return made


def _reshape(name: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Parts:
    """Where the batch keeps its axis."""
    shape = operands[0].shape if operands and isinstance(operands[0], Ref) else None
    wanted = options.get("newshape", options.get("shape"))
    sizes = [size for size in (shape or ())[1:] if size is not None]
    if not shape or len(sizes) < len(shape) - 1 or not isinstance(wanted, list | tuple):
        return None
    target = wanted[1:]
    apart = wanted[:1] in ([-1], (-1,)) and all(isinstance(size, int) for size in target)
    if not apart or -1 in target or prod(target) != prod(sizes):
        return None
    return (Part("", Reshape(tuple(target), name=name)),)


_OPERATIONS: dict[str, Callable[..., Parts]] = {
    **dict.fromkeys(("add", "addv2"), _add),
    **dict.fromkeys(("subtract", "sub"), _subtract),
    **dict.fromkeys(("multiply", "mul"), _multiply),
    **dict.fromkeys(("truedivide", "truediv", "divide", "realdiv"), _divide),
    **dict.fromkeys(("negative", "neg"), _negative),
    **dict.fromkeys(("concatenate", "concat"), _concatenate),
    **dict.fromkeys(
        ("mean", "reducemean"), _over_positions(GlobalAveragePooling1D, GlobalAveragePooling2D)
    ),
    **dict.fromkeys(("max", "reducemax"), _over_positions(GlobalMaxPooling1D, GlobalMaxPooling2D)),
    "reshape": _reshape,
    "relu6": _relu6,
    "softmax": _softmax,
    "elu": _elu,
    "leakyrelu": _leaky_relu,
    "hardsigmoid": _named("hard_sigmoid"),
    "hardsilu": _named("hard_silu"),
    **dict.fromkeys(("silu", "swish"), _named("silu")),
    "exp": _named("exponential"),
    **{each: _named(each) for each in ("relu", "sigmoid", "tanh", "selu", "softplus", "softsign")},
}
