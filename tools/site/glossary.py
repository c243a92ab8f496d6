"""Terms are explained where a page first names them, in the words of ``lessons/glossary.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape

from ..chinese import terms

_SECTION = re.compile(r'(<section class="prose"[^>]*>)(.*?)(</section>)', re.DOTALL)
_TAG = re.compile(r"(<[^>]+>)")
_NAME = re.compile(r"</?(\w+)")
_PLAIN = {"a", "code", "pre", "summary", "th", "h2", "h3", "h4"}
"""Nothing in these is explained: they are names, or can be pressed themselves."""


@cache
def _meanings(language: str) -> dict[str, str]:
    """What each term means, by its name in small letters."""
    explained = [term for term in terms() if f"means_{language}" in term]
    return {
        re.sub(r" \(.*\)", "", term[language]).lower(): term[f"means_{language}"]
        for term in explained
    }


@cache
def _names(language: str) -> re.Pattern[str]:
    longest_first = sorted(_meanings(language), key=len, reverse=True)
    names = "|".join(map(re.escape, longest_first))
    return re.compile(rf"\b({names})(s?)\b" if language == "en" else f"({names})()", re.IGNORECASE)


def explained(html: str, language: str) -> str:
    """A page whose terms are explained where they first stand in its prose."""
    seen: set[str] = set()

    def section(found: re.Match[str]) -> str:
        return found[1] + "".join(_marked(found[2], language, seen)) + found[3]

    return _SECTION.sub(section, html)


def _marked(html: str, language: str, seen: set[str]) -> Iterator[str]:
    """The pieces of a section, tags and text in turn."""
    inside = 0
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            name = _NAME.match(piece)
            if name and name[1] in _PLAIN:
                inside += -1 if piece.startswith("</") else 1
        elif not inside:
            piece = _names(language).sub(lambda word: _first(word, language, seen), piece)
        yield piece


def _first(word: re.Match[str], language: str, seen: set[str]) -> str:
    name = word[1].lower()
    if name in seen:
        return word[0]
    seen.add(name)
    id = f"term-{len(seen)}"
    return (
        f'<span class="term"><dfn tabindex="0" aria-describedby="{id}">{word[0]}</dfn>'
        f'<span role="tooltip" id="{id}">{escape(_meanings(language)[name])}</span></span>'
    )
