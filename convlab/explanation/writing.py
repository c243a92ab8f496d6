"""A page of blocks (headings, sentences, tables), written as Markdown, plain text or HTML."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import TypeAlias
from unicodedata import east_asian_width

from .formulas import HTML, LATEX, PLAIN, Step, written


@dataclass(frozen=True)
class Code:
    """What a reader would type, or Python would print."""

    source: str


@dataclass(frozen=True)
class Formula:
    """A line of reckoning; ``brief`` without the steps in between."""

    step: Step
    brief: bool = False


@dataclass(frozen=True)
class Rule:
    """A formula without numbers: a symbol and what it equals."""

    symbol: str
    formula: str


Cell: TypeAlias = str | Code | Formula | Rule


@dataclass(frozen=True)
class Heading:
    """A title, its cells on one line."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Paragraph:
    """A sentence or more."""

    words: str


@dataclass(frozen=True)
class Table:
    """Rows of cells under a header; columns of which ``numbers`` holds the index stand right."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...] = ()


Page: TypeAlias = list[Heading | Paragraph | Table]


@singledispatch
def page(record: object, brief: bool = False) -> Page:
    """The blocks that tell what a record holds, in the language in force.

    ``brief`` leaves out what lies between the numbers put in and the value. ``pages`` has one for
    each kind of record.
    """
    raise TypeError(type(record).__name__)


class Shown:
    """A record that shows itself: Markdown with formulas in a notebook, plain text elsewhere."""

    def _repr_markdown_(self) -> str:
        return markdown(page(self))

    def __str__(self) -> str:
        return plain(page(self))

    __repr__ = __str__


# Markdown


def markdown(blocks: Page) -> str:
    """A page as Markdown, its formulas in LaTeX."""
    return "\n\n".join(map(_markdown_block, blocks)) + "\n"


_SCROLLED = '<div style="overflow-x:auto;word-break:keep-all">'
"""A wide table scrolls in its own box; Chinese breaks between phrases, not inside of them."""


def _markdown_block(block: Heading | Paragraph | Table) -> str:
    if isinstance(block, Heading):
        return "**" + " ".join(map(_markdown_cell, block.cells)) + "**"
    if isinstance(block, Paragraph):
        return _markdown_text(block.words)
    ruler = ["--:" if column in block.numbers else ":--" for column in range(len(block.header))]
    lines = [list(map(_markdown_text, block.header)), ruler]
    lines += [list(map(_markdown_cell, row)) for row in block.rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{_SCROLLED}\n\n{table}\n\n</div>"


def _markdown_text(words: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>|$#~])", r"\\\1", words).replace("\n", " ")


def _markdown_cell(cell: Cell) -> str:
    if isinstance(cell, Code):
        return f"`{cell.source}`"
    if isinstance(cell, Formula):
        return f"${cell.step.written(LATEX, cell.brief)}$"
    if isinstance(cell, Rule):
        return f"${LATEX.symbol(cell.symbol)} = {written(cell.formula, LATEX)}$"
    return _markdown_text(cell)


# Plain text


def plain(blocks: Page) -> str:
    """A page for a terminal: columns aligned, Chinese counted as two columns wide."""
    return "\n\n".join(map(_plain_block, blocks))


def _plain_block(block: Heading | Paragraph | Table) -> str:
    if isinstance(block, Heading):
        return " ".join(map(_plain_cell, block.cells))
    if isinstance(block, Paragraph):
        return block.words
    lines = [block.header, *(tuple(map(_plain_cell, row)) for row in block.rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths, block.numbers) for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int], numbers: Sequence[int]) -> str:
    cells = []
    for column, (cell, width) in enumerate(zip(line, widths, strict=True)):
        gap = " " * (width - _width(cell))
        cells.append(gap + cell if column in numbers else cell + gap)
    return "  ".join(cells).rstrip()


def _width(words: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in words)


def _plain_cell(cell: Cell) -> str:
    if isinstance(cell, Code):
        return cell.source
    if isinstance(cell, Formula):
        return cell.step.written(PLAIN, cell.brief)
    if isinstance(cell, Rule):
        return f"{PLAIN.symbol(cell.symbol)} = {written(cell.formula, PLAIN)}"
    return cell


# HTML


def html(blocks: Page) -> str:
    """A page as HTML without any style of its own: headings, paragraphs, tables."""
    return "".join(map(_html_block, blocks))


def _html_block(block: Heading | Paragraph | Table) -> str:
    if isinstance(block, Heading):
        return _tag("h4", " ".join(map(_html_cell, block.cells)))
    if isinstance(block, Paragraph):
        return _tag("p", markup.escape(block.words))
    head = _html_row("th", list(map(markup.escape, block.header)), block.numbers)
    rows = (_html_row("td", list(map(_html_cell, row)), block.numbers) for row in block.rows)
    table = _tag("table", _tag("thead", head) + _tag("tbody", "".join(rows)))
    return _SCROLLED + table + "</div>"


def _html_row(tag: str, cells: Sequence[str], numbers: Sequence[int]) -> str:
    kinds = (' class="number"' if column in numbers else "" for column in range(len(cells)))
    return _tag(
        "tr",
        "".join(f"<{tag}{kind}>{cell}</{tag}>" for kind, cell in zip(kinds, cells, strict=True)),
    )


def _tag(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def _html_cell(cell: Cell) -> str:
    if isinstance(cell, Code):
        return _tag("code", markup.escape(cell.source))
    if isinstance(cell, Formula):
        return f'<span class="formula">{cell.step.written(HTML, cell.brief)}</span>'
    if isinstance(cell, Rule):
        formula = written(cell.formula, HTML)
        return f'<span class="formula">{HTML.symbol(cell.symbol)} = {formula}</span>'
    return markup.escape(cell)
