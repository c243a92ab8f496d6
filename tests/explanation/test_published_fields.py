"""Receptive fields of well-known networks, against the published table.

Source: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks
(Distill, 2019), and the table that its library publishes, for inputs of 224 x 224.
"""

from __future__ import annotations

import pytest

from convlab import Network, explain
from tests.explanation import slim

SHAPE = (None, 224, 224, 1)

TABLE = {
    "alexnet_v2": (slim.alexnet_v2, 195, 64),
    "vgg_16": (slim.vgg_16, 212, 90),
    "mobilenet_v1": (slim.mobilenet_v1, 315, 126),
    "resnet_v1_50": (lambda: slim.resnet_v1(3, 4, 6, 3), 483, 239),
    "resnet_v1_101": (lambda: slim.resnet_v1(3, 4, 23, 3), 1027, 511),
    "resnet_v1_152": (lambda: slim.resnet_v1(3, 8, 36, 3), 1507, 751),
    "inception_v2": (slim.inception_v2, 699, 318),
    "inception_v3": (slim.inception_v3, 1311, 618),
}

END_POINTS = {
    slim.alexnet_v2: {
        "conv1": (11, 4, 0),
        "pool1": (19, 8, 0),
        "conv2": (51, 8, 16),
        "conv3": (99, 16, 32),
        "conv4": (131, 16, 48),
        "conv5": (163, 16, 64),
    },
    slim.vgg_16: {
        "pool1": (6, 2, 2),
        "pool2": (16, 4, 6),
        "pool3": (44, 8, 18),
        "pool4": (100, 16, 42),
    },
    slim.inception_v2: {
        "Conv2d_1a_7x7": (7, 2, 2),
        "MaxPool_2a_3x3": (11, 4, 2),
        "Conv2d_2c_3x3": (19, 4, 6),
        "MaxPool_3a_3x3": (27, 8, 6),
        "Mixed_3b": (59, 8, 22),
        "Mixed_3c": (91, 8, 38),
        "Mixed_4a": (123, 16, 46),
        "Mixed_4e": (379, 16, 174),
        "Mixed_5a": (443, 32, 190),
        "Mixed_5b": (571, 32, 254),
    },
}


def published(fields) -> list[tuple[int, int, int]]:
    """Size, effective stride and effective padding of each direction."""
    return [(field.size, int(field.jump), -int(field.start)) for field in fields]


@pytest.mark.parametrize("name", TABLE)
def test_a_network_sees_strides_and_pads_as_published(name: str) -> None:
    network, size, padding = TABLE[name]
    last = explain(network(), SHAPE).steps[-1]
    assert published(last.fields) == [(size, 32, padding)] * 2


@pytest.mark.parametrize("network", END_POINTS, ids=lambda network: network.__name__)
def test_so_do_its_end_points(network) -> None:
    record = explain(network(), SHAPE)
    found = {step.name: published(step.fields) for step in record.steps}
    for name, numbers in END_POINTS[network].items():
        assert found[name] == [numbers] * 2, name


@pytest.mark.parametrize("name", ["inception_v2", "resnet_v1_50"])
def test_of_an_unknown_size_the_field_and_the_stride_are_published_still(name: str) -> None:
    network, size, _ = TABLE[name]
    last = explain(network(), (None, None, None, 1)).steps[-1]
    assert [(field.size, field.jump, field.start) for field in last.fields] == [
        (size, 32, None)
    ] * 2


def test_branches_that_are_not_aligned_see_everything() -> None:
    build = slim.Builder()
    source = build.line("1")
    both = (build.line("5/2!", source), build.line("1! 3! 3! 3!", source))
    build.put(slim.Add(), *both)
    record = explain(Network(build.steps), (None, 9, 9, 1))
    assert [field.size for field in record.steps[-1].fields] == [None, None]
    assert record.output_shape == (None, 3, 3, 1)
