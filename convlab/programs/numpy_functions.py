"""The functions that NumPy programs are made of, as text: loops that a learner would write.

A function has its dilated form only in a program that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..i18n import text
from .source import indented


def _function(signature: str, lines: Iterable[str], said: str = "") -> list[str]:
    words = [f'"""{text(f"programs.{said}")}"""'] if said else []
    return [f"def {signature}:", *indented([*words, *lines])]


class _Steps:
    """How a window of one direction, or of two, is written: its sizes, its places, its slices."""

    def __init__(self, rank: int, dilated: bool) -> None:
        self.rank = rank
        reaches = [["k"], ["kh", "kw"]][rank - 1]
        strides = [["stride"], ["sh", "sw"]][rank - 1]
        self.parameters = ["stride=1", "strides=(1, 1)"][rank - 1]
        self.begin = [] if rank == 1 else ["sh, sw = strides"]
        holes = [""] * rank
        if dilated:
            self.parameters += [", dilation=1", ", dilation=(1, 1)"][rank - 1]
            self.begin += [
                ["reach = (k - 1) * dilation + 1"],
                ["dh, dw = dilation", "eh, ew = (kh - 1) * dh + 1, (kw - 1) * dw + 1"],
            ][rank - 1]
            reaches = [["reach"], ["eh", "ew"]][rank - 1]
            holes = [[" : dilation"], [" : dh", " : dw"]][rank - 1]
        self.places = [["t"], ["i", "j"]][rank - 1]
        self.reaches, self.strides = reaches, strides
        pieces = zip(self.places, strides, reaches, holes, strict=True)
        self.window = ", ".join(
            f"{place} * {stride} : {place} * {stride} + {reach}{hole}"
            for place, stride, reach, hole in pieces
        )
        self.counts = ["steps"] if rank == 1 else ["rows", "columns"]

    def looped(self, lines: Iterable[str]) -> list[str]:
        """Lines for each place of the window."""
        found = list(lines)
        for place, count in zip(self.places[::-1], self.counts[::-1], strict=True):
            found = [f"for {place} in range({count}):", *indented(found)]
        return found


def _looking(
    name: str, what: str, made: Sequence[str], channels: str, rank: int, dilated: bool
) -> list[str]:
    """A function that makes one output of what it sees through the window at each place."""
    steps = _Steps(rank, dilated)
    sizes = what if what != "kernel" else ["len(kernel)", "kernel.shape[:2]"][rank - 1]
    axes = enumerate(zip(steps.reaches, steps.strides, strict=True), start=1)
    counted = [f"(x.shape[{axis}] - {reach}) // {stride} + 1" for axis, (reach, stride) in axes]
    lines = [
        f"{['k', 'kh, kw'][rank - 1]} = {sizes}",
        *steps.begin,
        f"{', '.join(steps.counts)} = {', '.join(counted)}",
        f"y = np.zeros((len(x), {', '.join(steps.counts)}, {channels}))",
        *steps.looped(
            [
                f"window = x[:, {steps.window}]",
                *made[:-1],
                f"y[:, {', '.join(steps.places)}] = {made[-1]}",
            ]
        ),
        "return y",
    ]
    return _function(f"{name}(x, {what}, {steps.parameters})", lines, name.rstrip("12d"))


def _convolution(name: str, rank: int, dilated: bool) -> list[str]:
    made = [f"np.tensordot(window, kernel, {rank + 1})"]
    return _looking(name, "kernel", made, "kernel.shape[-1]", rank, dilated)


def _depthwise(name: str, rank: int, dilated: bool) -> list[str]:
    axes, channels = [("1", "kernel[0].size"), ("(1, 2)", "kernel[0, 0].size")][rank - 1]
    each = f"each = (window[..., None] * kernel).sum({axes})"
    made = [each, f"each.reshape(len(x), {channels})"]
    return _looking(name, "kernel", made, channels, rank, dilated)


def _pooling(name: str, rank: int, dilated: bool) -> list[str]:
    made = [f"window.{'max' if 'max' in name else 'mean'}({['1', '(1, 2)'][rank - 1]})"]
    return _looking(name, "pool_size", made, "x.shape[-1]", rank, dilated)


def _transposed(name: str, rank: int, dilated: bool) -> list[str]:
    steps = _Steps(rank, dilated)
    pieces = zip(steps.counts, steps.strides, steps.reaches, strict=True)
    sizes = [f"({count} - 1) * {stride} + {reach}" for count, stride, reach in pieces]
    places = ", ".join(steps.places)
    lines = [
        f"{['k', 'kh, kw'][rank - 1]}, filters = kernel.shape[:{rank + 1}]",
        *steps.begin,
        f"{', '.join(steps.counts)} = x.shape{['[1]', '[1:3]'][rank - 1]}",
        f"y = np.zeros((len(x), {', '.join(sizes)}, filters))",
        *steps.looped(
            [
                f"stamp = np.tensordot(x[:, {places}], kernel, (1, {rank + 1}))",
                f"y[:, {steps.window}] += stamp",
            ]
        ),
        "return y",
    ]
    return _function(f"{name}(x, kernel, {steps.parameters})", lines, "transposed")


def _grouped(name: str, rank: int, dilated: bool) -> list[str]:
    lines = [
        "parts = zip(np.split(x, groups, axis=-1), np.split(kernel, groups, axis=-1))",
        f"each = [conv{rank}d(part, filters, **window) for part, filters in parts]",
        "return np.concatenate(each, axis=-1)",
    ]
    return _function(f"{name}(x, kernel, groups, **window)", lines, "grouped_conv")


_WINDOWED = {
    "conv": _convolution,
    "depthwise_conv": _depthwise,
    "grouped_conv": _grouped,
    "max_pool": _pooling,
    "average_pool": _pooling,
}

_OTHERS: dict[str, tuple[str, str, str]] = {
    "pad_same": (
        "pad_same(x, kernel_size, strides, value=0.0)",
        """
pads = [(0, 0)]
for size, kernel, stride in zip(x.shape[1:], kernel_size, strides):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    pads.append((total // 2, total - total // 2))
return np.pad(x, [*pads, (0, 0)], constant_values=value)
""",
        "pad_same",
    ),
    "bilinear": (
        "bilinear(x, factor, axis)",
        """
size = x.shape[axis]
places = np.clip((np.arange(size * factor) + 0.5) / factor - 0.5, 0, size - 1)
before = places.astype(int)
after = np.minimum(before + 1, size - 1)
shape = [-1 if each == axis else 1 for each in range(x.ndim)]
share = (places - before).reshape(shape)
return x.take(before, axis) * (1 - share) + x.take(after, axis) * share
""",
        "bilinear",
    ),
    "layer_normalization": (
        "layer_normalization(x, axis, epsilon)",
        """
away = x - x.mean(axis, keepdims=True)
return away / np.sqrt((away**2).mean(axis, keepdims=True) + epsilon)
""",
        "",
    ),
    "sparsemax": (
        "sparsemax(z, axis=-1)",
        """
descending = -np.sort(-z, axis)
running = descending.cumsum(axis)
rank = np.ones_like(z).cumsum(axis)
stays = descending - (running - 1) / rank > 0
total = (running * stays).sum(axis, keepdims=True)
return np.maximum(z - (total - 1) / stays.sum(axis, keepdims=True), 0)
""",
        "sparsemax",
    ),
}

_FORMULAS: dict[str, tuple[str, str]] = {
    "celu": ("z, alpha=1.0", "np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0) / alpha)"),
    "elu": ("z, alpha=1.0", "np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))"),
    "hard_shrink": ("z, threshold=0.5", "np.where(np.abs(z) > threshold, z, 0)"),
    "hard_sigmoid": ("z", "np.clip(z + 3, 0, 6) / 6"),
    "hard_silu": ("z", "z * np.clip(z + 3, 0, 6) / 6"),
    "hard_tanh": ("z", "np.clip(z, -1, 1)"),
    "leaky_relu": ("z, negative_slope=0.2", "np.where(z >= 0, z, negative_slope * z)"),
    "log_sigmoid": ("z", "-np.logaddexp(-z, 0)"),
    "mish": ("z", "z * np.tanh(np.logaddexp(z, 0))"),
    "relu": ("z", "np.maximum(z, 0)"),
    "relu6": ("z", "np.clip(z, 0, 6)"),
    "sigmoid": ("z", "1 / (1 + np.exp(-z))"),
    "silu": ("z", "z / (1 + np.exp(-z))"),
    "soft_shrink": ("z, threshold=0.5", "np.sign(z) * np.maximum(np.abs(z) - threshold, 0)"),
    "softplus": ("z", "np.logaddexp(z, 0)"),
    "softsign": ("z", "z / (1 + np.abs(z))"),
    "sparse_plus": ("z", "np.where(z >= 1, z, np.clip(z + 1, 0, 2) ** 2 / 4)"),
    "sparse_sigmoid": ("z", "np.clip(z + 1, 0, 2) / 2"),
    "squareplus": ("z, b=4", "(z + np.sqrt(z**2 + b)) / 2"),
    "tanh_shrink": ("z", "z - np.tanh(z)"),
    "threshold": ("z, threshold, default_value", "np.where(z > threshold, z, default_value)"),
}
"""Activations of one line: their parameters, and what they give."""

_LINES: dict[str, tuple[str, list[str]]] = {
    "gelu": (
        "z",
        [
            "error = np.vectorize(erf, otypes=[float])(z / np.sqrt(2))",
            "return z * (1 + error) / 2",
        ],
    ),
    "gelu_tanh": (
        "z",
        [
            "angle = np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)",
            "return z * (1 + np.tanh(angle)) / 2",
        ],
    ),
    "glu": (
        "z, axis=-1",
        ["value, gate = np.split(z, 2, axis)", "return value / (1 + np.exp(-gate))"],
    ),
    "log_softmax": (
        "z, axis=-1",
        [
            "z = z - z.max(axis, keepdims=True)",
            "return z - np.log(np.exp(z).sum(axis, keepdims=True))",
        ],
    ),
    "selu": (
        "z",
        [
            "scale, alpha = 1.0507009873554805, 1.6732632423543772",
            "return scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))",
        ],
    ),
    "softmax": (
        "z, axis=-1",
        [
            "powers = np.exp(z - z.max(axis, keepdims=True))",
            "return powers / powers.sum(axis, keepdims=True)",
        ],
    ),
    "general_relu": (
        "z, negative_slope=0.0, max_value=np.inf, threshold=0.0",
        [
            "above = np.minimum(np.where(z > threshold, z, 0), max_value)",
            "return above - negative_slope * np.maximum(threshold - z, 0)",
        ],
    ),
}

NAMES = frozenset([*_OTHERS, *_FORMULAS, *_LINES]) | {
    f"{family}{rank}d" for family in _WINDOWED for rank in (1, 2)
}


def function_lines(name: str, dilated: bool) -> list[str]:
    """A function's text, its words in the reader's language."""
    if name in _OTHERS:
        signature, body, said = _OTHERS[name]
        return _function(signature, body.strip().splitlines(), said)
    if name in _FORMULAS:
        parameters, formula = _FORMULAS[name]
        return _function(f"{name}({parameters})", [f"return {formula}"])
    if name in _LINES:
        parameters, lines = _LINES[name]
        return _function(f"{name}({parameters})", lines)
    transposed = re.fullmatch(r"conv([12])d_transpose", name)
    if transposed:
        return _transposed(name, int(transposed[1]), dilated)
    return _WINDOWED[name[:-2]](name, int(name[-2]), dilated)
