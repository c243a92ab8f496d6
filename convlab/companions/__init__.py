"""The layers that stand beside convolutions in a network, with Keras 3's arguments and numbers.

Loaded on first use. They compute, both ways, and say their shapes, weights, cost and windows.
"""

from .activating import (
    ELU,
    Activation,
    LeakyReLU,
    PReLU,
    ReLU,
    Softmax,
)
from .base import (
    Companion,
)
from .dense import (
    Dense,
)
from .merging import (
    Add,
    Concatenate,
    Maximum,
    Multiply,
)
from .normalization import (
    BatchNormalization,
    LayerNormalization,
    LayerScale,
    Normalization,
    Rescaling,
)
from .passing import (
    Dropout,
    InputLayer,
)
from .pooling import (
    AveragePooling1D,
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from .reshaping import (
    Cropping1D,
    Cropping2D,
    Flatten,
    Permute,
    Reshape,
    UpSampling1D,
    UpSampling2D,
    ZeroPadding1D,
    ZeroPadding2D,
)

COMPANIONS: dict[str, type[Companion]] = {
    kind.__name__: kind
    for kind in (
        Activation,
        Add,
        AveragePooling1D,
        AveragePooling2D,
        BatchNormalization,
        Concatenate,
        Cropping1D,
        Cropping2D,
        Dense,
        Dropout,
        ELU,
        Flatten,
        GlobalAveragePooling1D,
        GlobalAveragePooling2D,
        GlobalMaxPooling1D,
        GlobalMaxPooling2D,
        InputLayer,
        LayerNormalization,
        LayerScale,
        LeakyReLU,
        MaxPooling1D,
        MaxPooling2D,
        Maximum,
        Multiply,
        Normalization,
        PReLU,
        Permute,
        ReLU,
        Rescaling,
        Reshape,
        Softmax,
        UpSampling1D,
        UpSampling2D,
        ZeroPadding1D,
        ZeroPadding2D,
    )
}
"""All companions by their Keras names."""

__all__ = [
    "COMPANIONS",
    "ELU",
    "Activation",
    "Add",
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Companion",
    "Concatenate",
    "Cropping1D",
    "Cropping2D",
    "Dense",
    "Dropout",
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
]
