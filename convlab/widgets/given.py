"""What a calculator is given to begin with; what it cannot show is refused as ``explain`` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ..arguments import Shape, check_is_layer, normal
from ..errors import OMIT, ArgumentError, ConvlabError, ShapeError
from ..explanation import Refusal, Settings, explain, explanation_of
from ..explanation.layers import LayerLike
from ..explanation.settings import required_arguments
from ..layers import Layer
from .fields import arguments_of, defaults, spelled

MOST_LAYERS = 5
USUAL_SIZE = 28
USUAL_LAYER = ("Conv2D", {"filters": 8, "kernel_size": 3})
POINT = {"filters": 1, "kernel_size": 1, "padding": "same", "name": "point"}


def given(layers: Any, input_shape: Any) -> tuple[list[Settings], Shape]:
    """The settings of each layer, and the input shape in canonical form.

    Arguments that are legal one by one but not together are taken, for the calculator shows why.
    Raises what ``explain`` says of all others, and of the shape.
    """
    wanted = _listed(USUAL_LAYER if layers is None else layers)
    held = [_held(layer) for layer in wanted]
    shape = _usual_shape(held[0]) if input_shape is None else _kept(input_shape)
    settings = [one for one in held if one is not None]
    if len(settings) < len(held):
        raise _refused(wanted, shape)
    return settings, _legal_shape(wanted[0], settings[0], shape)


# Layers


def _listed(layers: Any) -> list[LayerLike]:
    if isinstance(layers, Layer) or _is_pair(layers):
        return [layers]
    found = _first_of(layers)
    for layer in found:
        if not _is_pair(layer):
            check_is_layer(layer, Layer)
    if not found:
        raise ArgumentError("no_layers", argument="layers", choices=[{"layers": None}])
    if len(found) > MOST_LAYERS:
        first = found[:MOST_LAYERS]
        raise ArgumentError(
            "too_many_layers", argument="layers", most=MOST_LAYERS, choices=[{"layers": first}]
        )
    return found


def _is_pair(layer: Any) -> bool:
    pair = isinstance(layer, tuple) and len(layer) == 2
    return pair and isinstance(layer[0], str) and isinstance(layer[1], Mapping)


def _first_of(layers: Any) -> list[Any]:
    """As many as there is room for and one more, which tells that there are too many."""
    if isinstance(layers, str | bytes | Mapping):
        check_is_layer(layers, Layer)
    try:
        return list(islice(layers, MOST_LAYERS + 1))
    except TypeError:
        check_is_layer(layers, Layer)
        raise


def _held(layer: LayerLike) -> Settings | None:
    """The arguments as the controls show them; ``None`` where one of them alone is illegal."""
    if isinstance(layer, Layer):
        return Settings(*arguments_of(layer), None)
    asked = Settings.asked(*layer, None)
    try:
        name, rank = asked.kind.__name__, asked.kind.rank
        needed = dict.fromkeys(required_arguments(asked.kind))
        every = {**defaults(name), **needed, **asked.arguments}
        if not every.keys() <= defaults(name).keys():
            return Settings(*arguments_of(asked.made()), None)
        legal = {key: normal(key, value, rank) for key, value in every.items()}
    except ConvlabError:
        return None
    return Settings(name, {key: spelled(name, key, legal[key]) for key in legal}, None)


def _refused(layers: list[LayerLike], shape: Any) -> ConvlabError:
    """The first error that ``explain`` finds, with its choices."""
    record = explain(layers[0], shape)
    refusal = record if isinstance(record, Refusal) else explain(layers, shape).refusal
    assert refusal is not None
    return _told(refusal)


def _told(refusal: Refusal) -> ConvlabError:
    error = refusal.error
    choices = [
        {**choice.changes, **dict.fromkeys(choice.left_out, OMIT)} for choice in refusal.choices
    ]
    return type(error)(error.code, choices=choices, **error.parameters)


# The input shape


def _usual_shape(first: Settings | None) -> Shape:
    settings = first or Settings(*USUAL_LAYER, None)
    sizes = (USUAL_SIZE,) * settings.kind.rank
    if settings.arguments.get("data_format") == "channels_first":
        return (None, 1, *sizes)
    return (None, *sizes, 1)


def _kept(shape: Any) -> Any:
    """An iterator can be read only once: as many of its sizes as tell that there are too many."""
    return list(islice(shape, 8)) if isinstance(shape, Iterator) else shape


def _legal_shape(layer: LayerLike, settings: Settings, shape: Any) -> Shape:
    record = explain(layer, shape)
    if isinstance(record, Refusal) and record.error.parameters.get("argument") == "input_shape":
        raise _told(record)
    # The layer may be refused for other reasons: a point of the same rank takes every legal shape.
    point = {**POINT, "data_format": settings.arguments["data_format"]}
    made = Settings(f"Conv{settings.kind.rank}D", point, shape).made()
    canonical = explanation_of(made, shape).input_shape
    if 0 in canonical[1:]:
        unknown = (canonical[0], *(size or None for size in canonical[1:]))
        raise ShapeError(
            "size_zero", argument="input_shape", value=canonical, choices=[{"input_shape": unknown}]
        )
    return canonical
