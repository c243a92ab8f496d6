"""What each kind of record says: its page, in the language in force."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from ..geometry import Size
from ..geometry.fields import ReceptiveField
from ..i18n import text
from .axes import AxisExplanation
from .formulas import Step
from .layers import Explanation, Refusal, StackExplanation
from .writing import Cell, Code, Formula, Heading, Page, Paragraph, Rule, Table, page


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


def ratio_text(ratio: Fraction) -> str:
    """How many times: three digits that count, whatever the size.

    >>> ratio_text(Fraction(7, 3)), ratio_text(Fraction(1014963188))
    ('2.33', '1,010,000,000')
    """
    with localcontext(prec=3):
        rounded = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    return f"{rounded:,f}"


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
        times = ratio_text(dense.ratio)
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


def _each(fields: Sequence[ReceptiveField], part: str) -> str:
    """One number where all directions agree, else one for each; sizes as those of an area."""
    numbers = [getattr(field, part) for field in fields]
    values = ["—" if each is None else str(each).replace("-", "−") for each in numbers]
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
