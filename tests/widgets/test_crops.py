"""Explorers on real layers: crops, choices of channels and filters, the real numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import convlab
from convlab import Explorer
from convlab.errors import ConvlabError
from convlab.widgets.settings import ACTIVATIONS
from tests.tolerances import FLOAT64, assert_close

# Layers whose channels are all shown: an output inside the crop is the real layer's.
INSIDE: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("Conv2D", {"filters": 3, "kernel_size": 3}, (40, 50, 3)),
    ("Conv2D", {"filters": 20, "kernel_size": 7, "strides": 2, "padding": "same"}, (61, 52, 3)),
    ("Conv2D", {"filters": 2, "kernel_size": (3, 2), "strides": (3, 5)}, (50, 63, 2)),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "dilation_rate": 4, "padding": "same"},
     (32, 32, 3)),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 2}, (28, 28, 8)),
    ("Conv2D", {"filters": 64, "kernel_size": 3, "groups": 32}, (28, 28, 64)),
    ("Conv2D", {"filters": 4, "kernel_size": 5, "data_format": "channels_first"}, (2, 40, 31)),
    ("Conv1D", {"filters": 32, "kernel_size": 9, "padding": "causal"}, (1000, 8)),
    ("Conv1D", {"filters": 5, "kernel_size": 4, "strides": 3, "padding": "same"}, (100, 2)),
    ("SeparableConv2D", {"filters": 64, "kernel_size": 3, "depth_multiplier": 4}, (56, 56, 8)),
    ("SeparableConv2D", {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same"},
     (41, 30, 5)),
    ("DepthwiseConv2D", {"kernel_size": 11, "data_format": "channels_first"}, (8, 56, 56)),
    ("DepthwiseConv2D", {"kernel_size": 3, "strides": 4, "depth_multiplier": 3}, (56, 40, 16)),
    ("Conv2DTranspose", {"filters": 16, "kernel_size": 6, "strides": 4}, (14, 14, 8)),
    ("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"},
     (30, 21, 3)),
    ("Conv2DTranspose", {"filters": 1, "kernel_size": 4, "strides": 3, "padding": "same",
                         "output_padding": 2}, (19, 30, 2)),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "dilation_rate": 3}, (30, 30, 2)),
]  # fmt: skip


def real(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """A layer with random weights, a sample, and the layer's output on it."""
    random = np.random.default_rng(len(name) + sum(shape))
    layer = getattr(convlab, name)(dtype="float64", **arguments)
    x = random.normal(size=shape)
    layer.build((1, *shape))
    layer.set_weights([random.normal(size=weight.shape) for weight in layer.get_weights()])
    return layer, x, layer(x[None])[0]


def last(array: Any, layer: Any) -> Any:
    return np.moveaxis(array, 0, -1) if layer.data_format == "channels_first" else array


def places(layer: Any, y: Any) -> list[tuple[int, ...]]:
    """Places of an output: the middle, both corners, and some others."""
    sizes = last(y, layer).shape[:-1]
    random = np.random.default_rng(2)
    some = [tuple(int(random.integers(n)) for n in sizes) for _ in range(6)]
    return [tuple(n // 2 for n in sizes), (0,) * len(sizes), tuple(n - 1 for n in sizes), *some]


@pytest.mark.parametrize(("name", "arguments", "shape"), INSIDE)
def test_an_output_of_a_crop_is_the_real_layers(
    name: str, arguments: dict[str, Any], shape: tuple[int, ...]
) -> None:
    layer, x, y = real(name, arguments, shape)
    for at in places(layer, y):
        explorer = Explorer.from_layer(layer, x, at=at)
        whole = explorer.given["whole"]
        shown = last(explorer.layer()(explorer.input[None])[0], layer)
        index = explorer.position
        place = index[1:] if layer.data_format == "channels_first" else index[:-1]
        assert_close(shown[place], last(y, layer)[at][whole["filters"]], FLOAT64, str(at))


@pytest.mark.parametrize(("name", "arguments", "shape"), INSIDE)
def test_the_crop_is_where_it_says(
    name: str, arguments: dict[str, Any], shape: tuple[int, ...]
) -> None:
    layer, x, y = real(name, arguments, shape)
    explorer = Explorer.from_layer(layer, x)
    whole, sample = explorer.given["whole"], last(x, layer)
    assert whole["sizes"] == list(sample.shape[:-1])
    assert (whole["allChannels"], whole["allFilters"]) == (
        sample.shape[-1],
        last(y, layer).shape[-1],
    )
    spans = zip(whole["at"], explorer.sizes, strict=True)
    part = sample[tuple(slice(start, start + size) for start, size in spans)]
    np.testing.assert_array_equal(last(explorer.input, layer), part[..., whole["channels"]])
    picture = np.array(whole["picture"])
    assert picture.min() == 0 and picture.max() == 255 and max(picture.shape) <= 48


def test_all_outputs_inside_a_crop_are_the_real_layers() -> None:
    layer, x, y = real("Conv2D", {"filters": 2, "kernel_size": 5, "padding": "same"}, (40, 40, 2))
    explorer = Explorer.from_layer(layer, x, at=(20, 21))
    row, column = explorer.given["whole"]["at"]
    shown = explorer.layer()(explorer.input[None])[0]
    inner = slice(2, -2), slice(2, -2)
    expected = y[row : row + 16, column : column + 16]
    assert_close(shown[inner], expected[inner], FLOAT64)
    assert not np.allclose(shown[0], expected[0])


def test_the_size_of_a_crop_can_be_asked_for() -> None:
    layer, x, y = real("Conv2D", {"filters": 1, "kernel_size": 3}, (40, 50, 1))
    explorer = Explorer.from_layer(layer, x, at=(9, 30), sizes=(8, 40))
    assert explorer.sizes == (8, 40)
    assert_close(explorer.layer()(explorer.input[None])[0][explorer.position], y[9, 30, 0], FLOAT64)


CHOICES: list[tuple[str, dict[str, Any], dict[str, Any], list[int]]] = [
    ("Conv2D", {"filters": 40}, {"filters": [39, 3, 17]}, [39, 3, 17]),
    ("Conv2D", {"filters": 12, "groups": 3}, {"filters": [0, 8]}, [0, 8]),
    ("Conv2DTranspose", {"filters": 9}, {"filters": [8, 1]}, [8, 1]),
    ("SeparableConv2D", {"filters": 9, "depth_multiplier": 2}, {"filters": [7]}, [7]),
    ("DepthwiseConv2D", {"depth_multiplier": 2}, {"channels": [5, 1]}, [10, 11, 2, 3]),
    ("DepthwiseConv2D", {"depth_multiplier": 3}, {"filters": [4, 13]}, [4, 13]),
    ("Conv1D", {"filters": 30}, {"filters": [29]}, [29]),
]


@pytest.mark.parametrize(("name", "arguments", "choice", "filters"), CHOICES)
def test_the_chosen_filters_are_the_real_layers(
    name: str, arguments: dict[str, Any], choice: dict[str, Any], filters: list[int]
) -> None:
    shape = (12, 6) if name == "Conv1D" else (6, 7, 6)
    layer, x, y = real(name, {"kernel_size": 3, **arguments}, shape)
    explorer = Explorer.from_layer(layer, x, **choice)
    assert explorer.given["whole"]["filters"] == filters
    assert_close(explorer.layer()(explorer.input[None])[0], y[..., filters], FLOAT64)


def test_the_weights_are_those_of_the_chosen_channels() -> None:
    layer, x, _ = real("Conv2D", {"filters": 4, "kernel_size": 3}, (9, 9, 30))
    explorer = Explorer.from_layer(layer, x, channels=[29, 0, 12])
    np.testing.assert_array_equal(explorer.input, x[..., [29, 0, 12]])
    np.testing.assert_array_equal(explorer.weights[0], layer.get_weights()[0][:, :, [29, 0, 12]])
    layer, x, _ = real("Conv2DTranspose", {"filters": 4, "kernel_size": 3}, (5, 5, 30))
    explorer = Explorer.from_layer(layer, x, channels=[29, 0], filters=[2])
    np.testing.assert_array_equal(
        explorer.weights[0], layer.get_weights()[0][:, :, [2]][..., [29, 0]]
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_of_a_real_layer_can_be_shown(activation: str) -> None:
    arguments = {"filters": 4, "kernel_size": 3, "activation": activation}
    layer, x, y = real("Conv2D", arguments, (6, 7, 2))
    explorer = Explorer.from_layer(layer, x)
    assert explorer.given["whole"] is None
    assert explorer.output_shape == y.shape
    assert_close(explorer.layer()(explorer.input[None])[0], y, FLOAT64)


WRONG: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("Conv2D", {}, {"at": (99, 0)}),
    ("Conv2D", {}, {"at": "middle"}),
    ("Conv2D", {}, {"at": (1,)}),
    ("Conv2D", {}, {"at": (1.5, 2)}),
    ("Conv2D", {}, {"filters": 3}),
    ("Conv2D", {}, {"filters": []}),
    ("Conv2D", {}, {"filters": [0, 0]}),
    ("Conv2D", {}, {"filters": [12]}),
    ("Conv2D", {}, {"channels": [-1]}),
    ("Conv2D", {}, {"channels": "rgb"}),
    ("Conv2D", {}, {"sizes": 0}),
    ("Conv2D", {}, {"sizes": "all"}),
    ("Conv2D", {"groups": 3}, {"filters": [0, 1, 4]}),
    ("Conv2D", {"groups": 3}, {"filters": [0], "channels": [5]}),
    ("DepthwiseConv2D", {"depth_multiplier": 2}, {"filters": [0, 3]}),
    ("DepthwiseConv2D", {"depth_multiplier": 2}, {"filters": [0], "channels": [5]}),
    ("Conv2D", {}, {"position": (99, 0, 0)}),
    ("Conv2D", {}, {"controls": ["stride"]}),
]


@pytest.mark.parametrize(("name", "arguments", "wrong"), WRONG, ids=repr)
def test_what_there_is_not_is_refused_with_choices_that_work(
    name: str, arguments: dict[str, Any], wrong: dict[str, Any]
) -> None:
    own = {"filters": 12} if name == "Conv2D" else {}
    layer, x, _ = real(name, {"kernel_size": 3, **own, **arguments}, (20, 21, 6))
    with pytest.raises(ConvlabError) as caught:
        Explorer.from_layer(layer, x, **wrong)
    assert len(str(caught.value)) > 40
    assert caught.value.choices
    for choice in caught.value.choices:
        Explorer.from_layer(layer, x, **{**wrong, **choice})


def test_a_real_layer_is_copied_and_never_changed() -> None:
    layer, x, y = real("Conv2D", {"filters": 3, "kernel_size": 3}, (40, 40, 2))
    explorer = Explorer.from_layer(layer, x)
    explorer.change(strides=2, filters=1)
    explorer.weights = [weight + 1 for weight in explorer.weights]
    np.testing.assert_array_equal(layer(x[None])[0], y)


def test_a_layer_that_is_not_built_is_built_on_its_whole_input() -> None:
    layer = convlab.Conv2D(12, 3)
    explorer = Explorer.from_layer(layer, np.ones((1, 30, 30, 20)))
    assert layer.built and layer.get_weights()[0].shape == (3, 3, 20, 12)
    np.testing.assert_array_equal(explorer.weights[0], layer.get_weights()[0][:, :, :8, :8])


@pytest.mark.parametrize("groups", [1, 2])
def test_the_chosen_channels_give_what_they_give_in_the_real_layer(groups: int) -> None:
    layer, x, _ = real("Conv2D", {"filters": 6, "kernel_size": 3, "groups": groups}, (7, 8, 8))
    chosen = [0, 3, 5, 6]
    explorer = Explorer.from_layer(layer, x, channels=chosen)
    alone = np.zeros_like(x)
    alone[..., chosen] = x[..., chosen]
    filters = explorer.given["whole"]["filters"]
    expected = layer(alone[None])[0][..., filters]
    assert_close(explorer.layer()(explorer.input[None])[0], expected, FLOAT64)


TOO_MANY: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"kernel_size": 3}, {"sizes": 64}),
    ({"kernel_size": 3}, {"sizes": 99}),
    ({"kernel_size": 3, "groups": 2}, {"sizes": (64, 60)}),
    ({"kernel_size": 31, "padding": "same"}, {"filters": list(range(64)), "sizes": 30}),
]


@pytest.mark.parametrize(("arguments", "asked"), TOO_MANY, ids=repr)
def test_more_of_a_real_layer_than_can_be_shown_is_refused_with_less_of_it(
    arguments: dict[str, Any], asked: dict[str, Any]
) -> None:
    layer, x, _ = real("Conv2D", {"filters": 64, **arguments}, (70, 70, 8))
    with pytest.raises(ConvlabError) as caught:
        Explorer.from_layer(layer, x, **asked)
    assert caught.value.choices
    for choice in caught.value.choices:
        explorer = Explorer.from_layer(layer, x, **{**asked, **choice})
        assert explorer.given["whole"]["allFilters"] == 64


def test_a_kernel_that_is_too_large_for_any_picture_is_refused_in_words() -> None:
    with pytest.raises(ConvlabError, match="goes from 1 to 31"):
        Explorer.from_layer(convlab.Conv2D(1, 41), np.ones((64, 64, 1)))


def test_a_still_picture_of_a_large_crop_stays_small() -> None:
    layer, x, _ = real("Conv2D", {"filters": 2, "kernel_size": 3}, (70, 70, 2))
    explorer = Explorer.from_layer(layer, x, at=(60, 3), sizes=60)
    picture = explorer.picture()
    assert len(picture) < 150_000
    assert picture.count('stroke-width="2.5"') == 3 * 3 + 1
