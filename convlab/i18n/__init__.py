"""The reader's language: one switch, and one catalogue with both languages side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

LANGUAGES = ("en", "zh_TW")

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def _language_of_environment(environ: Mapping[str, str]) -> str:
    """``CONVLAB_LANGUAGE``, else the first language of ours that GNU's gettext would choose.

    ``LANGUAGE`` is a list in order of preference; gettext heeds it only where a locale is set.

    >>> _language_of_environment({"LANG": "en_GB.UTF-8", "LANGUAGE": "de:zh_TW:en"})
    'zh_TW'
    >>> _language_of_environment({"LANG": "C.UTF-8", "LANGUAGE": "zh_TW"})
    'en'
    """
    locale = next((environ[name] for name in _LOCALE if environ.get(name)), "C")
    wished = [environ.get("CONVLAB_LANGUAGE", "")]
    if locale.partition(".")[0] not in ("C", "POSIX"):
        wished += environ.get("LANGUAGE", "").split(":")
    known = (_known_language(wish) for wish in (*wished, locale))
    return next(filter(None, known), "en")


def _known_language(name: str) -> str | None:
    """Ours for the name of a locale: any Chinese is ``zh_TW``."""
    return {"zh": "zh_TW", "en": "en"}.get(name[:2].lower())


_language = _language_of_environment(os.environ)


def get_language() -> str:
    """The language in force, ``"en"`` or ``"zh_TW"``."""
    return _language


def switch_language(language: str) -> None:
    """Let every text from here on be in ``language``, one of ``LANGUAGES``."""
    global _language
    _language = language


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Texts in ``language``, one of ``LANGUAGES``, inside a ``with`` block.

    >>> with in_language("zh_TW"):
    ...     text("axis.height")
    '高度方向'
    """
    before = _language
    switch_language(language)
    try:
        yield
    finally:
        switch_language(before)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every text by its key, ``<file>.<entry>``, as a mapping from language to template."""
    import tomllib  # Here, because a reader of numbers alone never needs it.

    entries = {}
    folder = os.path.join(os.path.dirname(__file__), "catalogue")
    for file in sorted(os.listdir(folder)):
        with open(os.path.join(folder, file), "rb") as topic:
            for entry, languages in tomllib.load(topic).items():
                entries[f"{file.removesuffix('.toml')}.{entry}"] = languages
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
