"""What a network's layers make of an input, and the way back: by real layers with other weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..companions import Activation, LayerNormalization, PReLU, Rescaling
from ..explanation import LayerExplanation
from .lens_scene import scrambled
from .network_layers import formats_of, shaping
from .network_wires import ACTIVATING, shown_shapes, weighs

Array = NDArray[np.float32]


@dataclass(frozen=True)
class WhatIf:
    """What is changed in a network: by layer, and single channels as (layer, channel)."""

    linear: Sequence[int] = ()
    shuffled: Sequence[int] = ()
    off: Sequence[tuple[int, int]] = ()


class Network:
    """Layers with these weights, and with what is changed in them; they themselves stay as is.

    >>> from convlab import Conv1D, explain
    >>> records = [explain(Conv1D(1, 1, activation="relu"), (1, 2, 1))]
    >>> weights = [[np.ones((1, 1, 1)), np.zeros(1)]]
    >>> x = np.array([[[-3], [2]]])
    >>> Network(records, weights, WhatIf()).outputs(x)[0].ravel().tolist()
    [0.0, 2.0]
    >>> Network(records, weights, WhatIf(linear=[0])).outputs(x)[0].ravel().tolist()
    [-3.0, 2.0]
    """

    def __init__(
        self,
        records: Sequence[LayerExplanation],
        weights: Sequence[Sequence[Array]],
        changed: WhatIf,
    ) -> None:
        self._layers = []
        for index, (record, own) in enumerate(zip(records, weights, strict=True)):
            kernels = [_shuffled(one) if index in changed.shuffled else one for one in own]
            self._layers.append(_twin(record, kernels, index in changed.linear))
        self._first = formats_of(records)[1:]
        self._off = [[c for i, c in changed.off if i == index] for index in range(len(records))]

    def outputs(self, x: Array) -> list[Array]:
        """The output of each layer for a batch."""
        found: list[Array] = []
        for index, layer in enumerate(self._layers):
            found.append(self._without(index, layer(found[-1] if found else x)))
        return found

    def _without(self, index: int, maps: Array) -> Array:
        """The maps with zeros in the channels that are off."""
        if not self._off[index]:
            return maps
        maps = maps.copy()
        axis = 1 if self._first[index] else -1
        np.moveaxis(maps, axis, 0)[self._off[index]] = 0
        return maps

    def gradients(self, target: int, gradient: Array) -> list[Array]:
        """The gradients of the input and of each output up to a layer's, after ``outputs``.

        ``gradient`` is that of this layer's own output. A channel that is off passes none.
        """
        found = [gradient]
        for index in range(target, -1, -1):
            found.insert(0, self._layers[index].backward(self._without(index, found[0])))
        return found


def _shuffled(weight: Array) -> Array:
    """A kernel with its numbers in another order; a bias as it is."""
    if weight.ndim == 1:
        return weight
    order = np.argsort(scrambled(weight.size), kind="stable")
    return weight.ravel()[order].reshape(weight.shape)


def _twin(record: LayerExplanation, weights: Sequence[Array], linear: bool) -> Any:
    """A layer that does the same in float32; it draws no random numbers and has no penalties."""
    layer: Any = record.made
    if weighs(layer):
        return _weighing(record, weights, linear)
    if linear and isinstance(layer, ACTIVATING):
        return Activation("linear", name=layer.name)
    if isinstance(layer, LayerNormalization):
        twin = _again(layer, center=True, scale=True)
        twin.build(record.input_shape)
        order = [weight.shape for weight in twin.weights]
        twin.set_weights([one.reshape(shape) for one, shape in zip(weights, order, strict=True)])
        return twin
    if isinstance(layer, PReLU):
        twin = _again(layer)
        twin.build(record.input_shape)
        twin.set_weights(weights)
        return twin
    if len(shown_shapes(record)) == 2:
        scale, shift = (one.tolist() for one in weights)
        return Rescaling(scale, shift, name=layer.name)
    return _again(layer)


def _again(layer: Any, **changes: Any) -> Any:
    return type(layer).from_config({**layer.get_config(), "dtype": "float32", **changes})


def _weighing(record: LayerExplanation, weights: Sequence[Array], linear: bool) -> Any:
    """The same for sums of products."""
    layer: Any = record.made
    own = shaping(layer) | {"activation": "linear" if linear else layer.activation}
    roles = [role for _, role in getattr(layer, "kernels", (("kernel", "kernel"),))]
    own |= {f"{role}_initializer": "zeros" for role in roles}
    twin = type(layer)(**own, name=layer.name)
    twin.build(record.input_shape)
    twin.set_weights(weights)
    return twin
