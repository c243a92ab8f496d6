"""What the search of the site looks in: all prose of a language by section, in one file.

The file is JSON, ``{"pages": [[title, address], …], "sections": [[page, anchor, heading, text],
…], "synonyms": [[word, …], …]}``: ``page`` is the index of a section's page, ``synonyms`` are words
of the same meaning. It is loaded when a reader opens the search, and never before.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

GLOSSARY = Path(__file__).parents[2] / "lessons" / "glossary.toml"
SYNONYMS = Path(__file__).with_name("synonyms.toml")

_HEADINGS = ("h1", "h2", "h3")
# What is no prose, or says a second time what stands elsewhere.
_LEFT_OUT = ("script", "style", "svg", "pre", "nav", "noscript", "button", "template", "annotation")
_VOID = (
    "area",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
)
_CLASSES = {"widget", "output", "onward"}
_INLINE = (
    *("a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup"),
    *("math", "mfrac", "mi", "mn", "mo", "mrow", "msub", "msup", "mtext", "semantics"),
)
_HEADING, _TEXT = 1, 2


class Section(NamedTuple):
    """A heading with the prose under it; a page may begin without one."""

    anchor: str
    heading: str
    text: str


def sections(html: str) -> list[Section]:
    """The prose inside ``<main>`` by its headings.

    >>> sections('<main><h1 id="a">Strides</h1><p>Every <em>second</em> place.</main>')
    [Section(anchor='a', heading='Strides', text='Every second place.')]
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = [Section(anchor, _tidy(heading), _tidy(text)) for anchor, heading, text in reader.found]
    return [one for one in found if one.heading or one.text]


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _is_no_prose(given: Mapping[str, str | None]) -> bool:
    """Widgets, what code has printed, and what is hidden from readers who listen."""
    classes = (given.get("class") or "").split()
    return given.get("aria-hidden") == "true" or not _CLASSES.isdisjoint(classes)


class _Reader(HTMLParser):
    """Collects ``[anchor, heading, text]`` while it is inside of ``<main>``."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = [["", "", ""]]
        self.inside = False
        self.place = _TEXT
        self.left_out, self.depth = "", 0
        """The tag of what is left out now, and how many of them are open."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "main":
            self.inside = True
        elif self.left_out or tag in _LEFT_OUT or _is_no_prose(given):
            self._leave_out(tag)
        elif self.inside and tag in _HEADINGS:
            self.found.append([given.get("id") or "", "", ""])
            self.place = _HEADING
        elif tag not in _INLINE:
            self.handle_data(" ")

    def _leave_out(self, tag: str) -> None:
        if tag not in _VOID:
            self.left_out = self.left_out or tag
            self.depth += tag == self.left_out

    def handle_endtag(self, tag: str) -> None:
        if self.left_out:
            self.depth -= tag == self.left_out
            self.left_out = self.left_out if self.depth else ""
        elif tag == "main":
            self.inside = False
        elif tag in _HEADINGS:
            self.place = _TEXT
        elif tag not in _INLINE:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.left_out:
            self.found[-1][self.place] += data


def synonyms() -> list[list[str]]:
    """Words of the same meaning: a term in both languages, and what else it is called.

    >>> next(group for group in synonyms() if "stride" in group)
    ['stride', '步幅', '步長', '滑動間隔']
    """
    terms = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["term"]
    more = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    groups = [[_bare(word) for word in _words_of(term)] for term in terms]
    joined = [[*group, *more.pop(group[0], ())] for group in groups]
    return [*joined, *([word, *others] for word, others in more.items())]


def _words_of(term: Mapping[str, Any]) -> list[str]:
    return [term["en"], term["zh"], *term.get("forbidden", ()), *term.get("once", ())]


def _bare(word: str) -> str:
    """A word without what explains it: 列（row）, function (program)."""
    return re.sub(r"\s*[(（].*", "", word)


def index(pages: Iterable[tuple[str, str, str]]) -> str:
    """The file's text, of the pages' addresses, titles and HTML in the order of the site.

    >>> index([("a.html", "A", "<main><h1 id=a>A</h1>text</main>")])[:58]
    '{"pages":[["A","a.html"]],"sections":[[0,"a","A","text"]],'
    """
    found, listed = [], []
    for number, (address, title, html) in enumerate(pages):
        listed.append((_tidy(title), address))
        found += [(number, *section) for section in sections(html)]
    content = {"pages": listed, "sections": found, "synonyms": synonyms()}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
