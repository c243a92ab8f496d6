"""Networks: layers in order with their merges, made here or read from elsewhere.

Loaded on first use.
"""

from .network import AnyLayer, Network, Step
from .reading import read
from .unknown import UnknownLayer

__all__ = ["AnyLayer", "Network", "Step", "UnknownLayer", "read"]
