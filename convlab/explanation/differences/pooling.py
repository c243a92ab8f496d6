"""Pooling: padding that never counts, and means of whole maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ...companions import (
    AveragePooling1D,
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from ...geometry import Axis
from .comparing import compare
from .ordering import Shape, by_direction, channels_order
from .padding import End, cases, ends_of, fitting, symmetric, unlike
from .records import Comparison, Difference, Example, Twin
from .writing import call, frame, one, passed, unless


@compare.register(MaxPooling1D)
@compare.register(MaxPooling2D)
@compare.register(AveragePooling1D)
@compare.register(AveragePooling2D)
def _(layer: Any, shape: Shape) -> Comparison:
    ends = ends_of(layer.axes(shape), layer.padding)
    mean = isinstance(layer, AveragePooling1D | AveragePooling2D)
    usual = _pool(layer, mean, **unless(0, padding=one([end.both for end in ends])))
    items = by_direction(ends, partial(_padded, mean=mean))
    whole = Twin((usual,), (passed(layer.data_format),))
    known = all(end.known for end in ends)
    order = channels_order(shape, layer.data_format)
    return Comparison(whole if known else None, _twin(layer, mean, ends), (*items, *order))


def _pool(layer: Any, mean: bool, **options: object) -> str:
    size = one(layer.pool_size)
    name = f"{'Avg' if mean else 'Max'}Pool{layer.rank}d"
    return call(name, size, **unless(size, stride=one(layer.strides)), **options)


def _twin(layer: Any, mean: bool, ends: Sequence[End]) -> Twin | None:
    line = passed(layer.data_format)
    if all(end.known for end in ends) and (padding := symmetric(ends)) is not None:
        uncounted = {"count_include_pad": False} if mean and padding else {}
        return Twin((_pool(layer, mean, **unless(0, padding=padding), **uncounted),), (line,))
    if all(map(_rounds_up, ends)):
        return Twin((_pool(layer, mean, ceil_mode=True),), (line,))
    if not all(end.known for end in ends):
        return None
    pads = frame([end.pads for end in ends])
    if not mean:
        outside = f"nn.ConstantPad{layer.rank}d({pads}, -torch.inf)"
        return Twin((outside, _pool(layer, mean)), (line,))
    modules = (call(f"ZeroPad{layer.rank}d", pads), _pool(layer, mean))
    return Twin(modules, (line, f"y = y / {_of_ones(line)}"))


def _of_ones(line: str) -> str:
    return line.removeprefix("y = ").replace("(x", "(torch.ones_like(x)", 1)


def _rounds_up(end: End) -> bool:
    """Whether ``ceil_mode`` does it: all padding is after, and less than a step."""
    if not end.known:
        return end.axis.kernel == 2
    return end.pads[0] == 0 and (end.pads[1] == 0 or end.axis.stride > 1)


def _padded(end: End, mean: bool) -> Iterator[Difference]:
    if end.padding == "valid" or (end.known and end.axis.kernel == 1):
        return
    if not end.known:
        about = "pool_ceil" if _rounds_up(end) else "pool_unknown"
        yield Difference(about, "values", {"cases": cases(end)})
    elif not (end.alike or (not mean and _covers_alike(end))):
        item = unlike("pool", end)
        yield replace(item, example=_pooled(end.short, mean))
    else:
        yield from [fitting("pool", end)] if end.both else []
        counted = {"both": end.both}
        if mean and end.both:
            yield Difference("pad_counted", "values", counted, _pooled(end.short, mean))


def _pooled(end: End, mean: bool) -> Example:
    """The row 1, 2, 3 …, pooled; PyTorch's mean counts the padding's zeros by default."""
    row = tuple(range(1, (end.axis.size or 0) + 1))
    keras, torch = _windows(end.axis), _windows(end.usual)
    if not mean:
        return Example("largest", row, tuple(map(max, keras)), tuple(map(max, torch)))
    shares = tuple(sum(window) / len(window) for window in keras)
    return Example("mean", row, shares, tuple(sum(each) / end.axis.kernel for each in torch))


def _windows(axis: Axis) -> list[list[int]]:
    """Of the row 1, 2, 3 …, what each window reads."""
    return [_window(axis, output) for output in range(axis.output_size or 0)]


def _window(axis: Axis, output: int) -> list[int]:
    return [place + 1 for place in axis.sources(output) if place is not None]


def _covers_alike(end: End) -> bool:
    """Whether windows that begin earlier read the same all the same: in a short row they may."""
    if end.axis.size is None or end.longer:
        return False
    outputs = range(end.axis.output_size or 0)
    return all(_window(end.axis, each) == _window(end.usual, each) for each in outputs)


@compare.register(GlobalMaxPooling1D)
@compare.register(GlobalMaxPooling2D)
@compare.register(GlobalAveragePooling1D)
@compare.register(GlobalAveragePooling2D)
def _(layer: Any, shape: Shape) -> Comparison:
    name = "Avg" if isinstance(layer, GlobalAveragePooling1D | GlobalAveragePooling2D) else "Max"
    module = call(f"Adaptive{name}Pool{layer.rank}d", 1)
    order = channels_order(shape, layer.data_format)
    if layer.keepdims:
        twin = Twin((module,), (passed(layer.data_format),))
        return Comparison(twin, twin, tuple(order))
    line = passed(layer.data_format).removesuffix(".movedim(1, -1)")
    ones = (1,) * layer.rank
    numbers = {"keras": layer.compute_output_shape(shape), "ones": ones}
    item = Difference("keepdims", "values", numbers)
    flat = Twin((module, call("Flatten")), (line,))
    return Comparison(Twin((module,), (line,)), flat, (item, *order))
