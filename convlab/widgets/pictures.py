"""Pictures that widgets show: checked, kept to the last bit, and sent once for all of them."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

import ipywidgets
import numpy as np
import traitlets
from numpy.typing import NDArray

from ..errors import ArgumentError, ShapeError, not_one_of
from .arrays import finite
from .lens_scene import SIDE

Array = NDArray[np.float32]

LARGEST = 1_000_000
"""The most places of a picture: what a browser filters while a number is dragged."""


class Picture(ipywidgets.Widget):  # type: ignore[misc]
    """A picture as a model without a view, which any number of widgets name.

    ``file`` is a lossless WebP in base64: levels from 0 to ``steps``, which is white. Where
    ``steps`` is 0 it holds the four bytes of each float32: all the first bytes as a picture, below
    it all the second ones, … It is empty for a pattern, which the browser makes.
    """

    file = traitlets.Unicode().tag(sync=True)
    shape: Any = traitlets.List().tag(sync=True)
    white = traitlets.Int(1).tag(sync=True)
    steps = traitlets.Int(255).tag(sync=True)

    _pixels: Array

    @property
    def pixels(self) -> Array:
        """The numbers as float32 (height, width, channels), from 0 to ``white``."""
        return self._pixels.copy()


STEPS = (63, 255)
"""From black to white; the fewer, the smaller is a file."""

PATTERNS = ("stripes",)

_pictures: dict[str, Picture] = {}


def picture(image: object) -> Picture:
    """The one model of an image, greys (height, width) or colours (height, width, 3).

    Integers from 0 to 255, or floats from 0 to 1; or the name of a pattern, one of ``PATTERNS``.
    Raises a ``ConvlabError`` for any other.

    >>> picture(np.eye(4)) is picture(np.eye(4))
    True
    >>> picture(np.zeros((4, 6, 3), "uint8")).white
    255
    """
    if isinstance(image, str) and image not in PATTERNS:
        raise not_one_of("image", image, PATTERNS)
    named = isinstance(image, str)
    pixels, white = (np.zeros((SIDE, SIDE, 1), "float32"), 1) if named else _checked(image)
    key = hashlib.sha256(pixels.tobytes() + repr((pixels.shape, white, named)).encode()).hexdigest()
    found = _pictures.get(key)
    if found is None or found.comm is None:
        found = _pictures[key] = _made(pixels, white, named)
    return found


def _made(pixels: Array, white: int, named: bool) -> Picture:
    levels, steps = _levels(pixels, white)
    data = "" if named else base64.b64encode(webp(levels)).decode()
    found = Picture(file=data, shape=list(pixels.shape), white=white, steps=steps)
    found._pixels = pixels
    return found


def _levels(pixels: Array, white: int) -> tuple[NDArray[np.uint8], int]:
    for steps in STEPS:
        levels = np.rint(pixels * np.float32(steps / white)).astype("uint8")
        if np.array_equal(levels * np.float32(white) / np.float32(steps), pixels):
            return levels, steps
    height, width, channels = pixels.shape
    planes = pixels.astype("<f4").view("uint8").reshape(height, width * channels, 4)
    return np.moveaxis(planes, -1, 0).reshape(4 * height, width * channels, 1), 0


def webp(levels: NDArray[np.uint8]) -> bytes:
    """A WebP file of levels (height, width, 1 or 3), to the last bit."""
    return _written(levels, "WEBP", lossless=True, quality=75, method=6)


def png(levels: NDArray[np.uint8]) -> bytes:
    """A PNG file of levels (height, width, 1 or 3)."""
    return _written(levels, "PNG", optimize=True)


def _written(levels: NDArray[np.uint8], kind: str, **options: Any) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    plane = levels[..., 0] if levels.shape[-1] == 1 else levels
    Image.fromarray(plane).save(file, kind, **options)
    return file.getvalue()


def _checked(image: object) -> tuple[Array, int]:
    """The image with a channel axis, and its number for white."""
    array = finite(image, "image")
    white = 255 if np.asarray(image).dtype.kind in "iu" else 1
    if not array.size or array.shape[2:] not in ((), (3,)) or array.ndim < 2:
        choices = [{"image": _reshaped(array, white) if array.size else None}]
        raise ShapeError("lens_shape", argument="image", value=array.shape, choices=choices)
    step = int(np.ceil(np.sqrt(array.shape[0] * array.shape[1] / LARGEST)))
    if step > 1:
        choices = [{"image": _kind(array, white)[::step, ::step]}]
        raise ShapeError(
            "lens_large", argument="image", value=array.shape, most=LARGEST, choices=choices
        )
    _check_range(array, white)
    pixels = array.astype("float32")
    return pixels.reshape(*pixels.shape[:2], -1), white


def _kind(array: NDArray[Any], white: int) -> NDArray[Any]:
    """An offered image of the kind that was given: integers stay integers."""
    return array.astype("int64") if white == 255 else array


def _reshaped(array: NDArray[Any], white: int) -> NDArray[Any]:
    """Two axes, or three with three channels, of what has other ones."""
    while array.ndim > 3:
        array = array[0]
    if array.ndim == 3:
        array = array[..., :3] if array.shape[-1] > 3 else array[..., 0]
    return _kind(np.atleast_2d(array), white)


def _check_range(array: NDArray[Any], white: int) -> None:
    least, most = float(array.min()), float(array.max())
    if least >= 0 and most <= white:
        return
    clipped = {"image": _kind(np.clip(array, 0, white), white)}
    divided = [{"image": array / 255}] if white == 1 and least >= 0 and most <= 255 else []
    raise ArgumentError(
        "lens_range",
        argument="image",
        value=(least, most),
        white=white,
        choices=[*divided, clipped],
    )
