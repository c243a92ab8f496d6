"""Random walks over all layers: by hand in the browser, from Python, and both side by side."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import convlab
from convlab.errors import ConvlabError
from convlab.layers import LAYERS
from convlab.widgets.explorer import Explorer
from convlab.widgets.presets import LESSONS
from convlab.widgets.ranges import ACTIVATIONS, PER_AXIS
from tests.browser.test_explorer import (
    MOVES,
    UNSEEN,
    assert_true_to_the_layer,
    page,  # noqa: F401 - a fixture
    state_of,
    write_page,
)

COUNT = int(os.environ.get("CONVLAB_MOVES", 10_000 if os.environ.get("CI") == "true" else 1_000))
ROUND = 50
FROM_PYTHON = 10
TWINS = 4
OFTEN = ["layer", "preset"]

# What the page would tell a kernel, once the last move has been told.
TOLD = """async () => {
    await new Promise(done => setTimeout(done, 80));
    return [model.get('shown'), model.get('values')];
}"""

# What a kernel tells the page; and what a person then sees.
TELL = """states => states.map(([shown, values]) => {
    model.set('values', values);
    model.set('shown', shown);
    return document.querySelector('.convlab-explorer').dataset.state;
})"""

# One control moved to a part of its way; what it was moved to, or null where it stood there.
MOVE = """async ([name, part]) => {
    const control = document.querySelector(`[data-name="${name}"]`), before = control.value;
    if (control.type === 'checkbox') {
        control.click();
        return control.checked;
    }
    if (control.type === 'range') {
        const { min, max } = control;
        control.value = Number(min) + Math.floor(part * (max - min + 1));
    } else control.selectedIndex = Math.floor(part * control.options.length);
    const { value } = control;
    if (value === before) return null;
    const event = control.type === 'range' ? 'input' : 'change';
    control.dispatchEvent(new Event(event, { bubbles: true }));
    return value;
}"""

# Controls whose trait has another name, or none: they fill in numbers or move by steps.
NO_TRAIT = (
    "step",
    "back",
    "forward",
    "filter",
    "dial",
    "cell",
    "input_preset",
    "kernel_preset",
    *UNSEEN,
)


@pytest.fixture
def walk(page: Page, tmp_path: Path) -> Walk:  # noqa: F811 - the fixture
    return Walk(page, tmp_path)


class Walk:
    """A page and an explorer in Python that hear of each other, as with a kernel between them."""

    def __init__(self, page: Page, folder: Path, layer: str = "Conv2D") -> None:  # noqa: F811
        self.page, self.random = page, np.random.default_rng(8)
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error.stack)))
        self.explorer = Explorer(layer, language="en")
        self.layers: set[str] = set()
        self.moves = self.carried = 0
        html = self.explorer.to_html()
        assert html.count("const model = standIn(") == 1
        path = folder / "explorer.html"
        html = html.replace("const model = standIn(", "const model = window.model = standIn(")
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())

    def by_hand(self, count: int, seed: int) -> None:
        """Moves in the browser, held to the real layer; Python takes all of it over as it is."""
        for text, visible in self.page.evaluate(MOVES, [count, seed, UNSEEN, OFTEN]):
            self.moves += 1
            state = json.loads(text)
            assert visible, state["arguments"]
            assert_true_to_the_layer(state)
            self.layers.add(state["layer"])
        self.hear()

    def hear(self) -> None:
        shown, values = self.page.evaluate(TOLD)
        self.explorer.set_state({"values": values, "shown": shown})
        self.carried += bool(shown["carried"])
        assert as_json(self.explorer.shown) == shown
        self.assert_alike(state_of(self.page))

    def from_python(self, count: int) -> None:
        """Changes in Python, each told to the page, which then shows what the explorer holds."""
        told, held = [], []
        for _ in range(count):
            with suppress(ConvlabError):
                self.explorer.change(**self.wish())
            told.append([as_json(self.explorer.shown), self.explorer.values])
            held.append(holds(self.explorer))
        self.moves += count
        for text, expected in zip(self.page.evaluate(TELL, told), held, strict=True):
            state = json.loads(text)
            assert_true_to_the_layer(state)
            assert_holds(state, expected)

    def wish(self) -> dict[str, Any]:
        """Something to change: of the layer, of its settings, or of the numbers."""
        explorer, random = self.explorer, self.random
        ranges = explorer.tables[explorer.layer_name]["ranges"]
        name = random.choice([*ranges, "layer", "preset", "activation", "format", "numbers"])
        if name in ranges:
            least, most = ranges[name]
            numbers = tuple(map(int, random.integers(least, most + 1, len(explorer.sizes))))
            return {name: numbers if name in (*PER_AXIS, "output_padding") else numbers[0]}
        if name == "numbers":
            return {"input": np.round(random.normal(size=explorer.input.shape), 3)}
        legal = {
            "layer": ("layer_name", list(LAYERS)),
            "preset": ("preset", ["", *(lesson["id"] for lesson in LESSONS)]),
            "activation": ("activation", ACTIVATIONS),
            "format": ("data_format", ["channels_last", "channels_first"]),
        }
        trait, values = legal[str(name)]
        return {trait: str(random.choice(values))}

    def side_by_side(self) -> None:
        """The same move in the browser and in Python, which must both arrive at the same state."""
        names = self.page.eval_on_selector_all(
            "[data-name]", "all => all.map(one => one.dataset.name)"
        )
        known = [name for name in names if name not in NO_TRAIT]
        # From a refused wish the browser goes on, but Python from what stands.
        free = known if state_of(self.page)["refused"] is None else ["layer", "preset"]
        name = str(self.random.choice(free + 3 * ["layer"] + ["preset"]))
        value = self.page.evaluate(MOVE, [name, self.random.random()])
        refused = False
        if value is not None:
            try:
                self.explorer.change(**self.meant(name, value))
            except ConvlabError:
                refused = True
        shown, _ = self.page.evaluate(TOLD)
        state = state_of(self.page)
        assert as_json(self.explorer.shown) == shown, (name, value)
        assert name == "preset" or (state["refused"] is not None) == refused or value is None
        self.carried += bool(shown["carried"])
        self.assert_alike(state)
        self.moves += 1

    def meant(self, control: str, value: Any) -> dict[str, Any]:
        """What Python is told where a hand moved a control."""
        name, _, axis = control.partition(".")
        if name == "layer":
            return {"layer_name": value}
        if name in ("output_padding", *PER_AXIS):
            old = getattr(self.explorer, name)
            number = None if value == "None" else int(value)
            if number is None or old is None:
                return {name: number}
            return {name: tuple(number if str(i) == axis else n for i, n in enumerate(old))}
        number = isinstance(getattr(self.explorer, name), int) and not isinstance(value, bool)
        return {name: int(value) if number else value}

    def assert_alike(self, state: dict[str, Any]) -> None:
        assert_holds(state, holds(self.explorer))


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def holds(explorer: Explorer) -> dict[str, Any]:
    """What Python's explorer holds, under the names of the page's state."""
    return {
        "layer": explorer.layer_name,
        "position": list(explorer.position),
        "output_shape": list(explorer.output_shape),
        "language": explorer.language,
        "input": explorer.input,
        "weights": explorer.weights,
        "config": explorer.layer().get_config(),
    }


def assert_holds(state: dict[str, Any], held: dict[str, Any]) -> None:
    for name in ("layer", "position", "output_shape", "language"):
        assert state[name] == held[name], name
    np.testing.assert_equal(np.array(state["input"]), held["input"])
    for one, other in zip(state["weights"], held["weights"], strict=True):
        np.testing.assert_equal(np.array(one), other)
    config = as_json(held["config"])
    for name, value in state["arguments"].items():
        assert value == config[name], name


def test_a_walk_over_all_layers_agrees_with_the_real_layers_and_with_python(walk: Walk) -> None:
    while walk.moves < COUNT:
        walk.by_hand(ROUND, seed=walk.moves)
        walk.from_python(FROM_PYTHON)
        for _ in range(TWINS):
            walk.side_by_side()
        # A dead page would go on showing its last state, which is right.
        assert walk.complaints == []
    assert walk.layers == set(LAYERS)
    assert walk.carried > COUNT / 1000


def test_what_the_next_layer_cannot_hold_becomes_the_nearest_and_is_said(
    page: Page,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    page.goto(write_page(tmp_path, convlab.Explorer("Conv2D")))
    page.locator('[data-name="sizes.0"]').fill("9")
    page.locator('[data-name="filters"]').fill("3")
    page.locator('[data-name="padding"]').select_option("same")
    page.locator('[data-name="layer"]').select_option("Conv2DTranspose")
    state = state_of(page)
    assert np.shape(state["input"]) == (8, 7, 1)
    assert (state["arguments"]["filters"], state["arguments"]["padding"]) == (3, "same")
    assert_true_to_the_layer(state)
    assert "sizes=(8, 7) (was (9, 7))" in page.inner_text(".notice")
    page.locator('[data-name="language"]').select_option("zh_TW")
    assert "sizes=(8, 7)（原為 (9, 7)）" in page.inner_text(".notice")
    page.locator('[data-name="sizes.0"]').fill("5")
    assert page.inner_text(".notice") == ""
    assert np.shape(state_of(page)["input"]) == (5, 7, 1)
