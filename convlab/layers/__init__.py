"""Keras 3's convolution layers: signatures, weights, the call, the gradients, the config."""

from .base import Layer
from .convolution import Conv1D, Conv2D
from .depthwise import DepthwiseConv2D, SeparableConv2D
from .transposed import Conv2DTranspose

LAYERS: dict[str, type[Layer]] = {
    kind.__name__: kind
    for kind in (Conv1D, Conv2D, DepthwiseConv2D, SeparableConv2D, Conv2DTranspose)
}
"""The five layers by their Keras names, in the order of the lessons."""

__all__ = [
    "LAYERS",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "DepthwiseConv2D",
    "Layer",
    "SeparableConv2D",
]
