"""``read``: a network from what people hold in their hands."""

from __future__ import annotations

from typing import Any

from ..errors import ArgumentError
from . import from_keras, from_torch
from .network import Network


def read(source: Any) -> Network:
    """A network from a Keras or PyTorch layer or model, a Keras config, or a ``.keras`` file.

    Neither library is imported; nothing is executed, unpickled or fetched. Raises ``ArgumentError``
    for anything else.
    """
    if isinstance(source, Network):
        return source
    for reader in (from_torch, from_keras):
        if reader.recognised(source):
            network: Network = reader.network_of(source)
            return network
    raise ArgumentError("not_a_source", argument="source", value=source, kind=type(source).__name__)
