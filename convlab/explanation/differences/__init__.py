"""``differences``: how a layer differs from its twin in PyTorch, and what to write instead."""

# Each says how one kind of layer compares.
from . import (  # noqa: F401
    activating,
    merging,
    normalizing,
    pooling,
    reshaping,
    sliding,
    transposing,
)
from .comparing import differences, differences_of_refused
from .records import Difference, Differences, Example

__all__ = ["Difference", "Differences", "Example", "differences", "differences_of_refused"]
