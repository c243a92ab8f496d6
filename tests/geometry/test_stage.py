"""A stage: its groups, its pointwise successor, its shapes."""

import pytest

from convlab.geometry import Axis, Geometry, Stage


@pytest.mark.parametrize(("channels", "filters", "groups"), [(6, 4, 2), (6, 12, 3), (5, 5, 5)])
def test_groups_share_out_channels_and_filters_in_order(channels, filters, groups):
    stage = Stage((Axis(9, 3),), channels, filters, groups, (3, channels // groups, filters))
    group_of_channel = [c * groups // channels for c in range(channels)]
    group_of_filter = [f * groups // filters for f in range(filters)]
    for f in range(filters):
        wanted = [c for c in range(channels) if group_of_channel[c] == group_of_filter[f]]
        assert list(stage.channels_of(f)) == wanted


def test_a_pointwise_stage_takes_what_the_first_puts_out():
    depthwise = Stage((Axis(9, 3), Axis(8, 2, 2)), 4, 8, 4, (3, 2, 4, 2))
    pointwise = depthwise.pointwise(5)
    assert pointwise.input_sizes == pointwise.output_sizes == depthwise.output_sizes == (7, 4)
    assert (pointwise.channels, pointwise.filters, pointwise.groups) == (8, 5, 1)
    assert pointwise.kernel_shape == (1, 1, 8, 5)
    assert depthwise.parameters == 48


@pytest.mark.parametrize(
    ("data_format", "shapes"),
    [
        ("channels_last", [(None, 9, 8, 4), (None, 7, 4, 5)]),
        ("channels_first", [(None, 4, 9, 8), (None, 5, 7, 4)]),
    ],
)
def test_shapes_stand_in_the_data_format(data_format, shapes):
    first = Stage((Axis(9, 3), Axis(8, 2, 2)), 4, 8, 4, (3, 2, 4, 2))
    geometry = Geometry("SeparableConv2D", None, data_format, (first, first.pointwise(5)))
    assert [geometry.input_shape, geometry.output_shape] == shapes
