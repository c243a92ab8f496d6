"""The reader's language: one switch, and one catalogue with both languages side by side."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh_TW")

_ENVIRONMENT = ("CONVLAB_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def _language_of_environment(environ: Mapping[str, str]) -> str:
    first = next((environ[name] for name in _ENVIRONMENT if environ.get(name)), "")
    return "zh_TW" if first.lower().startswith("zh") else "en"


_language = _language_of_environment(os.environ)


def set_language(language: str) -> None:
    """Choose the language of every message, figure and widget from here on.

    Raises ``ArgumentError`` for anything but the names in ``LANGUAGES``.

    >>> set_language("zh_TW")
    >>> get_language()
    'zh_TW'
    >>> set_language("en")
    """
    global _language
    if language not in LANGUAGES:
        from ..errors import ArgumentError, choose_one

        raise ArgumentError(
            "one_of",
            argument="language",
            value=language,
            legal=Choices(LANGUAGES),
            choices=choose_one("language", language, LANGUAGES),
        )
    _language = language


def get_language() -> str:
    """The language in force, ``"en"`` or ``"zh_TW"``."""
    return _language


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak ``language`` inside a ``with`` block, and the former one again after it.

    >>> with use_language("zh_TW"):
    ...     text("axis.height")
    '高度方向'
    """
    before = _language
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every text by its key, ``<file>.<entry>``, as a mapping from language to template."""
    entries = {}
    folder = files(__name__) / "catalogue"
    for file in sorted(folder.iterdir(), key=lambda path: path.name):
        topic = file.name.removesuffix(".toml")
        for entry, languages in tomllib.loads(file.read_text(encoding="utf-8")).items():
            entries[f"{topic}.{entry}"] = languages
    return entries


def text(key: str, /, **parameters: object) -> str:
    """The catalogue's text for ``key`` in the language in force, its parameters filled in.

    ``key`` is ``<file>.<entry>`` of ``catalogue/*.toml``. Raises ``KeyError`` for a key or a
    parameter that does not exist: that is a mistake of ours, not of the reader.

    >>> text("axis.height")
    'height axis'
    """
    return catalogue()[key][_language].format(**parameters)


class Term:
    """A word of the catalogue inside another text, rendered only when it is read.

    >>> f"{Term('axis.width')}"
    'width axis'
    """

    def __init__(self, key: str, /, **parameters: object) -> None:
        self.key = key
        self.parameters = parameters

    def __str__(self) -> str:
        return text(self.key, **self.parameters)

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)

    def __repr__(self) -> str:
        return f"Term({self.key!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Term):
            return NotImplemented
        return (self.key, self.parameters) == (other.key, other.parameters)

    def __hash__(self) -> int:
        return hash(self.key)


class Choices:
    """Values listed for a reader, as Python writes them.

    >>> f"{Choices(['valid', 'same'])}"
    "'valid', 'same'"
    """

    def __init__(self, values: Sequence[object]) -> None:
        self.values = tuple(values)

    def __str__(self) -> str:
        return text("list.separator").join(
            str(value) if isinstance(value, Term) else repr(value) for value in self.values
        )

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)

    def __repr__(self) -> str:
        return f"Choices({self.values!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choices) and self.values == other.values

    def __hash__(self) -> int:
        return hash(self.values)
