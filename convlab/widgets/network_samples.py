"""What a network explorer looks at: samples, their right answers, drawings; checked and encoded."""

from __future__ import annotations

import base64
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import arguments
from ..arguments import items_of
from ..errors import ArgumentError, ConvlabError, ShapeError
from ..i18n import Choices, Term
from ..layers import Conv2D
from .arrays import finite, simple
from .checks import is_finite
from .lens_scene import grain

Array = NDArray[np.float32]

MOST_NUMBERS = 2_000_000
"""The most numbers of all samples: as many as a notebook can hold."""

MOST_PAD = 16
MOST_BITS = 1 << 16
"""How many cells a drawing may have."""


# Samples


def samples_of(x: Any, axes: int | None, first: bool) -> Array:
    """The samples as a batch of float32; a single sample becomes a batch of one.

    ``axes`` are those of a batch, ``None``: any number; ``first``: the channels come first. Raises
    a ``ConvlabError`` for anything but finite numbers with these axes.
    """
    array = as_float32(finite(x, "x"), "x")
    wanted = axes or min(max(array.ndim, 2), 4)
    if array.ndim == wanted - 1:
        array = array[None]
    if array.ndim != wanted:
        raise ShapeError(
            "network_axes",
            argument="x",
            value=array.shape,
            layout=Choices([Term(f"axis.{name}_size") for name in _names(wanted, first)]),
            choices=[{"x": _with_axes(array, wanted, first)}],
        )
    if not array.size:
        raise ShapeError("explorer_no_sample", argument="x", value=array.shape)
    return array


def _names(axes: int, first: bool) -> tuple[str, ...]:
    sliding = arguments.AXIS_NAMES.get(axes - 2, ())
    return ("batch", "channels", *sliding) if first else ("batch", *sliding, "channels")


def _with_axes(array: Array, axes: int, first: bool) -> Array:
    """Of axes that are too many the first of each; a channel where axes are missing."""
    while array.ndim > axes:
        array = array[0]
    while array.ndim < axes - 2:
        array = array[None]
    return array[None] if first else array[..., None]


def as_float32(array: NDArray[Any], argument: str, most: float | None = None) -> Array:
    """The same numbers in float32; raises a ``ConvlabError`` for any that is too large for it."""
    bound = float(np.finfo("float32").max) if most is None else most
    wrong = np.argwhere(np.abs(array) > bound)
    if len(wrong):
        place = tuple(map(int, wrong[0]))
        raise ArgumentError(
            "network_large",
            argument=argument,
            value=float(array[place]),
            place=place,
            most=bound,
            choices=[{argument: np.clip(array, -bound, bound)}],
        )
    return array.astype("float32")


def check_number(x: Array, labels: Any) -> None:
    """As many samples as a notebook can hold."""
    count = max(1, MOST_NUMBERS // x[0].size)
    if len(x) > count:
        fewer = {} if labels is None else {"labels": _items(labels)[:count]}
        raise ShapeError(
            "network_many",
            argument="x",
            value=x.shape,
            most=MOST_NUMBERS,
            count=count,
            choices=[{"x": x[:count], **fewer}],
        )


def fitted(x: Array, shape: tuple[int, ...]) -> Array:
    """The samples in another shape: the same numbers, or cut off and filled with zeros."""
    if x[0].size == np.prod(shape[1:]):
        return x.reshape(-1, *shape[1:])
    found = np.zeros((len(x), *shape[1:]), "float32")
    part = tuple(slice(0, min(pair)) for pair in zip(x.shape, found.shape, strict=True))
    found[part] = x[part]
    return found


def encoded(x: Array) -> dict[str, Any]:
    """The samples as the browser has them: in half the bytes where that loses nothing.

    >>> encoded(np.float32([[0.5]]))
    {'shape': [1, 1], 'type': 'float16', 'data': 'ADg='}
    """
    with np.errstate(over="ignore"):
        half = x.astype("<f2")
    exact = np.array_equal(half.astype("float32"), x)
    data = half if exact else x.astype("<f4")
    return {
        "shape": list(x.shape),
        "type": "float16" if exact else "float32",
        "data": text_of(data),
    }


def text_of(array: NDArray[Any]) -> str:
    return base64.b64encode(array.tobytes()).decode()


# Answers


def checked_labels(labels: Any, count: int, channels: int) -> list[int] | None:
    """The right answers as indices of channels; raises a ``ConvlabError`` for any other."""
    if labels is None:
        return None
    given = _items(labels)
    near = [_nearest_label(one, channels) for one in given[:count]]
    choices = [{"labels": near}] if len(near) == count else []
    if len(given) != count:
        raise _other_count("labels", "sample", len(given), count, [*choices, {"labels": None}])
    wrong = [one for one in given if not isinstance(one, int) or not 0 <= one < channels]
    if wrong:
        raise ArgumentError(
            "network_label",
            argument="labels",
            value=wrong[0],
            most=channels - 1,
            choices=[*choices, {"labels": None}],
        )
    return near


def _nearest_label(value: Any, channels: int) -> int:
    """A channel; of one number for each the place of the largest."""
    if isinstance(value, list) and len(value) == channels and all(map(is_finite, value)):
        return value.index(max(value))
    return arguments.nearest_count(value, 0, most=channels - 1)


def checked_classes(classes: Any, channels: int) -> list[str]:
    """The names of the channels; raises a ``ConvlabError`` for another number or other things."""
    if classes is None:
        return [str(index) for index in range(channels)]
    given = _items(classes)
    near = [str(one) for one in given[:channels] if isinstance(one, str | int)]
    choices: list[dict[str, Any]] = [{"classes": near}] if len(near) == channels else []
    if len(given) != channels:
        choices.append({"classes": None})
        raise _other_count("classes", "channel", len(given), channels, choices)
    wrong = [one for one in given if not isinstance(one, str)]
    if wrong:
        raise ArgumentError(
            "network_class",
            argument="classes",
            value=wrong[0],
            choices=[*choices, {"classes": None}],
        )
    return near


def _items(values: Any) -> list[Any]:
    given = simple(values)
    return list(given) if isinstance(given, list | tuple) else list(items_of(given))


def _other_count(
    argument: str, what: str, found: int, count: int, choices: list[dict[str, Any]]
) -> ConvlabError:
    return ArgumentError(
        "network_count",
        argument=argument,
        value=found,
        count=count,
        what=Term(f"errors.network_{what}"),
        choices=choices,
    )


# The picture of an input, and the pad


def picture_of(sample: Array, first: bool) -> Array:
    """A sample as (rows, columns, channels); a series as one plane (steps, channels, 1).

    A single line of numbers is one row. ``first``: the sample has its channels first.

    >>> picture_of(np.zeros((9, 4)), first=False).shape
    (9, 4, 1)
    """
    last = np.moveaxis(sample, 0, -1) if first else sample
    if last.ndim == 1:
        return last[None, :, None]
    return last[..., None] if last.ndim == 2 else last


def sample_of(picture: Array, axes: int, first: bool) -> Array:
    """The sample, of so many axes, of a picture: ``picture_of`` backwards."""
    last = picture if axes == 3 else picture[..., 0] if axes == 2 else picture[0, :, 0]
    return np.moveaxis(last, -1, 0) if first else last


def checked_pad(pad: Any, picture: tuple[int, ...]) -> int | None:
    """The cells of a drawing along one input; raises a ``ConvlabError`` where none can be drawn."""
    pad = simple(pad)
    if pad is None:
        return None
    rows, columns, planes = picture
    if planes > 1:
        raise ArgumentError(
            "network_planes", argument="pad", value=pad, planes=planes, choices=[{"pad": None}]
        )
    most = min(MOST_PAD, isqrt(MOST_BITS // (rows * columns)))
    if not most:
        size = (rows, columns)
        raise ArgumentError(
            "network_no_room", argument="pad", value=pad, shape=size, choices=[{"pad": None}]
        )
    whole = isinstance(pad, int) and not isinstance(pad, bool)
    if not whole or not 1 <= pad <= most:
        raise ArgumentError(
            "network_pad",
            argument="pad",
            value=pad,
            shape=(rows, columns),
            most=most,
            choices=[{"pad": arguments.nearest_count(pad, 1, most=most)}, {"pad": None}],
        )
    return int(pad)


def drawn_bits(text: str, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """The bits of a drawing, row by row.

    >>> drawn_bits("96", (2, 4)).tolist()
    [[1, 0, 0, 1], [0, 1, 1, 0]]
    """
    data = np.frombuffer(bytes.fromhex(text + "0" * (len(text) % 2)), "uint8")
    return np.unpackbits(data, count=shape[0] * shape[1]).reshape(shape)


def pad_layer(pad: int, white: float) -> Conv2D:
    """The layer that makes the input of a drawing: the mean of each square of cells."""
    layer = Conv2D(1, pad, strides=pad, use_bias=False, kernel_initializer="zeros", name="pad")
    layer.build((1, pad, pad, 1))
    layer.set_weights([np.full((pad, pad, 1, 1), white / pad**2)])
    return layer


def moved(picture: Array, shift: tuple[int, int]) -> Array:
    """The picture moved down and to the right, with zeros behind it.

    >>> moved(np.float32([[[1], [2]]]), (0, 1)).ravel().tolist()
    [0.0, 1.0]
    """
    found = np.zeros_like(picture)
    to, origin = zip(*map(_stretches, shift), strict=True)
    found[to] = picture[origin]
    return found


def _stretches(shift: int) -> tuple[slice, slice]:
    """Where a moved axis is filled, and with what."""
    lost = -abs(shift) or None
    return (slice(shift, None), slice(lost)) if shift > 0 else (slice(lost), slice(-shift, None))


def noisy(picture: Array, white: float, percent: int) -> Array:
    """The picture with its fixed grain added."""
    if not percent:
        return picture
    added = white * percent / 100 * grain(picture.size).reshape(picture.shape)
    found: Array = (picture.astype("float64") + added).astype("float32")
    return found
