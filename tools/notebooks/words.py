"""The words that a lesson's code shows, put into it for each language.

The source holds ``"@name"``; ``lessons/NN_name.toml`` says the word for each language. In an
f-string a word may have fields: both languages have the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..chinese import forbidden_words, simplified_characters
from . import typography
from .source import LANGUAGES, Block, Fault, Lesson

Words = Mapping[str, Mapping[str, str]]
"""By the word's name, then by the language."""

_NAME = re.compile(r"""(?<=["'])@([a-z][a-z0-9_]*)(?=["'])""")
_FIELD = re.compile(r"\{[^{}]*\}")


def file_of(lesson: Lesson) -> Path:
    """Where a lesson's words stand."""
    return lesson.path.with_suffix(".toml")


def words_of(lesson: Lesson) -> Words:
    """A lesson's words; none without a file."""
    file = file_of(lesson)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def written(code: str, words: Words, language: str) -> str:
    """The code with its words in a language.

    >>> written('print(f"@size")', {"size": {"en": "{n} pixels", "zh": "{n} 個像素"}}, "en")
    'print(f"{n} pixels")'
    """
    return _NAME.sub(lambda found: _escaped(words[found[1]][language]), code)


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _names_in(block: Block) -> set[str]:
    return set(_NAME.findall(block.text))


def faults(lesson: Lesson) -> Iterator[Fault]:
    """Words that a lesson's code lacks, that it never shows, or that are not fit for a language."""
    words, file = words_of(lesson), file_of(lesson)
    used: set[str] = set()
    for block in lesson.code:
        for name in sorted(_names_in(block) - set(words)):
            yield lesson.fault(block, f"the word {name!r} does not stand in {file.name}")
        used |= _names_in(block)
    for name, both in words.items():
        messages = [*_unfit(both), *([] if name in used else ["no code shows it"])]
        for message in messages:
            yield Fault(file, 1, name, message)


def _unfit(both: Mapping[str, str]) -> Iterator[str]:
    if sorted(both) != sorted(LANGUAGES):
        yield f"a word has the languages {', '.join(LANGUAGES)}, but here {', '.join(both)}"
        return
    fields = {language: sorted(_FIELD.findall(both[language])) for language in LANGUAGES}
    if fields["zh"] != fields["en"]:
        yield f"the fields differ: zh {fields['zh']}, en {fields['en']}"
    chinese = _FIELD.sub(typography.OBJECT, both["zh"])
    yield from typography.faults(chinese)
    if simplified := simplified_characters(chinese):
        yield f"Simplified characters: {' '.join(simplified)}"
    for word in forbidden_words(chinese):
        yield f"the glossary forbids {word!r}"
    if typography.holds_chinese(both["en"]):
        yield "Chinese in the English word"
