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
from tests.browser.stacks import assert_true_to_explain, show, state_of
from tests.browser.widgets import KEEP
from tools.browser.stacks import RULES, drawn

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
        const add = [...root.querySelectorAll('[data-name=add]:enabled')];
        const from = ways.length && random(2) ? ways : !random(6) && kind.length ? kind
            : !random(8) && add.length ? add : dials.length && random(3) ? dials : all;
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
    assert len(kinds) > len(RULES) / 2
    assert refused > COUNT / 50
    assert state_of(offline)["language"] == "en"
