"""Real inputs for the lessons, from assets/ and out of what matplotlib ships: no download."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def photograph() -> Array:
    """Grace Hopper in 1984, a public-domain photograph: (600, 512, 3), colours from 0 to 1.

    >>> photograph().shape
    (600, 512, 3)
    """
    from matplotlib.image import imread

    colours: Array = np.asarray(imread(_file("grace_hopper.jpg")), "float32")
    return colours / np.float32(255)


def eeg() -> Array:
    """Four channels of an electroencephalogram, 800 samples of each: (800, 4).

    >>> eeg().shape
    (800, 4)
    """
    return np.fromfile(_file("eeg.dat"), "float64").reshape(800, 4).astype("float32")


def membrane() -> Array:
    """The potential of a neuron's membrane over six seconds, a sample every half millisecond.

    Shape (12000,), in volts as recorded.

    >>> membrane().shape
    (12000,)
    """
    return np.fromfile(_file("membrane.dat"), "float32")


def digits() -> tuple[Array, NDArray[np.int64]]:
    """Handwritten digits: images (1797, 8, 8, 1), greys from 0 to 1, and labels (1797,), 0 to 9.

    Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits (1998), UCI, CC BY 4.0.

    >>> images, labels = digits()
    >>> images.shape, labels[:5].tolist()
    ((1797, 8, 8, 1), [0, 1, 2, 3, 4])
    """
    package = Path(__file__).parent
    # Beside the package in a checkout, inside it once installed.
    folders = [package.parent / "assets", package / "assets"]
    with np.load(next(folder for folder in folders if folder.exists()) / "digits.npz") as file:
        greys, labels = file["images"], file["labels"]
    return (greys[..., None] / np.float32(16)).astype("float32"), labels.astype("int64")


def _file(name: str) -> str:
    from matplotlib.cbook import get_sample_data

    return str(get_sample_data(name, asfileobj=False))
