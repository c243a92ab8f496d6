"""One window, three ways to fill it: all channels, in groups, or depthwise then pointwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, isqrt
from typing import Any

from ..geometry import Size, Stage
from ..layers import Layer
from .costs import multiply_adds


@dataclass(frozen=True)
class Variant:
    """One way to compute filters from channels under the same window; the bias is not counted.

    ``kind`` is ``"standard"``, ``"grouped"`` or ``"separable"``; ``ratio`` compares its weights,
    and so its multiply-adds, with the standard convolution's.
    """

    kind: str
    groups: int
    stages: tuple[Stage, ...]
    ratio: Fraction

    @property
    def parameters(self) -> int:
        """The weights of all stages."""
        return sum(stage.parameters for stage in self.stages)

    @property
    def multiply_adds(self) -> Size:
        """Those of all stages, for one sample; ``None`` while a size is unknown."""
        counts = [multiply_adds(stage) for stage in self.stages]
        return None if None in counts else sum(count for count in counts if count is not None)

    def to_dict(self) -> dict[str, object]:
        """The variant as plain data."""
        return {
            "kind": self.kind,
            "groups": self.groups,
            "kernel_shapes": [list(stage.kernel_shape) for stage in self.stages],
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "ratio": float(self.ratio),
        }


def decompositions(layer: Layer, input_shape: Any) -> tuple[Variant, ...]:
    """The standard convolution with the layer's window, channels and filters, and its cheaper kin.

    First the standard one, then one for each number of groups that channels and filters allow, last
    depthwise and pointwise with the layer's depth multiplier m: 1/G of the weights for G groups,
    m/F + m/K for F filters and K taps. Keras has no groups in a transposed layer, so there the
    standard one stands alone. Raises ``ShapeError`` for a shape that the layer cannot take.

    >>> from convlab import Conv2D
    >>> [(each.kind, each.groups, each.parameters, str(each.ratio))
    ...  for each in decompositions(Conv2D(8, 3), (None, 9, 9, 4))]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('standard', 1, 288, '1'), ('grouped', 2, 144, '1/2'), ('grouped', 4, 72, '1/4'),
     ('separable', 4, 68, '17/72')]
    """
    stages = layer.geometry(input_shape).stages
    first, filters = stages[0], stages[-1].filters
    if first.transposed:
        return (Variant("standard", 1, (first,), Fraction(1)),)
    divisors = _divisors(gcd(first.channels, filters))
    multiplier = getattr(layer, "depth_multiplier", 1)
    plain = [_grouped(first, filters, groups) for groups in divisors]
    ways = [("grouped" if stage.groups > 1 else "standard", (stage,)) for stage in plain]
    separated = ("separable", _separated(first, filters, multiplier))
    whole = plain[0].parameters
    return tuple(
        Variant(kind, stages[0].groups, stages, Fraction(sum(s.parameters for s in stages), whole))
        for kind, stages in (*ways, separated)
    )


def _divisors(number: int) -> list[int]:
    # Beyond a trillion those near the square root are left out: looking for them has no end.
    small = [d for d in range(1, min(isqrt(number), 2**20) + 1) if number % d == 0]
    return sorted({*small, *(number // d for d in small)})


def _grouped(stage: Stage, filters: int, groups: int) -> Stage:
    taps = tuple(axis.kernel for axis in stage.axes)
    shape = (*taps, stage.channels // groups, filters)
    return replace(stage, filters=filters, groups=groups, kernel_shape=shape)


def _separated(stage: Stage, filters: int, multiplier: int) -> tuple[Stage, Stage]:
    """Depthwise with the stage's window, then pointwise."""
    channels, taps = stage.channels, tuple(axis.kernel for axis in stage.axes)
    depthwise = replace(
        stage,
        filters=channels * multiplier,
        groups=channels,
        kernel_shape=(*taps, channels, multiplier),
    )
    return depthwise, depthwise.pointwise(filters)
