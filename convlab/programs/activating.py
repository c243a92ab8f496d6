"""Activations by name and options, as a program can write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .. import activations
from ..explanation import not_written


@dataclass(frozen=True)
class Called:
    """One of convlab's activations, and the options that are not its usual ones."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)


def called(activation: activations.Activation) -> Called | None:
    """What a layer's activation is; ``None`` for a function of the reader's own.

    >>> from functools import partial
    >>> called(activations.get(partial(activations.elu, alpha=2.0)))
    Called(name='elu', options={'alpha': 2.0})
    """
    own = activation.function
    if isinstance(own, partial) and not own.args:
        function, options = own.func, own.keywords
    else:
        function, options = activation, {}
    known = vars(activations).get(getattr(function, "name", ""))
    return Called(activation.name, options) if known is function else None


def note_on(activation: activations.Activation) -> str:
    """A comment that says that the function cannot be written."""
    return not_written([f"activation ({activation.name})"])
