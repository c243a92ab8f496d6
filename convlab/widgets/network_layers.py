"""The layers of a network explorer: whether they can be shown, and the weights that they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import activations
from ..arguments import items_of
from ..companions import COMPANIONS, Dense, InputLayer
from ..errors import ArgumentError, ConvlabError, DTypeError, ShapeError
from ..explanation import LayerExplanation, Refusal, explain
from ..i18n import Choices, Term
from ..layers import CONVOLUTIONS, LAYERS
from ..layers.common import BaseLayer
from ..networks import Network
from .network_wires import (
    ACTIVATING,
    shown_shapes,
    shown_weights,
    sizes_of,
    weighs,
    wires_of,
)
from .settings import ARGUMENTS, activation_name

Array = NDArray[np.float32]
Shape = tuple[int, ...]

MOST_MULTIPLY_ADDS = 5_000_000
"""What a browser computes anew while somebody draws."""


_KNOWN = {*CONVOLUTIONS.values(), *COMPANIONS.values()}

MOST_AXES = 3
"""Of a sample: a picture's."""


def listed(layers: Any) -> list[Any]:
    """One layer, several, or those of a network, as a list.

    Raises a ``ConvlabError`` for what is no layer of convlab's, and where a layer reads others than
    the one before it.
    """
    if isinstance(layers, Network):
        return listed(_straight(layers))
    several = layers if isinstance(layers, list | tuple) else items_of(layers) or [layers]
    if not several:
        raise ArgumentError("network_no_layers", argument="layers", value=layers)
    known = [layer for layer in several if type(layer) in _KNOWN]
    if len(known) < len(several):
        other = next(layer for layer in several if type(layer) not in _KNOWN)
        choices = [{"layers": known}] if known else []
        kind = getattr(other, "kind", None) or type(other).__name__
        raise DTypeError("network_layers", argument="layers", kind=kind, choices=choices)
    index = next((index for index, layer in enumerate(known) if layer.merges), None)
    if index is not None:
        raise _not_straight(known[:index], known[index], ())
    return known


def _straight(network: Network) -> list[Any]:
    """The layers of a network in which each reads the one before it alone."""
    steps = network.steps
    for index, step in enumerate(steps):
        before = tuple(one.name for one in steps[max(0, index - 1) : index])
        if step.sources != before:
            raise _not_straight([one.layer for one in steps[:index]], step.layer, step.sources)
    return [step.layer for step in steps]


def _not_straight(before: list[Any], layer: Any, sources: Sequence[str]) -> ConvlabError:
    """The straight part before such a layer can be shown."""
    return ArgumentError(
        "network_merge",
        argument="layers",
        layer=getattr(layer, "kind", None) or type(layer).__name__,
        name=layer.name,
        sources=Choices(sources) if sources else Term("errors.network_several"),
        count=len(before),
        choices=[{"layers": before}] if before else [],
    )


def explained(layers: list[Any], shape: Shape) -> tuple[LayerExplanation, ...]:
    """What ``explain`` says of each layer on a batch of this shape; nothing is built.

    Raises a ``ConvlabError`` where shapes do not meet, for an activation that no browser knows, and
    for more sums than it can compute while somebody draws. A choice may name ``shape``, a batch's.
    """
    record = explain(layers, shape)
    if record.refusal is not None:
        raise _refused(layers, len(record.layers) - 1, record.refusal)
    for index, one in enumerate(record.accepted):
        _check_layer(layers, index, one)
        _check_shared(layers, index, record.accepted)
    count = sum(map(_work, record.accepted))
    if count > MOST_MULTIPLY_ADDS:
        raise _too_much(layers, shape, count)
    return record.accepted


def _work(record: LayerExplanation) -> int:
    """Products, or where there is none so many numbers."""
    return record.multiply_adds or int(np.prod(sizes_of(record.output_shape)))


def _refused(layers: list[Any], index: int, refusal: Refusal) -> ConvlabError:
    """The layer's own error, with choices that are whole stacks."""
    choices = []
    for choice in refusal.choices:
        if choice.step is not None:
            continue  # It is about another layer.
        changed = choice.changes.keys() - {"input_shape"} or choice.left_out
        wanted = choice.settings.input_shape
        new = {"layers": _with(layers, index, choice.settings.made())} if changed else {}
        choices.append({**new, **({"shape": wanted} if "input_shape" in choice.changes else {})})
    return _of_layer(layers, index, refusal.error, choices)


def _of_layer(
    layers: list[Any], index: int, error: ConvlabError, choices: Iterable[dict[str, Any]]
) -> ConvlabError:
    name = type(layers[index]).__name__
    return type(error)(
        "network_layer", argument="layers", index=index, layer=name, why=error, choices=choices
    )


def _with(layers: list[Any], index: int, new: BaseLayer) -> list[Any]:
    return [*layers[:index], new, *layers[index + 1 :]]


def _check_layer(layers: list[Any], index: int, record: LayerExplanation) -> None:
    """Some output, of so many axes that it can be shown, and an activation by name."""
    if 0 in record.output_shape[1:]:
        error = ArgumentError("explorer_empty", argument="layers")
        usual = _remade(layers, index, record, output_padding=None)
        raise _of_layer(layers, index, error, [{"layers": usual}])
    if len(record.output_shape) - 1 > MOST_AXES:
        shape = record.output_shape
        many = ShapeError("network_shape", argument="layers", value=shape, most=MOST_AXES)
        raise _of_layer(layers, index, many, [{"layers": layers[:index]}] if index else [])
    if not hasattr(record.made, "activation"):
        return
    try:
        activations.get(activation_name(record.made.activation))
    except ConvlabError as error:
        near = [{"layers": _remade(layers, index, record, **one)} for one in error.choices]
        raise _of_layer(layers, index, error, near) from error


def _check_shared(layers: list[Any], index: int, records: Sequence[LayerExplanation]) -> None:
    """A layer that stands in the stack twice has the same weights at both places."""
    first = next(one for one in records if one.made is layers[index])
    if shapes_of([first]) == shapes_of([records[index]]):
        return
    built = deepcopy(layers[index])
    built.build(first.input_shape)
    try:
        built.weight_shapes(records[index].input_shape)
    except ConvlabError as error:
        fresh = _remade(layers, index, records[index])
        raise _of_layer(layers, index, error, [{"layers": fresh}]) from error


def _remade(layers: list[Any], index: int, record: LayerExplanation, **changes: Any) -> list[Any]:
    """The layers with one made anew with other arguments, and with its weights if it has any."""
    old = layers[index]
    own = {name: getattr(old, name) for name in type(old).declared_arguments()}
    new = type(old)(**{**own, **changes})
    if old.built:
        new.build(record.input_shape)
        new.set_weights(old.get_weights())
    return _with(layers, index, new)


def _too_much(layers: list[Any], shape: Shape, count: int) -> ConvlabError:
    """A smaller input, or fewer layers."""
    first = begins_first(layers)
    sizes, channels = (shape[2:], shape[1:2]) if first else (shape[1:-1], shape[-1:])
    share = (MOST_MULTIPLY_ADDS / count) ** (1 / max(len(sizes), 1))
    cropped = tuple(max(1, int(size * share)) for size in sizes)
    smaller = (shape[0], *channels, *cropped) if first else (shape[0], *cropped, *channels)
    return ArgumentError(
        "network_work",
        argument="layers",
        value=count,
        most=MOST_MULTIPLY_ADDS,
        nearest=cropped,
        choices=[
            {"shape": smaller},
            *({"layers": layers[:n]} for n in range(len(layers) - 1, 0, -1)),
        ],
    )


# Data formats


def sliding(layers: Sequence[Any]) -> Any:
    """The first layer that says how its input lies; ``None`` where no layer does."""
    for layer in layers:
        if getattr(layer, "rearranges", False):
            return None
        if layer.rank:
            return layer
    return None


def begins_first(layers: Sequence[Any]) -> bool:
    """Whether the network's input has its channels first."""
    layer = sliding(layers)
    return layer is not None and layer.data_format == "channels_first"


def axes_taken(layers: Sequence[Any]) -> int | None:
    """How many axes a batch has for these layers; ``None``: that is not known before."""
    layer = sliding(layers)
    if layer is not None:
        return int(layer.rank) + 2
    return len(layers[0].batch_shape) if isinstance(layers[0], InputLayer) else None


def formats_of(records: Sequence[LayerExplanation]) -> list[bool]:
    """Whether the channels come first: in the input, and in the output of each layer.

    A layer without a ``data_format`` goes on with that of the one before.

    >>> from convlab import Conv2D, Flatten, ReLU
    >>> layers = [Conv2D(2, 3, data_format="channels_first"), ReLU(), Flatten()]
    >>> formats_of(explain(layers, (1, 3, 9, 9)).accepted)
    [True, True, True, False]
    """
    found = [begins_first([record.made for record in records])]
    for record in records:
        layer: Any = record.made
        # What a dense layer gives is last, where it reads.
        kept = found[-1] and not (getattr(layer, "rearranges", False) or isinstance(layer, Dense))
        first = layer.data_format == "channels_first" if layer.rank else kept
        found.append(first and len(record.output_shape) > 2)
    return found


# Weights


def shapes_of(records: Sequence[LayerExplanation]) -> list[Shape]:
    """The shapes of all weights, in the order of ``layer.weights``."""
    return [weight.shape for record in records for weight in record.weights]


def flat_weights(records: Sequence[LayerExplanation], weights: Sequence[NDArray[Any]]) -> Array:
    """What each layer computes with, as one line of float32; ``weights`` are all, in order."""
    parts: list[NDArray[Any]] = []
    left = list(weights)
    for record in records:
        own, left = left[: len(record.weights)], left[len(record.weights) :]
        parts += map(np.ravel, shown_weights(record, own))
    return np.concatenate([np.zeros(0, "float32"), *map(_single, parts)])


def weights_now(records: Sequence[LayerExplanation]) -> Array:
    """The weights of built layers as one line; raises a ``ConvlabError`` for any not finite."""
    layers = [record.made for record in records]
    flat = flat_weights(records, [weight for layer in layers for weight in layer.weights])
    if not np.isfinite(flat).all():
        raise _not_finite(layers)
    return flat


def check_weights(layers: list[Any]) -> None:
    """Finite weights, as far as there are any yet."""
    if not all(map(_is_finite, layers)):
        raise _not_finite(layers)


def _not_finite(layers: list[Any]) -> ConvlabError:
    """The first weight that is not finite, and the layers with zeros for such ones."""
    index = next(index for index, layer in enumerate(layers) if not _is_finite(layer))
    wrong = next(one for one in map(_single, layers[index].weights) if not np.isfinite(one).all())
    place = tuple(map(int, np.argwhere(~np.isfinite(wrong))[0]))
    value = float(wrong[place])
    error = ConvlabError("explorer_not_finite", argument="weights", value=value, place=place)
    mended = [layer if _is_finite(layer) else _mended(layer) for layer in layers]
    return _of_layer(layers, index, error, [{"layers": mended}])


def _is_finite(layer: BaseLayer) -> bool:
    return all(np.isfinite(_single(weight)).all() for weight in layer.weights)


def _single(weight: NDArray[Any]) -> Array:
    with np.errstate(over="ignore"):
        return weight.astype("float32")


def _mended(layer: BaseLayer) -> BaseLayer:
    """A copy with zeros for what is not finite."""
    copy = deepcopy(layer)
    copy.set_weights([np.where(np.isfinite(_single(one)), one, 0) for one in layer.weights])
    return copy


def parted(flat: Array, shapes: Sequence[Sequence[Shape]]) -> list[list[Array]]:
    """The weights of each layer out of one line.

    >>> [[one.shape for one in own] for own in parted(np.zeros(7, "float32"), [[(2, 3), (1,)]])]
    [[(2, 3), (1,)]]
    """
    found, start = [], 0
    for own in shapes:
        arrays = []
        for shape in own:
            size = int(np.prod(shape))
            arrays.append(flat[start : start + size].reshape(shape))
            start += size
        found.append(arrays)
    return found


def records_of(records: Sequence[LayerExplanation]) -> list[dict[str, Any]]:
    """The layers as the browser has them."""
    formats = formats_of(records)
    return [record_of(record, *formats[i : i + 2]) for i, record in enumerate(records)]


def record_of(record: LayerExplanation, reads: bool, gives: bool) -> dict[str, Any]:
    """A layer; ``reads`` and ``gives``: whether the channels come first there.

    ``arguments`` are those that the explorer of layers has, where it knows the layer.
    """
    layer: Any = record.made
    kind = type(layer).__name__
    if layer.rank:
        reads = layer.data_format == "channels_first"
    elif isinstance(layer, Dense):
        reads = False
    return {
        "layer": kind,
        "name": layer.name,
        "arguments": shaping(layer) if kind in LAYERS else {},
        "weights": shown_shapes(record),
        "parameters": record.parameters,
        "input_shape": sizes_of(record.input_shape),
        "output_shape": sizes_of(record.output_shape),
        "first": [reads, gives],
        "shuffles": weighs(layer),
        "straightens": can_straighten(record),
        **wires_of(record),
    }


def shaping(layer: Any) -> dict[str, Any]:
    """The arguments of a layer that its sums depend on."""
    names = [name for name in type(layer).declared_arguments() if name in (*ARGUMENTS, "units")]
    own = {name: getattr(layer, name) for name in names}
    return {
        **own,
        "activation": activation_name(layer.activation),
        "use_bias": bool(layer.use_bias),
    }


def can_straighten(record: LayerExplanation) -> bool:
    """Whether a layer can do without its activation: its output keeps its shape."""
    layer: Any = record.made
    halves = getattr(getattr(layer, "activation", None), "halved", None) is not None
    return (weighs(layer) or isinstance(layer, ACTIVATING)) and not halves
