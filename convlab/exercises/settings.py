"""Answers that are a setting: a dict of Keras arguments, or a layer that has them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from ..errors import ConvlabError
from ..i18n import Choices
from ..layers import Layer
from .reading import Unusable, kind_of

REFUSED = "refused"
"""The value of a setting that Keras refuses."""

CHANGED = "changed"
"""The value of a setting that changes what the question holds fixed."""


def output_of(
    kind: type[Layer], fixed: Mapping[str, Any], asked: str, input_shape: tuple[int, ...]
) -> Callable[[object], Hashable]:
    """A reading of settings: the output's shape under them.

    ``fixed`` are the arguments that the question gives, ``asked`` the one that the reader sets.
    """

    def read(answer: object) -> Hashable:
        try:
            layer = _layer(answer, kind, fixed)
            if any(getattr(layer, name) != value for name, value in _canonical(kind, fixed)):
                return CHANGED
            return layer.compute_output_shape(input_shape)
        except ConvlabError as error:
            if error.code == "unknown_argument":
                raise Unusable("unknown_argument", argument=error.parameters["argument"]) from None
            return REFUSED

    def _layer(answer: object, kind: type[Layer], fixed: Mapping[str, Any]) -> Layer:
        if isinstance(answer, Mapping) and all(isinstance(name, str) for name in answer):
            return kind(**{**fixed, **answer})
        if type(answer).__name__ == kind.__name__ and hasattr(answer, "get_config"):
            return kind.from_config(answer.get_config())
        example = Choices([asked])
        raise Unusable("not_a_setting", kind=kind_of(answer), layer=kind.__name__, name=example)

    return read


def _canonical(kind: type[Layer], fixed: Mapping[str, Any]) -> list[tuple[str, Any]]:
    layer = kind(**fixed)
    return [(name, getattr(layer, name)) for name in fixed]
