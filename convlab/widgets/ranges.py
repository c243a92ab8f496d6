"""How far the explorer's controls reach, and the nearest settings where a layer refuses some."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from .. import arguments
from ..errors import ArgumentError, ConvlabError, not_one_of
from ..geometry import Geometry, transposed_axis
from ..layers import LAYERS
from .settings import (
    ACTIVATIONS,
    Settings,
    legal,
    legal_geometry,
    make_layer,
    settings_of,
    settings_of_layer,
    starting,
)

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
        check_reach({"sizes": sizes}, {"sizes": ranges["sizes"]})
    geometry = legal_geometry(layer, sizes, channels)
    canonical = settings_of_layer(layer, sizes, channels)
    _check_activation(canonical["activation"])
    check_reach(canonical, ranges)
    _check_cells(name, canonical, geometry)
    return canonical


def _check_activation(activation: object) -> None:
    if activation not in ACTIVATIONS:
        raise not_one_of("activation", activation, ACTIVATIONS)


def check_reach(settings: Settings, ranges: Mapping[str, Range]) -> None:
    """Refuse what lies out of reach, with the nearest that does not."""
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
        ways = (_fewer(name, settings, together) for together in _FEWER)
        raise ArgumentError(
            "explorer_cells",
            argument="sizes",
            value=settings["sizes"],
            count=count,
            most=MOST_CELLS,
            choices=[way for way in ways if way],
        )


_FEWER = (("filters",), ("channels",), ("depth_multiplier",),
          ("channels", "filters", "depth_multiplier"), ("sizes",))  # fmt: skip


def _cells_of(settings: Mapping[str, Any], geometry: Geometry) -> int:
    outputs = tuple(size or 0 for size in geometry.stages[-1].output_sizes)
    counts = (settings["channels"], settings.get("depth_multiplier", 0), settings.get("filters", 0))
    return cells(settings["sizes"], outputs, settings["kernel_size"], counts)


def _fewer(name: str, settings: Settings, together: tuple[str, ...]) -> Settings:
    """The nearest smaller values of some arguments that leave few enough numbers; else nothing."""
    own = [argument for argument in together if argument in settings]
    most = max((number for argument in own for number in _numbers(settings[argument])), default=1)
    for value in range(most - 1, 0, -1):
        change = _out_of_reach(settings, dict.fromkeys(own, (1, value)))
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
