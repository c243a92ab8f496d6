"""Activations: as arguments of other layers, and as layers of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...activations import Activation as Function
from ...companions import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from .comparing import compare
from .ordering import Shape, last_axis
from .records import Comparison, Difference, Example, Twin, from_numpy
from .writing import call, unless

_MODULES = {
    "relu6": "ReLU6",
    "selu": "SELU",
    "celu": "CELU",
    "sigmoid": "Sigmoid",
    "log_sigmoid": "LogSigmoid",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "tanh": "Tanh",
    "tanh_shrink": "Tanhshrink",
    "soft_shrink": "Softshrink",
    "hard_shrink": "Hardshrink",
    "hard_tanh": "Hardtanh",
    "hard_sigmoid": "Hardsigmoid",
    "hard_silu": "Hardswish",
    "silu": "SiLU",
    "mish": "Mish",
    "gelu": "GELU",
}
"""Modules of ``torch.nn`` with the numbers of Keras' activations, both as they are by default."""

_ALONG = {"softmax": "Softmax", "log_softmax": "LogSoftmax", "glu": "GLU"}
"""Those that act along an axis."""

_FORMULAS = {
    "exponential": "y.exp()",
    "squareplus": "(y + (y.square() + 4).sqrt()) / 2",
    "sparse_sigmoid": "((y + 1) / 2).clamp(0, 1)",
    "sparse_plus": "torch.where(y >= 1, y, (y + 1).clamp(min=0).square() / 4)",
}
"""Those that ``torch.nn`` has no module for."""


@dataclass(frozen=True)
class Found:
    """An activation in PyTorch: a module or a formula in y; the ``usual`` module; differences.

    ``known`` is whether there is any.
    """

    module: str = ""
    formula: str = ""
    usual: str = ""
    items: tuple[Difference, ...] = ()
    known: bool = True

    def behind(self, found: Comparison) -> Comparison:
        """A layer's comparison with this activation at its end."""
        twin = None if found.twin is None or not self.known else self._added(found.twin, False)
        usual = None if found.usual is None or not self.known else self._added(found.usual, True)
        return Comparison(usual, twin, (*found.items, *self.items))

    def _added(self, twin: Twin, usual: bool) -> Twin:
        module = (self.usual if usual else "") or self.module
        modules = (*twin.modules, module) if module else twin.modules
        lines = (*twin.lines, f"y = {self.formula}") if self.formula else twin.lines
        return replace(twin, modules=modules, lines=lines)

    @property
    def alone(self) -> Comparison:
        """The activation as a layer."""
        start = Twin() if self.module else Twin(lines=("y = x",))
        return self.behind(Comparison(start, start))


def activation(function: Function, dim: int) -> Found:
    """An argument ``activation``; ``dim`` is where Keras' last axis stands in PyTorch."""
    inner = function.function
    if not isinstance(inner, partial):
        return _named(function.name, {}, dim)
    return _named(getattr(inner.func, "name", ""), inner.keywords, dim)


def _named(name: str, options: Mapping[str, Any], dim: int) -> Found:
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](options)
    if name in _ALONG:
        return _along(name, options.get("axis", -1), dim)
    if options or (name not in _MODULES and name not in _FORMULAS):
        return Found(items=(Difference("own_activation", "call", {"name": name}),), known=False)
    if name in _MODULES:
        return Found(module=call(_MODULES[name]))
    return Found(formula=_FORMULAS[name], items=(_no_module(name, _FORMULAS[name]),))


def _no_module(name: str, formula: str) -> Difference:
    return Difference("no_module", "call", {"name": name, "formula": formula})


def _linear(options: Mapping[str, Any]) -> Found:
    return Found()


def _leaky_relu(options: Mapping[str, Any]) -> Found:
    slope = options.get("negative_slope", 0.2)
    module = call("LeakyReLU", slope)
    if slope == 0.01:
        return Found(module=module)
    example = Example("each_number", (-2, -1, 1), (-2 * slope, -slope, 1), (-0.02, -0.01, 1))
    item = Difference("leaky_slope", "values", {"slope": slope}, example)
    return Found(module=module, usual=call("LeakyReLU"), items=(item,))


def _elu(options: Mapping[str, Any]) -> Found:
    return Found(module=call("ELU", **unless(1.0, alpha=options.get("alpha", 1.0))))


def _relu(options: Mapping[str, Any]) -> Found:
    most, slope = options.get("max_value"), options.get("negative_slope") or 0
    level = options.get("threshold") or 0
    if not level and not slope:
        module = call("ReLU") if most is None else call("ReLU6")
        return Found(module=module if most in (None, 6) else call("Hardtanh", 0, most))
    if not level and most is None:
        return Found(module=call("LeakyReLU", slope))
    top = "y" if most is None else f"y.clamp(max={most})"
    formula = f"torch.where(y > {level}, {top}, {slope} * (y - {level}))"
    return Found(formula=formula, items=(_no_module("ReLU", formula),))


_FUNCTIONS = {"linear": _linear, "leaky_relu": _leaky_relu, "elu": _elu, "relu": _relu}


def _along(name: str, axis: Any, dim: int) -> Found:
    """Keras' axis -1 is ``dim`` in PyTorch; others are those of y, which stands as in Keras."""
    module = _ALONG[name]
    if not isinstance(axis, int):
        formula = f"(y - y.logsumexp({tuple(axis)}, keepdim=True)).exp()"
        return Found(formula=formula, items=(_no_module(name, formula),))
    if axis != -1 and dim != -1:
        return Found(formula=f"{call(module, dim=axis)}(y)")
    if dim == -1:
        return Found(module=call(module, dim=axis))
    item = Difference("activation_axis", "values", {"name": name, "module": f"nn.{module}"})
    return Found(call(module, dim=dim), usual=call(module, dim=-1), items=(item,))


# Layers of their own


@compare.register(Activation)
def _(layer: Activation, shape: Shape) -> Comparison:
    found = activation(layer.activation, -1).alone
    return _with_axis(found, shape) if layer.activation.name in _ALONG else found


@compare.register(ReLU)
@compare.register(LeakyReLU)
@compare.register(ELU)
def _(layer: Any, shape: Shape) -> Comparison:
    names = layer.declared_arguments()
    return _named(layer.function.name, {name: getattr(layer, name) for name in names}, -1).alone


@compare.register(Softmax)
def _(layer: Softmax, shape: Shape) -> Comparison:
    found = _along("softmax", layer.axis, -1).alone
    return _with_axis(found, shape) if layer.axis == -1 else found


def _with_axis(found: Comparison, shape: Shape) -> Comparison:
    return replace(found, items=(*found.items, *last_axis(shape)))


@compare.register(PReLU)
def _(layer: Any, shape: Shape) -> Comparison:
    """A module where there is one slope in all, or one for each channel."""
    sizes = layer.weight_shapes(shape)["alpha"]
    start = Difference("slope_start", "training", {"keras": type(layer.alpha_initializer).__name__})
    own = [
        axis for axis, size in enumerate(sizes, start=1) if axis not in (layer.shared_axes or [])
    ]
    if len(own) > 1:
        formula = "torch.where(x > 0, x, torch.from_numpy(alpha) * x)"
        twin = Twin(lines=(f"y = {formula}",))
        item = Difference("slope_each", "call", {"shape": sizes, "formula": formula})
        return Comparison(twin, twin, (item, start))
    axis = own[0] if own else 1
    there, back = (f".movedim({axis}, 1)", f".movedim(1, {axis})") if axis != 1 else ("", "")
    lines = (f"y = layer(x{there}){back}",)
    weight = (0, "weight", from_numpy("alpha.ravel()"))
    twin = Twin((call("PReLU", sizes[axis - 1] if own else 1),), lines, (weight,))
    order = last_axis(shape, "slope_axis") if axis == len(shape) - 1 else []
    return Comparison(twin, twin, (*order, start))
