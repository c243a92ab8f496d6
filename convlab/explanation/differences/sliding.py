"""Convolutions that read windows: dense, grouped, depthwise, separable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...geometry import Stage
from ...layers import (
    Conv1D,
    Conv2D,
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from .activating import activation
from .comparing import compare
from .ordering import (
    Shape,
    Turned,
    bias_start,
    bias_weight,
    channels_order,
    convolved,
    depthwise,
)
from .padding import End, causal_padding, ends_of, same_padding, symmetric
from .records import Comparison, Difference, Twin
from .writing import call, frame, one, passed, unless


@compare.register(Conv1D)
@compare.register(Conv2D)
def _(layer: Any, shape: Shape) -> Comparison:
    stage = layer.geometry(shape).stages[0]
    return _comparison(layer, shape, [(stage, convolved("kernel", stage.kernel_shape))])


@compare.register(DepthwiseConv1D)
@compare.register(DepthwiseConv2D)
def _(layer: Any, shape: Shape) -> Comparison:
    stage = layer.geometry(shape).stages[0]
    found = _comparison(layer, shape, [(stage, depthwise("kernel", stage.kernel_shape))])
    numbers = {"channels": stage.channels, "filters": stage.filters}
    numbers["multiplier"] = layer.depth_multiplier
    return replace(found, items=(*found.items, Difference("depthwise", "call", numbers)))


@compare.register(SeparableConv1D)
@compare.register(SeparableConv2D)
def _(layer: Any, shape: Shape) -> Comparison:
    first, second = layer.geometry(shape).stages
    stages = [
        (first, depthwise("depthwise_kernel", first.kernel_shape)),
        (second, convolved("pointwise_kernel", second.kernel_shape)),
    ]
    found = _comparison(layer, shape, stages)
    two = Difference("separable", "call", {"channels": first.channels})
    return replace(found, items=(*found.items, two))


def _comparison(layer: Any, shape: Shape, stages: Sequence[tuple[Stage, Turned]]) -> Comparison:
    ends = ends_of(stages[0][0].axes, layer.padding)  # type: ignore[arg-type]
    known = all(end.known for end in ends)
    twin = _twin(layer, stages, *_exact(layer, ends)) if known else None
    usual = _twin(layer, stages, _usual(layer, ends)) if known else None
    about = {"same": same_padding, "causal": causal_padding}.get(layer.padding)
    kernels = [kernel for _, kernel in stages]
    prefixes = [prefix for _, prefix in layer.kernels]
    items = [
        *(about(ends) if about else []),
        *channels_order(layer.geometry(shape).input_shape, layer.data_format),
        *(kernel.difference for kernel in kernels),
        *(
            kernel.start(getattr(layer, f"{prefix}_initializer"))
            for kernel, prefix in zip(kernels, prefixes, strict=True)
        ),
        *bias_start(layer, kernels[-1]),
    ]
    dim = -1 if layer.data_format == "channels_first" else 1
    return activation(layer.activation, dim).behind(Comparison(usual, twin, tuple(items)))


def _exact(layer: Any, ends: Sequence[End]) -> tuple[Any, tuple[str, ...]]:
    """The argument ``padding`` with Keras' numbers, and the module that must pad before it."""
    padding = "same" if _takes_same(layer) else symmetric(ends)
    if padding is not None:
        return padding, ()
    return 0, (call(f"ZeroPad{layer.rank}d", frame([end.pads for end in ends])),)


def _usual(layer: Any, ends: Sequence[End]) -> Any:
    """The argument that one writes."""
    return "same" if _takes_same(layer) else one([end.both for end in ends])


def _takes_same(layer: Any) -> bool:
    """Whether PyTorch takes the word, too: it refuses it with a stride."""
    return layer.padding == "same" and set(layer.strides) == {1}


def _twin(
    layer: Any, stages: Sequence[tuple[Stage, Turned]], padding: Any, before: tuple[str, ...] = ()
) -> Twin:
    modules, weights = list(before), []
    for number, (stage, kernel) in enumerate(stages):
        last = number == len(stages) - 1
        weights.append(kernel.weight(len(modules)))
        modules.append(_convolution(stage, 0 if number else padding, last and layer.use_bias))
    weights += bias_weight(layer, len(modules) - 1)
    return Twin(tuple(modules), (passed(layer.data_format),), tuple(weights))


def _convolution(stage: Stage, padding: Any, bias: bool) -> str:
    window = [(axis.kernel, axis.stride, axis.dilation) for axis in stage.axes]
    kernel, stride, dilation = map(one, zip(*window, strict=True))
    options = {
        **unless(1, stride=stride),
        **unless(0, padding=padding),
        **unless(1, dilation=dilation, groups=stage.groups),
        **unless(True, bias=bool(bias)),
    }
    return call(f"Conv{len(stage.axes)}d", stage.channels, stage.filters, kernel, **options)
