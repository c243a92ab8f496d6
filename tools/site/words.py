"""The site's own words: ``words.toml``, both languages side by side."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")

HTML = {"en": "en", "zh": "zh-Hant-TW"}
"""How a page names its language."""

LIBRARY = {"en": "en", "zh": "zh_TW"}
"""How ``convlab`` names it."""

OTHER = {"en": "zh", "zh": "en"}


@cache
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def words(language: str) -> dict[str, str]:
    """Every word of the site in a language, by its key.

    >>> words("en")["lessons"], words("zh")["lessons"]
    ('Lessons', '課程')
    """
    return {key: both[language].strip() for key, both in _all().items()}
