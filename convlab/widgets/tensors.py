"""The numbers of an explorer: its input and weights as arrays, and the real layer with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import arguments
from ..errors import ConvlabError
from ..layers import Layer
from .arrays import check_axes, finite, simple
from .checks import with_choices, without
from .ranges import checked
from .settings import Settings, legal, make_layer, sample_shape
from .state import ExplorerState
from .values import Array, numbers, pasted


class ExplorerTensors(ExplorerState):
    """Input and weights, kept in the pools of ``values``."""

    @property
    def _pools(self) -> dict[str, Any]:
        pools: dict[str, Any] = self.values[str(len(self.sizes))]
        return pools

    def _numbers(self, kind: str, shape: tuple[int, ...], rank: int) -> Array:
        """The numbers of a pool; a series is kept as an image of one row."""
        line = rank == 1 and kind in ("input", "kernel")
        pool = self.values[str(rank)][kind]
        found = numbers(kind, rank, pool, (1, *shape) if line else shape)
        return found[0] if line else found

    def _input_of(self, settings: Settings) -> Array:
        sizes, channels = settings["sizes"], settings["channels"]
        sample = self._numbers("input", (*sizes, channels), len(sizes))
        return np.moveaxis(sample, -1, 0) if settings["data_format"] == "channels_first" else sample

    def _weights_of(self, name: str, settings: Settings, flipped: bool) -> list[Array]:
        geometry, rank = legal(name, settings), len(settings["sizes"])
        kernel = self._numbers("kernel", geometry.stages[0].kernel_shape, rank)
        found = [np.flip(kernel, tuple(range(rank))) if flipped else kernel]
        if len(geometry.stages) > 1:
            shape = geometry.stages[1].kernel_shape
            found.append(self._numbers("pointwise", shape[-2:], rank).reshape(shape))
        if settings["use_bias"]:
            found.append(self._numbers("bias", (geometry.stages[-1].filters,), rank))
        return found

    def _layer_of(self, name: str, settings: Settings, flipped: bool) -> Layer:
        layer = make_layer(name, settings)
        layer.build(sample_shape(layer.data_format, settings["sizes"], settings["channels"]))
        layer.set_weights(self._weights_of(name, settings, flipped))
        return layer

    def layer(self) -> Layer:
        """The real layer, built, with the arguments and the weights that are shown; in float64."""
        return self._layer_of(self.layer_name, self._settings(), self.true_convolution)

    @property
    def input(self) -> Array:
        """The sample in the layer's data format, without a batch axis; set it to any that fits."""
        return self._input_of(self._settings())

    @input.setter
    def input(self, sample: ArrayLike) -> None:
        try:
            array = finite(sample, "input")
            image = self._image(array)
        except ConvlabError as error:
            near = [one["input"] for one in error.choices] or [self.input]
            choices = [{"input": one if self._fits(one) else self.input} for one in near]
            raise with_choices(error, choices) from error
        try:
            self.change(sizes=image.shape[:-1], channels=image.shape[-1])
        except ConvlabError as error:
            ways = [self._cropped(image, choice) for choice in error.choices]
            choices = [way for way in ways if way] or [{"input": self.input}]
            raise with_choices(error, choices) from error
        self._paste(input=image[None] if len(self.sizes) == 1 else image)

    def _image(self, array: Array) -> Array:
        """A sample with its channels last; raises a ``ShapeError`` for other axes."""
        check_axes(array, len(self.sizes), self.data_format)
        return np.moveaxis(array, 0, -1) if self.data_format == "channels_first" else array

    def _fits(self, array: Array) -> bool:
        try:
            *sizes, channels = self._image(array).shape
            wanted = {**self._settings(), "sizes": tuple(sizes), "channels": channels}
            return bool(checked(self.layer_name, wanted, self._ranges[self.layer_name]))
        except ConvlabError:
            return False

    def _cropped(self, image: Array, change: Settings) -> Settings:
        """A change of sizes and channels as one of the input; none where the input is too small."""
        rest = without(change, ("sizes", "channels"))
        shape = (*change.get("sizes", image.shape[:-1]), change.get("channels", image.shape[-1]))
        if shape == image.shape:
            return rest
        first = rest.get("data_format", self.data_format) == "channels_first"
        part = image[tuple(slice(0, count) for count in shape)]
        found = {"input": np.moveaxis(part, -1, 0) if first else part, **rest}
        return found if part.shape == shape else {}

    @property
    def weights(self) -> list[Array]:
        """The weights in Keras' order and shapes, as the layer uses them; set them likewise."""
        return self._weights_of(self.layer_name, self._settings(), self.true_convolution)

    @weights.setter
    def weights(self, weights: Iterable[ArrayLike]) -> None:
        given = list(weights) if isinstance(weights, list | tuple) else simple(weights)
        shapes = [weight.shape for weight in self.weights]
        try:
            found = (
                [finite(one, "weights") for one in given]
                if isinstance(given, list | tuple)
                else given
            )
            kernel, *rest = arguments.check_weights(found, shapes, self.layer_name)
        except ConvlabError as error:
            turned = error.choices if error.code == "weights_turned" else ()
            raise with_choices(error, turned or [{"weights": self._fitting(given)}]) from error
        kernel = kernel[None] if len(self.sizes) == 1 else kernel
        new = {"kernel": kernel[::-1, ::-1] if self.true_convolution else kernel}
        if self.use_bias:
            new["bias"] = rest.pop()
        if rest:
            new["pointwise"] = rest[0][0, 0]
        self._paste(**new)

    def _fitting(self, given: Any) -> list[Array]:
        """The weights as they are, with all of ``given`` in its place that fits."""
        found = self.weights
        for index, one in enumerate(given if isinstance(given, list | tuple) else ()):
            try:
                array = finite(one, "weights")
            except ConvlabError as error:
                array = error.choices[0]["weights"] if error.choices else found[index % len(found)]
            if index < len(found) and array.shape == found[index].shape:
                found[index] = array
        return found

    def _paste(self, **arrays: Array) -> None:
        pools = self._pools
        new = {kind: pasted(pools[kind], array) for kind, array in arrays.items()}
        self._replace(len(self.sizes), new)
