"""Crops of real layers: what is shown inside is what the real layer computes there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.layers import Layer
from convlab.widgets.settings import ACTIVATIONS
from tests.browser.hands import assert_true_to_the_layer, show, state_of
from tests.tolerances import FLOAT64, assert_close

RANDOM = np.random.default_rng(3)

# By name: the layer, its input, the place that is looked at, further arguments.
CROPS: dict[str, tuple[Layer, np.ndarray, tuple[int, ...], dict[str, Any]]] = {
    "line": (convlab.Conv1D(3, 5, dtype="float64"), RANDOM.normal(size=(1, 500, 2)), (240,), {}),
    "plane": (
        convlab.Conv2D(2, 3, strides=2, padding="same", dtype="float64"),
        RANDOM.normal(size=(1, 90, 70, 3)),
        (20, 11),
        {},
    ),
    "depthwise": (
        convlab.DepthwiseConv2D(3, dilation_rate=2, activation="tanh", dtype="float64"),
        RANDOM.normal(size=(1, 40, 50, 2)),
        (30, 4),
        {},
    ),
    "separable": (
        convlab.SeparableConv2D(2, 3, dtype="float64"),
        RANDOM.normal(size=(1, 40, 50, 3)),
        (11, 20),
        {},
    ),
    "transposed": (
        convlab.Conv2DTranspose(2, 3, strides=2, dtype="float64"),
        RANDOM.normal(size=(1, 30, 30, 2)),
        (31, 25),
        {},
    ),
}


@pytest.mark.parametrize("name", CROPS)
def test_the_cell_looked_at_is_the_real_layer_s(offline: Page, tmp_path: Path, name: str) -> None:
    layer, x, at, more = CROPS[name]
    real = layer(x)[0]
    explorer = convlab.Explorer.from_layer(layer, x, at=at, **more)
    show(offline, tmp_path, explorer)
    state = state_of(offline)
    assert_true_to_the_layer(state)
    assert_close(state["a"], real[(*at, 0)], FLOAT64)
    assert np.size(state["input"]) < x.size


def test_a_layer_of_224_by_224_by_64_shows_its_crop(offline: Page, tmp_path: Path) -> None:
    layer = convlab.Conv2D(64, 7, padding="same", activation="relu", dtype="float64")
    x = RANDOM.normal(size=(1, 224, 224, 64))
    channels, filters = list(range(8)), [5, 63]
    explorer = convlab.Explorer.from_layer(
        layer, x, at=(100, 50), channels=channels, filters=filters, sizes=(16, 16)
    )
    show(offline, tmp_path, explorer)
    state = state_of(offline)
    assert_true_to_the_layer(state)
    kernel, bias = layer.get_weights()
    window = x[0, 97:104, 47:54, :8]
    expected = np.maximum((window * kernel[:, :, :8, 5]).sum() + bias[5], 0)
    assert_close(state["a"], expected, FLOAT64 * 100)
    said = offline.inner_text(".whole")
    assert (
        "16×16 of 224×224" in said and "of 64" in said and "5 and 63" in said.replace(",", " and")
    )
    frame, heat = (offline.locator(f".whole {part}").bounding_box() for part in (".crop", ".heat"))
    assert frame is not None and heat is not None
    top = explorer.given["whole"]["at"][0] / 224
    np.testing.assert_allclose((frame["y"] - heat["y"]) / heat["height"], top, atol=0.02)
    np.testing.assert_allclose(frame["width"] / heat["width"], 16 / 224, atol=0.02)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_real_layer_s_activation_is_computed(
    offline: Page, tmp_path: Path, activation: str
) -> None:
    layer = convlab.Conv2D(4, 3, activation=activation, dtype="float64")
    x = RANDOM.normal(size=(1, 9, 9, 2))
    show(offline, tmp_path, convlab.Explorer.from_layer(layer, x))
    output = np.array(state_of(offline)["output"])
    assert_close(output, layer(x)[0], FLOAT64)
