"""Layers and networks as programs: for Keras, for PyTorch, and in plain NumPy.

Loaded on first use, by ``code`` of a layer or a network.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import not_one_of
from ..layers.common import BaseLayer
from ..networks import Network
from .keras import keras_program
from .numpy import numpy_program
from .pytorch import pytorch_program

_WRITERS: dict[str, Callable[[BaseLayer | Network, Any], str]] = {
    "keras": keras_program,
    "pytorch": pytorch_program,
    "numpy": numpy_program,
}


def program(source: BaseLayer | Network, framework: str = "keras", input_shape: Any = None) -> str:
    """A complete program that computes what a layer or a network does.

    Raises ``ArgumentError`` for another framework than ``"keras"``, ``"pytorch"`` and ``"numpy"``,
    and where ``input_shape`` has to be given.
    """
    if not isinstance(framework, str) or framework not in _WRITERS:
        raise not_one_of("framework", framework, list(_WRITERS))
    return _WRITERS[framework](source, input_shape)


__all__ = ["program"]
