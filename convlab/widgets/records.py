"""What all explorers of a notebook share, as the browser's contract calls it: ``Records``."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..arguments import DATA_FORMATS
from ..errors import ArgumentError
from ..explanation.rules import rules
from ..layers import LAYERS
from .labels import labels
from .links import PROPERTIES
from .presets import LESSONS
from .ranges import usual_ranges
from .settings import ACTIVATIONS, arguments_of, make_layer, starting
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
        "labels": explorer_labels(),
        "presets": LESSONS,
        "fills": FILLS,
        "start": {"values": START},
        "properties": PROPERTIES,
        "speeds": [SPEEDS[0], SPEEDS[-1]],
    }


def explorer_labels() -> dict[str, dict[str, str]]:
    """The texts of an explorer; a tour brings its sentences along."""
    refusals = (f"errors.{one['code']}" for one in rules()["refusals"])
    return labels("axis.", "control.", "explorer.", "list.", "errors.advice_", *refusals)


def _reach(name: str) -> dict[str, Any]:
    """What the widgets set of a layer, where it starts, and how far it goes."""
    return {
        "rank": LAYERS[name].rank,
        "arguments": list(arguments_of(name)),
        "start": starting(name),
        "ranges": usual_ranges(name),
        "options": {
            "padding": paddings(name),
            "activation": list(ACTIVATIONS),
            "data_format": list(DATA_FORMATS),
        },
    }


def paddings(name: str) -> list[str]:
    """The paddings that the layer takes: it is asked."""

    def taken(padding: str) -> bool:
        try:
            return bool(make_layer(name, {**starting(name), "padding": padding}))
        except ArgumentError:
            return False

    return [padding for padding in ("valid", "same", "causal") if taken(padding)]
