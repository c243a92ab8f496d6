"""Random legal settings of all convolution layers: seeded, so that a number names one for ever.

Equal numbers hide swapped axes, so height and width, the two kernel sizes, the two strides (or the
two dilations), and the channels before and after always differ.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.keras.encoding import Get, Make

SEED = 20250
COUNTS = {
    "Conv1D": 370,
    "Conv2D": 440,
    "DepthwiseConv2D": 300,
    "SeparableConv2D": 300,
    "Conv2DTranspose": 420,
}
SIBLINGS = {"DepthwiseConv1D": 190, "SeparableConv1D": 190, "Conv1DTranspose": 220}
ORDER = [*COUNTS, *SIBLINGS]
GRADIENT_EVERY = 3  # one setting in three also records its gradients

ACTIVATIONS = (
    "celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh "
    "leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink "
    "softmax softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh "
    "tanh_shrink"
).split()
INITIALIZERS = (
    "zeros ones zero one Zeros Ones random_normal random_uniform truncated_normal normal uniform "
    "variance_scaling glorot_uniform glorot_normal he_uniform he_normal lecun_uniform "
    "lecun_normal GlorotUniform HeNormal LecunUniform orthogonal Orthogonal"
).split()
DEFAULTS: dict[str, list[Any]] = {
    "padding": ["valid"],
    "output_padding": [None],
    "strides": [(1,), (1, 1)],
    "dilation_rate": [(1,), (1, 1)],
}
REGULARIZERS = [*"l1 l2 L1 L2 l1l2 L1L2".split()]
CONSTRAINTS = [*"max_norm non_neg unit_norm min_max_norm MaxNorm NonNeg UnitNorm".split()]

Random = np.random.Generator


@dataclass(frozen=True)
class Setting:
    """One layer with its arguments, and the input that it shall see."""

    layer: str
    number: int
    arguments: dict[str, Any]
    input_shape: tuple[int, ...]
    dtype: str
    gradients: bool
    rng: Random

    @property
    def name(self) -> str:
        """A name for the case, like ``Conv2D-17``."""
        return f"{self.layer}-{self.number}"


def settings(counts: dict[str, int] = COUNTS) -> list[Setting]:
    """Return ``counts[layer]`` settings of every layer, the same ones every time."""
    return [draw(layer, number) for layer, count in counts.items() for number in range(count)]


def draw(layer: str, number: int) -> Setting:
    """Draw one setting; ``layer`` and ``number`` alone decide which."""
    rng = np.random.default_rng([SEED, ORDER.index(layer), number])
    rank = 1 if "1D" in layer else 2
    window = _window(rng, layer, rank)
    channels, arguments = _channels(rng, layer)
    sizes = _sizes(rng, layer, window, channels)
    channels_first = rng.random() < 0.35
    arguments |= _given(rng, window) | _data_format(rng, channels_first)
    dtype = "float64" if rng.random() < 0.25 else "float32"
    gradients = number % GRADIENT_EVERY == 0
    arguments |= _rest(rng, layer, dtype, gradients, arguments, channels, channels_first)
    batch = int(rng.choice([0, 1, 2, 3], p=[0.05, 0.1, 0.55, 0.3]))
    inner = (channels, *sizes) if channels_first else (*sizes, channels)
    return Setting(layer, number, arguments, (batch, *inner), dtype, gradients, rng)


def _window(rng: Random, layer: str, rank: int) -> dict[str, Any]:
    """Kernel, strides, dilation, padding: unequal on the two axes wherever the layer can tell."""
    ones = (1,) * rank
    window = {"kernel_size": _unequal(rng, rank, 1, 5), "strides": ones, "dilation_rate": ones}
    both = layer.startswith(("Depthwise", "Separable")) and rng.random() < 0.25
    kind = rng.random()
    if both or kind < 0.5:
        window["strides"] = _unequal(rng, rank, 1, 4)
    if both or 0.5 <= kind < 0.85:
        window["dilation_rate"] = _unequal(rng, rank, 1, 4)
    kinds = ["valid", "same", "causal"] if layer == "Conv1D" else ["valid", "same"]
    padding = {"padding": str(rng.choice(kinds))}
    if layer.endswith("Transpose"):
        padding["output_padding"] = _output_padding(rng, window["strides"])
    return window | padding


def _unequal(rng: Random, rank: int, low: int, high: int) -> tuple[int, ...]:
    return tuple(int(v) for v in rng.choice(np.arange(low, high), size=rank, replace=False))


def _sizes(rng: Random, layer: str, window: dict[str, Any], channels: int) -> tuple[int, ...]:
    transposed = layer.endswith("Transpose")
    fits = window["padding"] == "valid" and not transposed
    spans = zip(window["kernel_size"], window["dilation_rate"], strict=True)
    least = [(k - 1) * d + 1 if fits else 1 for k, d in spans]
    while True:
        sizes = tuple(low + int(rng.integers(0, 4 if transposed else 6)) for low in least)
        if len({*sizes, channels}) == len(sizes) + 1:
            return sizes


def _output_padding(rng: Random, strides: tuple[int, ...]) -> Any:
    kind = rng.random()
    if kind < 0.4:
        return None
    if kind < 0.6:
        return int(rng.integers(0, min(strides)))
    return tuple(int(rng.integers(0, s)) for s in strides)


def _channels(rng: Random, layer: str) -> tuple[int, dict[str, Any]]:
    """The input's channels, and the arguments that decide the output's."""
    if layer.startswith("Depthwise"):
        channels, multiplier = _unequal(rng, 2, 1, 5)
        return channels, {"depth_multiplier": multiplier}
    grouped = layer in ("Conv1D", "Conv2D") and rng.random() < 0.45
    groups = int(rng.integers(2, 4)) if grouped else 1
    inside, outside = _unequal(rng, 2, 1, 5 if groups == 1 else 4)
    arguments: dict[str, Any] = {"filters": groups * outside}
    if grouped:
        arguments["groups"] = groups
    if layer.startswith("Separable") and rng.random() < 0.7:
        arguments["depth_multiplier"] = int(rng.integers(1, 4))
    return groups * inside, arguments


def _given(rng: Random, window: dict[str, Any]) -> dict[str, Any]:
    """The same window in one of the ways in which a caller may write it."""
    given = {}
    for name, value in window.items():
        if value in DEFAULTS.get(name, []) and rng.random() < 0.6:
            continue
        given[name] = value
        if isinstance(value, tuple):
            given[name] = _spelt(rng, value)
        elif isinstance(value, str) and rng.random() < 0.2:
            given[name] = value.upper() if rng.random() < 0.5 else value.capitalize()
    return given


def _spelt(rng: Random, value: tuple[int, ...]) -> Any:
    if len(set(value)) == 1 and rng.random() < 0.5:
        return value[0]
    return list(value) if rng.random() < 0.25 else value


def _data_format(rng: Random, channels_first: bool) -> dict[str, Any]:
    if channels_first:
        return {"data_format": "channels_first"}
    kind = rng.random()
    if kind < 0.6:
        return {}
    return {"data_format": None if kind < 0.75 else "channels_last"}


def _rest(
    rng: Random,
    layer: str,
    dtype: str,
    gradients: bool,
    arguments: dict[str, Any],
    channels: int,
    channels_first: bool,
) -> dict[str, Any]:
    """Activation, bias, the named objects, and what every layer takes."""
    last = arguments.get("filters", channels * arguments.get("depth_multiplier", 1))
    rest = _activation(rng, halvable=not channels_first and last % 2 == 0)
    if rng.random() < 0.3:
        rest["use_bias"] = bool(rng.random() < 0.25)
    rest |= _objects(rng, layer, gradients)
    if dtype != "float32" or rng.random() < 0.1:
        rest["dtype"] = dtype
    if rng.random() < 0.1:
        rest["name"] = f"layer_{rng.integers(1000)}"
    if not gradients and rng.random() < 0.06:
        rest["trainable"] = False
    return rest


def _activation(rng: Random, halvable: bool) -> dict[str, Any]:
    if rng.random() < 0.4:
        return {}
    name = str(rng.choice([n for n in ACTIVATIONS if halvable or n != "glu"]))
    by_object = rng.random() < 0.15
    return {"activation": Get("activations", name) if by_object else name}


def _objects(rng: Random, layer: str, gradients: bool) -> dict[str, Any]:
    parts = {
        "Depthwise": ["depthwise", "bias"],
        "Separable": ["depthwise", "pointwise", "bias"],
    }.get(layer.partition("Conv")[0], ["kernel", "bias"])
    share = 0.35 if gradients else 0.12
    objects: dict[str, Any] = {}
    for part in parts:
        if rng.random() < 0.25:
            objects[f"{part}_initializer"] = _initializer(rng, part)
        if rng.random() < share:
            objects[f"{part}_regularizer"] = _regularizer(rng)
        if rng.random() < 0.15:
            objects[f"{part}_constraint"] = _constraint(rng, part)
    if rng.random() < share:
        objects["activity_regularizer"] = _regularizer(rng)
    return objects


def _initializer(rng: Random, part: str) -> Any:
    seed = int(rng.integers(100))
    made = [
        Make("initializers", "Constant", {"value": 0.25}),
        Make("initializers", "RandomNormal", {"mean": 0.5, "stddev": 0.125, "seed": seed}),
        Make("initializers", "RandomUniform", {"minval": -1.0, "maxval": 0.5, "seed": seed}),
        Make("initializers", "TruncatedNormal", {"stddev": 2.0}),
        Make("initializers", "VarianceScaling", {"scale": 2.0, "mode": "fan_out"}),
        Make("initializers", "HeUniform", {"seed": seed}),
        Make("initializers", "Orthogonal", {"gain": 0.5, "seed": seed}),
    ]
    names = INITIALIZERS
    if part == "bias":  # an orthogonal vector is refused
        made, names = made[:-1], [name for name in names if name.lower() != "orthogonal"]
    by_object = rng.random() < 0.4
    return made[int(rng.integers(len(made)))] if by_object else str(rng.choice(names))


def _regularizer(rng: Random) -> Any:
    made = [
        Make("regularizers", "L1", {"l1": 0.125}),
        Make("regularizers", "L2", {"l2": 0.25}),
        Make("regularizers", "L2", {"l2": 0.3}),
        Make("regularizers", "L1L2", {"l1": 0.125, "l2": 0.0625}),
        Make("regularizers", "L1L2", {"l2": 0.5}),
    ]
    by_object = rng.random() < 0.6
    return made[int(rng.integers(len(made)))] if by_object else str(rng.choice(REGULARIZERS))


def _constraint(rng: Random, part: str) -> Any:
    axis: Any = 0 if part == "bias" else [0, 1]
    made = [
        Make("constraints", "MaxNorm", {"max_value": 3, "axis": axis}),
        Make("constraints", "UnitNorm", {"axis": axis}),
        Make("constraints", "MinMaxNorm", {"min_value": 0.5, "max_value": 2.0, "rate": 0.5}),
        Make("constraints", "NonNeg", {}),
    ]
    by_object = rng.random() < 0.5
    return made[int(rng.integers(len(made)))] if by_object else str(rng.choice(CONSTRAINTS))
