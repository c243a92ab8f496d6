"""How a lesson's notebook begins: one language, and the same numbers and drawings every time."""

from __future__ import annotations

import os
import re

import matplotlib

import convlab

from .errors import ConvlabError
from .i18n import Term
from .language import set_language
from .random import set_random_seed


class OldPackageError(ConvlabError):
    """The lesson was made for a newer convlab; a notebook shows the sentence without a traceback.

    ``parameters`` hold ``needed`` and ``installed``, two versions.
    """

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def begin_lesson(language: str, version: str) -> None:
    """Set a notebook's language and whatever else its outputs depend on.

    ``version`` is the convlab that the lesson was made with. Raises ``OldPackageError`` where an
    older one is installed, and ``ArgumentError`` for a language that there is not.

    >>> begin_lesson("en", "999.0")
    Traceback (most recent call last):
        ...
    convlab.lessons.OldPackageError: This lesson was made with convlab 999.0, but ...
    """
    set_language(language)
    if _numbers(convlab.__version__) < _numbers(version):
        raise OldPackageError(
            "old_package",
            needed=version,
            installed=convlab.__version__,
            advice=Term("lessons.advice"),
        )
    set_random_seed(0)
    matplotlib.rcParams["svg.hashsalt"] = "convlab"
    os.environ["SOURCE_DATE_EPOCH"] = "0"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
