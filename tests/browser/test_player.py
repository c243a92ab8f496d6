"""The player in a real browser, opened from disk: no kernel, no network."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

import convlab
from convlab.plots.animation import Animation
from tests.plots.figures import animations, small


def open_page(page: Page, animation: Animation, folder: Path) -> None:
    path = folder / "player.html"
    animation.save(path)
    page.goto(path.as_uri())
    page.wait_for_selector(".convlab-player[data-step='0']")


def step(page: Page) -> int:
    return int(page.get_attribute(".convlab-player", "data-step"))


# Of each visible grid: what its cells say, how many there are, how many are hatched and framed.
SHOWN = """() => [...document.querySelectorAll('.scene:not([hidden]) > [data-grid]')].map(grid => ({
    words: [...grid.querySelectorAll('.texts text')].map(cell => cell.textContent),
    fills: grid.querySelectorAll('.fills rect').length,
    hatches: grid.querySelectorAll('.zeros rect').length,
    marks: (grid.querySelector('.marks').getAttribute('d') || '').split('M').length - 1,
}))"""


@pytest.mark.parametrize("name", ["line", "plane", "separable", "transposed", "cells", "image"])
def test_each_step_shows_what_the_film_holds(name: str, offline: Page, tmp_path: Path) -> None:
    animation = animations()[name]
    open_page(offline, animation, tmp_path)
    slider = offline.locator("input[type=range]")
    count = len(animation)
    for index in (0, 1, count - 1, count // 2, 0):
        slider.fill(str(index))
        held = animation.film[index]
        scene = animation.film.scenes[held.scene]
        for grid, shown in zip(scene.grids, offline.evaluate(SHOWN), strict=True):
            look = held.looks[grid.name]
            assert shown["words"] == (grid.texts(look.values) if grid.numbers else [])
            assert shown["marks"] == len(look.marked)
            if grid.mode != "image":
                assert shown["fills"] == grid.rows * grid.cols
                assert shown["hatches"] == (0 if grid.zeros is None else grid.zeros.sum())
        assert (
            offline.locator("svg.scene:not([hidden]) text.word").first.text_content()
            == (held.texts["where"])
        )


CUT = """() => [...document.querySelectorAll('.convlab-player :is(p, figcaption, figure svg)')]
    .filter(part => part.checkVisibility() && (part.scrollWidth > part.clientWidth + 1
        || part.getBoundingClientRect().right > part.closest('.picture').clientWidth + 17))
    .map(part => part.textContent.slice(0, 40))"""


@pytest.mark.parametrize("name", ["line", "plane", "separable", "transposed", "image"])
def test_where_it_is_narrow_nothing_is_cut_and_all_is_said(
    name: str, offline: Page, tmp_path: Path
) -> None:
    animation = animations()[name]
    offline.set_viewport_size({"width": 320, "height": 900})
    open_page(offline, animation, tmp_path)
    offline.wait_for_selector(".convlab-player.narrow")
    offline.locator("input[type=range]").fill(str(len(animation) - 1))
    scene, held = animation.film.scenes[-1], animation.film[-1]
    assert offline.locator("figcaption:visible").all_text_contents() == [
        next(grid.title for grid in scene.grids if grid.name == part)
        for part in scene.flow
        if part in held.looks
    ]
    said = offline.locator(".flow:not([hidden]) p").all_text_contents()
    assert set(held.texts.values()) <= set(said)
    assert offline.evaluate(CUT) == []
    offline.set_viewport_size({"width": 900, "height": 900})
    offline.wait_for_selector(".convlab-player:not(.narrow)")
    assert len(offline.evaluate(SHOWN)) == len(scene.grids)


def test_every_key_does_what_it_says(offline: Page, tmp_path: Path) -> None:
    open_page(offline, small(), tmp_path)
    offline.focus(".convlab-player")
    for key, expected in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 11),
                          ("ArrowRight", 11), ("Home", 0), ("ArrowLeft", 0)]:  # fmt: skip
        offline.keyboard.press(key)
        assert step(offline) == expected, key
    for key, speed in [("+", "2"), ("+", "4"), ("-", "2")]:
        offline.keyboard.press(key)
        assert offline.locator("select").input_value() == speed


def test_it_plays_and_pauses_and_stops_at_the_end(offline: Page, tmp_path: Path) -> None:
    open_page(offline, small(), tmp_path)
    offline.locator("select").select_option("8")
    offline.focus(".convlab-player")
    offline.keyboard.press(" ")
    offline.wait_for_selector(".convlab-player[data-playing=true]")
    offline.wait_for_function("() => document.querySelector('.convlab-player').dataset.step > 2")
    offline.get_by_role("button", name="Pause").click()
    here = step(offline)
    offline.wait_for_timeout(400)
    assert step(offline) == here
    offline.get_by_role("button", name="Play").click()
    offline.wait_for_selector(".convlab-player[data-step='11'][data-playing=false]")
    offline.get_by_role("button", name="One step back").click()
    assert step(offline) == 10
    offline.get_by_role("button", name="One step forward").click()
    assert step(offline) == 11


def test_every_control_is_reached_by_the_tab_key_and_has_a_name(
    offline: Page, tmp_path: Path
) -> None:
    open_page(offline, small(), tmp_path)
    names = []
    for _ in range(6):
        offline.keyboard.press("Tab")
        names.append(
            offline.evaluate(
                "() => document.activeElement.getAttribute('aria-label')"
                " ?? document.activeElement.labels[0].firstChild.textContent.trim()"
            )
        )
    assert names[0].startswith("Animation") and names[1:] == [
        "One step back", "Play", "One step forward", "Step", "Speed"]  # fmt: skip


def test_a_screen_reader_hears_each_step(offline: Page, tmp_path: Path) -> None:
    open_page(offline, small(), tmp_path)
    said = offline.locator("[aria-live=polite]")
    before = said.text_content()
    offline.get_by_role("button", name="One step forward").click()
    assert "Σ x·w" in said.text_content() and said.text_content() != before


def test_a_label_of_a_user_is_only_text(offline: Page, tmp_path: Path) -> None:
    open_page(offline, small(title="<img src=x onerror=alert(1)></script><b>"), tmp_path)
    assert offline.locator("img").count() == 0
    assert offline.get_by_text("<img src=x onerror=alert(1)></script><b>").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_readers_theme(scheme: str, offline: Page, tmp_path: Path) -> None:
    offline.emulate_media(color_scheme=scheme)
    open_page(offline, small(), tmp_path)
    ground = "e => getComputedStyle(e).backgroundColor"
    shade = offline.locator(".convlab-player").evaluate(ground)
    assert shade == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]


def test_it_is_usable_360_pixels_wide(offline: Page, tmp_path: Path) -> None:
    offline.set_viewport_size({"width": 360, "height": 700})
    open_page(offline, small(), tmp_path)
    assert offline.evaluate("() => document.documentElement.scrollWidth") <= 360
    for control in offline.locator("button, select, input").all():
        box = control.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_two_players_on_a_page_are_alive_each_by_itself(offline: Page, tmp_path: Path) -> None:
    one, other = small()._repr_html_(), animations()["line"]._repr_html_()
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{one}{other}{one}", encoding="utf-8")
    offline.goto(path.as_uri())
    players = offline.locator(".convlab-player[data-step]")
    assert players.count() == 3
    players.nth(2).get_by_role("button", name="One step forward").click()
    steps = [players.nth(place).get_attribute("data-step") for place in range(3)]
    assert steps == ["0", "0", "1"]


def test_it_speaks_chinese(offline: Page, tmp_path: Path) -> None:
    with convlab.use_language("zh_TW"):
        open_page(offline, small(), tmp_path)
    assert offline.get_by_role("button", name="播放").count() == 1
    assert offline.get_by_text("卷積核", exact=True).count() == 1
