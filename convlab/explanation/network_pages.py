"""What the explanation of a network says: a table with a row a step, sums, rules, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ..geometry.fields import ReceptiveField
from ..i18n import text
from .axes import AxisExplanation
from .formulas import PLAIN, Step, written
from .layers import Explanation, Refusal
from .networks import NetworkExplanation, StepExplanation, Unreached
from .pages import bytes_text, count_text
from .seeing import Fields
from .writing import Cell, Code, Heading, Page, Paragraph, Rule, Table, page

_DASH = "—"


@page.register
def _network_page(record: NetworkExplanation, brief: bool = False) -> Page:
    title = (
        text("reasons.network_title", name=record.name) if record.name else text("explain.stack")
    )
    return [
        Heading((title,)),
        steps_table(record),
        *([_sums_table(record)] if record.accepted else []),
        *_field_rules(record),
        *(block for step in record.steps for block in _refusal(step)),
        *(Paragraph(str(note)) for note in record.notes),
    ]


def _refusal(step: StepExplanation) -> Page:
    """The page of a refused layer, with the name of its step."""
    if not isinstance(step.record, Refusal):
        return []
    title = Heading((Code(step.name), text("explain.refused", layer=step.layer)))
    return [title, *page(step.record)[1:]]


def steps_table(record: NetworkExplanation) -> Table:
    """One row a step: what comes out, what it costs, what one of its outputs sees, and why."""
    branched = any(not _chained(record, place) for place in range(len(record.steps)))
    rows: list[tuple[Cell, ...]] = []
    if {step.layer for step in record.steps if not step.sources} != {"InputLayer"}:
        rows.append(_row(("", "", ""), Code(str(record.input_shape)), (), branched))
    for place, step in enumerate(record.steps):
        sources = "" if _chained(record, place) else _listed(step.sources)
        rows.append(_step_row(step, sources, branched))
    totals = count_text(record.parameters), count_text(record.multiply_adds)
    rows.append(_row((text("explain.total"), "", ""), "", totals, branched))
    header = (
        *(text(f"reasons.{entry}") for entry in ("step", "sources")),
        *(text(f"explain.{entry}") for entry in _COLUMNS),
        text("reasons.why"),
    )
    shown = header if branched else (header[0], *header[2:])
    numbers = range(4 if branched else 3, len(shown) - 1)
    return Table(shown, tuple(rows), numbers=tuple(numbers))


_COLUMNS = ("layer", "output", "parameters", "multiply_adds", "field_size", "jump", "start")


def _chained(record: NetworkExplanation, place: int) -> bool:
    """Whether a step takes the one above it, and that alone: this need not be said."""
    sources = record.steps[place].sources
    return not sources or (place > 0 and sources == (record.steps[place - 1].name,))


def _row(
    names: tuple[str, str, str], output: Cell, rest: Sequence[Cell], branched: bool
) -> tuple[Cell, ...]:
    """A row of the width of all: the step, its sources where any branch, its layer."""
    step, sources, layer = names
    cells = (step, *([sources] if branched else []), layer, output, *rest)
    return (*cells, *("",) * (len(_COLUMNS) + 2 + branched - len(cells)))


def _step_row(step: StepExplanation, sources: str, branched: bool) -> tuple[Cell, ...]:
    names = (step.name, sources, step.layer)
    explained = step.explained
    if explained is None:
        return _row(names, _DASH, (*(_DASH,) * 5, _why(step)), branched)
    counts = count_text(explained.parameters), count_text(explained.multiply_adds)
    cells = (*counts, *(_seen(step, part) for part in ("size", "jump", "start")), _why(step))
    return _row(names, Code(str(explained.output_shape)), cells, branched)


def _listed(names: Sequence[str]) -> str:
    return text("list.separator").join(names)


# What a step sees


def _seen(step: StepExplanation, part: str) -> str:
    """One number where all directions agree, else one for each; for each input, if several."""
    if step.seen is None:
        return _DASH
    told = {name: _each(fields, part) for name, fields in step.seen.items()}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return _listed([text("reasons.of_input", input=name, seen=one) for name, one in told.items()])


def _each(fields: Fields, part: str) -> str:
    """One number where all directions agree, else one for each; sizes as those of an area."""
    values = [_part(field, part) for field in fields] or [_DASH]
    between = " × " if part == "size" else ", "
    return values[0] if len(set(values)) == 1 else between.join(values)


def _part(field: ReceptiveField, part: str) -> str:
    if part == "size" and field.size is None:
        return text("reasons.everything")
    if part == "jump" and not field.jump:
        return _DASH
    value = getattr(field, part)
    if value is None:
        return _DASH
    bound = "≤ " if part == "size" and field.at_most else ""
    return bound + str(value).replace("-", "−")


# Why


def _why(step: StepExplanation) -> str:
    """Why the step has this shape: one sentence, or the size of each direction that differs."""
    record = step.record
    if isinstance(record, Unreached):
        return str(record.reason)
    if isinstance(record, Refusal):
        return text("reasons.refused")
    if record.reason is not None:
        return str(record.reason)
    return _listed(list(dict.fromkeys(map(_reckoning, record.axes))))


def _reckoning(axis: AxisExplanation) -> str:
    step = next(step for step in axis.steps if step.symbol == "out")
    return _reckoned(step.formula, tuple(step.numbers.items()), step.value)


@lru_cache(maxsize=4096)
def _reckoned(formula: str, numbers: tuple[tuple[str, int | None], ...], value: int | None) -> str:
    step = Step("out", formula, dict(numbers), value, "output_size")
    return " = ".join(written(part, PLAIN) for part in step.brief_chain[1:])


# Sums, rules


def _sums_table(record: NetworkExplanation) -> Table:
    rows = [
        (text("explain.parameters"), count_text(record.parameters)),
        (text("reasons.trainable"), count_text(record.trainable)),
        (text("explain.multiply_adds"), count_text(record.multiply_adds)),
        (text("reasons.activations"), bytes_text(record.activation_bytes)),
    ]
    largest = record.largest
    if largest is not None and largest.explained is not None:
        size = bytes_text(largest.explained.bytes.output)
        said = text("reasons.largest_of", bytes=size, step=largest.name)
        rows.append((text("reasons.largest"), said))
    return Table((text("reasons.sums"), text("explain.for_one_sample")), tuple(rows), (1,))


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


def _field_rules(record: NetworkExplanation) -> Page:
    explained = [one for one in record.accepted if isinstance(one, Explanation)]
    kinds = {one.geometry.stages[0].transposed for one in explained}
    return [
        Table(
            (
                text("explain.field"),
                text(f"explain.{'field_rule_transposed' if transposed else 'field_rule'}"),
            ),
            tuple(
                (text(f"explain.{_FIELD_PARTS[symbol]}"), Rule(symbol, formula))
                for symbol, formula in _FIELD_RULES[transposed]
            ),
        )
        for transposed in sorted(kinds)
    ]
