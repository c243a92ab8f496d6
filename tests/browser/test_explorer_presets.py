"""The presets: in the browser as in Python, with their captions and their known numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.layers import LAYERS
from convlab.widgets.presets import LESSONS
from tests.browser.hands import (
    assert_true_to_the_layer,
    choose,
    control_of,
    dial,
    open_group,
    open_menu,
    show,
    state_of,
)
from tests.tolerances import FLOAT64, assert_close


@pytest.mark.parametrize("layer", LAYERS)
def test_each_preset_opens_with_its_caption(offline: Page, tmp_path: Path, layer: str) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    for lesson in (lesson for lesson in LESSONS if lesson["layer"] == layer):
        choose(offline, "preset", lesson["id"])
        state = state_of(offline)
        assert_true_to_the_layer(state)
        assert state["layer"] == layer
        assert len(offline.inner_text(".caption")) > 30
        if lesson["id"] == "stride_dilation":
            assert state["refused"] == "dilated_strides"
            continue
        for name, value in lesson["settings"].items():
            wanted = list(value) if isinstance(value, tuple) else value
            assert name in ("sizes", "channels") or state["arguments"][name] == wanted
        if lesson["position"]:
            assert state["position"] == list(lesson["position"])


@pytest.mark.parametrize("layer", LAYERS)
def test_python_opens_each_preset_as_the_browser_does(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    """One after the other, in steps of seven: each from where another one left."""
    explorer = convlab.Explorer(layer, gradient="ones", true_convolution=True)
    explorer.position = tuple(size - 1 for size in explorer.output_shape)
    show(offline, tmp_path, explorer)
    open_group(offline, "kernel")
    for index in range(len(LESSONS)):
        id_ = LESSONS[7 * index % len(LESSONS)]["id"]
        choose(offline, "preset", id_)
        explorer.preset = id_
        seen = state_of(offline)
        real = explorer.layer()
        assert (seen["layer"], explorer.shown["preset"]) == (explorer.layer_name, id_)
        assert seen["position"] == list(explorer.position), id_
        np.testing.assert_equal(np.array(seen["input"]), explorer.input)
        for one, other in zip(seen["weights"], explorer.weights, strict=True):
            np.testing.assert_equal(np.array(one), other)
        for name, value in seen["arguments"].items():
            assert value == explorer.shown[name], (id_, name)
        assert_close(np.array(seen["output"]), real(explorer.input[None])[0], FLOAT64)
        assert ("gradient" in seen) == (explorer.gradient != "off")
        assert offline.is_checked('[data-name="true_convolution"]') == explorer.true_convolution
        assert (seen["refused"] is not None) == bool(explorer.shown["wish"])


def test_the_view_of_a_preset_is_chosen_on_its_dial(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    choose(offline, "preset", "zeros_between")
    assert dial(offline, "view=zeros").is_checked()


def test_a_page_of_a_refused_preset_opens_with_the_refusal(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", preset="stride_dilation"))
    assert state_of(offline)["refused"] == "dilated_strides"
    open_menu(offline)
    assert control_of(offline, "preset").input_value() == "stride_dilation"
    offline.locator(".ways button").first.click()
    assert state_of(offline)["refused"] is None


def test_the_preset_of_correlation_shows_the_known_numbers(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    choose(offline, "preset", "correlation")
    assert np.array(state_of(offline)["output"])[:, 0, 0].tolist() == [4, 10, 16, 22]
    dial(offline, "true_convolution").check()
    assert np.array(state_of(offline)["output"])[:, 0, 0].tolist() == [2, 8, 14, 20]
    choose(offline, "preset", "uneven_coverage")
    assert set(np.ravel(state_of(offline)["output"])) == {1, 2, 4}
