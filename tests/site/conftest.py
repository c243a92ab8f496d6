"""The site, built once for all tests, and served from below a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread

import pytest

from tests.browser.conftest import browser, chromium
from tests.node import need_tools
from tools.site.__main__ import build
from tools.site.layout import Settings
from tools.site.serve import Server

__all__ = ["browser", "chromium"]

ADDRESS = "https://example.org/convlab/"


class Tags(HTMLParser):
    """Every tag of a file, with its attributes, and every place that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    @property
    def places(self) -> list[str]:
        return [found["id"] for _, found in self.tags if "id" in found]

    def addresses(self) -> list[str]:
        """What a browser would follow or load."""
        of = [found.get(name) for _, found in self.tags for name in ("href", "src", "poster")]
        return [address for address in of if address is not None]


@dataclass(frozen=True)
class Site:
    """A built site: ``root`` lies in a folder, as it may on any server."""

    root: Path

    @cached_property
    def files(self) -> dict[str, Tags]:
        """Every page by its path."""
        paths = sorted(self.root.rglob("*.html"))
        return {
            str(path.relative_to(self.root)): Tags(path.read_text(encoding="utf-8"))
            for path in paths
        }

    @cached_property
    def pages(self) -> dict[str, Tags]:
        """The pages of both languages."""
        return {path: tags for path, tags in self.files.items() if path[:3] in ("en/", "zh/")}


def _built(folder: Path) -> Site:
    need_tools()
    root = folder / "below" / "a path"
    build(root, Settings(ADDRESS, ""), folder / "formulas.json")
    return Site(root)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return _built(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    """Where the site is served, not at the root of its server."""
    with Server(site.root.parents[1]) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/below/a%20path"
        server.shutdown()
