"""Activations of PyTorch's as those of Keras'."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from .. import companions
from ..activations import celu, gelu, glu, hard_shrink, log_softmax, soft_shrink, threshold
from ..layers.common import Array, Shape
from .torch_modules import INPUT, Part, Place

SAME = {
    "GELU": "gelu",
    "Hardsigmoid": "hard_sigmoid",
    "Hardswish": "hard_silu",
    "LogSigmoid": "log_sigmoid",
    "Mish": "mish",
    "SELU": "selu",
    "SiLU": "silu",
    "Sigmoid": "sigmoid",
    "Softsign": "softsign",
    "Tanh": "tanh",
    "Tanhshrink": "tanh_shrink",
}
"""Those that have a name and no options of their own."""


def same(place: Place) -> list[Part]:
    """An activation without options."""
    if place.kind == "GELU" and place.get("approximate") == "tanh":
        return [_activation(partial(gelu, approximate=True))]
    return [_activation(SAME[place.kind])]


def _activation(function: Any, suffix: str = "", *sources: str) -> Part:
    return Part(companions.Activation, {"activation": function}, suffix, sources)


def relu(place: Place) -> list[Part]:
    """``ReLU`` and ``ReLU6``."""
    return [Part(companions.ReLU, {"max_value": 6.0} if place.kind == "ReLU6" else {})]


def leaky_relu(place: Place) -> list[Part]:
    """``LeakyReLU``, and ``RReLU`` with the slope that it has outside training."""
    if place.kind == "RReLU":
        slope = (place.get("lower") + place.get("upper")) / 2
    else:
        slope = place.get("negative_slope")
    return _falling(slope) if slope < 0 else [Part(companions.LeakyReLU, {"negative_slope": slope})]


def _falling(slope: float) -> list[Part]:
    """A slope below 0, which Keras refuses: the positive part, and the negative one turned up."""
    return [
        Part(companions.ReLU, {}, "", (INPUT,)),
        Part(companions.Rescaling, {"scale": -1.0}, "negative", (INPUT,)),
        Part(companions.ReLU, {}, "below"),
        Part(companions.Rescaling, {"scale": -slope}, "sloped"),
        Part(companions.Add, {}, "sum", ("", "sloped")),
    ]


def elu(place: Place) -> list[Part]:
    """``ELU``."""
    return [Part(companions.ELU, {"alpha": place.get("alpha")})]


def with_options(function: Callable[..., Any], **options: str) -> Callable[[Place], list[Part]]:
    """A translation to ``function``, each option read from one of the module's arguments."""

    def translated(place: Place) -> list[Part]:
        given = {option: place.get(argument) for option, argument in options.items()}
        return [_activation(partial(function, **given))]

    return translated


OPTIONS = {
    "CELU": with_options(celu, alpha="alpha"),
    "GLU": with_options(glu, axis="dim"),
    "Hardshrink": with_options(hard_shrink, threshold="lambd"),
    "Softshrink": with_options(soft_shrink, threshold="lambd"),
    "Threshold": with_options(threshold, threshold="threshold", default_value="value"),
}


def hard_tanh(place: Place) -> list[Part]:
    """``Hardtanh``: a ReLU with a most, moved to where it begins."""
    least, most = place.get("min_val"), place.get("max_val")
    if (least, most) == (-1, 1):
        return [_activation("hard_tanh")]
    return [
        Part(companions.Rescaling, {"scale": 1.0, "offset": -least}, "lowered"),
        Part(companions.ReLU, {"max_value": most - least}),
        Part(companions.Rescaling, {"scale": 1.0, "offset": least}, "raised"),
    ]


def softplus(place: Place) -> list[Part]:
    """``Softplus``, with a factor ``beta`` before and its inverse behind."""
    beta, bound = float(place.get("beta")), float(place.get("threshold"))
    whole = bound >= _FAR
    function = _activation("softplus")
    middle = [replace(function, notes=(place.note("softplus"),))] if whole else _bounded(bound)
    if beta == 1 and whole:
        return middle
    return [
        Part(companions.Rescaling, {"scale": beta}, "scaled"),
        *middle,
        Part(companions.Rescaling, {"scale": 1 / beta}, "unscaled"),
    ]


_FAR = 20
"""From here on softplus(x) is x but for 2e-9."""


def _bounded(bound: float) -> list[Part]:
    """Softplus up to a bound; beyond, x takes its place."""
    beyond = partial(threshold, threshold=bound, default_value=0.0)
    # What is not beyond goes so far down that its softplus is 0.
    only = partial(threshold, threshold=bound, default_value=-1e4)
    return [
        _activation("softplus", "", "scaled"),
        _activation(beyond, "beyond", "scaled"),
        _activation(only, "only", "scaled"),
        _activation("softplus", "surplus"),
        Part(companions.Rescaling, {"scale": -1.0}, "less"),
        Part(companions.Add, {}, "sum", ("", "less", "beyond")),
    ]


def softmax(place: Place) -> list[Part]:
    """``Softmax``, ``Softmax2d``, ``Softmin`` and ``LogSoftmax``."""
    axis = -3 if place.kind == "Softmax2d" else place.get("dim")
    if axis is None:
        place.refuse("dim", "softmax_dim")
    if place.kind == "LogSoftmax":
        whole = "log_softmax" if axis == -1 else partial(log_softmax, axis=axis)
        return [_activation(whole)]
    negative = [Part(companions.Rescaling, {"scale": -1.0}, "negative")]
    shares = [Part(companions.Softmax, {"axis": axis})]
    return [*negative, *shares] if place.kind == "Softmin" else shares


def prelu(place: Place) -> list[Part]:
    """``PReLU``: one slope for all, or one for each channel."""
    slopes = place.array("weight")
    if place.shape is None:
        return [Part(partial(_of_any_rank, slopes), waits=True)]
    ones = [1] * (len(place.shape) - 2)
    return [
        Part(
            companions.PReLU,
            {"shared_axes": _shared(slopes, len(place.shape))},
            weights=[slopes.reshape(-1, *ones)],
            built_for=(None, slopes.size, *ones),
        )
    ]


def _shared(slopes: Array, axes: int) -> list[int]:
    """The axes behind the batch along which slopes do not differ."""
    return list(range(1 if slopes.size == 1 else 2, axes))


class _PReLU(companions.PReLU):
    """Keras' layer needs the number of axes, which PyTorch's does not tell: the first input does.

    From then on it is Keras'.
    """

    slopes: Array

    def _weight_shapes(self, shape: Shape) -> dict[str, tuple[int, ...]]:
        if not self.built:
            self.shared_axes = self._arguments["shared_axes"] = _shared(self.slopes, len(shape))
        return super()._weight_shapes(shape)

    def _new_weight(self, name: str, shape: tuple[int, ...]) -> Array:
        return self.slopes.reshape(shape)


_PReLU.__name__ = "PReLU"


def _of_any_rank(slopes: Array, **base: Any) -> _PReLU:
    layer = _PReLU(**base)
    layer.slopes = slopes
    return layer
