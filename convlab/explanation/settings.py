"""A layer by name and arguments, legal or not; and for one that is refused, what would be legal."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import activations, constraints, initializers, regularizers
from ..arguments import check_layer_name
from ..errors import ConvlabError
from ..layers import LAYERS, Layer

_GETTERS: dict[str, Callable[[str], object]] = {
    "activation": activations.get,
    "initializer": initializers.get,
    "regularizer": regularizers.get,
    "constraint": constraints.get,
}

_PATIENCE = 16
"""How many errors in a row are mended on the way to a legal setting."""

_MOST = 6
"""How many choices are offered."""

_CHANNELS_OF = {"no_channels": "", "other_channels": "built"}
"""Errors about the number of channels, and their parameter that says how many there must be."""

_WINDOWS = ("kernel_size", "strides", "dilation_rate", "output_padding")

_HARMLESS: dict[str, Any] = {
    "padding": "same",
    "kernel_size": 1,
    "dilation_rate": 1,
    "strides": 1,
    "groups": 1,
    "output_padding": None,
}
"""What mends a layer where the error itself knows nothing better."""


@dataclass(frozen=True)
class Settings:
    """A layer's class, its constructor's arguments and an input shape: what somebody asked for.

    >>> Settings("Conv2D", {"filters": 8, "kernel_size": 3}, (None, 9, 9, 1)).made()
    Conv2D(filters=8, kernel_size=(3, 3))
    """

    layer: str | type[Layer]
    arguments: Mapping[str, Any]
    input_shape: Any

    @property
    def kind(self) -> type[Layer]:
        """The class. Raises ``ArgumentError`` for a name that no layer has."""
        if isinstance(self.layer, str):
            check_layer_name(self.layer, list(LAYERS))
            return LAYERS[self.layer]
        return self.layer

    def made(self) -> Layer:
        """The layer, its arguments all named. Raises what its constructor raises."""
        # A missing argument is refused like None, in words, and with a choice.
        required = dict.fromkeys(required_arguments(self.kind))
        return self.kind.from_config({**required, **self.arguments})

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """The settings with some values replaced: ``"layer"``, ``"input_shape"`` or arguments."""
        own = {name: changes[name] for name in ("layer", "input_shape") if name in changes}
        arguments = {name: value for name, value in changes.items() if name not in own}
        return replace(self, arguments={**self.arguments, **arguments}, **own)

    def as_layer(self, name: str) -> Settings:
        """The same wishes put to another layer, as far as it knows such arguments."""
        kind = LAYERS[name]
        known = inspect.signature(kind).parameters
        kept = {key: value for key, value in self.arguments.items() if key in known}
        if kind.rank != self.kind.rank:
            kept = {
                key: _for_all(value) if key in _WINDOWS else value for key, value in kept.items()
            }
        return replace(self, layer=name, arguments=kept)

    def without(self, error: ConvlabError) -> Settings | None:
        """The settings without the argument that an error names; ``None`` where there is none."""
        culprit = error.parameters.get("argument")
        kept = {name: value for name, value in self.arguments.items() if name != culprit}
        return None if len(kept) == len(self.arguments) else replace(self, arguments=kept)

    def changes_from(self, other: Settings) -> dict[str, Any]:
        """What differs from ``other``: the new values by name."""
        own = {"layer": self.layer, "input_shape": self.input_shape, **self.arguments}
        old = {"layer": other.layer, "input_shape": other.input_shape, **other.arguments}
        # What somebody gave may not compare at all: an array, say, or NaN. Its looks do.
        return {
            name: value
            for name, value in own.items()
            if name not in old or repr(value) != repr(old[name])
        }


def required_arguments(kind: type[Layer]) -> list[str]:
    """The arguments without a default.

    >>> required_arguments(LAYERS["DepthwiseConv2D"])
    ['kernel_size']
    """
    parameters = inspect.signature(kind).parameters.values()
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]


def _for_all(value: Any) -> Any:
    """Of a number for each direction the first: it says nothing about other directions."""
    return value[0] if isinstance(value, tuple | list) and value else value


@dataclass(frozen=True)
class Choice:
    """A legal setting near a refused one: ``changes`` is all that differs, by argument."""

    changes: Mapping[str, Any]
    settings: Settings

    def __str__(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.changes.items())


def check(settings: Settings) -> None:
    """Raise what the layer raises for these settings."""
    settings.made().geometry(settings.input_shape)


def choices_for(
    settings: Settings, error: ConvlabError, fixed_shape: bool = False
) -> tuple[Choice, ...]:
    """Legal settings near refused ones, each tried out; never none.

    With ``fixed_shape`` the input's shape is not for choice: it comes from the layer before.
    """
    near = (_settled(candidate) for candidate in _candidates(settings, error))
    choices = _choices(settings, near, fixed_shape)
    return choices or _choices(settings, _mended(settings), fixed_shape)


def _choices(
    settings: Settings, legal: Iterable[Settings | None], fixed_shape: bool
) -> tuple[Choice, ...]:
    """What the legal settings change, each once; not the shape where that is fixed."""
    found: dict[str, Choice] = {}
    for near in filter(None, legal):
        choice = Choice(near.changes_from(settings), near)
        if not (fixed_shape and "input_shape" in choice.changes):
            found.setdefault(str(choice), choice)
    return tuple(found.values())[:_MOST]


def _candidates(settings: Settings, error: ConvlabError) -> Iterator[Settings]:
    # What no argument is called is given another name: the old one goes.
    kept = settings.without(error) if error.code == "unknown_argument" else None
    for changes in error.choices:
        yield (kept or settings).changed(changes)
    if error.code in _CHANNELS_OF:
        channels = error.parameters.get(_CHANNELS_OF[error.code], 1)
        yield settings.changed({"input_shape": _with_channels(settings, channels)})


def _with_channels(settings: Settings, channels: int) -> tuple[Any, ...]:
    shape = list(settings.input_shape)
    first = settings.arguments.get("data_format") == "channels_first"
    shape[1 if first else -1] = channels
    return tuple(shape)


def _settled(settings: Settings | None) -> Settings | None:
    """The settings, every error on the way mended as it proposes first; ``None`` if that fails."""
    for _ in range(_PATIENCE):
        if settings is None:
            break
        try:
            check(settings)
            return settings
        except ConvlabError as error:
            settings = next(_candidates(settings, error), None) or settings.without(error)
    return None


def _mended(settings: Settings) -> Iterator[Settings | None]:
    """Legal settings found by giving way: one argument, all of them, then another layer."""
    known = inspect.signature(settings.kind).parameters
    harmless = {name: value for name, value in _HARMLESS.items() if name in known}
    single = ({name: value} for name, value in harmless.items())
    for changes in (*single, harmless):
        yield _settled(settings.changed(changes))
    for name, kind in LAYERS.items():
        if kind is not settings.kind:
            yield _settled(settings.as_layer(name))


def names_of(kind: str) -> list[str]:
    """All names that an activation, initializer, regularizer or constraint can have.

    >>> names_of("constraint")
    ['max_norm', 'min_max_norm', 'non_neg', 'unit_norm']
    """
    try:
        # An empty name is near to none, so its refusal offers them all.
        _GETTERS[kind]("")
    except ConvlabError as error:
        return [name for choice in error.choices for name in choice.values()]
    raise AssertionError(kind)
