"""What a calculator is given: a stack of layers, each an own set of arguments, and a shape.

Arguments that are legal one by one but not together are taken, for the calculator shows why they do
not go together. What no dial can show is refused at once, as ``explain`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from ..arguments import Shape, check_is_layer, items_of, normal
from ..errors import OMIT, ArgumentError, ConvlabError, ShapeError
from ..explanation import Refusal, Settings, explain, explanation_of
from ..explanation.layers import LayerLike
from ..explanation.settings import KNOWN, required_arguments
from ..explanation.stack_rules import STACKED
from ..i18n import Choices
from ..layers.common import BaseLayer
from .settings import ARGUMENTS

MOST_LAYERS = 12
MOST_AXES = 4
USUAL_SIZE = 28
REQUIRED = {
    "filters": 8,
    "kernel_size": 3,
    "pool_size": 2,
    "units": 10,
    "activation": "relu",
    "rate": 0.5,
}
USUAL_LAYER = ("Conv2D", {"filters": 8, "kernel_size": 3})
COMMON = ("trainable", "dtype", "name")
FLAGS = ("use_bias", "keepdims", "center", "scale")
SHAPING = (*ARGUMENTS, "pool_size", "units", "axis", "size", "interpolation", "cropping", *FLAGS)
POINT = {"filters": 1, "kernel_size": 1, "padding": "same", "name": "point"}

SHOWN: dict[str, type[BaseLayer]] = {name: KNOWN[name] for name in STACKED}
"""The layers that a stack may hold, by their Keras names."""

_IDLE = ("renorm", "renorm_clipping", "renorm_momentum", "synchronized", "quantization_config")
"""What has one legal value, or acts only with what has: no dial."""

_UNDIALLED = ("lora_rank", "lora_alpha", "noise_shape")
"""What shapes weights or refuses inputs, and has no dial: only the default is taken."""

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
    pairs = tuple(pair for pair in held if pair is not None)
    shape = _usual_shape(pairs) if input_shape is None else _kept(input_shape)
    if len(pairs) < len(held) or len({rank_of(name) for name, _ in pairs} - {0}) > 1:
        raise _refused(wanted, shape)
    return pairs, _legal_shape(wanted[0], pairs, shape)


def rank_of(name: str) -> int:
    """The number of a layer's directions; 0 where it takes any."""
    return SHOWN[name].rank


# Layers


def _listed(layers: Any) -> list[LayerLike]:
    one = isinstance(layers, BaseLayer) or _is_pair(layers)
    found = [layers] if one else _first_of(layers)
    for layer in found:
        if not _is_pair(layer):
            check_is_layer(layer, BaseLayer)
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
    """A layer that has no dials here can be explained only, and so can some arguments."""
    named = not isinstance(layer, BaseLayer)
    name = layer[0] if named else type(layer).__name__  # type: ignore[index]
    shown = name in SHOWN if named else isinstance(layer, tuple(SHOWN.values()))
    if not shown and (not named or name in KNOWN):
        raise ArgumentError("not_shown", argument="layers", value=name, legal=Choices(list(SHOWN)))
    own = layer[1] if named else vars(layer)  # type: ignore[index]
    for argument in _UNDIALLED:
        if own.get(argument) is not None:
            value = own[argument]
            choices = [{argument: None}]
            raise ArgumentError("no_dial", argument=argument, value=value, choices=choices)


def _is_pair(layer: Any) -> bool:
    pair = isinstance(layer, tuple) and len(layer) == 2
    return pair and isinstance(layer[0], str) and isinstance(layer[1], Mapping)


def _first_of(layers: Any) -> list[Any]:
    """As many as there is room for and one more, which tells that there are too many."""
    if isinstance(layers, str | bytes | Mapping):
        check_is_layer(layers, BaseLayer)
    try:
        return list(islice(layers, MOST_LAYERS + 1))
    except TypeError:
        check_is_layer(layers, BaseLayer)
        raise


def canonical(name: str, argument: str, value: object) -> Any:
    """An argument of a layer as its dial shows it. Raises ``ArgumentError`` for an illegal one.

    >>> canonical("MaxPooling2D", "strides", 2), canonical("MaxPooling2D", "strides", None)
    ((2, 2), None)
    """
    kind = SHOWN[name]
    read = kind.readers.get(argument)
    own = read(value, argument, kind.rank) if read else normal(argument, value, kind.rank)
    return bool(own) if argument in FLAGS else own


@cache
def defaults(name: str) -> dict[str, Any]:
    """Every argument of a layer with its default, or with a small number where Keras has none."""
    kind = SHOWN[name]
    required = {argument: REQUIRED[argument] for argument in required_arguments(kind)}
    common = {"trainable": True, "dtype": None, "name": None}
    every = {**kind.declared_arguments(), **required, **common}
    dialled = [argument for argument in every if argument not in (*_IDLE, *_UNDIALLED)]
    return {argument: canonical(name, argument, every[argument]) for argument in dialled}


def shaping_arguments(name: str) -> list[str]:
    """Those that shape the output or the weights, in the order of the signature."""
    return [argument for argument in defaults(name) if argument in SHAPING]


def further_arguments(name: str) -> list[str]:
    """The others."""
    return [argument for argument in defaults(name) if argument not in SHAPING]


def _held(layer: LayerLike) -> Pair | None:
    """The arguments as the dials show them; ``None`` where one of them alone is illegal."""
    if isinstance(layer, BaseLayer):
        return _pair_of(layer)
    name, own = layer
    asked = Settings.asked(name, own, None)
    try:
        kind = asked.kind
        known = defaults(kind.__name__)
        every = {**known, **dict.fromkeys(required_arguments(kind)), **asked.arguments}
        if not every.keys() <= known.keys():
            return _pair_of(asked.made())
        found = {a: canonical(kind.__name__, a, every[a]) for a in known}
    except ConvlabError:
        return None
    return kind.__name__, found


def _pair_of(layer: BaseLayer) -> Pair:
    """What a layer is made with; its name may be ours."""
    kind = next(name for name, known in SHOWN.items() if isinstance(layer, known))
    own = {a: canonical(kind, a, getattr(layer, a)) for a in defaults(kind)}
    # A pooling without strides has those of its window.
    follows = "pool_size" in own and own["strides"] == own["pool_size"]
    return kind, {**own, "name": None, **({"strides": None} if follows else {})}


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


def ranked(pairs: Iterable[Pair]) -> Pair | None:
    """The first layer with directions of its own, which decides those of the input."""
    return next((pair for pair in pairs if rank_of(pair[0])), None)


def _usual_shape(pairs: tuple[Pair, ...]) -> Shape:
    name, own = ranked(pairs) or (pairs[0] if pairs else USUAL_LAYER)
    rank = rank_of(name)
    if not rank:
        return (None, USUAL_SIZE**2)
    sizes = (USUAL_SIZE,) * rank
    if own.get("data_format") == "channels_first":
        return (None, 1, *sizes)
    return (None, *sizes, 1)


def _kept(shape: Any) -> Any:
    """An iterator can be read only once: as many of its sizes as tell that there are too many."""
    return list(islice(shape, 8)) if isinstance(shape, Iterator) else shape


def _legal_shape(layer: LayerLike, pairs: tuple[Pair, ...], shape: Any) -> Shape:
    record = explain(layer, shape)
    if isinstance(record, Refusal) and record.error.parameters.get("argument") == "input_shape":
        raise _told(record)
    shaping = ranked(pairs)
    # The layer may be refused for other reasons: a point of the same rank takes every legal shape.
    whole = _any_shape(record, shape) if shaping is None else _shape_of(shaping, shape)
    if 0 in whole[1:]:
        unknown = (whole[0], *(size or None for size in whole[1:]))
        raise ShapeError(
            "size_zero", argument="input_shape", value=whole, choices=[{"input_shape": unknown}]
        )
    return whole


def _shape_of(pair: Pair, shape: Any) -> Shape:
    name, own = pair
    point = {**POINT, "data_format": own.get("data_format")}
    made = Settings(f"Conv{rank_of(name)}D", point, shape).made()
    return explanation_of(made, shape).input_shape


def _any_shape(record: Any, shape: Any) -> Shape:
    """Of layers that take any number of directions: as many as there are dials for."""
    whole: Shape = items_of(shape) if isinstance(record, Refusal) else record.input_shape
    if not 2 <= len(whole) <= MOST_AXES:
        near = (*whole[:1], *whole[1:][-MOST_AXES + 1 :]) if len(whole) > 1 else (None, 1)
        raise ShapeError(
            "shown_axes",
            argument="input_shape",
            value=whole,
            most=MOST_AXES,
            choices=[{"input_shape": near}],
        )
    return tuple(None if size is None else int(size) for size in whole)
