"""The explorer for everybody: axe over layers, languages, themes, widths; it fits; text is text."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.layers import LAYERS
from tests.browser.axe import CORNERS, Scheme, bring_axe, calm, serious
from tests.browser.hands import (
    DEPTHS,
    GROUPS,
    ROOT,
    choose,
    open_depth,
    open_group,
    open_menu,
    show,
)

HTML = "<img src=x onerror=alert(1)></script><b>"


def explorer_of(layer: str) -> convlab.Explorer:
    """With all that can be shown at once: gradients, a goal, a tour, what a link did not say."""
    tour = [{"say": {"en": "Look!", "zh_TW": "看！"}, "light": "input", "set": {}}] * 2
    return convlab.Explorer(
        layer, channels=2, padding="same", gradient="ones", goal={"padding": "same"}, tour=tour
    )


@pytest.mark.parametrize("layer", LAYERS)
def test_a_page_is_accessible_and_fits(offline: Page, tmp_path: Path, layer: str) -> None:
    """In both languages, light and dark, on a telephone and on a desk, all of it open."""
    show(offline, tmp_path, explorer_of(layer), "#strange=1")
    bring_axe(offline)
    open_menu(offline)
    for depth in DEPTHS:
        if offline.locator(f'[data-name="depth.{depth}"]').is_visible():
            open_depth(offline, depth)
    for corner in CORNERS:
        language, scheme, width = corner
        calm(offline, scheme)
        offline.set_viewport_size({"width": width, "height": 700})
        choose(offline, "language", language)
        offline.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        assert serious(offline) == [], corner
        words = offline.inner_text(ROOT)
        assert ("輸入" in words) == (language == "zh_TW")


def test_every_group_is_accessible_and_so_is_a_refusal(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", preset="stride_dilation"))
    bring_axe(offline)
    assert offline.locator(".ways button").count()
    for group in GROUPS:
        open_group(offline, group)
        assert serious(offline) == [], group


def test_a_focus_and_a_crop_are_accessible(offline: Page, tmp_path: Path) -> None:
    crop = convlab.Explorer.from_layer(convlab.Conv2D(9, 3), np.random.rand(1, 30, 30, 9))
    focused = convlab.Explorer("Conv2D", controls=["padding", "strides", "kernel"])
    for explorer, scheme in product([crop, focused], get_args(Scheme)):
        calm(offline, scheme)
        show(offline, tmp_path, explorer)
        bring_axe(offline)
        assert serious(offline) == [], scheme


@pytest.mark.parametrize("layer", LAYERS)
def test_every_control_has_a_name_for_a_screen_reader(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    show(offline, tmp_path, explorer_of(layer))
    open_menu(offline)
    for group in GROUPS:
        open_group(offline, group)
        nameless = offline.locator(f"{ROOT} :is(button, input, select):visible").evaluate_all(
            """all => all.filter(one => !(one.ariaLabel || one.textContent.trim() ||
                [...(one.labels ?? [])].some(label => label.textContent.trim())))
                .map(one => one.outerHTML)"""
        )
        assert nameless == []


def test_text_of_others_stays_text(offline: Page, tmp_path: Path) -> None:
    tour = [{"say": {"en": f"{HTML} first", "zh_TW": HTML}, "light": "input", "set": {}}]
    show(offline, tmp_path, convlab.Explorer("Conv2D", tour=tour), f"#strides={HTML}&{HTML}=1")
    assert f"{HTML} first" in offline.inner_text(".tour")
    assert "<img src=x onerror=alert(1)>" in offline.inner_text(".notice").replace("%20", " ") \
        .replace("%3C", "<").replace("%3E", ">")  # fmt: skip
    assert offline.locator(f"{ROOT} :is(img, b, script)").count() == 0
