"""A network explorer's page as a reader's hands meet it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from convlab import NetworkExplorer
from tests.browser.networks import case
from tests.browser.widgets import control_at, open_page, state_at

ROOT = ".convlab-network"

_FOCUSED = "document.activeElement.dataset.name ?? document.activeElement.ariaLabel"


def show(page: Page, folder: Path, name: str, link: str = "", **settings: Any) -> None:
    """A network of the tests, by its name."""
    open_page(page, folder, case(name).explorer(**settings), link)


def show_own(page: Page, folder: Path, explorer: NetworkExplorer, link: str = "") -> None:
    open_page(page, folder, explorer, link)


def state_of(page: Page) -> dict[str, Any]:
    return state_at(page, ROOT)


def control(page: Page, name: str) -> Locator:
    return control_at(page, ROOT, name)


def focused(page: Page) -> str:
    """The name of what has the focus; "" where nothing has it."""
    return str(page.evaluate(_FOCUSED) or "")


def settle(page: Page) -> None:
    """Until what was changed has been laid out and painted."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
