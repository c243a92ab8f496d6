"""A choice of a real layer's channels and filters, with the weights of just those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arguments import nearest_count
from ..errors import ArgumentError
from ..layers import Layer
from .arrays import simple
from .ranges import MOST, usual_ranges
from .settings import Settings, arguments_of
from .values import Array


@dataclass(frozen=True)
class Part:
    """The channels and the filters (channels of the output) by index, and what belongs to them."""

    channels: list[int]
    filters: list[int]
    all_filters: int
    counts: Settings
    weights: list[Array]


def part_of(layer: Layer, count: int, channels: Any = None, filters: Any = None) -> Part:
    """Some channels and filters of a built layer; without a choice the first that can be shown.

    Raises an ``ArgumentError`` for indices that there are not, and for a choice that leaves a
    group, or a channel of a depthwise layer, with another number than the others.

    >>> from convlab import Conv2D
    >>> layer = Conv2D(64, 3, groups=4)
    >>> layer.build((None, 9, 9, 32))
    >>> part = part_of(layer, 32, filters=[0, 16])
    >>> part.channels, part.counts, part.weights[0].shape
    ([0, 1, 2, 3, 8, 9, 10, 11], {'filters': 2, 'groups': 2}, (3, 3, 4, 2))
    """
    kernels = [k.astype(np.float64) for k in layer._effective_kernels(layer.get_weights())]
    multiplier = getattr(layer, "depth_multiplier", None)
    outputs = getattr(layer, "filters", 0) or count * (multiplier or 1)
    chosen = _indices(channels, count, "channels"), _indices(filters, outputs, "filters")
    most = usual_ranges(type(layer).__name__)
    if multiplier is None:
        found = _grouped(layer, kernels[0], (count, outputs), chosen, most)
    elif len(kernels) == 1:
        found = _depthwise(kernels[0], multiplier, chosen, most)
    else:
        found = _separable(kernels, multiplier, chosen, most)
    kept, shown, counts, weights = found
    bias = [np.asarray(layer.bias, dtype=np.float64)[shown]] if layer.use_bias else []
    return Part(kept, shown, outputs, counts, [*weights, *bias])


_Found = tuple[list[int], list[int], Settings, list[Array]]
_Chosen = tuple[list[int] | None, list[int] | None]
_Most = dict[str, tuple[int, int]]


def _indices(value: Any, count: int, argument: str) -> list[int] | None:
    """A list of indices below ``count``, each once; ``None`` where nothing is chosen."""
    if value is None:
        return None
    given = simple(value)
    items = list(given) if isinstance(given, list | tuple | range) else [given]
    whole = [int(i) for i in items if isinstance(i, int | np.integer) and 0 <= i < count]
    near = list(dict.fromkeys(whole))[: MOST[argument]]
    nearest = [nearest_count(item, 0, most=count - 1) for item in items[:1]]
    if not isinstance(given, list | tuple | range) or len(near) != len(items) or not near:
        raise ArgumentError(
            "explorer_indices",
            argument=argument,
            value=value,
            most=count - 1,
            longest=min(MOST[argument], count),
            choices=[{argument: near or nearest or [0]}],
        )
    return near


def _first(count: int, most: int) -> list[int]:
    return list(range(min(count, most)))


def _grouped(
    layer: Layer, kernel: Array, counts: tuple[int, int], chosen: _Chosen, most: _Most
) -> _Found:
    """Of a convolution: of each group that is shown as many channels and filters."""
    groups = getattr(layer, "groups", 1)
    each = counts[0] // groups, counts[1] // groups
    reach = most["channels"][1], most["filters"][1]
    if groups > 1:
        met, kept, shown = _of_groups(groups, each, chosen, reach)
        own = {"filters": len(shown), "groups": len(met)}
    else:
        kept, shown = (one or _first(n, m) for one, n, m in zip(chosen, counts, reach, strict=True))
        met, own = [0], {"filters": len(shown)}
    if "output_padding" in arguments_of(type(layer).__name__):
        return kept, shown, own, [kernel[..., shown, :][..., kept]]
    rows = np.array(kept).reshape(len(met), -1) % each[0]
    group = np.repeat(np.arange(len(met)), len(shown) // len(met))
    return kept, shown, own, [kernel[..., rows[group].T, shown]]


def _of_groups(
    groups: int, each: tuple[int, int], chosen: _Chosen, reach: tuple[int, int]
) -> tuple[list[int], list[int], list[int]]:
    """The groups that are shown, and their channels and filters, group by group."""
    sets = [sorted({i // n for i in one}) for one, n in zip(chosen, each, strict=True) if one]
    few = max(min(groups, *(most // n for most, n in zip(reach, each, strict=True))), 1)
    met = sets[0] if sets else list(range(few))
    kept, shown = (
        sorted(one)
        if one
        else [group * n + i for group in met for i in range(min(n, max(most // len(met), 1)))]
        for one, n, most in zip(chosen, each, reach, strict=True)
    )
    for name, one, n in zip(("channels", "filters"), (kept, shown), each, strict=True):
        counts = [[i // n for i in one].count(group) for group in met]
        if sum(counts) < len(one) or len(set(counts)) > 1:
            near = {"channels": [g * each[0] for g in met], "filters": [g * each[1] for g in met]}
            raise ArgumentError("explorer_groups", argument=name, value=one, choices=[near])
    return met, kept, shown


def _depthwise(kernel: Array, multiplier: int, chosen: _Chosen, most: _Most) -> _Found:
    """The chosen channels, each with the same outputs."""
    kept, shown = chosen
    if shown is None:
        kept = kept or _first(kernel.shape[-2], most["channels"][1])
        inner = _first(multiplier, most["depth_multiplier"][1])
    else:
        kept = kept or sorted({f // multiplier for f in shown})
        inner = sorted({f % multiplier for f in shown})
    grid = _outputs(kept, inner, multiplier)
    if shown is not None and sorted(shown) != sorted(grid):
        choices = [{"channels": None, "filters": grid}, {"channels": kept, "filters": None}]
        raise ArgumentError("explorer_groups", argument="filters", value=shown, choices=choices)
    return kept, grid, {"depth_multiplier": len(inner)}, [kernel[..., kept, :][..., inner]]


def _separable(kernels: list[Array], multiplier: int, chosen: _Chosen, most: _Most) -> _Found:
    depthwise, pointwise = kernels
    kept = chosen[0] or _first(depthwise.shape[-2], most["channels"][1])
    shown = chosen[1] or _first(pointwise.shape[-1], most["filters"][1])
    inner = _first(multiplier, most["depth_multiplier"][1])
    rows = _outputs(kept, inner, multiplier)
    counts = {"filters": len(shown), "depth_multiplier": len(inner)}
    parts = [depthwise[..., kept, :][..., inner], pointwise[..., rows, :][..., shown]]
    return kept, shown, counts, parts


def _outputs(channels: Iterable[int], inner: Sequence[int], multiplier: int) -> list[int]:
    """The outputs of a depthwise stage that belong to these channels."""
    return [channel * multiplier + i for channel in channels for i in inner]
