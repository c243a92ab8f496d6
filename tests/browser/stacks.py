"""A calculator's page as a reader's hands meet it, held to what ``explain`` says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

import convlab
from convlab.explanation import NetworkExplanation
from tests.browser.widgets import control_at, open_page, state_at
from tools.browser.stacks import explained, rows_of

ROOT = ".convlab-calculator"
DEPTHS = ("shape", "costs", "field", "code")


def show(page: Page, folder: Path, calculator: convlab.Calculator, link: str = "") -> None:
    open_page(page, folder, calculator, link)


def state_of(page: Page) -> dict[str, Any]:
    return state_at(page, ROOT)


def control_of(page: Page, name: str) -> Locator:
    return control_at(page, ROOT, name)


def open_up(page: Page, *names: str) -> None:
    """Open what a button opens."""
    for name in names:
        button = control_of(page, name)
        if button.get_attribute("aria-expanded") != "true":
            button.click()


def assert_true_to_explain(state: dict[str, Any]) -> NetworkExplanation:
    record = explained(state)
    assert state["rows"] == rows_of(record), state
    refusal, told = record.refusal, state["refused"]
    assert (told is None) == (refusal is None), state
    if refusal is not None:
        assert (told["layer"], told["code"]) == (len(record.accepted), refusal.error.code)
    return record
