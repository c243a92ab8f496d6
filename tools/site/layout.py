"""Records of pages → files: the templates, what stands in every head, the map of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import api, run_it
from .formulas import Formulas
from .glossary import explained
from .heights import with_room
from .pages import Page
from .preview import SIZE, preview
from .scripts import Scripts
from .shelf import FOLDER, Shelf
from .theme import colours
from .words import HTML, LANGUAGES, words

API = "en"
"""Docstrings are written in one language."""

_HERE = Path(__file__).parent
_OWNER = "OWNER"  # stands in an address until the project has a home


@dataclass(frozen=True)
class Settings:
    """Where the site and the project stand, each empty where that is not known."""

    address: str
    repository: str

    @classmethod
    def read(cls, address: str = "") -> Settings:
        """What ``[project.urls]`` says, with another address if one is given."""
        known = {name: "" if _OWNER in url else url for name, url in run_it.URLS.items()}
        found = address or known["Homepage"]
        return cls(found and found.rstrip("/") + "/", known["Repository"])


@dataclass
class Layout:
    """Puts pages into the templates."""

    settings: Settings
    scripts: Scripts
    formulas: Formulas
    shelf: Shelf
    more: dict[str, str]
    """The file on the shelf with what helpers know, by language."""

    def __post_init__(self) -> None:
        loader = FileSystemLoader(_HERE / "templates")
        self.environment = Environment(
            loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.environment.globals |= {
            "settings": self.settings,
            "scripts": self.scripts,
            "assets": FOLDER,
            "colours": colours(),
            "more": self.more,
            "html_of": HTML,
            "size": SIZE,
            "languages": sorted(LANGUAGES),
        }

    def page(self, page: Page, all_pages: Sequence[Page]) -> str:
        """The text of a page's file."""
        siblings = [one for one in all_pages if one.language == page.language]
        return self.rendered(
            f"{page.group}.html",
            page=page,
            html=with_room(explained(page.html, page.language), page.path),
            say=words(page.language),
            up="../",
            groups={
                group: [one for one in siblings if one.group == group]
                for group in ("lesson", "tool", "page")
            },
            preview=self._preview(page),
            ways=run_it.ways(page.name, page.language) if page.group == "lesson" else None,
            **_neighbours(page, siblings),
        )

    def _preview(self, page: Page) -> str:
        """The address of a page's picture: only a whole address is of use to those who show it."""
        if not self.settings.address:
            return ""
        file = self.shelf.put(preview(page.title, words(page.language)["name"]), "png", "preview")
        return f"{self.settings.address}{FOLDER}/{file}"

    def name(self, entry: api.Entry) -> str:
        """The text of the file of a public name."""
        return self.rendered("api.html", entry=entry, up="../", say=words(API))

    def rendered(self, template: str, **values: Any) -> str:
        """A template with its values, and with all formulas set."""
        return self.formulas.filled(self.environment.get_template(template).render(**values))


def _neighbours(page: Page, siblings: Sequence[Page]) -> dict[str, Page | None]:
    """The lessons before and after a lesson."""
    row = [one for one in siblings if one.group == page.group] if page.group == "lesson" else []
    place = row.index(page) if page in row else -1
    return {
        "previous": row[place - 1] if place > 0 else None,
        "next": row[place + 1] if 0 <= place < len(row) - 1 else None,
    }
