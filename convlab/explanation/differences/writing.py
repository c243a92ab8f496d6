"""PyTorch's calls as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def call(module: str, *given: object, **options: object) -> str:
    """A call of a module of ``torch.nn``.

    >>> call("Conv2d", 3, 8, (3, 5), padding="same")
    'nn.Conv2d(3, 8, (3, 5), padding="same")'
    """
    parts = [source(value) for value in given]
    parts += [f"{name}={source(value)}" for name, value in options.items()]
    return f"nn.{module}({', '.join(parts)})"


def source(value: object) -> str:
    """A value as one would type it, words in double quotes.

    >>> source("same"), source((2, 3))
    ('"same"', '(2, 3)')
    """
    return f'"{value}"' if isinstance(value, str) else repr(value)


def one(numbers: Sequence[Any]) -> Any:
    """One number where all directions agree, else one for each.

    >>> one((3, 3)), one((3, 5))
    (3, (3, 5))
    """
    return numbers[0] if len(set(numbers)) == 1 else tuple(numbers)


def unless(usual: object, **options: object) -> dict[str, object]:
    """Those options that have another value than the usual one.

    >>> unless(1, stride=(2, 1), dilation=1)
    {'stride': (2, 1)}
    """
    return {name: value for name, value in options.items() if value != usual}


def frame(ends: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """What stands at both ends of each direction, in PyTorch's order: the last direction first.

    >>> frame([(0, 1), (2, 3)])
    (2, 3, 0, 1)
    """
    return tuple(number for pair in reversed(ends) for number in pair)


def passed(data_format: str) -> str:
    """The line that hands x to the layer in PyTorch's order, and y back in Keras'."""
    if data_format == "channels_first":
        return "y = layer(x)"
    return "y = layer(x.movedim(-1, 1)).movedim(1, -1)"


def moved(axes: Any, places: Any) -> str:
    """The line that hands x to the layer with ``axes`` at other ``places``, and y back.

    >>> moved(3, 1), moved([1, 2], [1, 2])
    ('y = layer(x.movedim(3, 1)).movedim(1, 3)', 'y = layer(x)')
    """
    if axes == places:
        return "y = layer(x)"
    there, back = ", ".join(map(_axes, (axes, places))), ", ".join(map(_axes, (places, axes)))
    return f"y = layer(x.movedim({there})).movedim({back})"


def _axes(axes: Any) -> str:
    return repr(axes if isinstance(axes, int) else tuple(axes))
