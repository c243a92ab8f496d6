"""The texts that the browser may show, in both languages, so that it can switch by itself."""

from __future__ import annotations

import re
from functools import cache

from ..i18n import LANGUAGES, catalogue


@cache
def labels(*topics: str) -> dict[str, dict[str, str]]:
    """Templates by language and key, of all keys that begin with any of the ``topics``.

    A conversion is Python's business and left out.

    >>> labels("axis.")["zh_TW"]["axis.height"]
    '高度方向'
    """
    chosen = {key: texts for key, texts in catalogue().items() if key.startswith(topics)}
    return {
        language: {
            key: re.sub(r"\{(\w+)![rs]\}", r"{\1}", texts[language])
            for key, texts in chosen.items()
        }
        for language in LANGUAGES
    }
