"""Exercises that check themselves: predict first, then ask the layer.

>>> from convlab import exercises
>>> exercises.check("same_size", None).state
'open'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .desk import check, hint, names, set_reader, solution, task
from .sheets import sheet

if TYPE_CHECKING:
    from .widget import ask, progress

__all__ = [
    "ask",
    "check",
    "hint",
    "names",
    "progress",
    "set_reader",
    "sheet",
    "solution",
    "task",
]


def __getattr__(name: str) -> Any:
    """Loaded on first use: a check needs no widgets."""
    if name not in ("ask", "progress"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import widget

    return getattr(widget, name)
