"""What implementers and learners get wrong about shapes and costs, worked out by hand."""

import numpy as np
import pytest

import convlab
from convlab import Conv1D, Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D, explain
from convlab.explanation import Refusal, coverage, decompositions, frames, stamps


def along_steps(n, k, s=1, d=1, padding="valid"):
    """The numbers of a Conv1D on n steps."""
    layer = Conv1D(1, k, strides=s, dilation_rate=d, padding=padding)
    return explain(layer, (None, n, 1)).axes[0].to_dict()


def back(n, k, s, padding, op):
    """The numbers of a Conv2DTranspose along the height."""
    layer = Conv2DTranspose(1, (k, 2), strides=s, padding=padding, output_padding=op)
    return explain(layer, (None, n, 5, 1)).axes[0].to_dict()


def test_01_same_keeps_the_size_at_stride_1_only():
    assert [along_steps(7, 3, s, padding="same")["output_size"] for s in (1, 2, 3)] == [7, 4, 3]


def test_02_same_puts_the_odd_zero_after():
    small, large = along_steps(4, 3, 2, padding="same"), along_steps(224, 7, 2, padding="same")
    assert (small["padding_before"], small["padding_after"]) == (0, 1)
    assert (large["padding_before"], large["padding_after"]) == (2, 3)


def test_03_an_even_kernel_pads_after():
    even = along_steps(6, 2, padding="same")
    assert (even["padding_before"], even["padding_after"]) == (0, 1)


def test_04_a_stride_that_does_not_divide_leaves_a_tail():
    uneven = along_steps(8, 3, 2)
    assert (uneven["output_size"], uneven["tail"]) == (3, 1)


def test_05_frames_correlate_without_turning_the_kernel():
    x = np.arange(10.0).reshape(1, 5, 2)[..., :1]
    layer = Conv1D(1, 2, use_bias=False)
    layer.build((None, 5, 1))
    layer.set_weights([np.array([1.0, 2.0]).reshape(2, 1, 1)])
    assert [frame.z for frame in frames(layer, x)] == [4, 10, 16, 22]


def test_06_a_kernel_has_four_axes_and_sums_over_the_channels():
    record = explain(Conv2D(50, 3), (None, 9, 8, 50))
    assert [weight.shape for weight in record.weights] == [(3, 3, 50, 50), (50,)]
    assert record.parameters == 22_550


def test_07_one_dimension_means_one_sliding_direction():
    assert explain(Conv1D(4, 5), (None, 9, 3)).weights[0].shape == (5, 3, 4)


def test_08_causal_pads_on_the_left_only():
    causal = along_steps(9, 3, 2, padding="causal")
    dilated = along_steps(9, 3, d=2, padding="causal")
    assert (causal["padding_before"], causal["padding_after"], causal["output_size"]) == (2, 0, 5)
    assert (dilated["padding_before"], dilated["padding_after"], dilated["output_size"]) == (
        4,
        0,
        9,
    )


@pytest.mark.parametrize("name", ["Conv1D", "Conv2D", "Conv2DTranspose"])
def test_09_stride_and_dilation_together_are_refused(name):
    shape = (None, 9, 1) if name == "Conv1D" else (None, 9, 8, 1)
    arguments = {"filters": 1, "kernel_size": 2, "strides": 2, "dilation_rate": 2}
    refusal = explain((name, arguments), shape)
    assert isinstance(refusal, Refusal)
    assert refusal.error.code == "dilated_strides"


def test_09_but_not_by_the_separable_layer():
    arguments = {"filters": 1, "kernel_size": 2, "strides": 2, "dilation_rate": 2}
    assert explain(("SeparableConv2D", arguments), (None, 9, 8, 1)).output_shape == (None, 4, 3, 1)


def test_10_separable_has_two_kernels_and_one_bias():
    record = explain(SeparableConv2D(100, 5), (None, 32, 30, 10))
    assert [weight.count for weight in record.weights] == [250, 1000, 100]
    assert record.parameters == 1350
    assert record.multiply_adds == 28 * 26 * 250 + 28 * 26 * 1000


def test_11_unequal_strides_in_the_separable_layer_are_legal():
    record = explain(SeparableConv2D(2, 3, strides=(2, 1)), (None, 9, 8, 3))
    assert record.output_shape == (None, 4, 6, 2)


def test_13_the_transposed_kernel_names_filters_before_channels():
    assert explain(Conv2DTranspose(4, (2, 3)), (None, 5, 6, 7)).weights[0].shape == (2, 3, 4, 7)


def test_14_output_padding_none_is_not_0():
    assert [back(12, 3, 2, "same", op)["output_size"] for op in (None, 0, 1)] == [24, 23, 24]
    assert [back(12, 3, 2, "valid", op)["output_size"] for op in (None, 0, 1)] == [25, 25, 26]
    assert [back(12, 1, 3, "valid", op)["output_size"] for op in (None, 0)] == [36, 34]


def test_15_an_even_kernel_reaches_double_size_with_none_only():
    assert [back(12, 4, 2, "same", op)["output_size"] for op in (None, 0, 1)] == [24, 22, 23]


def test_16_two_sizes_shrink_to_one():
    assert [along_steps(n, 3, 2, padding="same")["output_size"] for n in (23, 24)] == [12, 12]


def test_17_coverage_is_uneven_where_the_kernel_is_no_multiple_of_the_stride():
    uneven = coverage(Conv2DTranspose(1, (3, 4), strides=2), (None, 4, 4, 1))
    assert uneven.axes == ((1, 1, 2, 1, 2, 1, 2, 1, 1), (1, 1, 2, 2, 2, 2, 2, 2, 1, 1))
    assert uneven.counts[2, 3] == 4


def test_17_a_stride_wider_than_the_kernel_never_reads_some_inputs():
    assert coverage(Conv1D(1, 1, strides=2), (None, 5, 1)).never == 2


def test_18_crops_are_explicit():
    assert back(12, 5, 2, "same", None) | {"steps": 0} == {
        "name": "height",
        "input_size": 12,
        "kernel": 5,
        "stride": 2,
        "dilation": 1,
        "effective_kernel": 5,
        "full_size": 27,
        "crop_before": 1,
        "crop_after": 2,
        "output_size": 24,
        "steps": 0,
    }


def test_19_channels_first_reads_the_channels_first():
    accident = explain(Conv2D(2, 1), (None, 1, 28, 28))
    meant = explain(Conv2D(2, 1, data_format="channels_first"), (None, 1, 28, 28))
    assert accident.weights[0].shape == (1, 1, 28, 2)
    assert meant.weights[0].shape == (1, 1, 1, 2)
    assert meant.output_shape == (None, 2, 28, 28)


def test_20_zeros_are_added_where_the_stride_exceeds_the_kernel():
    wide = back(4, 1, 3, "same", None)
    assert (wide["full_size"], wide["crop_before"], wide["crop_after"]) == (10, 0, -2)


def test_20_a_stamp_that_is_cropped_still_costs():
    record = explain(Conv2DTranspose(3, (2, 5), padding="same"), (None, 4, 6, 2))
    assert record.multiply_adds == 4 * 6 * 2 * 5 * 2 * 3


def test_20_an_output_without_positions_has_no_frames():
    layer = Conv2DTranspose(1, (2, 1), strides=1, padding="same", output_padding=0)
    with pytest.raises(convlab.ConvlabError):
        Conv2DTranspose(1, 2, padding="same", output_padding=1)
    assert explain(layer, (None, 1, 3, 1)).output_shape == (None, 0, 3, 1)
    assert len(frames(layer, np.ones((1, 1, 3, 1)))) == 0
    assert len(stamps(layer, np.ones((1, 1, 3, 1)))) == 3


def test_21_valid_refuses_a_kernel_larger_than_the_input_and_same_does_not():
    assert isinstance(explain(Conv2D(1, (3, 7)), (None, 5, 6, 1)), Refusal)
    same = explain(Conv2D(1, (3, 7), padding="same"), (None, 5, 6, 1))
    assert same.output_shape == (None, 5, 6, 1)


def test_23_a_depthwise_filter_reads_one_channel():
    layer = DepthwiseConv2D((1, 2), depth_multiplier=3)
    film = frames(layer, np.ones((1, 4, 5, 2)))
    assert [list(film.at((0, 0), filter).window.channels) for filter in range(6)] == [
        [0], [0], [0], [1], [1], [1],
    ]  # fmt: skip


def test_the_saving_of_a_separable_layer_is_one_over_filters_plus_one_over_taps():
    standard, *_, separable = decompositions(SeparableConv2D(16, (3, 5)), (None, 9, 8, 4))
    assert (standard.kind, standard.parameters) == ("standard", 3 * 5 * 4 * 16)
    assert (separable.kind, separable.parameters) == ("separable", 3 * 5 * 4 + 4 * 16)
    assert abs(separable.ratio - (1 / 16 + 1 / 15)) < 1e-15
    assert separable.multiply_adds / standard.multiply_adds == float(separable.ratio)
