"""A layer by name and arguments, legal or not; and for one that is refused, what would be legal."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from .. import activations, constraints, initializers, regularizers
from ..arguments import (
    LEGACY,
    check_layer_name,
    check_names,
    legacy_warning,
    precision_of,
    read_once,
)
from ..choices import applied, changes, working
from ..companions import COMPANIONS
from ..errors import OMIT, ConvlabError
from ..i18n import text
from ..layers import CONVOLUTIONS, LAYERS
from ..layers.common import REQUIRED, BaseLayer

KNOWN: dict[str, type[BaseLayer]] = {**CONVOLUTIONS, **COMPANIONS}
"""Every layer that can be explained, by its Keras name."""

_GETTERS: dict[str, Callable[[str], object]] = {
    "activation": activations.get,
    "initializer": initializers.get,
    "regularizer": regularizers.get,
    "constraint": constraints.get,
}

_MOST = 6
"""How many choices are offered."""

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

    layer: str | type[BaseLayer]
    arguments: Mapping[str, Any]
    input_shape: Any

    @classmethod
    def asked(cls, layer: str, arguments: Mapping[str, Any], input_shape: Any) -> Settings:
        """What a (name, arguments) pair asks for, iterators read; old Keras' shapes left out."""
        every = {**arguments, **read_once(arguments)}
        for legacy in LEGACY:
            if every.pop(legacy, None) is not None:
                warnings.warn(legacy_warning(legacy), UserWarning, stacklevel=4)
        return cls(layer, every, input_shape)

    @classmethod
    def of_layer(cls, layer: BaseLayer, input_shape: Any) -> Settings:
        """Those that a layer was made with; of a caller's subclass those of the layer of Keras'."""
        # The subclass' own constructor may take other arguments.
        kind = next(kind for kind in KNOWN.values() if isinstance(layer, kind))
        names = dict.fromkeys([*kind.declared_arguments(), "dtype"])
        if "batch_shape" in names:  # It says what these say.
            names = {name: None for name in names if name not in ("shape", "batch_size")}
        return cls(kind, {name: getattr(layer, name) for name in names}, input_shape)

    @property
    def kind(self) -> type[BaseLayer]:
        """The class. Raises ``ArgumentError`` for a name that no layer has."""
        if isinstance(self.layer, str):
            check_layer_name(self.layer, list(KNOWN))
            return KNOWN[self.layer]
        return self.layer

    def made(self) -> Any:
        """The layer, its arguments all named. Raises what its constructor raises."""
        own = {} if self.itemsize is None else {"dtype": "float32"}
        return self.kind(**{**check_names(self.arguments), **own})

    @property
    def itemsize(self) -> int | None:
        """The bytes of a number of a precision that layers do not compute in, but Keras has.

        Shapes and counts do not depend on it.
        """
        return precision_of(self.arguments.get("dtype"))

    def changed(self, choice: Mapping[str, Any]) -> Settings:
        """The settings with a choice in force: ``"layer"``, ``"input_shape"`` or arguments."""
        every = applied(self._every, choice)
        layer = every.pop("layer", self.layer)
        input_shape = every.pop("input_shape", self.input_shape)
        return Settings(layer, every, input_shape)

    @property
    def _every(self) -> dict[str, Any]:
        return {**self.arguments, "layer": self.layer, "input_shape": self.input_shape}

    def as_layer(self, name: str) -> Settings:
        """The same wishes put to another layer, as far as it knows such arguments."""
        kind = LAYERS[name]
        known = kind.declared_arguments()
        kept = {key: value for key, value in self.arguments.items() if key in known}
        if kind.rank != self.kind.rank:
            kept = {
                key: _for_all(value) if key in _WINDOWS else value for key, value in kept.items()
            }
        return replace(self, layer=name, arguments=kept)

    def changes_from(self, other: Settings) -> dict[str, Any]:
        """What differs from ``other``: new values by name, ``OMIT`` for what is gone."""
        # An argument of that name is not the layer's name.
        gone = "layer" in other.arguments and "layer" not in self.arguments
        return changes(other._every, self._every) | ({"layer": OMIT} if gone else {})


def required_arguments(kind: type[BaseLayer]) -> list[str]:
    """The arguments without a default.

    >>> required_arguments(LAYERS["DepthwiseConv2D"])
    ['kernel_size']
    """
    defaults = kind.declared_arguments()
    return [name for name, value in defaults.items() if value is REQUIRED]


def _for_all(value: Any) -> Any:
    """Of a number for each direction the first: it says nothing about other directions."""
    return value[0] if isinstance(value, tuple | list) and value else value


@dataclass(frozen=True)
class Choice:
    """A legal setting near a refused one.

    ``changes`` are the new values by argument, ``left_out`` the arguments that are gone: all that
    differs. ``step`` names an earlier step of the network, where it is this one that changes, or,
    without any changes, that is left out.
    """

    changes: Mapping[str, Any]
    settings: Settings
    left_out: tuple[str, ...] = ()
    step: str | None = None

    def __str__(self) -> str:
        new = [f"{name}={value!r}" for name, value in self.changes.items()]
        gone = [text("explain.left_out", argument=name) for name in self.left_out]
        differs = text("list.separator").join(new + gone)
        if self.step is None:
            return differs
        entry = "in_step" if differs else "without_step"
        return text(f"reasons.{entry}", step=self.step, changes=differs)


def check(settings: Settings) -> None:
    """Raise what the layer raises for these settings."""
    settings.made().weight_shapes(settings.input_shape)


def choices_for(
    settings: Settings, error: ConvlabError, fixed_shape: bool = False
) -> tuple[Choice, ...]:
    """Legal settings near refused ones, each tried out; for a convolution layer never none.

    With ``fixed_shape`` the input's shape is not for choice: it comes from the layer before.
    """
    choices = _choices(settings, _worked_out(settings, error), fixed_shape)
    if choices or settings.layer in COMPANIONS or settings.layer in COMPANIONS.values():
        return choices
    return _choices(settings, _mended(settings), fixed_shape)


def _choices(
    settings: Settings, legal: Iterable[Settings], fixed_shape: bool
) -> tuple[Choice, ...]:
    """What the legal settings change, each once; not the shape where that is fixed."""
    found: dict[str, Choice] = {}
    for near in legal:
        changed = near.changes_from(settings)
        if not (fixed_shape and "input_shape" in changed):
            gone = tuple(name for name, value in changed.items() if value is OMIT)
            new = {name: value for name, value in changed.items() if value is not OMIT}
            found.setdefault(repr(changed), Choice(new, near, gone))
    return tuple(found.values())[:_MOST]


def _worked_out(settings: Settings, error: ConvlabError) -> Iterator[Settings]:
    """The settings with each choice of an error, together with whatever else it needs."""

    def attempt(every: dict[str, Any]) -> None:
        check(settings.changed({**dict.fromkeys(settings.arguments, OMIT), **every}))

    for choice in working(error, settings._every, attempt):
        yield settings.changed(choice)


def _mended(settings: Settings) -> Iterator[Settings]:
    """Legal settings found by giving way: one argument, all of them, then another layer."""
    known = settings.kind.declared_arguments()
    harmless = {name: value for name, value in _HARMLESS.items() if name in known}
    single = [{name: value} for name, value in harmless.items()]
    yield from _worked_out(settings, ConvlabError("any", choices=[*single, harmless]))
    for name, kind in LAYERS.items():
        if kind is not settings.kind:
            yield from _legal_near(settings.as_layer(name))


def _legal_near(settings: Settings) -> Iterator[Settings]:
    """The settings themselves, or the first legal ones that their error leads to."""
    try:
        check(settings)
        yield settings
    except ConvlabError as error:
        yield from islice(_worked_out(settings, error), 1)


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
