"""An explorer's page as a reader's hands meet it: opened, moved, and held to the real layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page

import convlab
from convlab.layers import LAYERS
from tests.browser import widgets
from tests.browser.widgets import open_page, state_at
from tests.tolerances import FLOAT64, assert_close

ROOT = ".convlab-explorer"
GROUPS = ("movement", "sample", "kernel", "result")
DEPTHS = ("sum", "shape", "code", "compare")

# Moves what a hand could move, of what can be seen now, and keeps what a person would then see:
# the state; whether all of it is drawn; and the link that the button gives, now and then.
MOVES = """async ([count, seed, skipped, often]) => {
    let state = seed, link = null;
    const random = n => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor(state / 4294967296 * n);
    };
    const any = list => list[random(list.length)];
    const root = document.querySelector('.convlab-explorer');
    const named = start => [...root.querySelectorAll('[data-name]')].filter(control =>
        control.dataset.name.startsWith(start));
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: {
        writeText: async text => { link = text; } } });
    const seen = [];
    for (let move = 0; move < count; move++) {
        const ways = [...root.querySelectorAll('.ways button')];
        const all = named('').filter(control => control.checkVisibility() && !control.disabled &&
            !(control.type === 'radio' && control.checked) &&
            !skipped.includes(control.dataset.name));
        const favoured = named('').filter(control => often.includes(control.dataset.name));
        const tabs = named('group.');
        const dials = all.filter(control => control.closest('.rows'));
        const from = ways.length && random(2) ? ways : tabs.length && !random(6) ? tabs
            : favoured.length && !random(6) ? favoured : dials.length && random(3) ? dials : all;
        const control = any(from);
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
        if (!random(4))
            any([...root.querySelectorAll('.cell')]).dispatchEvent(
                new MouseEvent('click', { bubbles: true }));
        link = null;
        if (move === count - 1) named('link')[0].click();
        const drawn = [...root.querySelectorAll('figure.output .cell')];
        const sums = root.querySelector('.sums');
        seen.push([root.dataset.state, drawn.some(text => text.textContent)
            && root.querySelectorAll('figure.output .here').length > 0
            && [...root.querySelectorAll('[aria-activedescendant]')].every(grid =>
                document.getElementById(grid.getAttribute('aria-activedescendant')))
            && /z.*=.*a = /.test(root.querySelector('.sentence').textContent)
            && (sums.parentElement.hidden || /z.*=.*a = /.test(sums.textContent)), link]);
    }
    return seen;
}"""

# Moves that begin what goes on by itself, or that leave the page.
UNSEEN = ["play", "copy", "picture"]


def show(page: Page, folder: Path, explorer: convlab.Explorer, link: str = "") -> None:
    open_page(page, folder, explorer, link)


TELL = """([shown, values]) => {
    model.set('values', values);
    model.set('shown', shown);
}"""


def show_to_tell(page: Page, folder: Path, explorer: convlab.Explorer) -> None:
    """Open a page that can be told of other settings: each costs less than a page of its own."""
    page.add_init_script(f"({widgets.KEEP})()")
    show(page, folder, explorer)


def tell(page: Page, explorer: convlab.Explorer) -> None:
    """Show what an explorer holds, as its kernel would."""
    page.evaluate(TELL, [explorer.shown, explorer.values])


def follow(page: Page, address: str) -> None:
    widgets.follow(page, address, ROOT)


def state_of(page: Page) -> dict[str, Any]:
    return state_at(page, ROOT)


def real_output(state: dict[str, Any]) -> np.ndarray:
    layer = LAYERS[state["layer"]](**state["arguments"], dtype="float64")
    x = np.array(state["input"], dtype=float)[None]
    layer.build(x.shape)
    layer.set_weights([np.array(weight, dtype=float) for weight in state["weights"]])
    return np.asarray(layer(x)[0])


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


# Hands


def open_group(page: Page, group: str) -> None:
    tab = page.locator(f'{ROOT} [data-name="group.{group}"]')
    tab.evaluate("one => one.scrollIntoView({ block: 'nearest' })")
    tab.click()


def open_menu(page: Page) -> None:
    menu = page.locator(f'{ROOT} [data-name="menu"]')
    if menu.get_attribute("aria-expanded") != "true":
        menu.click()


def open_depth(page: Page, depth: str) -> None:
    button = page.locator(f'{ROOT} [data-name="depth.{depth}"]')
    if button.get_attribute("aria-expanded") != "true":
        button.click()


def dial(page: Page, name: str) -> Locator:
    """A control by its name, or a radio button by its name and value; its group or menu is opened.

    A dial of one axis is unlinked from the other's.
    """
    control = control_of(page, name)
    if not control.count():
        for group in GROUPS:
            open_group(page, group)
            if control.count():
                break
    if not control.is_visible():
        argument, _, axis = name.partition(".")
        if axis.isdigit():
            page.locator(f'[data-name="{argument}.link"]').click()
        else:
            open_menu(page)
    return control


def control_of(page: Page, name: str) -> Locator:
    argument, _, value = name.partition("=")
    chosen = f'[value="{value}"]' if value else ""
    return page.locator(f'{ROOT} [data-name="{argument}"]{chosen}').first


def choose(page: Page, name: str, value: str) -> None:
    """Choose an option, whether it stands in a list or has a button of its own."""
    radio = page.locator(f'{ROOT} [data-name="{name}"][value="{value}"][type=radio]')
    control = dial(page, name)
    if radio.count():
        radio.check(force=True)
    else:
        control.select_option(value)


KEY = """one => one.type === 'checkbox' ? ' ' : one.type !== 'radio' &&
    (one.type === 'range' ? one.value === one.max : one.selectedIndex === one.length - 1)
    ? 'ArrowLeft' : 'ArrowRight'"""


def key_of(control: Locator) -> str:
    """The key that moves a control: an arrow, back where it is at its end; a space for a box."""
    return str(control.evaluate(KEY))


def nudge(control: Locator) -> None:
    """Move a control by its key."""
    control.press(key_of(control))


def dial_names(page: Page) -> list[str]:
    """The names of the dials that can be seen now, each once; of radio buttons the chosen one."""
    names: list[str] = page.eval_on_selector_all(
        f"{ROOT} .rows :is(input, select)",
        """all => all.filter(one => one.checkVisibility() && one.type !== 'file' &&
            (one.type !== 'radio' || one.checked)).map(one =>
            one.dataset.name + (one.type === 'radio' ? '=' + one.value : ''))""",
    )
    return names
