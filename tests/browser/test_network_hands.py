"""The network explorer for everybody: hands and eyes in one view, keys alone, fingers, axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.axe import CORNERS, bring_axe, calm, serious
from tests.browser.hands import key_of
from tests.browser.network_page import ROOT, control, focused, settle, show, state_of
from tests.browser.widgets import INNER, come_to, tap

# How far the first that is visible of some elements reaches out of what is seen, and whether
# something lies on it.
SEEN = """selector => {
    const one = [...document.querySelectorAll(selector)].find(one => one.checkVisibility());
    if (!one) return ['missing', true];
    const box = one.getBoundingClientRect();
    const out = Math.max(-box.top, -box.left, box.bottom - innerHeight, box.right - innerWidth);
    const met = [0.1, 0.9].map(share => document.elementFromPoint(box.left + box.width / 2,
        box.top + share * box.height));
    return [Math.round(out), !met.every(other => one.contains(other) || other?.contains(one))];
}"""

PICK = "#selected=2,1,2,5"
DRAWN = "#drawn=" + "0" * 56 + "00ffff00" * 16 + "0" * 72

# What moving a control changes: the first of these that begins its name.
CHANGES = {
    "parts.": ".part .total",
    "gradient": ".picture",
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
    out, covered = page.evaluate(SEEN, eyes_of(page, name))
    assert out != "missing" and out <= 1 and not covered, (name, out, covered, page.viewport_size)


def move(page: Page, name: str) -> None:
    one = control(page, name)
    kind = one.get_attribute("type")
    one.press(key_of(one) if kind in ("range", "radio", "checkbox") else "Enter")


def open_all(page: Page) -> None:
    if control(page, "more").get_attribute("aria-expanded") == "false":
        control(page, "more").click()


@pytest.mark.parametrize("link", [PICK, DRAWN], ids=["picked", "drawn"])
@pytest.mark.parametrize("name", ["reader", "denoiser"])
@pytest.mark.parametrize("inside", [False, True], ids=["page", "notebook"])
def test_what_a_key_changes_is_seen_on_a_desk_and_on_a_telephone(
    offline: Page, phone: Page, tmp_path: Path, name: str, link: str, inside: bool
) -> None:
    if name == "denoiser" and link == DRAWN:
        pytest.skip("nothing is drawn for it")
    link = link if name == "reader" else "#selected=2,1,2,5"
    for page in (offline, phone):
        show(page, tmp_path, name, link)
        open_all(page)
        if inside:
            page.evaluate(INNER)
        bad = []
        for one in names_of(page):
            if not (control(page, one).is_visible() and control(page, one).evaluate('one => one.tabIndex === 0')):
                continue
            come_to(control(page, one))
            move(page, one)
            try:
                assert_seen(page, one)
            except AssertionError as error:
                bad.append(str(error).split("\n")[0])
        print(*bad, sep="\n")
    assert 0
