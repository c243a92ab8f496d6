"""The convolution and, right below it, its two gradients: one sum with its roles exchanged.

Only (row, tile)-sized copies are made: windows are a view, and each tile of it is copied, then
multiplied straight into its place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry import Axis
from .windows import frame, framed_size, interior, output_sizes, tiles, windows

Array = NDArray[np.floating]
Axes = tuple[Axis, Axis]


def convolution(x: Array, kernel: Array, axes: Axes, groups: int) -> Array:
    """y[n,i,j,f] = sum over k,l,c of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * kernel[k,l,c,f].

    ``x`` (N, H, W, C), ``kernel`` (K, L, C/G, F); returns (N, I, J, F). Filters of group g see the
    channels of group g. Source: the cross-correlation of Goodfellow et al., Deep Learning, 9.1.

    >>> from convlab.geometry import Axis
    >>> x = np.arange(6.0).reshape(1, 2, 3, 1)
    >>> convolution(x, np.ones((2, 2, 1, 1)), (Axis(2, 2), Axis(3, 2)), 1).ravel().tolist()
    [8.0, 12.0]
    """
    view = windows(frame(x, axes), axes)
    y = np.empty((x.shape[0], *output_sizes(axes), kernel.shape[3]), x.dtype)
    weights = _by_group(kernel, groups)
    for block in tiles(len(x), y.shape[1], _row_bytes(view, groups)):
        if kernel.shape[2] == 1:
            _scale_channels(view[block], kernel, y[block])
        elif groups == 1:
            _columns(view[block], 1)[0].dot(weights[0], y[block].reshape(-1, y.shape[3]))
        else:
            product = _columns(view[block], groups) @ weights
            y[block] = product.transpose(1, 0, 2).reshape(y[block].shape)
    return y


def input_gradient(dy: Array, kernel: Array, axes: Axes, groups: int) -> Array:
    """dx[n,h,w,c] = sum of dy[n,i,j,f] * kernel[k,l,c,f] over i*s+k*d-p = h, j*s'+l*d'-p' = w, f.

    ``dy`` (N, I, J, F); returns (N, H, W, C). It is the adjoint of ``convolution`` in x, and so
    the transposed convolution itself.

    >>> from convlab.geometry import Axis
    >>> dy = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> input_gradient(dy, np.ones((2, 2, 1, 1)), (Axis(2, 2), Axis(3, 2)), 1).ravel().tolist()
    [1.0, 11.0, 10.0, 1.0, 11.0, 10.0]
    """
    rows, columns = axes
    channels = kernel.shape[2] * groups
    framed = np.zeros((len(dy), framed_size(rows), framed_size(columns), channels), dy.dtype)
    weights = _by_tap(kernel, groups)
    for sample, row in tiles(len(dy), dy.shape[1], dy[:1, :1].nbytes + framed[:1, :1].nbytes):
        block = dy[sample, row].reshape(-1, groups, dy.shape[3] // groups).swapaxes(0, 1)
        for k in range(rows.kernel):
            for j in range(columns.kernel):
                target = framed[sample, rows.visited(k), columns.visited(j)][:, row]
                stamps = block @ weights[k, j].swapaxes(1, 2)
                target += stamps.swapaxes(0, 1).reshape(target.shape)
    return framed[:, interior(rows), interior(columns)]


def kernel_gradient(x: Array, dy: Array, axes: Axes, groups: int) -> Array:
    """dkernel[k,l,c,f] = sum over n,i,j of x[n, i*s+k*d-p, j*s'+l*d'-p', c] * dy[n,i,j,f].

    ``x`` (N, H, W, C), ``dy`` (N, I, J, F); returns (K, L, C/G, F).

    >>> from convlab.geometry import Axis
    >>> x = np.arange(6.0).reshape(1, 2, 3, 1)
    >>> dy = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> kernel_gradient(x, dy, (Axis(2, 2), Axis(3, 2)), 1).ravel().tolist()
    [10.0, 21.0, 43.0, 54.0]
    """
    view = windows(frame(x, axes), axes)
    shape = (axes[0].kernel, axes[1].kernel, x.shape[3] // groups)
    total = np.zeros((groups, int(np.prod(shape)), dy.shape[3] // groups), x.dtype)
    for block in tiles(len(x), dy.shape[1], _row_bytes(view, groups)):
        errors = dy[block].reshape(-1, groups, dy.shape[3] // groups).swapaxes(0, 1)
        total += _columns(view[block], groups).swapaxes(1, 2) @ errors
    return np.moveaxis(total.reshape(groups, *shape, -1), 0, 3).reshape(*shape, -1)


def _row_bytes(view: Array, groups: int) -> int:
    """What the windows of one output row would take as a copy."""
    return int(np.prod(view.shape[2:])) * view.itemsize


def _columns(view: Array, groups: int) -> Array:
    """Windows (n, i, j, K, L, C) copied to matrices (G, n*i*j, K*L*C/G)."""
    *outer, rows, columns, channels = view.shape
    outputs = int(np.prod(outer))
    grouped = view.reshape(*view.shape[:-1], groups, -1) if groups > 1 else view[..., None, :]
    ahead = np.moveaxis(grouped, -2, 0)
    return np.ascontiguousarray(ahead).reshape(
        groups, outputs, rows * columns * (channels // groups)
    )


def _by_group(kernel: Array, groups: int) -> Array:
    """The kernel (K, L, C/G, F) as matrices (G, K*L*C/G, F/G)."""
    filters = kernel.shape[3]
    flat = kernel.reshape(-1, groups, filters // groups)
    return np.ascontiguousarray(flat.swapaxes(0, 1))


def _by_tap(kernel: Array, groups: int) -> Array:
    """The kernel (K, L, C/G, F) as (K, L, G, C/G, F/G)."""
    return np.moveaxis(kernel.reshape(*kernel.shape[:3], groups, -1), 3, 2)


def _scale_channels(view: Array, kernel: Array, out: Array) -> None:
    """With one channel a group every tap scales its channels: no matrix is worth making."""
    multiplier = kernel.shape[3] // view.shape[5]
    pairs = out.reshape(*out.shape[:3], view.shape[5], multiplier)
    pairs[...] = 0
    for k, j in np.ndindex(kernel.shape[:2]):
        pairs += view[:, :, :, k, j, :, None] * kernel[k, j, 0].reshape(-1, multiplier)
