"""Links: what a page shows, taken and opened again; what is none of it is named and never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.layers import LAYERS
from convlab.widgets.links import PROPERTIES
from tests.browser.hands import (
    ROOT,
    assert_true_to_the_layer,
    choose,
    control_of,
    dial,
    follow,
    open_depth,
    open_menu,
    show,
    state_of,
)


def taken_link(page: Page) -> str:
    """What the button for a link copies."""
    page.evaluate("""() => Object.defineProperty(navigator, 'clipboard', {
        configurable: true, value: { writeText: async text => { window.copied = text; } } })""")
    open_menu(page)
    control_of(page, "link").click()
    link: str = page.evaluate("() => window.copied")
    return link


def unread(page: Page) -> list[str]:
    """The parts of a link that the page says it has left out."""
    text = page.inner_text(".notice")
    return text.partition("read here: ")[2].removesuffix(".").split(", ") if text else []


@pytest.mark.parametrize("layer", LAYERS)
def test_a_link_opens_what_it_was_taken_from_in_browser_and_python(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    show(offline, tmp_path, convlab.Explorer(layer, language="en"))
    dial(offline, "channels").fill("3")
    dial(offline, "sizes.0").fill("8")
    choose(offline, "padding", "same")
    choose(offline, "activation", "tanh")
    choose(offline, "gradient", "one")
    dial(offline, "true_convolution").check()
    offline.locator("figure.input .value").nth(3).click()
    control_of(offline, "cell").fill("2.25")
    control_of(offline, "cell").press("Enter")
    offline.locator("figure.output .cell").nth(4).click()
    before, link = state_of(offline), taken_link(offline)
    assert link.partition("#")[0] == offline.url.partition("#")[0]
    show(offline, tmp_path, convlab.Explorer("Conv2D", language="zh_TW"), "#" + link.split("#")[1])
    assert state_of(offline) == before
    assert unread(offline) == []
    explorer = convlab.Explorer.from_link(link)
    assert explorer.unread == []
    assert explorer.link() == "#" + link.split("#")[1]
    assert list(explorer.position) == before["position"]
    np.testing.assert_equal(explorer.input, np.array(before["input"]))


def test_a_link_that_names_its_layer_says_all_of_it(offline: Page, tmp_path: Path) -> None:
    """What it does not say is the layer's own start, not what the page happened to begin with."""
    explorer = convlab.Explorer(
        "Conv2D", padding="same", strides=2, gradient="ones", speed=7, position=(1, 1, 0)
    )
    explorer.weights = [weight + 1 for weight in explorer.weights]
    show(offline, tmp_path, explorer, "#layer=Conv2D&language=en")
    state, plain = state_of(offline), convlab.Explorer("Conv2D", language="en")
    assert (state["arguments"]["padding"], state["arguments"]["strides"]) == ("valid", [1, 1])
    assert state["position"] == [0, 0, 0] and "gradient" not in state
    np.testing.assert_equal(np.array(state["weights"][0]), plain.weights[0])
    show(offline, tmp_path, explorer, "#language=zh_TW")
    assert state_of(offline)["arguments"]["padding"] == "same"
    assert state_of(offline)["language"] == "zh_TW"


def test_the_address_follows_what_is_shown(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    dial(offline, "strides").fill("2")
    offline.wait_for_function("() => location.hash.includes('strides=2,2')")
    offline.locator("figure.output .cell").nth(1).click()
    offline.wait_for_function("() => location.hash.includes('position=0,1,0')")


def test_another_link_to_the_same_page_is_opened(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"), "#layer=Conv2D&strides=2,2&language=en")
    with offline.expect_navigation():
        offline.evaluate("() => { location.hash = '#layer=Conv1D&strides=3&language=en'; }")
    offline.wait_for_selector(f"{ROOT}[data-state]")
    assert state_of(offline)["layer"] == "Conv1D"
    assert state_of(offline)["arguments"]["strides"] == [3]


HTML = "<img src=x onerror=alert(1)>"

ILLEGAL = [
    "colour=red",
    "strides",
    "strides=0,1",
    "strides=9999,1",
    "strides=1.5,1",
    "strides=1",
    "strides=1,1,1",
    "padding=sideways",
    "padding=causal",
    "activation=constructor",
    "use_bias=1",
    "use_bias=toString",
    "input=constructor",
    "kernel=__proto__",
    "kernel=" + quote('{"fill":"waves","block":[["x"]]}'),
    "kernel=" + quote('{"fill":"waves","block":5}'),
    "input=" + quote('{"fill":"ramp","block":[[[1,[2]]]]}'),
    "kernel=" + quote('{"fill":"waves"}'),
    "position=9,9,9",
    "position=0,0",
    "speed=99",
    "speed=-1",
    "gradient=some",
    "view=upside",
    "own=" + quote('{"<b>":1}'),
    "own=" + quote('{"0|0":1}'),
    "own=" + quote('{"0|0|0":"x"}'),
    "own=" + quote("[1]"),
    "true_convolution=constructor",
    "tour_step=5",
    "preset=no_such",
    "language=fr",
    "language=constructor",
    "layer=Conv3D",
    "depth_multiplier=2",
    "sizes=2,2",
    "%E4%ZZ=1",
    "channels=%ZZ",
    "filters=" + quote(HTML),
    quote(HTML) + "=1",
]


@pytest.mark.parametrize("part", ILLEGAL)
def test_an_illegal_part_is_named_and_all_else_is_taken(
    offline: Page, tmp_path: Path, part: str
) -> None:
    link = f"#layer=Conv2D&channels=2&{part}&activation=relu&language=en"
    if part.split("=")[0] in ("layer", "channels", "activation", "language"):
        name = part.split("=")[0]
        link = "&".join(p for p in link[1:].split("&") if p == part or not p.startswith(name + "="))
        link = "#" + link
    show(offline, tmp_path, convlab.Explorer("Conv2D", language="en"), link)
    state, explorer = state_of(offline), convlab.Explorer.from_link(link)
    assert unread(offline) == explorer.unread
    assert [one.removesuffix("…") for one in unread(offline)] == [part[:60]]
    assert_true_to_the_layer(state)
    assert state["layer"] == "Conv2D" and offline.locator(f"{ROOT} img").count() == 0
    for name, value in state["arguments"].items():
        assert value == explorer.shown[name], name
    np.testing.assert_equal(np.array(state["input"]), explorer.input)


def test_a_part_that_stands_twice_is_left_out_twice(offline: Page, tmp_path: Path) -> None:
    link = "#layer=Conv2D&strides=2,2&strides=3,3&language=en"
    show(offline, tmp_path, convlab.Explorer("Conv2D"), link)
    assert unread(offline) == ["strides=2,2", "strides=3,3"]
    assert state_of(offline)["arguments"]["strides"] == [1, 1]


def garbage(random: np.random.Generator) -> str:
    """Parts that are nearly right: names of properties with values of others, and noise."""
    names = [one["name"] for one in PROPERTIES]
    values = ["2,2", "3", "1", "same", "true", "none", "ramp", "Conv1D", "relu", "0,0,0", "ones",
              "%7B%7D", "-1", "1e9", "", "[[1]]", "zh_TW", "valid", "7,7", "4"]  # fmt: skip
    picked = random.choice(len(names), size=int(random.integers(1, 9)), replace=False)
    parts = [f"{names[index]}={random.choice(values)}" for index in picked]
    return "#" + "&".join(parts)


def test_browser_and_python_read_the_same_of_odd_links(offline: Page, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    show(offline, tmp_path, convlab.Explorer("Conv2D", language="en"))
    page = offline.url.partition("#")[0]
    for _ in range(150):
        link = garbage(random)
        follow(offline, page + link)
        state, explorer = state_of(offline), convlab.Explorer.from_link(link)
        said = offline.evaluate("() => document.querySelector('.notice').textContent")
        assert all(part in said for part in explorer.unread), (link, said)
        assert bool(said) == bool(explorer.unread), (link, said)
        assert_same(state, explorer, link)


def assert_same(state: dict[str, Any], explorer: convlab.Explorer, link: str) -> None:
    assert_true_to_the_layer(state)
    assert state["layer"] == explorer.layer_name, link
    for name, value in state["arguments"].items():
        assert value == explorer.shown[name], (link, name)
    assert state["position"] == list(explorer.position), link
    np.testing.assert_equal(np.array(state["input"]), explorer.input, link)
    assert (explorer.gradient != "off") == ("gradient" in state), link


def test_ten_thousand_characters_of_garbage_change_nothing(offline: Page, tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    show(offline, tmp_path, convlab.Explorer("Conv2D", language="en"))
    page, before = offline.url.partition("#")[0], state_of(offline)
    signs = [*"abc=&%,#[]{}<>\"'|/\\ 0159_-.", "strides=", "&input=", "%7B", "卷積"]
    texts = ["".join(random.choice(signs, 10_000)) for _ in range(5)]
    for text in [*texts, "[" * 10_000, "input=" + "[" * 10_000, "own=" + "%7B" * 3_000]:
        follow(offline, page + "#" + text)
        assert state_of(offline) == before
        assert len(offline.inner_text(".notice")) < 2_500


def test_a_link_to_a_crop_keeps_its_numbers(offline: Page, tmp_path: Path) -> None:
    layer = convlab.Conv2D(2, 3)
    x = np.round(np.random.default_rng(1).normal(size=(1, 40, 40, 3)), 2)
    explorer = convlab.Explorer.from_layer(layer, x, sizes=(6, 6))
    show(offline, tmp_path, explorer)
    open_depth(offline, "sum")
    offline.locator("figure.output .cell").nth(3).click()
    before, link = state_of(offline), taken_link(offline)
    follow(offline, link)
    assert state_of(offline) == before
