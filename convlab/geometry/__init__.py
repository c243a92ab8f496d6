"""The index arithmetic of sliding windows, in plain integers; nothing else multiplies by a stride.

An ``Axis`` is one sliding direction of a convolution, a ``TransposedAxis`` the same record read
backwards. A layer's ``Geometry`` is a product of axes, stage by stage. ``fields`` holds what a
stack of layers sees.
"""

from .axes import (
    LONGEST_STEP,
    UNIT_AXIS,
    AnyAxis,
    Axis,
    Size,
    TransposedAxis,
    convolution_axis,
    transposed_axis,
    upsampling_axis,
)
from .stages import Geometry, Stage

__all__ = [
    "LONGEST_STEP",
    "UNIT_AXIS",
    "AnyAxis",
    "Axis",
    "Geometry",
    "Size",
    "Stage",
    "TransposedAxis",
    "convolution_axis",
    "transposed_axis",
    "upsampling_axis",
]
