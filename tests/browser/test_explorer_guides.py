"""What leads a learner: a focus of few dials, a goal to reach, a tour step by step."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.widgets.goals import goal_words
from convlab.widgets.tours import TOURS
from tests.browser.hands import (
    ROOT,
    assert_true_to_the_layer,
    choose,
    control_of,
    dial_names,
    nudge,
    show,
    state_of,
)

FOCUSED = "() => document.activeElement?.dataset?.name"


def tab_to(page: Page, name: str) -> None:
    """Go to a control by the tab key alone."""
    for _ in range(80):
        if page.evaluate(FOCUSED) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key never comes to {name}")


def test_a_focus_shows_its_dials_alone(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", controls=("padding", "strides")))
    assert {name.partition("=")[0] for name in dial_names(offline)} == {"padding", "strides"}
    assert offline.locator('[data-name^="group."]:visible').count() == 0
    dial = control_of(offline, "strides")
    dial.press("ArrowRight")
    assert state_of(offline)["arguments"]["strides"] == [2, 2]
    assert_true_to_the_layer(state_of(offline))


def test_a_button_brings_all_dials_and_back_by_keyboard_alone(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", controls=["padding"]))
    few = dial_names(offline)
    for name in ("menu", "all"):
        tab_to(offline, name)
        offline.keyboard.press("Enter")
    assert offline.locator('[data-name^="group."]:visible').count() == 4
    assert len(dial_names(offline)) > len(few)
    assert offline.evaluate(FOCUSED) == "all"
    offline.keyboard.press("Enter")
    assert dial_names(offline) == few


def test_a_number_is_free_where_the_focus_says_so(offline: Page, tmp_path: Path) -> None:
    for controls, free in (["padding"], False), (["kernel"], True):
        show(offline, tmp_path, convlab.Explorer("Conv2D", controls=controls))
        offline.locator("figure.kernel .cell").first.click()
        assert control_of(offline, "cell").is_enabled() == free


def test_without_a_focus_there_is_no_button_for_more(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    offline.locator('[data-name="menu"]').click()
    assert not control_of(offline, "all").is_visible()
    assert control_of(offline, "link").is_visible()


def test_a_goal_is_ticked_when_it_is_reached_and_no_sooner(offline: Page, tmp_path: Path) -> None:
    goal: dict[str, Any] = {"output_shape": (3, 3, 1)}
    explorer = convlab.Explorer("Conv2D", sizes=5, padding="same", controls=["strides"], goal=goal)
    show(offline, tmp_path, explorer)
    part = offline.locator(".goal")
    assert part.inner_text().split("\n") == ["○", "Goal: an output of 3×3×1, by strides alone."]
    tab_to(offline, "strides")
    offline.keyboard.press("ArrowRight")
    assert state_of(offline)["output_shape"] == [3, 3, 1]
    assert "✓" in part.inner_text() and "Reached!" in part.inner_text()
    choose(offline, "language", "zh_TW")
    assert "目標：只調整 strides，讓輸出變成 3×3×1。 達成了！" in part.inner_text()
    control_of(offline, "strides").press("ArrowLeft")
    assert "○" in part.inner_text() and "達成了" not in part.inner_text()


def test_a_number_to_reach_counts_at_its_place(offline: Page, tmp_path: Path) -> None:
    explorer = convlab.Explorer("Conv2D")
    output = explorer.layer()(explorer.input[None])[0]
    value, place = float(output[1, 2, 0]), (1, 2, 0)
    assert output[0, 0, 0] != value
    goal: dict[str, Any] = {"a": value, "position": place}
    show(offline, tmp_path, convlab.Explorer("Conv2D", controls=["position"], goal=goal))
    assert "○" in offline.inner_text(".goal")
    offline.locator("figure.output .cell").nth(1 * 5 + 2).click()
    assert "✓" in offline.inner_text(".goal")
    offline.locator("figure.output .cell").nth(0).click()
    assert "○" in offline.inner_text(".goal")


def goals() -> list[tuple[dict[str, Any], list[str] | None]]:
    """Goals of all kinds that the first explorer reaches with all its dials or with some."""
    numbers = [7, -3, 0.5, 1234567.25, -0.125, 1 / 3, 100000]
    return [
        *(({name: value}, ["kernel", "bias"]) for name in ("a", "z") for value in numbers),
        *(({"a": value, "z": value, "position": (1, 0, 0)}, ["input"]) for value in numbers),
        ({"output_shape": (3, 3, 1), "parameters": 10}, ["sizes", "strides"]),
        ({"output_shape": (5, 7, 2)}, ["padding", "filters"]),
        ({"parameters": 19}, None),
        ({"position": (2, 4, 0)}, ["position"]),
        ({"position": (0, 1, 0), "strides": (2, 1)}, ["position", "strides", "layer"]),
        ({"padding": "same", "use_bias": False}, ["padding", "use_bias", "pointwise"]),
        ({"kernel_size": (2, 3), "sizes": (4, 4)}, ["kernel_size", "sizes"]),
        ({"activation": "relu", "data_format": "channels_first"}, None),
        ({"groups": 1, "channels": 2, "output_shape": (3, 5, 1)}, None),
    ]


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_a_goal_is_told_in_python_s_words(offline: Page, tmp_path: Path, language: str) -> None:
    for goal, controls in goals():
        explorer = convlab.Explorer("Conv2D", language=language, controls=controls, goal=goal)
        show(offline, tmp_path, explorer)
        told = offline.inner_text(".goal span:last-child")
        assert told.startswith(goal_words(goal, controls, language)), goal


@pytest.mark.parametrize("tour", TOURS)
def test_a_tour_is_walked_by_keyboard_and_lights_what_it_means(
    offline: Page, tmp_path: Path, tour: str
) -> None:
    explorer = convlab.Explorer("Conv2D", tour=tour)
    show(offline, tmp_path, explorer)
    steps = explorer.given["tour"]
    seen = [look_at_step(offline, steps[0])]
    assert control_of(offline, "tour.back").is_disabled()
    tab_to(offline, "tour.next")
    for step in steps[1:]:
        offline.keyboard.press("Enter")
        seen.append(look_at_step(offline, step))
    assert len({text for text, _ in seen}) == len(steps)
    tab_to(offline, "tour.back")
    for step, before in zip(steps[-2::-1], seen[-2::-1], strict=True):
        offline.keyboard.press("Enter")
        assert look_at_step(offline, step) == before


def test_a_tour_ends_and_leaves_nothing_lit(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", tour="window", language="en"))
    steps = int(offline.inner_text(".count").partition("/")[2])
    for _ in range(steps):
        assert offline.locator(".shine").count() == 1
        control_of(offline, "tour.next").press("Enter")
    assert not offline.locator(".tour").is_visible()
    assert offline.locator(".shine").count() == 0
    choose(offline, "language", "zh_TW")
    assert not offline.locator(".tour").is_visible()


def look_at_step(page: Page, step: dict[str, Any]) -> tuple[str, str]:
    """What a step says and lights, once all that it sets is shown."""
    state = state_of(page)
    for name, value in step["set"].items():
        shown = {**state["arguments"], "position": state["position"]}
        assert name in ("sizes", "channels") or shown[name] == value
    if "sizes" in step["set"]:
        assert list(np.shape(state["input"]))[:2] == step["set"]["sizes"]
    assert_true_to_the_layer(state)
    lit = page.locator(".shine")
    assert lit.count() == 1
    where = lit.evaluate(
        "one => one.matches('.panel') ? one.className : one.querySelector('[data-name]')"
        "?.dataset.name ?? one.className"
    )
    name = {"sum": "sentence"}.get(step["light"], step["light"])
    assert name in where, (step, where)
    return page.inner_text(".tour p"), where


def test_a_tour_says_its_sentences_in_the_language_chosen(offline: Page, tmp_path: Path) -> None:
    say = {"en": "Padding lays zeros around.", "zh_TW": "填充在周圍補零。"}
    tour = [{"say": say, "light": "padding", "set": {"padding": "same"}},
            {"say": "tours.window_1", "light": "input"}]  # fmt: skip
    show(offline, tmp_path, convlab.Explorer("Conv2D", tour=tour))
    assert offline.inner_text(".tour p") == say["en"]
    choose(offline, "language", "zh_TW")
    assert offline.inner_text(".tour p") == say["zh_TW"]
    assert offline.locator(".shine [data-name=padding]").count()
    control_of(offline, "tour.next").click()
    assert "這是輸入" in offline.inner_text(".tour p")
    assert offline.locator(".panel.input.shine").count() == 1


def test_a_step_may_change_the_layer_or_open_a_preset(offline: Page, tmp_path: Path) -> None:
    sets = [{}, {"layer": "Conv1D"}, {"preset": "causal"}, {"layer": "SeparableConv2D"}]
    tour = [{"say": "…", "light": "output", "set": one} for one in sets]
    explorer = convlab.Explorer("Conv2D", tour=tour)
    show(offline, tmp_path, explorer)
    layers = [explorer.given["tour"][0]["set"]["layer"]]
    for step in explorer.given["tour"][1:]:
        control_of(offline, "tour.next").click()
        layers.append(state_of(offline)["layer"])
        assert layers[-1] == step["set"]["layer"]
        assert_true_to_the_layer(state_of(offline))
    assert layers == ["Conv2D", "Conv1D", "Conv1D", "SeparableConv2D"]


def test_every_part_and_dial_that_a_tour_may_mean_is_lit(offline: Page, tmp_path: Path) -> None:
    parts = [
        "input",
        "kernel",
        "product",
        "sum",
        "output",
        "mid",
        "pointwise",
        "bias",
        "activation",
    ]
    dials = ["strides", "sizes", "depth_multiplier", "gradient", "true_convolution", "position"]
    others = ["layer", "preset", "language", "speed"]
    tour = [{"say": "…", "light": light, "set": {}} for light in [*parts, *dials, *others]]
    show(offline, tmp_path, convlab.Explorer("SeparableConv2D", tour=tour))
    boxes = []
    for step in tour:
        lit = offline.locator(f"{ROOT} .shine:visible")
        assert lit.count() == 1, step
        boxes.append(lit.bounding_box())
        if step is not tour[-1]:
            control_of(offline, "tour.next").click()
    assert all(one != other for one, other in pairwise(boxes))


def test_a_goal_and_a_tour_stand_together_by_keyboard(offline: Page, tmp_path: Path) -> None:
    for scheme, language in product(["light", "dark"], ["en", "zh_TW"]):
        offline.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        explorer = convlab.Explorer(
            "Conv2D", language=language, controls=["padding"], goal={"padding": "same"},
            tour=[{"say": "1", "light": "padding"}, {"say": "2", "light": "output"}],
        )  # fmt: skip
        show(offline, tmp_path, explorer)
        tab_to(offline, "padding")
        nudge(offline.locator("[data-name=padding]:checked"))
        assert "✓" in offline.inner_text(".goal")
        tab_to(offline, "tour.next")
        offline.keyboard.press("Enter")
        assert offline.inner_text(".tour p") == "2"
        assert "✓" in offline.inner_text(".goal")
