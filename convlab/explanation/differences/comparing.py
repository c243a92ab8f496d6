"""``differences``, and what it says of every kind of layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Any

from ...arguments import check_is_layer
from ...errors import ConvlabError, not_one_of
from ...geometry import Size
from ...i18n import Choices
from ...layers.common import BaseLayer
from ..code import keras_kind
from .records import KINDS, Comparison, Difference, Differences

FRAMEWORKS = ("pytorch",)


def differences(layer: BaseLayer, input_shape: Any, framework: str = "pytorch") -> Differences:
    """How a layer differs, on inputs of a shape, from its twin in another framework.

    ``layer`` is a convolution or a companion, ``input_shape`` includes the batch (a merge takes a
    list of shapes), ``framework`` is ``"pytorch"``. Raises ``ArgumentError`` for anything else,
    ``ShapeError`` for a shape that the layer cannot take.

    >>> from convlab import Conv2D
    >>> found = differences(Conv2D(64, 7, strides=2, padding="same"), (None, 224, 224, 3))
    >>> found.same_values, [item.about for item in found.items][:2]
    (False, ['same_shifted', 'channels'])
    >>> found.program[0]
    'layer = nn.Sequential(nn.ZeroPad2d((2, 3, 2, 3)), nn.Conv2d(3, 64, 7, stride=2))'
    """
    _check_framework(framework)
    check_is_layer(layer, BaseLayer)
    layer.weight_shapes(input_shape)  # It refuses a shape that the layer cannot take.
    shape = list(map(_sizes, input_shape)) if layer.merges else _sizes(input_shape)
    found = compare(layer, shape)
    items = sorted(
        (*found.items, *_adapter(layer), *_penalties(layer)),
        key=lambda item: KINDS.index(item.kind),
    )
    programs = (
        () if twin is None else replace(twin, dtype=layer.dtype).program
        for twin in (found.twin, found.usual)
    )
    return Differences(keras_kind(layer).__name__, shape, framework, tuple(items), *programs)


def _sizes(shape: Any) -> tuple[Size, ...]:
    """An accepted shape as plain integers."""
    return tuple(None if size is None else int(size) for size in shape)


def differences_of_refused(
    layer: str, input_shape: Any, error: ConvlabError, framework: str = "pytorch"
) -> Differences:
    """What another framework does with settings that Keras refuses, where that is to be told.

    Raises ``ArgumentError`` for another framework, else the ``error`` itself.
    """
    _check_framework(framework)
    if error.code != "dilated_strides":
        raise error
    numbers = {"strides": error.parameters["strides"], "dilation": error.parameters["value"]}
    item = Difference("dilated_strides", "call", numbers)
    return Differences(layer, input_shape, framework, (item,), (), ())


def _check_framework(framework: object) -> None:
    if not isinstance(framework, str) or framework not in FRAMEWORKS:
        raise not_one_of("framework", framework, FRAMEWORKS)


@singledispatch
def compare(layer: BaseLayer, shape: Any) -> Comparison:
    """A layer beside its twin in PyTorch, for a shape that the layer takes.

    The modules beside this one have one for each kind of layer.
    """
    raise TypeError(type(layer).__name__)


def _adapter(layer: BaseLayer) -> Sequence[Difference]:
    """After ``enable_lora`` the kernel that counts is a sum."""
    return [Difference("lora", "call")] if getattr(layer, "lora_rank", None) else []


def _penalties(layer: BaseLayer) -> Sequence[Difference]:
    """What Keras adds to the loss, and does to weights after a step; PyTorch does neither."""
    names = {**dict.fromkeys(layer.declared_arguments()), **dict.fromkeys(layer.extras)}
    ends = {"regularizers": "_regularizer", "constraints": "_constraint"}
    found = {
        about: [name for name in names if name.endswith(end) and getattr(layer, name, None)]
        for about, end in ends.items()
    }
    return [
        Difference(about, "training", {"arguments": Choices(given)})
        for about, given in found.items()
        if given
    ]
