"""The lens under a reader's hands: true to the real layer, and usable by everybody."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

import convlab
from convlab import Lens
from convlab.kernels import named_kernel
from tests.browser.axe import CORNERS, bring_axe, calm, serious
from tests.browser.lab import ROOT as PROJECT
from tests.browser.lab import Notebook, Server, Watch
from tests.browser.widgets import (
    control_at,
    forget_the_debugger,
    open_page,
    run_and_save,
    state_at,
    wait_for,
    wake,
    write,
)
from tests.tolerances import FLOAT32, assert_close

ROOT = ".convlab-lens"
GROUPS = ("first", "kernel", "window", "picture")
COUNT = 200 if os.environ.get("CI") == "true" else 60
RANDOM = np.random.default_rng(14)
IMAGES = {
    "greys": RANDOM.random((31, 26)).astype("float32"),
    "levels": RANDOM.integers(0, 256, (23, 40), dtype="uint8"),
    "colours": RANDOM.integers(0, 256, (19, 17, 3)).astype("float32") / np.float32(255),
}

STAR = np.random.default_rng(5).normal(size=(19, 17))
# Of each: a picture, and what the lens lays under its kernel or finds besides.
SCENES: dict[str, tuple[Any, dict[str, Any]]] = {
    "pattern": ("stripes", {"kernel": "blur", "angle": 30, "contrast": "shared",
                "controls": ["kernel", "kernel_size", "period", "angle"]}),
    "move": (IMAGES["greys"], {"move": (4, 6), "controls": ["move", "strides"]}),
    "noise": (IMAGES["levels"], {"kernel": STAR, "padding": "same", "noise": 50, "marks": 6,
              "controls": ["noise", "marks"]}),
    "colours": (IMAGES["colours"], {"noise": 20, "marks": 3, "move": (0, 3), "padding": "same",
                "controls": ["channels", "noise", "move", "marks"]}),
}  # fmt: skip


def show(page: Page, folder: Path, lens: Lens, link: str = "") -> None:
    open_page(page, folder, lens, link)


def state_of(page: Page) -> dict[str, Any]:
    return state_at(page, ROOT)


def control(page: Page, name: str) -> Locator:
    return control_at(page, ROOT, name)


def groups_of(page: Page) -> list[str]:
    return [group for group in GROUPS if control(page, f"group.{group}").count()]


def open_group(page: Page, group: str) -> None:
    tab = control(page, f"group.{group}")
    tab.evaluate("one => one.scrollIntoView({ block: 'nearest' })")
    tab.click()


def give(page: Page, name: str, content: bytes) -> str:
    """Choose a file as one's own picture; what is said to it."""
    open_group(page, "picture")
    chosen = {"name": name, "mimeType": "image/png", "buffer": content}
    control(page, "picture").set_input_files(chosen)
    page.wait_for_function(
        f"name => document.querySelector('{ROOT} .notice').textContent.includes(name)", arg=name
    )
    return page.inner_text(f"{ROOT} .notice")


def png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def real_output(state: dict[str, Any], image: np.ndarray) -> np.ndarray:
    """What the layer of a state makes of an image, in float32."""
    layer = convlab.Conv2D(**state["arguments"])
    pixels = image.astype("float32").reshape(*image.shape[:2], -1)
    channels = state["input_shape"][-1]
    x = pixels if pixels.shape[-1] == channels else pixels.mean(axis=-1, keepdims=True)
    layer.build((1, *x.shape))
    kernel = np.array(state["kernel"], dtype="float32")[..., None, None]
    layer.set_weights([np.repeat(kernel, channels, axis=-1)])
    return np.asarray(layer(x[None])[0])


def assert_true(state: dict[str, Any], image: np.ndarray) -> None:
    y = real_output(state, image)
    assert state["output_shape"] == list(y.shape), state
    products = [x * w for x, w in state["terms"]]
    scale = FLOAT32 * max([1.0, float(np.abs(y).max()), *map(abs, products)])
    for found, wanted in [
        (state["output"]["mean"], y.mean(dtype="float64")),
        (state["output"]["minimum"], y.min()),
        (state["output"]["maximum"], y.max()),
        (state["sum"], y[tuple(state["position"])]),
        (sum(products), state["sum"]),
    ]:
        assert abs(found - float(wanted)) <= scale, (found, wanted, state)


# Moves what a hand could move, of what can be seen now, and keeps the state after each move.
MOVES = """([count, seed]) => {
    let state = seed;
    const random = n => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor(state / 4294967296 * n);
    };
    const root = document.querySelector('.convlab-lens'), seen = [];
    while (seen.length < count) {
        const ways = [...root.querySelectorAll('.ways button')];
        const all = [...root.querySelectorAll('[data-name]')].filter(one => one.checkVisibility()
            && !(one.type === 'radio' && one.checked)
            && !['picture', 'camera', 'link', 'restore'].includes(one.dataset.name));
        const dials = all.filter(one => one.closest('.rows, .tabs'));
        const from = ways.length && random(3) ? ways : random(5) ? dials : all;
        const control = from[random(from.length)];
        const said = name => control.dispatchEvent(new Event(name, { bubbles: true }));
        if (control.type === 'range') {
            control.value = Number(control.min) + random(control.max - control.min + 1);
            said('input');
        } else if (control.tagName === 'SELECT') {
            control.selectedIndex = random(control.options.length);
            said('change');
        } else if (control.type === 'text') {
            control.value = random(4) ? String(random(200) / 8 - 10) : '−2/7';
            said('change');
        } else if (control.role === 'application') {
            const box = control.getBoundingClientRect();
            control.dispatchEvent(new PointerEvent('click', { bubbles: true, pointerType: 'touch',
                clientX: box.left + random(box.width), clientY: box.top + random(box.height) }));
        } else control.click();
        if (control.role !== 'tab') seen.push(root.dataset.state);
    }
    return seen;
}"""


@pytest.mark.parametrize("kind", IMAGES)
def test_after_every_move_the_numbers_are_the_real_layer_s(
    offline: Page, tmp_path: Path, kind: str
) -> None:
    show(offline, tmp_path, Lens(IMAGES[kind]))
    states = [json.loads(state) for state in offline.evaluate(MOVES, [COUNT, 5])]
    for state in states:
        assert_true(state, IMAGES[kind])
    assert len({json.dumps(state["arguments"]) for state in states}) > COUNT / 10
    assert len({json.dumps(state["position"]) for state in states}) > 3
    assert any(state["refused"] for state in states)


@pytest.mark.parametrize("kind", IMAGES)
def test_a_number_that_was_far_away_leaves_no_trace_in_the_sums(
    offline: Page, tmp_path: Path, kind: str
) -> None:
    show(offline, tmp_path, Lens(IMAGES[kind], "sharpen", kernel_size=5, padding="same"))
    for tap in ("kernel.1.3", "kernel.2.2"):
        for number in ("100000", "0.1", "-100000", "0.25"):
            control(offline, tap).fill(number)
            control(offline, tap).press("Enter")
            assert_true(state_of(offline), IMAGES[kind])


def lens_of(state: dict[str, Any], image: Any) -> Lens:
    """Python's lens of what a state says."""
    names = ("kernel_size", "strides", "padding", "dilation_rate")
    kernel = np.array(state["kernel"])
    return Lens(
        image,
        kernel[::-1, ::-1] if state["true_convolution"] else kernel,
        channels=state["input_shape"][-1],
        true_convolution=state["true_convolution"],
        marks=len(state["marks"]) or None,
        **{name: state["arguments"][name] for name in names},
        **state["scene"],
    )


def assert_python_s(state: dict[str, Any], image: Any) -> None:
    lens = lens_of(state, image)
    y = lens.output
    scale = FLOAT32 * max(1.0, float(np.abs(y).max()))
    assert state["output_shape"] == list(y.shape)
    found = [state["output"][name] for name in ("mean", "minimum", "maximum")] + [state["sum"]]
    wanted = [y.mean(dtype="float64"), y.min(), y.max(), y[tuple(state["position"])]]
    np.testing.assert_allclose(found, wanted, atol=scale, err_msg=str(state))
    if state["gain"] is not None:
        assert_close(state["gain"], lens.gain, FLOAT32 * max(1, lens.gain))
    if lens.largest_difference is None or state["largest_difference"] is None:
        assert lens.largest_difference is state["largest_difference"]
    else:
        assert_close(state["largest_difference"], lens.largest_difference, scale)
    strengths = [
        [y[place].max() for place in map(tuple, one)] for one in (state["marks"], lens.strongest)
    ]
    np.testing.assert_allclose(*strengths, atol=scale)


@pytest.mark.parametrize("scene", SCENES)
def test_after_every_move_a_scene_and_what_is_found_in_it_are_python_s(
    offline: Page, tmp_path: Path, scene: str
) -> None:
    image, settings = SCENES[scene]
    show(offline, tmp_path, Lens(image, **settings))
    states = [json.loads(state) for state in offline.evaluate(MOVES, [COUNT // 2, 7])]
    for state in states:
        assert_python_s(state, image)
    assert len({json.dumps(state["scene"]) + str(len(state["marks"])) for state in states}) > 3


def random_settings(random: np.random.Generator) -> dict[str, Any]:
    names = ["identity", "blur", "sharpen", "edges", "emboss", "sobel_x", "sobel_y"]
    height, width = (int(size) for size in random.integers(1, 10, 2))
    named = {"kernel": str(random.choice(names)), "kernel_size": height}
    own = {"kernel": random.normal(size=(height, width)).round(3) * 5}
    one, two = (tuple(int(i) for i in random.integers(1, 4, 2)) for _ in range(2))
    return {
        **(named if random.random() < 0.5 else own),
        **({"strides": one} if random.random() < 0.5 else {"dilation_rate": two}),
        "padding": str(random.choice(["same", "valid"])),
        "true_convolution": bool(random.random() < 0.3),
        "contrast": str(random.choice(["own", "shared"])),
    }


def lenses(count: int) -> Iterator[tuple[str, Lens]]:
    """Lenses of random settings on the images by turns."""
    random = np.random.default_rng(3)
    while count:
        kind = list(IMAGES)[count % 3]
        try:
            lens = Lens(IMAGES[kind], **random_settings(random))
        except convlab.ConvlabError:
            continue
        y = lens.output
        lens.position = tuple(int(random.integers(size)) for size in y.shape)
        count -= 1
        yield kind, lens


def test_a_page_of_python_s_settings_shows_the_real_layer_s_numbers(
    offline: Page, tmp_path: Path
) -> None:
    for kind, lens in lenses(COUNT // 4):
        show(offline, tmp_path, lens)
        state = state_of(offline)
        assert_true(state, IMAGES[kind])
        y = lens.output
        assert state["position"] == list(lens.position)
        assert_close(state["sum"], y[lens.position], FLOAT32 * max(1.0, float(np.abs(y).max())))
        taps = lens.numbers[::-1, ::-1] if lens.true_convolution else lens.numbers
        assert state["kernel"] == taps.tolist()


def test_a_link_opens_the_same_lens_on_another_page(offline: Page, tmp_path: Path) -> None:
    for kind, lens in lenses(COUNT // 4):
        show(offline, tmp_path, Lens(IMAGES[kind]), lens.link())
        linked = state_of(offline)
        offline.wait_for_function(f"() => location.hash === {json.dumps(lens.link())}")
        show(offline, tmp_path, lens)
        assert linked == state_of(offline)


@pytest.mark.parametrize(
    "part",
    ["kernel=nonsense", "kernel=[[1,2],[3]]", "kernel=[[999999]]", "kernel=[]", "strides=0,1",
     "strides=2", "channels=3", "position=1", "language=fr", "colour=red", "%zz", "padding",
     "kernel_size=20,20", "period=4", "noise=999", "move=1", "move=9,99", "marks=0",
     "kernel_size=9,9&dilation_rate=8,8&strides=2,2"],
)  # fmt: skip
def test_a_link_that_cannot_be_taken_leaves_the_lens_whole(
    offline: Page, tmp_path: Path, part: str
) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]), f"#{part}&contrast=shared")
    assert_true(state_of(offline), IMAGES["greys"])
    assert control(offline, "kernel.0.0").is_visible()


def test_another_size_makes_the_kernel_that_python_makes(offline: Page, tmp_path: Path) -> None:
    lens = Lens(IMAGES["greys"], np.arange(1, 10).reshape(3, 3))
    show(offline, tmp_path, lens)
    for size in (4, 7, 6, 2, 9, 5, 8):
        control(offline, "kernel_size").fill(str(size))
        lens.kernel_size = size
        assert state_of(offline)["kernel"] == lens.numbers.tolist()


# The pictures


PIXELS = """name => {
    const canvas = document.querySelector(`[data-name=${name}] canvas`), { width, height } = canvas;
    const copy = Object.assign(document.createElement('canvas'), { width, height });
    const pen = copy.getContext('2d', { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    return [...pen.getImageData(0, 0, width, height).data];
}"""


def pixels(page: Page, name: str) -> np.ndarray:
    return np.array(page.evaluate(PIXELS, name), dtype=int).reshape(-1, 4)[:, :3]


def test_zero_is_the_same_grey_in_every_picture(offline: Page, tmp_path: Path) -> None:
    image = IMAGES["greys"].copy()
    image[:9, :9] = 0
    show(offline, tmp_path, Lens(image, "sobel_x"))
    before, y = pixels(offline, "before"), real_output(state_of(offline), image).ravel()
    after = pixels(offline, "after")
    assert set(before[image.ravel() == 0].ravel()) == {128} == set(after[y == 0].ravel())
    assert before[image.ravel().argmax()].tolist() == [round(128 + 127 * image.max())] * 3
    bound = np.abs(y).max()
    assert np.abs(after[:, 0] - (128 + 127 * y / bound)).max() <= 0.51
    assert "middle grey is 0" in offline.inner_text(ROOT)
    open_group(offline, "kernel")
    control(offline, "kernel").select_option("blur")
    assert set(pixels(offline, "before")[image.ravel() == 0].ravel()) == {0}
    assert "black is 0" in offline.inner_text(ROOT)


def test_colours_keep_their_places(offline: Page, tmp_path: Path) -> None:
    image = IMAGES["colours"]
    show(offline, tmp_path, Lens(image, "identity", kernel_size=1))
    levels = np.rint(image * 255).astype(int).reshape(-1, 3)
    np.testing.assert_array_equal(pixels(offline, "before"), levels)
    open_group(offline, "picture")
    control(offline, "contrast=shared").check(force=True)
    np.testing.assert_array_equal(pixels(offline, "after"), levels)
    control(offline, "channels=1").check(force=True)
    assert state_of(offline)["output_shape"] == [19, 17, 1]


# Hands


def test_a_number_is_dragged_up_and_down(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    box = control(offline, "kernel.1.1").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for up, value in [(24, 3), (-40, -2)]:
        offline.mouse.move(x, y)
        offline.mouse.down()
        offline.mouse.move(x, y - up, steps=6)
        offline.mouse.up()
        assert state_of(offline)["kernel"] == [[-1, 0, 1], [-2, value, 2], [-1, 0, 1]]
    assert_true(state_of(offline), IMAGES["greys"])
    open_group(offline, "kernel")
    assert control(offline, "kernel").input_value() == ""


def test_a_number_is_typed_as_a_decimal_or_a_fraction_and_nonsense_is_refused(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    tap = control(offline, "kernel.0.1")
    for text, value in [("2.5", 2.5), ("1/8", 0.125), ("−3", -3), ("500000", 100_000)]:
        tap.fill(text)
        tap.press("Enter")
        assert state_of(offline)["kernel"][0][1] == value
    for nonsense in ("x", "1/0", "", "1/2/3", "Infinity"):
        tap.fill(nonsense)
        tap.press("Enter")
        assert state_of(offline)["kernel"][0][1] == 100_000
        assert tap.input_value() == "1e5"
        assert "The old one is kept" in offline.inner_text(".sentence")


def test_keys_step_a_number_and_walk_the_kernel(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"], "identity"))
    control(offline, "kernel.0.0").focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", "PageDown", "Shift+ArrowUp"):
        offline.keyboard.press(key)
    assert state_of(offline)["kernel"] == [[1, -1, 0], [0, 1.1, 0], [0, 0, 0]]
    offline.keyboard.press("Tab")
    assert offline.evaluate("document.activeElement.dataset.name") == "after"


def test_small_numbers_are_dragged_in_small_steps(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"], "blur"))
    control(offline, "kernel.0.0").press("ArrowUp")
    assert state_of(offline)["kernel"][0][0] == pytest.approx(1 / 9 + 0.01, abs=1e-6)


def point(page: Page, name: str, down: float, right: float, click: bool = False) -> None:
    box = control(page, name).bounding_box()
    assert box
    x, y = box["x"] + right * box["width"], box["y"] + down * box["height"]
    if click:
        page.mouse.click(x, y)
    else:
        page.mouse.move(x, y)


def test_the_window_follows_the_pointer_until_it_is_held(offline: Page, tmp_path: Path) -> None:
    image = IMAGES["levels"]
    show(offline, tmp_path, Lens(image, strides=2, padding="same"))
    rows, columns, _ = state_of(offline)["output_shape"]
    point(offline, "after", 3.5 / rows, 7.5 / columns)
    assert state_of(offline)["position"] == [3, 7, 0]
    point(offline, "before", 12.5 / 23, 21.5 / 40, click=True)
    state = state_of(offline)
    window = image[2 * state["position"][0] :, 2 * state["position"][1] + 1 :][:1, :1]
    assert abs(2 * state["position"][0] - 12) <= 1 and abs(2 * state["position"][1] - 21) <= 1
    assert window.size
    point(offline, "after", 0.05, 0.05)
    assert state_of(offline) == state
    assert "Held" in offline.inner_text(".said")
    point(offline, "after", 0.05, 0.05, click=True)
    point(offline, "after", 0.95, 0.95)
    assert state_of(offline)["position"] == [rows - 1, columns - 1, 0]


def test_the_magnified_window_shows_the_numbers_of_the_sum(offline: Page, tmp_path: Path) -> None:
    image = IMAGES["levels"]
    show(offline, tmp_path, Lens(image, position=(4, 9, 0)))

    def numbers(kind: str) -> list[float]:
        cells = offline.locator(f".magnified .{kind} .cell").all_inner_texts()
        return [float(text.replace("−", "-")) for text in cells]

    window = image[4:7, 9:12].astype(int)
    assert numbers("input") == window.ravel().tolist()
    products = window * named_kernel("sobel_x")
    assert numbers("product") == products.ravel().tolist()
    assert offline.inner_text(".total").replace("−", "-") == f"{products.sum():.0f}"
    offline.locator(".magnified .product .cell").nth(5).hover()
    met = offline.locator(f"{ROOT} .met").evaluate_all(
        "all => all.map(one => [...one.parentElement.children].indexOf(one))"
    )
    assert met == [5, 5, 5]


def test_the_padding_of_the_magnified_window_is_marked(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"], padding="same", position=(0, 0, 0)))
    marked = offline.locator(".magnified .input .cell").evaluate_all(
        "all => all.map(one => one.classList.contains('pad'))"
    )
    assert marked == [True] * 4 + [False] * 2 + [True] + [False] * 2


def test_arrow_keys_move_the_window(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"], position=(5, 5, 0)))
    screen = control(offline, "after")
    for key, place in [
        ("ArrowDown", [6, 5, 0]),
        ("ArrowLeft", [6, 4, 0]),
        ("Shift+ArrowRight", [6, 14, 0]),
        ("End", [6, 23, 0]),
        ("PageDown", [16, 23, 0]),
        ("Home", [16, 0, 0]),
        ("ArrowLeft", [16, 0, 0]),
    ]:
        screen.press(key)
        assert state_of(offline)["position"] == place
    offline.locator("[role=status]", has_text="y[16, 0, 0] = ").wait_for(state="attached")


def test_a_finger_holds_the_window_where_it_taps(phone: Page, tmp_path: Path) -> None:
    show(phone, tmp_path, Lens(IMAGES["greys"]))
    for down in (0.1, 0.9):
        box = control(phone, "after").bounding_box()
        assert box
        phone.touchscreen.tap(box["x"] + 0.5 * box["width"], box["y"] + down * box["height"])
        assert state_of(phone)["position"][0] == int(29 * down)
        assert phone.locator(".frame.held:visible").count() == 2


def test_a_refusal_keeps_the_picture_and_offers_ways_that_are_taken(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"], strides=2))
    before = pixels(offline, "after")
    open_group(offline, "window")
    control(offline, "dilation_rate").press("ArrowRight")
    assert state_of(offline)["refused"] == "dilated_strides"
    assert state_of(offline)["arguments"]["dilation_rate"] == [1, 1]
    np.testing.assert_array_equal(pixels(offline, "after"), before)
    ways = offline.locator(".ways button")
    assert ways.all_inner_texts() == ["dilation_rate=(1, 1)", "strides=(1, 1)"]
    ways.nth(1).click()
    state = state_of(offline)
    assert (state["refused"], state["arguments"]["dilation_rate"]) == (None, [2, 2])


# The puzzle


def test_a_puzzle_is_solved_when_the_pictures_are_the_same(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"], puzzle=[[0, 2], [-1, 0]]))
    target = pixels(offline, "target")
    assert state_of(offline)["solved"] is False
    assert "○" in offline.inner_text(".goal")
    for place, value in [("0.0", "0"), ("0.1", "2"), ("1.0", "−1")]:
        assert state_of(offline)["solved"] is False
        control(offline, f"kernel.{place}").fill(value)
        control(offline, f"kernel.{place}").press("Enter")
    assert state_of(offline)["solved"] is True
    assert "✓ Solved" in offline.inner_text(".goal")
    np.testing.assert_array_equal(pixels(offline, "after"), target)
    control(offline, "kernel.1.1").press("ArrowUp")
    assert state_of(offline)["solved"] is False
    assert "○" in offline.inner_text(".goal")


def test_without_a_puzzle_nothing_is_solved(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    assert state_of(offline)["solved"] is None
    assert not offline.locator(".goal").is_visible()
    assert offline.locator('[data-name="target"]').count() == 0


# Scenes


def test_the_numbers_that_were_found_are_seen(offline: Page, tmp_path: Path) -> None:
    lens = Lens("stripes", "blur", period=2)
    show(offline, tmp_path, lens)
    assert "118×118, 0.33 times as strong" in offline.inner_text(".after figcaption")
    image, settings = SCENES["move"]
    show(offline, tmp_path, Lens(image, **settings))
    assert "at most 0.000" in offline.inner_text(".difference figcaption")
    assert "by (4, 6) before" in offline.inner_text(".found")
    control(offline, "strides").press("ArrowRight")
    control(offline, "move.1").press("ArrowRight")
    lens = Lens(image, strides=2, move=(4, 7))
    assert f"{lens.largest_difference:.3f}" in offline.inner_text(".difference figcaption")
    assert "by (2, 3) after" in offline.inner_text(".found")
    image, settings = SCENES["noise"]
    lens = Lens(image, **settings)
    show(offline, tmp_path, lens)
    assert " ".join(map(str, lens.strongest)) in offline.inner_text(".found")
    assert offline.locator(".before .mark").count() == 6 == offline.locator(".after .mark").count()


def test_a_mark_frames_the_window_of_its_output(offline: Page, tmp_path: Path) -> None:
    image = np.zeros((40, 40))
    image[12, 30] = 1
    show(offline, tmp_path, Lens(image, "blur", kernel_size=9, marks=1))
    (place,) = state_of(offline)["marks"]
    screen = control(offline, "before").bounding_box()
    mark = offline.locator(".before .mark").bounding_box()
    assert screen and mark
    side = screen["width"] / 40
    assert mark["x"] - screen["x"] == pytest.approx(place[1] * side, abs=3)
    assert mark["y"] - screen["y"] == pytest.approx(place[0] * side, abs=3)
    assert mark["width"] == pytest.approx(9 * side, abs=5)


def test_dials_that_a_lesson_names_come_first_and_all_others_are_there(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, Lens("stripes", controls=["angle", "kernel", "padding"]))
    names = offline.locator(f"{ROOT} .rows [data-name]").evaluate_all(
        "all => [...new Set(all.map(one => one.dataset.name))]"
    )
    assert names == ["angle", "kernel", "padding"]
    open_group(offline, "picture")
    assert control(offline, "period").is_visible()
    assert not control(offline, "noise").count()


def test_a_kernel_of_more_than_nine_is_a_picture_until_it_is_made_smaller(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, Lens(IMAGES["levels"], STAR, padding="same"))
    assert not control(offline, "kernel.0.0").is_visible()
    assert offline.locator(".kernel canvas:visible, .magnified canvas:visible").count() == 3
    control(offline, "kernel_size").fill("9")
    assert control(offline, "kernel.0.0").is_visible()
    assert offline.locator(".kernel canvas:visible, .magnified canvas:visible").count() == 0
    np.testing.assert_array_equal(state_of(offline)["kernel"], STAR[5:14, 4:13])


def test_a_name_makes_a_large_kernel_as_large_as_names_go(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["levels"], STAR, padding="same"))
    control(offline, "kernel").select_option("sobel_y")
    assert state_of(offline)["kernel"] == named_kernel("sobel_y", 15).tolist()


def test_an_own_picture_takes_a_pattern_s_place(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens("stripes", noise=0, controls=["period", "noise"]))
    own = np.random.default_rng(8).integers(0, 256, (50, 70, 3), dtype="uint8")
    give(offline, "own.png", png(own))
    assert_true(state_of(offline), own / np.float32(255))
    open_group(offline, "first")
    assert not control(offline, "period").count()
    open_group(offline, "picture")
    control(offline, "restore").click()
    assert_python_s(state_of(offline), "stripes")
    assert control(offline, "period").is_visible()


# One's own picture


def test_an_own_picture_is_filtered_until_the_first_one_is_asked_for(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    own = np.random.default_rng(8).integers(0, 256, (50, 70, 3), dtype="uint8")
    assert "50×70" in give(offline, "own.png", png(own))
    state = state_of(offline)
    assert state["own"] and state["input_shape"] == [50, 70, 1]
    assert_true(state, own / np.float32(255))
    control(offline, "channels=3").check(force=True)
    assert_true(state_of(offline), own / np.float32(255))
    control(offline, "restore").click()
    assert_true(state_of(offline), IMAGES["greys"])


def test_a_large_picture_is_shrunk(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    assert "400×600" in give(offline, "large.png", png(np.full((1600, 2400), 255, "uint8")))
    assert state_of(offline)["input_shape"] == [400, 600, 1]


def test_what_is_no_picture_or_too_large_leaves_the_lens_as_it_was(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    before = state_of(offline)
    assert "is not a picture" in give(offline, "<b>notes</b>.txt", b"no picture at all")
    assert offline.locator(f"{ROOT} .notice b").count() == 0
    file = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(file, "PNG")
    assert "100 megapixels" in give(offline, "huge.png", file.getvalue())
    assert "smaller than the window" in give(offline, "dot.png", png(np.zeros((1, 1), "uint8")))
    assert state_of(offline) == before


def refuse_camera(page: Page, name: str) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: () => "
        f"Promise.reject(new DOMException('no', '{name}')) }} }});"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [("NotAllowedError", "may not use the camera"), ("NotFoundError", "No camera was found")],
)
def test_a_camera_that_is_denied_or_missing_is_answered_in_words(
    offline: Page, tmp_path: Path, name: str, words: str
) -> None:
    refuse_camera(offline, name)
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    before = state_of(offline)
    open_group(offline, "picture")
    control(offline, "camera").click()
    offline.locator(".notice", has_text=words).wait_for()
    assert state_of(offline) == before


# A camera whose picture is white above and black below; `alive` counts its tracks.
CAMERA = """
window.alive = 0;
Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: async () => {
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    Object.assign(canvas, { width: 64, height: 48 });
    setInterval(() => {
        pen.fillStyle = 'black'; pen.fillRect(0, 0, 64, 48);
        pen.fillStyle = 'white'; pen.fillRect(0, 0, 64, 24);
    }, 20);
    const stream = canvas.captureStream();
    for (const track of stream.getTracks()) {
        const stop = track.stop.bind(track);
        window.alive++;
        track.stop = () => { window.alive--; stop(); };
    }
    return stream;
} } });
"""


def test_a_camera_is_filtered_held_and_stopped_when_the_lens_goes(
    offline: Page, tmp_path: Path
) -> None:
    offline.add_init_script(CAMERA)
    show(offline, tmp_path, Lens(IMAGES["greys"], "sobel_y"))
    open_group(offline, "picture")
    camera = control(offline, "camera")
    camera.click()
    seen = f"() => JSON.parse(document.querySelector('{ROOT}').dataset.state)"
    offline.wait_for_function(f"({seen})().input_shape.join() === '48,64,1'")
    offline.wait_for_function(f"({seen})().output.minimum < -3.5")
    assert "stay in this browser" in offline.inner_text(".notice")
    camera.click()
    assert offline.evaluate("alive") == 0
    assert state_of(offline)["input_shape"] == [48, 64, 1]
    camera.click()
    offline.wait_for_function("alive === 1")
    offline.evaluate(f"document.querySelector('{ROOT}').remove()")
    offline.wait_for_function("alive === 0")


def test_where_there_is_no_way_to_a_camera_no_button_asks_for_one(
    offline: Page, tmp_path: Path
) -> None:
    offline.add_init_script(
        "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
    )
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    open_group(offline, "picture")
    assert not control(offline, "camera").is_visible()


# For everybody


PLAIN: dict[str, tuple[Any, dict[str, Any]]] = {
    "plain": (IMAGES["colours"], {"padding": "same"}),
    "puzzle": (IMAGES["colours"], {"padding": "same", "puzzle": "edges"}),
    "large": (IMAGES["colours"], {"padding": "same", "kernel_size": 9}),
}


@pytest.mark.parametrize("kind", [*PLAIN, *SCENES])
def test_a_page_is_accessible_and_fits(offline: Page, tmp_path: Path, kind: str) -> None:
    """In both languages, light and dark, on a telephone and on a desk, every group open."""
    image, settings = {**PLAIN, **SCENES}[kind]
    show(offline, tmp_path, Lens(image, **settings))
    bring_axe(offline)
    for language, scheme, width in CORNERS:
        calm(offline, scheme)
        offline.set_viewport_size({"width": width, "height": 700})
        control(offline, f"language={language}").check(force=True)
        for group in groups_of(offline):
            open_group(offline, group)
            assert serious(offline) == [], (language, scheme, width, group)
        assert serious(offline) == [], (language, scheme, width)
        assert offline.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert state_of(offline)["language"] == language
        assert ("卷積核" in offline.inner_text(ROOT)) == (language == "zh_TW")


def test_the_language_changes_under_the_hand_and_the_focus_stays(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, Lens(IMAGES["greys"]))
    offline.locator('[data-name="language"]:checked').focus()
    offline.keyboard.press("ArrowRight")
    assert state_of(offline)["language"] == "zh_TW"
    assert offline.get_attribute(ROOT, "lang") == "zh-Hant-TW"
    assert offline.evaluate("document.activeElement.value") == "zh_TW"


def test_what_is_moved_keeps_the_focus(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, Lens(IMAGES["colours"]))
    names = ["kernel", "kernel_size", "true_convolution", "strides", "padding", "channels",
             "contrast", "kernel.0.0", "after"]  # fmt: skip
    for group in groups_of(offline):
        open_group(offline, group)
        give(offline, "own.png", png(np.full((40, 40), 9, "uint8")))
        open_group(offline, group)
        for name in [one for one in names if control(offline, one).is_visible()]:
            move(control(offline, name))
            assert offline.evaluate("document.activeElement.dataset.name") == name
    control(offline, "restore").focus()
    control(offline, "contrast=own").evaluate("one => one.click()")
    assert offline.evaluate("document.activeElement.dataset.name") == "restore"


# How far the filtered picture reaches out of what is seen, and whether something lies on it.
HIDDEN = """() => {
    const box = document.querySelector('[data-name=after]').getBoundingClientRect();
    return Math.max(-box.top, -box.left, box.bottom - innerHeight, box.right - innerWidth);
}"""
COVERED = """() => {
    const screen = document.querySelector('[data-name=after]');
    const box = screen.getBoundingClientRect();
    const at = share => document.elementFromPoint(box.left + box.width / 2,
        box.top + share * box.height);
    return ![0.05, 0.5, 0.95].every(share => screen.contains(at(share)));
}"""


def assert_seen(page: Page, name: str) -> None:
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate(HIDDEN) <= 1, (name, page.viewport_size)
    assert not page.evaluate(COVERED), (name, page.viewport_size)


def move(one: Locator) -> None:
    """Move a control by a key, as its kind is moved."""
    kind = one.get_attribute("type")
    one.focus()
    key = {"checkbox": " ", "radio": "ArrowRight", "text": "ArrowUp", "button": "Tab"}
    one.page.keyboard.press(key.get(str(kind), "ArrowRight"))


@pytest.mark.parametrize("kind", [3, 9, "pattern", "move", "noise"])
def test_the_filtered_picture_is_seen_while_any_control_is_moved(
    offline: Page, phone: Page, tmp_path: Path, kind: Any
) -> None:
    usual = np.random.default_rng(4).random((60, 51, 3)), {"kernel_size": kind, "padding": "same"}
    image, settings = SCENES.get(kind, usual)
    for page in (offline, phone):
        show(page, tmp_path, Lens(image, **settings))
        moved = []
        for group in groups_of(page):
            open_group(page, group)
            names = page.locator(f"{ROOT} .body [data-name]").evaluate_all(
                "all => all.filter(one => one.checkVisibility() && one.type !== 'file')"
                ".map(one => one.dataset.name)"
            )
            for name in dict.fromkeys(names):
                open_group(page, group)
                found = control(page, name)
                if not found.is_visible():
                    continue
                move(found)
                assert_seen(page, name)
                moved.append(name)
                if state_of(page)["refused"]:
                    page.locator(".ways button").first.click()
        own = {"move": {"move.0", "move.1"}}.get(kind, {*settings.get("controls", ["kernel.0.0"])})
        assert {"strides", "padding", "contrast", "kernel_size"} | own - {"move"} <= {*moved}


COARSE = """() => [...document.querySelectorAll('.convlab-lens :is(button, input, select)')]
    .filter(one => one.checkVisibility() && !['file', 'checkbox'].includes(one.type))
    .map(one => [one.dataset.name, one.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < 39.5).map(([name]) => name)"""


def test_targets_are_wide_enough_for_fingers(phone: Page, tmp_path: Path) -> None:
    show(phone, tmp_path, Lens(IMAGES["colours"]))
    assert phone.evaluate("matchMedia('(pointer: coarse)').matches")
    for group in groups_of(phone):
        open_group(phone, group)
        assert phone.evaluate(COARSE) == [], group


def test_a_finger_drags_a_number(phone: Page, tmp_path: Path) -> None:
    show(phone, tmp_path, Lens(IMAGES["greys"], "identity"))
    box = control(phone, "kernel.0.0").bounding_box()
    assert box
    session = phone.context.new_cdp_session(phone)
    x, y = box["x"] + 10, box["y"] + 20

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": px, "y": py} for px, py in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    touch("touchStart", (x, y))
    for step in range(1, 5):
        touch("touchMove", (x, y - 8 * step))
    touch("touchEnd")
    assert state_of(phone)["kernel"][0][0] >= 3


# In JupyterLab


SHOW = """\
import convlab
lens = convlab.Lens(kernel="blur", padding="same")
lens"""


def test_python_and_the_hand_move_one_lens(page: Page, server: Server, root: Path) -> None:
    say = (
        "import ipywidgets\nlabel = ipywidgets.Label()\n"
        "def say(change):\n    label.value = f'Python sees {lens.numbers[0, 0]:.3f}'\n"
        "lens.observe(say, 'shown')\nlabel"
    )
    write(root / "lens.ipynb", [SHOW, "lens.change(strides=2, kernel='identity')", say])
    notebook = Notebook(page, server, "lens.ipynb")
    notebook.run_all()
    wait_for(page, ROOT, "state.output_shape.join() === '300,256,1'")
    control(page, "kernel.0.0").press("ArrowUp")
    page.get_by_text("Python sees 1.000").wait_for(timeout=20_000)
    assert_true(state_of(page), Lens().image)
    assert notebook.faults() == []


def test_two_lenses_of_a_saved_notebook_share_a_picture_and_are_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    page = watch.page
    notebook = run_and_save(root / "saved.ipynb", [SHOW, "convlab.Lens()"])
    text = nbformat.writes(notebook)
    assert text.count(Lens().picture.file) == 1
    assert len(text) < 700_000
    still = ".jp-OutputArea-output img"
    wake(page, server, "saved.ipynb", still, ROOT, "state.arguments.padding === 'same'")
    control(page, "kernel.0.0").press("ArrowUp")
    assert_true(state_of(page), Lens().image)
    assert page.locator(f"{ROOT}[data-state]").count() == 2
    forget_the_debugger(watch)
