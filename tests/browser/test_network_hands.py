"""The network explorer for everybody: hands and eyes in one view, keys alone, fingers, axe."""

from __future__ import annotations

from itertools import combinations, starmap
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from tests.browser.axe import CORNERS, bring_axe, calm, serious
from tests.browser.hands import key_of
from tests.browser.network_page import ROOT, control, focused, settle, show, show_own, state_of
from tests.browser.widgets import INNER, come_to, tap

# Whether some of these elements is wholly seen, and nothing lies on it.
SEEN = """selector => [...document.querySelectorAll(selector)].some(one => {
    const box = one.getBoundingClientRect();
    if (!box.height || box.top < -1 || box.left < -1 ||
        box.bottom > innerHeight + 1 || box.right > innerWidth + 1) return false;
    return [0.1, 0.9].every(share => {
        const met = document.elementFromPoint(box.left + box.width / 2,
            box.top + share * box.height);
        return one.contains(met) || met?.contains(one);
    });
})"""

PICK = "#selected=2,1,2,5"
DRAWN = "#drawn=" + "0" * 56 + "00ffff00" * 16 + "0" * 72

# What moving a control changes: the first of these that begins its name.
CHANGES = {
    "parts.": ".part .grid",
    "gradient": ":is(.picture, .overview .map)",
    "scale": ".overview .map",
    "page.": ".overview .map",
    "map.": ".sentence",
    "behind.": ".picture",
    "confusion.": ".behind",
}
UNMOVED = ("language", "link", "more", "open", "leave", "source.", "view.", "own", "pad.")


def eyes_of(page: Page, name: str) -> str:
    found = [selector for start, selector in CHANGES.items() if name.startswith(start)]
    has_bars = page.locator(f"{ROOT} .bars").count()
    return f"{ROOT} > .net " + (found[0] if found else ".bars" if has_bars else ".sentence")


def names_of(page: Page) -> list[str]:
    """The controls that the tab key reaches, each once."""
    names: list[str] = page.eval_on_selector_all(
        f"{ROOT} [data-name]",
        """all => [...new Set(all.filter(one => one.checkVisibility() && !one.disabled
            && one.tabIndex === 0 && one.type !== 'file').map(one => one.dataset.name))]""",
    )
    return [name for name in names if not name.startswith(UNMOVED)]


def assert_seen(page: Page, name: str) -> None:
    settle(page)
    assert page.evaluate(SEEN, eyes_of(page, name)), (name, page.viewport_size)


def move(page: Page, name: str) -> None:
    one = control(page, name)
    native = one.get_attribute("type") in ("range", "radio", "checkbox")
    one.press(key_of(one) if native else "Enter")


def open_more(page: Page) -> None:
    if control(page, "more").get_attribute("aria-expanded") == "false":
        control(page, "more").click()


def is_reached(page: Page, name: str) -> bool:
    """Whether the tab key still comes to it: another control's move may have taken it away."""
    one = control(page, name)
    return bool(one.is_visible() and one.evaluate("one => one.tabIndex === 0"))


# Eyes


@pytest.mark.parametrize(
    ("name", "link", "inside"),
    [("reader", PICK, True), ("reader", DRAWN, False), ("denoiser", PICK, True)],
    ids=["reader", "drawn", "denoiser"],
)
def test_what_a_key_changes_is_seen_on_a_desk_and_on_a_telephone(
    offline: Page, phone: Page, tmp_path: Path, name: str, link: str, inside: bool
) -> None:
    for page in (offline, phone):
        show(page, tmp_path, name, link)
        open_more(page)
        if inside:
            page.evaluate(INNER)
        names = names_of(page)
        assert len(names) > 15
        for one in names:
            if is_reached(page, one):
                come_to(control(page, one))
                move(page, one)
                assert_seen(page, one)


def test_what_a_finger_changes_is_seen(phone: Page, tmp_path: Path) -> None:
    for name in ("reader", "denoiser"):
        show(phone, tmp_path, name, PICK)
        open_more(phone)
        for one in names_of(phone):
            before, dial = state_of(phone), control(phone, one)
            if not is_reached(phone, one):
                continue
            dial.scroll_into_view_if_needed()
            tap(dial, phone)
            if state_of(phone) != before:
                assert_seen(phone, one)


def test_the_samples_behind_a_cell_are_seen_beside_it(
    offline: Page, phone: Page, tmp_path: Path
) -> None:
    for page in (offline, phone):
        show(page, tmp_path, "reader")
        control(page, "view.mistakes").click()
        page.wait_for_function("() => !document.querySelector('.mistakes.stale')")
        full = page.locator(".confusion button:not(:empty)").all()
        for cell in (full[0], full[-1]):
            cell.focus()
            cell.press("Enter")
            assert_seen(page, "confusion.")
        page.locator(".behind button").first.press("Enter")
        assert_seen(page, "behind.")


# Keys


def test_a_keyboard_alone_walks_maps_cells_and_windows(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "reader")
    keys = offline.keyboard
    come_to(control(offline, "map.2.0"))
    for key, wanted in [("ArrowRight", "1"), ("ArrowDown", "6"), ("End", "31"), ("ArrowUp", "26")]:
        keys.press(key)
        assert focused(offline) == f"map.2.{wanted}"
    keys.press("Enter")
    assert state_of(offline)["selected"]["index"] == [2, 2, 26]
    offline.locator(".detail .output .grid").focus()
    keys.press("ArrowUp")
    keys.press("ArrowRight")
    assert state_of(offline)["selected"]["index"] == [1, 3, 26]
    for layer, kernel in ((1, 3), (0, 3)):
        offline.locator(".detail .part .input .grid").first.focus()
        keys.press("End")
        keys.press("ArrowLeft")
        keys.press("Enter")
        selected = state_of(offline)["selected"]
        assert selected["layer"] == layer and len(selected["terms"]) % kernel == 0
        assert focused(offline) == "window"
    keys.press("Enter")
    assert state_of(offline)["selected"]["layer"] == 0


def test_keys_walk_the_scores_and_the_table_of_mistakes(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "reader")
    keys = offline.keyboard
    come_to(control(offline, "map.3.0"))
    for key, wanted in [("ArrowDown", 1), ("End", 9), ("ArrowUp", 8)]:
        keys.press(key)
        assert focused(offline) == f"map.3.{wanted}"
    keys.press("Enter")
    assert state_of(offline)["selected"]["index"] == [0, 0, 8]
    come_to(control(offline, "view.maps"))
    keys.press("ArrowRight")
    assert focused(offline) == "view.mistakes"
    control(offline, "confusion.0.0").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowUp"):
        keys.press(key)
    assert focused(offline) == "confusion.0.1"


def test_the_focus_is_never_lost(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "reader", PICK)
    keys = offline.keyboard
    come_to(control(offline, "leave"))
    keys.press("Enter")
    assert (focused(offline), state_of(offline)["selected"]) == ("map.2.5", None)
    control(offline, "map.0.3").click()
    # Three windows of this network's second layer become one of its first.
    control(offline, "map.1.3").click()
    offline.locator(".detail .part .input .grid").nth(2).focus()
    keys.press("Enter")
    settle(offline)
    assert (focused(offline), state_of(offline)["selected"]["layer"]) == ("window", 0)
    control(offline, "view.mistakes").click()
    offline.locator(".confusion button:not(:empty)").first.press("Enter")
    behind = offline.locator(".behind button").last
    name = behind.get_attribute("data-name") or ""
    behind.press("Enter")
    settle(offline)
    assert focused(offline) == name
    for names in (["language", "sample", "more"], ["noise", "linear.1", "map.1.3", "forward"]):
        open_more(offline)
        control(offline, "view.maps").click()
        for one in names:
            here = control(offline, one)
            here.evaluate("one => one.focus()")
            turn_language(offline)
            assert focused(offline) == one


def turn_language(page: Page) -> None:
    """By what is no hand: the focus is elsewhere."""
    before = state_of(page)["language"]
    page.evaluate("document.querySelector('[data-name=language]:not(:checked)').click()")
    assert state_of(page)["language"] != before


# Fingers


COARSE = """all => all.filter(one => one.checkVisibility()).map(one => {
    const box = (one.type === 'checkbox' ? one.closest('label') : one).getBoundingClientRect();
    return [one.dataset.name ?? one.textContent, box.width, box.height];
}).filter(([, width, height]) => Math.min(width, height) < 39.5).map(([name]) => name)"""


def test_targets_are_forty_pixels_but_for_the_bars(phone: Page, tmp_path: Path) -> None:
    """Ten bars of 40 pixels would leave no room for what is scrolled under them."""
    for name, link in (("reader", PICK), ("reader", DRAWN), ("rows", ""), ("denoiser", "")):
        show(phone, tmp_path, name, link)
        assert phone.evaluate("matchMedia('(pointer: coarse)').matches")
        open_more(phone)
        targets = phone.locator(f"{ROOT} > :not(.opened) :is(button, select, input):not(.bar)")
        assert targets.evaluate_all(COARSE) == [], (name, link)
        if control(phone, "view.mistakes").is_visible():
            control(phone, "view.mistakes").click()
            phone.locator(".confusion button:not(:empty)").first.click()
            assert targets.evaluate_all(COARSE) == [], name


def swipe(page: Page, x: float, y: float, down: float) -> None:
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": px, "y": py} for px, py in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x, y + down * step / 8))
    touch("touchEnd")
    settle(page)


def test_a_finger_draws_on_the_pad_and_scrolls_on_the_maps(phone: Page, tmp_path: Path) -> None:
    show(phone, tmp_path, "reader")
    control(phone, "source.drawn").click()
    pad = control(phone, "pad")
    pad.scroll_into_view_if_needed()
    box, start = pad.bounding_box(), phone.evaluate("scrollY")
    assert box
    swipe(phone, box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8, -60)
    assert "1" in f"{int(state_of(phone)['pad']['bits'], 16):b}"
    assert phone.evaluate("scrollY") == start
    control(phone, "map.0.0").scroll_into_view_if_needed()
    box, start = control(phone, "map.0.0").bounding_box(), phone.evaluate("scrollY")
    assert box
    swipe(phone, box["x"] + 10, box["y"] + 10, -90)
    phone.wait_for_function(f"() => scrollY > {start} + 20")
    assert state_of(phone)["selected"] is None


# Everybody


CUT = """root => [...document.querySelectorAll(`${root} :is(p, button, label, h3, h4, figcaption,
    span, td, th, output)`)].filter(one => one.checkVisibility() && one.textContent.trim()
    && !one.closest('.unseen, .scroll, .overview, .cell, .grid, .opened')
    && getComputedStyle(one).display !== 'inline' && !one.classList.contains('label')
    && (one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth))
    .map(one => one.outerHTML.slice(0, 120))"""

# Numbers that are wider than their cells: what is cut is another number.
CUT_NUMBERS = """() => [...document.querySelectorAll('.detail .cell')].filter(one => {
    const text = document.createRange();
    text.selectNodeContents(one);
    return one.checkVisibility() && getComputedStyle(one).color !== 'rgba(0, 0, 0, 0)'
        && text.getBoundingClientRect().width > one.clientWidth + 0.5;
}).map(one => one.textContent)"""

SCENES = {
    "taken apart": PICK + "&gradient=true",
    "mistakes": "",
    "pad": DRAWN + "&selected=-1,3,3,0",
}


@pytest.mark.parametrize("scene", SCENES)
def test_a_page_is_accessible_and_fits(offline: Page, tmp_path: Path, scene: str) -> None:
    show(offline, tmp_path, "reader", SCENES[scene])
    bring_axe(offline)
    for language, scheme, width in CORNERS:
        calm(offline, scheme)
        offline.set_viewport_size({"width": width, "height": 700})
        control(offline, f"language={language}").check(force=True)
        open_more(offline)
        if scene == "mistakes":
            control(offline, "view.mistakes").click()
            offline.locator(".confusion button:not(:empty)").first.click()
        offline.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        assert offline.evaluate(CUT, ROOT) == [], (language, width)
        assert offline.evaluate(CUT_NUMBERS) == [], (language, width)
        assert serious(offline) == [], (language, scheme, width)
        assert ("特徵圖" in offline.inner_text(ROOT)) == (language == "zh_TW")
        if scene == "taken apart":
            state = state_of(offline)
            assert f"z = {short(state['selected']['z'])}" in offline.inner_text(".sentence")


def short(value: float) -> str:
    """A number of two decimals at most, as one that is not small is written."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")


def test_more_than_32_maps_are_paged_and_never_overlap(offline: Page, tmp_path: Path) -> None:
    layers = [convlab.Conv2D(70, 3, activation="relu"), convlab.Conv2D(33, 3)]
    explorer = convlab.NetworkExplorer(layers, np.random.default_rng(1).random((2, 8, 8, 1)))
    show_own(offline, tmp_path, explorer)
    for width in (1100, 360):
        offline.set_viewport_size({"width": width, "height": 700})
        for layer, counts in ((0, [32, 32, 6]), (1, [32, 1])):
            for count in counts:
                boxes = offline.locator(f'[data-name^="map.{layer}."]').evaluate_all(
                    "all => all.map(one => one.getBoundingClientRect().toJSON())"
                )
                assert len(boxes) == count
                assert not any(starmap(overlap, combinations(boxes, 2)))
                control(offline, f"page.{layer}.forth").click()
    offline.set_viewport_size({"width": 1100, "height": 700})
    come_to(control(offline, "map.0.0"))
    offline.keyboard.press("End")
    assert focused(offline) == "map.0.69"
    turn_language(offline)
    assert offline.locator(f"{ROOT} .pager:visible").count() == 2


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    across = one["left"] < other["right"] - 0.5 and other["left"] < one["right"] - 0.5
    return across and one["top"] < other["bottom"] - 0.5 and other["top"] < one["bottom"] - 0.5
