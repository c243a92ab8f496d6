"""Answers that are a setting: a dict of Keras arguments, or a layer that has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..errors import ConvlabError
from ..i18n import Choices, Term
from ..layers import Layer
from .kinds import Kind, in_place, relation_of_numbers
from .quiet import NAME
from .reading import Unusable, kind_of

Outcome = tuple[int, ...] | str
"""The output's sizes along the sliding directions, or a word for what happens instead."""

CHANGED = "changed"
"""The outcome of a setting that changes what the question holds fixed."""


def refused(argument: str) -> str:
    """The outcome of a setting that Keras refuses for this argument of it."""
    return f"refused {argument}"


@dataclass(frozen=True)
class Setting(Kind):
    """One argument of a layer of two directions, to be set so that the output has given sizes.

    ``fixed`` are the arguments that the question gives, ``asked`` the one that the reader sets,
    ``code`` is how a notebook writes it. On a page the explorer sets it.
    """

    name: ClassVar[str] = "settings"
    layer: type[Layer]
    fixed: Mapping[str, Any]
    asked: str
    input_shape: tuple[int, ...]
    code: str

    @property
    def form(self) -> Term:
        return Term("exercises.form_code", code=self.code)

    def read(self, answer: object) -> Outcome:
        try:
            layer, given = self._layer(answer), self.layer(**self.fixed, name=NAME)
            if any(getattr(layer, name) != getattr(given, name) for name in self.fixed):
                return CHANGED
            _, height, width, _ = layer.compute_output_shape(self.input_shape)
            assert height is not None and width is not None
            return height, width
        except ConvlabError as error:
            if error.code in ("unknown_argument", "superfluous_argument"):
                raise Unusable("unknown_argument", argument=error.parameters["argument"]) from None
            return refused(error.parameters.get("argument", ""))

    def _layer(self, answer: object) -> Layer:
        try:
            if isinstance(answer, Mapping):
                return self.layer(**{"name": NAME, **self.fixed, **answer})
            if type(answer).__name__ == self.layer.__name__:
                return self.layer.from_config(answer.get_config())  # type: ignore[attr-defined]
        except (AttributeError, TypeError):
            pass  # Neither keywords nor a layer.
        layer, asked = self.layer.__name__, Choices([self.asked])
        raise Unusable("not_a_setting", kind=kind_of(answer), layer=layer, name=asked)

    def at(self, value: Any) -> Outcome:
        """The outcome of one value of the argument that is asked for."""
        return self.read({self.asked: value})

    def relation(self, value: Outcome, right: Outcome) -> str:
        if isinstance(value, str) or isinstance(right, str):
            return str(value)
        return relation_of_numbers(value, right)

    def near(self, right: Outcome) -> dict[str, Term]:
        labels = [Term(f"exercises.label_{name}") for name in ("new_height", "new_width")]
        return {refused(self.asked): Term("exercises.near_refused"), **dict(in_place(labels))}

    def record(self) -> Mapping[str, Any]:
        return {
            "layer": self.layer.__name__,
            "fixed": dict(self.fixed),
            "asked": self.asked,
            "input_shape": list(self.input_shape),
        }
