"""What the explorer's controls can set, and the one test of what a layer allows.

Settings are a plain mapping: the shape-giving arguments of the layer's constructor under Keras'
names, and ``sizes`` and ``channels`` of the one sample that is shown.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from math import prod
from typing import Any

from .. import activations, arguments
from ..errors import ArgumentError, ConvlabError, not_one_of
from ..geometry import Geometry, transposed_axis
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
Range = tuple[int, int]

USUAL: dict[str, Range] = {
    "sizes": (1, 16),
    "kernel_size": (1, 7),
    "strides": (1, 8),
    "dilation_rate": (1, 8),
    "output_padding": (0, 7),
    "channels": (1, 8),
    "filters": (1, 8),
    "groups": (1, 8),
    "depth_multiplier": (1, 8),
}
# A transposed layer's output is up to eight times its input, along every axis.
_OWN_USUAL = {("Conv2DTranspose", "sizes"): (1, 8), ("Conv2DTranspose", "filters"): (1, 4)}

MOST = {
    "sizes": 64,
    "kernel_size": 31,
    "strides": 16,
    "dilation_rate": 16,
    "output_padding": 15,
    "channels": 64,
    "filters": 64,
    "groups": 64,
    "depth_multiplier": 64,
}
"""How far a range stretches for an explorer that begins beyond the usual reach."""

MOST_CELLS = 24_000
"""The most numbers on screen: what the usual reach of a layer of five arguments comes to."""


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
    found["activation"] = getattr(layer.activation, "name", layer.activation)
    found["use_bias"] = bool(layer.use_bias)
    return {**found, "sizes": sizes, "channels": channels}


def usual_ranges(name: str) -> dict[str, Range]:
    """The reach of every number control without asking.

    >>> usual_ranges("Conv1D")["sizes"], usual_ranges("Conv2DTranspose")["sizes"]
    ((1, 16), (1, 8))
    """
    return {a: _OWN_USUAL.get((name, a), r) for a, r in USUAL.items() if a in settings_of(name)}


def ranges_for(name: str, settings: Mapping[str, Any]) -> dict[str, Range]:
    """The reach of every number control, stretched where ``settings`` begin beyond it.

    Where the largest of all would be more than ``MOST_CELLS`` numbers, the counts of channels stop
    earlier, but never before what ``settings`` hold.

    >>> ranges_for("Conv2D", {"sizes": (48, 48)})["sizes"]
    (1, 48)
    >>> ranges_for("Conv2D", {"sizes": (48, 48)})["filters"]
    (1, 2)
    """
    usual = usual_ranges(name)
    held = {a: max([least, *_numbers(settings.get(a))]) for a, (least, _) in usual.items()}
    most = {a: max(usual[a][1], held[a]) for a in usual}
    for argument in _GIVE_WAY:
        while argument in most and most[argument] > held[argument] and _largest(name, most):
            most[argument] -= 1
    return {a: (least, most[a]) for a, (least, _) in usual.items()}


_GIVE_WAY = ("filters", "channels", "depth_multiplier", "strides", "dilation_rate", "kernel_size",
             "sizes")  # fmt: skip


def _largest(name: str, most: Mapping[str, int]) -> bool:
    """Whether the largest of all settings in reach has too many numbers."""
    rank, sizes = LAYERS[name].rank, most["sizes"]
    kernel, filters = most["kernel_size"], most.get("filters", 1)
    outputs = sizes
    if "output_padding" in most:
        moves = ((most["strides"], 1), (1, most["dilation_rate"]))
        axes = [transposed_axis(sizes, kernel, s, d, "valid") for s, d in moves]
        outputs = max(axis.output_size or 0 for axis in axes)
    counts = most["channels"], most.get("depth_multiplier", 0), filters
    return cells((sizes,) * rank, (outputs,) * rank, (kernel,) * rank, counts) > MOST_CELLS


def cells(
    sizes: tuple[int, ...],
    outputs: tuple[int, ...],
    kernel: tuple[int, ...],
    counts: tuple[int, int, int],
) -> int:
    """The numbers on screen: the input, what one output is made of, what lies between, the output.

    ``counts`` are the channels, the depth multiplier (0 where there is none) and the filters.

    >>> cells((5, 7), (3, 5), (3, 3), (1, 0, 2))
    83
    """
    channels, multiplier, filters = counts
    middle = channels * multiplier
    made = 2 * prod(kernel) * channels
    return prod(sizes) * channels + made + prod(outputs) * (middle + filters)


def widest(name: str) -> dict[str, Range]:
    """How far each range may stretch for an explorer that begins there."""
    return {a: (least, max(most, MOST[a])) for a, (least, most) in usual_ranges(name).items()}


def _numbers(value: object) -> tuple[int, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (int(value),)  # type: ignore[call-overload]


def mended(
    name: str, settings: Mapping[str, Any], ranges: Mapping[str, Range], depth: int = 5
) -> list[Settings]:
    """The nearest legal settings, each as what it changes; ``[{}]`` where all is legal already.

    Each begins with one choice of the refusal; where the next refusal follows, with its first that
    leads on. The browser does the same with the refusals of the rules.
    """
    try:
        checked(name, settings, ranges)
        return [{}]
    except ConvlabError as error:
        choices = [{**one, **_out_of_reach(one, ranges)} for one in error.choices if depth]
    ways: list[Settings] = []
    for choice in choices:
        further = mended(name, {**settings, **choice}, ranges, depth - 1)
        ways += [{**choice, **more} for more in further[:1]]
    return [way for index, way in enumerate(ways) if way not in ways[:index]]


def carried_over(
    name: str, before: Mapping[str, Any], ranges: Mapping[str, Range]
) -> tuple[Settings, Settings]:
    """What another layer makes of settings; and those that it could not keep, as they were.

    What fits is kept, by the last axes where the number of axes differs. The rest becomes the
    nearest number in reach, or begins anew where none is near, until the layer takes it all.

    >>> before = {**starting("Conv2D"), "sizes": (5, 12)}
    >>> settings, lost = carried_over("Conv2DTranspose", before, ranges_for("Conv2DTranspose", {}))
    >>> settings["sizes"], lost
    ((5, 8), {'sizes': (5, 12)})
    """
    start = starting(name)
    meant = {a: _aligned(before.get(a, own), own) for a, own in start.items()}
    near = {**meant, **_out_of_reach(meant, ranges)}
    ways = mended(name, near, ranges)
    settings = {**near, **ways[0]} if ways else start
    return settings, {a: meant[a] for a in settings if settings[a] != meant[a]}


def _aligned(value: Any, own: Any) -> Any:
    """The numbers of the last axes; on an axis that is new, the layer's own."""
    if not isinstance(value, tuple) or not isinstance(own, tuple):
        return value
    kept = value[-len(own) :]
    return own[: len(own) - len(kept)] + kept


def checked(name: str, settings: Mapping[str, Any], ranges: Mapping[str, Range]) -> Settings:
    """``settings`` in canonical form; raises a ``ConvlabError`` where the layer or the reach ends.

    >>> checked("Conv2D", {**starting("Conv2D"), "kernel_size": 2}, {})["kernel_size"]
    (2, 2)
    """
    layer = make_layer(name, settings)
    sizes = arguments.normal_window(settings["sizes"], "sizes", layer.rank)
    channels = arguments.normal_count(settings["channels"], "channels", layer.rank)
    if max(sizes) > arguments.LARGEST and "sizes" in ranges:
        _check_reach({"sizes": sizes}, {"sizes": ranges["sizes"]})
    geometry = legal_geometry(layer, sizes, channels)
    canonical = settings_of_layer(layer, sizes, channels)
    _check_activation(canonical["activation"])
    _check_reach(canonical, ranges)
    _check_cells(name, canonical, geometry)
    return canonical


def remembered(argument: str, value: object) -> Any:
    """A setting in canonical form that waits for a layer which has it."""
    rank = next(cls.rank for name, cls in LAYERS.items() if argument in settings_of(name))
    return arguments.normal(argument, value, rank)


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


def sample_shape(data_format: str, sizes: tuple[int, ...], channels: int) -> tuple[int, ...]:
    """The shape of a batch of one."""
    return (1, channels, *sizes) if data_format == "channels_first" else (1, *sizes, channels)


def _check_activation(activation: object) -> None:
    if activation not in ACTIVATIONS:
        raise not_one_of("activation", activation, ACTIVATIONS)


def _check_reach(settings: Settings, ranges: Mapping[str, Range]) -> None:
    nearest = _out_of_reach(settings, ranges)
    for argument in nearest:
        least, most = ranges[argument]
        raise ArgumentError(
            "explorer_reach",
            argument=argument,
            value=settings[argument],
            least=least,
            most=most,
            choices=[nearest],
        )


def _check_cells(name: str, settings: Settings, geometry: Geometry) -> None:
    count = _cells_of(settings, geometry)
    if count > MOST_CELLS:
        ways = (_fewer(name, settings, argument) for argument in _FEWER)
        raise ArgumentError(
            "explorer_cells",
            argument="sizes",
            value=settings["sizes"],
            count=count,
            most=MOST_CELLS,
            choices=[way for way in ways if way],
        )


_FEWER = ("filters", "channels", "depth_multiplier", "sizes")


def _cells_of(settings: Mapping[str, Any], geometry: Geometry) -> int:
    outputs = tuple(size or 0 for size in geometry.stages[-1].output_sizes)
    counts = (settings["channels"], settings.get("depth_multiplier", 0), settings.get("filters", 0))
    return cells(settings["sizes"], outputs, settings["kernel_size"], counts)


def _fewer(name: str, settings: Settings, argument: str) -> Settings:
    """The nearest smaller value of one argument that leaves few enough numbers; else nothing."""
    most = max(_numbers(settings.get(argument)), default=1)
    for value in range(most - 1, 0, -1):
        change = {argument: _cut(settings[argument], (1, value))}
        try:
            geometry = legal(name, {**settings, **change})
        except ConvlabError:
            continue
        if _cells_of({**settings, **change}, geometry) <= MOST_CELLS:
            return change
    return {}


def _out_of_reach(settings: Mapping[str, Any], ranges: Mapping[str, Range]) -> Settings:
    """Each setting that lies out of reach, as the nearest that does not."""
    cut = {a: _cut(settings[a], reach) for a, reach in ranges.items() if a in settings}
    return {argument: value for argument, value in cut.items() if value != settings[argument]}


def _cut(value: Any, reach: Range) -> Any:
    if isinstance(value, tuple):
        return tuple(_cut(number, reach) for number in value)
    return value if value is None else min(max(value, reach[0]), reach[1])
