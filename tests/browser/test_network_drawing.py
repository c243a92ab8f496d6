"""The drawing pad of a trained network: what people draw is read, and counted as it lies."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from convlab import Layer, NetworkExplorer
from convlab.samples import digits
from tests.browser.network_page import ROOT, control, settle, show, show_own, state_of
from tests.browser.networks import reader_layers, run
from tests.browser.strokes import DRAWINGS, Drawing
from tests.browser.widgets import come_to
from tests.tolerances import FLOAT32

SIDE = 32


@cache
def parts() -> list[np.ndarray]:
    """For learning, for watching, and for the examination."""
    order = np.random.default_rng(0).permutation(len(digits()[0]))
    return np.split(order, [len(order) * 8 // 10, len(order) * 9 // 10])


@pytest.fixture(scope="session")
def trained() -> list[Layer]:
    """The reader of lesson 8, by its recipe."""
    layers, (images, labels), rng = reader_layers(), digits(), np.random.default_rng(1)
    inputs, answers, rate = (
        images[parts()[0]],
        np.eye(10, dtype="float32")[labels[parts()[0]]],
        0.05,
    )
    run(layers, inputs[:1])
    weights = [weight for layer in layers for weight in layer.weights]
    speeds = [np.zeros_like(weight) for weight in weights]
    for _ in range(16):
        shuffled = rng.permutation(len(inputs))
        for start in range(0, len(inputs), 32):
            batch = shuffled[start : start + 32]
            noise = rng.normal(0, 0.2, inputs[batch].shape).astype("float32")
            slopes = gradients(layers, inputs[batch] + noise, answers[batch])
            for weight, speed, slope in zip(weights, speeds, slopes, strict=True):
                speed *= 0.9
                speed -= rate * slope
                weight += speed
        rate *= 0.85
    return layers


def gradients(layers: list[Layer], x: np.ndarray, answers: np.ndarray) -> list[np.ndarray]:
    """Of the cross-entropy of softmax, by every weight."""
    z = run(layers, x)[-1]
    powers = np.exp(z.reshape(len(x), 10) - z.max(axis=-1).reshape(len(x), 1))
    slope = (powers / powers.sum(axis=1, keepdims=True) - answers) / len(x)
    slope = slope.reshape(z.shape)
    for layer in reversed(layers):
        slope = layer.backward(slope)
    return [gradient for layer in layers for gradient in layer.gradients]


def draw(page: Page, drawing: Drawing) -> None:
    """By mouse, on an empty pad."""
    control(page, "pad.clear").click()
    width = control(page, f"pad.width={drawing.width}")
    if not width.is_checked():
        width.evaluate("one => one.click()")
    box = control(page, "pad").bounding_box()
    assert box
    for stroke in drawing.strokes:
        # A mouse that moves fast is seen at every fourth place.
        seen = [*stroke[:-1:4], stroke[-1]]
        (x, y), *more = [
            (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in seen
        ]
        page.mouse.move(x, y)
        page.mouse.down()
        for place in more:
            page.mouse.move(*place)
        page.mouse.up()
    settle(page)


def bits_of(state: dict[str, Any]) -> np.ndarray:
    data = np.frombuffer(bytes.fromhex(state["pad"]["bits"]), "uint8")
    return np.unpackbits(data).reshape(SIDE, SIDE)


def means_of(bits: np.ndarray) -> np.ndarray:
    """Of each 4×4 bits."""
    return bits.reshape(8, 4, 8, 4).mean(axis=(1, 3))


def test_the_trained_reader_reads_what_others_wrote(trained: list[Layer]) -> None:
    images, labels = digits()
    guesses = run(trained, images[parts()[2]])[-1].reshape(-1, 10).argmax(axis=1)
    assert (guesses == labels[parts()[2]]).mean() >= 0.97


def test_of_thirty_drawn_digits_at_least_27_are_read_right(
    offline: Page, tmp_path: Path, trained: list[Layer]
) -> None:
    explorer = NetworkExplorer(trained, digits()[0][:2], pad=4)
    show_own(offline, tmp_path, explorer)
    control(offline, "source.drawn").click()
    wrong = []
    for drawing in DRAWINGS:
        draw(offline, drawing)
        state = state_of(offline)
        x = means_of(bits_of(state))
        np.testing.assert_allclose(state["input"]["numbers"], x.ravel(), atol=FLOAT32)
        scores = run(trained, x[None, :, :, None].astype("float32"))[-1].ravel()
        np.testing.assert_allclose(state["scores"], scores, atol=FLOAT32 * abs(scores).max())
        if np.argmax(state["scores"]) != drawing.digit:
            wrong.append((drawing.digit, drawing.hand))
    assert len(wrong) <= 3, wrong


# The cells of the pad that are ink, of 32 along each side.
INK = """() => {
    const pad = document.querySelector('[data-name=pad]'), { width, height } = pad;
    const pen = pad.getContext('2d'), { data } = pen.getImageData(0, 0, width, height);
    const at = place => Math.floor((place + 0.5) * width / 32);
    return Array.from({ length: 1024 }, (_, i) =>
        Number(data[(at(Math.floor(i / 32)) * width + at(i % 32)) * 4 + 3] > 128));
}"""


def test_the_pad_shows_the_bits_that_go_in(offline: Page, tmp_path: Path) -> None:
    bits = np.random.default_rng(4).integers(0, 2, (SIDE, SIDE))
    text = np.packbits(bits).tobytes().hex()
    show(offline, tmp_path, "reader", drawn=text)
    settle(offline)
    assert state_of(offline)["pad"]["bits"] == text
    np.testing.assert_array_equal(offline.evaluate(INK), bits.ravel())


def test_every_number_of_the_input_is_the_mean_of_its_bits(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "reader")
    control(offline, "source.drawn").click()
    draw(offline, DRAWINGS[23])
    means, white = means_of(bits_of(state_of(offline))), state_of(offline)["input"]
    assert means.max() == 1 == max(white["numbers"])
    box = control(offline, "picture.place").bounding_box()
    assert box
    for row, column in np.ndindex(8, 8):
        side = box["width"] / 8
        offline.mouse.click(box["x"] + (column + 0.5) * side, box["y"] + (row + 0.5) * side)
        one = state_of(offline)["selected"]
        assert (one["layer"], one["index"]) == (-1, [row, column, 0])
        assert {w for _, w in one["terms"]} == {1 / 16} and len(one["terms"]) == 16
        assert one["sum"] == one["z"] == one["a"] == means[row, column]
        assert sum(x for x, _ in one["terms"]) == 16 * means[row, column]


def test_a_keyboard_draws_and_what_it_drew_is_taken_back(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "reader")
    control(offline, "source.drawn").click()
    come_to(control(offline, "pad"))
    for key in [" ", *["ArrowDown"] * 6, " ", "Shift+ArrowRight", " ", *["ArrowUp"] * 12, " "]:
        offline.keyboard.press(key)
    settle(offline)
    two = state_of(offline)["pad"]["bits"]
    assert state_of(offline)["input"]["source"] == "drawn"
    control(offline, "pad.undo").press("Enter")
    settle(offline)
    assert state_of(offline)["pad"]["bits"] not in ("", two)
    control(offline, "pad.clear").press("Enter")
    settle(offline)
    state = state_of(offline)
    assert (state["pad"], state["input"]["source"]) == (None, "sample")


# A picture of one's own


def png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def give(page: Page, name: str, content: bytes, said: str) -> str:
    file = {"name": "<b>own</b>.png", "mimeType": "image/png", "buffer": content}
    control(page, name).set_input_files(file)
    page.locator(said, has_text="own").wait_for()
    return page.inner_text(said)


def test_a_photographed_stroke_is_drawn_and_what_is_no_picture_is_said(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, "reader")
    control(offline, "source.drawn").click()
    photo = np.full((60, 80), 220, "uint8")
    photo[10:50, 38:44] = 30
    file = {"name": "one.png", "mimeType": "image/png", "buffer": png(photo)}
    control(offline, "pad.picture").set_input_files(file)
    offline.wait_for_function(
        f"() => JSON.parse(document.querySelector('{ROOT}').dataset.state).pad"
    )
    bits = bits_of(state_of(offline))
    rows, columns = (np.flatnonzero(bits.any(axis=axis)) for axis in (1, 0))
    assert len(rows) == SIDE and len(columns) < SIDE / 2
    before = state_of(offline)
    words = give(offline, "pad.picture", b"no picture at all", ".pad .said")
    assert "not a picture" in words and offline.locator(f"{ROOT} b").count() == 0
    assert state_of(offline) == before


def test_a_picture_of_one_s_own_goes_in_and_what_is_none_does_not(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, "denoiser")
    control(offline, "source.own").click()
    own = np.random.default_rng(8).integers(0, 256, (8, 8), dtype="uint8")
    assert "is now the input" in give(offline, "own", png(own), ".notice")
    state = state_of(offline)
    assert state["input"]["source"] == "own"
    np.testing.assert_allclose(state["input"]["numbers"], own.ravel() / 255, atol=FLOAT32)
    assert "not a picture" in give(offline, "own", b"no picture at all", ".notice")
    assert state_of(offline) == state
    control(offline, "source.sample").click()
    assert state_of(offline)["input"]["source"] == "sample"


def test_the_pad_stays_where_it_is_under_the_pen(
    offline: Page, phone: Page, tmp_path: Path
) -> None:
    for page in (offline, phone):
        show(page, tmp_path, "reader")
        control(page, "source.drawn").click()
        come_to(control(page, "pad"))
        before = control(page, "pad").bounding_box()
        assert before
        page.mouse.move(before["x"] + 60, before["y"] + 60)
        page.mouse.down()
        page.mouse.move(before["x"] + 90, before["y"] + 110)
        page.mouse.up()
        settle(page)
        assert state_of(page)["input"]["source"] == "drawn", page.viewport_size
        assert control(page, "pad").bounding_box() == before
