"""What each kind of record says: its page, in the language in force."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from ..geometry import Size
from ..i18n import text
from .axes import AxisExplanation
from .formulas import Step
from .layers import Explanation, LayerExplanation, Refusal
from .writing import Cell, Code, Formula, Heading, Page, Paragraph, Table, page


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
def _layer_page(record: LayerExplanation, brief: bool = False) -> Page:
    shapes = record.input_shapes if record.made.merges else record.input_shapes[0]
    title = (Code(record.layer), Code(str(shapes)), "→", Code(str(record.output_shape)))
    return [
        Heading(title),
        *([] if record.reason is None else [Paragraph(str(record.reason))]),
        *(_axes_table(axes, brief) for axes in _alike(record.axes)),
        *([_weights_table(record)] if record.weights else []),
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


def _weights_table(record: LayerExplanation) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (Code(weight.name), Code(str(weight.shape)), count_text(weight.count))
        for weight in record.weights
    ]
    rows.append((_say("parameters"), "", count_text(record.parameters)))
    return Table((_say("weight"), _say("shape"), _say("count")), tuple(rows), numbers=(2,))


def _costs_table(record: LayerExplanation, brief: bool) -> Table:
    memory = record.bytes
    sizes = {"input": memory.input, "output": memory.output, "weights": memory.weights}
    parts = {name: bytes_text(size) for name, size in sizes.items()}
    rows: list[tuple[Cell, ...]] = [
        (_say("multiply_adds"), _products(record, brief)),
        (_say("memory"), _say("memory_parts", **parts)),
    ]
    dense = record.dense if isinstance(record, Explanation) else None
    if dense is not None:
        parameters = count_text(dense.parameters)
        times = ratio_text(dense.ratio)
        rows.append((_say("dense"), _say("dense_parts", parameters=parameters, times=times)))
    return Table((_say("cost"), _say("for_one_sample")), tuple(rows), (1,))


def _products(record: LayerExplanation, brief: bool) -> Cell:
    if isinstance(record, Explanation):
        return Formula(record.multiply_adds_step, brief)
    return count_text(record.multiply_adds)


@page.register
def _refusal_page(record: Refusal, brief: bool = False) -> Page:
    kind = record.settings.layer
    name = kind if isinstance(kind, str) else kind.__name__
    choices = tuple((Code(str(choice)),) for choice in record.choices)
    return [
        Heading((_say("refused", layer=name),)),
        Paragraph(str(record.error)),
        *([] if record.history is None else [Paragraph(str(record.history))]),
        *([Table((_say("choices"),), choices)] if choices else []),
    ]
