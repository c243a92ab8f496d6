"""The layers of a network explorer: whether they can be shown, and the weights that they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import activations
from ..arguments import items_of
from ..errors import ArgumentError, ConvlabError, DTypeError
from ..explanation import Explanation, Refusal, explain
from ..layers import LAYERS, Layer
from .settings import arguments_of, settings_of_layer

Array = NDArray[np.float32]
Shape = tuple[int, ...]

MOST_MULTIPLY_ADDS = 5_000_000
"""What a browser computes anew while somebody draws."""


def listed(layers: Any) -> list[Layer]:
    """One layer or several as a list; raises a ``ConvlabError`` for what is none of the five."""
    several = layers if isinstance(layers, list | tuple) else items_of(layers) or [layers]
    if not several:
        raise ArgumentError("network_no_layers", argument="layers", value=layers)
    known = [layer for layer in several if type(layer) in LAYERS.values()]
    if len(known) < len(several):
        other = next(layer for layer in several if type(layer) not in LAYERS.values())
        choices = [{"layers": known}] if known else []
        kind = type(other).__name__
        raise DTypeError("network_layers", argument="layers", kind=kind, choices=choices)
    return known


def explained(layers: list[Layer], shape: Shape) -> tuple[Explanation, ...]:
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
    count = record.multiply_adds or 0
    if count > MOST_MULTIPLY_ADDS:
        raise _too_much(layers, shape, count)
    return record.accepted


def _refused(layers: list[Layer], index: int, refusal: Refusal) -> ConvlabError:
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
    layers: list[Layer], index: int, error: ConvlabError, choices: Iterable[dict[str, Any]]
) -> ConvlabError:
    name = type(layers[index]).__name__
    return type(error)(
        "network_layer", argument="layers", index=index, layer=name, why=error, choices=choices
    )


def _with(layers: list[Layer], index: int, new: Layer) -> list[Layer]:
    return [*layers[:index], new, *layers[index + 1 :]]


def _check_layer(layers: list[Layer], index: int, record: Explanation) -> None:
    """Some output, and an activation by name."""
    if 0 in record.output_shape[1:]:
        error = ArgumentError("explorer_empty", argument="layers")
        usual = _remade(layers, index, record, output_padding=None)
        raise _of_layer(layers, index, error, [{"layers": usual}])
    name = settings_of_layer(layers[index], (), 0)["activation"]
    try:
        activations.get(name)
    except ConvlabError as error:
        near = [{"layers": _remade(layers, index, record, **one)} for one in error.choices]
        raise _of_layer(layers, index, error, near) from error


def _check_shared(layers: list[Layer], index: int, records: Sequence[Explanation]) -> None:
    """A layer that stands in the stack twice has the same weights at both places."""
    first = next(one for one in records if one.made is layers[index])
    if shapes_of([first]) == shapes_of([records[index]]):
        return
    built = deepcopy(layers[index])
    built.build(first.input_shape)
    try:
        built.geometry(records[index].input_shape)
    except ConvlabError as error:
        fresh = _remade(layers, index, records[index])
        raise _of_layer(layers, index, error, [{"layers": fresh}]) from error


def _remade(layers: list[Layer], index: int, record: Explanation, **changes: Any) -> list[Layer]:
    """The layers with one made anew with other arguments, and with its weights if it has any."""
    old = layers[index]
    own = {name: getattr(old, name) for name in type(old).declared_arguments()}
    new = type(old)(**{**own, **changes})
    if old.built:
        new.build(record.input_shape)
        new.set_weights(old.get_weights())
    return _with(layers, index, new)


def _too_much(layers: list[Layer], shape: Shape, count: int) -> ConvlabError:
    """A smaller input, or fewer layers."""
    first = layers[0].data_format == "channels_first"
    sizes, channels = (shape[2:], shape[1]) if first else (shape[1:-1], shape[-1])
    share = (MOST_MULTIPLY_ADDS / count) ** (1 / len(sizes))
    cropped = tuple(max(1, int(size * share)) for size in sizes)
    smaller = (shape[0], channels, *cropped) if first else (shape[0], *cropped, channels)
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


# Weights


def shapes_of(records: Sequence[Explanation]) -> list[Shape]:
    """The shapes of all weights, in the order of ``layer.weights``."""
    return [weight.shape for record in records for weight in record.weights]


def shown_shapes(record: Explanation) -> list[Shape]:
    """The shapes of the kernels and of the bias of a layer."""
    count = len(record.made.kernels) + bool(record.made.use_bias)
    return [weight.shape for weight in record.weights[:count]]


def flat_weights(records: Sequence[Explanation], weights: Sequence[NDArray[Any]]) -> Array:
    """The kernels and the bias of each layer, as one line of float32.

    ``weights`` are those of all layers in order. Where a layer adds adapters to its kernel, the sum
    counts.
    """
    parts, left = [], list(weights)
    for record in records:
        own, left = left[: len(record.weights)], left[len(record.weights) :]
        kernels = record.made._effective_kernels(own)
        bias = own[len(kernels) :][: bool(record.made.use_bias)]
        parts += [np.ravel(one) for one in (*kernels, *bias)]
    return np.concatenate([_single(one) for one in parts])


def weights_now(records: Sequence[Explanation]) -> Array:
    """The weights of built layers as one line; raises a ``ConvlabError`` for any not finite."""
    layers = [record.made for record in records]
    flat = flat_weights(records, [weight for layer in layers for weight in layer.weights])
    if not np.isfinite(flat).all():
        raise _not_finite(layers)
    return flat


def check_weights(layers: list[Layer]) -> None:
    """Finite weights, as far as there are any yet."""
    if not all(map(_is_finite, layers)):
        raise _not_finite(layers)


def _not_finite(layers: list[Layer]) -> ConvlabError:
    """The first weight that is not finite, and the layers with zeros for such ones."""
    index = next(index for index, layer in enumerate(layers) if not _is_finite(layer))
    wrong = next(one for one in map(_single, layers[index].weights) if not np.isfinite(one).all())
    place = tuple(map(int, np.argwhere(~np.isfinite(wrong))[0]))
    value = float(wrong[place])
    error = ConvlabError("explorer_not_finite", argument="weights", value=value, place=place)
    mended = [layer if _is_finite(layer) else _mended(layer) for layer in layers]
    return _of_layer(layers, index, error, [{"layers": mended}])


def _is_finite(layer: Layer) -> bool:
    return all(np.isfinite(_single(weight)).all() for weight in layer.weights)


def _single(weight: NDArray[Any]) -> Array:
    with np.errstate(over="ignore"):
        return weight.astype("float32")


def _mended(layer: Layer) -> Layer:
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


def record_of(record: Explanation) -> dict[str, Any]:
    """A layer as the browser has it."""
    own = settings_of_layer(record.made, (), 0)
    return {
        "layer": record.layer,
        "name": record.made.name,
        "arguments": {name: own[name] for name in arguments_of(record.layer)},
        "weights": shown_shapes(record),
    }
