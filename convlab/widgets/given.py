"""What a calculator is given: a stack of layers, each an own set of arguments, and a shape.

Arguments that are legal one by one but not together are taken, for the calculator shows why they do
not go together. What no dial can show is refused at once, as ``explain`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from ..arguments import Shape, check_is_layer, normal
from ..errors import OMIT, ArgumentError, ConvlabError, ShapeError
from ..explanation import Refusal, Settings, explain, explanation_of
from ..explanation.layers import LayerLike
from ..explanation.settings import KNOWN, required_arguments
from ..i18n import Choices
from ..layers import LAYERS, Layer
from .settings import arguments_of

MOST_LAYERS = 12
USUAL_SIZE = 28
REQUIRED = {"filters": 8, "kernel_size": 3}
USUAL_LAYER = ("Conv2D", REQUIRED)
COMMON = ("trainable", "dtype", "name")
POINT = {"filters": 1, "kernel_size": 1, "padding": "same", "name": "point"}

Pair = tuple[str, dict[str, Any]]
"""A layer's name, and all its arguments in canonical form."""


def given(layers: Any, input_shape: Any) -> tuple[tuple[Pair, ...], Shape]:
    """The layers as pairs, and the input shape in canonical form.

    Raises what ``explain`` says of an argument, a shape, or layers of other directions.

    >>> [(name, own)], shape = given(("Conv1D", {"filters": 2, "kernel_size": 3}), (None, 9, 1))
    >>> name, own["kernel_size"], shape
    ('Conv1D', (3,), (None, 9, 1))
    """
    wanted = _listed(USUAL_LAYER if layers is None else layers)
    held = [_held(layer) for layer in wanted]
    shape = _usual_shape(held[0]) if input_shape is None else _kept(input_shape)
    pairs = tuple(pair for pair in held if pair is not None)
    if len(pairs) < len(held) or len({LAYERS[name].rank for name, _ in pairs}) > 1:
        raise _refused(wanted, shape)
    return pairs, _legal_shape(wanted[0], pairs[0], shape)


# Layers


def _listed(layers: Any) -> list[LayerLike]:
    if isinstance(layers, Layer) or _is_pair(layers):
        _check_shown(layers)
        return [layers]
    found = _first_of(layers)
    for layer in found:
        if not _is_pair(layer):
            check_is_layer(layer, Layer)
        _check_shown(layer)
    if not found:
        raise ArgumentError("no_layers", argument="layers", choices=[{"layers": None}])
    if len(found) > MOST_LAYERS:
        first = found[:MOST_LAYERS]
        raise ArgumentError(
            "too_many_layers", argument="layers", most=MOST_LAYERS, choices=[{"layers": first}]
        )
    return found


def _check_shown(layer: LayerLike) -> None:
    """The calculator shows the layers of the lessons; their siblings can be explained only."""
    named = not isinstance(layer, Layer)
    name = layer[0] if named else type(layer).__name__  # type: ignore[index]
    shown = name in LAYERS if named else isinstance(layer, tuple(LAYERS.values()))
    if not shown and (not named or name in KNOWN):
        raise ArgumentError("not_shown", argument="layers", value=name, legal=Choices(list(LAYERS)))


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


@cache
def defaults(name: str) -> dict[str, Any]:
    """Every argument of a layer with its default, or with a small number where Keras has none."""
    kind = LAYERS[name]
    required = {argument: REQUIRED[argument] for argument in required_arguments(kind)}
    common = {"trainable": True, "dtype": None, "name": None}
    every = {**kind.declared_arguments(), **required, **common}
    return {argument: normal(argument, value, kind.rank) for argument, value in every.items()}


def further_arguments(name: str) -> list[str]:
    """Those that shape neither the output nor the weights."""
    return [argument for argument in defaults(name) if argument not in arguments_of(name)]


def _held(layer: LayerLike) -> Pair | None:
    """The arguments as the dials show them; ``None`` where one of them alone is illegal."""
    if isinstance(layer, Layer):
        return _pair_of(layer)
    name, own = layer  # type: ignore[misc]
    asked = Settings.asked(name, own, None)
    try:
        kind = asked.kind
        known = defaults(kind.__name__)
        every = {**known, **dict.fromkeys(required_arguments(kind)), **asked.arguments}
        if not every.keys() <= known.keys():
            return _pair_of(asked.made())
        found = {argument: normal(argument, every[argument], kind.rank) for argument in known}
    except ConvlabError:
        return None
    return kind.__name__, {**found, "use_bias": bool(found["use_bias"])}


def _pair_of(layer: Layer) -> Pair:
    """What a layer is made with; its name may be ours."""
    kind = next(name for name, known in LAYERS.items() if isinstance(layer, known))
    own = {argument: getattr(layer, argument) for argument in defaults(kind)}
    return kind, {**own, "use_bias": bool(layer.use_bias), "name": None}


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


def _usual_shape(first: Pair | None) -> Shape:
    name, own = first or ("Conv2D", {})
    sizes = (USUAL_SIZE,) * LAYERS[name].rank
    if own.get("data_format") == "channels_first":
        return (None, 1, *sizes)
    return (None, *sizes, 1)


def _kept(shape: Any) -> Any:
    """An iterator can be read only once: as many of its sizes as tell that there are too many."""
    return list(islice(shape, 8)) if isinstance(shape, Iterator) else shape


def _legal_shape(layer: LayerLike, pair: Pair, shape: Any) -> Shape:
    record = explain(layer, shape)
    if isinstance(record, Refusal) and record.error.parameters.get("argument") == "input_shape":
        raise _told(record)
    # The layer may be refused for other reasons: a point of the same rank takes every legal shape.
    name, own = pair
    point = {**POINT, "data_format": own["data_format"]}
    made = Settings(f"Conv{LAYERS[name].rank}D", point, shape).made()
    canonical = explanation_of(made, shape).input_shape
    if 0 in canonical[1:]:
        unknown = (canonical[0], *(size or None for size in canonical[1:]))
        raise ShapeError(
            "size_zero", argument="input_shape", value=canonical, choices=[{"input_shape": unknown}]
        )
    return canonical
