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

from convlab.errors import ConvlabError
from convlab.layers import LAYERS
from convlab.widgets.explorer import Explorer
from convlab.widgets.presets import LESSONS
from convlab.widgets.ranges import usual_ranges
from convlab.widgets.settings import ACTIVATIONS, PER_AXIS
from tests.browser.hands import (
    GROUPS,
    MOVES,
    UNSEEN,
    assert_true_to_the_layer,
    follow,
    state_of,
)
from tests.browser.widgets import KEEP

# Coverage slows Python down, and all that a walk calls is called before by other tests.
pytestmark = pytest.mark.no_cover

COUNT = int(os.environ.get("CONVLAB_MOVES", 5_000 if os.environ.get("CI") == "true" else 1_000))
ROUND = 50
FROM_PYTHON = 10
TWINS = 4
OFTEN = ["layer", "preset"]

# What the page would tell a kernel, once the last move has been told; and what a person sees.
TOLD = """async () => {
    await new Promise(done => setTimeout(done));
    const { state } = document.querySelector('.convlab-explorer').dataset;
    return [model.get('shown'), model.get('values'), state];
}"""

# What a kernel tells the page; and what a person then sees.
TELL = """states => states.map(([shown, values]) => {
    model.set('values', values);
    model.set('shown', shown);
    return document.querySelector('.convlab-explorer').dataset.state;
})"""

# Opens a group; the names of what a hand could move then, and whether something is refused.
OPEN = """group => {
    const root = document.querySelector('.convlab-explorer');
    root.querySelector(`[data-name="group.${group}"]`).click();
    const all = [...root.querySelectorAll('input, select')].filter(one =>
        one.checkVisibility() || one.closest('.menu'));
    return [all.map(one => one.dataset.name), JSON.parse(root.dataset.state).refused !== null];
}"""

# One control moved to a part of its way; what it was moved to, or null where it stood there.
MOVE = """([name, part]) => {
    const all = [...document.querySelectorAll(`[data-name="${name}"]`)];
    const control = all.length > 1 ? all[Math.floor(part * all.length)] : all[0];
    const before = control.value;
    if (control.type === 'checkbox' || control.type === 'radio') {
        if (control.type === 'radio' && control.checked) return null;
        control.click();
        return control.type === 'radio' ? control.value : control.checked;
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
    "filter",
    "dial",
    "cell",
    "input_preset",
    "kernel_preset",
    *UNSEEN,
)


@pytest.fixture
def walk(offline: Page, tmp_path: Path) -> Walk:
    return Walk(offline, tmp_path)


class Walk:
    """A page and an explorer in Python that hear of each other, as with a kernel between them."""

    def __init__(self, page: Page, folder: Path, layer: str = "Conv2D") -> None:
        self.page, self.random = page, np.random.default_rng(8)
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error.stack)))
        self.explorer = Explorer(layer, language="en")
        self.layers: set[str] = set()
        self.moves = self.carried = self.links = 0
        path = folder / "explorer.html"
        path.write_text(self.explorer.to_html(), encoding="utf-8")
        self.address = path.as_uri()
        page.add_init_script(f"({KEEP})()")
        follow(page, self.address)

    def by_hand(self, count: int, seed: int) -> None:
        """Moves in the browser, held to the real layer; Python takes all of it over as it is."""
        link = ""
        for text, visible, seen in self.page.evaluate(MOVES, [count, seed, UNSEEN, OFTEN]):
            self.moves += 1
            state = json.loads(text)
            assert visible, state["arguments"]
            assert_true_to_the_layer(state)
            self.layers.add(state["layer"])
            link = seen
        self.hear()
        self.take(link)

    def take(self, link: str) -> None:
        """Open the link that was taken last: the same is seen, in Python too."""
        before = state_of(self.page)
        follow(self.page, link)
        after = state_of(self.page)
        # A link holds what stands, not what was asked for in vain.
        assert {**after, "refused": before["refused"]} == before, link
        assert self.page.inner_text(".notice") == ""
        opened = Explorer.from_link(link)
        assert (opened.unread, opened.link()) == ([], "#" + link.partition("#")[2])
        assert_holds(after, holds(opened))
        self.links += 1
        self.hear()

    def hear(self) -> None:
        shown, values, seen = self.page.evaluate(TOLD)
        self.explorer.set_state({"values": values, "shown": shown})
        self.carried += bool(shown["carried"])
        assert as_json(self.explorer.shown) == shown
        self.assert_alike(json.loads(seen))

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
        ranges = usual_ranges(explorer.layer_name)
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
        names, refused = self.page.evaluate(OPEN, self.random.choice(GROUPS))
        known = sorted({name for name in names if name not in NO_TRAIT})
        # From a refused wish the browser goes on, but Python from what stands.
        free = ["layer", "preset"] if refused else known
        name = str(self.random.choice(free + 3 * ["layer"] + ["preset"]))
        value = self.page.evaluate(MOVE, [name, self.random.random()])
        refused = False
        if value is not None:
            try:
                self.explorer.change(**self.meant(name, value))
            except ConvlabError:
                refused = True
        shown, _, seen = self.page.evaluate(TOLD)
        state = json.loads(seen)
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
            if number is None or old is None or not axis:
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
    assert walk.links == COUNT // (ROUND + FROM_PYTHON + TWINS) + 1
