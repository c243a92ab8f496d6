"""The explorer in a real browser: every move against the real layer, every control, by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import convlab
from convlab.widgets.settings import LAYERS
from tests.tolerances import FLOAT64, assert_close

# Moves what a hand could move, and keeps what a person would then see.
MOVES = """async ([count, seed]) => {
    let state = seed;
    const random = n => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor(state / 4294967296 * n);
    };
    const root = document.querySelector('.convlab-explorer');
    const skipped = ['layer', 'preset', 'dial', 'play', 'copy', 'picture'];
    const seen = [];
    for (let move = 0; move < count; move++) {
        const ways = root.querySelectorAll('.ways button');
        const all = [...root.querySelectorAll('[data-name]')].filter(control =>
            !skipped.includes(control.dataset.name) && !control.disabled);
        const control = ways.length && random(2) ? ways[random(ways.length)] : all[random(all.length)];
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
            const cells = root.querySelectorAll('g.cell');
            cells[random(cells.length)].dispatchEvent(new MouseEvent('click', { bubbles: true }));
        }
        const drawn = [...root.querySelectorAll('figure.output text')];
        seen.push([root.dataset.state, drawn.some(text => text.textContent)
            && root.querySelectorAll('g.here').length > 0
            && /z.*=.*a = /.test(root.querySelector('.sums').textContent)]);
    }
    return seen;
}"""


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
        for text, visible in page.evaluate(MOVES, [500, seed + 1]):
            state = json.loads(text)
            assert visible, state["arguments"]
            assert state["layer"] == layer
            settings.add(json.dumps(state["arguments"]))
            assert_true_to_the_layer(state)
    assert len(settings) > 300
