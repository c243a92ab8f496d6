"""Activations in PyTorch: its own functions where it has them, else the formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import activations
from .activating import called, note_on
from .chain import Chain
from .source import call

_PLAIN: dict[str, tuple[str, str | None]] = {
    "elu": ("F.elu", "nn.ELU"),
    "exponential": ("torch.exp", None),
    "hard_shrink": ("F.hardshrink", "nn.Hardshrink"),
    "hard_sigmoid": ("F.hardsigmoid", "nn.Hardsigmoid"),
    "hard_silu": ("F.hardswish", "nn.Hardswish"),
    "hard_tanh": ("F.hardtanh", "nn.Hardtanh"),
    "log_sigmoid": ("F.logsigmoid", "nn.LogSigmoid"),
    "mish": ("F.mish", "nn.Mish"),
    "relu6": ("F.relu6", "nn.ReLU6"),
    "selu": ("F.selu", "nn.SELU"),
    "celu": ("F.celu", "nn.CELU"),
    "sigmoid": ("torch.sigmoid", "nn.Sigmoid"),
    "silu": ("F.silu", "nn.SiLU"),
    "soft_shrink": ("F.softshrink", "nn.Softshrink"),
    "softplus": ("F.softplus", "nn.Softplus"),
    "softsign": ("F.softsign", "nn.Softsign"),
    "tanh": ("torch.tanh", "nn.Tanh"),
    "tanh_shrink": ("F.tanhshrink", "nn.Tanhshrink"),
}
"""A function, and the same as a layer; both take the options, by their places."""

_FORMULAS = {
    "sparse_plus": "torch.where({x} >= 1, {x}, ({x} + 1).clamp(0, 2) ** 2 / 4)",
    "sparse_sigmoid": "(({x} + 1) / 2).clamp(0, 1)",
}


def activate(chain: Chain, activation: activations.Activation) -> str | None:
    """Apply an activation; the name of the function that the program needs for it, if any."""
    found = called(activation)
    if found is None:
        chain.notes.append(note_on(activation))
        return None
    if found.name in _PLAIN:
        _apply(chain, *_PLAIN[found.name], *found.options.values())
    elif found.name in _FORMULAS:
        chain.apply(_FORMULAS[found.name], nests=True)
    elif found.name != "linear":
        _OTHERS[found.name](chain, **found.options)
    return "sparsemax" if found.name == "sparsemax" else None


def _apply(chain: Chain, function: str, module: str | None, *values: Any, **options: Any) -> None:
    """The function, or the layer, with these values beside the array."""
    layer = None if module is None else call(module, *values, **options)
    chain.apply(call(function, "{x}", *values, **options), nests=True, module=layer)


def relu(
    chain: Chain,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> None:
    """Keras' relu, with each of its options where it is used."""
    if (negative_slope, max_value, threshold) == (0, None, 0):
        _apply(chain, "F.relu", "nn.ReLU")
    elif (max_value, threshold) == (None, 0):
        _apply(chain, "F.leaky_relu", "nn.LeakyReLU", negative_slope)
    elif (negative_slope, max_value) == (0, None):
        _apply(chain, "F.threshold", "nn.Threshold", threshold, 0.0)
    elif (negative_slope, threshold) == (0, 0):
        chain.apply(f"{{x}}.clamp(0, {max_value})")
    else:
        above = f"torch.where({{x}} > {threshold}, {{x}}, 0.0)"
        above += "" if max_value is None else f".clamp(max={max_value})"
        below = f" - {negative_slope} * F.relu({threshold} - {{x}})" if negative_slope else ""
        chain.apply(above + below)


def leaky_relu(chain: Chain, negative_slope: float = 0.2) -> None:
    relu(chain, negative_slope=negative_slope)


def softmax(chain: Chain, axis: Any = -1) -> None:
    if isinstance(axis, int):
        _apply(chain, "F.softmax", "nn.Softmax", dim=chain.dim(axis))
    else:
        dims = chain.dims(axis)
        chain.apply(f"({{x}} - {{x}}.logsumexp({dims}, keepdim=True)).exp()")


def _gelu(chain: Chain, approximate: bool = False) -> None:
    _apply(chain, "F.gelu", "nn.GELU", approximate='"tanh"' if approximate else None)


def _log_softmax(chain: Chain, axis: int = -1) -> None:
    _apply(chain, "F.log_softmax", "nn.LogSoftmax", dim=chain.dim(axis))


def _glu(chain: Chain, axis: int = -1) -> None:
    _apply(chain, "F.glu", "nn.GLU", dim=chain.dim(axis))


def _sparsemax(chain: Chain, axis: int = -1) -> None:
    _apply(chain, "sparsemax", None, dim=chain.dim(axis))


def _squareplus(chain: Chain, b: float = 4) -> None:
    chain.apply(f"({{x}} + ({{x}}**2 + {b}).sqrt()) / 2")


def _threshold(chain: Chain, threshold: float, default_value: float) -> None:
    _apply(chain, "F.threshold", "nn.Threshold", threshold, default_value)


_OTHERS: dict[str, Callable[..., None]] = {
    "gelu": _gelu,
    "glu": _glu,
    "leaky_relu": leaky_relu,
    "log_softmax": _log_softmax,
    "relu": relu,
    "softmax": softmax,
    "sparsemax": _sparsemax,
    "squareplus": _squareplus,
    "threshold": _threshold,
}
