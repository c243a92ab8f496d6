"""Random legal layers of PyTorch's, each with the shape of an input that it takes.

Seeded, so that a number names a layer for ever. Sizes differ along all axes where they can.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Random = np.random.Generator
Shape = tuple[int, ...]
Drawn = tuple[str, dict[str, Any], Shape]
"""The class, its arguments, and the shape of an input, the batch's size first."""

SEED = 20261

COUNTS = {
    "convolution": 116,
    "transposed": 100,
    "largest": 76,
    "mean": 70,
    "adaptive": 12,
    "norm": 30,
    "activation": 54,
    "upsampling": 12,
    "padding": 12,
    "linear": 8,
    "dropout": 12,
}


def random_of(kind: str, number: int) -> Random:
    """The numbers that decide one case."""
    return np.random.default_rng([SEED, *kind.encode(), number])


def draw(kind: str, number: int) -> Drawn:
    """One layer; ``kind`` and ``number`` alone decide which."""
    rng = random_of(kind, number)
    return _in_turn(rng, number) if kind == "activation" else DRAWS[kind](rng)


def _each(rng: Random, rank: int, least: int, most: int) -> Shape:
    return tuple(int(value) for value in rng.integers(least, most + 1, rank))


def _sizes(rng: Random, least: Shape) -> Shape:
    """Sizes from these up that all differ."""
    while True:
        sizes = tuple(max(each, 1) + int(rng.integers(0, 5)) for each in least)
        if len(set(sizes)) == len(sizes):
            return sizes


def _covered(kernel: Shape, dilation: Shape) -> Shape:
    return tuple((k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True))


def _chance(rng: Random, share: float) -> bool:
    return bool(rng.random() < share)


def _channels(rng: Random) -> tuple[dict[str, Any], int]:
    groups = int(rng.choice([1, 1, 1, 2, 3]))
    channels, filters = (groups * int(rng.integers(1, 4)) for _ in range(2))
    given = {"in_channels": channels, "out_channels": filters}
    return given | ({"groups": groups} if groups > 1 else {}), channels


def _convolution(rng: Random) -> Drawn:
    rank = int(rng.integers(1, 3))
    kernel, dilation = _each(rng, rank, 1, 4), _each(rng, rank, 1, 2)
    given, channels = _channels(rng)
    covered, kind = _covered(kernel, dilation), rng.random()
    arguments = {**given, "kernel_size": kernel, "dilation": dilation}
    if kind < 0.15:
        arguments["padding"], padded = "same", covered
    else:
        arguments["stride"] = _each(rng, rank, 1, 3)
        pads = _each(rng, rank, 0, 2) if kind < 0.9 else (0,) * rank
        arguments["padding"] = pads if kind < 0.9 else "valid"
        padded = tuple(2 * pad for pad in pads)
    arguments["bias"] = _chance(rng, 0.7)
    least = tuple(c - p for c, p in zip(covered, padded, strict=True))
    return f"Conv{rank}d", arguments, (2, channels, *_sizes(rng, least))


def _transposed(rng: Random) -> Drawn:
    rank = int(rng.integers(1, 3))
    kernel, dilation, stride = (_each(rng, rank, 1, most) for most in (4, 2, 3))
    given, channels = _channels(rng)
    covered = _covered(kernel, dilation)
    most = [max(s, d) for s, d in zip(stride, dilation, strict=True)]
    extra = tuple(int(rng.integers(0, each)) for each in most)
    # Some pads are larger than Keras can crop by its own arguments; one position is left at least.
    pads = tuple(int(rng.integers(0, c // 2 + 2)) for c in covered)
    arguments = {
        **given,
        "kernel_size": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": pads,
        "output_padding": extra,
        "bias": _chance(rng, 0.7),
    }
    least = tuple(2 * pad + 2 for pad in pads)
    return f"ConvTranspose{rank}d", arguments, (2, channels, *_sizes(rng, least))


def _window(rng: Random, dilated: bool) -> tuple[int, dict[str, Any], Shape]:
    rank = int(rng.integers(1, 3))
    kernel, stride = _each(rng, rank, 1, 4), _each(rng, rank, 1, 4)
    dilation = _each(rng, rank, 1, 3) if dilated and _chance(rng, 0.4) else (1,) * rank
    pads = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel)
    arguments: dict[str, Any] = {"kernel_size": kernel, "padding": pads}
    if _chance(rng, 0.8):
        arguments["stride"] = stride
    if max(dilation) > 1:
        arguments["dilation"] = dilation
    if _chance(rng, 0.4):
        arguments["ceil_mode"] = True
    return rank, arguments, _covered(kernel, dilation)


def _largest(rng: Random) -> Drawn:
    rank, arguments, covered = _window(rng, dilated=True)
    return f"MaxPool{rank}d", arguments, (2, 3, *_sizes(rng, covered))


def _mean(rng: Random) -> Drawn:
    rank, arguments, covered = _window(rng, dilated=False)
    if _chance(rng, 0.5):
        arguments["count_include_pad"] = False
    if rank == 2 and _chance(rng, 0.25):
        arguments["divisor_override"] = int(rng.integers(1, 9))
    return f"AvgPool{rank}d", arguments, (2, 3, *_sizes(rng, covered))


def _adaptive(rng: Random) -> Drawn:
    rank, which = int(rng.integers(1, 3)), str(rng.choice(["Avg", "Max"]))
    size = 1 if _chance(rng, 0.5) else (1,) * rank
    return f"Adaptive{which}Pool{rank}d", {"output_size": size}, (2, 3, *_each(rng, rank, 4, 7))


def _norm(rng: Random) -> Drawn:
    name = str(rng.choice(["BatchNorm1d", "BatchNorm2d", "LayerNorm"]))
    rank = 2 if name == "BatchNorm2d" else int(rng.integers(0, 2))
    shape = (2, int(rng.integers(2, 6)), *_each(rng, rank, 3, 6))
    given: dict[str, Any] = {"eps": float(rng.choice([1e-5, 1e-3, 0.1]))}
    if name == "LayerNorm":
        count = int(rng.integers(1, len(shape)))
        given |= {"normalized_shape": shape[-count:], "elementwise_affine": _chance(rng, 0.7)}
        return name, given | {"bias": _chance(rng, 0.7)}, shape
    return name, {**given, "num_features": shape[1], "affine": _chance(rng, 0.7)}, shape


def _in_turn(rng: Random, number: int) -> Drawn:
    """An activation, one after the other, so that none is left out."""
    name = sorted(ACTIVATIONS)[number % len(ACTIVATIONS)]
    shape = (2, 4, *_each(rng, int(rng.integers(1, 3)), 3, 6))
    return name, ACTIVATIONS[name](rng), shape


def _activation(rng: Random) -> Drawn:
    return _in_turn(rng, int(rng.integers(len(ACTIVATIONS))))


def _number(rng: Random, least: float, most: float) -> float:
    return float(np.round(rng.uniform(least, most), 3))


ACTIVATIONS: dict[str, Callable[[Random], dict[str, Any]]] = {
    **dict.fromkeys("ReLU ReLU6 SiLU Mish Sigmoid Tanh Hardsigmoid".split(), lambda rng: {}),
    **dict.fromkeys("Hardswish LogSigmoid SELU Softsign Tanhshrink".split(), lambda rng: {}),
    "ELU": lambda rng: {"alpha": _number(rng, 0.3, 2)},
    # PyTorch takes 1/alpha in float32 on the way back: here that is exact.
    "CELU": lambda rng: {"alpha": float(rng.choice([0.5, 2.0]))},
    "GELU": lambda rng: {"approximate": str(rng.choice(["none", "tanh"]))},
    "LeakyReLU": lambda rng: {"negative_slope": _number(rng, 0, 0.5)},
    "RReLU": lambda rng: {"lower": 0.1, "upper": _number(rng, 0.2, 0.5)},
    "Hardtanh": lambda rng: {"min_val": _number(rng, -2, 0), "max_val": _number(rng, 0.1, 2)},
    "Softplus": lambda rng: {
        "beta": _number(rng, 0.5, 2),
        "threshold": float(rng.choice([1.5, 20.0])),
    },
    **dict.fromkeys("Softshrink Hardshrink".split(), lambda rng: {"lambd": _number(rng, 0.1, 1)}),
    "Threshold": lambda rng: {"threshold": _number(rng, -1, 1), "value": _number(rng, -3, 3)},
    **dict.fromkeys(
        "Softmax LogSoftmax Softmin".split(), lambda rng: {"dim": int(rng.choice([-1, 1, 2]))}
    ),
    "GLU": lambda rng: {"dim": 1},
    "PReLU": lambda rng: {"num_parameters": int(rng.choice([1, 4]))},
}


def _upsampling(rng: Random) -> Drawn:
    kind, factors = rng.random(), _each(rng, 2, 1, 3)
    shape = (2, 3, *_sizes(rng, (2, 3)))
    if kind < 0.3:
        return "UpsamplingNearest2d", {"scale_factor": factors}, shape
    mode = str(rng.choice(["nearest", "bilinear"]))
    return "Upsample", {"scale_factor": factors[0] if kind < 0.6 else factors, "mode": mode}, shape


def _padding(rng: Random) -> Drawn:
    rank = int(rng.integers(1, 3))
    name = f"{rng.choice(['ZeroPad', 'ConstantPad'])}{rank}d"
    value = {"value": float(rng.choice([0.0, 0.0, 1.5]))} if name.startswith("Constant") else {}
    return (
        name,
        {"padding": _each(rng, 2 * rank, -1, 3), **value},
        (2, 3, *_sizes(rng, (3, 4)[:rank])),
    )


def _linear(rng: Random) -> Drawn:
    shape = (2, *_each(rng, int(rng.integers(1, 4)), 2, 6))
    given = {"in_features": shape[-1], "out_features": int(rng.integers(1, 6))}
    return "Linear", given | {"bias": _chance(rng, 0.7)}, shape


def _dropout(rng: Random) -> Drawn:
    name, rank = [("Dropout", 1), ("Dropout1d", 1), ("Dropout2d", 2)][int(rng.integers(3))]
    return name, {"p": _number(rng, 0, 0.9)}, (2, 3, *_each(rng, rank, 3, 6))


DRAWS: dict[str, Callable[[Random], Drawn]] = {
    "convolution": _convolution,
    "transposed": _transposed,
    "largest": _largest,
    "mean": _mean,
    "adaptive": _adaptive,
    "norm": _norm,
    "activation": _activation,
    "upsampling": _upsampling,
    "padding": _padding,
    "linear": _linear,
    "dropout": _dropout,
}
