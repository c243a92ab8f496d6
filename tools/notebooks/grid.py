"""列 is a row, 欄 a column, 行 a line of code: twins must agree on which they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .prose import facts
from .source import Pair

# Words that hold the character and speak of no row.
_OTHERS = re.compile(
    "序列|排列|陣列|系列|並列|列出|下列|列印|行列|列表|列舉|引數列|羅列|列成|表列|陳列|所列|列在"
)
_IDIOMS = re.compile(r"\bin a row\b", re.IGNORECASE)
_WORDS = {"列": ("列", r"\brows?\b"), "欄": ("欄(?!位)", r"\bcolumns?\b")}


def messages(pair: Pair) -> Iterator[str]:
    """Where one twin speaks of rows, or of columns, and the other does not.

    >>> from .source import Block
    >>> pair = Pair(Block("a", 1, "zh", "看最後一欄。"), Block("a", 2, "en", "See the last row."))
    >>> list(messages(pair))
    ['only en speaks of 列 (row)', 'only zh speaks of 欄 (column)']
    """
    zh = _OTHERS.sub("", " ".join(facts(pair.zh.text, "zh").paragraphs))
    en = _IDIOMS.sub("", " ".join(facts(pair.en.text, "en").paragraphs))
    for word, (ours, theirs) in _WORDS.items():
        here = re.search(ours, zh) is not None
        there = re.search(theirs, en, re.IGNORECASE) is not None
        if here != there:
            meaning = {"列": "row", "欄": "column"}[word]
            yield f"only {'zh' if here else 'en'} speaks of {word} ({meaning})"
