"""The explorer in a real browser: every move, every activation and gradient against the layer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.layers import LAYERS
from convlab.widgets.ranges import ACTIVATIONS
from tests.browser.hands import (
    MOVES,
    UNSEEN,
    assert_true_to_the_layer,
    choose,
    show,
    show_to_tell,
    state_of,
    tell,
)
from tests.tolerances import FLOAT64, assert_close

# Moves that leave the layer, or leave nothing to compare.
ELSEWHERE = ["layer", "preset", "dial", *UNSEEN]


# Coverage slows Python down, and all that a walk calls is called before by other tests.
@pytest.mark.no_cover
@pytest.mark.parametrize("layer", LAYERS)
def test_a_thousand_moves_agree_with_the_real_layer(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    explorer = convlab.Explorer(layer)
    random = np.random.default_rng(4)
    shapes = [np.shape(weight) for weight in explorer.weights]
    explorer.weights = [np.round(random.normal(size=shape), 3) for shape in shapes]
    explorer.input = np.round(random.normal(size=explorer.input.shape), 3)
    show(offline, tmp_path, explorer)
    settings = set()
    for seed in range(2):
        for text, visible, _ in offline.evaluate(MOVES, [500, seed + 1, ELSEWHERE, []]):
            state = json.loads(text)
            assert visible, state["arguments"]
            assert state["layer"] == layer
            settings.add(json.dumps(state["arguments"]))
            assert_true_to_the_layer(state)
    assert len(settings) > 100


def test_the_gradients_are_those_of_the_layers_way_back(offline: Page, tmp_path: Path) -> None:
    show_to_tell(offline, tmp_path, convlab.Explorer("Conv2D"))
    for layer in LAYERS:
        for activation in ("tanh", "leaky_relu", "silu"):
            explorer = convlab.Explorer(
                layer, activation=activation, padding="same", gradient="one"
            )
            tell(offline, explorer)
            state = state_of(offline)
            real = explorer.layer()
            real(explorer.input[None])
            dy = np.array(state["gradient"]["output"], dtype=float)
            assert dy.sum() == dy[tuple(state["position"])] == 1
            dx = real.backward(dy[None])[0]
            assert_close(state["gradient"]["input"], dx, FLOAT64)
            for shown, gradient in zip(state["gradient"]["weights"], real.gradients, strict=True):
                assert_close(np.array(shown), gradient, FLOAT64)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_and_its_slope_are_the_layers(
    offline: Page, tmp_path: Path, activation: str
) -> None:
    filters = 2 if activation == "glu" else 1  # It halves the channels.
    explorer = convlab.Explorer(
        "Conv1D", filters=filters, activation=activation, gradient="ones", layers=["Conv1D"]
    )
    explorer.input = np.array([-9, -3, -1.5, -0.25, 0, 0.3, 1, 2.5, 6, 7.5])[:, None]
    explorer.change(kernel_size=1, use_bias=False)
    explorer.weights = [np.ones((1, 1, filters))]
    show(offline, tmp_path, explorer)
    state, real = state_of(offline), explorer.layer()
    y = real(explorer.input[None])
    assert_close(np.array(state["output"]), y[0], FLOAT64)
    dx = real.backward(np.ones_like(y))[0]
    assert_close(np.array(state["gradient"]["input"]), dx, FLOAT64)


def test_both_views_of_a_transposed_layer_show_the_same_sums(offline: Page, tmp_path: Path) -> None:
    for padding, output_padding in [("same", None), ("valid", (1, 0)), ("same", (0, 1))]:
        explorer = convlab.Explorer(
            "Conv2DTranspose", padding=padding, output_padding=output_padding, strides=(2, 2)
        )
        show(offline, tmp_path, explorer)
        steps = int(offline.get_attribute('[data-name="step"]', "max") or 0)
        for step in range(0, steps, 5):
            offline.locator('[data-name="step"]').fill(str(step))
            choose(offline, "view", "scatter")
            scattered = state_of(offline)
            choose(offline, "view", "zeros")
            stretched = state_of(offline)
            assert scattered["sum"] == stretched["sum"]
            assert len(stretched["terms"]) == 9 >= len(scattered["terms"])
            assert offline.locator("figure.input .lit").count() == 9
