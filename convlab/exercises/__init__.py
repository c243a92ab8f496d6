"""Exercises that check themselves: predict first, then ask the layer.

>>> from convlab import exercises
>>> exercises.check("same_size", None).state
'open'
"""

from .desk import ask, check, hint, names, progress, set_reader, solution, task
from .variants import labels, variant

__all__ = [
    "ask",
    "check",
    "hint",
    "labels",
    "names",
    "progress",
    "set_reader",
    "solution",
    "task",
    "variant",
]
