"""Random networks with companions, and what their layers make of an input: both ways, float64."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

import convlab
from convlab.errors import ConvlabError
from convlab.widgets.network_layers import explained, flat_weights, records_of
from convlab.widgets.settings import ACTIVATIONS

Random = np.random.Generator
Array = np.ndarray

LONGEST = 7
_TRIES = 30
_MOST = 600
"""Numbers of an output, so that the records stay small."""

_ANYWHERE = (
    "Activation", "BatchNormalization", "Dense", "Dropout", "ELU", "Flatten", "LayerNormalization",
    "LayerScale", "LeakyReLU", "Normalization", "PReLU", "Permute", "ReLU", "Rescaling", "Reshape",
    "Softmax",
)  # fmt: skip
_SLIDING = (
    "AveragePooling", "Conv", "DepthwiseConv", "GlobalAveragePooling", "GlobalMaxPooling",
    "MaxPooling", "SeparableConv", "UpSampling", "ZeroPadding", "Cropping",
)  # fmt: skip


def networks(count: int, seed: int = 4) -> Iterator[dict[str, Any]]:
    """As the browser has them, with all outputs, and the gradients of one number by all of them."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        yield _told(*drawn(random), random)


def drawn(random: Random) -> tuple[list[Any], Array]:
    """A network of some layers that take each other's output, and a sample for it."""
    rank, first = int(random.choice(3, p=(0.1, 0.3, 0.6))), bool(random.random() < 0.25)
    sizes, channels = [int(n) for n in random.integers(4, 8, rank)], int(random.integers(1, 4))
    shape = (channels, *sizes) if first else (*sizes, channels if rank else 6)
    data_format = "channels_first" if first else "channels_last"
    # Of whole numbers several may be the largest, and some lie where an activation bends.
    whole = random.random() < 0.5
    x = y = (
        random.integers(-2, 3, (1, *shape)) if whole else random.normal(size=(1, *shape))
    ) * 1.0
    layers: list[Any] = []
    for _ in range(_TRIES):
        layer = _layer(y.shape, data_format, random)
        try:
            output = layer.compute_output_shape(y.shape)
        except ConvlabError:
            continue
        if 1 < len(output) < 5 and 0 < np.prod(output) <= _MOST and len(layers) < LONGEST:
            layer.build(y.shape)
            _fill(layer, random)
            y = layer(y)
            layers.append(layer)
    return layers, x


def _layer(shape: Sequence[int], data_format: str, random: Random) -> Any:
    """Some layer, which may refuse such an input."""
    rank = len(shape) - 2
    name = str(random.choice(_SLIDING if rank and random.random() < 0.7 else _ANYWHERE))
    if name in _SLIDING:
        name = f"{name}{rank}D"
        if name.startswith("Conv") and random.random() < 0.4:
            name += "Transpose"
    kind = getattr(convlab, name)
    given = _arguments(name, shape, random)
    known = kind.declared_arguments()
    some = {one: value for one, value in given.items() if one in known}
    if "data_format" in known:
        some["data_format"] = data_format
    try:
        return kind(**some, dtype="float64")
    except ConvlabError:
        return kind(
            **{**some, "padding": "valid", "strides": 1, "dilation_rate": 1}, dtype="float64"
        )


def _arguments(name: str, shape: Sequence[int], random: Random) -> dict[str, Any]:
    """Arguments by their names, whichever of them a layer has."""

    def some(*values: Any) -> Any:
        return values[int(random.integers(len(values)))]

    axes = list(range(1, len(shape)))
    pads = name.startswith(("ZeroPadding", "Cropping"))
    return {
        **{"filters": some(2, 4), "units": some(2, 4, 6), "kernel_size": some(1, 2, 3)},
        **{"strides": some(1, 2), "dilation_rate": 1, "depth_multiplier": some(1, 2)},
        "padding": (some(1, (0, 2)) if name.endswith("1D") else some(1, ((0, 1), (2, 0))))
        if pads else some("valid", "same"),
        "activation": some(*ACTIVATIONS) if name == "Activation" else some(None, "relu", "tanh"),
        **{"use_bias": some(True, False), "pool_size": some(2, 3), "keepdims": some(True, False)},
        **{"cropping": some(0, 1), "size": some(2, 3)},
        "interpolation": some("nearest", "bilinear"),
        **{"rate": 0.5, "alpha": some(0.5, 1.0), "center": some(True, False)},
        "negative_slope": some(0.0, 0.2),
        **{"max_value": some(None, 0.5, 6.0), "threshold": some(0.0, 0.3)},
        "axis": some(*axes, -1) if name == "BatchNormalization" else some(-1, axes[0], axes[-2:]),
        "shared_axes": some(None, axes[:-1] or None),
        **{"init_values": 0.5, "projection_dim": shape[-1]},
        "dims": random.permutation(axes).tolist(),
        "target_shape": some((-1,), (-1, 2), (2, -1), (2, 2, -1)),
        "scale": some(0.5, [0.5] * shape[-1]) if name == "Rescaling" else some(True, False),
        "offset": some(0.0, -0.5),
    }  # fmt: skip


def _fill(layer: Any, random: Random) -> None:
    """Weights as no start leaves them, exact in float32; variances above 0."""
    layer.set_weights(
        [
            np.float32(abs(random.normal(size=one.shape)) + 0.2)
            if "variance" in name or name == "alpha"
            else np.float32(random.normal(size=one.shape))
            for name, one in layer._weights.items()
        ]
    )


def _told(layers: list[Any], x: Array, random: Random) -> dict[str, Any]:
    x = x.astype("float32").astype("float64")
    records = explained(layers, x.shape)
    weights = [weight for layer in layers for weight in layer.weights]
    outputs: list[Array] = []
    for layer in layers:
        outputs.append(layer(outputs[-1] if outputs else x))
    target = int(random.integers(len(layers)))
    index = [int(random.integers(size)) for size in outputs[target].shape[1:]]
    gradient = np.zeros_like(outputs[target])
    gradient[(0, *index)] = 1
    gradients = [gradient]
    for layer in layers[target::-1]:
        gradients.insert(0, layer.backward(gradients[0]))
    return {
        "stack": records_of(records),
        "weights": flat_weights(records, weights).tolist(),
        "input": x.ravel().tolist(),
        "outputs": [one.ravel().tolist() for one in outputs],
        "selected": [target, *index],
        "gradients": [one.ravel().tolist() for one in gradients],
    }
