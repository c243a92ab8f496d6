"""Keras-style arguments to canonical values: the one place that refuses a bad argument.

Each ``normal_*`` function takes the value and the argument's name and returns the canonical value;
each ``check_*`` function holds a rule between values that are canonical already. All raise the
errors of ``errors.py``, never later and never elsewhere. The rules are Keras 3's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import activations, constraints, initializers, regularizers
from .errors import (
    ArgumentError,
    DTypeError,
    NotEnoughMemoryError,
    ShapeError,
    StateError,
    choose_one,
)
from .geometry import Axis, Size, Stage
from .i18n import Choices, Term, text

DTYPES = ("float32", "float64")
DATA_FORMATS = ("channels_last", "channels_first")
AXIS_NAMES = {1: ("steps",), 2: ("height", "width")}

Shape = tuple[Size, ...]


def normal_window(value: object, argument: str, rank: int, least: int = 1) -> tuple[int, ...]:
    """One integer for all axes, or one for each: a tuple of ``rank`` integers from ``least`` up.

    >>> normal_window(3, "kernel_size", 2)
    (3, 3)
    """
    if isinstance(value, int):
        values: tuple[Any, ...] = (value,) * rank
    else:
        values = tuple(value) if isinstance(value, Iterable) and _holds_items(value) else ()
    if len(values) != rank or not all(map(_is_whole, values)) or min(values) < least:
        raise ArgumentError(
            "window",
            argument=argument,
            value=value,
            rank=rank,
            least=least,
            axes=Choices([_axis_term(rank, axis) for axis in range(rank)]),
            nearest=_nearest_window(values or (value,), rank, least),
            choices=[{argument: _nearest_window(values or (value,), rank, least)}],
        )
    return tuple(int(item) for item in values)


def _holds_items(value: Iterable[Any]) -> bool:
    return not isinstance(value, str | bytes) and getattr(value, "ndim", 1) > 0


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer)


def _nearest_window(values: Sequence[object], rank: int, least: int) -> tuple[int, ...]:
    nearest = [_nearest_count(value, least) for value in values[:rank]]
    return (*nearest, *nearest[-1:] * (rank - len(nearest)))


def _nearest_count(value: object, least: int) -> int:
    try:
        return max(round(float(value)), least)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return least


def normal_output_padding(value: object, argument: str, rank: int) -> tuple[int, ...] | None:
    """``None``, which is not 0, or an integer from 0 up for each axis."""
    return None if value is None else normal_window(value, argument, rank, least=0)


def normal_count(value: object, argument: str, rank: int) -> int:
    """A positive integer.

    >>> normal_count(True, "filters", 2)
    1
    """
    if not _is_whole(value) or value < 1:  # type: ignore[operator]
        nearest = _nearest_count(value, 1)
        raise ArgumentError(
            "count",
            argument=argument,
            value=value,
            nearest=nearest,
            choices=[{argument: nearest}],
        )
    return int(value)  # type: ignore[call-overload, no-any-return]


def _one_of(value: object, argument: str, legal: Sequence[str]) -> str:
    canonical = value.lower() if isinstance(value, str) else value
    if canonical not in legal:
        raise ArgumentError(
            "one_of",
            argument=argument,
            value=value,
            legal=Choices(legal),
            choices=choose_one(argument, value, legal),
        )
    return str(canonical)


def normal_padding(value: object, argument: str, rank: int) -> str:
    """``"valid"``, ``"same"`` or, along one axis only, ``"causal"``; any case."""
    return _one_of(value, argument, ("valid", "same", "causal")[: 4 - rank])


def normal_data_format(value: object, argument: str, rank: int) -> str:
    """``"channels_last"`` (also for ``None``) or ``"channels_first"``; any case."""
    return _one_of("channels_last" if value is None else value, argument, DATA_FORMATS)


def normal_truth(value: object, argument: str, rank: int) -> bool:
    """``True`` or ``False`` themselves, not a number that looks like one."""
    if not isinstance(value, bool):
        raise ArgumentError(
            "truth", argument=argument, value=value, choices=[{argument: True}, {argument: False}]
        )
    return value


def normal_name(value: object, argument: str, rank: int) -> str | None:
    """A text without a slash, or ``None`` for an automatic name."""
    if value is not None and (not isinstance(value, str) or "/" in value):
        nearest = str(value).replace("/", "_")
        raise ArgumentError(
            "name", argument=argument, value=value, nearest=nearest, choices=[{argument: nearest}]
        )
    return value


def normal_dtype(value: object, argument: str, rank: int) -> str:
    """``"float32"`` (also for ``None``) or ``"float64"``, by name, NumPy type or Keras policy."""
    name = _dtype_name(value)
    if name not in DTYPES:
        raise DTypeError(
            "dtype",
            argument=argument,
            value=value,
            legal=Choices(DTYPES),
            choices=choose_one(argument, name, DTYPES),
        )
    return str(name)


def _dtype_name(value: object) -> object:
    if value is None or value is float:
        return "float32"
    if isinstance(value, Mapping):
        return value.get("config", {}).get("name")
    if isinstance(value, str):
        return value
    if isinstance(value, type) and issubclass(value, np.generic):
        return np.dtype(value).name
    return getattr(value, "name", value)


def normal_activation(value: object, argument: str, rank: int) -> activations.Activation:
    return activations.get(value, argument=argument)


def normal_initializer(value: object, argument: str, rank: int) -> Any:
    return initializers.get(value, argument=argument)


def normal_regularizer(value: object, argument: str, rank: int) -> Any:
    return regularizers.get(value, argument=argument)


def normal_constraint(value: object, argument: str, rank: int) -> Any:
    return constraints.get(value, argument=argument)


def normal_flag(value: object, argument: str, rank: int) -> object:
    """Taken as true or false and kept as it came, as Keras does with ``use_bias``."""
    return value


_NORMALISERS: dict[str, Callable[[object, str, int], Any]] = {
    "filters": normal_count,
    "groups": normal_count,
    "depth_multiplier": normal_count,
    "kernel_size": normal_window,
    "strides": normal_window,
    "dilation_rate": normal_window,
    "output_padding": normal_output_padding,
    "padding": normal_padding,
    "data_format": normal_data_format,
    "activation": normal_activation,
    "use_bias": normal_flag,
    "trainable": normal_truth,
    "dtype": normal_dtype,
    "name": normal_name,
    "initializer": normal_initializer,
    "regularizer": normal_regularizer,
    "constraint": normal_constraint,
}


def normal(argument: str, value: object, rank: int) -> Any:
    """The canonical value of any argument of any layer.

    >>> normal("padding", "SAME", rank=2)
    'same'
    """
    kind = argument if argument in _NORMALISERS else argument.rpartition("_")[2]
    return _NORMALISERS[kind](value, argument, rank)


def check_keywords(unknown: Mapping[str, object], known: Sequence[str], layer: str) -> None:
    """Refuse a keyword that no argument of the layer has."""
    for keyword, value in unknown.items():
        meant = [choice["name"] for choice in choose_one("name", keyword, known)][:3]
        raise ArgumentError(
            "unknown_argument",
            argument=keyword,
            value=value,
            layer=layer,
            legal=Choices(meant),
            choices=[{name: value} for name in meant],
        )


def check_groups(filters: int, groups: int) -> None:
    """Every group makes the same number of filters."""
    if filters % groups:
        raise ArgumentError(
            "filters_by_groups",
            argument="groups",
            value=groups,
            filters=filters,
            legal=Choices(_divisors(filters)),
            choices=[{"groups": divisor} for divisor in _divisors(filters)],
        )


def _divisors(number: int) -> list[int]:
    """The divisors among the small numbers, largest last, and the number itself."""
    return [d for d in range(1, min(number, 64) + 1) if number % d == 0] + [number] * (number > 64)


def check_dilated_strides(strides: tuple[int, ...], dilation_rate: tuple[int, ...]) -> None:
    """Keras refuses a stride and a dilation above 1 together, on whatever axes."""
    if max(strides) > 1 and max(dilation_rate) > 1:
        ones = (1,) * len(strides)
        raise ArgumentError(
            "dilated_strides",
            argument="dilation_rate",
            value=dilation_rate,
            strides=strides,
            ones=ones,
            choices=[{"dilation_rate": ones}, {"strides": ones}],
        )


def check_output_padding(output_padding: tuple[int, ...] | None, strides: tuple[int, ...]) -> None:
    """What is added at the end stays below the stride on every axis."""
    pairs = list(zip(output_padding or (), strides, strict=False))
    for axis, (extra, stride) in enumerate(pairs):
        if extra >= stride:
            raise ArgumentError(
                "output_padding",
                argument="output_padding",
                value=output_padding,
                axis=_axis_term(len(strides), axis),
                extra=extra,
                stride=stride,
                most=stride - 1,
                choices=[
                    {"output_padding": tuple(min(extra, stride - 1) for extra, stride in pairs)},
                    {"output_padding": None},
                ],
            )


def normal_shape(value: object, rank: int, layout: tuple[str, ...]) -> Shape:
    """An input shape as a tuple: sizes from 0 up, ``None`` where unknown, named by ``layout``."""
    # One size too many is enough to know: a range may be long, a generator endless.
    items = value if isinstance(value, Iterable) and _holds_items(value) else ()
    sizes = tuple(islice(items, rank + 3))
    if len(sizes) != rank + 2 or not all(
        size is None or (_is_whole(size) and size >= 0) for size in sizes
    ):
        raise ShapeError(
            "input_shape",
            argument="input_shape",
            value=value,
            length=rank + 2,
            layout=_layout(layout),
            choices=[{"input_shape": _nearest_shape(sizes, rank)}],
        )
    return tuple(None if size is None else int(size) for size in sizes)


def _layout(names: tuple[str, ...]) -> Choices:
    return Choices([Term(f"axis.{name}_size") for name in names])


def _nearest_shape(sizes: tuple[object, ...], rank: int) -> Shape:
    """The sizes that can be kept, ones where there are too few: a batch of 1 comes first."""
    kept = tuple(None if size is None else _nearest_count(size, 1) for size in sizes[: rank + 2])
    missing = rank + 2 - len(kept)
    return (1,) + kept + (1,) * (missing - 1) if missing else kept


def check_channels(channels: Size, input_shape: Shape) -> int:
    """The number of channels: known, and at least 1."""
    if not channels:
        raise ShapeError(
            "no_channels", argument="input_shape", value=input_shape, channels=channels
        )
    return channels


def check_shared_channels(channels: int, groups: int, filters: int) -> None:
    """Every group sees the same number of channels."""
    if channels % groups:
        shared = _divisors(gcd(channels, filters))
        raise ShapeError(
            "channels_by_groups",
            argument="groups",
            value=groups,
            channels=channels,
            filters=filters,
            legal=Choices(shared),
            choices=[{"groups": divisor} for divisor in shared],
        )


def check_same_channels(channels: Size, built: int, input_shape: Shape) -> None:
    """A built layer takes the number of channels that it was built with."""
    if channels is not None and channels != built:
        raise ShapeError(
            "other_channels",
            argument="input_shape",
            value=input_shape,
            channels=channels,
            built=built,
        )


def check_windows_fit(axes: Sequence[Axis], kernel_size: tuple[int, ...]) -> None:
    """Under ``valid`` the window has to fit into the input at least once, along every axis."""
    for index, axis in enumerate(axes):
        if axis.output_size is not None and axis.output_size < 1:
            raise _window_too_large(axis, index, _fitting(axes), kernel_size)


def _window_too_large(
    axis: Axis, index: int, fitting: tuple[int, ...], kernel_size: tuple[int, ...]
) -> ShapeError:
    assert axis.size is not None
    advice = "errors.advice_smaller_kernel" if min(fitting) else "errors.advice_same"
    smaller = [{"kernel_size": fitting}] if min(fitting) else []
    return ShapeError(
        "window_too_large",
        argument="kernel_size",
        value=kernel_size,
        axis=_axis_term(len(kernel_size), index),
        kernel=axis.kernel,
        dilation=axis.dilation,
        effective=axis.effective_kernel,
        size=axis.size,
        advice=Term(advice, effective=axis.effective_kernel, largest=fitting[index]),
        choices=[*smaller, {"padding": "same"}],
    )


def _fitting(axes: Sequence[Axis]) -> tuple[int, ...]:
    """The nearest kernel that fits into the input along every axis; a 0 where none does."""
    return tuple(
        axis.kernel if axis.size is None else min(axis.kernel, axis.largest_kernel) for axis in axes
    )


def _axis_term(rank: int, index: int) -> Term:
    return Term(f"axis.{AXIS_NAMES[rank][index]}")


def normal_array(value: object, dtype: str, argument: str = "x") -> NDArray[np.floating]:
    """Numbers as an array of the layer's dtype; the caller's own array where it already is one.

    Keras takes arrays only, not lists: so that a nested list is not taken for a batch by accident.
    """
    if not hasattr(value, "__array__"):
        raise DTypeError("not_an_array", argument=argument, kind=type(value).__name__)
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise DTypeError("not_numbers", argument=argument, kind=str(array.dtype))
    return array.astype(dtype, copy=False)


def check_input_rank(shape: Shape, rank: int, layout: tuple[str, ...]) -> None:
    """An input has a batch axis, the sliding axes and a channel axis."""
    if len(shape) != rank + 2:
        raise ShapeError(
            "input_rank",
            argument="x",
            value=shape,
            dimensions=len(shape),
            length=rank + 2,
            layout=_layout(layout),
            advice=Term("errors.advice_batch" if len(shape) == rank + 1 else "errors.advice_axes"),
            choices=[{"input_shape": _nearest_shape(shape, rank)}],
        )


def check_gradient_shape(shape: Shape, expected: Shape) -> None:
    """The gradient has the shape of the output that it belongs to."""
    if shape != expected:
        raise ShapeError(
            "gradient_shape",
            argument="grad_output",
            value=shape,
            expected=expected,
            choices=[{"shape": expected}],
        )


def check_weights(values: object, shapes: Sequence[Shape], layer: str) -> list[NDArray[Any]]:
    """As many arrays as the layer has weights, each of its weight's shape; never broadcast."""
    arrays = [np.asarray(value) for value in values] if _is_sequence(values) else None  # type: ignore[attr-defined]
    if arrays is None or [array.shape for array in arrays] != list(shapes):
        given = None if arrays is None else [array.shape for array in arrays]
        raise ShapeError(
            "weights", argument="weights", value=given, layer=layer, expected=Choices(shapes)
        )
    for array in arrays:
        if array.dtype.kind not in "fiub":
            raise DTypeError("not_numbers", argument="weights", kind=str(array.dtype))
    return arrays


def _is_sequence(values: object) -> bool:
    return isinstance(values, Sequence) and not isinstance(values, str | bytes)


def check_built(built: bool, method: str, layer: str) -> None:
    """Weights exist from the first call, or from ``build``, on."""
    if not built:
        raise StateError("not_built", argument="layer", value=layer, method=method, layer=layer)


def check_not_built(built: bool, layer: str) -> None:
    """A layer is built once: its weights are not made anew behind anybody's back."""
    if built:
        raise StateError("built_already", argument="layer", value=layer, layer=layer)


def check_called(called: bool, layer: str) -> None:
    """A gradient flows back through the last call."""
    if not called:
        raise StateError("not_called", argument="layer", value=layer, layer=layer)


_UNQUESTIONED_BYTES = 1 << 28


def check_memory(shape: Sequence[int], itemsize: int, what: str) -> None:
    """Refuse an array that this machine has no memory for, before trying to make it.

    ``what`` is an entry of the catalogue's ``errors``: what the array would hold.
    """
    needed = itemsize
    for size in shape:
        needed *= size
    if needed <= _UNQUESTIONED_BYTES:
        return
    free = _free_memory()
    if free is not None and needed > free:
        raise NotEnoughMemoryError(
            "memory",
            argument="shape",
            value=tuple(shape),
            what=Term(f"errors.{what}"),
            needed=f"{needed / 2**30:,.1f}",
            free=f"{free / 2**30:,.1f}",
        )


def _free_memory() -> int | None:
    """Bytes that can still be had, where the system tells: Linux says so, others know the total."""
    try:
        with open("/proc/meminfo", encoding="ascii") as report:
            fields = dict(line.split(":", 1) for line in report)
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError):
        names = getattr(os, "sysconf_names", {})
        if "SC_PHYS_PAGES" not in names:
            return None
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def check_index(value: object, count: int, argument: str) -> None:
    """A whole number that counts one of ``count`` things from 0."""
    if not _is_whole(value) or not 0 <= value < count:  # type: ignore[operator]
        nearest = min(_nearest_count(value, 0), count - 1)
        raise ArgumentError(
            "index",
            argument=argument,
            value=value,
            count=count,
            most=count - 1,
            choices=[{argument: nearest}] if count else [],
        )


def check_transposed(stage: Stage, layer: str) -> None:
    """Only a transposed layer stamps its input onto its output."""
    if not stage.transposed:
        raise ArgumentError(
            "not_transposed",
            argument="layer",
            value=layer,
        )


def check_is_layer(value: object, kind: type, code: str = "not_a_layer") -> None:
    """One of convlab's layers, and nothing that only looks like one.

    ``code`` is the sentence that says what else will do.
    """
    if not isinstance(value, kind):
        raise ArgumentError(code, argument="layer", value=value, kind=type(value).__name__)


def check_layer_name(value: object, names: Sequence[str]) -> None:
    """The name of one of Keras' convolution layers that convlab has."""
    if value not in names:
        raise ArgumentError(
            "one_of",
            argument="layer",
            value=value,
            legal=Choices(names),
            choices=choose_one("layer", value, names),
        )


def legacy_warning(argument: str) -> str:
    """What to say of an argument that Keras takes for old times' sake and does not use."""
    return text("errors.legacy_argument", argument=argument)
