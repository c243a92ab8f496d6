"""``python -m tools.digits WHEEL``: make ``assets/digits.npz`` from a wheel of scikit-learn.

The wheel carries the test set of the UCI "Optical Recognition of Handwritten Digits": 1,797 images
of 8x8 pixels with 17 greys. ``pip download --no-deps scikit-learn`` gets one.
"""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

MEMBER = "sklearn/datasets/data/digits.csv.gz"
TARGET = Path(__file__).parents[1] / "assets" / "digits.npz"


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        text = gzip.decompress(archive.read(MEMBER))
    rows = np.loadtxt(io.BytesIO(text), delimiter=",").astype("uint8")
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, images=rows[:, :-1].reshape(-1, 8, 8), labels=rows[:, -1])


if __name__ == "__main__":
    main(*sys.argv[1:])
