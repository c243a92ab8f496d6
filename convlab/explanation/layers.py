"""``explain``: one layer, or a stack of them, on an input shape; or why that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias, overload

import numpy as np

from ..arguments import AXIS_NAMES, check_is_layer, is_size, items_of, product_of
from ..errors import ConvlabError
from ..geometry import Geometry, Size
from ..geometry.fields import ReceptiveField
from ..layers import CONVOLUTIONS, Layer
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
from .settings import Choice, Settings, choices_for
from .writing import Shown

Shape = tuple[Size, ...]
LayerLike: TypeAlias = Layer | tuple[str, Mapping[str, Any]]
"""A layer, or the name of its class with its arguments, which may be illegal."""


@dataclass(frozen=True, repr=False)
class Explanation(Shown):
    """Everything about a layer on an input shape that is not a weight's value.

    ``made`` is the layer itself, ``axes`` are the sliding directions of the first stage (what
    follows a first stage is pointwise). Counts are for one sample; what depends on an unknown size
    is ``None``. ``itemsize`` is the number of bytes of a number.
    """

    made: Layer
    geometry: Geometry
    axes: tuple[AxisExplanation, ...]
    weights: tuple[Weight, ...]
    itemsize: int

    @property
    def layer(self) -> str:
        """The name of the layer's class."""
        return self.geometry.layer

    @property
    def code(self) -> str:
        """The call that makes the layer in Keras; a comment says what cannot be written."""
        return keras_code(self.made)

    @property
    def input_shape(self) -> Shape:
        return self.geometry.input_shape

    @cached_property
    def output_shape(self) -> Shape:
        """The shape behind the activation, which may halve an axis (glu)."""
        shape = list(self.geometry.output_shape)
        axis = self.made.activation.halved
        if axis is not None and (size := shape[axis]) is not None:
            shape[axis] = size // 2
        return tuple(shape)

    @property
    def _numbers(self) -> tuple[Size, Size]:
        """How many numbers one sample has, and how many its output."""
        return product_of(self.input_shape[1:]), product_of(self.output_shape[1:])

    @property
    def parameters(self) -> int:
        """The number of single weights, bias included."""
        return sum(weight.count for weight in self.weights)

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
    def bytes(self) -> Bytes:
        """Memory for one sample."""
        return bytes_of(*self._numbers, self.parameters, self.itemsize)

    @property
    def dense(self) -> Dense | None:
        """The dense layer between the same input and output; ``None`` while a size is unknown."""
        return dense_of(*self._numbers, self.parameters, bool(self.made.use_bias))

    def differences(self, framework: str = "pytorch") -> Differences:
        """How the layer differs from its twin in PyTorch, and what to write instead.

        Raises ``ArgumentError`` for another framework.
        """
        return differences(self.made, self.input_shape, framework)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold."""
        return {
            "layer": self.layer,
            "code": self.code,
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "axes": [axis.to_dict() for axis in self.axes],
            "weights": [weight.to_dict() for weight in self.weights],
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "bytes": self.bytes.to_dict(),
            "dense": None if self.dense is None else self.dense.to_dict(),
        }


@dataclass(frozen=True, repr=False)
class Refusal(Shown):
    """Settings that the layer refuses: its error, and legal settings nearby, each tried out."""

    settings: Settings
    error: ConvlabError
    choices: tuple[Choice, ...]

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
            "choices": [dict(choice.changes) for choice in self.choices],
            "left_out": [list(choice.left_out) for choice in self.choices],
        }


@dataclass(frozen=True, repr=False)
class StackExplanation(Shown):
    """Layers one after the other, the shape flowing through them.

    ``layers`` ends with the first one that is refused, if any. ``fields`` holds behind each layer
    what one of its outputs sees of the stack's input, direction by direction.
    """

    input_shape: Shape
    layers: tuple[Explanation | Refusal, ...]
    fields: tuple[tuple[ReceptiveField, ...], ...]

    @property
    def accepted(self) -> tuple[Explanation, ...]:
        """The layers before the first refused one."""
        return tuple(layer for layer in self.layers if isinstance(layer, Explanation))

    @property
    def refusal(self) -> Refusal | None:
        """The first layer that is refused, if any."""
        return next((layer for layer in self.layers if isinstance(layer, Refusal)), None)

    @property
    def output_shape(self) -> Shape:
        """The shape behind the last accepted layer."""
        return self.accepted[-1].output_shape if self.accepted else self.input_shape

    @property
    def parameters(self) -> int:
        """All single weights."""
        return sum(layer.parameters for layer in self.accepted)

    @property
    def multiply_adds(self) -> Size:
        """Those of all layers, for one sample."""
        counts = [layer.multiply_adds for layer in self.accepted]
        return None if None in counts else sum(count for count in counts if count is not None)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold."""
        return {
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "layers": [layer.to_dict() for layer in self.layers],
            "receptive_fields": [[_field_dict(field) for field in row] for row in self.fields],
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
        }


def _field_dict(field: ReceptiveField) -> dict[str, float | None]:
    start = None if field.start is None else float(field.start)
    return {"size": field.size, "jump": float(field.jump), "start": start}


def explanation_of(layer: Layer, input_shape: Any, itemsize: int | None = None) -> Explanation:
    """The explanation of a layer on an input shape. Raises what the layer raises for it.

    ``itemsize`` is the number of bytes of a number, where it is not that of the layer's dtype.
    """
    geometry = layer.geometry(input_shape)
    bytes_each = itemsize or np.dtype(layer.dtype).itemsize
    axes = _axes(layer, geometry)
    shapes = layer.weight_shapes(geometry.input_shape)
    weights = tuple(Weight(name, shape) for name, shape in shapes.items())
    return Explanation(layer, geometry, axes, weights, bytes_each)


def _axes(layer: Layer, geometry: Geometry) -> tuple[AxisExplanation, ...]:
    names = AXIS_NAMES[layer.rank]
    extra = getattr(layer, "output_padding", None) or (None,) * layer.rank
    return tuple(
        explain_axis(name, axis, layer.padding, output_padding)
        for name, axis, output_padding in zip(names, geometry.stages[0].axes, extra, strict=True)
    )


@overload
def explain(layer: LayerLike, input_shape: Any) -> Explanation | Refusal: ...
@overload
def explain(layer: Sequence[LayerLike], input_shape: Any) -> StackExplanation: ...
def explain(
    layer: LayerLike | Sequence[LayerLike], input_shape: Any
) -> Explanation | Refusal | StackExplanation:
    """Explain a layer on an input shape, or a stack of layers: shapes, costs, receptive fields.

    ``layer`` is a convolution layer, or ``(name, arguments)`` for one that may not exist, or a
    list of such. ``input_shape`` includes the batch; sizes may be ``None``. What the layer refuses
    becomes a ``Refusal``, with the error and legal settings nearby, not an exception. Raises
    ``ArgumentError`` for anything but layers. ``explanation_of`` raises instead.

    >>> from convlab import Conv2D
    >>> record = explain(Conv2D(8, 3, strides=2), (None, 28, 20, 3))
    >>> record.output_shape, record.parameters, record.multiply_adds
    ((None, 13, 9, 8), 224, 25272)
    >>> refusal = explain(("Conv2D", {"filters": 8, "kernel_size": 5}), (None, 28, 3, 3))
    >>> [dict(choice.changes) for choice in refusal.choices]
    [{'kernel_size': (5, 3)}, {'padding': 'same'}]
    """
    shape = _listed(input_shape)
    if isinstance(layer, Layer) or _is_named(layer):
        return _explain_one(layer, shape)  # type: ignore[arg-type]
    return _explain_stack(_layers_in(layer), shape)


_MOST_LAYERS = 10_000
"""An endless iterable stops here."""


def _layers_in(given: object) -> list[Any]:
    no_items = isinstance(given, str | bytes | Mapping) or getattr(given, "ndim", 1) == 0
    if not isinstance(given, Iterable) or no_items:
        check_is_layer(given, Layer)
        raise AssertionError
    return list(islice(given, _MOST_LAYERS))


def _listed(input_shape: Any) -> Any:
    """A shape that can be read more than once, as an iterator cannot."""
    return items_of(input_shape) if isinstance(input_shape, Iterator) else input_shape


def _is_named(layer: object) -> bool:
    pair = isinstance(layer, tuple) and len(layer) == 2
    return pair and isinstance(layer[0], str) and isinstance(layer[1], Mapping)  # type: ignore[index]


def _explain_one(
    layer: LayerLike, input_shape: Any, fixed_shape: bool = False
) -> Explanation | Refusal:
    try:
        if isinstance(layer, Layer):
            return explanation_of(layer, input_shape)
        settings = _settings(layer, input_shape)
        return explanation_of(settings.made(), input_shape, settings.itemsize)
    except ConvlabError as error:
        settings = _settings(layer, input_shape)
        return Refusal(settings, error, choices_for(settings, error, fixed_shape))


def _settings(layer: LayerLike, input_shape: Any) -> Settings:
    if isinstance(layer, Layer):
        # Of a caller's subclass the layer of Keras': its own constructor may take other arguments.
        kind = next(kind for kind in CONVOLUTIONS.values() if isinstance(layer, kind))
        names = (*kind.declared_arguments(), "dtype")
        return Settings(kind, {name: getattr(layer, name) for name in names}, input_shape)
    return Settings.asked(*layer, input_shape)


def _explain_stack(layers: Sequence[LayerLike], input_shape: Any) -> StackExplanation:
    explained: list[Explanation | Refusal] = []
    fields: list[tuple[ReceptiveField, ...]] = []
    shape = input_shape
    for layer in layers:
        if not _is_named(layer):
            check_is_layer(layer, Layer)
        record = _explain_one(layer, shape, fixed_shape=bool(explained))
        explained.append(record)
        if isinstance(record, Refusal):
            break
        fields.append(_through(fields[-1] if fields else None, record))
        shape = record.output_shape
    return StackExplanation(_sizes(input_shape), tuple(explained), tuple(fields))


def _sizes(input_shape: Any) -> Shape:
    """A shape, legal or not, as far as plain data can hold it."""
    return tuple(
        size if size is None else int(size) if is_size(size) else str(size)  # type: ignore[misc]
        for size in items_of(input_shape)
    )


def _through(
    before: tuple[ReceptiveField, ...] | None, layer: Explanation
) -> tuple[ReceptiveField, ...]:
    axes = layer.geometry.stages[0].axes
    fields = before or (ReceptiveField(),) * len(axes)
    return tuple(field.through(axis) for field, axis in zip(fields, axes, strict=True))
