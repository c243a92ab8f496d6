"""Keras 3's convolution layers: signatures, weights, the call, the gradients, the config."""

from .base import Layer
from .convolution import Conv1D, Conv2D
from .depthwise import DepthwiseConv2D, SeparableConv2D
from .transposed import Conv2DTranspose

__all__ = ["Conv1D", "Conv2D", "Conv2DTranspose", "DepthwiseConv2D", "Layer", "SeparableConv2D"]
