"""The picture under the hand: pointing, walking, editing, products and sums, bars, pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

import convlab
from convlab.layers import LAYERS
from tests.browser.hands import (
    ROOT,
    assert_true_to_the_layer,
    dial,
    open_depth,
    open_group,
    show,
    state_of,
)
from tests.tolerances import FLOAT64, assert_close

LARGE = ":not(.small)"


def numbers(grid: Locator) -> np.ndarray:
    """The numbers that a grid's cells say, row by row."""
    rows = grid.locator("[role=row]").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
    )
    return np.array([[float(text.replace("−", "-") or "nan") for text in row] for row in rows])


def test_the_output_grid_is_walked_by_arrow_keys(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", channels=2))
    grid = offline.locator("figure.output .grid")
    grid.focus()
    for key, expected in [("ArrowRight", [0, 1, 0]), ("ArrowDown", [1, 1, 0]), ("End", [1, 4, 0])]:
        grid.press(key)
        assert state_of(offline)["position"] == expected
    active = grid.get_attribute("aria-activedescendant")
    assert offline.text_content(f"#{active}") == offline.text_content("figure.output .here")
    assert offline.locator("figure.input .lit").count() == 18
    offline.locator("[role=status]", has_text="z[1, 4, 0] = ").wait_for(state="attached")


def test_the_arrow_keys_go_on_from_where_the_window_is(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    offline.locator("figure.output .cell").nth(7).click()
    assert state_of(offline)["position"] == [1, 2, 0]
    for _ in range(3):
        offline.locator('[data-name="forward"]').click()
    offline.locator("figure.output .grid").focus()
    offline.keyboard.press("ArrowRight")
    assert state_of(offline)["position"] == [2, 1, 0]


def test_the_gradient_by_an_input_lights_the_outputs_that_it_comes_from(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", sizes=(5, 7), gradient="ones"))
    for kind in ("input", "dx"):
        offline.locator(f"figure.{kind} .cell").nth(2 * 7 + 3).hover()
        assert offline.locator("figure.output .fed").count() == 9
    assert "feeds" not in offline.inner_text(".sentence")
    offline.locator("figure.dw .cell").nth(4).hover()
    assert offline.locator("figure.output .fed").count() == 15


def test_the_shape_stands_over_input_and_output(offline: Page, tmp_path: Path) -> None:
    explorer = convlab.Explorer("Conv2D", sizes=(5, 7), channels=2, data_format="channels_first")
    show(offline, tmp_path, explorer)
    for kind, shape in (("input", "(2, 5, 7)"), ("output", "(1, 3, 5)")):
        caption = offline.locator(f"figure.{kind}:not(.small) figcaption")
        assert caption.inner_text().endswith(f"· {shape}")


FULL = [
    ("Conv1D", {"sizes": 16, "padding": "causal", "dilation_rate": 3}),
    ("Conv2D", {"sizes": (5, 7), "padding": "same"}),
    ("Conv2D", {"sizes": (5, 7), "kernel_size": 5, "channels": 3, "padding": "same"}),
    ("Conv2DTranspose", {"sizes": 4, "strides": 2}),
    ("Conv2DTranspose", {"sizes": 4, "strides": 2, "view": "zeros"}),
    ("SeparableConv2D", {"channels": 3, "filters": 4}),
]


@pytest.mark.parametrize(("layer", "settings"), FULL)
def test_numbers_are_large_enough_to_read_in_a_notebook(
    offline: Page, tmp_path: Path, layer: str, settings: dict[str, Any]
) -> None:
    offline.set_viewport_size({"width": 900, "height": 700})
    show(offline, tmp_path, convlab.Explorer(layer, **settings))
    sizes = offline.locator(f"figure{LARGE} .grid").evaluate_all(
        "all => all.map(grid => parseFloat(getComputedStyle(grid).fontSize))"
    )
    assert min(sizes) >= 7.5
    places = offline.locator(".line > .panel").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    room = offline.locator(".stage").bounding_box()
    assert room and all(room["x"] <= left and right <= room["x"] + room["width"] + 1
                        for left, right in places)  # fmt: skip


def test_an_input_lights_what_it_feeds_and_a_weight_where_it_is_used(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", sizes=(5, 7)))
    offline.locator("figure.input .cell").nth(2 * 7 + 3).hover()
    assert offline.locator("figure.output .fed").count() == 9
    assert "feeds 9 output cells" in offline.inner_text(".sentence")
    offline.locator("figure.kernel .cell").nth(4).click()
    assert offline.locator("figure.output .fed").count() == 15
    assert offline.locator("figure.input .lit").count() == 15
    offline.locator('[data-name="menu"]').hover()
    assert offline.locator("figure.kernel .pinned").count() == 1
    offline.locator("figure.kernel .grid").press("Escape")
    assert offline.locator(".pinned").count() == 0


def test_a_number_is_edited_by_keyboard_and_nonsense_is_refused(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    offline.locator("figure.kernel .grid").focus()

    def enter(text: str) -> None:
        for key in ("Enter", "Control+a"):
            offline.keyboard.press(key)
        offline.keyboard.type(text)
        offline.keyboard.press("Enter")

    offline.keyboard.press("ArrowDown")
    enter("2.5")
    state = state_of(offline)
    assert state["weights"][0][1][0][0][0] == 2.5
    assert_true_to_the_layer(state)
    enter("1e99")
    assert state_of(offline)["weights"] == state["weights"]
    assert "The old one is kept" in offline.inner_text(".sentence")
    offline.locator("figure.output .grid").press("ArrowRight")
    assert "z[0, 1, 0] = " in offline.inner_text(".sentence")


def test_a_number_is_dragged_up_and_down(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    before = np.array(state_of(offline)["weights"][0])[:, :, 0, 0]
    box = offline.locator("figure.kernel .cell").nth(4).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    offline.mouse.move(x, y)
    offline.mouse.down()
    offline.mouse.move(x, y - 24, steps=6)
    offline.mouse.up()
    state = state_of(offline)
    after = np.array(state["weights"][0])[:, :, 0, 0]
    assert after[1, 1] == before[1, 1] + 3
    assert np.count_nonzero(after != before) == 1
    assert_true_to_the_layer(state)


def test_play_steps_pauses_and_goes_round(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv1D", speed=20))
    offline.locator('[data-name="back"]').press("Enter")
    assert state_of(offline)["position"] == [7, 0]
    offline.locator('[data-name="forward"]').press("Enter")
    assert state_of(offline)["position"] == [0, 0]
    play = offline.locator('[data-name="play"]')
    play.press(" ")
    offline.wait_for_function(
        "() => JSON.parse(document.querySelector('[data-state]').dataset.state).position[0] > 2"
    )
    assert play.get_attribute("aria-label") == "Pause"
    play.press(" ")
    held = state_of(offline)["position"]
    offline.wait_for_timeout(200)
    assert state_of(offline)["position"] == held


def sums_of(state: dict[str, Any]) -> dict[int, np.ndarray]:
    """The products of a valid Conv2D's output cell by channel, from input and kernel alone."""
    x, kernel = np.array(state["input"]), np.array(state["weights"][0])
    r, c, f = state["position"]
    rows, columns = kernel.shape[:2]
    window = x[r : r + rows, c : c + columns]
    return {k: window[..., k] * kernel[..., k, f] for k in range(x.shape[2])}


def test_the_products_of_all_channels_are_there_each_with_its_sum(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", channels=3, filters=2, position=(1, 2, 1)))
    for place in range(3):
        offline.locator('[data-name="step"]').fill(str(5 * place + 2))
        products = sums_of(state_of(offline))
        assert_channel(offline.locator(".panel.product"), products[0])
        for k in (1, 2):
            unit = offline.locator(f'.unit:has([data-name="channel.{k}"])')
            assert_channel(unit, products[k])
        total = sum(product.sum() for product in products.values())
        assert_close(state_of(offline)["sum"], total, FLOAT64)


def assert_channel(place: Locator, products: np.ndarray) -> None:
    np.testing.assert_equal(numbers(place.locator("figure.product .grid")), products)
    said = place.locator("figure.product .note").inner_text()
    assert float(said.removeprefix("Σ = ").replace("−", "-")) == products.sum()


def test_a_channel_s_button_makes_it_the_large_one(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", channels=3))
    products = sums_of(state_of(offline))
    offline.locator('[data-name="channel.2"]').press("Enter")
    assert_channel(offline.locator(".panel.product"), products[2])
    assert_channel(offline.locator('.unit:has([data-name="channel.0"])'), products[0])
    assert offline.locator('[data-name="channel.2"]').count() == 0


def test_a_term_lights_its_input_and_weight_and_the_product_its_term(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D", channels=3))
    open_depth(offline, "sum")
    terms = offline.locator(".sums [data-term]")
    assert terms.count() == 27
    for index in (0, 10, 26):
        channel, tap = divmod(index, 9)
        terms.nth(index).hover()
        met = offline.locator(".cell.met")
        x, w = re.findall(r"−?[\d.]+", terms.nth(index).inner_text())
        assert met.count() == 2
        place = offline.locator(f'.unit:has([data-name="channel.{channel}"])')
        place = place if channel else offline.locator(".line")
        assert place.locator("figure.kernel .cell").nth(tap).get_attribute("class").count("met")
        assert place.locator("figure.input .met").inner_text() in ("", x)
        assert place.locator("figure.kernel .met").inner_text() == w
        offline.mouse.move(1, 1)
        assert met.count() == 0
        place.locator("figure.product .cell").nth(tap).hover()
        lit = offline.locator(".sums .lit").evaluate_all("all => all.map(x => x.dataset.term)")
        assert lit == [str(index)]


def test_a_term_of_the_second_sum_lights_what_it_multiplies(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("SeparableConv2D", channels=3, filters=2))
    open_depth(offline, "sum")
    terms = offline.locator(".sums > div").nth(1).locator("[data-term]")
    assert terms.count() == 3
    for channel in range(3):
        terms.nth(channel).hover()
        x, w = re.findall(r"−?[\d.]+", terms.nth(channel).inner_text())
        met = offline.locator(".cell.met")
        assert met.count() == 2
        assert offline.locator("figure.mid .met").nth(0).inner_text() in ("", x)
        assert offline.locator("figure.pointwise .met").inner_text() == w
        offline.mouse.move(1, 1)
        offline.locator("figure.mixed .cell").nth(channel).hover()
        lit = offline.locator(".sums .lit")
        assert lit.evaluate_all("all => all.map(x => x.dataset.term)") == [
            terms.nth(channel).get_attribute("data-term")
        ]
        offline.mouse.move(1, 1)


def test_the_bars_are_as_long_as_what_they_stand_for(offline: Page, tmp_path: Path) -> None:
    explorer = convlab.Explorer("SeparableConv2D", channels=3, filters=3, kernel_size=3)
    show(offline, tmp_path, explorer)
    open_depth(offline, "compare")
    rows = offline.evaluate(
        """() => [...document.querySelectorAll(".compare tbody tr")].map(row => [
            Number(row.children[2].innerText.replaceAll(",", "")),
            row.querySelector(".bar").getBoundingClientRect().width])"""
    )
    products, widths = np.array(rows).T
    assert len(set(products)) > 1 and widths.max() > 40
    np.testing.assert_allclose(widths / widths.max(), products / products.max(), atol=0.02)


PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\r\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82"
)


def test_the_button_for_a_picture_opens_the_file_dialog_in_the_reader_s_language(
    offline: Page, tmp_path: Path
) -> None:
    # Listened for from the start: a busy browser lets a dialog pass that a late listener wants.
    offline.on("filechooser", lambda chooser: None)
    show(offline, tmp_path, convlab.Explorer("Conv2D", language="zh_TW"))
    open_group(offline, "sample")
    box = offline.get_by_text("選擇檔案", exact=False).bounding_box()
    assert box is not None
    with offline.expect_file_chooser():
        offline.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_picture_fills_the_grid_and_no_picture_is_refused(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Explorer("Conv2D"))
    before = state_of(offline)["input"]
    upload = dial(offline, "picture")

    def give(name: str, content: bytes) -> str:
        upload.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        offline.wait_for_function(
            "name => document.querySelector('.sentence').textContent.includes(name)", arg=name
        )
        return offline.inner_text(".sentence")

    assert "is not a picture" in give("<b>notes</b>.txt", b"no picture at all")
    assert offline.locator(".sentence b").count() == 0
    assert state_of(offline)["input"] == before
    assert "has been shrunk" in give("white.png", PIXEL)
    assert set(np.ravel(state_of(offline)["input"])) == {9}
    assert_true_to_the_layer(state_of(offline))
    upload.set_input_files(
        {"name": "huge.png", "mimeType": "image/png", "buffer": PIXEL + bytes(11_000_000)}
    )
    offline.wait_for_function("() => /11 MB/.test(document.querySelector('.sentence').textContent)")


# Of each cell: how far it reaches out of its grid, and how far it is from a square.
ODD_CELLS = """() => [...document.querySelectorAll('.grid')].flatMap(grid => {
    const frame = grid.getBoundingClientRect();
    return [...grid.querySelectorAll('.cell')].map(cell => cell.getBoundingClientRect())
        .map(cell => Math.max(frame.left - cell.left, frame.top - cell.top,
            cell.right - frame.right, cell.bottom - frame.bottom,
            Math.abs(cell.width - cell.height)));
})"""


@pytest.mark.parametrize("width", [1100, 360])
def test_every_cell_is_seen_whole(offline: Page, tmp_path: Path, width: int) -> None:
    offline.set_viewport_size({"width": width, "height": 700})
    show(offline, tmp_path, convlab.Explorer("Conv2D", sizes=(5, 16), padding="same"))
    outside = offline.evaluate(ODD_CELLS)
    assert len(outside) > 200
    assert max(outside) < 0.5
    assert offline.evaluate("""() => [...document.querySelectorAll('.stage .scroll')]
        .filter(box => box.scrollWidth > box.clientWidth).length""") == 0  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_what_is_pointed_at_is_said_by_its_name_in_the_weights(
    offline: Page, tmp_path: Path, layer: str
) -> None:
    show(offline, tmp_path, convlab.Explorer(layer))
    weights = np.array(state_of(offline)["weights"][0])
    offline.locator(f".panel.kernel figure{LARGE} .cell").nth(1).hover()
    index, value = re.findall(r"w\[(.*?)\] = \(?(−?[\d.]+)", offline.inner_text(".sentence"))[0]
    place = tuple(map(int, index.split(",")))
    assert weights[place] == float(value.replace("−", "-"))
    assert offline.locator(ROOT).get_attribute("role") == "group"
