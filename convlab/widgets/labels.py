"""The texts that the browser may show, in both languages, so that it can switch by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ..explanation.rules import rules
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


def labels_of(*own: str) -> dict[str, dict[str, str]]:
    """The texts of a widget with dials for a layer's arguments, refusals included.

    ``own`` are the topics that are the widget's own.

    >>> labels_of("lens")["en"]["control.padding"]
    'Padding'
    """
    return _labels(rules()["refusals"], *(f"{topic}." for topic in own))


def stack_labels(refusals: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The texts of a calculator: also those of what stands beside convolutions in a network."""
    reasons = (f"reasons.{key}" for key in _REASONS)
    found = _labels(refusals, "calculator.", "companion.", "explain.", *reasons)
    # A dial asks for the name of any argument in one way.
    return {
        language: {_renamed.sub("control.", key): words for key, words in texts.items()}
        for language, texts in found.items()
    }


_renamed = re.compile("^companion[.]")
_REASONS = ("batch_normalization", "dense", "equation", "everything", "halved", "same_shape",
            "whole_map", "why")  # fmt: skip


def _labels(refusals: Iterable[Mapping[str, Any]], *topics: str) -> dict[str, dict[str, str]]:
    codes = (f"errors.{one['code']}" for one in refusals)
    return labels("axis.", "control.", "list.", "errors.advice_", *topics, *codes)
