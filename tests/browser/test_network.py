"""The network explorer under a reader's hands: true to the real layers, and usable by everybody."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.network_page import control, show
from tests.browser.networks import NETWORKS, assert_true, case

COUNT = int(os.environ.get("COUNT", "60"))

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
