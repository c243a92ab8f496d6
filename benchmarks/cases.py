"""What is measured: the sizes of lessons and of real networks, over all layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

import convlab

Array = Any


@dataclass(frozen=True)
class Case:
    """A layer on an input; ``name`` and ``shape`` (channels last) go into the table."""

    name: str
    layer: str
    shape: tuple[int, ...]
    arguments: dict[str, Any] = field(default_factory=dict)

    def built(self) -> tuple[Any, Array]:
        """The layer with random weights and a random input, float32, the same at every call."""
        rng = np.random.default_rng(0)
        layer = getattr(convlab, self.layer)(**self.arguments)
        layer.build(self.shape)
        weights = [rng.standard_normal(w.shape).astype("float32") / 8 for w in layer.weights]
        layer.set_weights(weights)
        return layer, rng.standard_normal(self.shape, dtype="float32")

    @property
    def multiply_adds(self) -> int:
        """Products of the plain sums, padding included."""
        layer, _ = self.built()
        total = 0
        for stage in layer.geometry(self.shape).stages:
            places = prod(stage.input_sizes if stage.transposed else stage.output_sizes)
            total += self.shape[0] * places * stage.parameters
        return total


def conv2d(name: str, shape: tuple[int, ...], filters: int, size: int, **more: Any) -> Case:
    return Case(name, "Conv2D", shape, {"filters": filters, "kernel_size": size, **more})


SAME = {"padding": "same"}

CASES = [
    conv2d("lesson, 8×8", (1, 8, 8, 1), 4, 3),
    conv2d("photograph, 5×5×8", (1, 512, 600, 3), 8, 5, **SAME),
    conv2d("article's image, 64 filters", (1, 1000, 1000, 3), 64, 3),
    conv2d("digits, batch of 64", (64, 28, 28, 1), 32, 3),
    conv2d("32×32 RGB, batch of 32", (32, 32, 32, 3), 32, 3, **SAME),
    conv2d("32×32, 32 channels", (32, 32, 32, 32), 32, 3, **SAME),
    conv2d("56×56, 64 channels", (16, 56, 56, 64), 64, 3, **SAME),
    conv2d("28×28, 128 channels", (4, 28, 28, 128), 128, 3, **SAME),
    conv2d("14×14, 256 channels", (8, 14, 14, 256), 256, 3, **SAME),
    conv2d("56×56, stride 2", (16, 56, 56, 64), 128, 3, strides=2, **SAME),
    conv2d("56×56, 1×1", (16, 56, 56, 64), 256, 1),
    conv2d("224×224 RGB, 7×7, stride 2", (1, 224, 224, 3), 64, 7, strides=2, **SAME),
    conv2d("224×224 RGB, 16×16 patches", (4, 224, 224, 3), 192, 16, strides=16),
    Case(
        "signal, kernel 64, stride 4",
        "Conv1D",
        (4, 16000, 1),
        {"filters": 32, "kernel_size": 64, "strides": 4},
    ),
    Case("sequence, kernel 9", "Conv1D", (8, 1024, 32), {"filters": 64, "kernel_size": 9, **SAME}),
    Case(
        "56×56, depthwise, 128 channels",
        "DepthwiseConv2D",
        (16, 56, 56, 128),
        {"kernel_size": 3, **SAME},
    ),
    Case(
        "56×56, separable",
        "SeparableConv2D",
        (16, 56, 56, 64),
        {"filters": 128, "kernel_size": 3, **SAME},
    ),
    Case(
        "transposed, stride 2",
        "Conv2DTranspose",
        (8, 28, 28, 64),
        {"filters": 32, "kernel_size": 3, "strides": 2, **SAME},
    ),
    Case(
        "transposed, 2×2, stride 2",
        "Conv2DTranspose",
        (8, 28, 28, 128),
        {"filters": 64, "kernel_size": 2, "strides": 2},
    ),
]

RICH = ["56×56, 64 channels", "28×28, 128 channels", "14×14, 256 channels"]
"""Cases in which two threads should show."""

GROWTH = [
    conv2d(f"{size}×{size}, 16 channels", (1, size, size, 16), 32, 3, **SAME)
    for size in (15, 26, 47, 83, 147, 262, 466, 828, 1473)
]
"""From 10⁶ to 10¹⁰ multiply-adds."""
