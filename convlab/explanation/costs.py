"""What a layer costs: weights, multiply-adds, bytes; and what a dense layer in its place would.

All counts are for one sample. A multiply-add is one product added to a sum; every weight of a
kernel takes part in one at each position of its window, products with padding zeros included and,
in a transposed layer, stamps that are cropped again. The bias and the activation are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from ..arguments import product_of
from ..geometry import Size, Stage

_SIZE_NAMES = {1: ("n",), 2: ("h", "w")}


def positions(stage: Stage) -> tuple[Size, ...]:
    """Where the stage's kernel is laid down: on each output, or, transposed, on each input."""
    return stage.input_sizes if stage.transposed else stage.output_sizes


def multiply_adds(stage: Stage) -> Size:
    """Positions times the kernel's weights, for one sample.

    Which is outputs × taps × channels of a group × filters, or, for a transposed stage, inputs ×
    taps × channels × filters.

    >>> from convlab import Conv2D
    >>> multiply_adds(Conv2D(8, 3).geometry((None, 5, 6, 2)).stages[0])
    1728
    """
    return product_of((*positions(stage), stage.parameters))


def position_names(stage: Stage) -> tuple[str, ...]:
    """The symbols of ``positions`` in a formula."""
    names = _SIZE_NAMES[len(stage.axes)]
    return names if stage.transposed else tuple(f"{name}out" for name in names)


@dataclass(frozen=True)
class Weight:
    """A weight by its attribute's name, its shape as Keras stores it, and its count.

    ``trained`` is whether a training loop should change it.
    """

    name: str
    shape: tuple[int, ...]
    trained: bool = True

    @property
    def count(self) -> int:
        return prod(self.shape)

    def to_dict(self) -> dict[str, object]:
        told = {"name": self.name, "shape": list(self.shape), "count": self.count}
        return {**told, "trained": self.trained}


@dataclass(frozen=True)
class Bytes:
    """Memory for the input, the output and the weights, for one sample."""

    input: Size
    output: Size
    weights: int

    def to_dict(self) -> dict[str, Size]:
        return {"input": self.input, "output": self.output, "weights": self.weights}


@dataclass(frozen=True)
class Dense:
    """The fully connected layer between the same input and output, each flattened.

    ``ratio`` is how many times the layer's own parameters it has.
    """

    inputs: int
    outputs: int
    parameters: int
    multiply_adds: int
    ratio: Fraction

    def to_dict(self) -> dict[str, object]:
        return {
            "inputs": self.inputs,
            "outputs": self.outputs,
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "ratio": float(self.ratio),
        }


def bytes_of(inputs: Size, outputs: Size, parameters: int, itemsize: int) -> Bytes:
    """The memory of the input, output and weights in a dtype of ``itemsize`` bytes."""
    read, made = (product_of((count, itemsize)) for count in (inputs, outputs))
    return Bytes(read, made, parameters * itemsize)


def dense_of(inputs: Size, outputs: Size, parameters: int, use_bias: bool) -> Dense | None:
    """The dense layer that would do the same, or ``None`` while a size is not known."""
    if inputs is None or outputs is None:
        return None
    products = inputs * outputs
    dense = products + outputs * use_bias
    return Dense(inputs, outputs, dense, products, Fraction(dense, parameters))
