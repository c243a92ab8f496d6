"""Poolings of PyTorch's as layers of Keras', whatever stands around the maps and is counted."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from .. import companions
from ..geometry import Axis, convolution_axis
from .torch_frames import (
    FIRST,
    cropping,
    ends,
    inside,
    keras_same,
    layer,
    lowest_around,
    padding,
    strided,
    turned,
)
from .torch_modules import INPUT, Part, Place

Axes = list[Axis]


def largest(place: Place) -> list[Part]:
    """``MaxPool1d`` and ``MaxPool2d``: what stands around is never the largest."""
    if place.get("return_indices"):
        place.refuse("return_indices", "return_indices")
    axes = _axes(place, place.along("dilation", place.rank))
    return _dilated(axes) if any(map(_has_holes, axes)) else _pooled("Max", axes)


def mean(place: Place) -> list[Part]:
    """``AvgPool1d`` and ``AvgPool2d``: of what stands around, zeros may be counted."""
    axes = _axes(place, (1,) * place.rank)
    divisor = getattr(place.module, "divisor_override", None)
    if divisor is not None:
        return _divided(axes, divisor)
    counted = place.along("padding", place.rank)
    if not place.get("count_include_pad") or not any(counted):
        return _pooled("Average", axes)
    # Zeros that PyTorch counts are part of the maps; what ceil_mode adds behind them is not.
    beyond = [
        replace(axis, before=0, after=(axis.after or 0) - pad)
        for axis, pad in zip(axes, counted, strict=True)
    ]
    return [padding([(pad, pad) for pad in counted]), *_pooled("Average", beyond, "padding")]


def _axes(place: Place, dilations: tuple[int, ...]) -> Axes:
    names = ("kernel_size", "stride", "padding")
    windows = zip(*(place.along(name, place.rank) for name in names), dilations, strict=True)
    axes = [
        Axis(None, kernel, stride, dilation if kernel > 1 else 1, before=pad, after=pad)
        for kernel, stride, pad, dilation in windows
    ]
    return list(map(_with_the_last, axes)) if place.get("ceil_mode") else axes


def _with_the_last(axis: Axis) -> Axis:
    """With what ``ceil_mode`` adds at the end: room for one more window.

    It makes no window that begins behind the inputs; with this room there is none, either.

    >>> _with_the_last(Axis(None, kernel=3, stride=2)).after
    1
    """
    pad = axis.after or 0
    return replace(axis, after=pad + min(axis.stride, axis.effective_kernel - pad) - 1)


def _pool(axes: Axes, way: str = "valid") -> dict[str, Any]:
    return {
        "pool_size": tuple(axis.kernel for axis in axes),
        "strides": tuple(axis.stride for axis in axes),
        "padding": way,
        **FIRST,
    }


def _pooled(which: str, axes: Axes, start: str = INPUT) -> list[Part]:
    """Windows over maps in a frame that does not count."""
    kind = layer(f"{which}Pooling", len(axes))
    if not any(map(any, ends(axes))):
        return [Part(kind, _pool(axes))]
    if keras_same(axes):
        return [Part(kind, _pool(axes, "same"))]
    each = [convolution_axis(None, axis.kernel, 1, 1, "same") for axis in axes]
    surplus = [
        (more[0] - told[0], more[1] - told[1])
        for more, told in zip(ends(each), ends(axes), strict=True)
    ]
    if min(map(min, surplus)) >= 0:
        crops = cropping(surplus) if any(map(any, surplus)) else []
        return [Part(kind, _pool(each, "same")), *crops, *strided(axes)]
    return _counted(axes, start) if which == "Average" else _over_lowest(axes)


def _over_lowest(axes: Axes) -> list[Part]:
    return [*lowest_around(axes), Part(layer("MaxPooling", len(axes)), _pool(axes))]


def _counted(axes: Axes, start: str) -> list[Part]:
    """The mean over whole windows, zeros included, times their size by the number of inputs."""
    kind, size = layer("AveragePooling", len(axes)), float(prod(axis.kernel for axis in axes))
    return [
        padding(ends(axes), "frame", start),
        Part(kind, _pool(axes)),
        *inside(axes, start),
        Part(kind, _pool(axes), "share"),
        Part(companions.Rescaling, {"scale": size, "offset": -1.0}, "others"),
        # softsign(n - 1) = 1 - 1/n, the one way to a quotient among Keras' layers.
        Part(companions.Activation, {"activation": "softsign"}, "softsign"),
        Part(companions.Rescaling, {"scale": -size, "offset": size}, "factor"),
        Part(companions.Multiply, {}, "mean", ("", "factor")),
    ]


def _divided(axes: Axes, divisor: int) -> list[Part]:
    """The sum of each window by a number of the caller's."""
    size = prod(axis.kernel for axis in axes)
    return [
        *([padding(ends(axes))] if any(map(any, ends(axes))) else []),
        Part(layer("AveragePooling", len(axes)), _pool(axes)),
        Part(companions.Rescaling, {"scale": size / divisor}, "divisor"),
    ]


# Dilated


def _has_holes(axis: Axis) -> bool:
    return axis.dilation > 1


def _dilated(axes: Axes) -> list[Part]:
    """Keras' poolings have no dilation: the largest of the maps, shifted by each tap."""
    framed = any(map(any, ends(axes)))
    parts = lowest_around(axes) if framed else []
    last = "framed" if framed else INPUT
    if len(axes) == 1:
        parts, last = [*parts, turned("channels_last", last)], "channels_last"
    for place in (at for at, axis in enumerate(axes) if _has_holes(axis)):
        parts += _shifted(axes, place, last)
        last = parts[-1].suffix
    if len(axes) == 1:
        parts.append(turned("channels_first"))
    dense = [replace(axis, kernel=1) if _has_holes(axis) else axis for axis in axes]
    return [*parts, Part(layer("MaxPooling", len(axes)), _pool(dense))]


def _shifted(axes: Axes, place: int, start: str) -> list[Part]:
    """The largest under the taps along one direction."""
    axis = replace(axes[place], size=axes[place].effective_kernel, before=0, after=0, stride=1)
    kind, taps = layer("Cropping", len(axes)), []
    for tap, first in enumerate(axis.sources(0)):
        pairs = [(0, 0)] * len(axes)
        pairs[place] = (first or 0, axis.effective_kernel - 1 - (first or 0))
        own = {"cropping": pairs[0]} if len(axes) == 1 else {"cropping": tuple(pairs), **FIRST}
        taps.append(Part(kind, own, f"tap{place}_{tap}", (start,)))
    names = tuple(part.suffix for part in taps)
    return [*taps, Part(companions.Maximum, {}, f"largest{place}", names)]


# Whole maps


def adaptive(place: Place) -> list[Part]:
    """``AdaptiveAvgPool1d``, ``AdaptiveMaxPool2d`` …: of whole maps."""
    if getattr(place.module, "return_indices", False):
        place.refuse("return_indices", "return_indices")
    sizes = place.get("output_size")
    if set(sizes if isinstance(sizes, tuple | list) else [sizes]) != {1}:
        place.refuse("output_size", "adaptive")
    which = "Max" if "Max" in place.kind else "Average"
    kind = layer(f"Global{which}Pooling", place.rank)
    return [Part(kind, {"keepdims": True, **FIRST})]
