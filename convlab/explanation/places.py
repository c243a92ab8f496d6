"""A step of a network that is being explained: its layer may not exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..layers.common import BaseLayer
from ..networks import UnknownLayer
from .settings import KNOWN


class Place(NamedTuple):
    """A layer, or a (name, arguments) pair that may be illegal, and the steps it takes from."""

    name: str
    layer: BaseLayer | UnknownLayer | tuple[str, Mapping[str, Any]]
    sources: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The name of the layer's class."""
        if isinstance(self.layer, tuple):
            return self.layer[0]
        return (
            self.layer.kind if isinstance(self.layer, UnknownLayer) else type(self.layer).__name__
        )

    @property
    def merges(self) -> bool:
        """Whether its layer takes a list of inputs."""
        if isinstance(self.layer, tuple):
            kind = KNOWN.get(self.layer[0])
            return kind is not None and kind.merges
        return self.layer.merges

    @property
    def channels_first(self) -> bool:
        """Whether its layer says that maps hold the channels first."""
        if isinstance(self.layer, tuple):
            return self.layer[1].get("data_format") == "channels_first"
        return getattr(self.layer, "data_format", None) == "channels_first"
