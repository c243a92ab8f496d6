"""One sliding direction explained: Keras' rule for its size, with this layer's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..geometry import AnyAxis, Axis, Size, TransposedAxis
from ..i18n import Term
from .formulas import Step
from .rule_parts import Lines
from .rules import CONVOLUTION, FRAMES, TRANSPOSED, transposed_case

MEANINGS = {
    "e": "effective_kernel",
    "p": "padding_total",
    "p0": "padding_before",
    "p1": "padding_after",
    "out": "output_size",
    "t": "tail",
    "full": "full_size",
    "c0": "crop_before",
    "c1": "crop_after",
}


@dataclass(frozen=True)
class AxisExplanation:
    """One direction of a layer: ``axis`` answers every question, ``steps`` tell how it comes about.

    ``name`` is ``"height"``, ``"width"`` or ``"steps"``.
    """

    name: str
    axis: AnyAxis
    steps: tuple[Step, ...]

    @property
    def title(self) -> Term:
        """The direction's name, in the language in force when it is read."""
        return Term(f"axis.{self.name}")

    def to_dict(self) -> dict[str, object]:
        """The direction as plain data."""
        axis = self.axis
        return {
            "name": self.name,
            "input_size": axis.input_size,
            "kernel": axis.kernel,
            "stride": axis.stride,
            "dilation": axis.dilation,
            "effective_kernel": axis.effective_kernel,
            **_ends(axis),
            "output_size": axis.output_size,
            "steps": [step.to_dict() for step in self.steps],
        }


def _ends(axis: AnyAxis) -> dict[str, Size]:
    if isinstance(axis, TransposedAxis):
        crops = axis.crop_before, axis.crop_after
        return {"full_size": axis.full_size, "crop_before": crops[0], "crop_after": crops[1]}
    return {"padding_before": axis.before, "padding_after": axis.after, "tail": axis.tail}


def explain_axis(
    name: str, axis: AnyAxis, padding: str, output_padding: int | None = None
) -> AxisExplanation:
    """The reckoning of one direction with Keras' ``padding`` and ``output_padding``.

    >>> from convlab.geometry import convolution_axis
    >>> height = explain_axis("height", convolution_axis(9, 3, 2, 1, "valid"), "valid")
    >>> print(height.steps[3])
    n′ = ⌊(n + p₀ + p₁ − e) / s⌋ + 1 = ⌊(9 + 0 + 0 − 3) / 2⌋ + 1 = ⌊6 / 2⌋ + 1 = 3 + 1 = 4
    """
    numbers = _numbers(axis)
    if isinstance(axis, TransposedAxis):
        lines = _transposed_lines(axis, padding, output_padding)
        crops = {"c0": axis.crop_before, "c1": axis.crop_after}
        numbers |= {"full": axis.full_size, "op": output_padding, **crops}
    else:
        lines = CONVOLUTION[padding]
        total = {"p": _total(axis), "p0": axis.before, "p1": axis.after}
        numbers |= {"t": axis.tail, **total}
    return _reckoned(name, axis, lines, numbers)


def explain_frame(name: str, axis: AnyAxis) -> AxisExplanation:
    """The reckoning of one direction that only grows or shrinks: zeros around, crops, upsampling.

    >>> from convlab.geometry import Axis
    >>> print(explain_frame("width", Axis(9, 1, before=-2, after=-1)).steps[0])
    n′ = n − c₀ − c₁ = 9 − 2 − 1 = 6
    """
    numbers = _numbers(axis)
    if isinstance(axis, TransposedAxis):
        return _reckoned(name, axis, FRAMES["finer"], numbers)
    ends = axis.before or 0, axis.after or 0
    if min(ends) < 0:
        crops = {"c0": -ends[0], "c1": -ends[1]}
        return _reckoned(name, axis, FRAMES["cropped"], {**numbers, **crops})
    return _reckoned(name, axis, FRAMES["padded"], {**numbers, "p0": ends[0], "p1": ends[1]})


def _numbers(axis: AnyAxis) -> dict[str, Size]:
    given = {"n": axis.input_size, "k": axis.kernel, "s": axis.stride, "d": axis.dilation}
    return {**given, "e": axis.effective_kernel, "out": axis.output_size}


def _reckoned(
    name: str, axis: AnyAxis, lines: Lines, numbers: Mapping[str, Size]
) -> AxisExplanation:
    steps = (
        Step(symbol, formula, numbers, numbers[symbol], MEANINGS[symbol])
        for symbol, formula in lines
    )
    return AxisExplanation(name, axis, tuple(steps))


def _transposed_lines(axis: TransposedAxis, padding: str, output_padding: int | None) -> Lines:
    lines = TRANSPOSED[transposed_case(padding, output_padding)]
    if axis.input_size != 0:
        return lines
    # Without any input the rule may come out below 0, and a size does not.
    return tuple((name, f"max({line}, 0)" if name == "out" else line) for name, line in lines)


def _total(axis: Axis) -> Size:
    return None if axis.before is None or axis.after is None else axis.before + axis.after
