"""What passes numbers on: the beginning of a network, and dropout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from .. import arguments
from ..layers.common import Array, Readers, Shape, declared, keras_signature
from ..random import SeedGenerator
from . import rules
from .base import Companion, Weights


class Dropout(Companion):
    """The input itself; only ``training=True`` puts 0 for a share of it and scales the rest up.

    y = x * mask / (1 - rate), the mask 0 with probability ``rate``, drawn anew for each call; along
    axes that are 1 in ``noise_shape`` it is one for all. Arguments, defaults and errors are those
    of Keras 3's ``keras.layers.Dropout``; the numbers drawn are not. Raises ``ArgumentError`` for
    an argument, ``ShapeError`` for an input that ``noise_shape`` does not spread over.

    >>> import numpy as np
    >>> layer, x = Dropout(0.5, seed=1), np.ones((1, 4))
    >>> layer(x).tolist(), sorted(set(layer(x, training=True).ravel().tolist()))
    ([[1.0, 1.0, 1.0, 1.0]], [0.0, 2.0])
    """

    readers: ClassVar[Readers] = {
        "rate": rules.normal_rate,
        "noise_shape": rules.normal_noise_shape,
        "seed": rules.normal_seed,
    }
    rate: float
    noise_shape: tuple[int | None, ...] | None
    seed: int | None
    _mask: Array | None = None

    @keras_signature
    def __init__(
        self, /, rate: float, noise_shape: Any = None, seed: int | None = None, **base: Any
    ) -> None:
        super().__init__(declared(locals()), **base)

    def _check_arguments(self) -> None:
        self._seeds = SeedGenerator(self.seed)

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        if self.noise_shape is not None:
            given = self._noise(shape)
            rules.check_spreads("noise_shape", given, shape)
        return shape

    def _noise(self, shape: Shape) -> Any:
        """The mask's shape: ``None`` stands for the input's own size."""
        given = self.noise_shape or shape
        whole = zip(given, shape, strict=False) if len(given) == len(shape) else ()
        return tuple(own if size is None else size for size, own in whole) or given

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        self._mask = None
        if not training or not self.rate:
            return x
        random = np.random.default_rng(self._seeds.next())
        kept = random.random(self._noise(x.shape)) >= self.rate
        scale = 1 / (1 - self.rate) if self.rate < 1 else 0.0
        self._mask = (kept * scale).astype(x.dtype)
        return x * self._mask

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        return dy if self._mask is None else dy * self._mask, []


class InputLayer(Companion):
    """The beginning of a network: what it takes, and passes on.

    ``shape`` is without the batch, ``batch_shape`` with it. Arguments, defaults and errors are
    those of Keras 3's ``keras.layers.InputLayer``; sparse and ragged inputs are not known. Raises
    ``ArgumentError`` for an argument, ``ShapeError`` for an input of another shape.

    >>> InputLayer((28, 28, 1)).compute_output_shape((None, 28, 28, 1))
    (None, 28, 28, 1)
    """

    readers: ClassVar[Readers] = {
        "shape": rules.normal_sizes,
        "batch_shape": rules.normal_sizes,
        "batch_size": rules.normal_batch,
        **dict.fromkeys(("sparse", "ragged"), rules.only(None, False)),
        "input_tensor": rules.only(None),
        "optional": arguments.normal_flag,
    }
    batch_shape: Shape

    @keras_signature
    def __init__(
        self,
        /,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **base: Any,
    ) -> None:
        super().__init__(declared(locals()), **base)

    def _check_arguments(self) -> None:
        own = self._arguments
        rules.check_one_shape(own["shape"], own["batch_shape"], own["batch_size"])
        if own["shape"] is not None:
            self.batch_shape = (own["batch_size"], *own["shape"])

    def _normal_shape(self, input_shape: Any) -> Shape:
        shape: Shape = super()._normal_shape(input_shape)
        rules.check_as_begun(shape, self.batch_shape)
        return shape

    def _forward(self, x: Array, weights: Weights, training: bool) -> Array:
        return x

    def _backward(self, x: Array, weights: Weights, dy: Array) -> tuple[Array, list[Array]]:
        return dy, []

    def get_config(self) -> dict[str, Any]:
        """Keras' config, which has the whole shape, and the dtype by its name."""
        truths = {name: bool(self._arguments[name]) for name in ("sparse", "ragged", "optional")}
        shape = {"batch_shape": self.batch_shape, "dtype": self.dtype}
        return {**shape, **truths, "name": self.name}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """A new layer from a config of convlab's or of Keras', old ones too."""
        config = dict(arguments.check_names(config))
        if "batch_input_shape" in config:
            config["batch_shape"] = config.pop("batch_input_shape")
        return super().from_config(config)
