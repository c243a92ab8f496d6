"""The convolution and, right below it, its two gradients: one sum with its roles exchanged.

Here a sum is only recast into one that suits a processor better, and given to the module that
computes it: ``products``, ``depthwise`` or ``scatter``.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from ..geometry import UNIT_AXIS, Axis
from . import depthwise, planes, products, scatter, strips
from .threads import Task, Work, share
from .windows import Array, Axes, output_sizes, work_of


def convolution(
    x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None = None
) -> Array:
    """y[n,i,j,f] = sum over k,l,c of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * kernel[k,l,c,f] + bias[f].

    ``x`` (N, H, W, C), ``kernel`` (K, L, C/G, F); returns (N, I, J, F). Filters of group g see the
    channels of group g. No bias is a bias of zeros. Source: the cross-correlation of Goodfellow
    et al., Deep Learning, 9.1.

    >>> from convlab.geometry import Axis
    >>> x = np.arange(6.0).reshape(1, 2, 3, 1)
    >>> convolution(x, np.ones((2, 2, 1, 1)), (Axis(2, 2), Axis(3, 2)), 1).ravel().tolist()
    [8.0, 12.0]
    """
    if axes[1] == UNIT_AXIS != axes[0]:
        across = x.swapaxes(1, 2), kernel.swapaxes(0, 1), axes[::-1]
        return convolution(*across, groups, bias).swapaxes(1, 2)
    y = np.empty((len(x), *output_sizes(axes), kernel.shape[3]), x.dtype)
    todo = work_of(len(x), axes, kernel.shape)
    if groups == 1 and todo.multiply_adds <= products.AT_ONCE:
        products.fill_at_once(y, x, kernel, axes, bias)
    else:
        share(_tasks(y, x, kernel, axes, groups, bias), todo)
    return y


def separable(
    x: Array, kernels: tuple[Array, Array], axes: Axes, groups: int, bias: Array | None = None
) -> Array:
    """y[n,i,j,f] = sum over m of convolution(x, kernel, axes, groups)[n,i,j,m] * pointwise[m,f]
    + bias[f], for the ``kernels`` (K, L, 1, M) and, pointwise, (1, 1, M, F).

    What lies between, often as large as x and y together, is made and used tile by tile.

    >>> from convlab.geometry import Axis
    >>> x = np.arange(6.0).reshape(1, 1, 3, 2)
    >>> kernels = np.ones((1, 2, 1, 2)), np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> separable(x, kernels, (Axis(1, 1), Axis(3, 2)), 2).ravel().tolist()
    [42.0, 86.0]
    """
    kernel, pointwise = kernels
    if axes[1] == UNIT_AXIS != axes[0]:
        turned = kernel.swapaxes(0, 1), pointwise
        return separable(x.swapaxes(1, 2), turned, axes[::-1], groups, bias).swapaxes(1, 2)
    y = np.empty((len(x), *output_sizes(axes), pointwise.shape[3]), x.dtype)
    scaling = work_of(len(x), axes, kernel.shape)
    todo = Work(scaling.multiply_adds + y.size * pointwise.shape[2], scaling.outputs + y.size)
    share(depthwise.separable_tasks(y, x, kernels, axes, groups, bias), todo)
    return y


def input_gradient(
    dy: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None = None
) -> Array:
    """dx[n,h,w,c] = sum of dy[n,i,j,f] * kernel[k,l,c,f] over i*s+k*d-p = h, j*s'+l*d'-p' = w, f.

    ``dy`` (N, I, J, F); returns (N, H, W, C). It is the adjoint of ``convolution`` in x, and so
    the transposed convolution itself, which may have a ``bias`` (C,). The inputs of one remainder
    by the strides see the same taps: their sum is a convolution of dy with these taps turned round.

    >>> from convlab.geometry import Axis
    >>> dy = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> input_gradient(dy, np.ones((2, 2, 1, 1)), (Axis(2, 2), Axis(3, 2)), 1).ravel().tolist()
    [1.0, 11.0, 10.0, 1.0, 11.0, 10.0]
    """
    if axes[1] == UNIT_AXIS != axes[0]:
        across = dy.swapaxes(1, 2), kernel.swapaxes(0, 1), axes[::-1]
        return input_gradient(*across, groups, bias).swapaxes(1, 2)
    if groups == 1 and scatter.are_apart(axes):
        return scatter.apart(dy, kernel, axes, bias)
    todo = work_of(len(dy), axes, kernel.shape)
    large = todo.multiply_adds > products.AT_ONCE
    if groups == 1 and large and scatter.few_pay(axes, *kernel.shape[2:]):
        return scatter.few(dy, kernel, axes, bias)
    sizes = [axis.size or 0 for axis in axes]
    dx = np.empty((len(dy), *sizes, kernel.shape[2] * groups), dy.dtype)
    back = _exchanged(kernel, groups)
    tasks: list[Task] = []
    for (rows, taps, height), (columns, taps_across, width) in product(*map(Axis.phases, axes)):
        if height is None or width is None:
            dx[:, rows, columns] = 0 if bias is None else bias
        else:
            turned = back[taps, taps_across]
            tasks += _tasks(dx[:, rows, columns], dy, turned, (height, width), groups, bias)
    share(tasks, todo)
    return dx


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,f].

    ``x`` (N, H, W, C), ``dy`` (N, I, J, F); returns (K, L, C/G, F).

    >>> from convlab.geometry import Axis
    >>> x = np.arange(6.0).reshape(1, 2, 3, 1)
    >>> dy = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> kernel_gradient(x, dy, (Axis(2, 2), Axis(3, 2)), 1).ravel().tolist()
    [10.0, 21.0, 43.0, 54.0]
    """
    if axes[1] == UNIT_AXIS != axes[0]:
        across = x.swapaxes(1, 2), dy.swapaxes(1, 2), axes[::-1]
        return kernel_gradient(*across, groups).swapaxes(0, 1)
    channels, filters = x.shape[3], dy.shape[3]
    if groups > 1:
        alone = groups == min(channels, filters)
        way = depthwise.kernel_gradient if alone else products.kernel_gradient
        return way(x, dy, axes, groups)
    shape = (axes[0].kernel, axes[1].kernel, channels, filters)
    if work_of(len(x), axes, shape).multiply_adds <= products.AT_ONCE:
        return products.kernel_gradient_at_once(x, dy, axes)
    if planes.pay(axes, channels):
        return planes.kernel_gradient(x, dy, axes)
    return products.kernel_gradient(x, dy, axes, groups)


def _tasks(
    out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """The sum of ``convolution`` into ``out`` (N, I, J, F), by the way that suits it, in parts."""
    if groups > 1:
        alone = groups == min(x.shape[3], kernel.shape[3])
        way = depthwise.tasks if alone else products.tasks
        return way(out, x, kernel, axes, groups, bias)
    if strips.pay(axes, kernel.shape):
        return strips.tasks(out, x, kernel, axes, bias)
    if planes.pay(axes, x.shape[3]):
        return planes.tasks(out, x, kernel, axes, bias)
    return products.tasks(out, x, kernel, axes, groups, bias)


def _exchanged(kernel: Array, groups: int) -> Array:
    """The kernel (K, L, C/G, F) with channels and filters exchanged: (K, L, F/G, C)."""
    sizes, (channels, filters) = kernel.shape[:2], kernel.shape[2:]
    apart = kernel.reshape(*sizes, channels, groups, filters // groups)
    return apart.transpose(0, 1, 4, 3, 2).reshape(*sizes, filters // groups, groups * channels)
