"""The network explorer under a reader's hands: true to the real layers, and usable by everybody."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from convlab import Conv2D, Conv2DTranspose, DepthwiseConv2D, Layer, NetworkExplorer
from convlab.layers import LAYERS
from tests.browser.network_page import ROOT, control, show, show_own, state_of
from tests.browser.networks import NETWORKS, assert_true, case
from tests.browser.widgets import follow, state_at
from tests.tolerances import FLOAT32

COUNT = int(os.environ.get("COUNT", "120"))

# Moves what a hand could move, of what can be seen now, and keeps the state after each move.
MOVES = """([count, seed]) => {
    let state = seed;
    const random = n => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor(state / 4294967296 * n);
    };
    const any = list => list[random(list.length)];
    const root = document.querySelector('.convlab-network'), seen = [];
    const unseen = /^(link|own|open|page|parts|play|pad|language|behind|confusion|source)/;
    while (seen.length < count) {
        const all = [...root.querySelectorAll('.net [data-name]')].filter(one =>
            one.checkVisibility() && !one.disabled && !unseen.test(one.dataset.name) &&
            !(one.type === 'radio' && one.checked));
        const maps = all.filter(one => one.dataset.name.startsWith('map.'));
        const dials = all.filter(one => !maps.includes(one));
        const off = dials.filter(one => one.dataset.name === 'off');
        const control = off.length && !random(9) ? off[0] : random(3) ? any(dials) : any(maps);
        if (control.type === 'range') {
            control.value = Number(control.min) + random(control.max - control.min + 1);
            control.dispatchEvent(new Event('input', { bubbles: true }));
        } else if (control.matches('.map, .picture') && random(5)) {
            const box = control.getBoundingClientRect();
            control.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1,
                clientX: box.left + random(box.width), clientY: box.top + random(box.height) }));
        } else control.click();
        if (!random(4)) {
            const cells = [...root.querySelectorAll('.detail .cell')].filter(one =>
                one.checkVisibility());
            if (cells.length) any(cells).click();
        }
        seen.push(root.dataset.state);
    }
    return seen;
}"""


@pytest.mark.parametrize("name", NETWORKS)
def test_after_every_move_all_numbers_are_the_layers_own(
    offline: Page, tmp_path: Path, name: str
) -> None:
    show(offline, tmp_path, name)
    control(offline, "more").click()
    states = [json.loads(state) for state in offline.evaluate(MOVES, [COUNT, 3])]
    for state in states:
        assert_true(case(name), state)
    for part in ("selected", "epoch", "linear", "shuffled", "off", "gradient"):
        assert len({json.dumps(state[part]) for state in states}) > 1, part
    assert len({json.dumps(state["input"]["numbers"]) for state in states}) > 3


# Links


def random_states(name: str, count: int) -> Iterator[NetworkExplorer]:
    """Explorers whose every setting is some legal one, from Python's side."""
    random = np.random.default_rng(len(name))
    base = case(name).explorer()
    shapes = [output.shape for output in base.outputs]

    def some(legal: Sequence[Any]) -> list[Any]:
        return [one for one in legal if random.random() < 0.3]

    for _ in range(count):
        explorer = case(name).explorer()
        layer = int(random.integers(len(shapes)))
        index = [int(random.integers(size)) for size in shapes[layer]]
        rows, columns = explorer._bounds.cells
        drawn = np.packbits(random.integers(0, 2, rows * columns)).tobytes().hex()
        explorer.change(
            sample=int(random.integers(4)),
            drawn=drawn if explorer.given["pad"] and random.random() < 0.5 else "",
            shift=tuple(int(one) for one in random.integers(-3, 4, 2)),
            noise=int(random.integers(60)),
            selected=(layer, *index) if random.random() < 0.7 else None,
            gradient=bool(random.random() < 0.5),
            epoch=int(random.integers(2)) if random.random() < 0.5 else None,
            scale=str(random.choice(["layer", "shared"])),
            linear=some(explorer._bounds.straightened),
            shuffled=some(explorer._bounds.weighed),
            off=some([(0, 1), (0, 3), (len(shapes) - 1, 0)]),
            language=str(random.choice(["en", "zh_TW"])),
        )
        yield explorer


@pytest.mark.parametrize("name", NETWORKS)
def test_a_link_opens_the_same_state_on_another_page_and_in_python(
    offline: Page, tmp_path: Path, name: str
) -> None:
    for explorer in random_states(name, 3):
        show(offline, tmp_path, name, explorer.link())
        linked = state_of(offline)
        assert_true(case(name), linked)
        offline.wait_for_function(f"() => location.hash === {json.dumps(explorer.link())}")
        show_own(offline, tmp_path, explorer)
        assert linked == state_of(offline)
        found = case(name)
        again = NetworkExplorer.from_link(explorer.link(), found.layers, found.x, **found.given)
        assert again.shown == explorer.shown


MALFORMED = {
    "sample": ["60", "-1", "x", "1e400", ""],
    "drawn": ["ff", "g" * 256, "F" * 255, "%zz"],
    "shift": ["1", "9,0", "1.5,0", "%ff"],
    "noise": ["201", "true", "-1"],
    "selected": ["4,0,0,0", "true,0,0,0", '"1",0,0,0', "0,8,0,0", "0,0,0", "-1,0,0,0", "[0,0]"],
    "gradient": ["1", "yes"],
    "epoch": ["2", "-1", "true"],
    "scale": ["own"],
    "linear": ["4", "[0", "true"],
    "off": ["0,1", "[[0]]", "[[0,16]]", "[[0,1,2]]", "[[[["],
    "language": ["fr"],
    "colour": ["red"],
    "": ["1"],
}


def test_no_malformed_part_of_a_link_is_taken(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "reader", "#shuffled=1")
    start, address = state_of(offline), offline.url.partition("#")[0]
    for parts in zip_longest(*MALFORMED.values()):
        told = zip(MALFORMED, parts, strict=True)
        link = "&".join(f"{name}={part}" for name, part in told if part is not None)
        follow(offline, f"{address}#{link}&shuffled=1", ROOT)
        assert state_of(offline) == start, link


def test_a_link_may_leave_out_any_activation_that_python_leaves_out(
    offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, "odd", "#linear=0,1,2")
    assert state_of(offline)["linear"] == []
    show(offline, tmp_path, "odd", "#linear=1,2")
    assert state_of(offline)["linear"] == [1, 2] == list(case("odd").explorer(linear=[1, 2]).linear)


def test_a_drawing_s_last_digit_may_hold_fewer_cells(offline: Page, tmp_path: Path) -> None:
    """5×5 cells are 25 bits: seven digits, the last of them with one bit."""
    found = NetworkExplorer(Conv2D(2, 3), np.ones((1, 5, 5, 1)), pad=1, drawn="1234568")
    show_own(
        offline, tmp_path, NetworkExplorer(Conv2D(2, 3), np.ones((1, 5, 5, 1)), pad=1), found.link()
    )
    assert state_of(offline)["pad"] == {"bits": "1234568"}
    np.testing.assert_array_equal(state_of(offline)["input"]["numbers"], found.input.ravel())
    follow(offline, offline.url.replace("1234568", "1234567"), ROOT)
    assert state_of(offline)["pad"] is None


# Mistakes


COUNTS = """() => [...document.querySelectorAll('.confusion tbody tr')].map(line =>
    [...line.querySelectorAll('button')].map(one => Number(one.textContent)))"""


def test_the_mistakes_are_those_that_python_counts(offline: Page, tmp_path: Path) -> None:
    found = case("reader")
    for settings in (
        {},
        {"epoch": 0},
        {"shuffled": [1]},
        {"epoch": 1, "off": [(0, 2)], "linear": [2]},
    ):
        explorer = found.explorer(**settings)
        show_own(offline, tmp_path, explorer)
        control(offline, "view.mistakes").click()
        offline.wait_for_function("() => !document.querySelector('.mistakes.stale')")
        counts = explorer.confusion()
        np.testing.assert_array_equal(offline.evaluate(COUNTS), counts)
        row, column = (int(one) for one in np.argwhere(counts == counts.max())[0])
        control(offline, f"confusion.{row}.{column}").click()
        behind = [int(str(one.get_attribute("data-name")).split(".")[1])
                  for one in offline.locator(".behind button").all()]  # fmt: skip
        assert len(behind) == min(24, counts.max())
        for index in (behind[0], behind[-1]):
            control(offline, f"behind.{index}").click()
            state = state_of(offline)
            assert state["input"]["numbers"] == pytest.approx(found.x[index].ravel().tolist())
            assert found.given["labels"][index] == row and np.argmax(state["scores"]) == column


# One layer in an explorer of its own


@pytest.mark.parametrize("name", NETWORKS)
def test_a_layer_that_is_opened_shows_the_same_numbers(
    offline: Page, tmp_path: Path, name: str
) -> None:
    found, random = case(name), np.random.default_rng(3)
    shapes = [output.shape for output in found.explorer().outputs]
    known = [type(layer) in LAYERS.values() for layer in found.layers]
    for layer, shape in enumerate(shapes):
        index = [int(random.integers(size)) for size in shape]
        # Of those that the explorer does not know one is enough.
        if not known[layer] and layer > known.index(False):
            continue
        show(offline, tmp_path, name, f"#selected={','.join(map(str, [layer, *index]))}")
        activation = found.layers[layer].get_config().get("activation")
        if not known[layer] or activation in ("softmax", "glu"):
            assert not control(offline, "open").is_visible()
            continue
        control(offline, "open").click()
        offline.wait_for_selector(f"{ROOT} .convlab-explorer[data-state]")
        one, state = state_of(offline)["selected"], state_at(offline, ".convlab-explorer")
        made = found.layers[layer]
        assert state["layer"] == type(made).__name__ and state["refused"] is None
        kernel = {round(float(w), 5) for w in made.weights[0].ravel()}
        assert {round(w, 5) for w in np.ravel(state["weights"][0]).tolist()} <= kernel
        read = channels_read(made)
        assert read is None or np.shape(state["input"])[-1] == min(read, 8)
        if read is not None and read <= 8:
            near = FLOAT32 * max(1, sum(abs(x * w) for x, w in one["terms"]))
            assert abs(state["z"] - one["z"]) <= near, (name, layer)
            assert abs(np.ravel(state["a"])[0] - one["a"]) <= near, (name, layer)


def channels_read(layer: Layer) -> int | None:
    """How many channels of its input one number reads; None where it reads some of them twice."""
    kernel, config = layer.weights[0], layer.get_config()
    if isinstance(layer, DepthwiseConv2D):
        return 1
    if config.get("depth_multiplier", 1) > 1:
        return None
    return int(kernel.shape[-1 if isinstance(layer, Conv2DTranspose) else -2])


def test_a_layer_larger_than_an_explorer_is_opened_at_its_window(
    offline: Page, tmp_path: Path
) -> None:
    x = np.random.default_rng(2).random((1, 24, 24, 2))
    layer = Conv2D(3, 3, padding="same", strides=2, activation="tanh", dilation_rate=1)
    show_own(offline, tmp_path, NetworkExplorer(layer, x), "#selected=0,5,0,1")
    control(offline, "open").click()
    offline.wait_for_selector(f"{ROOT} .convlab-explorer[data-state]")
    one, state = state_of(offline)["selected"], state_at(offline, ".convlab-explorer")
    assert np.shape(state["input"]) == (3, 3, 2) and np.shape(state["output"]) == (1, 1, 1)
    assert state["z"] == pytest.approx(one["z"], abs=FLOAT32)
    assert np.ravel(state["a"])[0] == pytest.approx(one["a"], abs=FLOAT32)
