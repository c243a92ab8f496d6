"""Why the output of a layer beside the convolutions has its shape: windows, or one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from ..arguments import AXIS_NAMES, product_of
from ..companions import (
    Activation,
    Add,
    BatchNormalization,
    Companion,
    Concatenate,
    Dense,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    InputLayer,
    Multiply,
    Reshape,
)
from ..geometry import Size
from ..i18n import Term
from .axes import AxisExplanation, explain_axis, explain_frame

Shape = tuple[Size, ...]
Shapes = Sequence[Shape]

GLOBAL = (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
)
"""Layers with one window over all positions."""


def axes_of(layer: Any, input_shape: Any) -> tuple[AxisExplanation, ...]:
    """The directions in which a companion's windows slide; none for a window over everything."""
    if isinstance(layer, GLOBAL):
        return ()
    axes = zip(AXIS_NAMES.get(layer.rank, ()), layer.axes(input_shape), strict=True)
    if hasattr(layer, "pool_size"):
        return tuple(explain_axis(name, axis, layer.padding) for name, axis in axes)
    return tuple(explain_frame(name, axis) for name, axis in axes)


def reason_of(layer: Companion, shapes: Shapes, output: Shape) -> Term | None:
    """Why the output has this shape; ``None`` where the axes say it.

    >>> from convlab import Flatten
    >>> print(reason_of(Flatten(), [(None, 13, 13, 32)], (None, 5408)))
    13 × 13 × 32 = 5,408
    """
    return _reason(layer, shapes, output)


@singledispatch
def _reason(layer: Companion, shapes: Shapes, output: Shape) -> Term | None:
    return None if layer.rank else Term("reasons.same_shape")


@_reason.register
def _input(layer: InputLayer, shapes: Shapes, output: Shape) -> Term:
    return Term("reasons.input")


@_reason.register
def _activation(layer: Activation, shapes: Shapes, output: Shape) -> Term:
    return Term("reasons.same_shape" if shapes[0] == output else "reasons.halved")


@_reason.register
def _flatten(layer: Flatten, shapes: Shapes, output: Shape) -> Term:
    return _equation(" × ", shapes[0][1:], output[1])


@_reason.register
def _reshape(layer: Reshape, shapes: Shapes, output: Shape) -> Term:
    count = product_of(shapes[0][1:])
    return Term("reasons.reshaped", before=times(shapes[0]), after=times(output), count=said(count))


@_reason.register
def _dense(layer: Dense, shapes: Shapes, output: Shape) -> Term:
    entry = "dense" if len(output) == 2 else "dense_at_each"
    inputs = shapes[0][-1]
    return Term(f"reasons.{entry}", inputs=said(inputs), units=said(layer.units))


@_reason.register
def _batch_normalization(layer: BatchNormalization, shapes: Shapes, output: Shape) -> Term:
    trained = bool(layer.scale) + bool(layer.center)
    return Term("reasons.batch_normalization", each=2 + trained, trained=trained)


@_reason.register(Add)
@_reason.register(Multiply)
def _by_number(layer: Companion, shapes: Shapes, output: Shape) -> Term:
    if all(shape[1:] == shapes[0][1:] for shape in shapes):
        return Term("reasons.equal_shapes")
    spread = [times(shape) for shape in shapes if shape[1:] != output[1:]]
    return Term("reasons.spread", spread=", ".join(dict.fromkeys(spread)), output=times(output))


@_reason.register
def _concatenate(layer: Concatenate, shapes: Shapes, output: Shape) -> Term:
    place = layer.axis % len(output)
    parts = _equation(" + ", [shape[place] for shape in shapes], output[place])
    last = place == len(output) - 1
    return Term("reasons.joined_channels" if last else "reasons.joined", parts=parts, axis=place)


@_reason.register(GlobalAveragePooling1D)
@_reason.register(GlobalAveragePooling2D)
@_reason.register(GlobalMaxPooling1D)
@_reason.register(GlobalMaxPooling2D)
def _global(layer: Any, shapes: Shapes, output: Shape) -> Term:
    first = layer.data_format == "channels_first"
    sizes = shapes[0][2:] if first else shapes[0][1:-1]
    return Term("reasons.whole_map", sizes=" × ".join(map(said, sizes)))


def _equation(sign: str, parts: Sequence[Size], whole: Size) -> Term:
    return Term("reasons.equation", left=sign.join(map(said, parts)), right=said(whole))


def times(shape: Shape) -> str:
    """A sample's sizes: ``"13 × 13 × 32"``."""
    return " × ".join(map(said, shape[1:]))


def said(size: Size) -> str:
    """A size with its thousands apart; a question mark while it is not known."""
    return "?" if size is None else f"{size:,}"
