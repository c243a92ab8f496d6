"""What a network explorer is set to, each setting once, and what is legal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import arguments
from ..errors import ArgumentError, not_one_of
from ..i18n import LANGUAGES, Choices, get_language
from .arrays import simple
from .checks import is_index, nearest_index, tuples

Settings = dict[str, Any]
Shape = tuple[int, ...]

SHIFT = 8
NOISE = 200
SCALES = ("layer", "shared")

PROPERTIES: list[dict[str, Any]] = [
    {"name": "sample", "kind": "number", "start": 0},
    {"name": "drawn", "kind": "word", "start": ""},
    {"name": "shift", "kind": "numbers", "start": [0, 0], "range": (-SHIFT, SHIFT)},
    {"name": "noise", "kind": "number", "start": 0, "range": (0, NOISE)},
    {"name": "selected", "kind": "numbers", "start": None},
    {"name": "gradient", "kind": "flag", "start": False},
    {"name": "epoch", "kind": "number", "start": None},
    {"name": "scale", "kind": "word", "start": "layer", "options": SCALES},
    {"name": "linear", "kind": "numbers", "start": []},
    {"name": "shuffled", "kind": "numbers", "start": []},
    {"name": "off", "kind": "pairs", "start": []},
    {"name": "language", "kind": "word", "start": None, "options": LANGUAGES},
]
"""Each setting once, in the order of a link, which writes what is not the ``start``."""

NAMES = tuple(one["name"] for one in PROPERTIES)

PAD_LAYER = -1
"""The index of the pad's own layer, before all others."""


@dataclass(frozen=True)
class Bounds:
    """What there is to choose from."""

    samples: int
    sizes: tuple[int, int]
    """Rows and columns of the input's picture."""
    pad: int | None
    outputs: tuple[Shape, ...]
    channels: tuple[int, ...]
    """Of each layer's output."""
    straightened: tuple[int, ...]
    """The layers whose activation can be left out: those that keep the shape."""
    weighed: tuple[int, ...]
    """The layers with a kernel, which can be shuffled."""
    epochs: int = 0

    @property
    def cells(self) -> tuple[int, int]:
        """Rows and columns of a drawing."""
        side = self.pad or 0
        return self.sizes[0] * side, self.sizes[1] * side


def started() -> Settings:
    """The settings to begin with."""
    start = {one["name"]: one["start"] for one in PROPERTIES}
    return {name: tuples(value) for name, value in start.items()} | {"language": get_language()}


def resolved(before: Settings, changes: Mapping[str, Any], bounds: Bounds) -> Settings:
    """All settings after some have changed; raises a ``ConvlabError`` for what is not legal."""
    found = dict(before)
    # What is drawn comes before what is selected of it.
    for name in sorted(changes, key=NAMES.index):
        found[name] = _normal(name, changes[name], bounds, bool(found["drawn"]))
    if found["selected"] and found["selected"][0] == PAD_LAYER and not found["drawn"]:
        found["selected"] = None
    return found


def _normal(name: str, value: Any, bounds: Bounds, drawn: bool) -> Any:
    value = simple(value)
    if name == "selected":
        return _selected(value, bounds, drawn)
    if name == "gradient":
        return arguments.normal_truth(value, name, 2)
    if name in _OPTIONS:
        if not isinstance(value, str) or value not in _OPTIONS[name]:
            raise not_one_of(name, value, _OPTIONS[name])
        return str(value)
    return _NORMAL[name](value, bounds)


def _drawn(value: Any, bounds: Bounds) -> str:
    """Hexadecimal digits of all cells, or none."""
    if isinstance(value, str) and not value:
        return ""
    if bounds.pad is None:
        raise ArgumentError(
            "network_no_pad", argument="drawn", value=value, choices=[{"drawn": ""}]
        )
    rows, columns = bounds.cells
    digits, spare = -(-rows * columns // 4), -rows * columns % 4
    whole = isinstance(value, str) and re.fullmatch(f"[0-9a-fA-F]{{{digits}}}", value)
    if not whole or int(value[-1], 16) % (1 << spare):
        raise ArgumentError(
            "network_drawn",
            argument="drawn",
            value=value if not isinstance(value, str) else value[:40],
            rows=rows,
            columns=columns,
            digits=digits,
            choices=[{"drawn": ""}],
        )
    return str(value).lower()


def _shift(value: Any) -> tuple[int, int]:
    """Down, and to the right."""
    given = list(value) if isinstance(value, list | tuple) else [value, value]
    near = [arguments.nearest_count(one, -SHIFT, most=SHIFT) for one in (*given, 0, 0)[:2]]
    if not is_index(value) or list(value) != near:
        raise ArgumentError(
            "network_shift",
            argument="shift",
            value=value,
            most=SHIFT,
            choices=[{"shift": tuple(near)}],
        )
    return near[0], near[1]


def _within(name: str, value: Any, least: int, most: int) -> int:
    near = arguments.nearest_count(value, least, most=most)
    if not is_index((value,)) or value != near:
        raise ArgumentError(
            "network_reach",
            argument=name,
            value=value,
            least=least,
            most=most,
            choices=[{name: near}],
        )
    return near


def _selected(value: Any, bounds: Bounds, drawn: bool) -> Shape | None:
    """The layer, and an index into its output."""
    if value is None:
        return None
    given = list(value) if isinstance(value, list | tuple) else [value]
    first, last = PAD_LAYER if drawn else 0, len(bounds.outputs) - 1
    layer = arguments.nearest_count(given[0], first, most=last) if given else first
    shape = (*bounds.sizes, 1) if layer == PAD_LAYER else bounds.outputs[layer]
    near = (layer, *nearest_index(given[1:], shape))
    if not is_index(value) or tuple(value) != near:
        raise ArgumentError(
            "network_selected",
            argument="selected",
            value=value,
            least=first,
            most=last,
            layer=layer,
            shape=shape,
            choices=[{"selected": near}],
        )
    return near


def _index(name: str, value: Any, count: int) -> int:
    arguments.check_index(value, count, name)
    return int(value)


def _epoch(value: Any, bounds: Bounds) -> int | None:
    if value is not None and not bounds.epochs:
        raise ArgumentError(
            "network_no_epoch", argument="epoch", value=value, choices=[{"epoch": None}]
        )
    return None if value is None else _index("epoch", value, bounds.epochs)


def _layers(name: str, value: Any, legal: Sequence[int]) -> tuple[int, ...]:
    """Layers by index, each once."""
    given = list(value) if isinstance(value, list | tuple) else [value]
    known = [int(one) for one in given if is_index((one,)) and one in legal]
    near = tuple(sorted(set(known)))
    if not isinstance(value, list | tuple) or len(known) < len(given):
        raise ArgumentError(
            "network_which" if legal else f"network_none_{name}",
            argument=name,
            value=value,
            legal=Choices(list(legal)),
            choices=[{name: near}],
        )
    return near


def _off(value: Any, channels: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Channels as (layer, channel), each once."""
    given = list(value) if isinstance(value, list | tuple) else [value]
    known = [(int(one[0]), int(one[1])) for one in given if _is_map(one, channels)]
    near = tuple(sorted(set(known)))
    if not isinstance(value, list | tuple) or len(known) < len(given):
        raise ArgumentError(
            "network_off",
            argument="off",
            value=value,
            channels=tuple(channels),
            most=len(channels) - 1,
            choices=[{"off": near}],
        )
    return near


def _is_map(pair: Any, channels: Sequence[int]) -> bool:
    if not is_index(pair) or len(pair) != 2:
        return False
    layer, channel = pair
    return bool(0 <= layer < len(channels) and 0 <= channel < channels[layer])


_OPTIONS = {one["name"]: one["options"] for one in PROPERTIES if "options" in one}

_NORMAL: dict[str, Callable[[Any, Bounds], Any]] = {
    "sample": lambda value, bounds: _index("sample", value, bounds.samples),
    "drawn": _drawn,
    "shift": lambda value, bounds: _shift(value),
    "noise": lambda value, bounds: _within("noise", value, 0, NOISE),
    "epoch": _epoch,
    "linear": lambda value, bounds: _layers("linear", value, bounds.straightened),
    "shuffled": lambda value, bounds: _layers("shuffled", value, bounds.weighed),
    "off": lambda value, bounds: _off(value, bounds.channels),
}
