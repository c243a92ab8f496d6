"""Convolutions of PyTorch's as layers of Keras': kernels turned, padding and strides apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import layers
from ..geometry import Axis, convolution_axis, transposed_axis
from ..i18n import Term
from ..layers.common import Array
from .torch_frames import FIRST, cropping, ends, keras_same, padding, strided
from .torch_modules import Part, Place

Axes = list[Axis]
Notes = tuple[Term, ...]


def convolution(place: Place) -> list[Part]:
    """``Conv1d`` and ``Conv2d``.

    Padding that Keras' ``"same"`` is not stands before; strides that Keras does not take beside a
    dilation stand behind.
    """
    axes = _axes(place)
    padded = any(map(any, ends(axes)))
    same = padded and keras_same(axes)
    apart = _dilated_strides(axes)
    own = [replace(axis, stride=1) for axis in axes] if apart else axes
    arguments = {
        **_windows(own),
        "filters": place.get("out_channels"),
        "padding": "same" if same else "valid",
        "groups": place.get("groups"),
    }
    notes = (place.note("strides_apart"),) if apart else ()
    return [
        *([padding(ends(axes))] if padded and not same else []),
        _layer(place, "", arguments, _turned(place), notes),
        *(strided(axes) if apart else []),
    ]


def _axes(place: Place) -> Axes:
    """The directions, of unknown sizes, with what stands before and after them."""
    if place.get("padding_mode") != "zeros":
        place.refuse("padding_mode", "padding_mode")
    names = ("kernel_size", "stride", "dilation")
    windows = zip(*(place.along(name, place.rank) for name in names), strict=True)
    if isinstance(place.get("padding"), str):
        way = place.get("padding")
        return [convolution_axis(None, k, stride, rate, way) for k, stride, rate in windows]
    pads = place.along("padding", place.rank)
    return [
        Axis(None, kernel, stride, rate, before=pad, after=pad)
        for (kernel, stride, rate), pad in zip(windows, pads, strict=True)
    ]


def _dilated_strides(axes: Axes) -> bool:
    """Whether there are strides and a dilation, which Keras refuses together."""
    return max(a.stride for a in axes) > 1 < max(a.dilation for a in axes)


def _windows(axes: Axes) -> dict[str, Any]:
    return {
        "kernel_size": tuple(axis.kernel for axis in axes),
        "strides": tuple(axis.stride for axis in axes),
        "dilation_rate": tuple(axis.dilation for axis in axes),
        **FIRST,
    }


def _turned(place: Place) -> Array:
    """(out, in, …) as (…, in, out); of a transposed layer (in, out, …) as (…, out, in)."""
    weight = place.array("weight")
    return weight.transpose(*range(2, weight.ndim), 1, 0)


def _layer(
    place: Place, ending: str, arguments: dict[str, Any], kernel: Array, notes: Notes
) -> Part:
    bias = place.arrays("bias")
    kind = getattr(layers, f"Conv{place.rank}D{ending}")
    return Part(
        kind,
        {**arguments, "use_bias": bool(bias)},
        weights=[kernel, *bias],
        built_for=(None, place.get("in_channels"), *[None] * place.rank),
        notes=notes,
    )


# Transposed


def transposed(place: Place) -> list[Part]:
    """``ConvTranspose1d`` and ``ConvTranspose2d``.

    Crops that Keras has not stand behind; with groups, or strides beside a dilation, the kernel is
    one with zeros.
    """
    axes, kernel, notes = _stamps(place)
    arguments = {**_windows(axes), "filters": place.get("out_channels")}
    extra = place.along("output_padding", place.rank)
    crops = [
        (before, after - more) for (before, after), more in zip(ends(axes), extra, strict=True)
    ]
    told = _keras_crops(axes, crops)
    if told is not None:
        return [_layer(place, "Transpose", arguments | told, kernel, notes)]
    # Where PyTorch goes on behind the last stamp, there is room under stamps of zeros.
    more = [(0, max(-after, 0)) for _, after in crops]
    left = [
        (before, after + _grown(axis, added))
        for axis, (before, after), (_, added) in zip(axes, crops, more, strict=True)
    ]
    arguments |= {"padding": "valid", "output_padding": (0,) * place.rank}
    return [
        *([padding(more)] if any(map(any, more)) else []),
        _layer(place, "Transpose", arguments, kernel, notes),
        *cropping(left),
    ]


def _stamps(place: Place) -> tuple[Axes, Array, Notes]:
    """The directions and the kernel, with zeros for what Keras has not."""
    axes, kernel, notes = _axes(place), _turned(place), []
    if place.get("groups") > 1:
        kernel = _block_diagonal(kernel, place.get("groups"))
        notes.append(place.note("block_diagonal", groups=place.get("groups")))
    if _dilated_strides(axes):
        kernel = _with_holes(kernel, axes)
        axes = [replace(axis, kernel=axis.effective_kernel, dilation=1) for axis in axes]
        notes.append(place.note("kernel_with_holes"))
    return axes, kernel, tuple(notes)


def _keras_crops(axes: Axes, crops: Sequence[tuple[int, int]]) -> dict[str, Any] | None:
    """The arguments with which Keras crops as told, if there are any."""
    for way in ("valid", "same"):
        if all(_crops(axis, way, None) == crop for axis, crop in zip(axes, crops, strict=True)):
            return {"padding": way}
        extra = [
            next((more for more in range(axis.stride) if _crops(axis, way, more) == crop), None)
            for axis, crop in zip(axes, crops, strict=True)
        ]
        if None not in extra:
            return {"padding": way, "output_padding": tuple(extra)}
    return None


def _crops(axis: Axis, way: str, extra: int | None) -> tuple[int, int]:
    keras = transposed_axis(None, axis.kernel, axis.stride, axis.dilation, way, extra)
    return keras.crop_before, keras.crop_after


def _grown(axis: Axis, added: int) -> int:
    """By how much the full result grows with so many inputs more."""
    sizes = [
        transposed_axis(size, axis.kernel, axis.stride, axis.dilation, "valid", 0).output_size or 0
        for size in (1, 1 + added)
    ]
    return sizes[1] - sizes[0]


def _block_diagonal(kernel: Array, groups: int) -> Array:
    """(…, filters of a group, channels) as (…, filters, channels), 0 between different groups."""
    *taps, filters, channels = kernel.shape
    blocks = np.zeros((*taps, groups, filters, groups, channels // groups), kernel.dtype)
    parts = kernel.reshape(*taps, filters, groups, channels // groups)
    for group in range(groups):
        blocks[..., group, :, group, :] = parts[..., group, :]
    return blocks.reshape(*taps, -1, channels)


def _with_holes(kernel: Array, axes: Axes) -> Array:
    """The taps where a dilation puts them, 0 between."""
    wide = [axis.effective_kernel for axis in axes]
    spread = np.zeros((*wide, *kernel.shape[-2:]), kernel.dtype)
    spread[tuple(slice(None, None, axis.dilation) for axis in axes)] = kernel
    return spread
