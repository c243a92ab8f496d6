"""A flipbook in a real browser, opened from disk: no kernel, no network."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from convlab import Conv2D, Explorer, Flipbook
from tests.browser.axe import CORNERS, bring_axe, calm, serious
from tests.browser.lab import ROOT as PROJECT
from tests.browser.lab import Server, Watch
from tests.browser.widgets import forget_the_debugger, open_page, run_and_save, state_at, wake

ROOT = ".convlab-flipbook"
PHOTO = np.random.default_rng(0).random((1, 40, 40, 1), dtype="float32")


def filtered(shape: str, stride: int, dilation: int) -> tuple[np.ndarray, str]:
    kernel = {"small": 3, "large": 7}[shape]
    picture = Conv2D(1, kernel, strides=stride, dilation_rate=dilation)(PHOTO)[0, ..., 0]
    return picture, f"{picture.shape} <b>"


def book_of_filters() -> Flipbook:
    return Flipbook(filtered, shape=["small", "large"], stride=(1, 3, 1), dilation=(1, 2, 1))


def show(page: Page, folder: Path, book: Flipbook) -> None:
    open_page(page, folder, book)


def state_of(page: Page) -> dict[str, Any]:
    return state_at(page, ROOT)


def test_every_page_is_reached_by_its_dials_and_shows_its_picture(
    offline: Page, tmp_path: Path
) -> None:
    book = book_of_filters()
    show(offline, tmp_path, book)
    shown = book.book["pages"][0]["picture"]
    for shape, stride, dilation in product(["small", "large"], (1, 2, 3), (1, 2)):
        offline.locator(f'[data-name="shape"][value="{["small", "large"].index(shape)}"]').check()
        offline.locator('[data-name="stride"]').fill(str(stride - 1))
        offline.locator('[data-name="dilation"]').fill(str(dilation - 1))
        settings = {"shape": shape, "stride": stride, "dilation": dilation}
        book.settings = settings
        page = book.book["pages"][book.frame]
        shown = shown if page["picture"] is None else page["picture"]
        assert state_of(offline) == {
            "settings": settings, "frame": book.frame, "count": 12, "caption": page["caption"],
        }  # fmt: skip
        assert offline.locator(".caption").inner_text() == page["caption"]
        image = offline.locator("img")
        assert image.get_attribute("alt") == page["caption"]
        assert ("old" in (image.get_attribute("class") or "")) == (page["picture"] is None)
        if page["picture"] is not None:
            assert image.get_attribute("src") == book.book["pictures"][page["picture"]]
            assert image.evaluate("one => one.decode().then(() => one.naturalWidth > 0)")


def test_a_flipbook_and_an_explorer_on_one_page_keep_their_buttons_apart(
    offline: Page, tmp_path: Path
) -> None:
    html = Explorer("Conv2D", language="en").to_html()
    models = [models_of(html), models_of(book_of_filters().to_html())]
    both = {f"{id}{n}": state for n, all in enumerate(models) for id, state in all.items()}
    for n in (0, 1):
        both[f"widget{n}"]["module"] += str(n)
    data = json.dumps(both).replace("<", "\\u003c")
    html = re.sub(r'(id="convlab-models">).*?(</script>)', lambda m: m[1] + data + m[2], html)
    mains = '<main data-model="widget0"></main><main data-model="widget1"></main>'
    html = re.sub(r"<main.*?</main>", lambda _: mains, html, flags=re.DOTALL)
    (tmp_path / "both.html").write_text(html, encoding="utf-8")
    offline.goto((tmp_path / "both.html").as_uri())
    offline.wait_for_selector(f"{ROOT}[data-state]")
    offline.wait_for_selector(".convlab-explorer[data-state]")
    groups = [
        set(
            offline.locator(f"{root} input[type=radio]").evaluate_all("all => all.map(x => x.name)")
        )
        for root in (ROOT, ".convlab-explorer")
    ]
    assert all(groups) and not groups[0] & groups[1]
    assert offline.locator('[data-name="language"]:checked').count() == 1
    assert offline.locator('[data-name="shape"]:checked').count() == 1


def models_of(html: str) -> dict[str, Any]:
    found = re.search(r'id="convlab-models">(.*?)</script>', html, re.DOTALL)
    models: dict[str, Any] = json.loads(found[1] if found else "{}")
    return models


def test_a_single_dial_is_played_and_walked_by_keys(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Flipbook([(np.eye(3) * i, f"{i}") for i in range(1, 6)]))
    step = offline.locator('[data-name="step"]')
    step.press("ArrowRight")
    assert state_of(offline)["settings"] == {"page": 2}
    assert step.get_attribute("aria-valuetext") == "page = 2"
    offline.locator('[data-name="back"]').press("Enter")
    assert state_of(offline)["frame"] == 0
    offline.locator('[data-name="play"]').press("Enter")
    offline.wait_for_function(
        f"JSON.parse(document.querySelector('{ROOT}').dataset.state).frame === 2"
    )
    offline.locator('[data-name="play"]').press("Enter")


def test_a_tiny_picture_is_enlarged_by_a_whole_factor(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Flipbook([np.eye(3)]))
    offline.wait_for_function("() => document.querySelector('img').width === 321")
    assert offline.locator("img.pixels").count() == 1


def test_a_page_without_a_caption_moves_no_button(offline: Page, tmp_path: Path) -> None:
    picture = np.ones((40, 40))
    show(offline, tmp_path, Flipbook([(picture, ""), (picture, "bright"), (picture, "")]))
    player = offline.locator(".player")
    before = player.bounding_box()
    for caption in ("bright", ""):
        offline.locator('[data-name="forward"]').click()
        assert offline.inner_text(".caption") == caption
        assert player.bounding_box() == before


def test_a_page_is_accessible_and_fits(offline: Page, tmp_path: Path) -> None:
    player = Flipbook([np.eye(3), np.ones((3, 3))])
    for book, (language, scheme, width) in product([book_of_filters(), player], CORNERS):
        book.language = language
        show(offline, tmp_path, book)
        bring_axe(offline)
        calm(offline, scheme)
        offline.set_viewport_size({"width": width, "height": 700})
        assert offline.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert serious(offline) == []
        assert offline.get_attribute(ROOT, "lang") == {"zh_TW": "zh-Hant-TW"}.get(language, "en")


def test_picture_and_dials_are_in_one_view(offline: Page, phone: Page, tmp_path: Path) -> None:
    wide = Flipbook(lambda a, b: np.ones((600, 512)) * a / b, a=(1, 9, 1), b=(1, 9, 1))
    for page in (offline, phone):
        show(page, tmp_path, wide)
        page.locator("img").evaluate("one => one.decode()")
        for name in ("a", "b"):
            dial = page.locator(f'[data-name="{name}"]')
            dial.evaluate("one => one.scrollIntoView({ block: 'nearest' })")
            dial.press("ArrowRight")
            box = page.locator("img").bounding_box()
            height = (page.viewport_size or {})["height"]
            assert box and box["y"] > -box["height"] / 4 and box["y"] + box["height"] <= height


def test_a_finger_s_targets_are_forty_pixels_high(phone: Page, tmp_path: Path) -> None:
    show(phone, tmp_path, book_of_filters())
    heights = phone.locator(f"{ROOT} :is(input[type=range], .options label)").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) == 4 and min(heights) >= 40


SHOW = """import convlab, numpy as np
convlab.Flipbook(lambda size: (np.ones((size, size)), f"{size} squared"), size=(1, 4, 2))"""


def test_a_saved_flipbook_is_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    run_and_save(root / "saved_flipbook.ipynb", [SHOW])
    still = ".jp-OutputArea-output:has-text('2 squared')"
    wake(watch.page, server, "saved_flipbook.ipynb", still, ROOT, "state.settings.size === 2")
    watch.page.locator(f'{ROOT} [data-name="step"]').press("ArrowRight")
    assert state_of(watch.page)["caption"] == "3 squared"
    forget_the_debugger(watch)
