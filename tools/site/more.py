"""What the helpers of a page know, as one file a language that is loaded when it is first needed.

The file is JSON: ``words``, what they say; ``index``, the file that the search looks in;
``controls``, those that a link may choose, by the kind of widget; ``exercises``, their titles.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from convlab import exercises
from convlab.i18n import catalogue
from convlab.widgets.controls import CONTROLS
from convlab.widgets.lens_settings import DIALS

from . import search
from .api import Entry
from .formulas import Formulas
from .pages import Page
from .shelf import Shelf
from .words import LANGUAGES, LIBRARY

SAID = Path(__file__).with_name("said.toml")


def said(language: str) -> dict[str, str]:
    """What scripts say in a language, by key.

    >>> said("en")["copy"], said("zh")["copy"]
    ('Copy', '複製')
    """
    texts = tomllib.loads(SAID.read_text(encoding="utf-8"))
    return {key: both[language] for key, both in texts.items()}


def titles(language: str) -> dict[str, str]:
    """The titles of all exercises by their ids."""
    keys = {name: f"exercises.{name}_title" for name in exercises.names()}
    return {
        name: catalogue()[key][LIBRARY[language]].replace("`", "") for name, key in keys.items()
    }


def more(language: str, index: str) -> dict[str, Any]:
    """The content of a language's file; ``index`` is the name of its search's file."""
    return {
        "words": said(language),
        "index": index,
        "controls": {"explorer": list(CONTROLS), "lens": list(DIALS)},
        "exercises": titles(language),
    }


def put(
    pages: Iterable[Page], names: Iterable[Entry], shelf: Shelf, formulas: Formulas
) -> dict[str, str]:
    """Put each language's file and index on the shelf; the names of the files, by language."""
    made, files = list(pages), {}
    public = [(f"api/{one.name}.html", f"API: {one.name}", _named(one)) for one in names]
    for language in LANGUAGES:
        own = [page for page in made if page.language == language]
        found = [(page.path, page.label, formulas.filled(_whole(page))) for page in own]
        index = shelf.put(search.index([*found, *public]).encode(), "json", f"search-{language}")
        files[language] = shelf.put_json(more(language, index), f"more-{language}")
    return files


def _named(entry: Entry) -> str:
    """Of a public name its first sentence is enough."""
    return f"<main><h1>{entry.name}</h1><p>{escape(entry.summary)}</p></main>"


def _whole(page: Page) -> str:
    """A page as search reads it: an exercise is a section of its page."""
    named = titles(page.language) if page.name == "exercises" else {}
    parts = [f'<h2 id="{name}">{escape(title)}</h2>' for name, title in named.items()]
    return f"<main><h1>{page.title}</h1>{page.html}{''.join(parts)}</main>"
