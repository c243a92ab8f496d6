"""A control, or one for each direction, for every argument that a layer's constructor has."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import product
from typing import Any

import ipywidgets as controls

from ..arguments import AXIS_NAMES, DTYPES, normal
from ..errors import ConvlabError
from ..explanation import names_of
from ..i18n import text
from ..layers import LAYERS, Layer

Arguments = Mapping[str, Any]

WINDOWS = ("kernel_size", "strides", "dilation_rate")

# Where a slider ends; a larger value that comes from elsewhere moves the end.
ENDS = {
    "filters": 128,
    "kernel_size": 11,
    "strides": 6,
    "dilation_rate": 6,
    "groups": 16,
    "depth_multiplier": 8,
}

FLAGS = ("use_bias", "trainable")

LONGEST_LABEL = 60

# In the order of the screen; whatever else a signature holds follows under "more arguments".
MAIN = (
    *WINDOWS,
    "filters",
    "padding",
    "output_padding",
    "groups",
    "depth_multiplier",
    "activation",
    "use_bias",
)


@cache
def defaults(layer: str) -> dict[str, Any]:
    """Every argument of a layer with its default, or with a small number where Keras has none."""
    required = {"filters": 8, "kernel_size": 3}
    own = {
        name: required[name] if parameter.default is parameter.empty else parameter.default
        for name, parameter in inspect.signature(LAYERS[layer]).parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD
    }
    own |= {name: per_axis(own[name], LAYERS[layer].rank) for name in WINDOWS}
    own |= {"data_format": "channels_last", "activation": "linear"}
    return {**own, "dtype": "float32", "trainable": True, "name": None}


def per_axis(value: Any, rank: int) -> tuple[int, ...]:
    """A number for each direction: the one that serves all, or the first ones of several."""
    values = (value,) if isinstance(value, int) else tuple(value)
    return (*values, *values[-1:] * rank)[:rank]


def completed(layer: str, arguments: Arguments) -> dict[str, Any]:
    """All arguments of a layer: the given ones, else the defaults; windows one for each axis."""
    every = {**defaults(layer), **arguments}
    return every | {name: per_axis(every[name], LAYERS[layer].rank) for name in WINDOWS}


def arguments_of(layer: Layer) -> tuple[str, dict[str, Any]]:
    """A layer's class name and arguments, as the menus spell them; no name, for it may be ours."""
    name = next(kind for kind, of_kind in LAYERS.items() if isinstance(layer, of_kind))
    own = {key: spelled(name, key, getattr(layer, key)) for key in defaults(name)}
    return name, {**own, "name": None}


def spelled(layer: str, name: str, value: Any) -> Any:
    """A canonical value as the menus have it: the default, an activation's name, or itself."""
    if repr(value) == _default_looks(layer)[name]:
        return defaults(layer)[name]
    if name == "activation":
        return next((word for word, made in _activations().items() if made is value), value)
    return value


@cache
def _default_looks(layer: str) -> dict[str, str]:
    """The canonical defaults' looks: what somebody gives may be an array, which has no plain ==."""
    rank = LAYERS[layer].rank
    return {name: repr(normal(name, value, rank)) for name, value in defaults(layer).items()}


@cache
def _activations() -> dict[str, Any]:
    found = {}
    for name in names_of("activation"):
        with suppress(ConvlabError):  # "threshold" alone is refused.
            found[name] = normal("activation", name, rank=2)
    return found


def extra_arguments() -> list[str]:
    """What the layers have beside the main arguments, in the order of their signatures."""
    every = dict.fromkeys(name for layer in LAYERS for name in defaults(layer))
    return [name for name in every if name not in (*MAIN, "data_format")]


class Field:
    """One argument and its controls, one for each direction where it has as many numbers."""

    def __init__(self, name: str, make: Callable[[], Any], count: int = 1) -> None:
        self.name = name
        self.controls = [make() for _ in range(count)]

    def listen(self, changed: Callable[[Any], None]) -> None:
        """Have ``changed`` called after every change."""
        for control in self.controls:
            control.observe(changed, "value")

    def show(self, layer: str, arguments: Arguments) -> None:
        """Show the argument's value, or nothing where the layer has no such argument."""
        rank = LAYERS[layer].rank
        there = self.name in arguments
        for index, control in enumerate(self.controls):
            show(control, there and (index < rank or len(self.controls) == 1))
        if there:
            value = arguments[self.name]
            values = value if self.name in WINDOWS else (value,)
            for control, item in zip(self.controls, values, strict=False):
                self._put(control, item, arguments)

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        control.value = value

    def value(self, rank: int) -> Any:
        """What the controls say."""
        values = tuple(control.value for control in self.controls)
        return values[:rank] if self.name in WINDOWS else values[0]

    def label(self, rank: int) -> None:
        """Name the controls: the argument, and the direction where there are two."""
        for control, axis in zip(self.controls, AXIS_NAMES[rank], strict=False):
            several = len(self.controls) > 1 and rank > 1
            place = f" · {text(f'axis.{axis}_size')}" if several else ""
            control.description = self.name + place


class Flag(Field):
    """Yes or no."""

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        control.value = bool(value)


class Slider(Field):
    """A whole number from 1 up."""

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        control.max = max(control.max, value)
        control.value = value


class Own:
    """A value of the reader's own in a menu: the same only as itself, for an array has no plain ==.

    >>> Own(max) == Own(max), Own([]) == Own([])
    (True, False)
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)

    def __str__(self) -> str:
        """Its looks in one short line, without the address, which differs from run to run."""
        line = re.sub(r" at 0x[0-9A-Fa-f]+", "", " ".join(repr(self.value).split()))
        return line if len(line) <= LONGEST_LABEL else f"{line[: LONGEST_LABEL - 1]}…"


class Dropdown(Field):
    """One of several values, and a stranger's value too, once it is there."""

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        offered = options(self.name, arguments)
        item = value if value is None or isinstance(value, str | tuple) else Own(value)
        labels = tuple((str(one), one) for one in dict.fromkeys([*offered, item]))
        if control.options != labels:
            control.options = labels
        control.value = item

    def value(self, rank: int) -> Any:
        value = super().value(rank)
        return value.value if isinstance(value, Own) else value


class Words(Field):
    """A text; none is ``None``."""

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        control.value = value or ""

    def value(self, rank: int) -> Any:
        return super().value(rank) or None


def options(name: str, arguments: Arguments) -> tuple[Any, ...]:
    """What there is to choose for an argument that is no number."""
    if name == "padding":
        return ("valid", "same", "causal")[: 4 - len(arguments["strides"])]
    if name == "output_padding":
        most = (min(stride, ENDS["strides"]) for stride in arguments["strides"])
        return (None, *product(*map(range, most)))
    if name == "dtype":
        return DTYPES
    return _names(name.rpartition("_")[2])


@cache
def _names(kind: str) -> tuple[Any, ...]:
    return (*((None,) if kind in ("regularizer", "constraint") else ()), *names_of(kind))


def field(name: str) -> Field:
    """The controls that suit an argument."""
    if name in ENDS:
        count = 2 if name in WINDOWS else 1
        return Slider(name, lambda: controls.IntSlider(1, 1, ENDS[name], **look()), count)
    if name in FLAGS:
        return Flag(name, lambda: controls.Checkbox(True, **look()))
    if name == "name":
        return Words(name, lambda: controls.Text("", continuous_update=False, **look()))
    return Dropdown(name, lambda: controls.Dropdown(**look()))


def look() -> dict[str, Any]:
    """Labels of one width, controls as wide as their cell of the grid."""
    return {"style": {"description_width": "140px"}, "layout": {"width": "auto"}}


def show(control: Any, shown: bool) -> None:
    """Let a control stand on the screen or not; nothing is sent where it does already."""
    display = None if shown else "none"
    if control.layout.display != display:
        control.layout.display = display


def box(children: Sequence[Any], *classes: str) -> Any:
    """Controls under each other, or as the classes of the stylesheet arrange them."""
    arranged = controls.VBox(children)
    for name in classes:
        arranged.add_class(name)
    return arranged
