"""A network held against PyTorch's numbers: output, and the gradients of input and weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.tolerances import FLOAT32, PYTORCH, assert_close

Array = NDArray[Any]


@dataclass
class Answers:
    """A batch, what became of it, a gradient of that, and the gradients that it led to."""

    x: Array
    y: Array
    dy: Array
    dx: Array
    gradients: dict[str, Array]
    """By the parameter's name, in PyTorch's order."""


def assert_equal(network: Any, module: Any, answers: Answers) -> None:
    """Hold values and gradients against PyTorch's."""
    parts = dict(_parts(module, ""))
    # On the way back through Hardsigmoid PyTorch takes 1/6 in float32, whatever the dtype.
    narrow = any(type(part).__name__ == "Hardsigmoid" for part in parts.values())
    tolerance = FLOAT32 if narrow else PYTORCH
    assert_close(network(answers.x), answers.y, PYTORCH, "values")
    assert_close(network.backward(answers.dy), answers.dx, tolerance, "gradient of the input")
    steps = {step.name: step.layer for step in network.steps}
    for name, expected in answers.gradients.items():
        place, _, weight = name.rpartition(".")
        layer, part = steps[place or type(module).__name__], parts[place]
        assert_close(_gradient(layer, part, weight), expected, tolerance, f"gradient of {name}")


def _parts(module: Any, name: str) -> Any:
    yield name, module
    for key, part in module._modules.items():
        yield from _parts(part, f"{name}.{key}".lstrip("."))


def _gradient(layer: Any, part: Any, weight: str) -> Array:
    """A layer's gradient in PyTorch's order."""
    found: Array = layer.gradients[0 if weight == "weight" else -1]
    kind = type(part).__name__
    if kind in ("BatchNorm1d", "BatchNorm2d", "LayerNorm"):
        names = [name for name in ("weight", "bias") if getattr(part, name) is not None]
        return np.asarray(layer.gradients[names.index(weight)])
    if weight == "bias":
        return found
    if kind == "PReLU":
        return found.reshape(-1)
    if kind.startswith("ConvTranspose"):
        found = _own_part(found, part)
    return np.moveaxis(found, (-1, -2), (0, 1))


def _own_part(found: Array, part: Any) -> Array:
    """Of a kernel with zeros for groups or holes, what stands in PyTorch's."""
    rank = found.ndim - 2
    if found.shape[:rank] != tuple(part.kernel_size):
        found = found[tuple(slice(None, None, step) for step in part.dilation)]
    filters, channels = (size // part.groups for size in found.shape[-2:])
    blocks = [
        found[..., g * filters : (g + 1) * filters, g * channels : (g + 1) * channels]
        for g in range(part.groups)
    ]
    return np.concatenate(blocks, axis=-1)
