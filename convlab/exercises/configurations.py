"""Answers that are a setting: a dict of Keras arguments, or a layer that has them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from ..errors import ConvlabError
from ..i18n import Choices
from ..layers import Layer
from .quiet import NAME
from .reading import Unusable, kind_of

CHANGED = "changed"
"""The value of a setting that changes what the question holds fixed."""


def refused(argument: str) -> Hashable:
    """The value of a setting that Keras refuses for this argument of it."""
    return ("refused", argument)


def output_of(
    kind: type[Layer], fixed: Mapping[str, Any], asked: str, input_shape: tuple[int, ...]
) -> Callable[[object], Hashable]:
    """A reading of settings: the output's shape under them, or which argument Keras refuses.

    ``fixed`` are the arguments that the question gives, ``asked`` the one that the reader sets.
    """

    def read(answer: object) -> Hashable:
        try:
            layer, given = layer_of(answer), kind(**fixed, name=NAME)
            if any(getattr(layer, name) != getattr(given, name) for name in fixed):
                return CHANGED
            return layer.compute_output_shape(input_shape)
        except ConvlabError as error:
            if error.code == "unknown_argument":
                raise Unusable("unknown_argument", argument=error.parameters["argument"]) from None
            return refused(error.parameters.get("argument", ""))

    def layer_of(answer: object) -> Layer:
        try:
            if isinstance(answer, Mapping):
                return kind(**{"name": NAME, **fixed, **answer})
            if type(answer).__name__ == kind.__name__:
                return kind.from_config(answer.get_config())  # type: ignore[attr-defined]
        except (AttributeError, TypeError):
            pass  # Neither keywords nor a layer.
        raise Unusable(
            "not_a_setting", kind=kind_of(answer), layer=kind.__name__, name=Choices([asked])
        )

    return read
