"""Real inputs for the lessons, from assets/ and out of what matplotlib ships: no download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .layers import Layer

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
    with np.load(_asset("digits.npz")) as file:
        greys, labels = file["images"], file["labels"]
    return (greys[..., None] / np.float32(16)).astype("float32"), labels.astype("int64")


def digit_reader() -> list[Layer]:
    """The network that lesson 8 trains: (n, 8, 8, 1) greys from 0 to 1 to (n, 1, 1, 10) scores.

    >>> x, _ = digits()
    >>> for layer in digit_reader():
    ...     x = layer(x)
    >>> x[:5].argmax(axis=-1).ravel().tolist()
    [0, 1, 2, 3, 4]
    """
    from .layers import Conv2D, SeparableConv2D

    layers = [
        Conv2D(16, 3, padding="same", activation="relu"),
        Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        SeparableConv2D(32, 3, padding="same", activation="relu"),
        Conv2D(10, 4),
    ]
    shapes = [(None, 8, 8, 1), (None, 8, 8, 16), (None, 4, 4, 32), (None, 4, 4, 32)]
    with np.load(_asset("reader.npz")) as file:
        weights = [file[name] for name in file.files]
    for layer, shape in zip(layers, shapes, strict=True):
        layer.build(shape)
        own, weights = weights[: len(layer.weights)], weights[len(layer.weights) :]
        layer.set_weights(own)
    return layers


def _asset(name: str) -> Path:
    package = Path(__file__).parent
    # Beside the package in a checkout, inside it once installed.
    folders = [package.parent / "assets", package / "assets"]
    return next(folder for folder in folders if folder.exists()) / name


def _file(name: str) -> str:
    from matplotlib.cbook import get_sample_data

    return str(get_sample_data(name, asfileobj=False))
