"""A network from PyTorch: a module that is a layer, or a Sequential of them."""

from __future__ import annotations

from .network import Network


def recognised(source: object) -> bool:
    """Whether ``source`` is a module of PyTorch's."""
    return False


def network_of(source: object) -> Network:
    """The network that ``source`` holds."""
    raise NotImplementedError
