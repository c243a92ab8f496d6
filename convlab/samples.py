"""Real inputs for the lessons, out of what matplotlib ships: no download, no made-up data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def photograph() -> Array:
    """Grace Hopper in 1984, a public-domain photograph: (600, 512, 3), colours from 0 to 1.

    >>> photograph().shape
    (600, 512, 3)
    """
    from matplotlib.image import imread

    return np.asarray(imread(_file("grace_hopper.jpg")), "float32") / np.float32(255)


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


def _file(name: str) -> str:
    from matplotlib.cbook import get_sample_data

    return str(get_sample_data(name, asfileobj=False))
