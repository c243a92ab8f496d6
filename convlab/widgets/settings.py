"""What an explorer is set to, and the one test of what a layer allows.

Settings are a plain mapping: the shape-giving arguments of the layer's constructor under Keras'
names, and ``sizes`` and ``channels`` of the one sample that is shown.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

from .. import activations, arguments
from ..errors import ArgumentError
from ..geometry import Geometry
from ..layers import LAYERS, Layer

ARGUMENTS = (
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "output_padding",
    "data_format",
    "dilation_rate",
    "depth_multiplier",
    "groups",
    "activation",
    "use_bias",
)
SAMPLE = ("sizes", "channels")
SETTINGS = ARGUMENTS + SAMPLE
PER_AXIS = ("sizes", "kernel_size", "strides", "dilation_rate")

# threshold has two arguments that no name can give it.
ACTIVATIONS = tuple(
    name
    for name, found in vars(activations).items()
    if isinstance(found, activations.Activation) and found.name == name != "threshold"
)
"""Every activation of Keras that takes one tensor."""

Settings = dict[str, Any]


def layer_class(name: object) -> type[Layer]:
    """The layer's class; raises ``ArgumentError`` for any other name."""
    arguments.check_layer_name(name if isinstance(name, str) else repr(name), list(LAYERS))
    return LAYERS[str(name)]


@cache
def arguments_of(name: str) -> tuple[str, ...]:
    """The layer's arguments that the explorer sets, in the order of its signature."""
    return tuple(a for a in inspect.signature(layer_class(name)).parameters if a in ARGUMENTS)


def settings_of(name: str) -> tuple[str, ...]:
    """The layer's arguments, then the shape of the sample."""
    return arguments_of(name) + SAMPLE


def starting(name: str) -> Settings:
    """Where the explorer begins: a small input, its height not its width.

    >>> starting("Conv1D")["sizes"], starting("Conv1D")["kernel_size"]
    ((10,), (3,))
    """
    cls = layer_class(name)
    own: Settings = {"kernel_size": 3}
    if "filters" in arguments_of(name):
        own["filters"] = 2 if name == "SeparableConv2D" else 1
    channels = 2 if name in ("DepthwiseConv2D", "SeparableConv2D") else 1
    sizes: tuple[int, ...] = (10,) if cls.rank == 1 else (5, 7)
    if name == "Conv2DTranspose":
        sizes, own = (3, 4), {**own, "strides": 2}
    return settings_of_layer(cls(**own), sizes, channels)


def settings_of_layer(layer: Layer, sizes: tuple[int, ...], channels: int) -> Settings:
    """The settings of a real layer on one sample."""
    found = {name: getattr(layer, name) for name in arguments_of(type(layer).__name__)}
    found["activation"] = activation_name(layer.activation)
    found["use_bias"] = bool(layer.use_bias)
    return {**found, "sizes": sizes, "channels": channels}


def activation_name(activation: activations.Activation) -> str:
    """The name by which Keras knows an activation; one with options of its own has none."""
    known = activation.name in ACTIVATIONS and activations.get(activation.name) is activation
    return activation.name if known else repr(activation)


def normal_setting(argument: str, value: object, rank: int) -> Any:
    """One setting in canonical form, before any layer is asked.

    >>> normal_setting("sizes", 5, rank=2)
    (5, 5)
    """
    if argument == "sizes":
        return arguments.normal_window(value, argument, rank)
    if argument == "channels":
        return arguments.normal_count(value, argument, rank)
    found = arguments.normal(argument, value, rank)
    return activation_name(found) if argument == "activation" else found


def remembered(argument: str, value: object) -> Any:
    """A setting in canonical form that waits for a layer which has it."""
    rank = next(cls.rank for name, cls in LAYERS.items() if argument in settings_of(name))
    return normal_setting(argument, value, rank)


def make_layer(name: str, settings: Mapping[str, Any]) -> Layer:
    """The layer, computing in float64 as the browser does; raises its constructor's errors."""
    cls = layer_class(name)
    return cls(**{a: settings[a] for a in arguments_of(name) if a in settings}, dtype="float64")


def legal(name: str, settings: Mapping[str, Any]) -> Geometry:
    """The layer's geometry on the sample, after its own tests of arguments and shape.

    Raises a ``ConvlabError``: the layer's own, or that the output would have no positions.
    """
    layer = make_layer(name, settings)
    sizes = arguments.normal_window(settings["sizes"], "sizes", layer.rank)
    channels = arguments.normal_count(settings["channels"], "channels", layer.rank)
    return legal_geometry(layer, sizes, channels)


def legal_geometry(layer: Layer, sizes: tuple[int, ...], channels: int) -> Geometry:
    """The layer's geometry on one sample; raises a ``ConvlabError`` also for an empty output."""
    geometry = layer.geometry(sample_shape(layer.data_format, sizes, channels))
    if 0 in geometry.output_shape[1:]:
        raise ArgumentError(
            "explorer_empty", argument="sizes", value=sizes, choices=[{"output_padding": None}]
        )
    return geometry


def output_shape(geometry: Geometry, activation: str) -> tuple[int, ...]:
    """The shape of one sample's output, after an activation that may halve the last axis.

    >>> output_shape(legal("Conv2D", {**starting("Conv2D"), "filters": 4}), "glu")
    (3, 5, 2)
    """
    *shape, last = (size or 0 for size in geometry.output_shape[1:])
    return (*shape, last if activations.get(activation).halved is None else last // 2)


def sample_shape(data_format: str, sizes: tuple[int, ...], channels: int) -> tuple[int, ...]:
    """The shape of a batch of one."""
    return (1, channels, *sizes) if data_format == "channels_first" else (1, *sizes, channels)
