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
    Activation,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Flatten,
    Layer,
    MaxPooling2D,
    Network,
    NetworkExplorer,
    ReLU,
    SeparableConv2D,
    Softmax,
    UpSampling2D,
    ZeroPadding2D,
)
from convlab.samples import digits
from tests.tolerances import FLOAT32

Array = np.ndarray


@dataclass(frozen=True)
class Case:
    """Layers, samples, and what else the explorer is made with."""

    layers: list[Any]
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


def _learner() -> tuple[list[Any], Array, dict[str, Any]]:
    """What a learner's network has beside convolutions."""
    layers = [
        Conv2D(4, 3, padding="same"),
        BatchNormalization(),
        ReLU(),
        MaxPooling2D(2),
        ZeroPadding2D(((1, 0), (0, 1))),
        Conv2D(6, 2, activation="tanh"),
        UpSampling2D(2),
        Flatten(),
        Dense(12, activation="relu"),
        Dense(10),
        Softmax(),
    ]
    images, labels = digits()
    return list(Network(layers).layers), images[:30], {"labels": labels[:30], "pad": 4}


_MADE = {
    "reader": _reader,
    "denoiser": _denoiser,
    "rows": _rows,
    "odd": _odd,
    "learner": _learner,
}
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


def run(layers: list[Any], x: Array) -> list[Array]:
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


def _told(layer: Any, weights: list[Array]) -> list[Array]:
    """Weights as the browser holds them of an epoch: a normalization's as a factor and a shift."""
    if not isinstance(layer, BatchNormalization):
        return [_half(weight) for weight in weights]
    gamma, beta, mean, variance = weights
    factor = gamma / np.sqrt(variance + layer.epsilon)
    return [
        _half(factor),
        _half(beta - mean * factor),
        np.zeros_like(mean),
        np.full_like(variance, 1 - layer.epsilon),
    ]


def _half(weight: Array) -> Array:
    return weight.astype("float16").astype("float32")


def twins(found: Case, state: dict[str, Any]) -> list[Any]:
    """Layers with the weights of the state's epoch, and with what it changes."""
    epoch = state["epoch"]
    all_weights = [weight for layer in found.layers for weight in layer.get_weights()]
    if epoch is not None:
        all_weights = found.given["history"][epoch]["weights"]
    made, x = [], found.x[:1]
    for index, layer in enumerate(found.layers):
        config = layer.get_config()
        if index in state["linear"]:
            config["activation"] = "linear"
        plain = index in state["linear"] and isinstance(layer, ReLU | Softmax)
        twin = Activation("linear") if plain else type(layer).from_config(config)
        x = twin(x)
        own, all_weights = all_weights[: len(twin.weights)], all_weights[len(twin.weights) :]
        if epoch is not None:
            own = _told(twin, own)
        if index in state["shuffled"]:
            own = [_mixed(weight) if weight.ndim > 1 else weight for weight in own]
        twin.set_weights(own)
        made.append(twin)
    return made


def _muted(maps: Array, layer: Any, channels: list[int]) -> Array:
    maps = maps.copy()
    for channel in channels:
        if getattr(layer, "data_format", None) == "channels_first":
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
    for told, y, layer in zip(state["layers"], outputs, found.layers, strict=True):
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
    state: dict[str, Any], layers: list[Any], inputs: list[Array], outputs: list[Array]
) -> None:
    one = state["selected"]
    if one is None or one["layer"] < 0:
        return
    layer, x = layers[one["layer"]], inputs[one["layer"]]
    z, place = _sums(layer, x)[0], tuple(one["index"])
    near = _near(z) + FLOAT32 * sum(abs(x * w) for x, w in one["terms"])
    first = getattr(layer, "data_format", None) == "channels_first"
    bias = layer.bias[place[0 if first else -1]] if getattr(layer, "use_bias", False) else 0
    assert abs(one["z"] - z[place]) <= near, one
    assert abs(one["sum"] + bias - one["z"]) <= near
    assert abs(sum(x * w for x, w in one["terms"]) - one["sum"]) <= near
    assert abs(one["a"] - outputs[one["layer"]][0][place]) <= near


def _sums(layer: Any, x: Array) -> Array:
    """What a layer has before its activation."""
    if isinstance(layer, ReLU | Softmax | Activation):
        return x
    if not hasattr(layer, "activation"):
        return layer(x)
    straight = type(layer).from_config(layer.get_config() | {"activation": "linear"})
    straight.build(x.shape)
    straight.set_weights(layer.get_weights())
    return straight(x)


def _gradients(
    state: dict[str, Any], layers: list[Any], channels: list[list[int]], outputs: list[Array]
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
