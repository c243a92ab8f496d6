"""The explorer in a real browser: every move against the real layer, every control, by keyboard."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import convlab
from convlab.layers import LAYERS
from convlab.widgets.presets import LESSONS
from convlab.widgets.ranges import ACTIVATIONS
from tests.tolerances import FLOAT64, assert_close

# Moves what a hand could move, and keeps what a person would then see.
MOVES = """async ([count, seed, skipped, often]) => {
    let state = seed;
    const random = n => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor(state / 4294967296 * n);
    };
    const root = document.querySelector('.convlab-explorer');
    const seen = [];
    for (let move = 0; move < count; move++) {
        const ways = root.querySelectorAll('.ways button');
        const all = [...root.querySelectorAll('[data-name]')].filter(control =>
            !skipped.includes(control.dataset.name) && !control.disabled);
        const favoured = all.filter(control => often.includes(control.dataset.name));
        const some = favoured.length && !random(6) ? favoured : all;
        const from = ways.length && random(2) ? ways : some;
        const control = from[random(from.length)];
        if (control.type === 'range') {
            control.value = Number(control.min) + random(control.max - control.min + 1);
            control.dispatchEvent(new Event('input', { bubbles: true }));
        } else if (control.tagName === 'SELECT') {
            control.selectedIndex = random(control.options.length);
            control.dispatchEvent(new Event('change', { bubbles: true }));
        } else if (control.type === 'number') {
            control.value = random(200) / 8 - 10;
            control.dispatchEvent(new Event('change', { bubbles: true }));
        } else control.click();
        if (!random(4)) {
            const cells = root.querySelectorAll('.cell');
            cells[random(cells.length)].dispatchEvent(new MouseEvent('click', { bubbles: true }));
        }
        const drawn = [...root.querySelectorAll('figure.output .cell')];
        seen.push([root.dataset.state, drawn.some(text => text.textContent)
            && root.querySelectorAll('.here').length > 0
            && /z.*=.*a = /.test(root.querySelector('.sums').textContent)]);
    }
    return seen;
}"""


# Moves that leave the layer, or leave nothing to compare.
UNSEEN = ["play", "copy", "picture"]
ELSEWHERE = ["layer", "preset", "dial", *UNSEEN]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page opened from disk with the network off; no complaint may come from it."""
    context = browser.new_context(viewport={"width": 1000, "height": 800}, offline=True)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend([request.url] * ("//" in request.url[7:])))
    yield page
    context.close()
    assert complaints == []


def write_page(folder: Path, explorer: convlab.Explorer) -> str:
    path = folder / "explorer.html"
    path.write_text(explorer.to_html(), encoding="utf-8")
    return path.as_uri()


def state_of(page: Page) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(page.get_attribute(".convlab-explorer", "data-state"))
    return state


def real_output(state: dict[str, Any]) -> np.ndarray:
    layer = LAYERS[state["layer"]](**state["arguments"], dtype="float64")
    x = np.array(state["input"], dtype=float)[None]
    layer.build(x.shape)
    layer.set_weights([np.array(weight, dtype=float) for weight in state["weights"]])
    return layer(x)[0]


def assert_true_to_the_layer(state: dict[str, Any]) -> None:
    with np.errstate(all="ignore"):
        expected = real_output(state)
    # JSON has no infinity: null stands for it.
    expected = np.where(np.isfinite(expected), expected, np.nan)
    output = np.array(state["output"], dtype=float)
    assert list(output.shape) == state["output_shape"]
    assert_close(output, expected, FLOAT64, str(state["arguments"]))
    np.testing.assert_equal(np.array(state["a"], dtype=float), output[tuple(state["position"])])
    products = [x * w for x, w in state["terms"]]
    assert_close(state["sum"], sum(products), FLOAT64 * max([1, *map(abs, products)]))


@pytest.mark.parametrize("layer", LAYERS)
def test_two_thousand_moves_agree_with_the_real_layer(
    page: Page, tmp_path: Path, layer: str
) -> None:
    explorer = convlab.Explorer(layer)
    random = np.random.default_rng(4)
    explorer.values = json.loads(
        json.dumps(explorer.values), parse_float=lambda _: round(random.normal(), 3)
    )
    page.goto(write_page(tmp_path, explorer))
    settings = set()
    for seed in range(4):
        for text, visible in page.evaluate(MOVES, [500, seed + 1, ELSEWHERE, []]):
            state = json.loads(text)
            assert visible, state["arguments"]
            assert state["layer"] == layer
            settings.add(json.dumps(state["arguments"]))
            assert_true_to_the_layer(state)
    assert len(settings) > 300


def test_the_gradients_are_those_of_the_layers_way_back(page: Page, tmp_path: Path) -> None:
    for layer in LAYERS:
        for activation in ("tanh", "leaky_relu", "silu"):
            explorer = convlab.Explorer(
                layer, activation=activation, padding="same", gradient="one"
            )
            page.goto(write_page(tmp_path, explorer))
            state = state_of(page)
            real = explorer.layer()
            real(explorer.input[None])
            dy = np.array(state["gradient"]["output"], dtype=float)
            assert dy.sum() == dy[tuple(state["position"])] == 1
            dx = real.backward(dy[None])[0]
            assert_close(state["gradient"]["input"], dx, FLOAT64)
            for shown, gradient in zip(state["gradient"]["weights"], real.gradients, strict=True):
                assert_close(np.array(shown), gradient, FLOAT64)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_and_its_slope_are_the_layers(
    page: Page, tmp_path: Path, activation: str
) -> None:
    explorer = convlab.Explorer("Conv1D", activation=activation, gradient="ones", layers=["Conv1D"])
    explorer.input = np.array([-9, -3, -1.5, -0.25, 0, 0.3, 1, 2.5, 6, 7.5])[:, None]
    explorer.change(kernel_size=1, use_bias=False)
    explorer.weights = [np.ones((1, 1, 1))]
    page.goto(write_page(tmp_path, explorer))
    state, real = state_of(page), explorer.layer()
    y = real(explorer.input[None])
    assert_close(np.array(state["output"]), y[0], FLOAT64)
    dx = real.backward(np.ones_like(y))[0]
    assert_close(np.array(state["gradient"]["input"]), dx, FLOAT64)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_control_changes_what_is_seen_and_back(
    page: Page, tmp_path: Path, layer: str
) -> None:
    """By keyboard alone: an arrow key moves a slider or a choice, a space ticks a box."""
    start = {"channels": 2, "padding": "same", "gradient": "ones"}
    if layer != "DepthwiseConv2D":
        start["filters"] = 2
    page.goto(write_page(tmp_path, convlab.Explorer(layer, **start)))
    names = page.eval_on_selector_all(
        ".controls [data-name]:not([type=file])", "all => all.map(one => one.dataset.name)"
    )
    # A named kernel may look the same flipped: it comes last.
    names.sort(key="kernel_preset".__eq__)
    assert len(names) > 12
    for name in names:
        control = page.locator(f'[data-name="{name}"]')
        before = state_of(page)
        seen = page.inner_html(".stage")
        control.focus()
        if control.get_attribute("type") == "checkbox":
            control.press(" ")
        else:
            value = control.input_value()
            control.press("ArrowRight")
            if control.input_value() == value:
                control.press("ArrowLeft")
        after = state_of(page)
        refused = after["refused"] is not None
        quiet = name in ("partial", "input_preset", "data_format")
        # None and 0 of output_padding may be the same picture; the argument still differs.
        changed = seen != page.inner_html(".stage") or before["arguments"] != after["arguments"]
        assert refused or quiet or changed, name
        if refused:
            assert page.inner_text(".refusal p")
            page.locator(".ways button").first.click()
            after = state_of(page)
            assert after["refused"] is None
        assert_true_to_the_layer(after)
        assert page.evaluate("document.activeElement.tagName") != "BODY" or refused, name
        assert before["language"] == after["language"]


def test_a_refused_combination_says_why_with_a_way_out(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", sizes=(6, 8), strides=(1, 2))))
    before = state_of(page)["arguments"]
    page.locator('[data-name="dilation_rate.0"]').press("ArrowRight")
    assert "cannot both exceed 1" in page.inner_text(".refusal")
    assert page.get_attribute('[data-name="dilation_rate.0"]', "aria-invalid") == "true"
    assert state_of(page)["arguments"] == before
    page.select_option('[data-name="language"]', "zh_TW")
    assert "不能同時大於 1" in page.inner_text(".refusal")
    page.get_by_role("button", name="strides=(1, 1)").click()
    after = state_of(page)["arguments"]
    assert (after["strides"], after["dilation_rate"]) == ([1, 1], [2, 1])
    assert page.inner_text(".refusal") == ""


def test_a_slider_ends_where_the_layer_would_refuse(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", sizes=(4, 9))))
    assert page.get_attribute('[data-name="kernel_size.0"]', "max") == "4"
    assert page.get_attribute('[data-name="sizes.0"]', "min") == "3"
    assert page.get_attribute('[data-name="dilation_rate.0"]', "max") == "1"
    page.select_option('[data-name="padding"]', "same")
    assert page.get_attribute('[data-name="kernel_size.0"]', "max") == "5"


def test_the_output_grid_is_walked_by_arrow_keys(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", channels=2)))
    grid = page.locator("figure.output .grid")
    grid.focus()
    for key, expected in [("ArrowRight", [0, 1, 0]), ("ArrowDown", [1, 1, 0]), ("End", [1, 4, 0])]:
        grid.press(key)
        assert state_of(page)["position"] == expected
    active = grid.get_attribute("aria-activedescendant")
    assert page.text_content(f"#{active}") == page.text_content("figure.output .here")
    assert page.locator("figure.input .lit").count() == 18
    page.locator("[role=status]", has_text="z[1, 4, 0] = ").wait_for(state="attached")


def test_an_input_lights_what_it_feeds_and_a_weight_where_it_is_used(
    page: Page, tmp_path: Path
) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", sizes=(5, 7))))
    page.locator("figure.input .cell").nth(2 * 7 + 3).hover()
    assert page.locator("figure.output .fed").count() == 9
    assert "feeds 9 output cells" in page.inner_text(".sentence")
    page.locator("figure.kernel .cell").nth(4).click()
    assert page.locator("figure.output .fed").count() == 15
    assert page.locator("figure.input .lit").count() == 15
    page.locator("header .title").hover()
    assert page.locator("figure.kernel .pinned").count() == 1
    page.locator("figure.kernel .grid").press("Escape")
    assert page.locator(".pinned").count() == 0


def test_a_number_is_edited_by_keyboard_and_nonsense_is_refused(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D")))
    page.locator("figure.kernel .grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    state = state_of(page)
    assert state["weights"][0][1][0][0][0] == 2.5
    assert_true_to_the_layer(state)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("1e99")
    page.keyboard.press("Enter")
    assert state_of(page)["weights"] == state["weights"]
    assert "The old one is kept" in page.inner_text(".sentence")


def test_play_steps_pauses_and_goes_round(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv1D", speed=20)))
    page.locator('[data-name="back"]').press("Enter")
    assert state_of(page)["position"] == [7, 0]
    page.locator('[data-name="forward"]').press("Enter")
    assert state_of(page)["position"] == [0, 0]
    play = page.locator('[data-name="play"]')
    play.press(" ")
    page.wait_for_function(
        "() => JSON.parse(document.querySelector('[data-state]').dataset.state).position[0] > 2"
    )
    assert play.get_attribute("aria-label") == "Pause"
    play.press(" ")
    held = state_of(page)["position"]
    page.wait_for_timeout(200)
    assert state_of(page)["position"] == held


def test_both_views_of_a_transposed_layer_show_the_same_sums(page: Page, tmp_path: Path) -> None:
    for padding, output_padding in [("same", None), ("valid", (1, 0)), ("same", (0, 1))]:
        explorer = convlab.Explorer(
            "Conv2DTranspose", padding=padding, output_padding=output_padding, strides=(2, 2)
        )
        page.goto(write_page(tmp_path, explorer))
        steps = int(page.get_attribute('[data-name="step"]', "max") or 0)
        for step in range(0, steps, 5):
            page.locator('[data-name="step"]').fill(str(step))
            page.select_option('[data-name="view"]', "scatter")
            scattered = state_of(page)
            page.select_option('[data-name="view"]', "zeros")
            stretched = state_of(page)
            assert scattered["sum"] == stretched["sum"]
            assert len(stretched["terms"]) == 9 >= len(scattered["terms"])
            assert page.locator("figure.input .lit").count() == 9


@pytest.mark.parametrize("layer", LAYERS)
def test_each_preset_opens_with_its_caption(page: Page, tmp_path: Path, layer: str) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D")))
    for lesson in (lesson for lesson in LESSONS if lesson["layer"] == layer):
        page.select_option('[data-name="preset"]', lesson["id"])
        state = state_of(page)
        assert_true_to_the_layer(state)
        assert state["layer"] == layer
        assert len(page.inner_text(".caption")) > 30
        if lesson["id"] == "stride_dilation":
            assert state["refused"] == "dilated_strides"
            continue
        for name, value in lesson["settings"].items():
            wanted = list(value) if isinstance(value, tuple) else value
            assert name in ("sizes", "channels") or state["arguments"][name] == wanted
        if lesson["position"]:
            assert state["position"] == list(lesson["position"])


@pytest.mark.parametrize("layer", LAYERS)
def test_python_opens_each_preset_as_the_browser_does(
    page: Page, tmp_path: Path, layer: str
) -> None:
    """One after the other, in steps of seven: each from where another one left."""
    explorer = convlab.Explorer(layer, gradient="ones", true_convolution=True)
    explorer.position = tuple(size - 1 for size in explorer.output_shape)
    page.goto(write_page(tmp_path, explorer))
    for index in range(len(LESSONS)):
        id_ = LESSONS[7 * index % len(LESSONS)]["id"]
        page.select_option('[data-name="preset"]', id_)
        explorer.preset = id_
        seen = state_of(page)
        real = explorer.layer()
        assert (seen["layer"], explorer.shown["preset"]) == (explorer.layer_name, id_)
        assert seen["position"] == list(explorer.position), id_
        np.testing.assert_equal(np.array(seen["input"]), explorer.input)
        for one, other in zip(seen["weights"], explorer.weights, strict=True):
            np.testing.assert_equal(np.array(one), other)
        for name, value in seen["arguments"].items():
            assert value == explorer.shown[name], (id_, name)
        assert_close(np.array(seen["output"]), real(explorer.input[None])[0], FLOAT64)
        assert ("gradient" in seen) == (explorer.gradient != "off")
        assert page.is_checked('[data-name="true_convolution"]') == explorer.true_convolution
        if explorer.layer_name == "Conv2DTranspose":
            assert page.input_value('[data-name="view"]') == explorer.view
        assert (seen["refused"] is not None) == bool(explorer.shown["wish"])


def test_a_page_of_a_refused_preset_opens_with_the_refusal(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", preset="stride_dilation")))
    assert state_of(page)["refused"] == "dilated_strides"
    assert page.input_value('[data-name="preset"]') == "stride_dilation"
    page.locator(".ways button").first.click()
    assert state_of(page)["refused"] is None


def test_the_preset_of_correlation_shows_the_known_numbers(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D")))
    page.select_option('[data-name="preset"]', "correlation")
    assert np.array(state_of(page)["output"])[:, 0, 0].tolist() == [4, 10, 16, 22]
    page.check('[data-name="true_convolution"]')
    assert np.array(state_of(page)["output"])[:, 0, 0].tolist() == [2, 8, 14, 20]
    page.select_option('[data-name="preset"]', "uneven_coverage")
    assert set(np.ravel(state_of(page)["output"])) == {1, 2, 4}


def test_the_dial_walks_from_groups_to_the_separable_layer(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", channels=4, filters=4)))
    dial = page.locator('[data-name="dial"]')
    counts = []
    for expected in [1, 2, 4, None]:
        state = state_of(page)
        assert state["arguments"].get("groups") == expected
        counts.append(sum(np.size(weight) for weight in state["weights"]))
        current = page.inner_text(".dial tr[aria-current] td:nth-child(2)")
        assert int(current.replace(",", "")) == counts[-1]
        assert_true_to_the_layer(state)
        dial.press("ArrowRight")
    assert counts == [9 * 16 + 4, 9 * 8 + 4, 9 * 4 + 4, 9 * 4 + 16 + 4]
    assert state_of(page)["layer"] == "SeparableConv2D"


def test_the_bars_of_the_dial_are_as_long_as_what_they_stand_for(
    page: Page, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1100, "height": 800})
    explorer = convlab.Explorer("SeparableConv2D", channels=3, filters=4, kernel_size=3)
    page.goto(write_page(tmp_path, explorer))
    rows = page.evaluate(
        """() => [...document.querySelectorAll(".dial tbody tr")].map(row => [
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
    page: Page, tmp_path: Path
) -> None:
    # Listened for from the start: a busy browser lets a dialog pass that a late listener wants.
    page.on("filechooser", lambda chooser: None)
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", language="zh_TW")))
    button = page.get_by_text("選擇檔案", exact=False)
    box = button.bounding_box()
    assert box is not None
    with page.expect_file_chooser():
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_every_cell_is_seen_whole(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", sizes=(5, 16), padding="same")))
    for width in (1100, 360):
        page.set_viewport_size({"width": width, "height": 900})
        outside = page.evaluate("""() => [...document.querySelectorAll('.grid')].flatMap(grid => {
            const frame = grid.getBoundingClientRect();
            return [...grid.querySelectorAll('.cell')].map(cell => cell.getBoundingClientRect())
                .map(cell => Math.max(frame.left - cell.left, frame.top - cell.top,
                    cell.right - frame.right, cell.bottom - frame.bottom,
                    Math.abs(cell.width - cell.height)));
        })""")
        assert len(outside) > 200
        assert max(outside) < 0.5
        cut = page.evaluate("""() => [...document.querySelectorAll('.scroll')]
            .filter(box => box.scrollWidth > box.clientWidth).length""")
        assert cut == (1 if width == 360 else 0)


def test_a_picture_fills_the_grid_and_no_picture_is_refused(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D")))
    before = state_of(page)["input"]
    upload = page.locator('[data-name="picture"]')

    def give(name: str, content: bytes) -> str:
        upload.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        page.wait_for_function(
            "name => document.querySelector('.sentence').textContent.includes(name)", arg=name
        )
        return page.inner_text(".sentence")

    assert "is not a picture" in give("<b>notes</b>.txt", b"no picture at all")
    assert page.locator(".sentence b").count() == 0
    assert state_of(page)["input"] == before
    assert "has been shrunk" in give("white.png", PIXEL)
    assert set(np.ravel(state_of(page)["input"])) == {9}
    assert_true_to_the_layer(state_of(page))
    upload.set_input_files(
        {"name": "huge.png", "mimeType": "image/png", "buffer": PIXEL + bytes(11_000_000)}
    )
    page.wait_for_function("() => /11 MB/.test(document.querySelector('.sentence').textContent)")


def test_the_code_shown_makes_the_layer_shown(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2DTranspose", output_padding=(1, 0))))
    code = page.inner_text("pre code")
    name, _, body = code.removeprefix("keras.layers.").partition("(")
    given = dict(line.strip().rstrip(",").split("=") for line in body.strip(" )\n").splitlines())
    state = state_of(page)
    assert name == state["layer"]
    assert {key: ast.literal_eval(value) for key, value in given.items()} == {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in state["arguments"].items()
    }


AXE = files("axe_playwright_python").joinpath("axe.min.js")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_page_is_accessible_and_fits(page: Page, tmp_path: Path, layer: str) -> None:
    """In both languages, light and dark, on a telephone and on a desk."""
    start = {"channels": 2, "padding": "same", "gradient": "ones"}
    page.goto(write_page(tmp_path, convlab.Explorer(layer, **start)))
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for corner in product(["en", "zh_TW"], ["light", "dark"], [360, 1000]):
        language, scheme, width = corner
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        page.select_option('[data-name="language"]', language)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), corner
        found = page.evaluate("() => axe.run(document).then(found => found.violations)")
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in serious] == [], corner
        words = page.inner_text(".convlab-explorer")
        assert ("輸入" in words) == (language == "zh_TW")


def test_the_language_is_switched_while_it_runs(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D")))
    before = state_of(page)
    page.select_option('[data-name="language"]', "zh_TW")
    assert "卷積探索器" in page.inner_text("header")
    after = state_of(page)
    assert after.pop("language") == "zh_TW"
    before.pop("language")
    assert after == before
    assert page.get_attribute(".convlab-explorer", "lang") == "zh-Hant-TW"
    english = {"channels_last", "channels_first", "output", "keras"}
    labels = page.eval_on_selector_all(".controls span", "all => all.map(one => one.textContent)")
    assert not [label for label in labels if re.search("[a-z]{3}", label) and label not in english]


def test_every_layer_can_be_chosen_on_one_page(page: Page, tmp_path: Path) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D", sizes=(6, 7), channels=2)))
    for layer in [*LAYERS, *reversed(LAYERS)]:
        page.select_option('[data-name="layer"]', layer)
        state = state_of(page)
        assert state["layer"] == layer
        assert_true_to_the_layer(state)
