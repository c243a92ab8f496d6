"""convlab: Keras' convolution layers in NumPy, and the pictures that explain them.

>>> import numpy as np, convlab
>>> layer = convlab.Conv2D(8, 3, strides=2, padding="same", activation="relu")
>>> layer(np.ones((1, 9, 12, 3))).shape
(1, 5, 6, 8)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import activations, constraints, initializers, regularizers
from .errors import ConvlabError
from .language import get_language, set_language, use_language
from .layers import (
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    DepthwiseConv1D,
    DepthwiseConv2D,
    Layer,
    SeparableConv1D,
    SeparableConv2D,
)
from .random import set_random_seed

if TYPE_CHECKING:
    from . import exercises, samples
    from .companions import *  # noqa: F403 (its names are those below)
    from .explanation import explain
    from .kernels import KERNEL_NAMES, named_kernel
    from .networks import Network, read
    from .plots.animation import animate
    from .plots.diagram import diagram
    from .plots.maps import coverage_map, matrix_map
    from .plots.pictures import show_pictures
    from .plots.signals import show_signals
    from .widgets.calculator import Calculator
    from .widgets.explorer import Explorer
    from .widgets.flipbook import Flipbook
    from .widgets.lens import Lens
    from .widgets.network import NetworkExplorer

__version__ = "0.1.0"

# Loaded on first use (SPEC 1 of Scientific Python): numbers need neither matplotlib nor ipywidgets.
_LAZY: dict[str, str] = {
    "animate": ".plots.animation",
    "coverage_map": ".plots.maps",
    "diagram": ".plots.diagram",
    "matrix_map": ".plots.maps",
    "show_pictures": ".plots.pictures",
    "show_signals": ".plots.signals",
    "Calculator": ".widgets.calculator",
    "Explorer": ".widgets.explorer",
    "Flipbook": ".widgets.flipbook",
    "Lens": ".widgets.lens",
    "NetworkExplorer": ".widgets.network",
    "Network": ".networks",
    "exercises": ".exercises",
    "samples": ".samples",
    "KERNEL_NAMES": ".kernels",
    "named_kernel": ".kernels",
    "explain": ".explanation",
    "read": ".networks",
}

_COMPANIONS: tuple[str, ...] = (
    "Activation",
    "Add",
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Cropping1D",
    "Cropping2D",
    "Dense",
    "Dropout",
    "ELU",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "InputLayer",
    "LayerNormalization",
    "LayerScale",
    "LeakyReLU",
    "MaxPooling1D",
    "MaxPooling2D",
    "Maximum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "ReLU",
    "Rescaling",
    "Reshape",
    "Softmax",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
)
_LAZY |= dict.fromkeys(_COMPANIONS, ".companions")

__all__ = [
    *_COMPANIONS,
    "Calculator",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "ConvlabError",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Explorer",
    "Flipbook",
    "KERNEL_NAMES",
    "Layer",
    "Lens",
    "Network",
    "NetworkExplorer",
    "SeparableConv1D",
    "SeparableConv2D",
    "activations",
    "animate",
    "constraints",
    "coverage_map",
    "diagram",
    "exercises",
    "explain",
    "get_language",
    "initializers",
    "matrix_map",
    "named_kernel",
    "read",
    "regularizers",
    "samples",
    "set_language",
    "set_random_seed",
    "show_pictures",
    "show_signals",
    "use_language",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(_LAZY[name], __name__)
    return getattr(module, name, module)


def __dir__() -> list[str]:
    return sorted({*__all__, *_LAZY})
