"""Networks for the tests of the network explorer, and what the layers themselves make of a state.

Nothing here uses the widget's own sums: layers are called one after another, and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

import convlab
from convlab import (
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    DepthwiseConv2D,
    Layer,
    NetworkExplorer,
    SeparableConv2D,
)
from convlab.samples import digits
from tests.tolerances import FLOAT32

Array = np.ndarray


@dataclass(frozen=True)
class Case:
    """Layers, samples, and what else the explorer is made with."""

    layers: list[Layer]
    x: Array
    given: dict[str, Any]

    def explorer(self, **settings: Any) -> NetworkExplorer:
        return NetworkExplorer(self.layers, self.x, **self.given, **settings)


def reader_layers() -> list[Layer]:
    """Those of lesson 8."""
    return [
        Conv2D(16, 3, padding="same", activation="relu"),
        Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        SeparableConv2D(32, 3, padding="same", activation="relu"),
        Conv2D(10, 4),
    ]


def _reader() -> tuple[list[Layer], Array, dict[str, Any]]:
    images, labels = digits()
    return reader_layers(), images[:60], {"labels": labels[:60], "pad": 4}


def _denoiser() -> tuple[list[Layer], Array, dict[str, Any]]:
    layers = [
        Conv2D(24, 3, strides=2, padding="same", activation="relu"),
        SeparableConv2D(2, 3, padding="same"),
        Conv2DTranspose(12, 4, strides=2, padding="same", activation="relu"),
        Conv2D(1, 3, padding="same", activation="sigmoid"),
    ]
    return layers, digits()[0][60:90], {}


def _rows() -> tuple[list[Layer], Array, dict[str, Any]]:
    images, labels = digits()
    layers = [
        Conv1D(32, 3, activation="relu"),
        Conv1D(32, 3, activation="elu"),
        Conv1D(10, 4, activation="softmax"),
    ]
    return layers, images[:20, :, :, 0], {"labels": labels[:20], "pad": 4}


def _odd() -> tuple[list[Layer], Array, dict[str, Any]]:
    """Both data formats by turns, and activations that work along an axis."""
    layers = [
        Conv2D(6, 3, data_format="channels_first", activation="glu", padding="same", groups=2),
        DepthwiseConv2D(3, depth_multiplier=2, activation="softmax"),
        Conv2DTranspose(3, 3, strides=2, padding="same", data_format="channels_first"),
        SeparableConv2D(4, (1, 2), depth_multiplier=2, use_bias=False, activation="tanh"),
    ]
    x = np.random.default_rng(3).normal(size=(4, 2, 9, 8))
    return layers, x.astype("float32"), {}


_MADE = {"reader": _reader, "denoiser": _denoiser, "rows": _rows, "odd": _odd}
NETWORKS = tuple(_MADE)


@cache
def case(name: str) -> Case:
    """A network with a history of three epochs: numbers as no training leaves them."""
    convlab.set_random_seed(len(name))
    layers, x, given = _MADE[name]()
    run(layers, x[:1])
    random, history = np.random.default_rng(8), []
    for epoch in range(3):
        for layer in layers:
            layer.set_weights([w + random.normal(0, 0.05, w.shape) for w in layer.get_weights()])
        weights = [weight.copy() for layer in layers for weight in layer.weights]
        history.append({"weights": weights, "loss": 3.0 - epoch})
    return Case(layers, x, {**given, "history": history})


def run(layers: list[Layer], x: Array) -> list[Array]:
    outputs = []
    for layer in layers:
        x = layer(x)
        outputs.append(x)
    return outputs


# What a state says, by the layers themselves


def scrambled(index: int) -> int:
    """Wellons' lowbias32, in Python's own integers."""
    x = index
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
        x = ((x ^ (x >> shift)) * factor) & 0xFFFFFFFF
    return x


def _mixed(kernel: Array) -> Array:
    order = sorted(range(kernel.size), key=lambda index: scrambled(index + 1))
    return kernel.ravel()[order].reshape(kernel.shape)


def twins(found: Case, state: dict[str, Any]) -> list[Layer]:
    """Layers with the weights of the state's epoch, and with what it changes."""
    epoch = state["epoch"]
    all_weights = [weight for layer in found.layers for weight in layer.get_weights()]
    if epoch is not None:
        past = found.given["history"][epoch]["weights"]
        all_weights = [weight.astype("float16").astype("float32") for weight in past]
    made, x = [], found.x[:1]
    for index, layer in enumerate(found.layers):
        config = layer.get_config()
        if index in state["linear"]:
            config["activation"] = "linear"
        twin = type(layer).from_config(config)
        x = twin(x)
        own, all_weights = all_weights[: len(twin.weights)], all_weights[len(twin.weights) :]
        if index in state["shuffled"]:
            own = [_mixed(weight) if weight.ndim > 1 else weight for weight in own]
        twin.set_weights(own)
        made.append(twin)
    return made


def _muted(maps: Array, layer: Layer, channels: list[int]) -> Array:
    maps = maps.copy()
    for channel in channels:
        if layer.data_format == "channels_first":
            maps[:, channel] = 0
        else:
            maps[..., channel] = 0
    return maps


def assert_true(found: Case, state: dict[str, Any]) -> None:
    """Every layer's numbers, the selected sum and the gradients are the layers' own."""
    layers, off = twins(found, state), state["off"]
    channels = [[c for i, c in off if i == index] for index in range(len(layers))]
    x = np.array(state["input"]["numbers"], "float32").reshape(1, *state["input"]["shape"])
    outputs, inputs = [], []
    for layer, own in zip(layers, channels, strict=True):
        inputs.append(x)
        x = _muted(layer(x), layer, own)
        outputs.append(x)
    for told, y, layer in zip(state["layers"], outputs, layers, strict=True):
        assert told["layer"] == type(layer).__name__
        assert told["output_shape"] == list(y.shape[1:])
        _extents(told["output"], y)
    if state["scores"] is not None:
        np.testing.assert_allclose(state["scores"], outputs[-1].ravel(), atol=_near(outputs[-1]))
    _selected(state, layers, inputs, outputs)
    if state["gradient"] is not None:
        _gradients(state, layers, channels, outputs)


def _near(y: Array) -> float:
    return FLOAT32 * max(1.0, float(np.abs(y).max()))


def _extents(told: dict[str, float], y: Array) -> None:
    wanted = [y.mean(dtype="float64"), y.min(), y.max()]
    names = ("mean", "minimum", "maximum")
    np.testing.assert_allclose([told[name] for name in names], wanted, atol=_near(y))


def _selected(
    state: dict[str, Any], layers: list[Layer], inputs: list[Array], outputs: list[Array]
) -> None:
    one = state["selected"]
    if one is None or one["layer"] < 0:
        return
    layer = layers[one["layer"]]
    config = layer.get_config() | {"activation": "linear"}
    straight = type(layer).from_config(config)
    x = inputs[one["layer"]]
    straight.build(x.shape)
    straight.set_weights(layer.get_weights())
    z, place = straight(x)[0], tuple(one["index"])
    near = _near(z) + FLOAT32 * sum(abs(x * w) for x, w in one["terms"])
    bias = layer.bias[place[0 if layer.data_format == "channels_first" else -1]] if (
        layer.use_bias) else 0  # fmt: skip
    assert abs(one["z"] - z[place]) <= near, one
    assert abs(one["sum"] + bias - one["z"]) <= near
    assert abs(sum(x * w for x, w in one["terms"]) - one["sum"]) <= near
    assert abs(one["a"] - outputs[one["layer"]][0][place]) <= near


def _gradients(
    state: dict[str, Any], layers: list[Layer], channels: list[list[int]], outputs: list[Array]
) -> None:
    one = state["selected"]
    if one is None or one["layer"] < 0:
        last = outputs[-1][0]
        target = (len(layers) - 1, *np.unravel_index(last.argmax(), last.shape))
    else:
        target = (one["layer"], *one["index"])
    gradient = np.zeros_like(outputs[target[0]])
    gradient[(0, *target[1:])] = 1
    told = state["gradient"]["layers"]
    assert [layer is None for layer in told] == [i > target[0] for i in range(len(layers))]
    for index in range(target[0], -1, -1):
        _extents(told[index], gradient)
        gradient = layers[index].backward(_muted(gradient, layers[index], channels[index]))
    _extents(state["gradient"]["input"], gradient)
