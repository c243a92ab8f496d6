"""Which function translates which layer of PyTorch's."""

from __future__ import annotations

from collections.abc import Callable

from . import torch_activations, torch_convolutions, torch_layers, torch_poolings
from .torch_modules import Part, Place

Translation = Callable[[Place], list[Part]]

TRANSLATIONS: dict[str, Translation] = {
    **dict.fromkeys(("Conv1d", "Conv2d"), torch_convolutions.convolution),
    **dict.fromkeys(("ConvTranspose1d", "ConvTranspose2d"), torch_convolutions.transposed),
    **dict.fromkeys(("MaxPool1d", "MaxPool2d"), torch_poolings.largest),
    **dict.fromkeys(("AvgPool1d", "AvgPool2d"), torch_poolings.mean),
    **dict.fromkeys(("AdaptiveAvgPool1d", "AdaptiveAvgPool2d"), torch_poolings.adaptive),
    **dict.fromkeys(("AdaptiveMaxPool1d", "AdaptiveMaxPool2d"), torch_poolings.adaptive),
    "Linear": torch_layers.linear,
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "SyncBatchNorm"), torch_layers.batch_norm),
    "LayerNorm": torch_layers.layer_norm,
    "Identity": torch_layers.identity,
    **dict.fromkeys(("Dropout", "Dropout1d", "Dropout2d"), torch_layers.dropout),
    **dict.fromkeys(("ZeroPad1d", "ZeroPad2d"), torch_layers.constant_padding),
    **dict.fromkeys(("ConstantPad1d", "ConstantPad2d"), torch_layers.constant_padding),
    **dict.fromkeys(("Upsample", "UpsamplingNearest2d"), torch_layers.upsampling),
    "UpsamplingBilinear2d": torch_layers.upsampling,
    "Flatten": torch_layers.flatten,
    "Unflatten": torch_layers.unflatten,
    **dict.fromkeys(torch_activations.SAME, torch_activations.same),
    **torch_activations.OPTIONS,
    **dict.fromkeys(("ReLU", "ReLU6"), torch_activations.relu),
    **dict.fromkeys(("LeakyReLU", "RReLU"), torch_activations.leaky_relu),
    "ELU": torch_activations.elu,
    "Hardtanh": torch_activations.hard_tanh,
    "PReLU": torch_activations.prelu,
    "Softplus": torch_activations.softplus,
    **dict.fromkeys(("Softmax", "Softmax2d", "Softmin"), torch_activations.softmax),
    "LogSoftmax": torch_activations.softmax,
}
"""By the class: a function from a module in its place to the layers that it becomes."""
