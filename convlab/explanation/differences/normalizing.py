"""Normalization: another epsilon, a momentum of another meaning, modules that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Any

from ...arguments import product_of
from ...companions import (
    BatchNormalization,
    LayerNormalization,
    LayerScale,
    Normalization,
    Rescaling,
)
from .comparing import compare
from .ordering import Shape, last_axis
from .records import Comparison, Difference, Example, Twin, from_numpy
from .writing import call, moved, unless

_EPSILON = 1e-5
"""PyTorch's."""

_BATCH = 32
"""A batch, to show what depends on its size."""

_NAMES = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


@compare.register(BatchNormalization)
def _(layer: Any, shape: Shape) -> Comparison:
    axis, directions = layer.axis % len(shape), max(len(shape) - 2, 1)
    if len(shape) < 2 or directions > 3 or axis == 0:
        return Comparison(None, None, (Difference("no_batch_module", "call", {"shape": shape}),))
    name, weights = f"BatchNorm{directions}d", _learned(layer, shape[axis : axis + 1], _NAMES)
    options = unless(_EPSILON, eps=layer.epsilon) | unless(0.1, momentum=_share(layer))
    lines = (moved(axis, 1),)
    usual = Twin((call(name, shape[axis]),), lines, weights)
    twin = Twin((call(name, shape[axis], **options),), lines, weights, quiet=True)
    return Comparison(usual, twin, tuple(_statistics(layer, shape, axis)))


def _share(layer: Any) -> float:
    """Of a new batch; PyTorch's momentum. Keras' is what is kept."""
    return round(1 - float(layer.momentum), 12)


def _statistics(layer: Any, shape: Shape, axis: int) -> Iterator[Difference]:
    yield from _epsilon(layer.epsilon)
    yield Difference("training_mode", "values")
    if axis == len(shape) - 1:
        yield from last_axis(shape, "batch_axis")
    yield Difference("statistics_names", "order")
    momentum = {"keras": layer.momentum, "torch": _share(layer)}
    yield Difference("momentum", "training", momentum)
    yield _running_variance(product_of(tuple(shape[1:axis] + shape[axis + 1 :])))
    yield from _affine(layer)


def _running_variance(places: int | None) -> Difference:
    if not places:
        return Difference("running_variance", "training")
    numbers = {"batch": _BATCH, "count": f"{_BATCH * places:,}"}
    return Difference("running_variance_counted", "training", numbers)


def _epsilon(epsilon: float) -> Iterator[Difference]:
    """It counts where a variance is small."""
    if epsilon != _EPSILON:
        row = (-0.1, 0.1)
        keras, torch = (
            tuple(each / sqrt(0.01 + added) for each in row) for added in (epsilon, _EPSILON)
        )
        example = Example("small_variance", row, keras, torch)
        yield Difference("epsilon", "values", {"epsilon": epsilon}, example)


def _affine(layer: Any) -> Iterator[Difference]:
    """PyTorch's batch normalization learns both, or none."""
    names = [name for name, there in (("gamma", layer.scale), ("beta", layer.center)) if not there]
    if names:
        yield Difference("affine", "training", {"names": ", ".join(names)})


def _learned(
    layer: Any, sizes: Sequence[Any], names: Sequence[str] | dict[str, str]
) -> tuple[tuple[int, str, str], ...]:
    """Keras' weights under PyTorch's names; what Keras leaves out is 1, or 0."""
    shape = ", ".join(map(str, sizes))
    absent = {} if layer.scale else {"gamma": f"torch.ones({shape})"}
    absent |= {} if layer.center else {"beta": f"torch.zeros({shape})"}
    return tuple((0, _NAMES[name], absent.get(name) or from_numpy(name)) for name in names)


@compare.register(LayerNormalization)
def _(layer: LayerNormalization, shape: Shape) -> Comparison:
    given = (layer.axis,) if isinstance(layer.axis, int) else layer.axis
    axes = sorted(axis % len(shape) for axis in given)
    ends = list(range(len(shape) - len(axes), len(shape)))
    sizes = tuple(shape[axis] for axis in axes)
    options = {} if layer.scale or layer.center else {"elementwise_affine": False}
    options |= {"bias": False} if layer.scale and not layer.center else {}
    names = ["gamma"] * (layer.scale or layer.center) + ["beta"] * bool(layer.center)
    weights = _learned(layer, sizes, names)
    usual = Twin((call("LayerNorm", sizes, **options),), ("y = layer(x)",), weights)
    eps = unless(_EPSILON, eps=layer.epsilon)
    lines = (moved(axes, ends),)
    twin = Twin((call("LayerNorm", sizes, **eps, **options),), lines, weights)
    items = [*_epsilon(layer.epsilon)]
    if axes != ends:
        items.insert(
            0, Difference("layer_axes", "values", {"axes": tuple(axes), "ends": len(axes)})
        )
    elif axes == [len(shape) - 1]:
        items += last_axis(shape, "layer_axis")
    items += _affine(layer) if layer.center and not layer.scale else []
    return Comparison(usual, twin, tuple(items))


@compare.register(Normalization)
def _(layer: Normalization, shape: Shape) -> Comparison:
    kept = sorted(axis % len(shape) for axis in layer.axis)
    mean, variance = (_spread(layer, name, shape, kept) for name in ("mean", "variance"))
    spread = f"{variance}.sqrt().clamp(min=1e-07)"
    line = f"{mean} + x * {spread}" if layer.invert else f"(x - {mean}) / {spread}"
    twin = Twin(lines=(f"y = {line}",))
    return Comparison(twin, twin, (Difference("no_normalization", "call"),))


def _spread(layer: Normalization, name: str, shape: Shape, kept: list[int]) -> str:
    """A statistic as a tensor that spreads over x."""
    given = getattr(layer, name)
    tensor = from_numpy(name) if given is None else f"x.new_tensor({given})"
    if kept in ([], [len(shape) - 1]):
        return tensor
    sizes = tuple(shape[axis] for axis in kept)
    places = tuple(size if at in kept else 1 for at, size in enumerate(shape))
    return f"{tensor}.expand{sizes}.reshape{places}"


@compare.register(Rescaling)
def _(layer: Rescaling, shape: Shape) -> Comparison:
    scale, offset = (
        f"x.new_tensor({each})" if isinstance(each, list) else repr(each)
        for each in (layer.scale, layer.offset)
    )
    added = f" + {offset}" if layer.offset else ""
    return _formula(f"x * {scale}{added}", "no_rescaling")


@compare.register(LayerScale)
def _(layer: LayerScale, shape: Shape) -> Comparison:
    return _formula(f"x * {from_numpy('gamma')}", "no_layer_scale")


def _formula(formula: str, about: str) -> Comparison:
    """A layer that PyTorch has no module for."""
    twin = Twin(lines=(f"y = {formula}",))
    return Comparison(twin, twin, (Difference(about, "call"),))
