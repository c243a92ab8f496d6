"""What an output of a stack sees, against following every tap back to the input."""

from fractions import Fraction
from itertools import product

import pytest

from convlab.geometry import Axis, TransposedAxis, convolution_axis
from convlab.geometry.fields import ReceptiveField

CONVOLUTIONS = [
    Axis(99, kernel=3, stride=2, before=1),
    Axis(99, kernel=2, dilation=3),
    Axis(99, kernel=5, stride=3, before=2, after=1),
    Axis(99, kernel=1, stride=2),
]
TRANSPOSED = [
    TransposedAxis(Axis(99, kernel=3, stride=2, before=1)),
    TransposedAxis(Axis(99, kernel=4, stride=3, after=-1)),
]


def read(axis, position):
    """The positions under every tap, those in the padding included."""
    if isinstance(axis, Axis):
        start = position * axis.stride - axis.before
        return {start + tap * axis.dilation for tap in range(axis.kernel)}
    taps = (position + axis.crop_before - tap * axis.dilation for tap in range(axis.kernel))
    return {place // axis.stride for place in taps if place % axis.stride == 0}


def seen(stack, output):
    positions = {output}
    for axis in reversed(stack):
        positions = set().union(*(read(axis, position) for position in positions))
    return positions


@pytest.mark.parametrize(
    "stack",
    [
        *product(CONVOLUTIONS, CONVOLUTIONS),
        *product(CONVOLUTIONS[:2], CONVOLUTIONS, CONVOLUTIONS),
        *product(TRANSPOSED),
        *product(TRANSPOSED, CONVOLUTIONS),
        *product(TRANSPOSED, CONVOLUTIONS, CONVOLUTIONS[:2]),
    ],
    ids=lambda stack: "-".join(f"{axis.kernel}/{axis.stride}" for axis in stack),
)
def test_a_span_is_from_the_first_to_the_last_position_that_is_seen(stack):
    field = ReceptiveField()
    for axis in stack:
        field = field.through(axis)
    found = [seen(stack, output) for output in range(12)]
    spans = [(min(positions), max(positions)) for positions in found]
    assert [field.span(output) for output in range(12)] == spans
    widest = max(last - first + 1 for first, last in spans)
    starts = [field.start + output * field.jump for output in range(12)]
    if any(start.denominator == 1 for start in starts):
        assert widest == field.size
    else:  # A stride skips the outputs that see the most.
        assert widest <= field.size


def test_behind_unknown_padding_only_the_start_of_a_field_is_unknown():
    open_field = ReceptiveField().through(convolution_axis(None, 3, 2, 1, "same"))
    assert open_field == ReceptiveField(Fraction(2), Fraction(2), None)
    known = ReceptiveField().through(convolution_axis(None, 3, 1, 1, "same"))
    assert known == ReceptiveField(Fraction(2), Fraction(1), Fraction(-1))
