"""Keras 3's convolution layers: signatures, weights, the call, the gradients, the config."""

from .base import Layer
from .convolution import Conv1D, Conv2D
from .depthwise import DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D
from .transposed import Conv1DTranspose, Conv2DTranspose

LAYERS: dict[str, type[Layer]] = {
    kind.__name__: kind
    for kind in (Conv1D, Conv2D, DepthwiseConv2D, SeparableConv2D, Conv2DTranspose)
}
"""The five layers of the lessons by their Keras names, in that order: those that widgets show."""

CONVOLUTIONS: dict[str, type[Layer]] = {
    **LAYERS,
    **{kind.__name__: kind for kind in (DepthwiseConv1D, SeparableConv1D, Conv1DTranspose)},
}
"""All convolution layers by their Keras names: the five, and their siblings along time."""

__all__ = [
    "CONVOLUTIONS",
    "LAYERS",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Layer",
    "SeparableConv1D",
    "SeparableConv2D",
]
