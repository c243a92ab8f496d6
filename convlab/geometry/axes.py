"""One sliding direction: which inputs feed an output, and which outputs an input feeds.

An ``Axis`` is one sliding direction of a convolution and answers both ways: which inputs feed an
output (``sources``), which outputs an input feeds (``targets``). A ``TransposedAxis`` is the same
record read backwards.

Letters used here and in the lessons: n the size of the input, k the kernel, s the stride,
d the dilation rate, e = (k - 1) * d + 1 the effective kernel, o an output, i an input, j a tap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import gcd
from typing import TypeAlias

Size: TypeAlias = int | None
"""A number of positions, or ``None`` while it is not known (Keras' way to write any length)."""


LONGEST_STEP = 1 << 31
"""Steps are clipped to this, or a memory stride would overflow in NumPy.

No array is that long, so an axis with a longer step has one output, or one tap, and never steps.
"""


@dataclass(frozen=True)
class Axis:
    """One sliding direction of a convolution.

    ``size`` inputs are framed by ``before`` and ``after`` zeros; a window of ``kernel`` taps,
    ``dilation`` apart, moves over them by ``stride``. All in positions. ``before`` and ``after``
    are ``None`` only where they depend on a size that is not known. A negative ``after`` counts
    inputs at the end that are out of reach.

    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016).

    >>> axis = Axis(size=5, kernel=3, stride=2, before=1, after=1)
    >>> axis.output_size
    3
    >>> axis.sources(0), axis.sources(2)
    ((None, 0, 1), (3, 4, None))
    >>> axis.targets(3)
    (2, None, 1)
    """

    size: Size
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: Size = 0
    after: Size = 0

    @cached_property
    def effective_kernel(self) -> int:
        """How many positions the window covers, holes included: (k - 1) * d + 1."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def largest_kernel(self) -> int:
        """The most taps, as far apart as these, that fit into the inputs alone; 0 for no inputs.

        >>> Axis(size=6, kernel=5, dilation=2).largest_kernel
        3
        """
        assert self.size is not None
        return (self.size - 1) // self.dilation + 1

    @property
    def input_size(self) -> Size:
        """The number of inputs, ``size``."""
        return self.size

    @cached_property
    def padded_size(self) -> Size:
        """Inputs and zeros together."""
        if self.size is None or self.before is None or self.after is None:
            return None
        return self.size + self.before + self.after

    @cached_property
    def output_size(self) -> Size:
        """The number of places where the whole window fits; below 1 where it fits nowhere."""
        if self.size is None:
            return None
        assert self.padded_size is not None
        return (self.padded_size - self.effective_kernel) // self.stride + 1

    @cached_property
    def tail(self) -> Size:
        """Positions at the end, zeros included, that no window reaches.

        >>> Axis(size=8, kernel=3, stride=2).tail
        1
        """
        if self.padded_size is None or self.output_size is None:
            return None
        reached = (self.output_size - 1) * self.stride + self.effective_kernel
        return self.padded_size - reached

    def start(self, output: int) -> int:
        """The input under the first tap of an output's window; negative inside the zeros before."""
        assert self.before is not None
        return output * self.stride - self.before

    def sources(self, output: int) -> tuple[Size, ...]:
        """The input under each tap of ``output``'s window, ``None`` in the padding."""
        first = self.start(output)
        positions = (first + tap * self.dilation for tap in range(self.kernel))
        return tuple(position if self._holds(position) else None for position in positions)

    def visited(self, tap: int, outputs: slice | None = None) -> slice:
        """The padded positions that one tap visits, an output each; counted from the first zero.

        Neighbouring ``outputs`` only, or all.

        >>> Axis(size=5, kernel=2, stride=2, dilation=3, before=1).visited(1)
        slice(3, 7, 2)
        """
        outputs = outputs or slice(0, self.output_size)
        first = tap * self.dilation
        start, stop = first + outputs.start * self.stride, first + outputs.stop * self.stride
        return slice(start, stop, self.stride)

    def reach(self, outputs: slice) -> slice:
        """The positions that neighbouring outputs read, zeros included: below 0 and past the end.

        >>> Axis(size=5, kernel=3, stride=2, before=1, after=1).reach(slice(1, 3))
        slice(1, 6, None)
        """
        return slice(
            self.start(outputs.start), self.start(outputs.stop - 1) + self.effective_kernel
        )

    def memory_strides(self, step: int) -> tuple[int, int]:
        """The distances in memory of neighbouring outputs' windows, and of neighbouring taps.

        ``step`` is the distance of neighbouring positions.

        >>> Axis(size=9, kernel=3, stride=2, dilation=3).memory_strides(step=4)
        (8, 12)
        """
        return min(self.stride, LONGEST_STEP) * step, min(self.dilation, LONGEST_STEP) * step

    @property
    def overlapping_windows(self) -> int:
        """The number of outputs from one window to the first that begins after its end.

        >>> Axis(size=9, kernel=3, stride=2).overlapping_windows
        2
        """
        return -(-self.effective_kernel // self.stride)

    def without_idle_taps(self) -> Axis:
        """The same axis without the taps, at both ends, under which no window has an input.

        >>> Axis(size=2, kernel=9, before=4, after=4).without_idle_taps()
        Axis(size=2, kernel=3, stride=1, dilation=1, before=1, after=1)
        """
        if not self.size or not self.output_size or self.before is None:
            return self
        last = (self.output_size - 1) * self.stride
        first = min(max(-((last - self.before) // self.dilation), 0), self.kernel - 1)
        end = min((self.before + self.size - 1) // self.dilation + 1, self.kernel)
        kernel = max(end - first, 1)
        before = self.before - first * self.dilation
        fewer = replace(self, kernel=kernel, before=before, after=0)
        return replace(fewer, after=last + fewer.effective_kernel - before - self.size)

    def tap_phases(self) -> Iterator[tuple[slice, int, int, int]]:
        """The taps grouped by phase: the remainder of their position in the window by the stride.

        Each is (taps, phase, start, step). Counted in positions of that phase only, the first of
        these taps is ``start`` after the window's first position, the others ``step`` apart.

        >>> list(Axis(size=9, kernel=5, stride=2).tap_phases())
        [(slice(0, None, 2), 0, 0, 1), (slice(1, None, 2), 1, 0, 1)]
        >>> list(Axis(size=9, kernel=2, stride=2, dilation=4).tap_phases())
        [(slice(0, None, 1), 0, 0, 2)]
        """
        common = gcd(self.stride, self.dilation)
        every = self.stride // common
        for first in range(min(every, self.kernel)):
            start, phase = divmod(first * self.dilation, self.stride)
            yield slice(first, None, every), phase, start, self.dilation // common

    def phases(self) -> Iterator[tuple[slice, slice, Axis | None]]:
        """The input gradient as convolutions of stride 1, one for each phase of the inputs.

        A phase is a remainder by the stride. Each is (inputs, taps, axis): the gradient of these
        inputs is the convolution along ``axis`` of the outputs' gradient with these (flipped)
        ``taps``. ``axis`` is ``None`` where no tap reads the inputs.

        >>> for inputs, taps, axis in Axis(size=5, kernel=3, stride=2).phases():
        ...     print(inputs.start, [0, 1, 2][taps], *map(axis.sources, range(axis.output_size)))
        0 [2, 0] (None, 0) (0, 1) (1, None)
        1 [1] (0,) (1,)
        """
        assert self.size is not None and self.before is not None
        assert self.output_size is not None
        common = gcd(self.stride, self.dilation)
        for first in range(min(self.stride, self.size)):
            taps = [k for k in range(self.kernel) if self._aligned(first, k)]
            inputs = slice(first, None, self.stride)
            if not taps:
                yield inputs, slice(0, 0), None
                continue
            before = (taps[-1] * self.dilation - first - self.before) // self.stride
            back = Axis(self.output_size, len(taps), 1, self.dilation // common, before)
            missing = len(range(self.size)[inputs]) - (back.output_size or 0)
            flipped = slice(taps[-1], None, -(self.stride // common))
            yield inputs, flipped, replace(back, after=missing)

    def _aligned(self, position: int, tap: int) -> bool:
        assert self.before is not None
        return (position + self.before - tap * self.dilation) % self.stride == 0

    def targets(self, position: int) -> tuple[Size, ...]:
        """For each tap the output that reads input ``position`` through it, or ``None``."""
        assert self.before is not None
        starts = (position + self.before - tap * self.dilation for tap in range(self.kernel))
        return tuple(self._output_at(start) for start in starts)

    def read_counts(self) -> tuple[int, ...]:
        """How many taps, of all windows together, read each input.

        >>> Axis(size=5, kernel=3, stride=2).read_counts()
        (1, 1, 2, 1, 1)
        """
        assert self.size is not None
        return tuple(_count_positions(self.targets(position)) for position in range(self.size))

    def _holds(self, position: int) -> bool:
        return self.size is not None and 0 <= position < self.size

    def _output_at(self, start: int) -> Size:
        output, remainder = divmod(start, self.stride)
        assert self.output_size is not None
        return output if remainder == 0 and 0 <= output < self.output_size else None


@dataclass(frozen=True)
class TransposedAxis:
    """One direction of a transposed convolution: the axis of a convolution, read backwards.

    ``forward`` belongs to the convolution whose input has this axis' output size and whose output
    has this axis' input size; its ``before`` and ``after`` are what is cropped off the full result
    (a negative ``after``: zeros added).

    >>> axis = TransposedAxis(Axis(size=5, kernel=3, stride=2))
    >>> axis.input_size, axis.output_size
    (2, 5)
    >>> axis.sources(2), axis.targets(1)
    ((1, None, 0), (2, 3, 4))
    """

    forward: Axis

    @property
    def kernel(self) -> int:
        return self.forward.kernel

    @property
    def stride(self) -> int:
        return self.forward.stride

    @property
    def dilation(self) -> int:
        return self.forward.dilation

    @property
    def effective_kernel(self) -> int:
        return self.forward.effective_kernel

    @property
    def input_size(self) -> Size:
        return self.forward.output_size

    @property
    def output_size(self) -> Size:
        return self.forward.size

    @property
    def crop_before(self) -> int:
        """Positions cut off the start of the full result."""
        assert self.forward.before is not None
        return self.forward.before

    @property
    def crop_after(self) -> int:
        """Positions cut off the end of the full result; negative where zeros are added instead."""
        assert self.forward.after is not None
        return self.forward.after

    @property
    def full_size(self) -> Size:
        """The length before cropping: (n - 1) * s + e."""
        if self.input_size is None:
            return None
        return _full_size(self.input_size, self.effective_kernel, self.stride)

    def sources(self, output: int) -> tuple[Size, ...]:
        """For each tap the input that is stamped onto ``output`` through it, or ``None``."""
        return self.forward.targets(output)

    def targets(self, position: int) -> tuple[Size, ...]:
        """The output under each tap of input ``position``'s stamp, ``None`` where it is cropped."""
        return self.forward.sources(position)

    def write_counts(self) -> tuple[int, ...]:
        """How many taps, of all stamps together, write onto each output.

        Uneven inside where the kernel is not a multiple of the stride: the checkerboard.

        >>> TransposedAxis(Axis(size=7, kernel=3, stride=2)).write_counts()
        (1, 1, 2, 1, 2, 1, 1)
        """
        return self.forward.read_counts()

    @property
    def inserted(self) -> Axis:
        """The same sums as an ordinary convolution over the input with zeros in between.

        s - 1 zeros stand between neighbours, the window moves by 1, and the kernel is flipped: tap
        k - 1 - j of this axis is tap j of the stamp.

        >>> axis = TransposedAxis(Axis(size=5, kernel=3, stride=2))
        >>> axis.inserted
        Axis(size=3, kernel=3, stride=1, dilation=1, before=2, after=2)
        >>> axis.inserted.output_size
        5
        """
        size = None if self.input_size is None else _full_size(self.input_size, 1, self.stride)
        reach = self.effective_kernel - 1
        before, after = reach - self.crop_before, reach - self.crop_after
        return Axis(size, self.kernel, 1, self.dilation, before, after)

    def inserted_position(self, position: int) -> int:
        """Where input ``position`` stands among the inserted zeros."""
        return position * self.stride


AnyAxis: TypeAlias = Axis | TransposedAxis


def _count_positions(positions: tuple[Size, ...]) -> int:
    return sum(position is not None for position in positions)


UNIT_AXIS = Axis(size=1, kernel=1)
"""The axis along which nothing slides: it makes one dimension two."""


def _valid_pads(size: Size, effective_kernel: int, stride: int) -> tuple[Size, Size]:
    return 0, 0


def _same_pads(size: Size, effective_kernel: int, stride: int) -> tuple[Size, Size]:
    if size is None:
        return (None, None) if stride > 1 else _halves(effective_kernel - 1)
    outputs = -(-size // stride)
    return _halves(max(_full_size(outputs, effective_kernel, stride) - size, 0))


def _causal_pads(size: Size, effective_kernel: int, stride: int) -> tuple[Size, Size]:
    return effective_kernel - 1, 0


def _halves(total: int) -> tuple[int, int]:
    """The odd pixel goes after: Keras (and TensorFlow), not PyTorch."""
    return total // 2, total - total // 2


def _full_size(outputs: int, effective_kernel: int, stride: int) -> int:
    return (outputs - 1) * stride + effective_kernel


_PADS: dict[str, Callable[[Size, int, int], tuple[Size, Size]]] = {
    "valid": _valid_pads,
    "same": _same_pads,
    "causal": _causal_pads,
}


def convolution_axis(size: Size, kernel: int, stride: int, dilation: int, padding: str) -> Axis:
    """The axis of a convolution with Keras' padding ``"valid"``, ``"same"`` or ``"causal"``.

    >>> axis = convolution_axis(size=4, kernel=3, stride=2, dilation=1, padding="same")
    >>> axis.before, axis.after, axis.output_size
    (0, 1, 2)
    """
    effective_kernel = Axis(size, kernel, stride, dilation).effective_kernel
    before, after = _PADS[padding](size, effective_kernel, stride)
    return Axis(size, kernel, stride, dilation, before, after)


def transposed_axis(
    size: Size,
    kernel: int,
    stride: int,
    dilation: int,
    padding: str,
    output_padding: int | None = None,
) -> TransposedAxis:
    """The axis of a transposed convolution with Keras' arguments; ``None`` is not 0.

    >>> [transposed_axis(12, 3, 2, 1, "same", op).output_size for op in (None, 0, 1)]
    [24, 23, 24]
    """
    effective_kernel = Axis(size, kernel, stride, dilation).effective_kernel
    before, after = _crops(effective_kernel, stride, padding, output_padding)
    if size is None:
        return TransposedAxis(Axis(None, kernel, stride, dilation, before, after))
    full = _full_size(size, effective_kernel, stride)
    output_size = max(full - before - after, 0)
    after = full - before - output_size
    return TransposedAxis(Axis(output_size, kernel, stride, dilation, before, after))


def upsampling_axis(size: Size, factor: int, smooth: bool) -> TransposedAxis:
    """The axis of a finer grid: every input is stamped onto ``factor`` outputs.

    A ``smooth`` stamp reaches half way over its neighbours, too.

    >>> axis = upsampling_axis(3, 2, smooth=True)
    >>> axis.output_size, [axis.sources(output) for output in (0, 1)]
    (6, [(None, 0, None, None), (1, None, 0, None)])
    """
    kernel = 2 * factor - factor % 2 if smooth else factor
    crop = (kernel - factor) // 2
    outputs = None if size is None else size * factor
    return TransposedAxis(Axis(outputs, kernel, factor, 1, crop, crop))


def _crops(
    effective_kernel: int, stride: int, padding: str, output_padding: int | None
) -> tuple[int, int]:
    """What is cut off the full result; a negative second number adds zeros (Keras 3's rules)."""
    if padding == "valid":
        extra = max(stride - effective_kernel, 0) if output_padding is None else output_padding
        return 0, -extra
    if output_padding is None:
        surplus = effective_kernel - stride
    else:
        surplus = effective_kernel - effective_kernel % 2 - output_padding
    before = max(surplus, 0) // 2
    return before, surplus - before
