"""How each layer of a network is computed in the browser: a few kinds for all of them.

Sizes are fixed, so every index is told: which inputs meet in an output, direction by direction or
number by number. What a layer weighs with is told apart: ``shown_weights``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..companions import (
    ELU,
    Activation,
    AveragePooling1D,
    AveragePooling2D,
    BatchNormalization,
    Companion,
    Dense,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    LayerNormalization,
    LayerScale,
    LeakyReLU,
    MaxPooling1D,
    MaxPooling2D,
    Normalization,
    PReLU,
    ReLU,
    Rescaling,
    Softmax,
)
from ..companions.reshaping import shares_along
from ..explanation import LayerExplanation
from ..geometry import AnyAxis, Stage
from ..layers import Layer

Array = NDArray[np.float32]
Shape = tuple[int, ...]
Record: TypeAlias = dict[str, Any]

_NONE = -1
"""Stands for no input."""

_LARGEST = (MaxPooling1D, MaxPooling2D)
_LARGEST_OF_ALL = (GlobalMaxPooling1D, GlobalMaxPooling2D)
_MEAN = (AveragePooling1D, AveragePooling2D, GlobalAveragePooling1D, GlobalAveragePooling2D)
_SCALING = (BatchNormalization, Normalization, Rescaling, LayerScale)
_BENT = (ReLU, LeakyReLU, PReLU, ELU)
ACTIVATING = (Activation, Softmax, *_BENT)
"""The layers that are nothing but an activation."""


def sizes_of(shape: Sequence[int | None]) -> Shape:
    """A batch's shape without the batch; every other size is known here.

    >>> sizes_of((None, 4, 2))
    (4, 2)
    """
    return tuple(size or 0 for size in shape[1:])


def weighs(layer: Any) -> bool:
    """Whether it has a kernel: sums of products."""
    return isinstance(layer, Layer | Dense)


def wires_of(record: LayerExplanation) -> Record:
    """How a layer is computed: its ``kind``, and the indices that this kind needs.

    >>> from convlab import MaxPooling1D, explain
    >>> wires_of(explain(MaxPooling1D(), (1, 5, 1)))
    {'kind': 'window', 'axes': [[[0]], [[0, 1], [2, 3]]], 'largest': 'first'}
    """
    layer: Any = record.made
    if isinstance(layer, Layer):
        return _sum(layer, record)
    if isinstance(layer, Dense):
        return {"kind": "dense", "activation": layer.activation.name}
    if isinstance(layer, _SCALING):
        return {"kind": "scale"}
    if isinstance(layer, LayerNormalization):
        axes = _axes(layer.axis, record.input_shape)
        return {"kind": "normal", "along": axes, "epsilon": layer.epsilon}
    if isinstance(layer, ACTIVATING):
        return _activation(layer, record.input_shape)
    if layer.rank:
        return _window(layer, record.input_shape)
    return {"kind": "move", "order": _order(layer, record.input_shape)}


# Sums


def _sum(layer: Layer, record: Any) -> Record:
    stages: tuple[Stage, ...] = record.geometry.stages
    axes = [[_told(axis.sources(at)) for at in _outputs(axis)] for axis in stages[0].axes]
    return {
        "kind": "sum",
        "axes": _two(axes),
        "stages": [{"slides": not at, "links": _links(one)} for at, one in enumerate(stages)],
        "activation": layer.activation.name,
    }


def _outputs(axis: AnyAxis) -> range:
    return range(axis.output_size or 0)


def _told(sources: Sequence[int | None]) -> list[int]:
    return [_NONE if source is None else source for source in sources]


def _two(axes: list[Any], one: Any = 0) -> list[Any]:
    """A series is a picture with one row."""
    return [[[one]], *axes] if len(axes) == 1 else axes


def _links(stage: Stage) -> list[list[int]]:
    """For each filter: its first channel, how many; their weights' first place in a tap, and step.

    >>> from convlab import Conv1D, Conv1DTranspose
    >>> _links(Conv1D(2, 3).geometry((1, 5, 4)).stages[0])
    [[0, 4, 0, 2], [0, 4, 1, 2]]
    >>> _links(Conv1DTranspose(2, 3).geometry((1, 5, 4)).stages[0])
    [[0, 4, 0, 1], [0, 4, 4, 1]]
    """
    found = []
    for filter in range(stage.filters):
        met = stage.channels_of(filter)
        place = [filter * stage.channels, 1] if stage.transposed else [filter, stage.filters]
        found.append([met.start, len(met), *place])
    return found


# Windows without a kernel


def _window(layer: Any, shape: Any) -> Record:
    """The inputs of each output along both directions, and their shares; without: all of each."""
    axes = layer.axes(shape)
    told = [[_known(axis, at) for at in _outputs(axis)] for axis in axes]
    found: Record = {"kind": "window", "axes": _two(told)}
    if isinstance(layer, _LARGEST):
        # Of several the first has the gradient, or all have their share of it.
        return {**found, "largest": "first"}
    if isinstance(layer, _LARGEST_OF_ALL):
        return {**found, "largest": "all"}
    if isinstance(layer, _MEAN):
        return {**found, "shares": _two([_equal(one) for one in told], 1)}
    if getattr(layer, "interpolation", "nearest") != "nearest":
        mixed = zip(axes, told, strict=True)
        return {**found, "shares": _two([_mixed(axis, one) for axis, one in mixed], 1)}
    return found


def _known(axis: AnyAxis, output: int) -> list[int]:
    """The inputs under a window, each once; padding does not count."""
    return list(dict.fromkeys(one for one in axis.sources(output) if one is not None))


def _equal(windows: list[list[int]]) -> list[list[float]]:
    return [[1 / len(window)] * len(window) for window in windows]


def _mixed(axis: Any, windows: list[list[int]]) -> list[list[float]]:
    matrix = shares_along(axis, "float64")
    return [matrix[at, window].tolist() for at, window in enumerate(windows)]


# What only moves numbers, and activations


def _order(layer: Companion, shape: Any) -> list[int] | None:
    """The index of the input that each output is; ``None``: the order stays."""
    sizes = sizes_of(shape)
    indices = np.arange(np.prod(sizes), dtype="float64").reshape(1, *sizes)
    config = {**layer.get_config(), "dtype": "float64"}
    moved = type(layer).from_config(config)(indices).ravel().astype(int).tolist()
    return None if moved == list(range(len(moved))) else moved


def _activation(layer: Any, shape: Any) -> Record:
    if isinstance(layer, Activation):
        return {"kind": "activation", "activation": layer.activation.name}
    if isinstance(layer, Softmax):
        axes = _axes(layer.axis, shape)
        along = {} if axes == [len(shape) - 2] else {"along": axes}
        return {"kind": "activation", "activation": "softmax", **along}
    name = _plain_name(layer)
    return {"kind": "activation", "activation": name} if name else {"kind": "bend", **_bend(layer)}


def _axes(axis: int | Sequence[int], shape: Any) -> list[int]:
    """Axes of a sample, without the batch's."""
    several = [axis] if isinstance(axis, int) else list(axis)
    return sorted(one % len(shape) - 1 for one in several)


_PLAIN: dict[str, dict[str, float | None]] = {
    "relu": {"negative_slope": 0, "threshold": 0, "max_value": None},
    "relu6": {"negative_slope": 0, "threshold": 0, "max_value": 6},
}


def _plain_name(layer: Any) -> str | None:
    """The activation that a layer with these arguments is."""
    given = {name: getattr(layer, name) for name in _PLAIN["relu"] if hasattr(layer, name)}
    return next((name for name, own in _PLAIN.items() if own == given), None)


def _bend(layer: Any) -> Record:
    """A straight line up to ``most``, and another one, or a curve, below ``threshold``.

    The slopes where both meet are measured.
    """
    threshold, most = getattr(layer, "threshold", 0), getattr(layer, "max_value", None)
    told: Record = {"threshold": threshold, "most": most, "curved": isinstance(layer, ELU)}
    if isinstance(layer, PReLU):
        return {**told, "kink": 0}
    told["kink"] = _slope(layer, threshold)
    return told if most is None else {**told, "top": _slope(layer, most)}


def _slope(layer: Any, place: float) -> float:
    fresh = type(layer).from_config({**layer.get_config(), "dtype": "float64"})
    fresh(np.array([[place]]))
    return float(fresh.backward(np.ones((1, 1)))[0, 0])


# Weights, as a layer computes with them


def shown_shapes(record: LayerExplanation) -> list[Shape]:
    """The shapes of ``shown_weights``, before the layer is built, too."""
    layer: Any = record.made
    if weighs(layer):
        count = len(getattr(layer, "kernels", ("kernel",))) + bool(layer.use_bias)
        return [weight.shape for weight in record.weights[:count]]
    empty = [np.zeros(weight.shape, "float32") for weight in record.weights]
    return [one.shape for one in shown_weights(record, empty)]


def shown_weights(record: LayerExplanation, own: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """What a layer with these weights computes with.

    Kernels, to which adapters are added, and the bias; a scale and a shift, which spread over the
    sample; the slope of what is bent.

    >>> from convlab import Rescaling, explain
    >>> record = explain(Rescaling(2, [1, 3]), (None, 5, 2))
    >>> [one.tolist() for one in shown_weights(record, [])]
    [[[2.0]], [[1.0, 3.0]]]
    """
    layer: Any = record.made
    if isinstance(layer, Layer):
        kernels = layer._effective_kernels(list(own))
        return [*kernels, *own[len(kernels) :][: bool(layer.use_bias)]]
    if isinstance(layer, Dense):
        return [layer._effective_kernel(list(own)), *own[1:2][: bool(layer.use_bias)]]
    weights = dict(zip((weight.name for weight in record.weights), own, strict=True))
    if isinstance(layer, _SCALING):
        return [_spread(one, record.input_shape) for one in _scaling(layer, weights, record)]
    if isinstance(layer, LayerNormalization):
        return _learned(layer, weights, record.input_shape)
    if isinstance(layer, _BENT) and not _plain_name(layer):
        return [weights["alpha"] if weights else _spread(_below(layer), record.input_shape)]
    return []


def _below(layer: Any) -> float:
    return float(getattr(layer, "alpha" if isinstance(layer, ELU) else "negative_slope"))


def _spread(values: Any, shape: Any) -> NDArray[Any]:
    """Values with all axes of a sample, of size 1 where they are the same along one."""
    array = np.asarray(values, "float64")
    sample: NDArray[Any] = array.reshape((1,) * (len(shape) - array.ndim) + array.shape)[0]
    return sample


def _scaling(layer: Any, weights: dict[str, Any], record: LayerExplanation) -> tuple[Any, Any]:
    """y = x · scale + shift."""
    if isinstance(layer, Rescaling):
        return layer.scale, layer.offset
    if isinstance(layer, LayerScale):
        return weights["gamma"], 0
    shape = record.input_shape
    if isinstance(layer, BatchNormalization):
        own = {name: _placed(one, [layer.axis], shape) for name, one in weights.items()}
        scale = own.get("gamma", 1) / np.sqrt(own["moving_variance"] + layer.epsilon)
        return scale, own.get("beta", 0) - own["moving_mean"] * scale
    mean, spread = layer._statistics(np.zeros((1, *sizes_of(shape))), weights)
    return (spread, mean) if layer.invert else (1 / spread, -mean / spread)


def _placed(values: Any, axes: Sequence[int], shape: Any) -> NDArray[np.float64]:
    """Values of some axes, spread over a batch."""
    places = {axis % len(shape) for axis in axes}
    sizes = [size if at in places else 1 for at, size in enumerate(shape)]
    return np.asarray(values, "float64").reshape(sizes)


def _learned(layer: Any, weights: dict[str, Any], shape: Any) -> list[NDArray[Any]]:
    """Scale and shift behind a normalization; 1 and 0 where there are none."""
    axes = [axis + 1 for axis in _axes(layer.axis, shape)]
    starts = {"gamma": 1.0, "beta": 0.0}
    found = (_placed(weights[one], axes, shape) if one in weights else start
             for one, start in starts.items())  # fmt: skip
    return [_spread(one, shape) for one in found]
