"""Transposed convolutions: Keras crops by its own rule, PyTorch by padding and output_padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...arguments import AXIS_NAMES
from ...geometry import Stage, TransposedAxis, transposed_axis
from ...layers import Conv1DTranspose, Conv2DTranspose
from .activating import activation
from .comparing import compare
from .ordering import (
    Shape,
    Turned,
    bias_start,
    bias_weight,
    by_direction,
    channels_order,
    convolved,
)
from .records import Comparison, Difference, Example, Twin
from .writing import call, frame, one, passed, unless

_ROW = 3
"""So many inputs show a shift."""


@dataclass(frozen=True)
class Crop:
    """One direction: what Keras crops off the full result, and PyTorch's arguments for it.

    PyTorch crops ``padding`` off the start and ``padding - output_padding`` off the end. ``added``
    is Keras' ``output_padding``.
    """

    name: str
    axis: TransposedAxis
    padding: str
    added: int | None

    @property
    def ends(self) -> tuple[int, int]:
        return self.axis.crop_before, self.axis.crop_after

    @property
    def exact(self) -> tuple[int, int, int]:
        """PyTorch's padding and output_padding with Keras' numbers, and what to cut off the end."""
        before, after = self.ends
        return before, max(before - after, 0), max(after - before, 0)

    @property
    def usual(self) -> tuple[int, int]:
        """The padding and output_padding that one writes: under "same", those of Keras' size."""
        if self.padding == "valid":
            return 0, self.added or 0
        if self.added is not None:
            return self.axis.effective_kernel // 2, self.added
        total = sum(self.ends)
        padding = max(-(-total // 2), 0)
        return padding, padding + padding - total

    @property
    def possible(self) -> bool:
        """Whether PyTorch takes the usual arguments."""
        return self.usual[1] < max(self.axis.stride, self.axis.dilation)

    @property
    def alike(self) -> bool:
        """Whether the usual arguments crop as Keras does."""
        padding, extra = self.usual
        return (padding, padding - extra) == self.ends

    @property
    def usual_axis(self) -> TransposedAxis:
        """The direction as the usual arguments make it."""
        padding, extra = self.usual
        size = self.axis.full_size
        outputs = None if size is None else max(size - padding - padding + extra, 0)
        forward = replace(self.axis.forward, size=outputs, before=padding, after=padding - extra)
        return TransposedAxis(forward)


@compare.register(Conv1DTranspose)
@compare.register(Conv2DTranspose)
def _(layer: Any, shape: Shape) -> Comparison:
    geometry = layer.geometry(shape)
    stage = geometry.stages[0]
    crops, kernel = _crops(layer, stage), convolved("kernel", stage.kernel_shape)
    empty = 0 in geometry.output_shape[1:]
    items = (
        *([Difference("empty", "values")] if empty else by_direction(crops, _cropped)),
        *channels_order(geometry.input_shape, layer.data_format),
        kernel.difference,
        kernel.start(layer.kernel_initializer),
        *bias_start(layer, kernel),
    )
    possible = not empty and all(crop.possible for crop in crops)
    usual = _twin(layer, stage, kernel, [(*crop.usual, 0) for crop in crops]) if possible else None
    twin = None if empty else _twin(layer, stage, kernel, [crop.exact for crop in crops])
    dim = -1 if layer.data_format == "channels_first" else 1
    return activation(layer.activation, dim).behind(Comparison(usual, twin, items))


def _crops(layer: Any, stage: Stage) -> tuple[Crop, ...]:
    added = layer.output_padding or (None,) * layer.rank
    directions = zip(AXIS_NAMES[layer.rank], stage.axes, added, strict=True)
    return tuple(Crop(name, axis, layer.padding, extra) for name, axis, extra in directions)  # type: ignore[arg-type]


def _twin(layer: Any, stage: Stage, kernel: Turned, crops: Sequence[tuple[int, int, int]]) -> Twin:
    padding, extra, cut = (one(numbers) for numbers in zip(*crops, strict=True))
    size, stride, dilation = (
        one(numbers)
        for numbers in zip(*((a.kernel, a.stride, a.dilation) for a in stage.axes), strict=True)
    )
    options = {
        **unless(1, stride=stride),
        **unless(0, padding=padding, output_padding=extra),
        **unless(True, bias=bool(layer.use_bias)),
        **unless(1, dilation=dilation),
    }
    name = f"ConvTranspose{layer.rank}d"
    modules = [call(name, stage.channels, stage.filters, size, **options)]
    if cut:
        ends = frame([(0, -each) for _, _, each in crops])
        modules.append(call(f"ZeroPad{layer.rank}d", ends))
    weights = (kernel.weight(0), *bias_weight(layer, 0))
    return Twin(tuple(modules), (passed(layer.data_format),), weights)


def _cropped(crop: Crop) -> Iterator[Difference]:
    before, after = crop.ends
    padding, extra = crop.usual
    numbers = {"before": before, "after": after, "padding": padding, "extra": extra}
    if crop.padding == "valid":
        yield from [] if crop.alike else [Difference("valid_longer", "values", {"added": -after})]
    elif not crop.possible:
        yield Difference("no_crop", "values", numbers)
    elif crop.alike:
        yield Difference("crop_fits", "call", numbers)
    else:
        shift = {"usual_after": padding - extra, "shift": padding - before}
        yield Difference("crop_shifted", "values", numbers | shift, _stamped(crop))


def _stamped(crop: Crop) -> Example:
    """A short row through a kernel of ones."""
    axis = crop.axis
    window = axis.kernel, axis.stride, axis.dilation
    short = replace(crop, axis=transposed_axis(_ROW, *window, crop.padding, crop.added))
    row = tuple(range(1, _ROW + 1))
    return Example("ones", row, _sums(short.axis, row), _sums(short.usual_axis, row))


def _sums(axis: TransposedAxis, row: Sequence[float]) -> tuple[float, ...]:
    outputs = map(axis.sources, range(axis.output_size or 0))
    return tuple(
        sum(row[position] for position in taps if position is not None) for taps in outputs
    )
