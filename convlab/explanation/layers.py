"""One layer on an input shape, explained; or why that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from ..arguments import AXIS_NAMES, items_of, product_of
from ..companions import Companion
from ..errors import ConvlabError
from ..geometry import Geometry, Size
from ..i18n import Term
from ..layers import Layer
from ..layers.common import BaseLayer
from ..networks import UnknownLayer
from .axes import AxisExplanation, explain_axis
from .code import keras_code
from .costs import (
    Bytes,
    Dense,
    Weight,
    bytes_of,
    dense_of,
    multiply_adds,
    position_names,
    positions,
)
from .differences import Differences, differences, differences_of_refused
from .formulas import Step
from .reasons import axes_of, reason_of
from .settings import Choice, Settings, choices_for
from .writing import Shown

Shape = tuple[Size, ...]
LayerLike: TypeAlias = BaseLayer | tuple[str, Mapping[str, Any]]
"""A layer, or the name of its class with its arguments, which may be illegal."""


@dataclass(frozen=True, repr=False)
class LayerExplanation(Shown):
    """What there is to say of a layer on an input shape, whatever it computes.

    Counts are for one sample; what depends on an unknown size is ``None``. ``input_shapes`` holds
    one shape, a merge's several. ``itemsize`` is the number of bytes of a number.
    """

    made: BaseLayer
    input_shapes: tuple[Shape, ...]
    axes: tuple[AxisExplanation, ...]
    weights: tuple[Weight, ...]
    itemsize: int

    @property
    def layer(self) -> str:
        """The name of the layer's class."""
        return type(self.made).__name__

    @property
    def input_shape(self) -> Shape:
        """The shape of the input; of a merge's inputs the first."""
        return self.input_shapes[0]

    @property
    def output_shape(self) -> Shape:
        raise NotImplementedError

    @property
    def multiply_adds(self) -> Size:
        """Products added to sums, for one sample."""
        raise NotImplementedError

    @property
    def reason(self) -> Term | None:
        """Why the output has its shape, where no window says it."""
        return None

    @property
    def _given(self) -> Any:
        return list(self.input_shapes) if self.made.merges else self.input_shapes[0]

    @property
    def _numbers(self) -> tuple[Size, Size]:
        """How many numbers one sample has, and how many its output."""
        counts = [product_of(shape[1:]) for shape in self.input_shapes]
        read = None if None in counts else sum(count for count in counts if count is not None)
        return read, product_of(self.output_shape[1:])

    @property
    def parameters(self) -> int:
        """The number of single weights, bias included."""
        return sum(weight.count for weight in self.weights)

    @property
    def trainable(self) -> int:
        """Those of them that are trained."""
        return sum(weight.count for weight in self.weights if weight.trained)

    @property
    def bytes(self) -> Bytes:
        """Memory for one sample."""
        return bytes_of(*self._numbers, self.parameters or 0, self.itemsize)

    def differences(self, framework: str = "pytorch") -> Differences:
        """How the layer differs from its twin in PyTorch, and what to write instead.

        Raises ``ArgumentError`` for another framework.
        """
        return differences(self.made, self._given, framework)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold."""
        shapes = [list(shape) for shape in self.input_shapes]
        return {
            "layer": self.layer,
            "input_shape": shapes if self.made.merges else shapes[0],
            "output_shape": list(self.output_shape),
            "axes": [axis.to_dict() for axis in self.axes],
            "reason": None if self.reason is None else str(self.reason),
            "weights": [weight.to_dict() for weight in self.weights],
            "parameters": self.parameters,
            "trainable": self.trainable,
            "multiply_adds": self.multiply_adds,
            "bytes": self.bytes.to_dict(),
        }


@dataclass(frozen=True, repr=False)
class Explanation(LayerExplanation):
    """Everything about a convolution layer on an input shape that is not a weight's value.

    ``axes`` are the sliding directions of the first stage (what follows it is pointwise).
    """

    made: Layer
    geometry: Geometry

    @property
    def code(self) -> str:
        """The call that makes the layer in Keras; a comment says what cannot be written."""
        return keras_code(self.made)

    @cached_property
    def output_shape(self) -> Shape:
        """The shape behind the activation, which may halve an axis (glu)."""
        shape = list(self.geometry.output_shape)
        axis = self.made.activation.halved
        if axis is not None and (size := shape[axis]) is not None:
            shape[axis] = size // 2
        return tuple(shape)

    @cached_property
    def multiply_adds(self) -> Size:
        """Products added to sums, for one sample: positions × weights of the kernel, each stage.

        Those with padding zeros count, and so do stamps that are cropped; bias and activation do
        not.
        """
        counts = [multiply_adds(stage) for stage in self.geometry.stages]
        return None if None in counts else sum(count for count in counts if count is not None)

    @property
    def multiply_adds_step(self) -> Step:
        """The multiply-adds as a formula: the positions of each stage times its weights."""
        numbers: dict[str, Size] = {}
        summands = []
        for stage in self.geometry.stages:
            names = position_names(stage)
            numbers.update(zip(names, positions(stage), strict=True))
            summands.append(" * ".join([*names, str(stage.parameters)]))
        return Step("M", " + ".join(summands), numbers, self.multiply_adds, "multiply_adds")

    @property
    def dense(self) -> Dense | None:
        """The dense layer between the same input and output; ``None`` while a size is unknown."""
        return dense_of(*self._numbers, self.parameters, bool(self.made.use_bias))

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold."""
        dense = None if self.dense is None else self.dense.to_dict()
        return {**super().to_dict(), "code": self.code, "dense": dense}


@dataclass(frozen=True, repr=False)
class CompanionExplanation(LayerExplanation):
    """What there is to say of a layer beside the convolutions.

    ``axes`` are the directions in which its windows slide; a layer without any has a ``reason``.
    """

    made: Companion

    @cached_property
    def output_shape(self) -> Shape:
        return self.made.compute_output_shape(self._given)

    @cached_property
    def multiply_adds(self) -> Size:
        """Products with a factor of the layer's; a merge, a mean and an activation have none."""
        return self.made.multiply_adds(self._given)

    @cached_property
    def reason(self) -> Term | None:
        return reason_of(self.made, self.input_shapes, self.output_shape)


@dataclass(frozen=True, repr=False)
class UnknownExplanation(LayerExplanation):
    """What a network's source says of a layer that convlab does not know."""

    made: UnknownLayer  # type: ignore[assignment]

    @property
    def layer(self) -> str:
        return self.made.kind

    @property
    def output_shape(self) -> Shape:
        assert self.made.output_shape is not None
        return self.made.output_shape

    @property
    def multiply_adds(self) -> Size:
        return None

    @property
    def reason(self) -> Term:
        return Term("reasons.unknown")

    @property
    def parameters(self) -> Size:  # type: ignore[override]
        return self.made.parameters

    @property
    def trainable(self) -> Size:  # type: ignore[override]
        return 0 if self.parameters == 0 else None


@dataclass(frozen=True, repr=False)
class Refusal(Shown):
    """Settings that the layer refuses: its error, and legal settings nearby, each tried out.

    In a network a choice may be about an earlier ``step``; ``history`` tells how the map became as
    small as it is.
    """

    settings: Settings
    error: ConvlabError
    choices: tuple[Choice, ...]
    history: Term | None = None

    @property
    def layer(self) -> str:
        """The name of the layer's class."""
        kind = self.settings.layer
        return kind if isinstance(kind, str) else kind.__name__

    def differences(self, framework: str = "pytorch") -> Differences:
        """What PyTorch does with these settings, where Keras refuses only their combination.

        Raises ``ArgumentError`` for another framework, else the refusal's own error.
        """
        shape = self.settings.input_shape
        return differences_of_refused(self.layer, shape, self.error, framework)

    def to_dict(self) -> dict[str, Any]:
        """Why and what instead, as plain data; the sentence in the language in force."""
        return {
            "layer": self.layer,
            "refused": self.error.code,
            "text": str(self.error),
            "history": None if self.history is None else str(self.history),
            "choices": [dict(choice.changes) for choice in self.choices],
            "left_out": [list(choice.left_out) for choice in self.choices],
            "in_step": [choice.step for choice in self.choices],
        }


def explanation_of(layer: Layer, input_shape: Any, itemsize: int | None = None) -> Explanation:
    """The explanation of a layer on an input shape. Raises what the layer raises for it.

    ``itemsize`` is the number of bytes of a number, where it is not that of the layer's dtype.
    """
    geometry = layer.geometry(input_shape)
    shape = geometry.input_shape
    parts = (_axes(layer, geometry), _weights(layer, shape), itemsize or _itemsize(layer))
    return Explanation(layer, (shape,), *parts, geometry)


def _axes(layer: Layer, geometry: Geometry) -> tuple[AxisExplanation, ...]:
    names = AXIS_NAMES[layer.rank]
    extra = getattr(layer, "output_padding", None) or (None,) * layer.rank
    return tuple(
        explain_axis(name, axis, layer.padding, output_padding)
        for name, axis, output_padding in zip(names, geometry.stages[0].axes, extra, strict=True)
    )


def _weights(layer: BaseLayer, input_shape: Any) -> tuple[Weight, ...]:
    shapes = layer.weight_shapes(input_shape)
    pairs = zip(shapes.items(), layer.trains(len(shapes)), strict=True)
    return tuple(Weight(name, shape, trained) for (name, shape), trained in pairs)


def _itemsize(layer: BaseLayer) -> int:
    return np.dtype(layer.dtype).itemsize


def _companion(layer: Companion, input_shape: Any, itemsize: int | None) -> CompanionExplanation:
    weights = _weights(layer, input_shape)
    shapes = input_shape if layer.merges else [input_shape]
    listed = tuple(tuple(items_of(shape)) for shape in shapes)
    return CompanionExplanation(
        layer, listed, axes_of(layer, input_shape), weights, itemsize or _itemsize(layer)
    )


def _explained(layer: BaseLayer, input_shape: Any, itemsize: int | None = None) -> LayerExplanation:
    if isinstance(layer, Companion):
        return _companion(layer, input_shape, itemsize)
    assert isinstance(layer, Layer)
    return explanation_of(layer, input_shape, itemsize)


def explain_one(
    layer: LayerLike, input_shape: Any, fixed_shape: bool = False
) -> LayerExplanation | Refusal:
    """A layer on an input shape; a ``Refusal`` where it refuses it.

    With ``fixed_shape`` no other shape is offered: it comes from the layer before.
    """
    if not isinstance(layer, BaseLayer):
        asked = Settings.asked(*layer, input_shape)
        return _explain_asked(asked, fixed_shape)
    try:
        return _explained(layer, input_shape)
    except ConvlabError as error:
        settings = Settings.of_layer(layer, input_shape)
        return Refusal(settings, error, choices_for(settings, error, fixed_shape))


def _explain_asked(asked: Settings, fixed_shape: bool) -> LayerExplanation | Refusal:
    try:
        return _explained(asked.made(), asked.input_shape, asked.itemsize)
    except ConvlabError as error:
        return Refusal(asked, error, choices_for(asked, error, fixed_shape))
