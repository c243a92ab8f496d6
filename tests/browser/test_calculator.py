"""The calculator on a page without Python: every row is explain's, every refusal its error."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

import convlab
from convlab.widgets.records import calculator_records
from convlab.widgets.settings import ACTIVATIONS
from tests.browser.stacks import assert_true_to_explain, show, state_of
from tests.browser.widgets import KEEP

# Coverage slows Python down, and all that a walk calls is called before by other tests.
pytestmark = pytest.mark.no_cover

COUNT = int(os.environ.get("CONVLAB_MOVES", 1_500 if os.environ.get("CI") == "true" else 300))
ROUND = 50

# What a person sees of each state; and, where one is refused, what a click on one way leads to.
TELL = """async ([states, pick]) => {
    const root = document.querySelector('.convlab-calculator'), seen = [];
    for (const state of states) {
        model.set('shown', state);
        const told = root.dataset.state, said = root.querySelector('.refusal p')?.textContent ?? '';
        const ways = [...root.querySelectorAll('.ways button')];
        if (ways.length) {
            ways[pick % ways.length].click();
            await new Promise(done => setTimeout(done));
        }
        seen.push([told, said, ways.length, root.dataset.state]);
    }
    return seen;
}"""


# Stacks at random


RULES = calculator_records()["rules"]["layers"]
FLATTENING = ("Flatten", "GlobalMaxPooling", "GlobalAveragePooling")


def drawn(random: Random) -> dict[str, Any]:
    """A state: up to twelve layers of any arguments, about half of them going together."""
    rank = random.choice([0, 1, 1, 2, 2, 2, 2])
    data_format = random.choice(["channels_last", "channels_last", "channels_first"])
    layers = [
        {"layer": kind, "arguments": _arguments(kind, data_format, random), "more": {}}
        for kind in _kinds(rank, random)
    ]
    most = random.choice([12, 64, 500, 100_000])
    sizes = [random.choice([None, *[random.randint(1, most)] * 9]) for _ in range(rank)]
    channels = random.choice([1, 3, 4, 8, 64, random.randint(1, 3_000)])
    formats = [one["arguments"].get("data_format") for one in layers]
    first = "channels_first" in formats
    inside = [channels, *sizes] if first else [*sizes, channels]
    shape = [random.choice([None, 1, 32]), *inside]
    return {"input_shape": shape, "layers": layers, "selected": 0, "language": "en", "unread": []}


def _kinds(rank: int, random: Random) -> list[str]:
    """Layers with directions, then mostly such without; now and then in another order."""
    count = random.choice([1, 1, 2, 3, 5, 12])
    sliding = [name for name, one in RULES.items() if one["rank"] == rank]
    if random.random() < 0.7:
        sliding = [name for name in sliding if not name.startswith(FLATTENING)]
    free = [name for name, one in RULES.items() if one["rank"] == 0]
    ahead = random.choice([0, count, max(count - 2, 1)]) if rank else 0
    found = random.choices(sliding, k=ahead) if ahead else []
    found += random.choices(free, k=count - ahead)
    if random.random() < 0.15:
        random.shuffle(found)
    return found


def _arguments(kind: str, data_format: str, random: Random) -> dict[str, Any]:
    start, options = RULES[kind]["start"], RULES[kind]["options"]
    rank, few = RULES[kind]["rank"], random.choice([1, 1, 2, 3])

    def each(most: int) -> list[int]:
        return [random.randint(1, most) for _ in range(rank)]

    values: dict[str, Any] = {
        "filters": random.choice([4, 8, 12, 16, random.randint(1, 3_000)]),
        "units": random.choice([1, 10, 64, random.randint(1, 3_000)]),
        "kernel_size": each(random.choice([3, 5, 12])),
        "pool_size": each(random.choice([2, 3, 7])),
        "strides": each(few) if random.random() < 0.5 else [1] * rank,
        "padding": random.choice([*options.get("padding", []), "same", "same"]),
        "size": each(4) if rank > 1 else random.randint(1, 4),
        "interpolation": random.choice(["nearest", "bilinear"]),
        "cropping": _ends(rank, random),
        "dilation_rate": each(few) if random.random() < 0.3 else [1] * rank,
        "output_padding": random.choice([None, None, [random.randint(0, 2) for _ in range(rank)]]),
        "depth_multiplier": random.randint(1, 4),
        "groups": random.choice([1, 1, 1, 2, 4, 5]),
        "activation": random.choice([*ACTIVATIONS, "glu", "relu"]),
        "axis": random.choice([-1, -1, -1, 1, 3, random.randint(-4, 3)]),
        **{flag: random.random() < 0.5 for flag in ("use_bias", "keepdims", "center", "scale")},
        "data_format": data_format,
    }
    if kind.startswith("ZeroPadding"):
        values["padding"] = _ends(rank, random)
    if start.get("strides") is None and random.random() < 0.5:
        values["strides"] = None
    return {name: values[name] for name in RULES[kind]["arguments"]}


def _ends(rank: int, random: Random) -> list[Any]:
    most = random.choice([0, 1, 2, 9])
    pairs = [[random.randint(0, most) for _ in range(2)] for _ in range(rank)]
    return pairs if rank > 1 else pairs[0] if pairs else []


def batches(count: int) -> Iterator[list[dict[str, Any]]]:
    random = Random(count)
    for _ in range(0, count, ROUND):
        yield [drawn(random) for _ in range(ROUND)]


def test_every_row_is_explains_and_every_refusal_its_error_and_every_way_leads_out(
    offline: Page, tmp_path: Path
) -> None:
    offline.add_init_script(f"({KEEP})()")
    show(offline, tmp_path, convlab.Calculator())
    refused, kinds, deepest, shown = 0, set[str](), 0, set[str]()
    for number, states in enumerate(batches(COUNT)):
        for told, said, ways, after in offline.evaluate(TELL, [states, number]):
            state = json.loads(told)
            record = assert_true_to_explain(state)
            deepest = max(deepest, len(record.accepted))
            shown |= {layer.layer for layer in record.accepted}
            if record.refusal is None:
                assert said == ""
                continue
            refused += 1
            kinds.add(record.refusal.error.code)
            assert str(record.refusal.error) in said
            assert ways, state
            left = json.loads(after)
            assert left["refused"] is None, (state, left)
            assert_true_to_explain(left)
    assert COUNT / 5 < refused < COUNT * 4 / 5
    assert deepest == 12
    assert kinds >= {"window_too_large", "dilated_strides", "channels_by_groups", "odd_glu"}
    assert kinds >= {"input_shape", "unknown_axis", "pool_too_large"}
    assert shown == set(RULES)


# Moves what a hand could move, often a way out, and keeps what a person would then see.
MOVES = """async ([count, seed]) => {
    let state = seed;
    const random = n => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor(state / 4294967296 * n);
    };
    const any = list => list[random(list.length)];
    const root = document.querySelector('.convlab-calculator'), seen = [];
    const skipped = ['copy', 'link', 'menu', 'language', 'all'];
    for (let move = 0; move < count; move++) {
        const ways = [...root.querySelectorAll('.ways button')];
        const dials = [...root.querySelectorAll('.rows :is(input, select, button)')];
        const all = [...root.querySelectorAll('[data-name]')].filter(one =>
            one.checkVisibility() && !one.disabled && !skipped.includes(one.dataset.name));
        const kind = [...root.querySelectorAll('[data-name=layer]')];
        const from = ways.length && random(2) ? ways : !random(8) && kind.length ? kind
            : dials.length && random(3) ? dials : all;
        const control = any(from.filter(one => one.checkVisibility()));
        if (!control) continue;
        if (control.type === 'range') {
            control.value = Number(control.min) + random(control.max - control.min + 1);
            control.dispatchEvent(new Event('input', { bubbles: true }));
        } else if (control.type === 'number') {
            control.value = any(['', '0', '-3', '1.5', '7', '100001', String(1 + random(40))]);
            control.dispatchEvent(new Event('input', { bubbles: true }));
            if (random(2)) control.dispatchEvent(new Event('change', { bubbles: true }));
        } else if (control.tagName === 'SELECT') {
            control.selectedIndex = random(control.options.length);
            control.dispatchEvent(new Event('change', { bubbles: true }));
        } else if (control.type === 'text') {
            control.value = any(['', 'first', 'a/b', "it's"]);
            control.dispatchEvent(new Event('input', { bubbles: true }));
        } else control.click();
        seen.push([root.dataset.state, root.querySelector('.refusal p')?.textContent ?? '']);
    }
    return seen;
}"""


def test_a_walk_by_hand_meets_nothing_but_what_explain_says(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, convlab.Calculator())
    offline.locator('[data-name="all"]').click()
    lengths, kinds, refused, moves = set[int](), set[str](), 0, 0
    while moves < COUNT:
        for told, said in offline.evaluate(MOVES, [ROUND, moves]):
            state = json.loads(told)
            record = assert_true_to_explain(state)
            lengths.add(len(state["layers"]))
            kinds |= {layer["layer"] for layer in state["layers"]}
            refused += record.refusal is not None
            assert (str(record.refusal.error) if record.refusal else "") in said
        moves += ROUND
    assert min(lengths) == 1 and max(lengths) > 3
    assert kinds == set(RULES)
    assert refused > COUNT / 50
    assert state_of(offline)["language"] == "en"
