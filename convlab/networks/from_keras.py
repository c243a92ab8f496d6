"""A network from Keras: a layer or model object, a config, a ``.keras`` file."""

from __future__ import annotations

from .network import Network


def recognised(source: object) -> bool:
    """Whether ``source`` is something of Keras'."""
    return False


def network_of(source: object) -> Network:
    """The network that ``source`` holds."""
    raise NotImplementedError
