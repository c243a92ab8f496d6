"""Layers that move numbers: frames, finer grids, rows of all numbers."""

from __future__ import annotations

from typing import Any

from ...arguments import product_of
from ...companions import (
    Cropping1D,
    Cropping2D,
    Flatten,
    Permute,
    Reshape,
    UpSampling1D,
    UpSampling2D,
    ZeroPadding1D,
    ZeroPadding2D,
)
from .comparing import compare
from .ordering import Shape, channels_order
from .records import Comparison, Difference, Twin
from .writing import call, frame, one, passed


@compare.register(ZeroPadding1D)
@compare.register(ZeroPadding2D)
def _(layer: Any, shape: Shape) -> Comparison:
    ends = _pairs(layer.padding)
    line, name = (passed(layer.data_format),), f"ZeroPad{layer.rank}d"
    order = channels_order(shape, layer.data_format)
    listed = tuple(number for pair in ends for number in pair)
    twin = Twin((call(name, frame(ends)),), line)
    if listed == frame(ends):
        return Comparison(twin, twin, tuple(order))
    item = Difference("frame_order", "values", {"keras": tuple(ends), "torch": frame(ends)})
    return Comparison(Twin((call(name, listed),), line), twin, (item, *order))


@compare.register(Cropping1D)
@compare.register(Cropping2D)
def _(layer: Any, shape: Shape) -> Comparison:
    cut = [(-before, -after) for before, after in _pairs(layer.cropping)]
    twin = Twin((call(f"ZeroPad{layer.rank}d", frame(cut)),), (passed(layer.data_format),))
    item = Difference("no_cropping", "call", {"torch": frame(cut)})
    return Comparison(twin, twin, (item, *channels_order(shape, layer.data_format)))


def _pairs(ends: Any) -> list[tuple[int, int]]:
    """Both ends of each direction, also where there is only one."""
    return [tuple(ends)] if isinstance(ends[0], int) else [tuple(pair) for pair in ends]


@compare.register(UpSampling1D)
@compare.register(UpSampling2D)
def _(layer: Any, shape: Shape) -> Comparison:
    size = layer.size if isinstance(layer.size, int) else one(layer.size)
    mode = {} if layer.interpolation == "nearest" else {"mode": layer.interpolation}
    twin = Twin((call("Upsample", scale_factor=size, **mode),), (passed(layer.data_format),))
    smooth = [Difference("half_pixels", "call")] if mode else []
    return Comparison(twin, twin, (*smooth, *channels_order(shape, layer.data_format)))


@compare.register(Permute)
def _(layer: Permute, shape: Shape) -> Comparison:
    axes = (0, *layer.dims)
    twin = Twin(lines=(f"y = x.permute{axes}",))
    item = Difference("permute_batch", "call", {"keras": layer.dims, "torch": axes})
    return Comparison(twin, twin, (item,))


@compare.register(Flatten)
def _(layer: Flatten, shape: Shape) -> Comparison:
    if len(shape) == 1:
        twin = Twin(lines=("y = x[:, None]",))
        return Comparison(twin, twin)
    first = layer.data_format == "channels_first" and len(shape) > 2
    line = "y = layer(x.movedim(1, -1))" if first else "y = layer(x)"
    twin = Twin((call("Flatten"),), (line,))
    if len(shape) == 2 or not _reorders(layer, shape):
        return Comparison(twin, twin)
    items = (_order(layer, shape),)
    if not first:
        return Comparison(twin, twin, items)
    item = Difference("flatten_first", "values")
    return Comparison(Twin((call("Flatten"),)), twin, (item, *items))


def _reorders(layer: Flatten, shape: Shape) -> bool:
    """Whether there are several channels at several places."""
    place = 1 if layer.data_format == "channels_first" else len(shape) - 1
    others = product_of(shape[1:place] + shape[place + 1 :])
    return 1 not in (shape[place], others)


def _order(layer: Flatten, shape: Shape) -> Difference:
    if None in shape[1:]:
        return Difference("flatten_unknown", "order")
    return Difference("flatten_order", "order", {"rows": rows_turned(layer, shape)})


def rows_turned(layer: Flatten, shape: Shape) -> str:
    """What gives the rows of a Dense kernel behind it the order in which PyTorch flattens maps.

    >>> rows_turned(Flatten(), (None, 7, 5, 64))
    'kernel.reshape(7, 5, 64, -1).transpose(2, 0, 1, 3).reshape(2240, -1)'
    """
    sizes = shape[1:] if layer.data_format == "channels_last" else (*shape[2:], shape[1])
    count = layer.compute_output_shape(shape)[1]
    last = len(sizes) - 1
    turn = (last, *range(last), last + 1)
    listed = ", ".join(map(str, sizes))
    return f"kernel.reshape({listed}, -1).transpose{turn}.reshape({count}, -1)"


@compare.register(Reshape)
def _(layer: Reshape, shape: Shape) -> Comparison:
    sizes = ", ".join(map(str, layer.target_shape))
    twin = Twin(lines=(f"y = x.reshape(len(x), {sizes})",))
    items = (
        [Difference("reshape_order", "order")]
        if max(len(shape) - 1, len(layer.target_shape)) > 1
        else []
    )
    return Comparison(twin, twin, (Difference("no_reshape", "call"), *items))
