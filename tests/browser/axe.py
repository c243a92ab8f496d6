"""axe, which looks at a page as those who cannot see all of it would meet it."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from playwright.sync_api import Page

Scheme = Literal["light", "dark"]

# Language, scheme and width: each two of them meet once.
CORNERS: tuple[tuple[str, Scheme, int], ...] = (
    ("en", "light", 360),
    ("en", "dark", 1100),
    ("zh_TW", "dark", 360),
    ("zh_TW", "light", 1100),
)
AXE = files("axe_playwright_python").joinpath("axe.min.js")


def bring_axe(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))


def serious(page: Page, within: str = "html") -> list[tuple[str, str]]:
    """What is grave: the rule, and where it is broken first."""
    found = page.evaluate("part => axe.run(part).then(found => found.violations)", within)
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in grave]


def calm(page: Page, scheme: Scheme) -> None:
    """A colour that is on its way to another one has a contrast of its own."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
