"""What a network's layers make of an input, and the way back: by real layers with other weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..explanation import Explanation
from ..layers import Layer
from .lens_scene import scrambled
from .settings import arguments_of

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
        records: Sequence[Explanation],
        weights: Sequence[Sequence[Array]],
        changed: WhatIf,
    ) -> None:
        self._layers = []
        for index, (record, own) in enumerate(zip(records, weights, strict=True)):
            kernels = [_shuffled(one) if index in changed.shuffled else one for one in own]
            self._layers.append(_twin(record, kernels, index in changed.linear))
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
        axis = 1 if self._layers[index].data_format == "channels_first" else -1
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


def _twin(record: Explanation, weights: Sequence[Array], linear: bool) -> Layer:
    """A layer of the same arguments in float32; it draws no random numbers and has no penalties."""
    layer, kind = record.made, type(record.made)
    own: dict[str, Any] = {name: getattr(layer, name) for name in arguments_of(kind.__name__)}
    own |= {f"{role}_initializer": "zeros" for _, role in layer.kernels}
    own |= {"activation": "linear"} if linear else {}
    twin = kind(**own, name=layer.name)
    twin.build(record.input_shape)
    twin.set_weights(weights)
    return twin
