"""The convolution and, right below it, its two gradients: one sum with its roles exchanged.

This module chooses the algorithm; the others compute it. ``im2col`` can always do it, other
algorithms are faster for some shapes: ``width_im2col``, ``planar_im2col``, ``depthwise``,
``scatter``.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from ..geometry import UNIT_AXIS, Axis
from . import depthwise, im2col, planar_im2col, scatter, width_im2col
from .threads import Task, Work, run_tasks
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
        transposed = x.swapaxes(1, 2), kernel.swapaxes(0, 1), axes[::-1]
        return convolution(*transposed, groups, bias).swapaxes(1, 2)
    y = np.empty((len(x), *output_sizes(axes), kernel.shape[3]), x.dtype)
    work = work_of(len(x), axes, kernel.shape)
    if groups == 1 and work.multiply_adds <= im2col.UNTILED_LIMIT:
        im2col.convolve_untiled(y, x, kernel, axes, bias)
    else:
        run_tasks(_tasks(y, x, kernel, axes, groups, bias), work)
    return y


def separable(
    x: Array, kernels: tuple[Array, Array], axes: Axes, groups: int, bias: Array | None = None
) -> Array:
    """y[n,i,j,f] = sum over m of convolution(x, kernel, axes, groups)[n,i,j,m] * pointwise[m,f]
    + bias[f], for the ``kernels`` (K, L, 1, M) and, pointwise, (1, 1, M, F).

    The depthwise output, often as large as x and y together, exists only a tile at a time.

    >>> from convlab.geometry import Axis
    >>> x = np.arange(6.0).reshape(1, 1, 3, 2)
    >>> kernels = np.ones((1, 2, 1, 2)), np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> separable(x, kernels, (Axis(1, 1), Axis(3, 2)), 2).ravel().tolist()
    [42.0, 86.0]
    """
    kernel, pointwise = kernels
    if axes[1] == UNIT_AXIS != axes[0]:
        transposed = kernel.swapaxes(0, 1), pointwise
        return separable(x.swapaxes(1, 2), transposed, axes[::-1], groups, bias).swapaxes(1, 2)
    y = np.empty((len(x), *output_sizes(axes), pointwise.shape[3]), x.dtype)
    first = work_of(len(x), axes, kernel.shape)
    work = Work(first.multiply_adds + y.size * pointwise.shape[2], first.outputs + y.size)
    run_tasks(depthwise.separable_tasks(y, x, kernels, axes, groups, bias), work)
    return y


def input_gradient(
    dy: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None = None
) -> Array:
    """dx[n,h,w,c] = sum of dy[n,i,j,f] * kernel[k,l,c,f] over i*s+k*d-p = h, j*s'+l*d'-p' = w, f.

    ``dy`` (N, I, J, F); returns (N, H, W, C). It is the adjoint of ``convolution`` in x, and so
    the transposed convolution itself, which may have a ``bias`` (C,). Inputs with the same
    remainder by the strides (a phase) are read by the same taps: their gradient is a convolution of
    dy with these taps flipped.

    >>> from convlab.geometry import Axis
    >>> dy = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> input_gradient(dy, np.ones((2, 2, 1, 1)), (Axis(2, 2), Axis(3, 2)), 1).ravel().tolist()
    [1.0, 11.0, 10.0, 1.0, 11.0, 10.0]
    """
    if axes[1] == UNIT_AXIS != axes[0]:
        transposed = dy.swapaxes(1, 2), kernel.swapaxes(0, 1), axes[::-1]
        return input_gradient(*transposed, groups, bias).swapaxes(1, 2)
    if groups == 1 and scatter.windows_are_disjoint(axes):
        return scatter.scatter(dy, kernel, axes, bias)
    work = work_of(len(dy), axes, kernel.shape)
    large = work.multiply_adds > im2col.UNTILED_LIMIT
    if groups == 1 and large and scatter.scatter_add_is_worthwhile(axes, *kernel.shape[2:]):
        return scatter.scatter_add(dy, kernel, axes, bias)
    sizes = [axis.size or 0 for axis in axes]
    dx = np.empty((len(dy), *sizes, kernel.shape[2] * groups), dy.dtype)
    exchanged = _exchanged(kernel, groups)
    tasks: list[Task] = []
    for (rows, taps, height), (columns, taps_across, width) in product(*map(Axis.phases, axes)):
        if height is None or width is None:
            dx[:, rows, columns] = 0 if bias is None else bias
        else:
            flipped = exchanged[taps, taps_across]
            tasks += _tasks(dx[:, rows, columns], dy, flipped, (height, width), groups, bias)
    run_tasks(tasks, work)
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
        transposed = x.swapaxes(1, 2), dy.swapaxes(1, 2), axes[::-1]
        return kernel_gradient(*transposed, groups).swapaxes(0, 1)
    channels, filters = x.shape[3], dy.shape[3]
    if groups > 1:
        is_depthwise = groups == min(channels, filters)
        algorithm = depthwise.kernel_gradient if is_depthwise else im2col.kernel_gradient
        return algorithm(x, dy, axes, groups)
    shape = (axes[0].kernel, axes[1].kernel, channels, filters)
    if work_of(len(x), axes, shape).multiply_adds <= im2col.UNTILED_LIMIT:
        return im2col.kernel_gradient_untiled(x, dy, axes)
    if planar_im2col.is_worthwhile(axes, channels):
        return planar_im2col.kernel_gradient(x, dy, axes)
    return im2col.kernel_gradient(x, dy, axes, groups)


def _tasks(
    out: Array, x: Array, kernel: Array, axes: Axes, groups: int, bias: Array | None
) -> list[Task]:
    """Tasks that compute ``convolution`` into ``out`` (N, I, J, F) by the fastest algorithm."""
    if groups > 1:
        is_depthwise = groups == min(x.shape[3], kernel.shape[3])
        algorithm = depthwise.tasks if is_depthwise else im2col.tasks
        return algorithm(out, x, kernel, axes, groups, bias)
    if width_im2col.is_worthwhile(axes, kernel.shape):
        return width_im2col.tasks(out, x, kernel, axes, bias)
    if planar_im2col.is_worthwhile(axes, x.shape[3]):
        return planar_im2col.tasks(out, x, kernel, axes, bias)
    return im2col.tasks(out, x, kernel, axes, groups, bias)


def _exchanged(kernel: Array, groups: int) -> Array:
    """The kernel (K, L, C/G, F) with channels and filters exchanged: (K, L, F/G, C)."""
    sizes, (channels, filters) = kernel.shape[:2], kernel.shape[2:]
    by_group = kernel.reshape(*sizes, channels, groups, filters // groups)
    return by_group.transpose(0, 1, 4, 3, 2).reshape(*sizes, filters // groups, groups * channels)
