"""A control, or one for each direction, for every argument that a layer's constructor has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import ipywidgets as controls

from ..arguments import AXIS_NAMES, DTYPES
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
    """A layer's class name and arguments; the default itself where the configuration says so."""
    name = next(kind.__name__ for kind in type(layer).__mro__ if kind.__name__ in LAYERS)
    usual, own = LAYERS[name](**defaults(name)).get_config(), layer.get_config()
    same = {key: value for key, value in defaults(name).items() if own[key] == usual[key]}
    known = {key: own[key] for key in defaults(name)}
    return name, {**known, "dtype": layer.dtype, "name": None, **same}


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


class Slider(Field):
    """A whole number from 1 up."""

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        control.max = max(control.max, value)
        control.value = value


class Dropdown(Field):
    """One of several values, and a stranger's value too, once it is there."""

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        offered = options(self.name, arguments)
        offered += [] if value in offered else [value]
        labels = tuple((_label(option), option) for option in offered)
        if control.options != labels:
            control.options = labels
        control.value = value


class Words(Field):
    """A text; none is ``None``."""

    def _put(self, control: Any, value: Any, arguments: Arguments) -> None:
        control.value = value or ""

    def value(self, rank: int) -> Any:
        return super().value(rank) or None


def options(name: str, arguments: Arguments) -> list[Any]:
    """What there is to choose for an argument that is no number."""
    if name == "padding":
        return ["valid", "same", "causal"] if len(arguments["strides"]) == 1 else ["valid", "same"]
    if name == "output_padding":
        return [None, *product(*map(range, arguments["strides"]))]
    if name == "dtype":
        return [*DTYPES]
    return _names(name.rpartition("_")[2])[:]


@cache
def _names(kind: str) -> list[Any]:
    return ([None] if kind in ("regularizer", "constraint") else []) + names_of(kind)


def _label(value: Any) -> str:
    return value["class_name"] if isinstance(value, dict) else str(value)


def field(name: str) -> Field:
    """The controls that suit an argument."""
    if name in ENDS:
        count = 2 if name in WINDOWS else 1
        return Slider(name, lambda: controls.IntSlider(1, 1, ENDS[name], **look()), count)
    if name in FLAGS:
        return Field(name, lambda: controls.Checkbox(True, **look()))
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
