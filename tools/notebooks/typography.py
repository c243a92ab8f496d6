"""How Chinese is set: full-width punctuation, a space beside Latin letters and digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for a code span or a formula in running text

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = f"{_HAN}\u3000-\u303f\uff00-\uffef"
_BETWEEN = rf"[\s{OBJECT}]*"
_NARROW = r"""[,.;:!?()"'“”‘’]"""
_RULES = {
    "half-width punctuation beside Chinese": (
        rf"[{_HAN}]{_BETWEEN}{_NARROW}|{_NARROW}{_BETWEEN}[{_HAN}]"
    ),
    "no space between Chinese and a Latin letter or digit": (
        rf"[{_HAN}][A-Za-z0-9]|[A-Za-z0-9][{_HAN}]"
    ),
    "a line break inside a Chinese sentence shows as a gap": rf"[{_WIDE}][ ]*\n[ ]*[{_WIDE}]",
}


def faults(text: str) -> Iterator[str]:
    """What a typesetter would mark in one paragraph of Chinese, each with the place quoted.

    >>> list(faults("步幅（stride）是 2。"))
    []
    >>> list(faults("步幅是2。"))
    ["no space between Chinese and a Latin letter or digit: '步幅是2。'"]
    """
    for rule, pattern in _RULES.items():
        for match in re.finditer(pattern, text):
            around = text[max(match.start() - 6, 0) : match.end() + 6].replace(OBJECT, "`…`")
            yield f"{rule}: {around!r}"


def holds_chinese(text: str) -> bool:
    """Whether there is a Chinese character or a full-width sign in ``text``.

    >>> holds_chinese("卷積"), holds_chinese("naïve × 2")
    (True, False)
    """
    return re.search(f"[{_WIDE}]", text) is not None
