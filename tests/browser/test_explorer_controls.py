"""The explorer's controls, one by one: each changes what is seen, by keyboard too, and back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.layers import LAYERS
from tests.browser.hands import (
    DEPTHS,
    GROUPS,
    ROOT,
    assert_true_to_the_layer,
    choose,
    control_of,
    dial,
    dial_names,
    nudge,
    open_depth,
    open_group,
    open_menu,
    show,
    state_of,
)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_dial_changes_what_is_seen_and_back(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    """By keyboard alone: an arrow key moves a slider or a choice, a space ticks a box."""
    start = {"channels": 2, "padding": "same", "gradient": "ones"}
    if layer != "DepthwiseConv2D":
        start["filters"] = 2
    show(offline, tmp_path, convlab.Explorer(layer, **start))
    count = 0
    for group in GROUPS:
        open_group(offline, group)
        # A named kernel may look the same flipped: it comes last.
        names = sorted(dial_names(offline), key="kernel_preset".__eq__)
        count += len(names)
        for name in names:
            if control_of(offline, name).count():
                move_and_look(offline, name)
    assert count > 9


def move_and_look(page: Page, name: str) -> None:
    """Move a dial by a key: the picture follows, or a refusal says why and how to go on."""
    before, seen = state_of(page), page.inner_html(".stage")
    control = control_of(page, name)
    control.focus()
    nudge(control)
    after = state_of(page)
    # Some numbers may look the same; the argument differs then.
    changed = seen != page.inner_html(".stage") or before["arguments"] != after["arguments"]
    quiet = name in ("partial", "input_preset", "pytorch")
    assert after["refused"] or quiet or changed, name
    focused = page.evaluate("document.activeElement.dataset.name")
    assert focused == name.partition("=")[0], name
    if after["refused"]:
        assert page.inner_text(".refusal p")
        page.locator(".ways button").first.click()
        after = state_of(page)
        assert after["refused"] is None
    assert_true_to_the_layer(after)
    assert before["language"] == after["language"]


def test_a_dial_of_both_directions_is_taken_apart_and_joined(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", padding="same"))
    link = offline.locator('[data-name="strides.link"]')
    assert link.get_attribute("aria-pressed") == "true"
    dial(offline, "strides").press("ArrowRight")
    assert state_of(offline)["arguments"]["strides"] == [2, 2]
    link.press("Enter")
    assert link.get_attribute("aria-pressed") == "false"
    assert not control_of(offline, "strides").is_visible()
    dial(offline, "strides.1").press("ArrowRight")
    assert state_of(offline)["arguments"]["strides"] == [2, 3]
    link.press("Enter")
    assert state_of(offline)["arguments"]["strides"] == [2, 2]
    assert control_of(offline, "strides").is_visible()


def test_a_tab_is_reached_by_arrow_keys_and_one_group_is_open(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    tab = offline.locator('[role=tab][data-name^="group."][tabindex="0"]')
    tab.focus()
    seen = []
    for _ in GROUPS:
        chosen = offline.locator('[data-name^="group."][aria-selected=true]')
        seen.append((chosen.get_attribute("data-name"), tuple(dial_names(offline))))
        offline.keyboard.press("ArrowRight")
    assert [name for name, _ in seen] == [f"group.{group}" for group in GROUPS]
    assert len({names for _, names in seen}) == len(GROUPS)
    assert offline.evaluate("document.activeElement.dataset.name") == "group.movement"


def test_menu_and_depths_open_and_close_by_keyboard(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", channels=2))
    for name in ["menu", *(f"depth.{depth}" for depth in DEPTHS)]:
        button = offline.locator(f'[data-name="{name}"]')
        hidden = offline.locator(f"{ROOT} > :is(.menu, .depth)").evaluate_all(
            "all => all.filter(one => one.hidden).length"
        )
        button.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        shown = offline.locator(f"{ROOT} > :is(.menu, .depth):not([hidden])")
        assert shown.count() == 1 and shown.inner_text().strip()
        button.press("Enter")
        assert button.get_attribute("aria-expanded") == "false"
        assert shown.count() == 0 and hidden == len(DEPTHS) + 1


def test_a_refused_combination_says_why_with_a_way_out(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", sizes=(6, 8), strides=(1, 2)))
    before, picture = state_of(offline)["arguments"], offline.inner_html("figure.output")
    dial(offline, "dilation_rate.0").press("ArrowRight")
    assert "cannot both exceed 1" in offline.inner_text(".refusal")
    assert offline.get_attribute('[data-name="dilation_rate.0"]', "aria-invalid") == "true"
    assert state_of(offline)["arguments"] == before
    assert offline.inner_html("figure.output") == picture
    choose(offline, "language", "zh_TW")
    assert "不能同時大於 1" in offline.inner_text(".refusal")
    offline.get_by_role("button", name="strides=(1, 1)").click()
    after = state_of(offline)["arguments"]
    assert (after["strides"], after["dilation_rate"]) == ([1, 1], [2, 1])
    assert offline.inner_text(".refusal") == ""


def test_a_slider_ends_where_the_layer_would_refuse(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", sizes=(4, 9)))
    assert dial(offline, "kernel_size").get_attribute("max") == "4"
    assert dial(offline, "dilation_rate").get_attribute("max") == "1"
    assert dial(offline, "sizes.0").get_attribute("min") == "3"
    choose(offline, "padding", "same")
    assert dial(offline, "kernel_size").get_attribute("max") == "7"


def test_the_dial_walks_from_groups_to_the_separable_layer(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", channels=4, filters=4))
    open_depth(offline, "compare")
    counts = []
    for expected in [1, 2, 4, None]:
        state = state_of(offline)
        assert state["arguments"].get("groups") == expected
        counts.append(sum(np.size(weight) for weight in state["weights"]))
        current = offline.inner_text(".compare tr[aria-current] td:nth-child(2)")
        assert int(current.replace(",", "")) == counts[-1]
        assert_true_to_the_layer(state)
        offline.locator('[data-name="dial"]').press("ArrowRight")
    assert counts == [9 * 16 + 4, 9 * 8 + 4, 9 * 4 + 4, 9 * 4 + 16 + 4]
    assert state_of(offline)["layer"] == "SeparableConv2D"


def test_the_language_is_switched_while_it_runs(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", padding="same", gradient="ones"))
    for depth in DEPTHS:
        open_depth(offline, depth)
    open_group(offline, "result")
    before = state_of(offline)
    choose(offline, "language", "zh_TW")
    after = state_of(offline)
    assert after.pop("language") == "zh_TW"
    before.pop("language")
    assert after == before
    assert offline.get_attribute(ROOT, "lang") == "zh-Hant-TW"
    assert offline.locator('[data-name^="depth."][aria-expanded=true]').count() == len(DEPTHS)
    assert control_of(offline, "gradient").first.is_visible()
    open_menu(offline)
    labels = set()
    for group in GROUPS:
        open_group(offline, group)
        labels |= set(offline.locator(f"{ROOT} .label").all_inner_texts())
    plain = [re.sub(r"^\w+ |PyTorch", "", label) for label in labels]
    assert [label for label in plain if re.search("[a-z]{3}", label)] == []
    assert len(plain) > 15


def test_every_layer_can_be_chosen_on_one_page(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", sizes=(6, 7), channels=2))
    for layer in [*LAYERS, *reversed(LAYERS)]:
        offline.select_option('[data-name="layer"]', layer)
        state = state_of(offline)
        assert state["layer"] == layer
        assert_true_to_the_layer(state)


def test_what_the_next_layer_cannot_hold_becomes_the_nearest_and_is_said(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", sizes=(9, 7), filters=3, padding="same"))
    offline.select_option('[data-name="layer"]', "Conv2DTranspose")
    state = state_of(offline)
    assert np.shape(state["input"]) == (8, 7, 1)
    assert (state["arguments"]["filters"], state["arguments"]["padding"]) == (3, "same")
    assert_true_to_the_layer(state)
    assert "sizes=(8, 7) (was (9, 7))" in offline.inner_text(".notice")
    choose(offline, "language", "zh_TW")
    assert "sizes=(8, 7)（原為 (9, 7)）" in offline.inner_text(".notice")
    dial(offline, "sizes.0").fill("5")
    assert offline.inner_text(".notice") == ""
    assert np.shape(state_of(offline)["input"]) == (5, 7, 1)
