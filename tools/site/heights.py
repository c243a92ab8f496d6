"""How much room each widget takes: measured in a browser, so that no page jumps when it wakes.

``heights.json`` has, for each page, [on a phone, on a desk] in pixels for its widgets in turn.
``python -m tools.site --measure`` writes it anew; a page that it does not know, or whose widgets
have become more or fewer, gets what the style sheet has for each kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

from .serve import Server

_FILE = Path(__file__).with_name("heights.json")
_BOX = '<div class="widget"'
_SCREENS: tuple[dict[str, Any], ...] = (
    {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    {"viewport": {"width": 1440, "height": 900}},
)

_WAKE_ALL = """async () => {
    const boxes = [...document.querySelectorAll('.widget')];
    for (const box of boxes) {
        box.scrollIntoView();
        while (!box.dataset.awake) await new Promise(act => setTimeout(act, 20));
    }
    await new Promise(act => setTimeout(act, 300));
    return boxes.map(box => Math.round(box.getBoundingClientRect().height));
}"""


@cache
def _known() -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = json.loads(_FILE.read_text("utf-8"))
    return found


def with_room(html: str, path: str) -> str:
    """A page whose widgets have the room that they will take."""
    rooms = _known().get(path, [])
    if len(rooms) != html.count(_BOX):
        return html
    each = iter(rooms)

    def roomy(found: re.Match[str]) -> str:
        narrow, broad = next(each)
        return f'{found[0]} style="--narrow:{narrow}px;--broad:{broad}px"'

    return re.sub(_BOX, roomy, html)


def measure(root: Path, paths: Sequence[str], chromium: str) -> None:
    """Wake every widget of these pages, and keep how high each became."""
    from playwright.sync_api import sync_playwright

    with Server(root) as server, sync_playwright() as play:
        Thread(target=server.serve_forever, daemon=True).start()
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        address = f"http://127.0.0.1:{server.server_port}"
        found = {path: _heights(browser, f"{address}/{path}") for path in paths}
        browser.close()
        server.shutdown()
    lines = (f'"{path}": {json.dumps(rooms)}' for path, rooms in found.items() if rooms)
    _FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _heights(browser: Any, address: str) -> list[tuple[int, ...]]:
    by_screen = []
    for screen in _SCREENS:
        page = browser.new_page(**screen)
        page.goto(address)
        by_screen.append(page.evaluate(_WAKE_ALL))
        page.close()
    return list(zip(*by_screen, strict=True))
