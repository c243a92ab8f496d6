"""Which settings the controls can reach, tried out one by one: whether a goal can be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice, product
from math import isclose, prod
from typing import Any

import numpy as np

from ..errors import ConvlabError
from ..explanation.formulas import evaluate
from ..explanation.rules import layer_rules
from ..geometry import AnyAxis, Size, convolution_axis, transposed_axis
from .checks import plain
from .controls import CELLS, CONTROLS, FILLED
from .ranges import Range, carried_over, checked
from .settings import ACTIVATIONS, PER_AXIS, SETTINGS, Settings, legal, output_shape, settings_of
from .values import Array

MOST_TRIED = 1_000
"""Beyond so many settings that might do a goal is given the benefit of the doubt."""

Goal = Mapping[str, Any]
Results = Callable[[str, Settings, bool], dict[str, Array]]

_OPTIONS: dict[str, tuple[Any, ...]] = {
    "padding": ("valid", "same", "causal"),
    "data_format": ("channels_last", "channels_first"),
    "use_bias": (True, False),
    "true_convolution": (False, True),
    "activation": ACTIVATIONS,
}
_SHAPING = (*PER_AXIS, "padding", "output_padding", "data_format", "filters", "depth_multiplier",
            "channels")  # fmt: skip
_COUNTED = ("kernel_size", "filters", "channels", "groups", "depth_multiplier", "use_bias")


def same(one: Any, other: Any) -> bool:
    """Whether a goal's value is met: numbers to a millionth of their size, all else exactly.

    >>> same(7, 7.0000001), same((3, 3), [3, 3]), same("same", "valid")
    (True, True, False)
    """
    if isinstance(one, float | int) and isinstance(other, float | int):
        return isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)
    return plain({"": one}) == plain({"": other})


def holds(goal: Goal, outcome: Mapping[str, Any], position: Sequence[int] | None = None) -> bool:
    """Whether an outcome is what is to be reached, at ``position`` or, without one, anywhere.

    >>> holds({"output_shape": (3, 3, 1)}, {"output_shape": (3, 3, 1)})
    True
    """
    exact = [name for name in goal if name not in ("a", "z", "position")]
    if not all(name in outcome and same(goal[name], outcome[name]) for name in exact):
        return False
    place = goal.get("position", position)
    shape = outcome["output_shape"]
    if place is not None and not _within(place, shape):
        return False
    met = np.ones(shape, dtype=bool)
    for name in ("z", "a"):
        if name in goal and np.shape(outcome[name]) == tuple(shape):
            met &= np.isclose(outcome[name], goal[name], rtol=1e-6, atol=1e-6)
    return bool(met.any() if place is None else met[tuple(place)])


def _within(place: Sequence[int], shape: Sequence[int]) -> bool:
    return len(place) == len(shape) and all(i < n for i, n in zip(place, shape, strict=True))


@dataclass(frozen=True)
class Bench:
    """Where goals are tried out: what an explorer shows, and what its controls can change.

    ``results`` gives z and a of a layer by name, with settings, and with its kernel flipped or not.
    """

    layer: str
    settings: Settings
    ranges: Mapping[str, Mapping[str, Range]]
    controls: tuple[str, ...] | None
    results: Results

    @property
    def dials(self) -> tuple[str, ...]:
        return CONTROLS if self.controls is None else self.controls

    def with_control(self, name: str) -> Bench:
        return replace(self, controls=(*self.dials, name))

    def reaches(self, goal: Goal) -> bool | None:
        """Whether some setting of the controls makes the goal hold; ``None`` for too many to try.

        Whoever may change single numbers can make z and a whatever they are to be.
        """
        edited = {*CELLS, *FILLED, "preset"} & {*self.dials}
        asked = {n: v for n, v in goal.items() if not (edited and n in ("a", "z"))}
        tried = 0
        for outcome in islice(self.outcomes(asked, asked), MOST_TRIED):
            if outcome and holds(asked, outcome):
                return True
            tried += 1
        return None if tried == MOST_TRIED else False

    def sizes(self, axis: int) -> set[int]:
        """The sizes that the output of this layer can have along an axis."""
        dials = needed({"output_shape": ()}, self.dials, self.layer)
        along, ranges = [d for d in dials if d in PER_AXIS], self.ranges[self.layer]
        whole = [d for d in dials if d in ("padding", "output_padding")]
        line = _along(self.settings, ranges, along, axis)
        found = set[int]()
        for chosen in product(*(_values(dial, self.settings, ranges) for dial in whole)):
            settings = {**self.settings, **dict(zip(whole, chosen, strict=True))}
            found |= {_size_along(self.layer, settings, along, one, axis) for one in line}
        return found - {0}

    def outcomes(self, asked: Goal, fitting: Goal) -> Iterator[dict[str, Any]]:
        """What each setting comes to, nothing where the layer refuses it.

        Only dials that bear on what is ``asked``, and only what may come to what is ``fitting``.
        """
        for layer, start in self._starts():
            dials = needed(asked, self.dials, layer)
            for change in _changes(layer, start, self.ranges[layer], dials, fitting):
                flipped = change.pop("true_convolution", False)
                try:
                    settings = checked(layer, {**start, **change}, self.ranges[layer])
                except ConvlabError:
                    yield {}
                else:
                    yield self.outcome(layer, settings, flipped, asked)

    def _starts(self) -> Iterator[tuple[str, Settings]]:
        yield self.layer, self.settings
        for other in self.ranges if "layer" in self.dials else ():
            if other != self.layer:
                yield other, carried_over(other, self.settings, self.ranges[other])[0]

    def outcome(self, layer: str, settings: Settings, flipped: bool, asked: Goal) -> dict[str, Any]:
        """All that can be asked of legal settings."""
        geometry = legal(layer, settings)
        shape = output_shape(geometry, settings["activation"])
        bias = geometry.stages[-1].filters if settings["use_bias"] else 0
        parameters = sum(stage.parameters for stage in geometry.stages) + bias
        numbers = self.results(layer, settings, flipped) if {"a", "z"} & asked.keys() else {}
        return {**settings, "output_shape": shape, "parameters": parameters, **numbers}


def needed(goal: Goal, dials: Sequence[str], layer: str) -> list[str]:
    """The dials of a layer that bear on a goal.

    >>> needed({"parameters": 10}, ["strides", "kernel_size"], "Conv2D")
    ['kernel_size']
    """
    wanted = {name for name in goal if name in SETTINGS}
    wanted |= {*_SHAPING} if {"output_shape", "position"} & goal.keys() else set()
    wanted |= {*_COUNTED} if "parameters" in goal else set()
    wanted |= {*SETTINGS, "true_convolution"} if {"a", "z"} & goal.keys() else set()
    known = (*settings_of(layer), "true_convolution")
    return [dial for dial in dials if dial in wanted and dial in known]


def _changes(
    layer: str, start: Settings, ranges: Mapping[str, Range], dials: Sequence[str], fitting: Goal
) -> Iterator[dict[str, Any]]:
    """Every combination of what the dials can be set to; what stands comes first."""
    along = [dial for dial in dials if dial in PER_AXIS]
    others = [dial for dial in dials if dial not in PER_AXIS]
    lines = [_along(start, ranges, along, axis) for axis in range(len(start["sizes"]))]
    kept = dict[str, list[list[tuple[int, ...]]]]()
    for chosen in product(*(_values(dial, start, ranges) for dial in others)):
        change = dict(zip(others, chosen, strict=True))
        settings = {**start, **change}
        moved = {name: one for name, one in settings.items() if name not in _COUNTED}
        key = repr((_channels(settings), moved))
        if key not in kept:
            kept[key] = _fitted(layer, settings, along, lines, fitting)
        for numbers in product(*kept[key]):
            by_dial = zip(*numbers, strict=True) if along else ()
            whole = {**change, **dict(zip(along, by_dial, strict=True))}
            wanted = fitting.get("parameters")
            if wanted is None or _parameters(layer, {**start, **whole}) == wanted:
                yield whole


def _values(dial: str, start: Settings, ranges: Mapping[str, Range]) -> list[Any]:
    now = start.get(dial, False)
    if dial not in ranges:
        return [now, *(one for one in _OPTIONS.get(dial, ()) if one != now)]
    every: list[Any] = list(range(ranges[dial][0], ranges[dial][1] + 1))
    if dial == "output_padding":
        every = [None, *product(every, repeat=len(start["sizes"]))]
    return [now, *(one for one in every if one != now)]


def _along(
    start: Settings, ranges: Mapping[str, Range], along: Sequence[str], axis: int
) -> list[tuple[int, ...]]:
    """Every combination of the dials along one axis."""
    every = []
    for dial in along:
        now, reach = start[dial][axis], ranges[dial]
        every.append([now, *(n for n in range(reach[0], reach[1] + 1) if n != now)])
    return list(product(*every))


def _fitted(
    layer: str,
    settings: Settings,
    along: Sequence[str],
    lines: list[list[tuple[int, ...]]],
    fitting: Goal,
) -> list[list[tuple[int, ...]]]:
    """Of each axis' combinations those whose output has the size that is wanted there."""
    shape = fitting.get("output_shape")
    if shape is None or settings["activation"] == "glu":
        return lines
    first = settings["data_format"] == "channels_first"
    channels, sizes = (shape[0], shape[1:]) if first else (shape[-1], shape[:-1])
    if len(sizes) != len(lines) or channels != _channels(settings):
        return [[] for _ in lines]
    return [
        [one for one in line if _size_along(layer, settings, along, one, axis) == size]
        for axis, (line, size) in enumerate(zip(lines, sizes, strict=True))
    ]


def _channels(settings: Settings) -> int:
    made: int = settings.get("filters") or settings["channels"] * settings["depth_multiplier"]
    return made


def _size_along(
    layer: str, settings: Settings, along: Sequence[str], numbers: tuple[int, ...], axis: int
) -> int:
    own = dict(zip(along, numbers, strict=True))
    sizes = (own.get(name, settings[name][axis]) for name in PER_AXIS)
    transposed = "output_padding" in settings_of(layer)
    extra = settings["output_padding"] if transposed else None
    extra = None if extra is None else extra[axis]
    return _output_size(transposed, *sizes, settings["padding"], extra)


@lru_cache(1 << 18)
def _output_size(
    transposed: bool, size: int, kernel: int, stride: int, dilation: int, padding: str, extra: Size
) -> int:
    axis: AnyAxis = (
        transposed_axis(size, kernel, stride, dilation, padding, extra)
        if transposed
        else convolution_axis(size, kernel, stride, dilation, padding)
    )
    return max(axis.output_size or 0, 0)


def _parameters(layer: str, settings: Settings) -> Any:
    numbers = {name: one for name, one in settings.items() if isinstance(one, int)}
    numbers["product_k"] = prod(settings["kernel_size"])
    return evaluate(_rules(layer)["parameters"], numbers)


_rules = cache(layer_rules)
