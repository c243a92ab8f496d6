"""Hands and eyes: whatever is moved, what it changes is on screen, on a desk and in a hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

import convlab
from convlab.layers import LAYERS
from tests.browser.hands import (
    GROUPS,
    ROOT,
    control_of,
    dial_names,
    key_of,
    nudge,
    open_group,
    open_menu,
    show,
    show_to_tell,
    state_of,
    tell,
)
from tests.browser.widgets import INNER, come_to, tap

# What is drawn anew has its size after the next frame.
FRAME = "await new Promise(done => requestAnimationFrame(() => setTimeout(done)))"

# How far the output that is looked at, and the grid that it stands in, reach out of what is seen:
# out of the window, and out of every element around them that scrolls.
HIDDEN = """() => {
    const cell = document.querySelector('figure.output:not(.small) .here');
    const out = [];
    for (const seen of [cell, cell.closest('.grid')]) {
        const box = seen.getBoundingClientRect();
        let frame = { top: 0, left: 0, bottom: innerHeight, right: innerWidth };
        for (let host = seen.parentElement; host !== document.documentElement;
                host = host.parentElement) {
            if (!/auto|scroll|hidden/.test(getComputedStyle(host).overflowY)) continue;
            const edge = host.getBoundingClientRect();
            frame = { top: Math.max(frame.top, edge.top), left: Math.max(frame.left, edge.left),
                bottom: Math.min(frame.bottom, edge.bottom),
                right: Math.min(frame.right, edge.right) };
        }
        out.push(Math.max(frame.top - box.top, frame.left - box.left,
            box.bottom - frame.bottom, box.right - frame.right));
    }
    return Math.max(...out);
}"""

# The picture's cell is covered by nothing: what is met at its middle is the cell, or lies on it.
COVERED = """() => {
    const cell = document.querySelector('figure.output:not(.small) .here');
    const box = cell.getBoundingClientRect();
    const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !(met && cell.closest('.grid').contains(met));
}"""

LOOK = f"""async () => {{
    {FRAME};
    const state = JSON.parse(document.querySelector('{ROOT}').dataset.state);
    return [({HIDDEN})(), ({COVERED})(), state.refused !== null];
}}"""

START: dict[str, Any] = {"channels": 2, "padding": "same"}


def assert_seen(page: Page, name: str) -> None:
    """The output is seen; a refusal too, with its ways out, of which the first is taken."""
    hidden, covered, refused = page.evaluate(LOOK)
    assert hidden <= 1 and not covered, (name, page.viewport_size)
    if refused:
        settle_refusal(page)


def settle_refusal(page: Page) -> None:
    way = page.locator(".ways button").first
    box = way.bounding_box()
    size = page.viewport_size
    assert box and size and box["y"] >= 0 and box["y"] + box["height"] <= size["height"], box
    way.click()


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("inside", [False, True], ids=["page", "notebook"])
def test_the_output_is_seen_while_a_key_moves_any_dial(
    offline: Page, tmp_path: Path, layer: str, inside: bool
) -> None:
    walk_dials(offline, tmp_path, layer, inside)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("inside", [False, True], ids=["page", "notebook"])
def test_the_output_is_seen_on_a_telephone_while_a_key_moves_any_dial(
    phone: Page, tmp_path: Path, layer: str, inside: bool
) -> None:
    walk_dials(phone, tmp_path, layer, inside)


def walk_dials(page: Page, folder: Path, layer: str, inside: bool) -> None:
    show(page, folder, convlab.Explorer(layer, **START))
    if inside:
        page.evaluate(INNER)
    moved = 0
    for group in GROUPS:
        open_group(page, group)
        for name in dial_names(page):
            control = control_of(page, name)
            if not control.is_visible():
                continue  # Another dial's move has taken it away.
            come_to(control)
            page.keyboard.press(key_of(control))
            assert_seen(page, name)
            moved += 1
    assert moved > 9


@pytest.mark.parametrize("layer", LAYERS)
def test_the_output_is_seen_while_a_finger_moves_any_dial(
    phone: Page, tmp_path: Path, layer: str
) -> None:
    explorer = convlab.Explorer(layer, **START)
    show_to_tell(phone, tmp_path, explorer)
    start, moved = state_of(phone), 0
    for group in GROUPS:
        open_group(phone, group)
        for name in dial_names(phone):
            tell(phone, explorer)
            phone.evaluate("scrollTo(0, 0)")
            phone.mouse.move(0, 0)  # Else what the last tap met would still be pointed at.
            assert state_of(phone) == start
            control = to_touch(phone, name)
            if control is None:
                continue
            tap(control, phone)
            moved += state_of(phone) != start
            assert_seen(phone, name)
    assert moved > 5


def to_touch(page: Page, name: str) -> Locator | None:
    """What a finger touches to move a dial; a list of its own would open over the page."""
    control = control_of(page, name)
    if control.evaluate("one => one.tagName === 'SELECT' || !one.checkVisibility()"):
        return None
    others = page.locator(f'{ROOT} [data-name="{name.partition("=")[0]}"]:not(:checked)')
    control = others.first if "=" in name else control
    control.scroll_into_view_if_needed()
    return control


@pytest.mark.parametrize("layer", LAYERS)
def test_the_output_is_seen_while_the_window_is_moved(
    offline: Page, phone: Page, tmp_path: Path, layer: str
) -> None:
    for page in (offline, phone):
        show(page, tmp_path, convlab.Explorer(layer, **START))
        for name in ("back", "step", "forward", "filter"):
            control = control_of(page, name)
            if not control.is_visible():
                continue
            come_to(control)
            control.press("Enter" if name in ("back", "forward") else "ArrowRight")
            assert_seen(page, name)


def test_the_output_is_seen_while_the_menu_is_used(
    offline: Page, phone: Page, tmp_path: Path
) -> None:
    for page in (offline, phone):
        show(page, tmp_path, convlab.Explorer("Conv2D", **START))
        open_menu(page)
        for name in ("preset", "language=en", "speed"):
            come_to(control_of(page, name))
            nudge(control_of(page, name))
            assert_seen(page, name)


def test_a_finger_s_targets_are_forty_pixels_high(phone: Page, tmp_path: Path) -> None:
    show(phone, tmp_path, convlab.Explorer("Conv2D", **START))
    for group in GROUPS:
        open_group(phone, group)
        small = phone.locator(f"{ROOT} :is(button, select, input):visible").evaluate_all(
            """all => all.map(one => [one.dataset.name ?? one.textContent,
                (one.type === 'checkbox' ? one.closest('label') : one)
                    .getBoundingClientRect().height])
                .filter(([, height]) => height < 40)"""
        )
        assert small == []
