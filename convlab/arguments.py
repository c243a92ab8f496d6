"""Keras-style arguments to canonical values: the one place that refuses a bad argument.

Each ``normal_*`` function takes the value and the argument's name and returns the canonical value;
each ``check_*`` function holds a rule between values that are canonical already. All raise the
errors of ``errors.py``, never later and never elsewhere. The rules are Keras 3's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from itertools import islice, permutations
from math import gcd, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import activations, constraints, initializers, regularizers
from .errors import (
    OMIT,
    ArgumentError,
    ConvlabError,
    DTypeError,
    ShapeError,
    StateError,
    choose_one,
    not_one_of,
)
from .geometry import Axis, Size, Stage
from .i18n import Choices, Term, text
from .memory import check_memory
from .registry import checked_number

DTYPES = ("float32", "float64")
MIXED_POLICIES = ("mixed_float16", "mixed_bfloat16")
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
        values = items_of(value)
    if len(values) != rank or not all(map(is_whole, values)) or min(values) < least:
        raise ArgumentError(
            "window",
            argument=argument,
            value=value,
            rank=rank,
            least=least,
            axes=Choices([axis_term(rank, axis) for axis in range(rank)]),
            nearest=nearest_window(values or (value,), rank, least),
            choices=[{argument: nearest_window(values or (value,), rank, least)}],
        )
    return tuple(int(item) for item in values)


def _holds_items(value: Any) -> bool:
    return not isinstance(value, str | bytes) and getattr(value, "ndim", 1) != 0


LARGEST = (1 << 63) - 1
"""No array counts further."""


def is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer)


def nearest_window(values: Sequence[object], rank: int, least: int) -> tuple[int, ...]:
    if len(values) == 1:
        values = items_of(values[0]) or values
    if len(values) == rank + 2 and repr(values[0]) == repr(values[-1]) == "1":
        values = values[1:-1]  # As tf.nn takes strides: for the batch and the channels, too.
    nearest = [nearest_count(value, least) for value in values[:rank]]
    return (*nearest, *nearest[-1:] * (rank - len(nearest)))


def nearest_count(value: object, least: int, most: int = LARGEST) -> int:
    """The whole number from ``least`` to ``most`` that is nearest to a value; else ``least``.

    >>> nearest_count(2.6, 1), nearest_count("wide", 1), nearest_count(1e300, 1, most=8)
    (3, 1, 8)
    """
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:  # An integer larger than any float.
        number = float("inf") if value > 0 else float("-inf")  # type: ignore[operator]
    except Exception:  # Whatever an object answers that is no number.
        return least
    return round(min(max(number, least), most)) if number == number else least


def normal_number(value: object, argument: str, rank: int) -> Any:
    """A real number."""
    return checked_number(value, argument)


def normal_output_padding(value: object, argument: str, rank: int) -> tuple[int, ...] | None:
    """``None``, which is not 0, or an integer from 0 up for each axis."""
    return None if value is None else normal_window(value, argument, rank, least=0)


def normal_count(value: object, argument: str, rank: int) -> int:
    """A positive integer.

    >>> normal_count(True, "filters", 2)
    1
    """
    if not is_whole(value) or not 1 <= int(value) <= LARGEST:  # type: ignore[call-overload]
        nearest = nearest_count(value, 1)
        raise ArgumentError(
            "large_count" if nearest == LARGEST else "count",
            argument=argument,
            value=value,
            nearest=nearest,
            choices=[{argument: nearest}],
        )
    return int(value)  # type: ignore[call-overload, no-any-return]


def one_of(value: object, argument: str, legal: Sequence[str]) -> str:
    canonical = value.lower() if isinstance(value, str) else None
    if canonical not in legal:
        raise not_one_of(argument, value, legal)
    return str(canonical)


def normal_padding(value: object, argument: str, rank: int) -> str:
    """``"valid"``, ``"same"`` or, along one axis only, ``"causal"``; any case.

    A number, as PyTorch takes it, is answered by what is nearest: 0 by ``"valid"``.
    """
    legal = ("valid", "same", "causal")[: 4 - rank]
    if (is_whole(value) and value != 0) or items_of(value):
        legal = (legal[1], legal[0], *legal[2:])
    return one_of(value, argument, legal)


def normal_uncausal_padding(value: object, argument: str, rank: int) -> str:
    """``"valid"`` or ``"same"``, whatever the number of axes: only Conv1D knows ``"causal"``."""
    return normal_padding(value, argument, rank=2)


def normal_data_format(value: object, argument: str, rank: int) -> str:
    """``"channels_last"`` (also for ``None``) or ``"channels_first"``; any case."""
    known = _OTHER_VALUES["data_format"].get(value) if isinstance(value, str) else None
    legal = sorted(DATA_FORMATS, key=lambda name: name != (known or "channels_last"))
    return one_of("channels_last" if value is None else value, argument, legal)


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
    """``"float32"`` (also for ``None``) or ``"float64"``, by name, NumPy type or Keras policy.

    Of a mixed policy the dtype of its variables is taken: shapes and counts are the same.
    """
    name = _dtype_name(value)
    name = "float32" if name in MIXED_POLICIES else name
    if name not in DTYPES:
        raise DTypeError(
            "dtype",
            argument=argument,
            value=value,
            legal=Choices(DTYPES),
            choices=choose_one(argument, name, DTYPES),
        )
    return str(name)


OTHER_PRECISIONS = {"float16": 2, "bfloat16": 2, "float8": 1, "int8": 1, "int4": 1}


def precision_of(value: object) -> int | None:
    """The bytes of a number of a dtype or policy of Keras' that no layer here computes in."""
    name = str(_dtype_name(value)).partition("_")[0]
    return OTHER_PRECISIONS.get(name)


def _dtype_name(value: object) -> object:
    if value is None or value is float:
        return "float32"
    if isinstance(value, Mapping):
        config = value.get("config")
        return config.get("name") if isinstance(config, Mapping) else None
    if isinstance(value, str):
        return value
    if isinstance(value, type) and issubclass(value, np.generic):
        return np.dtype(value).name
    return getattr(value, "name", None)


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
    try:
        bool(value)
    except Exception:  # Whatever an object answers that is neither.
        return normal_truth(value, argument, rank)
    return value


_NORMALISERS: dict[str, Callable[[object, str, int], Any]] = {
    "filters": normal_count,
    "units": normal_count,
    "groups": normal_count,
    "depth_multiplier": normal_count,
    "kernel_size": normal_window,
    "pool_size": normal_window,
    "strides": normal_window,
    "dilation_rate": normal_window,
    "output_padding": normal_output_padding,
    "lora_rank": normal_count,
    "lora_alpha": normal_number,
    "padding": normal_padding,
    "data_format": normal_data_format,
    "activation": normal_activation,
    "use_bias": normal_flag,
    "keepdims": normal_flag,
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


OTHER_NAMES = {
    **dict.fromkeys(("nb_filter", "out_channels", "num_filters", "n_filters"), "filters"),
    **dict.fromkeys(("num_outputs", "output_channels", "features", "channels"), "filters"),
    **dict.fromkeys(("filter_length", "filter_size", "ksize", "kernel_shape"), "kernel_size"),
    **dict.fromkeys(("stride", "subsample", "subsample_length", "window_strides"), "strides"),
    **dict.fromkeys(("dilation", "dilations", "atrous_rate", "rate"), "dilation_rate"),
    **dict.fromkeys(("kernel_dilation", "rhs_dilation"), "dilation_rate"),
    **dict.fromkeys(("border_mode", "auto_pad", "pad", "pads"), "padding"),
    **dict.fromkeys(("dim_ordering", "layout"), "data_format"),
    **dict.fromkeys(("bias", "with_bias"), "use_bias"),
    **dict.fromkeys(("group", "num_groups", "feature_group_count"), "groups"),
    **dict.fromkeys(("act", "activation_fn", "nonlinearity"), "activation"),
    **dict.fromkeys(("init", "kernel_init", "w_init", "weights_initializer"), "kernel_initializer"),
    **dict.fromkeys(("bias_init", "b_init", "biases_initializer"), "bias_initializer"),
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
}
"""What Keras 1, PyTorch and others call our arguments."""

_KERAS_1_SIZES = ("nb_row", "nb_col")
"""The two halves of what is one argument now."""

_ONLY_ELSEWHERE = (
    "in_channels input_channels padding_mode device weights groups batch_input_shape batch_shape"
    " lora_rank lora_alpha activity quantization_config output_padding input_dilation"
).split()
"""What other layers and libraries have: no misspelling of anything here."""

_OTHER_VALUES = {
    "data_format": {
        **dict.fromkeys(("tf", "NHWC", "NWC"), "channels_last"),
        **dict.fromkeys(("th", "NCHW", "NCW"), "channels_first"),
    }
}


def check_call(
    names: Sequence[str], values: Sequence[object], named: Mapping[str, object], layer: str
) -> None:
    """As many values without a name as there are arguments, and none given twice."""
    if len(values) > len(names):
        raise ArgumentError(
            "too_many_values", argument=names[-1], value=len(values), most=len(names), layer=layer
        )
    twice = [name for name in names[: len(values)] if name in named]
    for name in twice:
        both = (values[names.index(name)], named[name])
        raise ArgumentError("given_twice", argument=name, value=both, layer=layer)


def check_keywords(
    unknown: Mapping[str, object],
    known: Sequence[str],
    layer: str,
    given: Iterable[str] = (),
) -> None:
    """Refuse keywords that no argument has; what was meant is offered, else to leave them out.

    ``given`` are the arguments that the caller named rightly: nothing is renamed to these.
    """
    unknown = {name: value for name, value in unknown.items() if value is not OMIT}
    if not unknown:
        return
    keyword, value = next(iter(unknown.items()))
    free = [name for name in known if name not in given]
    meant = _meant(keyword, free)
    best = [_renamed(name, each, _meant(name, free)[:1]) for name, each in unknown.items()]
    whole = {name: each for choice in best for name, each in choice.items()}
    if "kernel_size" in free and {*_KERAS_1_SIZES} <= unknown.keys():
        whole["kernel_size"] = tuple(unknown[name] for name in _KERAS_1_SIZES)
    rest = {name: each for choice in best[1:] for name, each in choice.items()}
    others = [{**rest, **_renamed(keyword, value, [name])} for name in meant[1:]]
    raise ArgumentError(
        "unknown_argument" if meant else "superfluous_argument",
        argument=keyword,
        value=value,
        layer=layer,
        legal=Choices(meant),
        choices=[whole, *others],
    )


def _meant(keyword: str, free: Sequence[str]) -> list[str]:
    """The arguments that a wrong keyword may stand for, the likeliest first."""
    if keyword in OTHER_NAMES:
        return [name for name in (OTHER_NAMES[keyword],) if name in free]
    if keyword in _ONLY_ELSEWHERE:
        return []
    from difflib import get_close_matches  # Here, because only an error needs it.

    return get_close_matches(keyword.lower(), free, n=3, cutoff=0.6)


def _renamed(keyword: str, value: object, meant: Sequence[str]) -> dict[str, object]:
    values = _OTHER_VALUES.get(meant[0], {}) if meant else {}
    new = values.get(value, value) if isinstance(value, str) else value
    return {**dict.fromkeys(meant, new), keyword: OMIT}


def check_names(config: Any) -> Mapping[str, Any]:
    """A mapping from names, as keyword arguments are; refuse anything else.

    What has no name is offered to be left out of the mapping.
    """
    if not isinstance(config, Mapping):
        kind = type(config).__name__
        raise ArgumentError("not_a_config", argument="config", value=config, kind=kind)
    for name in config:
        if not isinstance(name, str):
            omitted: list[Any] = [{name: OMIT}]
            raise ArgumentError("not_a_name", argument="config", value=name, choices=omitted)
    return config


def normal_config(config: Any, known: Sequence[str]) -> dict[str, Any]:
    """A layer's config as keyword arguments; what older Keras wrote besides is understood.

    Raises ``ArgumentError`` for anything but a mapping from names.
    """
    try:
        config = check_names(config)
    except ConvlabError as error:
        error.choices = ()  # They are about the mapping, and the argument here is the whole of it.
        raise

    def is_old(name: str) -> bool:
        neutral = name in _NEUTRAL and repr(config[name]) == repr(_NEUTRAL[name])
        return name not in known and (neutral or name in _OLD_SHAPES)

    return {name: value for name, value in config.items() if not is_old(name)}


_OLD_SHAPES = ("batch_input_shape", "batch_shape", "build_config")
_NEUTRAL: dict[str, object] = {"groups": 1, "lora_rank": None, "lora_alpha": None}
"""What Keras 2 wrote for layers without groups, and Keras 3 for layers without LoRA."""


def check_groups(filters: int, groups: int) -> None:
    """Every group makes the same number of filters."""
    if filters % groups:
        raise ArgumentError(
            "filters_by_groups",
            argument="groups",
            value=groups,
            filters=filters,
            legal=Choices(_divisors(filters)),
            choices=_nearest_divisors(_divisors(filters), groups),
        )


def _divisors(number: int) -> list[int]:
    """The divisors among the small numbers, largest last, and the number itself."""
    return [d for d in range(1, min(number, 64) + 1) if number % d == 0] + [number] * (number > 64)


def _nearest_divisors(divisors: Sequence[int], groups: int) -> list[dict[str, int]]:
    return [{"groups": each} for each in sorted(divisors, key=lambda each: abs(each - groups))]


def check_lora(rank: int | None, constraint: object) -> None:
    """Keras takes no constraint on a kernel that LoRA adds to."""
    if rank is not None and constraint is not None:
        without = {"lora_rank": OMIT, "lora_alpha": OMIT}
        raise ArgumentError(
            "lora_constraint",
            argument="kernel_constraint",
            value=constraint,
            choices=[{"kernel_constraint": None}, without],
        )


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
                axis=axis_term(len(strides), axis),
                extra=extra,
                stride=stride,
                most=stride - 1,
                choices=[
                    {"output_padding": tuple(min(extra, stride - 1) for extra, stride in pairs)},
                    {"output_padding": None},
                ],
            )


def normal_shape(value: object, layout: tuple[str, ...], least: tuple[int, ...]) -> Shape:
    """An input shape as a tuple: sizes from 0 up, ``None`` where unknown, named by ``layout``.

    ``least`` holds, for each direction, the size to offer in place of one that is none.
    """
    sizes = items_of(value)
    if len(sizes) != len(layout) or not all(map(is_size, sizes)):
        near = _nearest_shapes(shape_meant(value), layout, least)
        raise ShapeError(
            "input_shape",
            argument="input_shape",
            value=value,
            length=len(layout),
            layout=_layout(layout),
            choices=[{"input_shape": shape} for shape in near],
        )
    return tuple(None if size is None else int(size) for size in sizes)


def shape_meant(value: object) -> tuple[object, ...]:
    """The sizes that are rather meant: of an array its shape, of a list with one shape that shape.

    >>> shape_meant([(None, 28, 28)]), shape_meant(np.ones((3, 5)))
    ((None, 28, 28), (3, 5))
    """
    if getattr(value, "ndim", 1) > 1:
        return items_of(getattr(value, "shape", ()))
    sizes = items_of(value)
    return items_of(sizes[0]) if len(sizes) == 1 and items_of(sizes[0]) else sizes


def items_of(value: object) -> tuple[Any, ...]:
    """The items of a tuple, a list, an array or any other iterable; none of a number or a text."""
    if not isinstance(value, Iterable) or not _holds_items(value):
        return ()
    return tuple(islice(value, _MOST_ITEMS))


def read_once(values: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """The items of those values that are iterators: what was read of them is gone."""
    return {name: items_of(value) for name, value in values.items() if isinstance(value, Iterator)}


def is_empty(values: object) -> bool:
    """Whether something holds items, and none at all."""
    return isinstance(values, Sized) and not isinstance(values, str) and len(values) == 0


_MOST_ITEMS = 100
"""Where an endless iterable stops: no argument has more items."""


def is_size(size: object) -> bool:
    """Whether something is a size of a shape: an integer from 0 up, or ``None``."""
    return size is None or (is_whole(size) and 0 <= int(size) <= LARGEST)  # type: ignore[call-overload]


def _layout(names: tuple[str, ...]) -> Choices:
    return Choices([Term(f"axis.{name}_size") for name in names])


def _nearest_shapes(
    given: tuple[object, ...], layout: tuple[str, ...], least: tuple[int, ...]
) -> list[Shape]:
    """Shapes that keep every size that was given, the likeliest first.

    An axis that is missing gets the size 1; axes too many are counted as samples.
    """
    rank, place = len(least), layout.index("channels")
    bounds = [1, *least]
    bounds.insert(place, 1)
    if len(given) >= len(layout):
        extra = len(given) - len(layout) + 1
        samples = product_of(nearest_sizes(given[:extra], [1] * extra))
        return [(samples, *nearest_sizes(given[extra:], bounds[1:]))]
    if len(given) == rank + 1:
        batched = with_size(nearest_sizes(given, [1, *least]), place, 1)
        single = (1, *nearest_sizes(given, bounds[1:]))
        if given[0] is None:
            return [batched]
        return [batched, single] if _has_batch(given, place) else [single, batched]
    sizes = (*nearest_sizes(given, least), *least[len(given) :])
    return [with_size((1, *sizes), place, 1)]


def nearest_sizes(given: Sequence[object], bounds: Sequence[int]) -> Shape:
    """Sizes as they are where they are sizes, else the nearest from a bound up."""
    return tuple(
        size if is_size(size) else nearest_count(size, bound)  # type: ignore[misc]
        for size, bound in zip(given, bounds, strict=False)
    )


def with_size(sizes: Shape, place: int, size: int) -> Shape:
    return (*sizes[:place], size, *sizes[place:])


def product_of(sizes: Shape) -> Size:
    known = [size for size in sizes if size is not None]
    return prod(known) if len(known) == len(sizes) else None


def _has_batch(given: tuple[object, ...], place: int) -> bool:
    """Whether the axis that is missing is rather the channels' than the batch's."""
    if is_whole(given[0]) and given[0] == 1:
        return True
    few = given[place - 1]
    if is_whole(few) and few <= _FEW_CHANNELS:  # type: ignore[operator]
        return False
    return len(given) > 2 and repr(given[0]) != repr(given[1])


_FEW_CHANNELS = 4


def check_channels(channels: Size, input_shape: Shape, place: int, least: int = 1) -> int:
    """The number of channels: known, and at least 1. ``least`` is offered in its ``place``."""
    if not channels:
        known = (*input_shape[:place], least, *input_shape[place:][1:])
        raise ShapeError(
            "no_channels",
            argument="input_shape",
            value=input_shape,
            channels=channels,
            choices=[{"input_shape": known}],
        )
    return channels


def check_even(shape: Shape, axis: int, counts: Mapping[str, int], data_format: str) -> None:
    """glu halves an axis of the output: its size must be even there.

    ``counts`` are the arguments that decide the number of channels.
    """
    size = shape[axis]
    if size is not None and size % 2:
        channels = data_format == "channels_last" and axis in (-1, len(shape) - 1)
        near = [(name, count + 1) for name, count in counts.items() if channels]
        near += [(name, count - 1) for name, count in counts.items() if channels and count > 1]
        raise ShapeError(
            "odd_glu",
            argument="activation",
            value=shape,
            size=size,
            choices=[*({name: count} for name, count in near), {"activation": "linear"}],
        )


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
            choices=_nearest_divisors(shared, groups),
        )


def check_same_channels(channels: Size, built: int, input_shape: Shape, place: int) -> None:
    """A built layer takes the number of channels that it was built with."""
    if channels is not None and channels != built:
        known = (*input_shape[:place], built, *input_shape[place:][1:])
        raise ShapeError(
            "other_channels",
            argument="input_shape",
            value=input_shape,
            channels=channels,
            built=built,
            choices=[{"input_shape": known}],
        )


def check_windows_fit(
    axes: Sequence[Axis], kernel_size: tuple[int, ...], argument: str = "kernel_size"
) -> None:
    """Under ``valid`` the window has to fit into the input at least once, along every axis."""
    for index, axis in enumerate(axes):
        if axis.output_size is not None and axis.output_size < 1:
            raise _window_too_large(axes, index, kernel_size, argument)


_MANY = 1 << 28
"""The most numbers that the way out of a too large kernel may need."""


def _window_too_large(
    axes: Sequence[Axis], index: int, kernel_size: tuple[int, ...], argument: str
) -> ShapeError:
    axis, fitting = axes[index], _fitting(axes)
    assert axis.size is not None
    what = "kernel" if argument == "kernel_size" else "window"
    advice = f"errors.advice_smaller_{what}" if min(fitting) else "errors.advice_same"
    smaller = [{argument: fitting}] if min(fitting) else []
    frame = prod((each.size or 1) + each.effective_kernel for each in axes)
    same = [{"padding": "same"}] if max(frame, prod(kernel_size)) < _MANY else []
    return ShapeError(
        "window_too_large" if what == "kernel" else "pool_too_large",
        argument=argument,
        value=kernel_size,
        axis=axis_term(len(kernel_size), index),
        kernel=axis.kernel,
        dilation=axis.dilation,
        effective=axis.effective_kernel,
        size=axis.size,
        advice=Term(advice, effective=axis.effective_kernel, largest=fitting[index]),
        choices=[*smaller, *same],
    )


def _fitting(axes: Sequence[Axis]) -> tuple[int, ...]:
    """The nearest kernel that fits into the input along every axis; a 0 where none does."""
    return tuple(
        axis.kernel if axis.size is None else min(axis.kernel, axis.largest_kernel) for axis in axes
    )


def axis_term(rank: int, index: int) -> Term:
    return Term(f"axis.{AXIS_NAMES[rank][index]}")


def normal_array(value: object, dtype: str, argument: str = "x") -> NDArray[np.floating]:
    """Numbers as an array of the layer's dtype; the caller's own array where it already is one.

    Keras takes arrays only, not lists: so that a nested list is not taken for a batch by accident.
    """
    if not hasattr(value, "__array__"):
        raise DTypeError("not_an_array", argument=argument, kind=type(value).__name__)
    array = _real(_plain_array(value, argument), argument)
    if array.dtype != dtype:
        check_memory(array.shape, np.dtype(dtype).itemsize, "an_input")
    return array.astype(dtype, copy=False)


def _plain_array(value: Any, argument: str) -> NDArray[Any]:
    """An array of NumPy's from whatever can be one; of a tensor its numbers, without history."""
    if type(value) is np.ndarray:
        return value
    if isinstance(value, np.ma.MaskedArray) and np.any(value.mask):
        raise DTypeError("masked", argument=argument)
    try:
        return _read(value)
    except Exception as error:  # What another library raises, nobody knows.
        kind, reason = type(value).__name__, str(error)
        raise DTypeError("not_readable", argument=argument, kind=kind, reason=reason) from None


def _read(value: Any) -> NDArray[Any]:
    if callable(getattr(value, "detach", None)):
        value = value.detach().cpu()
    try:
        return np.asarray(value)
    except Exception:
        if callable(getattr(value, "float", None)):
            return np.asarray(value.float())  # Of a number format that NumPy does not have.
        raise


def _real(array: NDArray[Any], argument: str) -> NDArray[Any]:
    """Real numbers, those of eight and sixteen bits that NumPy does not have by itself included."""
    if array.dtype.kind in "fiub":
        return array
    if array.dtype.name.startswith(("bfloat", "float", "int", "uint")):
        return array.astype("float32")
    raise DTypeError("not_numbers", argument=argument, kind=str(array.dtype))


def check_input_rank(shape: Shape, layout: tuple[str, ...]) -> None:
    """An input has a batch axis, the sliding axes and a channel axis."""
    if len(shape) != len(layout):
        near = len(shape) == len(layout) - 1
        ones = (1,) * (len(layout) - 2)
        raise ShapeError(
            "input_rank",
            argument="x",
            value=shape,
            dimensions=len(shape),
            length=len(layout),
            layout=_layout(layout),
            advice=Term("errors.advice_batch" if near else "errors.advice_axes"),
            choices=[{"input_shape": each} for each in _nearest_shapes(shape, layout, ones)],
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
    if not isinstance(values, Iterable) or not _holds_items(values) or isinstance(values, Mapping):
        raise _other_weights(shapes, layer, Term("errors.of_kind", kind=type(values).__name__))
    listed = islice(values, len(shapes) + 1)
    arrays = [_weight_array(value, shapes, layer) for value in listed]
    given = [array.shape for array in arrays]
    if given != list(shapes):
        raise _other_weights(shapes, layer, Choices(given), arrays)
    return [_real(array, "weights") for array in arrays]


def _weight_array(value: object, shapes: Sequence[Shape], layer: str) -> NDArray[Any]:
    if hasattr(value, "__array__"):
        return _plain_array(value, "weights")
    try:
        return np.asarray(value)
    except (TypeError, ValueError):
        raise _other_weights(shapes, layer, Term("errors.of_ragged_rows")) from None


def _other_weights(
    shapes: Sequence[Shape],
    layer: str,
    value: Choices | Term,
    arrays: Sequence[NDArray[Any]] = (),
) -> ShapeError:
    """What is wrong with some weights; and, where their axes only stand in another order, which."""
    orders = [_order(array, shape) for array, shape in zip(arrays, shapes, strict=False)]
    turned = len(arrays) == len(shapes) and None not in orders
    moved = next((order for order in orders if order and list(order) != sorted(order)), None)
    if not turned or moved is None:
        return ShapeError(
            "weights", argument="weights", value=value, layer=layer, expected=Choices(shapes)
        )
    pairs = zip(arrays, orders, strict=True)
    return ShapeError(
        "weights_turned",
        argument="weights",
        value=value,
        layer=layer,
        expected=Choices(shapes),
        order=moved,
        choices=[{"weights": [array.transpose(order) for array, order in pairs]}],
    )


def _order(array: NDArray[Any], shape: Shape) -> tuple[int, ...] | None:
    """The order of the axes in which ``array`` has ``shape``: as it is, PyTorch's, or another."""
    axes = range(array.ndim)
    pytorch = (*axes[2:], *reversed(axes[:2]))
    depthwise = (*axes[2:], *axes[:2])
    orders = [tuple(axes), pytorch, depthwise]
    orders += permutations(axes) if array.ndim <= 4 else ()
    return next(
        (order for order in orders if tuple(array.shape[axis] for axis in order) == shape), None
    )


def check_built(built: bool, method: str, layer: str) -> None:
    """Weights exist from the first call, or from ``build``, on."""
    if not built:
        raise StateError("not_built", argument="layer", value=layer, method=method, layer=layer)


def check_not_built(built: bool, layer: str) -> None:
    """A layer is built once: its weights are not made anew behind anybody's back."""
    if built:
        raise StateError("built_already", argument="layer", value=layer, layer=layer)


def check_has_weight(name: str, names: Sequence[str], layer: str) -> None:
    """Only a weight that the layer has can be set."""
    if name not in names:
        raise StateError("no_such_weight", argument=name, value=name, layer=layer)


def check_weights_kept(kept: bool, layer: str) -> None:
    """The way back goes through the weights of the call; they must still be known."""
    if not kept:
        raise StateError("weights_changed", argument="layer", value=layer, layer=layer)


def of_the_caller(argument: str, function: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """What a caller's own function makes of some values; what it raises, in words."""
    try:
        return function(*values, **named)
    except ConvlabError as error:
        error.choices = ()  # They are about the function's own arguments.
        raise
    except Exception as error:
        name = getattr(function, "__name__", type(function).__name__)
        reason = f"{type(error).__name__}: {error}"
        raise ArgumentError(
            "own_function", argument=argument, value=str(name), reason=reason
        ) from error


def check_penalty(value: Any, argument: str) -> Any:
    """A penalty is one real number."""
    try:
        array = np.asarray(value)
    except Exception:  # Whatever another library raises.
        array = np.array(None)
    if array.ndim or array.dtype.kind not in "fiub":
        kind = type(value).__name__
        raise ArgumentError("penalty_result", argument=argument, value=value, given=kind)
    return value


def activated(activation: activations.Activation, z: NDArray[Any]) -> NDArray[np.floating]:
    """What a layer's activation, perhaps the caller's own, makes of its sums."""
    y = of_the_caller("activation", activation, z)
    if type(y) is not np.ndarray or (y.shape, y.dtype) != (z.shape, z.dtype):
        y = check_activated(y, z.shape, activation.name)
    return y  # type: ignore[no-any-return]


def check_activated(y: Any, shape: tuple[int, ...], name: str) -> NDArray[np.floating]:
    """What an activation makes of the sums is an array of real numbers, a sample for each."""
    try:
        array = np.asarray(y)
    except Exception:  # Whatever another library raises.
        array = np.array(None)
    if array.dtype.kind not in "fiub" or array.ndim != len(shape) or len(array) != shape[0]:
        given = f"{type(y).__name__} {array.shape}" if array.ndim else type(y).__name__
        raise ArgumentError(
            "activation_result", argument="activation", value=name, expected=shape, given=given
        )
    return array


def check_called(called: bool, layer: str) -> None:
    """A gradient flows back through the last call."""
    if not called:
        raise StateError("not_called", argument="layer", value=layer, layer=layer)


def check_index(value: object, count: int, argument: str) -> None:
    """A whole number that counts one of ``count`` things from 0."""
    if not is_whole(value) or not 0 <= value < count:  # type: ignore[operator]
        nearest = min(nearest_count(value, 0), count - 1)
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


def check_a_layer_itself(known: bool, name: str) -> None:
    """What all layers share is no layer by itself."""
    if not known:
        raise ArgumentError("no_layer_itself", argument="layer", value=name)


def check_layer_name(value: object, names: Sequence[str]) -> None:
    """The name of one of Keras' convolution layers that convlab has."""
    if value not in names:
        raise not_one_of("layer", value, names)


LEGACY = ("input_shape", "input_dim")
"""Arguments that Keras still accepts but does not use."""


def legacy_warning(argument: str) -> str:
    """What to say of an argument that Keras still accepts but does not use."""
    return text("errors.legacy_argument", argument=argument)
