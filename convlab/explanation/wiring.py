"""Which input meets which output how often, and a layer written out as one large matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import check_is_layer
from ..errors import ConvlabError, ShapeError
from ..geometry import Geometry, Size, Stage, TransposedAxis
from ..layers import Layer
from ..layers.stages import apply_stage
from ..memory import check_memory

Counts = NDArray[np.int64]

_LARGEST = 64
"""The largest size tried out is 2 to the power of one less."""


@dataclass(frozen=True)
class Coverage:
    """How often each position takes part, for one channel and one filter.

    ``axes`` holds the counts of each direction, ``counts`` their products, position by position.
    ``of`` is ``"output"``, how often a transposed layer writes it, or ``"input"``, how often any
    other layer reads it.
    """

    of: str
    axes: tuple[tuple[int, ...], ...]

    @property
    def counts(self) -> Counts:
        """One count for each position; its shape is that of the positions."""
        counts = np.ones((), dtype=np.int64)
        for axis in self.axes:
            counts = np.multiply.outer(counts, np.array(axis, dtype=np.int64))
        return counts

    @property
    def never(self) -> int:
        """How many positions never take part."""
        return int((self.counts == 0).sum())


def known_geometry(layer: Layer, input_shape: Any) -> Geometry:
    """The geometry of a layer on a shape of which every size but the batch's is known.

    Raises ``ArgumentError`` for what is no layer, ``ShapeError`` for a shape that the layer cannot
    take, or with unknown sizes: positions are counted one by one.
    """
    check_is_layer(layer, Layer, "only_a_layer")
    geometry = layer.geometry(input_shape)
    shape = geometry.input_shape
    if None in shape[1:]:
        nearest = next(filter(partial(_takes, layer), _filled(shape)), None)
        raise ShapeError(
            "unknown_sizes",
            argument="input_shape",
            value=shape,
            nearest=nearest,
            choices=[] if nearest is None else [{"input_shape": nearest}],
        )
    return geometry


def _filled(shape: tuple[Size, ...]) -> Iterator[tuple[Size, ...]]:
    """The shape with 1, 2, 4 and so on in the place of what is unknown."""
    for power in range(_LARGEST):
        yield (shape[0], *(2**power if size is None else size for size in shape[1:]))


def _takes(layer: Layer, shape: tuple[Size, ...]) -> bool:
    try:
        return 0 not in layer.geometry(shape).output_shape[1:]
    except ConvlabError:
        return False


def coverage(layer: Layer, input_shape: Any) -> Coverage:
    """How often each output of a transposed layer is written, or each input of another is read.

    Raises ``ShapeError`` for a shape that the layer cannot take, or with unknown sizes.

    >>> from convlab import Conv1D
    >>> coverage(Conv1D(1, 3, strides=2), (None, 6, 1)).counts.tolist()
    [1, 1, 2, 1, 1, 0]
    """
    geometry = known_geometry(layer, input_shape)
    stage = geometry.stages[0]
    axes = tuple(
        axis.write_counts() if isinstance(axis, TransposedAxis) else axis.read_counts()
        for axis in stage.axes
    )
    return Coverage("output" if stage.transposed else "input", axes)


@dataclass(frozen=True)
class Matrix:
    """One stage as a matrix: outputs = values @ inputs, all flattened, channels last.

    ``values`` is (outputs, inputs). ``wiring``, of the same shape, names the weight that stands in
    each place by its index in the flattened kernel; -1 where there is none.
    """

    input_sizes: tuple[int, ...]
    output_sizes: tuple[int, ...]
    kernel_shape: tuple[int, ...]
    values: NDArray[np.floating]
    wiring: Counts


def matrices(layer: Layer, input_shape: Any) -> tuple[Matrix, ...]:
    """The matrix of each stage of a layer, without bias and activation, for one sample.

    A transposed layer's is the transpose of the convolution's that it reverses. A layer without
    weights is built. Raises ``ShapeError`` with unknown sizes, ``NotEnoughMemoryError`` where the
    matrix would not fit.

    >>> from convlab import Conv1D
    >>> layer = Conv1D(1, 2, kernel_initializer="ones")
    >>> matrices(layer, (None, 3, 1))[0].values.astype(int).tolist()
    [[1, 1, 0], [0, 1, 1]]
    """
    geometry = known_geometry(layer, input_shape)
    if not layer.built:
        layer.build(input_shape)
    kernels = layer.weights[: len(geometry.stages)]
    return tuple(map(_matrix, geometry.stages, kernels))


def _matrix(stage: Stage, kernel: NDArray[np.floating]) -> Matrix:
    """A stage's matrix, column by column: what each single input makes of the outputs."""
    sizes = [size for size in stage.input_sizes if size is not None]
    outputs = [size for size in stage.output_sizes if size is not None]
    inputs = (*sizes, stage.channels)
    count = prod(inputs)
    results = (*outputs, stage.filters)
    check_memory((count, max(count, prod(results))), 8, "a_matrix")
    each = np.eye(count).reshape(count, *inputs)
    # A kernel that numbers its weights from 1 shows in each place which one stands there.
    numbers = np.arange(1.0, kernel.size + 1).reshape(kernel.shape)
    numbered = apply_stage(stage, each, numbers).reshape(count, -1).T
    wiring = numbered.round().astype(np.int64) - 1
    values = np.where(wiring >= 0, kernel.ravel()[wiring], 0.0).astype(np.float64)
    return Matrix(inputs, results, kernel.shape, values, wiring)
