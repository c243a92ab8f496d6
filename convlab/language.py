"""The reader's language, as a reader sets it: checked, and refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import not_one_of
from .i18n import LANGUAGES, get_language, in_language, switch_language

__all__ = ["get_language", "set_language", "use_language"]


def set_language(language: str) -> None:
    """Choose the language of every message, figure and widget from here on.

    Raises ``ArgumentError`` for anything but ``"en"`` and ``"zh_TW"``.

    >>> set_language("zh_TW")
    >>> get_language()
    'zh_TW'
    >>> set_language("en")
    """
    switch_language(_checked(language))


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak ``language`` inside a ``with`` block, and the former one again after it.

    Raises ``ArgumentError`` for anything but ``"en"`` and ``"zh_TW"``.

    >>> with use_language("zh_TW"):
    ...     get_language()
    'zh_TW'
    """
    with in_language(_checked(language)):
        yield


def _checked(language: object) -> str:
    if not isinstance(language, str) or language not in LANGUAGES:
        raise not_one_of("language", language, LANGUAGES)
    return str(language)
