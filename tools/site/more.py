"""What the helpers of a page know, as one file a language that is loaded when it is first needed.

The file is JSON: ``words``, what they say; ``index``, the file that the search looks in;
``controls``, those that a link may choose, by the kind of widget; ``exercises``, their titles.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from convlab import exercises
from convlab.i18n import catalogue
from convlab.widgets.controls import CONTROLS
from convlab.widgets.lens import DIALS

from .words import LIBRARY

SAID = Path(__file__).with_name("said.toml")


def said(language: str) -> dict[str, str]:
    """What scripts say in a language, by key.

    >>> said("en")["copy"], said("zh")["copy"]
    ('Copy', '複製')
    """
    texts = tomllib.loads(SAID.read_text(encoding="utf-8"))
    return {key: both[language] for key, both in texts.items()}


def more(language: str, index: str) -> dict[str, Any]:
    """The content of a language's file; ``index`` is the name of its search's file."""
    titles = {name: f"exercises.{name}_title" for name in exercises.names()}
    return {
        "words": said(language),
        "index": index,
        "controls": {"explorer": list(CONTROLS), "lens": list(DIALS)},
        "exercises": {name: catalogue()[key][LIBRARY[language]] for name, key in titles.items()},
    }
