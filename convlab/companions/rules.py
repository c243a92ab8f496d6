"""Arguments and shapes of the companions to canonical values: what is bad is refused here.

As in ``arguments``: ``normal_*`` reads one value, ``check_*`` holds a rule between several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite, prod
from typing import Any

import numpy as np

from .. import activations
from ..arguments import (
    LARGEST,
    Shape,
    axis_term,
    check_even,
    is_size,
    is_whole,
    items_of,
    nearest_count,
    nearest_sizes,
    nearest_window,
    normal_count,
    normal_window,
    one_of,
    product_of,
    shape_meant,
    with_size,
)
from ..errors import ArgumentError, DTypeError, ShapeError, StateError
from ..geometry import Axis, Size
from ..i18n import Choices
from ..random import checked_seed
from ..registry import checked_number


def normal_steps(value: object, argument: str, rank: int) -> tuple[int, ...] | None:
    """The strides of a pooling: ``None``, which means those of its window, or a window's."""
    return None if value is None else normal_window(value, argument, rank)


def normal_ends(value: object, argument: str, rank: int) -> tuple[Any, ...]:
    """How much at both ends of each axis: one integer for all, or one or a pair for each axis.

    Along one axis it is a pair, along several a pair for each.

    >>> normal_ends(1, "padding", 1), normal_ends((1, (0, 2)), "padding", 2)
    ((1, 1), ((1, 1), (0, 2)))
    """
    items = (value,) * rank if isinstance(value, int) or rank == 1 else items_of(value)
    pairs = tuple(map(_pair, items))
    if len(pairs) != rank or None in pairs:
        nearest = _nearest_ends(items, rank)
        raise ArgumentError(
            "ends" if rank > 1 else "two_ends",
            argument=argument,
            value=value,
            nearest=nearest,
            choices=[{argument: nearest}],
        )
    return pairs[0] if rank == 1 else pairs  # type: ignore[return-value]


def _pair(value: object) -> tuple[int, int] | None:
    """Two integers from 0 up, or one for both; else ``None``."""
    items = (value, value) if isinstance(value, int) else items_of(value)
    whole = len(items) == 2 and all(map(is_whole, items)) and min(items) >= 0
    return (int(items[0]), int(items[1])) if whole else None


def _nearest_ends(items: tuple[Any, ...], rank: int) -> tuple[Any, ...]:
    pairs = [_pair(item) or nearest_window(items_of(item) or (item,), 2, 0) for item in items]
    nearest = (*pairs[:rank], *pairs[-1:] * (rank - len(pairs))) or ((1, 1),) * rank
    return nearest[0] if rank == 1 else nearest


def normal_target_shape(value: object, argument: str, rank: int) -> tuple[int, ...]:
    """Sizes from 0 up without the batch's, at most one of them -1: what is left over."""
    sizes = items_of(value)
    whole = all(is_whole(size) and -1 <= size <= LARGEST for size in sizes)
    if not hasattr(value, "__iter__") or not whole or [*map(int, sizes)].count(-1) > 1:
        nearest = tuple(nearest_count(size, 0) for size in sizes) or (-1,)
        raise ArgumentError(
            "target_shape", argument=argument, value=value, choices=[{argument: nearest}]
        )
    return tuple(int(size) for size in sizes)


def normal_permutation(value: object, argument: str, rank: int) -> tuple[int, ...]:
    """The axes behind the batch, counted from 1, each once, in any order.

    >>> normal_permutation([2, 1], "dims", 0)
    (2, 1)
    """
    items = items_of(value)
    every = tuple(range(1, len(items) + 1))
    if not items or not all(map(is_whole, items)) or tuple(sorted(map(int, items))) != every:
        raise ArgumentError(
            "permutation", argument=argument, value=value, choices=[{argument: every or (1,)}]
        )
    return tuple(map(int, items))


def normal_interpolation(value: object, argument: str, rank: int) -> str:
    """``"nearest"`` or ``"bilinear"``; any case."""
    return one_of(value, argument, ("nearest", "bilinear"))


def only(*legal: Any) -> Callable[[object, str, int], Any]:
    """A reader of an argument for which no other value is known here."""

    def read(value: object, argument: str, rank: int) -> Any:
        if not any(value is each for each in legal):
            raise ArgumentError(
                "only",
                argument=argument,
                value=value,
                legal=Choices(legal),
                choices=[{argument: each} for each in legal],
            )
        return value

    return read


_ROOM = 1024
"""The largest size that is offered: of larger ones there may be no array."""


def normal_free_shape(value: object, least: int) -> Shape:
    """An input shape of any number of axes from ``least`` up, the batch's first."""
    sizes = items_of(value)
    if len(sizes) < least or not all(map(is_size, sizes)):
        meant = shape_meant(value)
        sizes = tuple(size if is_size(size) else nearest_count(size, 1, _ROOM) for size in meant)
        near = (*sizes, *(1,) * (least - len(meant)))
        raise ShapeError(
            "free_shape",
            argument="input_shape",
            value=value,
            least=least,
            choices=[{"input_shape": near}],
        )
    return tuple(None if size is None else int(size) for size in sizes)


def known_size(shape: Shape, axis: int) -> int:
    """The size of an axis for whose positions there are weights: known, and the axis there."""
    if not -len(shape) <= axis < len(shape):
        raise ShapeError(
            "no_such_axis",
            argument="axis",
            value=axis,
            shape=shape,
            most=len(shape) - 1,
            choices=[{"axis": -1}],
        )
    size, place = shape[axis], axis % len(shape)
    if not size:
        raise ShapeError(
            "unknown_axis",
            argument="input_shape",
            value=shape,
            axis=place,
            size=size,
            choices=[{"input_shape": with_size(shape[:place] + shape[place + 1 :], place, 1)}],
        )
    return size


def check_same_weights(
    needed: Mapping[str, Shape], made: Mapping[str, Shape], shape: object, built: object
) -> None:
    """A built layer takes inputs that its weights fit."""
    if needed != made:
        raise ShapeError(
            "other_weights",
            argument="input_shape",
            value=shape,
            needed=Choices(list(needed.values())),
            made=Choices(list(made.values())),
            choices=[{"input_shape": built}],
        )


def check_not_empty(axes: Sequence[Axis], layout: tuple[str, ...]) -> None:
    """Of nothing there is neither a largest nor a mean."""
    sizes = tuple(axis.size for axis in axes)
    if 0 in sizes:
        least = tuple(1 if size == 0 else size for size in sizes)
        raise ShapeError(
            "nothing_to_pool",
            argument="input_shape",
            value=sizes,
            choices=[{"input_shape": with_size((1, *least), layout.index("channels"), 1)}],
        )


def check_cropping(axes: Sequence[Axis], cropping: Sequence[tuple[int, int]]) -> None:
    """Cropping leaves at least one position along every axis."""
    for index, (axis, ends) in enumerate(zip(axes, cropping, strict=True)):
        if axis.size is not None and sum(ends) >= axis.size:
            fitting = tuple(map(_smaller_ends, axes, cropping))
            raise ShapeError(
                "cropped_away",
                argument="cropping",
                value=ends,
                axis=axis_term(len(axes), index),
                cut=sum(ends),
                size=axis.size,
                most=axis.size - 1,
                choices=[] if None in fitting else [{"cropping": _of_rank(fitting)}],
            )


def _smaller_ends(axis: Axis, ends: tuple[int, int]) -> tuple[int, int] | None:
    if axis.size is None:
        return ends
    before = min(ends[0], axis.size - 1)
    return (before, min(ends[1], axis.size - 1 - before)) if axis.size else None


def _of_rank(pairs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Pairs of ends as the argument takes them: along one axis, the one pair."""
    return pairs[0] if len(pairs) == 1 else pairs


def check_reshaped(shape: Shape, target: tuple[int, ...]) -> tuple[Size, ...]:
    """The target's sizes, -1 worked out; ``None`` for it while the input's sizes are not known."""
    count, rest = product_of(shape[1:]), prod(size for size in target if size != -1)
    if count is None:
        return tuple(None if size == -1 else size for size in target)
    fits = count == rest if -1 not in target else rest and count % rest == 0
    if not fits:
        raise ShapeError(
            "reshaped",
            argument="target_shape",
            value=target,
            shape=shape,
            count=count,
            choices=[{"target_shape": (-1,)}],
        )
    return tuple(count // rest if size == -1 else size for size in target)


def check_permuted(shape: Shape, dims: tuple[int, ...]) -> None:
    """An input has the axes that are put into another order, and no others."""
    axes = len(shape) - 1
    if axes != len(dims):
        raise ShapeError(
            "permuted",
            argument="input_shape",
            value=shape,
            dims=dims,
            axes=len(dims) + 1,
            choices=[{"dims": tuple(range(1, axes + 1))}] if axes else [],
        )


def activated_shape(
    shape: Shape, activation: activations.Activation, counts: Mapping[str, int]
) -> Shape:
    """The shape behind an activation that may halve an axis; ``counts`` as in ``check_even``."""
    axis = activation.halved
    if axis is None:
        return shape
    check_even(shape, axis, counts, "channels_last")
    halved = list(shape)
    size = halved[axis]
    halved[axis] = None if size is None else size // 2
    return tuple(halved)


# Numbers and axes


def normal_optional(value: object, argument: str, rank: int) -> int | None:
    """``None``, or a positive integer."""
    return None if value is None else normal_count(value, argument, rank)


def normal_real(value: object, argument: str, rank: int) -> float:
    """A real number, as a float."""
    try:
        return float(checked_number(value, argument))
    except OverflowError:
        near = [{argument: each} for each in (0.0, 1.0)]
        raise ArgumentError("number", argument=argument, value=value, choices=near) from None


def normal_level(value: object, argument: str, rank: int) -> Any:
    """A finite number from 0 up."""
    number = checked_number(value, argument)
    if not isfinite(number) or number < 0:
        raise ArgumentError(
            "penalty_factor", argument=argument, value=value, choices=[{argument: 0.0}]
        )
    return number


def normal_most(value: object, argument: str, rank: int) -> Any:
    """``None`` for no bound, or a finite number from 0 up."""
    return None if value is None else normal_level(value, argument, rank)


def normal_rate(value: object, argument: str, rank: int) -> Any:
    """A share: a number from 0 to 1."""
    number = checked_number(value, argument, (0.5,))
    if not 0 <= number <= 1:
        nearest = 0.0 if number < 0 else 1.0 if number > 1 else 0.5
        raise ArgumentError("rate", argument=argument, value=value, choices=[{argument: nearest}])
    return number


def normal_numbers(value: object, argument: str, rank: int) -> Any:
    """``None``, a number, or nested lists of numbers; Keras' configuration of an array, too."""
    if value is None:
        return None
    if isinstance(value, Mapping) and isinstance(value.get("config"), Mapping):
        value = value["config"].get("value")
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.array(None)
    if array.dtype.kind not in "fiub":
        raise ArgumentError("numbers", argument=argument, value=value, choices=[{argument: 1.0}])
    return array.tolist()


def normal_some_numbers(value: object, argument: str, rank: int) -> Any:
    """A number, or nested lists of numbers."""
    return normal_numbers("" if value is None else value, argument, rank)


def normal_axis(value: object, argument: str, rank: int) -> int:
    """An axis of an array: an integer, counted from the end where it is below 0."""
    if not is_whole(value) or abs(int(value)) > LARGEST:  # type: ignore[call-overload]
        raise ArgumentError("axis", argument=argument, value=value, choices=[{argument: -1}])
    return int(value)  # type: ignore[call-overload, no-any-return]


def normal_axes(value: object, argument: str, rank: int) -> int | list[int]:
    """One axis, or a list of different ones."""
    items = items_of(value)
    if not items:
        return normal_axis(value, argument, rank)
    axes = [normal_axis(item, argument, rank) for item in items]
    if len(set(axes)) < len(axes):
        once = list(dict.fromkeys(axes))
        raise ArgumentError("axis", argument=argument, value=value, choices=[{argument: once}])
    return axes


def normal_kept_axes(value: object, argument: str, rank: int) -> tuple[int, ...]:
    """The axes whose positions are told apart: none for ``None``, one, or several."""
    if value is None or (isinstance(value, tuple | list) and not value):
        return ()
    axes = normal_axes(value, argument, rank)
    return (axes,) if isinstance(axes, int) else tuple(axes)


def normal_shared_axes(value: object, argument: str, rank: int) -> list[int] | None:
    """``None``, one axis or a list of axes, counted from 1 behind the batch."""
    if value is None:
        return None
    axes = list(normal_kept_axes(value, argument, rank))
    if any(axis < 1 for axis in axes):
        above = [axis for axis in axes if axis > 0] or None
        raise ArgumentError(
            "shared_axes", argument=argument, value=value, choices=[{argument: above}]
        )
    return axes


def check_axes(axes: object, shape: Shape, argument: str = "axis") -> None:
    """An input has the axes that an argument names, each once."""
    named = [axes] if isinstance(axes, int) else list(axes)  # type: ignore[call-overload]
    places = [axis % len(shape) if -len(shape) <= axis < len(shape) else None for axis in named]
    if None in places or len(set(places)) < len(places):
        raise ShapeError(
            "no_such_axis",
            argument=argument,
            value=axes,
            shape=shape,
            most=len(shape) - 1,
            choices=[{argument: -1 if argument == "axis" else None}],
        )


def check_spreads(argument: str, given: tuple[int, ...], sizes: Shape) -> None:
    """Numbers of a shape spread over an input: nothing becomes larger by them."""
    pairs = zip(given[::-1], sizes[::-1], strict=False)
    fits = len(given) <= len(sizes)
    if not fits or any(one not in (1, size) and size is not None for one, size in pairs):
        raise ShapeError("spreads", argument=argument, value=given, shape=sizes)


def check_statistics(mean: Any, variance: Any, axis: tuple[int, ...]) -> None:
    """Mean and variance are given together, of one shape, for the axes that are told apart."""
    if (mean is None) != (variance is None):
        raise ArgumentError("mean_alone", argument="mean", value=mean, variance=variance)
    if mean is None:
        return
    if np.shape(mean) != np.shape(variance) or np.ndim(mean) > len(axis):
        raise ArgumentError(
            "statistics",
            argument="mean",
            value=np.shape(mean),
            variance=np.shape(variance),
            axes=len(axis),
        )


def check_inference(training: bool, layer: str) -> None:
    """Only the moving statistics are known."""
    if training:
        raise StateError("inference_only", argument="training", value=True, layer=layer)


# Several inputs


def listed_inputs(x: object) -> list[Any]:
    """The inputs of a merge: a list or tuple of arrays."""
    if not isinstance(x, list | tuple) or not x:
        raise DTypeError("merge_list", argument="x", kind=type(x).__name__)
    return list(x)


def listed_shapes(shapes: object) -> list[Any]:
    """The shapes of a merge's inputs, one for each."""
    if not isinstance(shapes, list | tuple) or not shapes or not all(map(_is_shape, shapes)):
        raise ShapeError("merge_shapes", argument="input_shape", value=shapes)
    return list(shapes)


def _is_shape(value: object) -> bool:
    return bool(items_of(value))


def merged_shape(shapes: Sequence[Shape]) -> Shape:
    """The shape of several inputs merged number by number."""
    batch = _common_batch(shapes)
    most = max(map(len, shapes))
    raised = [(1,) * (most - len(shape)) + shape[1:] for shape in shapes]
    return (batch, *(_spread(sizes, shapes) for sizes in zip(*raised, strict=True)))


def _spread(sizes: tuple[Size, ...], shapes: Sequence[Shape]) -> Size:
    """A size of 1 is spread; an unknown one may be any."""
    larger = {size for size in sizes if size not in (1, None)}
    if len(larger) > 1:
        raise _do_not_merge(shapes)
    return None if None in sizes else larger.pop() if larger else 1


def _common_batch(shapes: Sequence[Shape]) -> Size:
    known = {shape[0] for shape in shapes} - {None}
    if len(known) > 1:
        raise _do_not_merge(shapes)
    return known.pop() if known else None


def joined_shape(shapes: Sequence[Shape], axis: int) -> Shape:
    """The shape of several inputs side by side along ``axis``."""
    first = shapes[0]
    check_axes(axis, first)
    place = axis % len(first)
    if any(len(shape) != len(first) for shape in shapes):
        raise _do_not_merge(shapes)
    return tuple(
        _total(sizes) if at == place else _same(sizes, shapes)
        for at, sizes in enumerate(zip(*shapes, strict=True))
    )


def _total(sizes: tuple[Size, ...]) -> Size:
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _same(sizes: tuple[Size, ...], shapes: Sequence[Shape]) -> Size:
    known = {size for size in sizes if size is not None}
    if len(known) > 1:
        raise _do_not_merge(shapes)
    return known.pop() if known else None


def _do_not_merge(shapes: Sequence[Shape]) -> ShapeError:
    alike = [shapes[0]] * len(shapes)
    return ShapeError(
        "do_not_merge",
        argument="input_shape",
        value=list(shapes),
        choices=[{"input_shape": alike}],
    )


# The beginning of a network, and dropout


def normal_sizes(value: object, argument: str, rank: int) -> Shape | None:
    """``None``, or sizes from 0 up, ``None`` where unknown."""
    if value is None:
        return None
    sizes = items_of(value)
    if not hasattr(value, "__iter__") or isinstance(value, str) or not all(map(is_size, sizes)):
        nearest = nearest_sizes(sizes or (value,), [1] * max(len(sizes), 1))
        raise ArgumentError("sizes", argument=argument, value=value, choices=[{argument: nearest}])
    return tuple(None if size is None else int(size) for size in sizes)


def normal_batch(value: object, argument: str, rank: int) -> Size:
    """``None``, or an integer from 0 up."""
    if not is_size(value):
        nearest = nearest_count(value, 1)
        raise ArgumentError(
            "count", argument=argument, value=value, nearest=nearest, choices=[{argument: nearest}]
        )
    return None if value is None else int(value)  # type: ignore[call-overload]


def normal_noise_shape(value: object, argument: str, rank: int) -> Shape | None:
    """``None``, or the sizes of a mask, the batch's first; ``None`` where it is the input's."""
    sizes = normal_sizes(value, argument, rank)
    if sizes is not None and 0 in sizes:
        nearest = tuple(1 if size == 0 else size for size in sizes)
        raise ArgumentError("sizes", argument=argument, value=value, choices=[{argument: nearest}])
    return sizes


def normal_seed(value: object, argument: str, rank: int) -> int | None:
    """``None``, or an integer from 0 to 2³² − 1."""
    return None if value is None else checked_seed(value)


def check_one_shape(shape: object, batch_shape: object, batch_size: object) -> None:
    """An input's shape is told once: without the batch, or with it."""
    if (shape is None) == (batch_shape is None) or (batch_shape and batch_size is not None):
        raise ArgumentError(
            "one_shape", argument="shape", value=shape, batch_shape=batch_shape, size=batch_size
        )


def check_as_begun(shape: Shape, begun: Shape) -> None:
    """An input is of the shape that was told, where that is known."""
    pairs = list(zip(shape, begun, strict=False))
    alike = all(size == told or None in (size, told) for size, told in pairs)
    if len(shape) != len(begun) or not alike:
        raise ShapeError(
            "other_input",
            argument="input_shape",
            value=shape,
            begun=begun,
            choices=[{"input_shape": begun}],
        )
