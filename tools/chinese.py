"""What our Chinese may not contain: Simplified characters, words that the glossary forbids."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

GLOSSARY = Path(__file__).parents[1] / "lessons" / "glossary.toml"


@cache
def terms() -> tuple[dict[str, Any], ...]:
    """The glossary's entries, in its order."""
    return tuple(tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["term"])


def forbidden_words(text: str) -> list[str]:
    """The words of ``text`` that the glossary forbids, in the glossary's order.

    >>> forbidden_words("步長與參數組合，由整數組成")
    ['步長']
    >>> forbidden_words("俗稱反卷積"), forbidden_words("反卷積不是反卷積")
    ([], ['反卷積'])
    """
    found = []
    for term in terms():
        rest = text
        for harmless in term.get("unless", ()):
            rest = rest.replace(harmless, "")
        found += [word for word in term.get("forbidden", ()) if word in rest]
        found += [word for word in term.get("once", ()) if rest.count(word) > 1]
    return found


def simplified_characters(text: str) -> list[str]:
    """The characters of ``text`` that Taiwan does not write, in the text's order, each once.

    >>> simplified_characters("这里有后台，裡面有後臺")
    ['这']
    """
    return [character for character in dict.fromkeys(text) if character in _simplified()]


@cache
def _simplified() -> frozenset[str]:
    """Characters with a Traditional form, none of whose forms in Taiwan is the character itself."""
    traditional, taiwanese = _opencc("STCharacters"), _opencc("TWVariants")
    return frozenset(
        simple
        for simple, forms in traditional.items()
        if not any(simple in (form, *taiwanese.get(form, ())) for form in forms)
    )


def _opencc(name: str) -> dict[str, list[str]]:
    path = files("opencc") / "dictionary" / f"{name}.txt"
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {character: forms.split() for character, forms in lines}
