"""One axis, both ways, against counting by hand and by trying every position."""

from itertools import product

import pytest

from convlab.geometry import Axis, TransposedAxis, convolution_axis, transposed_axis
from tests import oracles

GRID = list(product(range(1, 10), range(1, 5), range(1, 4), range(1, 4)))


def all_axes():
    for size, kernel, stride, dilation in GRID:
        for padding in ("valid", "same", "causal"):
            axis = convolution_axis(size, kernel, stride, dilation, padding)
            if axis.output_size > 0:
                yield axis, padding


def test_output_size_is_the_number_of_windows_that_fit():
    for axis, _ in all_axes():
        fitting = oracles.windows(axis.padded_size, axis.kernel, axis.stride, axis.dilation)
        assert axis.output_size == len(fitting), axis


def test_pads_are_those_of_the_definition():
    for axis, padding in all_axes():
        expected = oracles.pads(axis.size, axis.kernel, axis.stride, axis.dilation, padding)
        assert (axis.before, axis.after) == expected, axis


def test_sources_are_the_positions_under_the_window():
    for axis, _ in all_axes():
        fitting = oracles.windows(axis.padded_size, axis.kernel, axis.stride, axis.dilation)
        for output, window in enumerate(fitting):
            moved = [position - axis.before for position in window]
            seen = tuple(i if 0 <= i < axis.size else None for i in moved)
            assert axis.sources(output) == seen, (axis, output)


def test_targets_are_the_sources_read_backwards():
    for axis, _ in all_axes():
        forward = {
            (i, tap, o)
            for o in range(axis.output_size)
            for tap, i in enumerate(axis.sources(o))
            if i is not None
        }
        backward = {
            (i, tap, o)
            for i in range(axis.size)
            for tap, o in enumerate(axis.targets(i))
            if o is not None
        }
        assert forward == backward, axis


def test_windows_overlap_until_one_begins_after_the_end_of_the_first():
    for axis, _ in all_axes():
        spans = [range(o * axis.stride, o * axis.stride + axis.effective_kernel) for o in range(13)]
        overlapping = [span for span in spans if set(span) & set(spans[0])]
        assert len(overlapping) == axis.overlapping_windows, axis


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize(("kernel", "stride", "dilation"), [(3, 1, 1), (2, 3, 1), (3, 2, 2)])
@pytest.mark.parametrize("before", [0, 1, 3])
def test_phases_name_each_output_and_tap_of_an_input_once(size, kernel, stride, dilation, before):
    axis = Axis(size, kernel, stride, dilation, before, after=kernel * dilation)
    found = {position: [] for position in range(size)}
    for inputs, taps, back in axis.phases():
        assert range(size)[inputs]
        for place, position in enumerate(range(size)[inputs]):
            if back is not None:
                pairs = zip(range(kernel)[taps], back.sources(place), strict=True)
                found[position] += [(tap, output) for tap, output in pairs if output is not None]
    for position, pairs in found.items():
        wanted = [pair for pair in enumerate(axis.targets(position)) if pair[1] is not None]
        assert sorted(pairs) == wanted


def test_tap_phases_name_each_tap_once_with_its_position_in_the_window():
    for kernel, stride, dilation in product(range(1, 6), range(1, 6), range(1, 6)):
        found = {}
        for taps, phase, start, step in Axis(99, kernel, stride, dilation).tap_phases():
            assert range(kernel)[taps]
            for place, tap in enumerate(range(kernel)[taps]):
                found[tap] = (start + place * step) * stride + phase
        assert found == {tap: tap * dilation for tap in range(kernel)}


def test_reach_is_from_the_first_to_the_last_position_that_neighbours_read():
    for axis, _ in all_axes():
        for first in range(axis.output_size):
            for stop in range(first + 1, axis.output_size + 1):
                starts = [axis.start(output) for output in range(first, stop)]
                assert axis.reach(slice(first, stop)) == slice(
                    min(starts), max(starts) + axis.effective_kernel
                )


def test_read_counts_are_the_number_of_taps_on_each_input():
    for axis, _ in all_axes():
        reads = [i for o in range(axis.output_size) for i in axis.sources(o)]
        assert axis.read_counts() == tuple(map(reads.count, range(axis.size)))


def test_tail_is_what_no_window_reaches():
    for axis, _ in all_axes():
        fitting = oracles.windows(axis.padded_size, axis.kernel, axis.stride, axis.dilation)
        assert axis.tail == axis.padded_size - 1 - fitting[-1][-1], axis


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "pads"),
    [(4, 3, 2, (0, 1)), (224, 7, 2, (2, 3)), (7, 2, 1, (0, 1)), (5, 1, 3, (0, 0))],
)
def test_same_puts_the_odd_pixel_after(size, kernel, stride, pads):
    axis = convolution_axis(size, kernel, stride, 1, "same")
    assert (axis.before, axis.after) == pads


def test_same_divides_the_size_by_the_stride_rounded_up():
    for axis, padding in all_axes():
        if padding != "valid":
            assert axis.output_size == -(-axis.size // axis.stride)


def test_causal_never_looks_ahead():
    for axis, padding in all_axes():
        if padding == "causal":
            for output in range(axis.output_size):
                seen = [source for source in axis.sources(output) if source is not None]
                assert max(seen) == output * axis.stride


def all_transposed_axes():
    for size, kernel, stride, dilation in GRID:
        for padding in ("valid", "same"):
            for output_padding in (None, *range(stride)):
                setting = (size, kernel, stride, dilation, padding, output_padding)
                yield transposed_axis(*setting), setting


def test_transposed_sizes_and_crops_are_those_of_the_definition():
    for axis, setting in all_transposed_axes():
        size, before = oracles.transposed_size(*setting)
        assert (axis.input_size, axis.output_size) == (setting[0], size), setting
        assert axis.crop_before == before, setting
        assert axis.full_size == axis.output_size + axis.crop_before + axis.crop_after, setting


def test_a_transposed_axis_stamps_where_the_convolution_reads():
    for axis, (size, kernel, stride, dilation, *_) in all_transposed_axes():
        stamps = {
            (i, tap, i * stride + tap * dilation - axis.crop_before)
            for i in range(size)
            for tap in range(kernel)
        }
        stamps = {stamp for stamp in stamps if 0 <= stamp[2] < axis.output_size}
        targets = {
            (i, tap, o)
            for i in range(size)
            for tap, o in enumerate(axis.targets(i))
            if o is not None
        }
        sources = {
            (i, tap, o)
            for o in range(axis.output_size)
            for tap, i in enumerate(axis.sources(o))
            if i is not None
        }
        assert targets == sources == stamps, axis


def test_output_padding_chooses_between_the_two_sizes_that_shrink_to_one():
    sizes = [transposed_axis(12, 3, 2, 1, "same", op).output_size for op in (None, 0, 1)]
    assert sizes == [24, 23, 24]
    shrunk = {convolution_axis(size, 3, 2, 1, "same").output_size for size in sizes}
    assert shrunk == {12}


def test_no_output_padding_brings_an_even_kernel_back_under_same():
    sizes = [transposed_axis(12, 4, 2, 1, "same", op).output_size for op in (None, 0, 1)]
    assert sizes == [24, 22, 23]


def test_same_without_output_padding_is_the_forward_axis_read_backwards():
    for size, kernel, stride, dilation in GRID:
        forward = convolution_axis(size * stride, kernel, stride, dilation, "same")
        back = transposed_axis(size, kernel, stride, dilation, "same")
        assert back.forward.before == forward.before
        assert [back.targets(i) for i in range(size)] == [forward.sources(o) for o in range(size)]


def test_a_size_that_is_not_known_stays_unknown():
    for padding in ("valid", "same", "causal"):
        assert convolution_axis(None, 3, 2, 1, padding).output_size is None
    assert transposed_axis(None, 3, 2, 1, "same").output_size is None
    assert Axis(None, 3).tail is None
    assert TransposedAxis(Axis(None, 3)).full_size is None


def test_pads_of_same_are_known_without_the_size_only_when_the_stride_is_1():
    unknown = convolution_axis(None, 4, 1, 1, "same")
    assert (unknown.before, unknown.after) == (1, 2)
    strided = convolution_axis(None, 4, 2, 1, "same")
    assert (strided.before, strided.after) == (None, None)


def test_an_empty_transposed_output_is_legal():
    axis = transposed_axis(1, 2, 2, 1, "same", 0)
    assert axis.output_size == 0
    assert axis.targets(0) == (None, None)


def test_a_transposed_axis_of_no_inputs_keeps_its_inputs():
    assert transposed_axis(0, 2, 3, 1, "same").input_size == 0


def test_a_transposed_axis_of_no_inputs_has_no_outputs_below_zero():
    axis = transposed_axis(0, 2, 3, 1, "same", 0)
    assert (axis.input_size, axis.output_size) == (0, 0)


def test_inserted_zeros_and_a_flipped_kernel_read_the_same_inputs():
    for axis, setting in all_transposed_axes():
        inserted = axis.inserted
        assert inserted.output_size == axis.output_size, setting
        places = {axis.inserted_position(i): i for i in range(axis.input_size)}
        assert set(places) <= set(range(inserted.size)), setting
        for output in range(axis.output_size):
            flipped = inserted.sources(output)[::-1]
            assert tuple(map(places.get, flipped)) == axis.sources(output), setting


def test_the_taps_left_out_are_those_that_no_window_ever_lays_on_an_input():
    for axis, _ in all_axes():
        fewer, outputs = axis.without_idle_taps(), range(axis.output_size)
        assert fewer.output_size == axis.output_size, axis
        known = [[at for at in axis.sources(output) if at is not None] for output in outputs]
        kept = [[at for at in fewer.sources(output) if at is not None] for output in outputs]
        assert known == kept, axis
        ends = [{fewer.sources(output)[tap] for output in outputs} for tap in (0, -1)]
        assert all(end != {None} for end in ends) or not any(known), axis
