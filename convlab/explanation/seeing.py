"""What one output of a step sees of the network's inputs, direction by direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ..companions import Concatenate, Dense, LayerNormalization, Softmax
from ..geometry import AnyAxis, Size
from ..geometry.fields import EVERYTHING, ReceptiveField, union
from .layers import Explanation, LayerExplanation, Shape, UnknownExplanation
from .reasons import GLOBAL

Fields: TypeAlias = tuple[ReceptiveField, ...]
Seen: TypeAlias = Mapping[str, Fields]
"""A field for each direction of each of the network's inputs that is seen, by the input's step."""


def begun(name: str, shape: Shape) -> Seen:
    """What an input sees: itself. Batch and channels are no directions."""
    return {name: (ReceptiveField(),) * max(len(shape) - 2, 0)}


def seen_behind(record: LayerExplanation, taken: Sequence[Seen], first: bool) -> Seen | None:
    """What is seen behind a layer that takes steps which see ``taken``; ``None``: not known.

    ``first`` is whether the network's maps hold the channels first.
    """
    if isinstance(record, UnknownExplanation):
        return None
    if len(taken) > 1:
        pairs = zip(taken, record.input_shapes, strict=True)
        taken = [_spread(seen, shape, record.output_shape, first) for seen, shape in pairs]
    names = dict.fromkeys(name for seen in taken for name in seen)
    together = {name: _together(seen[name] for seen in taken if name in seen) for name in names}
    return {name: _behind(record, fields, first) for name, fields in together.items()}


def _spread(seen: Seen, shape: Shape, output: Shape, first: bool) -> Seen:
    """What a merge's input sees; along a direction in which it is spread it has no place left."""
    sizes, wider = _sizes(shape, first), _sizes(output, first)
    if len(sizes) != len(wider):
        return {name: _over_all(fields, shape, first) for name, fields in seen.items()}
    spread = {i for i, pair in enumerate(zip(sizes, wider, strict=True)) if pair[0] == 1 != pair[1]}
    return {
        name: tuple(field.over_all(1) if i in spread else field for i, field in enumerate(fields))
        for name, fields in seen.items()
    }


def _together(fields: Iterator[Fields]) -> Fields:
    several = list(fields)
    return tuple(map(union, zip(*several, strict=True))) if len(several) > 1 else several[0]


def _behind(record: LayerExplanation, fields: Fields, first: bool) -> Fields:
    """The fields of one input, one layer on."""
    layer: Any = record.made
    if not any(field.jump for field in fields):
        return fields  # All outputs see the same already.
    if getattr(layer, "rearranges", False) or isinstance(layer, GLOBAL):
        return _over_all(fields, record.input_shape, first)
    axes = _axes(record)
    if axes:
        return tuple(field.through(axis) for field, axis in zip(fields, axes, strict=True))
    mixed = _mixed(layer, record.input_shape, first)
    return tuple(EVERYTHING if place in mixed else field for place, field in enumerate(fields))


def _axes(record: LayerExplanation) -> tuple[AnyAxis, ...]:
    if isinstance(record, Explanation):
        return record.geometry.stages[0].axes
    return tuple(axis.axis for axis in record.axes)


def _over_all(fields: Fields, shape: Shape, first: bool) -> Fields:
    sizes = _sizes(shape, first)
    if len(sizes) != len(fields):
        return (EVERYTHING,) * len(fields)
    return tuple(field.over_all(size) for field, size in zip(fields, sizes, strict=True))


def _sizes(shape: Shape, first: bool) -> tuple[Size, ...]:
    return shape[2:] if first else shape[1:-1]


def _mixed(layer: Any, shape: Shape, first: bool) -> set[int]:
    """The directions along which a layer without windows mixes positions all the same."""
    if isinstance(layer, Dense):
        axes = [-1]
    elif isinstance(layer, Softmax | LayerNormalization | Concatenate):
        axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    else:
        return set()
    directions = range(len(shape))[2:] if first else range(len(shape))[1:-1]
    places = {axis % len(shape) for axis in axes}
    return {index for index, place in enumerate(directions) if place in places}
