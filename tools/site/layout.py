"""Records of pages → files: the templates, what stands in every head, the map of the site."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..notebooks.source import LANGUAGES
from .formulas import Formulas
from .glossary import explained
from .pages import Page
from .scripts import Scripts
from .shelf import FOLDER
from .theme import colours
from .words import HTML, words

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Settings:
    """Where the site will stand: ``settings.toml``, unless something else is said."""

    address: str
    repository: str

    @classmethod
    def read(cls, address: str = "") -> Settings:
        """The settings, with another address if one is given."""
        told = tomllib.loads((_HERE / "settings.toml").read_text(encoding="utf-8"))
        found = cls(**(told | ({"address": address} if address else {})))
        return cls(found.address.rstrip("/") + "/" * bool(found.address), found.repository)


@dataclass
class Layout:
    """Puts pages into the templates."""

    settings: Settings
    scripts: Scripts
    formulas: Formulas
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
            "languages": sorted(LANGUAGES),
        }

    def page(self, page: Page, all_pages: Sequence[Page]) -> str:
        """The text of a page's file."""
        siblings = [one for one in all_pages if one.language == page.language]
        return self.rendered(
            f"{page.group}.html",
            page=page,
            html=explained(page.html, page.language),
            say=words(page.language),
            up="../",
            groups={
                group: [one for one in siblings if one.group == group]
                for group in ("lesson", "tool", "page")
            },
            **_neighbours(page, siblings),
        )

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
