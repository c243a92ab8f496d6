"""What all widgets of a kind share: ``Records`` and ``CalculatorRecords`` of the contract."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from ..arguments import DATA_FORMATS, DTYPES
from ..errors import ArgumentError
from ..explanation import names_of
from ..explanation.axes import MEANINGS
from ..explanation.formulas import tree
from ..explanation.rules import rules
from ..explanation.settings import required_arguments
from ..explanation.stack_rules import GROUPS, stack_rules
from ..layers import CONVOLUTIONS
from .checks import plain
from .given import MOST_LAYERS, SHAPING, SHOWN, USUAL_SIZE, canonical, defaults, shaping_arguments
from .labels import labels_of, stack_labels
from .links import PROPERTIES
from .presets import LESSONS
from .ranges import usual_ranges
from .settings import ACTIVATIONS, arguments_of, starting
from .stacks import usual_sources
from .traits import SPEEDS
from .values import FILLS, START


@cache
def explorer_records() -> dict[str, Any]:
    """Rules, texts, presets, fills and properties: data that JSON can hold.

    >>> explorer_records()["rules"]["layers"]["Conv1D"]["options"]["padding"]
    ['valid', 'same', 'causal']
    """
    told = rules()
    layers = {name: {**one, **_reach(name)} for name, one in told["layers"].items()}
    return {
        "rules": {**told, "layers": layers},
        "labels": labels_of("explorer"),
        "presets": LESSONS,
        "fills": FILLS,
        "start": {"values": START},
        "properties": PROPERTIES,
        "speeds": [SPEEDS[0], SPEEDS[-1]],
    }


def _reach(name: str) -> dict[str, Any]:
    """What the explorer sets of a layer, where it starts, and how far it goes."""
    return {**_choices(name), "start": starting(name), "ranges": usual_ranges(name)}


def _choices(name: str) -> dict[str, Any]:
    own = list(arguments_of(name))
    return {"arguments": own, "options": _options(name, own)}


def _options(name: str, own: list[str]) -> dict[str, list[str]]:
    """The words of each argument that has words."""
    found = {"activation": list(ACTIVATIONS), "data_format": list(DATA_FORMATS)}
    padding = {"padding": paddings(name)} if "padding" in own else {}
    found = {**padding, **found, "interpolation": ["nearest", "bilinear"]}
    return {argument: words for argument, words in found.items() if argument in own and words}


RANGES = {
    "sizes": (1, 256),
    "channels": (1, 128),
    "filters": (1, 128),
    "kernel_size": (1, 15),
    "strides": (1, 8),
    "dilation_rate": (1, 8),
    "output_padding": (0, 7),
    "groups": (1, 16),
    "depth_multiplier": (1, 8),
    "pool_size": (1, 8),
    "units": (1, 512),
    "axis": (-4, 3),
    "padding": (0, 8),
    "cropping": (0, 8),
    "size": (1, 8),
}
"""What a calculator's ranges reach; its number fields go to ``LARGEST``."""

LARGEST = 100_000

NUMBERS = {
    "rate": (0.1, 0.2, 0.25, 0.3, 0.4, 0.5),
    "seed": (0, 1, 42),
    "momentum": (0.9, 0.95, 0.99, 0.999),
    "epsilon": (1e-3, 1e-5, 1e-6),
}
"""The usual numbers of arguments that shape nothing."""


@cache
def calculator_records() -> dict[str, Any]:
    """Rules, texts, and what a new layer starts with: data that JSON can hold.

    >>> calculator_records()["rules"]["layers"]["Conv1D"]["start"]["sizes"]
    [28]
    """
    told = stack_rules()
    layers = {name: {**one, **_calculated(name)} for name, one in told["layers"].items()}
    return {
        "rules": {**told, "layers": layers},
        "labels": stack_labels(told["refusals"]),
        "groups": GROUPS,
        "most": MOST_LAYERS,
        "usual": USUAL_SIZE,
        "largest": LARGEST,
        "itemsizes": {repr(name): int(name[-2:]) // 8 for name in DTYPES},
        "meanings": MEANINGS,
        "ratio": tree("over(dense, parameters)"),
        "seen": tree("floor(r, 1)"),
    }


def _calculated(name: str) -> dict[str, Any]:
    """What the calculator sets of a layer, where a new one starts, the further arguments."""
    rank, usual, more = SHOWN[name].rank, defaults(name), usual_sources(name).items()
    own = shaping_arguments(name)
    start = {argument: usual[argument] for argument in own}
    if "activation" in own:
        start["activation"] = usual["activation"].name
    whole = plain({**start, "sizes": (USUAL_SIZE,) * rank, "channels": 1})
    needed = required_arguments(SHOWN[name])
    return {
        "arguments": own,
        "options": _options(name, own),
        "start": whole,
        "first": _first(name, own),
        "ranges": {
            argument: RANGES[argument]
            for argument, value in whole.items()
            if argument in RANGES and not isinstance(value, str)
        },
        "required": list(dict.fromkeys([*needed, *(a for a in own if a == "pool_size")])),
        "more": {argument: _sources(argument, source) for argument, source in more},
    }


def _first(name: str, own: list[str]) -> list[str]:
    """The arguments whose dials are seen at first: few of a convolution's."""
    if name in CONVOLUTIONS:
        return [argument for argument in own if argument in _GLANCE]
    return [*(argument for argument in own if argument != "data_format"), *_needed(name)]


_GLANCE = ("kernel_size", "strides", "padding", "filters", "depth_multiplier")


def _needed(name: str) -> list[str]:
    """What shapes nothing and has no default."""
    return [a for a in required_arguments(SHOWN[name]) if a not in SHAPING]


def _sources(argument: str, usual: str) -> list[str]:
    """The sources to choose from, the usual one first; for a name none but that."""
    kind = argument.rpartition("_")[2]
    named: Iterable[object] = ()
    if argument == "trainable":
        named = (True, False)
    elif argument == "dtype":
        named = DTYPES
    elif argument in NUMBERS:
        named = NUMBERS[argument]
    elif argument != "name":
        named = names_of(kind)
    return list(dict.fromkeys([usual, *map(repr, named)]))


def paddings(name: str) -> list[str]:
    """The paddings that the layer takes: it is asked."""

    def taken(padding: str) -> bool:
        try:
            return bool(canonical(name, "padding", padding))
        except ArgumentError:
            return False

    return [padding for padding in ("valid", "same", "causal") if taken(padding)]
