"""The names of an explorer's controls, of which some can be shown in focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ArgumentError, not_one_of
from .arrays import simple
from .settings import SETTINGS, settings_of

CELLS = ("input", "kernel", "pointwise", "bias")
"""The numbers of these are edited cell by cell."""

FILLED = ("input_preset", "kernel_preset", "picture")
"""What fills in many numbers at once."""

CONTROLS = (
    *SETTINGS, "layer", "preset", *CELLS, *FILLED, "position", "speed", "view", "true_convolution",
    "gradient", "partial", "pytorch", "language"
)  # fmt: skip


def checked_controls(controls: Any, layers: Sequence[str]) -> tuple[str, ...] | None:
    """The names of controls, each once; ``None`` for all. A setting is one of ``layers``.

    >>> checked_controls(["padding", "strides"], ["Conv2D"])
    ('padding', 'strides')
    """
    own = {name for layer in layers for name in settings_of(layer)}
    return checked_names(
        controls, [name for name in CONTROLS if name not in SETTINGS or name in own]
    )


def checked_names(controls: Any, legal: Sequence[str]) -> tuple[str, ...] | None:
    """The names of controls, each once and one of the ``legal``; ``None`` for all."""
    given = simple(controls)
    if given is None:
        return None
    if not isinstance(given, list | tuple):
        near: list[Any] = (
            [{"controls": (given,)}] if isinstance(given, str) and given in legal else []
        )
        choices: list[Any] = [*near, {"controls": None}]
        raise ArgumentError("explorer_controls", argument="controls", value=given, choices=choices)
    for name in given:
        if not isinstance(name, str) or name not in legal:
            raise _unknown(name, list(given), legal)
    return tuple(dict.fromkeys(given))


def _unknown(name: Any, given: list[Any], legal: Sequence[str]) -> ArgumentError:
    """The refusal of one name; each choice is the whole list with another in its place."""
    error = not_one_of("controls", name, legal)
    kept = [other for other in given if isinstance(other, str) and other in legal]
    near = [one["controls"] for one in error.choices][:3]
    error.choices = tuple({"controls": (*kept, other)} for other in near if other not in kept)
    error.choices = error.choices or ({"controls": tuple(kept)},)
    return error
