"""``python -m tools.reader``: make ``assets/reader.npz``, the digit reader that lesson 8 trains.

The lesson's own cells are run, up to the one that trains it, as its notebook runs them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from convlab import Network
from convlab.lessons import begin_lesson
from tools.notebooks.source import read

ROOT = Path(__file__).parents[1]
LESSON = ROOT / "lessons" / "08_put_together.md"
TARGET = ROOT / "assets" / "reader.npz"
LAST = "train-reader"


def trained() -> Network:
    """The lesson's reader once it is trained: some seconds."""
    begin_lesson("en", "0")
    scope: dict[str, object] = {}
    for block in read(LESSON).code:
        exec(block.text, scope)
        if block.id == LAST:
            break
    return scope["reader"]  # type: ignore[return-value]


def main() -> None:
    weights = trained().get_weights()
    # Without names of their own: arr_0, arr_1, …
    np.savez_compressed(TARGET, *(weight.astype("float16") for weight in weights))


if __name__ == "__main__":
    main()
