"""The same layer in PyTorch and in Keras on JAX: callables that take nothing and compute it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .cases import Case

Call = Callable[[], Any]


def ours(case: Case, backward: bool) -> Call:
    layer, x = case.built()
    if not backward:
        return lambda: layer(x)
    dy = np.ones_like(layer(x))

    def both() -> Any:
        layer(x)
        return layer.backward(dy)

    return both


def torch_layouts(case: Case, backward: bool) -> dict[str, Call]:
    """PyTorch's call in both of its memory layouts: the faster one counts."""
    import torch

    layouts = {"channels first": torch.contiguous_format}
    if len(case.shape) == 4:
        layouts["channels last"] = torch.channels_last
    return {name: _torch_call(case, layout, backward) for name, layout in layouts.items()}


def _torch_call(case: Case, layout: Any, backward: bool) -> Call:
    import torch

    layer, values = case.built()
    forward, weights = _torch_forward(case, layer, layout)
    x = torch.from_numpy(np.moveaxis(values, -1, 1).copy()).contiguous(memory_format=layout)
    if not backward:

        def call() -> Any:
            with torch.inference_mode():
                return forward(x)

        return call
    x.requires_grad_()
    for weight in weights:
        weight.requires_grad_()
    dy = torch.ones_like(forward(x))

    def both() -> Any:
        return torch.autograd.grad(forward(x), [x, *weights], dy)

    return both


def _torch_forward(case: Case, layer: Any, layout: Any) -> tuple[Callable[..., Any], list[Any]]:
    import torch.nn.functional as F

    axes = layer.geometry(case.shape).stages[0].forward_axes
    befores = [axis.before for axis in axes]
    stride = [axis.stride for axis in axes]
    lopsided = [pad for axis in axes[::-1] for pad in (axis.before, axis.after)]
    even = all(axis.before == axis.after for axis in axes)
    kernels = [_torch_kernel(kernel, layout, case) for kernel in layer.weights[:-1]]
    bias = _tensor(layer.bias)
    convolve = F.conv1d if layer.rank == 1 else F.conv2d

    def forward(x: Any) -> Any:
        if case.layer == "Conv2DTranspose":
            y = F.conv_transpose2d(x, kernels[0], bias, stride)
            return y[:, :, befores[0] :, befores[1] :][:, :, : axes[0].size, : axes[1].size]
        padded, padding = (x, befores) if even else (F.pad(x, lopsided), 0)
        if case.layer in ("Conv1D", "Conv2D"):
            return convolve(padded, kernels[0], bias, stride, padding)
        last = bias if case.layer == "DepthwiseConv2D" else None
        y = F.conv2d(padded, kernels[0], last, stride, padding, groups=x.shape[1])
        return y if last is not None else F.conv2d(y, kernels[1], bias)

    return forward, [*kernels, bias]


def _tensor(array: Any) -> Any:
    import torch

    return torch.from_numpy(np.array(array))


def _torch_kernel(kernel: Any, layout: Any, case: Case) -> Any:
    """Keras' (…, C, F) as PyTorch's (F, C, …); a depthwise (K, L, C, 1) as (C, 1, K, L)."""
    depthwise = kernel.shape[-1] == 1 and case.layer in ("DepthwiseConv2D", "SeparableConv2D")
    order = (2, 3, 0, 1) if depthwise else (*range(kernel.ndim)[:-3:-1], *range(kernel.ndim - 2))
    return _tensor(np.ascontiguousarray(kernel.transpose(order))).contiguous(memory_format=layout)


def keras(case: Case, backward: bool) -> Call:
    import jax
    import keras as real

    layer, x = case.built()
    twin = getattr(real.layers, case.layer)(**case.arguments)
    twin.build(case.shape)
    twin.set_weights(layer.get_weights())
    if not backward:
        return lambda: twin(x).block_until_ready()
    weights = [weight.value for weight in twin.trainable_variables]
    dy = np.ones(twin.compute_output_shape(case.shape), "float32")

    def loss(values: Any, inputs: Any) -> Any:
        return (twin.stateless_call(values, [], inputs)[0] * dy).sum()

    gradients = jax.jit(jax.value_and_grad(loss, argnums=(0, 1)))
    return lambda: jax.block_until_ready(gradients(weights, x))
