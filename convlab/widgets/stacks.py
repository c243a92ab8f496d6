"""A calculator's stack as JSON, and back. What JSON has not stands there as Python's source."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Mapping
from functools import cache
from typing import Any

from ..arguments import check_layer_name, normal
from ..explanation import names_of
from ..explanation.code import named, source_of
from ..explanation.settings import required_arguments
from ..layers import Conv2D
from .checks import plain
from .given import (
    COMMON,
    REQUIRED,
    SHOWN,
    Pair,
    canonical,
    defaults,
    further_arguments,
    shaping_arguments,
)
from .settings import ACTIVATIONS

NOTE = "# "
"""How a source begins that makes nothing: an object of the reader's own, by a word for it."""


@cache
def usual_sources(name: str) -> dict[str, str]:
    """The source of each further argument's default.

    >>> usual_sources("Conv1D")["kernel_initializer"]
    "'glorot_uniform'"
    """
    return {a: _source(name, a, defaults(name)[a]) for a in further_arguments(name)}


def _source(name: str, argument: str, value: Any) -> str:
    if argument in COMMON:
        return repr(value)
    kind = SHOWN[name]
    required = {needed: REQUIRED[needed] for needed in required_arguments(kind)}
    layer = kind(**{**required, argument: value})
    source = source_of(layer, argument)
    if source is None or argument == "activation":
        return NOTE + named(layer, argument)
    return _words(argument).get(source, source)


@cache
def _words(argument: str) -> dict[str, str]:
    """The short word for the source of whatever Keras has a word for."""
    kind = argument.rpartition("_")[2]
    if kind == argument:
        return {}
    argument = f"kernel_{kind}"
    layers = {word: Conv2D(1, 1, **{argument: word}) for word in names_of(kind)}
    return {str(source_of(layer, argument)): repr(word) for word, layer in layers.items()}


class Stack:
    """Pairs to JSON and back; it remembers the objects that it was given by their sources."""

    def __init__(self) -> None:
        self._own: dict[str, Any] = {}

    def told(self, pair: Pair) -> dict[str, Any]:
        """A layer as the browser has it.

        >>> from .given import given
        >>> (pair,), _ = given(("Conv1D", {"filters": 2, "kernel_size": 3, "name": "a"}), None)
        >>> told = Stack().told(pair)
        >>> told["layer"], told["arguments"]["kernel_size"], told["more"]
        ('Conv1D', [3], {'name': "'a'"})
        """
        name, own = pair
        arguments = plain({argument: own[argument] for argument in shaping_arguments(name)})
        if "activation" in own:
            arguments["activation"] = self._activation(name, own["activation"])
        usual = usual_sources(name)
        sources = {argument: self._told(name, argument, own[argument]) for argument in usual}
        more = {
            argument: source for argument, source in sources.items() if source != usual[argument]
        }
        return {"layer": name, "arguments": arguments, "more": more}

    def _activation(self, name: str, activation: Any) -> str:
        word = str(activation.name)
        if word in ACTIVATIONS and activation is normal("activation", word, 2):
            return word
        return self._told(name, "activation", activation)

    def _told(self, name: str, argument: str, value: Any) -> str:
        """The source; of things that look alike each its own."""
        source = first = _source(name, argument, value)
        number = 1
        while source.startswith(NOTE) and self._own.get(source, value) is not value:
            number += 1
            source = f"{first} {number}"
        self._own[source] = value
        return source

    def taken(self, told: Mapping[str, Any]) -> Pair:
        """A layer of the browser's, in canonical form. Raises a ``ValueError`` where it is none."""
        name = told["layer"]
        check_layer_name(name, list(SHOWN))
        own = {argument: self._value(value) for argument, value in told.get("more", {}).items()}
        every = {**defaults(name), **told["arguments"], **own}
        if "activation" in every:
            every["activation"] = self._own.get(every["activation"], every["activation"])
        return name, {
            argument: canonical(name, argument, every[argument]) for argument in defaults(name)
        }

    def _value(self, source: str) -> Any:
        return self._own[source] if source in self._own else literal_eval(source)
