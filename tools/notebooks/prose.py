"""What twins must share, and what each language must keep to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from ..chinese import forbidden_words, simplified_characters, terms
from . import typography
from .source import Fault, Lesson

_MARKDOWN = (
    MarkdownIt("commonmark")
    .enable("table")
    .use(dollarmath_plugin, double_inline=True)
    .use(amsmath_plugin)
)
_FORMULAS = {"math_block", "math_block_label", "math_inline", "math_inline_double", "amsmath"}
_CODE = {"code_inline", "code_block", "fence"}
_HTML = {"html_block", "html_inline"}
_OTHER = {"zh": "en", "en": "zh"}

_DIMENSION = re.compile(r"(?<![A-Za-z0-9])[1-9]-?D(?![A-Za-z0-9])")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_NUMBER = re.compile(r"[A-Za-z_]*[0-9][A-Za-z0-9_]*(?:\.[0-9]+)*")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|s)$")


@dataclass
class Facts:
    """What a text says apart from its words; ``paragraphs`` are the words, spans cut out."""

    formulas: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> list[str]:
        return [number for paragraph in self.paragraphs for number in _numbers(paragraph)]


def facts(text: str, language: str) -> Facts:
    """Read Markdown and sort out what the other language must say too.

    A link into the other language's notebooks is compared as such: ``../en/x.ipynb`` in Chinese is
    the twin of ``../zh/x.ipynb`` in English.

    >>> found = facts("## Stride\\n\\nWith `strides=2`, $n = 12$ shrinks to 6.", "en")
    >>> found.headings, found.code, found.formulas, found.numbers
    (['h2'], ['strides=2'], ['n = 12'], ['6'])
    """
    found = Facts()
    for token in _MARKDOWN.parse(text):
        if token.type == "heading_open":
            found.headings.append(token.tag)
        elif token.type == "inline":
            found.paragraphs.append(_running_text(token.children or [], found))
        else:
            _sort(token, found)
    found.links = [link.replace(f"../{_OTHER[language]}/", "../OTHER/") for link in found.links]
    return found


def _running_text(tokens: Iterable[Token], found: Facts) -> str:
    text, automatic = "", False
    for token in tokens:
        _sort(token, found)
        if token.type in ("link_open", "link_close"):
            automatic = token.type == "link_open" and token.info == "auto"
            text += typography.OBJECT if automatic else ""
        elif token.type == "softbreak":
            text += "\n"
        elif token.type == "image":
            found.paragraphs.append(_running_text(token.children or [], found))
        elif token.type == "text" and not automatic:
            text += token.content
        elif token.type in _CODE | _FORMULAS | {"hardbreak"}:
            text += typography.OBJECT
    return text


def _sort(token: Token, found: Facts) -> None:
    if token.type in _FORMULAS:
        found.formulas.append(" ".join(token.content.split()))
    elif token.type in _CODE:
        found.code.append(token.content)
    elif token.type == "link_open":
        found.links.append(str(token.attrs["href"]))
    elif token.type == "image":
        found.images.append(str(token.attrs["src"]))
    elif token.type in _HTML:
        tags = re.findall(r"<[^>]*>", token.content)
        found.tags += [re.sub(r'\s(?:alt|title|aria-label)="[^"]*"', "", tag) for tag in tags]
        found.paragraphs.append(re.sub(r"<[^>]*>", typography.OBJECT, token.content))


def _numbers(text: str) -> Iterator[str]:
    # "2-D" is the English for 二維 and says no number; "3rd" is 第 3, "22,550" is 22550.
    plain = _THOUSANDS.sub("", _DIMENSION.sub("", text))
    return (_ORDINAL.sub("", number) for number in _NUMBER.findall(plain))


def faults(lesson: Lesson) -> Iterator[Fault]:
    """Everything wrong with a lesson's prose, block by block."""
    so_far = ""
    for pair in lesson.pairs:
        zh, en = facts(pair.zh.text, "zh"), facts(pair.en.text, "en")
        before, so_far = so_far, "\n".join([so_far, *zh.paragraphs])
        for message in _different(zh, en):
            yield lesson.fault(pair, message)
        for message in (*_in_chinese(pair.zh.text, zh), *_once_too_often(before, so_far)):
            yield lesson.fault(pair.zh, message)
        for block, found in ((pair.zh, zh), (pair.en, en)):
            for message in _in_either(found, lesson.path.parent):
                yield lesson.fault(block, message)


def _different(zh: Facts, en: Facts) -> Iterator[str]:
    for what in ("headings", "formulas", "numbers", "code", "links", "images", "tags"):
        ours, theirs = Counter(getattr(zh, what)), Counter(getattr(en, what))
        if ours != theirs:
            only_zh, only_en = list((ours - theirs).elements()), list((theirs - ours).elements())
            yield f"the twins' {what} differ: only zh has {only_zh}, only en has {only_en}"
    if zh.headings != en.headings and sorted(zh.headings) == sorted(en.headings):
        yield f"the twins' headings differ in order: zh {zh.headings}, en {en.headings}"


def _in_chinese(text: str, found: Facts) -> Iterator[str]:
    if simplified := simplified_characters(text):
        yield f"Simplified characters: {' '.join(simplified)}"
    for paragraph in found.paragraphs:
        yield from typography.faults(paragraph)


def _once_too_often(before: str, after: str) -> Iterator[str]:
    # The glossary lets a lesson, not a block, name a misleading word once.
    for term in terms():
        for word in term.get("once", ()):
            if before.count(word) == 1 and after.count(word) > 1:
                yield f"the glossary lets a lesson say {word!r} once, and here it is again"


def _in_either(found: Facts, folder: Path) -> Iterator[str]:
    for word in forbidden_words("\n".join(found.paragraphs)):
        yield f"the glossary forbids {word!r}"
    if any("**" in paragraph for paragraph in found.paragraphs):
        yield "Markdown reads some ** as asterisks: no punctuation just inside ** beside a letter"
    for link in found.links:
        target = re.fullmatch(r"(?:\.\./OTHER/)?(\w+)\.ipynb(?:#.*)?", link)
        if target and not (folder / f"{target[1]}.md").exists():
            yield f"there is no lesson {target[1]!r} to link to"
