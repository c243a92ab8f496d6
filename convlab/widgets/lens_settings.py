"""What a lens is set to, and the one test of what is legal: the real layer's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import arguments
from ..errors import ArgumentError, ConvlabError, ShapeError, not_one_of
from ..i18n import LANGUAGES
from ..kernels import KERNEL_NAMES, named_kernel
from ..layers import Conv2D
from .arrays import finite, simple
from .checks import is_index, nearest_index, tuples

Settings = dict[str, Any]
Kernel = str | tuple[tuple[float, ...], ...]

RANGES = {
    "kernel_size": (1, 31),
    "strides": (1, 8),
    "dilation_rate": (1, 8),
    "period": (2, 40),
    "angle": (0, 180),
    "noise": (0, 200),
    "move": (0, 40),
    "marks": (1, 12),
}
LARGEST_NAMED = 15
"""The largest size of a kernel with a name."""

LARGEST = 100_000
"""The largest number of a kernel."""

PATTERN = {"period": 8, "angle": 0}
"""What a pattern has and a picture has not, with where it starts."""

CONTRASTS = ("own", "shared")
PADDINGS = ("valid", "same")
SHAPING = ("kernel_size", "strides", "padding", "dilation_rate")
"""The layer's arguments; it may refuse them."""

PROPERTIES: list[dict[str, Any]] = [
    {"name": "padding", "kind": "word", "start": "valid", "group": "window", "options": PADDINGS},
    {"name": "kernel", "kind": "kernel", "start": None, "group": "kernel", "options": KERNEL_NAMES},
    {
        "name": "kernel_size",
        "kind": "numbers",
        "start": [3, 3],
        "group": "kernel",
        "dial": (1, LARGEST_NAMED),
    },
    {"name": "strides", "kind": "numbers", "start": [1, 1], "group": "window"},
    {"name": "dilation_rate", "kind": "numbers", "start": [1, 1], "group": "window"},
    {"name": "true_convolution", "kind": "flag", "start": False, "group": "kernel"},
    {"name": "period", "kind": "number", "start": None, "group": "picture"},
    {"name": "angle", "kind": "number", "start": None, "group": "picture"},
    {"name": "noise", "kind": "number", "start": None, "group": "picture"},
    {"name": "move", "kind": "numbers", "start": None, "group": "picture", "apart": True},
    {"name": "marks", "kind": "number", "start": None, "group": "picture"},
    {"name": "channels", "kind": "number", "start": None, "group": "picture", "options": [1, 3]},
    {"name": "contrast", "kind": "word", "start": "own", "group": "picture", "options": CONTRASTS},
    {"name": "position", "kind": "numbers", "start": None},
    {"name": "language", "kind": "word", "start": None, "options": LANGUAGES},
]
"""Each setting once, in the order of a link, with its dial's group.

A link writes what is not the ``start``. A setting that is None has no dial and no effect.
"""

for _one in PROPERTIES:
    _one |= {"range": RANGES[_one["name"]]} if _one["name"] in RANGES else {}
    _one |= {"shapes": True} if _one["name"] in SHAPING else {}

NAMES = tuple(one["name"] for one in PROPERTIES)
DIALS = tuple(one["name"] for one in PROPERTIES if "group" in one)
OPTIONAL = ("period", "angle", "noise", "move", "marks")


def numbers(kernel: Kernel, size: tuple[int, int]) -> NDArray[np.float64]:
    """A kernel as an array of this size: by its name, or cut or filled with zeros all around.

    >>> numbers(((1.0, 2.0, 3.0),), (3, 1)).tolist()
    [[0.0], [2.0], [0.0]]
    """
    own = named_kernel(kernel, max(size)) if isinstance(kernel, str) else np.array(kernel)
    found = np.zeros(size)
    # The middle tap stays the middle one.
    shifts = [(new - 1) // 2 - (old - 1) // 2 for new, old in zip(size, own.shape, strict=True)]
    for (row, column), value in np.ndenumerate(own):
        place = row + shifts[0], column + shifts[1]
        if 0 <= place[0] < size[0] and 0 <= place[1] < size[1]:
            found[place] = value
    return found


def fitted(kernel: Kernel, size: tuple[int, int]) -> Kernel:
    """A kernel of this size: a square one keeps its name."""
    if isinstance(kernel, str) and size[0] == size[1]:
        return kernel
    return _tuples(numbers(kernel, size))


def _tuples(array: NDArray[np.floating]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(one) for one in row) for row in array)


def normal_kernel(value: object, argument: str = "kernel") -> Kernel:
    """A kernel's name, or its numbers; raises a ``ConvlabError`` for any other value.

    >>> normal_kernel([[0, 1], [2, 3]])
    ((0.0, 1.0), (2.0, 3.0))
    """
    value = simple(value)
    if value is None or isinstance(value, str):
        if value not in KERNEL_NAMES:
            raise not_one_of(argument, value, KERNEL_NAMES)
        return str(value)
    array = finite(value, argument)
    least, most = RANGES["kernel_size"]
    if array.ndim != 2 or not least <= min(array.shape) <= max(array.shape) <= most:
        raise ShapeError(
            "lens_kernel",
            argument=argument,
            value=array.shape,
            most=most,
            choices=[{argument: _near(array)}],
        )
    if np.abs(array).max() > LARGEST:
        raise ArgumentError(
            "lens_reach",
            argument=argument,
            value=float(array.flat[np.abs(array).argmax()]),
            least=-LARGEST,
            most=LARGEST,
            choices=[{argument: _clipped(array)}],
        )
    return _tuples(array)


def _near(array: NDArray[np.floating]) -> Kernel:
    """A kernel of the first rows and columns of what has other axes."""
    while array.ndim > 2 and array.size:
        array = array[0]
    most = RANGES["kernel_size"][1]
    return _clipped(np.atleast_2d(array)[:most, :most]) if array.size else "identity"


def _clipped(array: NDArray[np.floating]) -> Kernel:
    return _tuples(np.clip(array, -LARGEST, LARGEST))


def layer_of(settings: Settings) -> Conv2D:
    """The layer of a setting: each channel by itself meets the one kernel."""
    return Conv2D(**layer_arguments(settings))


def layer_arguments(settings: Settings) -> Settings:
    """The layer's arguments by Keras' names."""
    channels = settings["channels"]
    own = {name: settings[name] for name in SHAPING}
    return {"filters": channels, **own, "groups": channels, "use_bias": False}


def output_shape(settings: Settings, sizes: tuple[int, int]) -> tuple[int, ...]:
    """The shape of one picture's output; raises the layer's own error where there is none."""
    channels = settings["channels"]
    shape = layer_of(settings).compute_output_shape((1, *sizes, channels))[1:]
    return tuple(int(size or 0) for size in shape)


def resolved(before: Settings, changes: Mapping[str, Any], shape: tuple[int, int, int]) -> Settings:
    """All settings after some have changed, on a picture of this shape.

    Raises a ``ConvlabError`` for what is not legal.
    """
    found = {**before, **{name: _normal(name, value, shape) for name, value in changes.items()}}
    kernel = found["kernel"]
    if "kernel_size" not in changes and "kernel" in changes:
        size = found["kernel_size"]
        side = min(max(size), LARGEST_NAMED)
        named = isinstance(kernel, str)
        found["kernel_size"] = (side, side) if named else (len(kernel), len(kernel[0]))
    if isinstance(kernel, str):
        _within("kernel_size", found["kernel_size"], (1, LARGEST_NAMED))
    _check_pattern(before, found)
    found["kernel"] = fitted(kernel, found["kernel_size"])
    output = output_shape(found, shape[:2])
    place = found["position"]
    if place is None:
        place = (*(size // 2 for size in output[:2]), 0)
    elif "position" in changes and not (is_index(place) and place == nearest_index(place, output)):
        raise _no_place(place, output)
    found["position"] = nearest_index(place, output)
    return found


def _check_pattern(before: Settings, found: Settings) -> None:
    """A pattern keeps what it has; no other picture can get it."""
    for name, start in PATTERN.items():
        value, had = found[name], before[name]
        if (value is None) != (had is None):
            near = had or start if value is None else None
            raise ArgumentError("lens_pattern", argument=name, value=value, choices=[{name: near}])


def _normal(name: str, value: object, shape: tuple[int, int, int]) -> Any:
    if name == "kernel":
        return normal_kernel(value)
    value = simple(value)
    if name in OPTIONAL:
        return _normal_option(name, value)
    if name == "padding":
        return arguments.normal_padding(value, name, 2)
    if name == "true_convolution":
        return arguments.normal_truth(value, name, 2)
    if name in RANGES:
        return _within(name, arguments.normal_window(tuples(value), name, 2))
    if name == "position":
        return tuples(value)
    legal = {"channels": (1, 3)[: shape[2]], "contrast": CONTRASTS, "language": LANGUAGES}[name]
    if isinstance(value, bool | float) or not any(_equal(value, one) for one in legal):
        error = not_one_of(name, value, legal)
        near = error.choices or tuple({name: one} for one in legal)
        raise ArgumentError(error.code, choices=near, **error.parameters)
    return value


def _equal(value: object, one: object) -> bool:
    return isinstance(value, str | int) and value == one


def _normal_option(name: str, value: Any) -> Any:
    """A whole number, or two of them for a move; or None."""
    if value is None:
        return None
    count = 2 if name == "move" else 1
    given = tuples(value) if isinstance(value, list | tuple) else (value,) * count
    least, most = RANGES[name]
    parts = (*given, *(least,) * count)[:count]
    near = tuple(arguments.nearest_count(one, least, most=most) for one in parts)
    if not is_index(given) or given != near:
        raise _out_of_reach(name, value, (least, most), near if count > 1 else near[0])
    return near if count > 1 else near[0]


def _within(
    name: str, values: tuple[int, ...], reach: tuple[int, int] | None = None
) -> tuple[int, ...]:
    reach = reach or RANGES[name]
    if max(values) <= reach[1]:
        return values
    raise _out_of_reach(name, values, reach, tuple(min(value, reach[1]) for value in values))


def _out_of_reach(name: str, value: Any, reach: tuple[int, int], near: Any) -> ConvlabError:
    least, most = reach
    choices = [{name: near}]
    return ArgumentError(
        "lens_reach", argument=name, value=value, least=least, most=most, choices=choices
    )


def _no_place(value: object, output: tuple[int, ...]) -> ConvlabError:
    return ArgumentError(
        "explorer_position",
        argument="position",
        value=value,
        shape=output,
        least=(0,) * 3,
        most=tuple(size - 1 for size in output),
        choices=[{"position": nearest_index(value, output)}],
    )


def plain(value: Any) -> Any:
    """As JSON would bring it back.

    >>> plain({"kernel": ((1.0,),), "strides": (1, 1)})
    {'kernel': [[1.0]], 'strides': [1, 1]}
    """
    return json.loads(json.dumps(value))
