"""A stage of a layer on its arrays: one sum of products, and its two gradients.

Arrays are channels-last. A one-dimensional stage is computed as a two-dimensional one of width 1,
and a transposed stage as the gradient of the convolution that it reverses.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from ..geometry import UNIT_AXIS, Axis, Stage

Array = NDArray[np.floating]


@cache
def _ops() -> ModuleType:
    """The sums: loaded by the first call, since nothing before it needs them."""
    from .. import ops

    return ops


def apply_stages(
    stages: Sequence[Stage], x: Array, kernels: Sequence[Array], bias: Array | None
) -> Array:
    """The stages' output (N, …, F), one after the other, plus the bias."""
    if len(stages) == 1:
        return apply_stage(stages[0], x, kernels[0], bias)
    depthwise, pointwise = stages
    if depthwise.groups == 1:
        # One channel is an ordinary convolution, which has quicker ways.
        return apply_stage(pointwise, apply_stage(depthwise, x, kernels[0]), kernels[1], bias)
    both = _filters(depthwise, kernels[0]), _filters(pointwise, kernels[1])
    y = _ops().separable(_plane(depthwise, x), both, _axes(depthwise), depthwise.groups, bias)
    return _line(pointwise, y)


def apply_stage(stage: Stage, x: Array, kernel: Array, bias: Array | None = None) -> Array:
    """The stage's output (N, …, F) for ``x`` (N, …, C) and a kernel in Keras' shape."""
    operation = _ops().input_gradient if stage.transposed else _ops().convolution
    y = operation(_plane(stage, x), _filters(stage, kernel), _axes(stage), stage.groups, bias)
    return _line(stage, y)


def stage_inputs(stages: Sequence[Stage], x: Array, kernels: Sequence[Array]) -> list[Array]:
    """What each stage is given: ``x``, and what ``apply_stages`` does not keep."""
    inputs = [x]
    for stage, kernel in zip(stages[:-1], kernels[:-1], strict=True):
        inputs.append(apply_stage(stage, inputs[-1], kernel))
    return inputs


def stage_gradients(stage: Stage, x: Array, kernel: Array, dy: Array) -> tuple[Array, Array]:
    """The gradients of the stage's input and kernel, for the gradient ``dy`` of its output."""
    inputs, errors = _plane(stage, x), _plane(stage, dy)
    filters, axes = _filters(stage, kernel), _axes(stage)
    if stage.transposed:
        dx = _ops().convolution(errors, filters, axes, stage.groups)
        dkernel = _ops().kernel_gradient(errors, inputs, axes, stage.groups)
    else:
        dx = _ops().input_gradient(errors, filters, axes, stage.groups)
        dkernel = _ops().kernel_gradient(inputs, errors, axes, stage.groups)
    return _line(stage, dx), dkernel.reshape(kernel.shape)


def _axes(stage: Stage) -> tuple[Axis, Axis]:
    first, second = (*stage.forward_axes, UNIT_AXIS)[:2]
    return first, second


def _plane(stage: Stage, x: Array) -> Array:
    return x[:, :, None] if len(stage.axes) == 1 else x


def _line(stage: Stage, y: Array) -> Array:
    return y[:, :, 0] if len(stage.axes) == 1 else y


def _filters(stage: Stage, kernel: Array) -> Array:
    """The kernel as (K, L, C/G, F): a depthwise kernel's last two axes become its filters."""
    if kernel.ndim == 4 and kernel.shape[3] == stage.filters:
        return kernel
    sizes = (*kernel.shape[: len(stage.axes)], 1)[:2]
    if stage.transposed:
        return kernel.reshape(*sizes, *kernel.shape[-2:])
    return kernel.reshape(*sizes, stage.channels // stage.groups, stage.filters)
