"""Every text that the browser may show, in both languages, so that it can switch by itself."""

from __future__ import annotations

import re
from functools import cache

from ..explanation.rules import rules
from ..i18n import LANGUAGES, catalogue

# A tour brings its sentences along.
_OF_A_TOUR = re.compile(r"explorer\.tour_\w+_\d")
_TOPICS = ("axis.", "control.", "list.", "errors.advice_")


@cache
def labels(*own: str) -> dict[str, dict[str, str]]:
    """Templates by language and key; a conversion is Python's business and left out.

    ``own`` are the topics of one kind of widget.

    >>> labels("explorer.")["zh_TW"]["axis.height"]
    '高度方向'
    """
    refusals = {f"errors.{one['code']}" for one in rules()["refusals"]}
    chosen = {
        key: texts
        for key, texts in catalogue().items()
        if (key.startswith((*_TOPICS, *own)) or key in refusals) and not _OF_A_TOUR.match(key)
    }
    return {
        language: {
            key: re.sub(r"\{(\w+)![rs]\}", r"{\1}", texts[language])
            for key, texts in chosen.items()
        }
        for language in LANGUAGES
    }
