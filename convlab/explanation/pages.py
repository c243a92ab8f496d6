"""What a record says, set once as a page of blocks and written as Markdown, plain text or HTML."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import TypeAlias
from unicodedata import east_asian_width

from ..geometry import ReceptiveField, Size
from ..i18n import text
from .axes import AxisExplanation
from .formulas import HTML, LATEX, PLAIN, Step, written
from .layers import Explanation, Refusal, StackExplanation


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


def _say(entry: str, /, **parameters: object) -> str:
    return text(f"explain.{entry}", **parameters)


def count_text(count: Size) -> str:
    """A count with its thousands apart; a dash while it is not known.

    >>> count_text(36504), count_text(None)
    ('36,504', '—')
    """
    return "—" if count is None else f"{count:,}"


def bytes_text(count: Size) -> str:
    """An amount of memory in the unit that suits it.

    >>> bytes_text(784), bytes_text(150528)
    ('784 B', '147.0 KiB')
    """
    if count is None:
        return "—"
    if count < 1024:
        return f"{count} B"
    unit = min((count.bit_length() - 1) // 10, 6)
    return f"{count / (1 << 10 * unit):,.1f} {'KMGTPE'[unit - 1]}iB"


# The pages


@singledispatch
def page(record: object, brief: bool = False) -> Page:
    """The blocks that tell what a record holds, in the language in force.

    ``brief`` leaves out what lies between the numbers put in and the value.
    """
    raise TypeError(type(record).__name__)


@page.register
def _explanation_page(record: Explanation, brief: bool = False) -> Page:
    title = (Code(record.layer), Code(str(record.input_shape)), "→", Code(str(record.output_shape)))
    return [
        Heading(title),
        *(_axes_table(axes, brief) for axes in _alike(record.axes)),
        _weights_table(record),
        _costs_table(record, brief),
    ]


def _alike(axes: Sequence[AxisExplanation]) -> list[list[AxisExplanation]]:
    """Directions of equal numbers together: they need telling only once."""
    groups: list[list[AxisExplanation]] = []
    for axis in axes:
        same = next((group for group in groups if group[0].steps == axis.steps), None)
        groups += [] if same else [[]]
        (same or groups[-1]).append(axis)
    return groups


def _axes_table(axes: list[AxisExplanation], brief: bool) -> Table:
    title = text("list.separator").join(str(axis.title) for axis in axes)
    header = (title, _say("reckoning"))
    return Table(header, tuple((_meaning(step), Formula(step, brief)) for step in axes[0].steps))


def _meaning(step: Step) -> str:
    added = step.meaning == "crop_after" and (step.value or 0) < 0
    return _say("zeros_added" if added else step.meaning)


def _weights_table(record: Explanation) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (Code(weight.name), Code(str(weight.shape)), count_text(weight.count))
        for weight in record.weights
    ]
    rows.append((_say("parameters"), "", count_text(record.parameters)))
    return Table((_say("weight"), _say("shape"), _say("count")), tuple(rows), numbers=(2,))


def _costs_table(record: Explanation, brief: bool) -> Table:
    memory, dense = record.bytes, record.dense
    sizes = {"input": memory.input, "output": memory.output, "weights": memory.weights}
    rows: list[tuple[Cell, ...]] = [
        (_say("multiply_adds"), Formula(record.multiply_adds_step, brief)),
        (
            _say("memory"),
            _say("memory_parts", **{name: bytes_text(size) for name, size in sizes.items()}),
        ),
    ]
    if dense is not None:
        parameters = count_text(dense.parameters)
        times = f"{float(dense.ratio):,.1f}"
        rows.append((_say("dense"), _say("dense_parts", parameters=parameters, times=times)))
    return Table((_say("cost"), _say("for_one_sample")), tuple(rows))


@page.register
def _refusal_page(record: Refusal, brief: bool = False) -> Page:
    kind = record.settings.layer
    name = kind if isinstance(kind, str) else kind.__name__
    choices = tuple((Code(str(choice)),) for choice in record.choices)
    return [
        Heading((_say("refused", layer=name),)),
        Paragraph(str(record.error)),
        *([Table((_say("choices"),), choices)] if choices else []),
    ]


@page.register
def _stack_page(record: StackExplanation, brief: bool = False) -> Page:
    refused = [] if record.refusal is None else page(record.refusal)
    return [Heading((_say("stack"),)), stack_table(record), *_field_rules(record), *refused]


def stack_table(record: StackExplanation) -> Table:
    """One row a layer: what comes out, what it costs, what one of its outputs sees."""
    columns = ("layer", "output", "parameters", "multiply_adds", "field_size", "jump", "start")
    rows: list[tuple[Cell, ...]] = [("", Code(str(record.input_shape)), "", "", "", "", "")]
    for number, layer in enumerate(record.accepted):
        fields = record.fields[number]
        rows.append(
            (
                f"{number + 1}  {layer.layer}",
                Code(str(layer.output_shape)),
                count_text(layer.parameters),
                count_text(layer.multiply_adds),
                *(_each(fields, part) for part in ("size", "jump", "start")),
            )
        )
    totals = count_text(record.parameters), count_text(record.multiply_adds)
    rows.append((_say("total"), "", *totals, "", "", ""))
    header = tuple(_say(column) for column in columns)
    return Table(header, tuple(rows), numbers=(2, 3, 4, 5, 6))


def _each(fields: Sequence[ReceptiveField | None], part: str) -> str:
    """One number where all directions agree, else one for each; sizes as those of an area."""
    values = [
        "—" if field is None else str(getattr(field, part)).replace("-", "−") for field in fields
    ]
    between = " × " if part == "size" else ", "
    return values[0] if len(set(values)) == 1 else between.join(values)


_FIELD_RULES = {
    False: (("rout", "r + (e - 1) * j"), ("jout", "j * s"), ("aout", "a - p0 * j")),
    True: (
        ("jout", "over(j, s)"),
        ("rout", "r + (e - 1) * jout"),
        ("aout", "a - (e - 1 - c0) * jout"),
    ),
}
"""By whether the layer is transposed: then its input counts as a finer one, with zeros inserted."""

_FIELD_PARTS = {"rout": "field_size", "jout": "jump", "aout": "start"}


def _field_rules(record: StackExplanation) -> Page:
    kinds = {layer.geometry.stages[0].transposed for layer in record.accepted}
    return [
        Table(
            (_say("field"), _say("field_rule_transposed" if transposed else "field_rule")),
            tuple(
                (_say(_FIELD_PARTS[symbol]), Rule(symbol, formula))
                for symbol, formula in _FIELD_RULES[transposed]
            ),
        )
        for transposed in sorted(kinds)
    ]


# Markdown


def markdown(blocks: Page) -> str:
    """A page as Markdown, its formulas in LaTeX."""
    return "\n\n".join(map(_markdown_block, blocks)) + "\n"


def _markdown_block(block: Heading | Paragraph | Table) -> str:
    if isinstance(block, Heading):
        return "**" + " ".join(map(_markdown_cell, block.cells)) + "**"
    if isinstance(block, Paragraph):
        return _markdown_text(block.words)
    ruler = ["--:" if column in block.numbers else ":--" for column in range(len(block.header))]
    lines = [list(map(_markdown_text, block.header)), ruler]
    lines += [list(map(_markdown_cell, row)) for row in block.rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


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
    return _tag("table", _tag("thead", head) + _tag("tbody", "".join(rows)))


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
