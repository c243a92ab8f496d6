"""A lesson of the site in a browser: alive with scripts, whole without them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import LIMIT
from tests.browser.hands import assert_true_to_the_layer

LESSON = "en/01_conv1d.html"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page; the test fails in the end if the page complained or called outside."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(LIMIT)
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error.stack)))
    own = (address, "data:", "blob:")
    page.on(
        "request",
        lambda request: complaints.extend([request.url] * (not request.url.startswith(own))),
    )
    yield page
    context.close()
    assert complaints == []


def test_a_widget_of_a_lesson_wakes_when_it_comes_near_and_moves(page: Page, address: str) -> None:
    page.goto(f"{address}/{LESSON}")
    last = page.locator(".widget").last
    assert last.get_attribute("data-awake") is None
    box = page.locator('.widget[data-kind="explorer"]').first
    box.scroll_into_view_if_needed()
    root = box.locator(".convlab-explorer[data-state]")
    before = json.loads(root.get_attribute("data-state") or "")
    root.locator('[data-name="forward"]').click()
    after = json.loads(root.get_attribute("data-state") or "")
    assert after["position"] != before["position"]
    assert_true_to_the_layer(after)


def test_without_scripts_a_lesson_has_its_text_its_formulas_and_its_stills(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{LESSON}")
    assert "window" in page.inner_text("main")
    assert page.locator(".katex-html").first.is_visible()
    still = page.locator(".widget .still img").first
    still.scroll_into_view_if_needed()
    assert (still.bounding_box() or {"height": 0})["height"] > 50
    context.close()


def test_without_scripts_an_animation_shows_its_first_step(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/02_conv2d.html")
    still = page.locator(".convlab-player.still").first
    still.scroll_into_view_if_needed()
    assert "step 1 of 36" in (still.text_content() or "")
    numbers = still.locator('[data-grid="1"] .texts text').all_text_contents()
    assert numbers == ["−1", "0", "1", "−2", "0", "2", "−1", "0", "1"]
    assert not page.locator(".convlab-player:not(.still)").first.is_visible()
    context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_cheat_sheet_is_printed_on_two_pages(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}/{language}/09_cheat_sheet.html")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 2
