"""Settings of any layer drawn at random, and what the engine itself says to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import gcd
from random import Random
from string import Formatter
from typing import Any

from convlab.errors import ArgumentError, ConvlabError
from convlab.geometry import Geometry
from convlab.i18n import Choices, Term, catalogue
from convlab.layers import LAYERS, Layer

Settings = dict[str, Any]

_SHAPING = (
    "filters kernel_size strides padding output_padding data_format dilation_rate"
    " depth_multiplier groups activation use_bias"
).split()
_ACTIVATIONS = ["linear"] * 7 + ["relu", "glu"]


def arguments_of(name: str) -> list[str]:
    """The layer's arguments that shape it or its values, in the order of its signature."""
    return [argument for argument in LAYERS[name].declared_arguments() if argument in _SHAPING]


def drawn(name: str, count: int, seed: int = 0) -> Iterator[Settings]:
    """Complete settings, about half of them legal."""
    random = Random(f"{name} {seed}")
    for _ in range(count):
        yield _drawn(name, random)


def _drawn(name: str, random: Random) -> Settings:
    rank = LAYERS[name].rank
    padding = random.choice(("valid", "same", "causal")[: 4 - rank])
    strides, dilations = _steps(rank, random)
    channels, filters = random.randint(1, 8), random.randint(1, 8)
    shared = [g for g in range(1, 9) if gcd(channels, filters) % g == 0]
    found = {
        "sizes": _many(rank, 16, 64, random),
        "channels": channels,
        "kernel_size": _many(rank, 7, 31, random),
        "strides": strides,
        "dilation_rate": dilations,
        "padding": padding,
        "output_padding": _output_padding(strides, random),
        "filters": filters,
        "groups": random.choice(shared) if random.random() < 0.7 else random.randint(1, 8),
        "depth_multiplier": random.randint(1, 8),
        "data_format": random.choice(["channels_last", "channels_first"]),
        "activation": random.choice(_ACTIVATIONS),
        "use_bias": random.random() < 0.5,
    }
    kept = [*arguments_of(name), "sizes", "channels"]
    return {argument: found[argument] for argument in kept}


def _many(rank: int, usual: int, most: int, random: Random) -> tuple[int, ...]:
    """Numbers that are small as a rule, and now and then as large as they can be."""
    return tuple(random.randint(1, most if random.random() < 0.1 else usual) for _ in range(rank))


def _steps(rank: int, random: Random) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Strides and dilations: seldom both above 1, which most layers refuse."""
    ones = (1,) * rank
    steps = [tuple(random.randint(1, 8) for _ in range(rank)) for _ in range(2)]
    kind = random.random()
    return (ones if kind < 0.45 else steps[0]), (ones if 0.4 < kind < 0.9 else steps[1])


def _output_padding(strides: tuple[int, ...], random: Random) -> tuple[int, ...] | None:
    if random.random() < 0.4:
        return None
    above = random.random() < 0.1
    return tuple(min(random.randint(0, stride - 1 + above), 7) for stride in strides)


def layer_of(name: str, settings: Mapping[str, Any]) -> Layer:
    """The layer in float64; raises its constructor's errors."""
    return LAYERS[name](**{a: settings[a] for a in arguments_of(name)}, dtype="float64")


def input_shape(settings: Mapping[str, Any]) -> tuple[int, ...]:
    """The shape of a batch of one."""
    sizes, channels = settings["sizes"], settings["channels"]
    first = settings["data_format"] == "channels_first"
    return (1, channels, *sizes) if first else (1, *sizes, channels)


def geometry_of(name: str, settings: Mapping[str, Any]) -> Geometry:
    """The layer's geometry; raises its error, or that there is no output to show."""
    geometry = layer_of(name, settings).geometry(input_shape(settings))
    if 0 in geometry.output_shape:
        raise ArgumentError("explorer_empty", choices=[{"output_padding": None}])
    return geometry


def judged(name: str, settings: Mapping[str, Any]) -> Geometry | ConvlabError:
    """The engine's verdict."""
    try:
        return geometry_of(name, settings)
    except ConvlabError as error:
        return error


def quoted(error: ConvlabError) -> dict[str, Any]:
    """What the error's sentence quotes, as texts; terms and lists as data.

    >>> error = ArgumentError("filters_by_groups", filters=4, value=3, legal=Choices([1, 2, 4]))
    >>> quoted(error)
    {'filters': '4', 'value': '3', 'legal': {'list': ['1', '2', '4']}}
    """
    template = catalogue()[f"errors.{error.code}"]["en"]
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    return {name: _word(error.parameters[name]) for name in names}


def _word(value: Any) -> Any:
    if isinstance(value, Term):
        return {"term": value.key, "with": {k: _word(v) for k, v in value.parameters.items()}}
    if isinstance(value, Choices):
        return {"list": [str(item) for item in value.values]}
    return str(value)
