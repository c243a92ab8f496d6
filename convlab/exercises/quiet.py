"""Layers that leave no trace: asking a question must not change what the next cell draws."""

from __future__ import annotations

from typing import Any

from ..layers import Layer

NAME = "exercise"
"""A name of their own keeps the count of automatic names as it was."""


def built(kind: type[Layer], input_shape: tuple[int, ...], *arguments: Any, **settings: Any) -> Any:
    """A layer with weights, all 0: the session's random numbers stay as they were."""
    zeros: dict[str, Any] = {f"{role}_initializer": "zeros" for _, role in kind.kernels}
    layer: Any = kind(*arguments, **{**settings, **zeros, "name": NAME})
    layer.build(input_shape)
    return layer
