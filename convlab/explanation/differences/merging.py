"""Layers of several inputs, and those that do next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from ...companions import Add, Concatenate, Dense, Dropout, InputLayer, Maximum, Multiply
from .activating import activation
from .comparing import compare
from .ordering import Shape, Turned, bias_start, bias_weight, last_axis
from .records import Comparison, Difference, Twin
from .writing import call, unless


@compare.register(Add)
@compare.register(Multiply)
@compare.register(Maximum)
def _(layer: Any, shapes: Sequence[Shape]) -> Comparison:
    """Keras puts missing axes behind the batch, PyTorch before it."""
    most = max(map(len, shapes))
    missing = [most - len(shape) for shape in shapes]
    usual = Twin(lines=(f"y = {_merged(layer, [f'x[{at}]' for at in range(len(shapes))])}",))
    raised = [f"x[{at}]{_raised(count)}" for at, count in enumerate(missing)]
    twin = Twin(lines=(f"y = {_merged(layer, raised)}",))
    item = Difference("missing_axes", "values", {"shapes": ", ".join(map(str, shapes))})
    return Comparison(usual, twin, (item,) if any(missing) else ())


def _merged(layer: Any, inputs: Sequence[str]) -> str:
    if isinstance(layer, Maximum):
        return reduce("torch.maximum({}, {})".format, inputs)
    return (" + " if isinstance(layer, Add) else " * ").join(inputs)


def _raised(count: int) -> str:
    return f"[:{', None' * count}]" if count else ""


@compare.register(Concatenate)
def _(layer: Concatenate, shapes: Sequence[Shape]) -> Comparison:
    usual, twin = (
        Twin(lines=("y = torch.cat(x)",)),
        Twin(lines=(f"y = torch.cat(x, dim={layer.axis})",)),
    )
    several = len(shapes) > 1
    items = [Difference("cat_axis", "values", {"axis": layer.axis})] if several else []
    if layer.axis % len(shapes[0]) == len(shapes[0]) - 1:
        items += last_axis(shapes[0])
    return Comparison(usual, twin, tuple(items))


@compare.register(Dense)
def _(layer: Any, shape: Shape) -> Comparison:
    channels, units = layer.weight_shapes(shape)["kernel"]
    kernel = Turned("kernel", (channels, units), "kernel.T", (units, channels))
    module = call("Linear", channels, units, **unless(True, bias=bool(layer.use_bias)))
    twin = Twin((module,), weights=(kernel.weight(0), *bias_weight(layer, 0)))
    items = (
        *last_axis(shape, "dense_axis"),
        kernel.difference,
        kernel.start(layer.kernel_initializer),
        *bias_start(layer, kernel),
    )
    return activation(layer.activation, -1).behind(Comparison(twin, twin, items))


@compare.register(Dropout)
def _(layer: Dropout, shape: Shape) -> Comparison:
    module, items = call("Dropout", layer.rate), []
    if layer.rate:
        items.append(Difference("training_mode", "values"))
    if layer.noise_shape is not None:
        items.append(Difference("noise_shape", "training", {"shape": layer.noise_shape}))
    return Comparison(Twin((module,)), Twin((module,), quiet=True), tuple(items))


@compare.register(InputLayer)
def _(layer: InputLayer, shape: Shape) -> Comparison:
    twin = Twin(lines=("y = x",))
    return Comparison(twin, twin, (Difference("no_input_layer", "call"),))
