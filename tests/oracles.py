"""Convolutions as their definitions read, loop by loop. Never imports convlab."""

from itertools import product
from math import ceil

import numpy as np


def covered(kernel, dilation):
    return dilation * (kernel - 1) + 1


def pads(size, kernel, stride, dilation, padding):
    """How many zeros Keras puts before and after an axis."""
    if padding == "causal":
        return dilation * (kernel - 1), 0
    if padding == "valid":
        return 0, 0
    outputs = ceil(size / stride)
    last = (outputs - 1) * stride + covered(kernel, dilation)
    missing = last - size if last > size else 0
    return missing // 2, missing - missing // 2


def windows(size, kernel, stride, dilation):
    """The positions under each window that fits into an axis, counted by trying them all."""
    starts = range(0, size, stride)
    taps = [[start + dilation * tap for tap in range(kernel)] for start in starts]
    return [window for window in taps if window[-1] < size]


def convolution(x, kernel, strides, padding, dilation, groups=1):
    """y (N, …, F) for x (N, …, C) and a kernel (…, C/G, F) of as many dimensions."""
    sizes = kernel.shape[:-2]
    around = [
        pads(*axis, padding) for axis in zip(x.shape[1:-1], sizes, strides, dilation, strict=True)
    ]
    padded = np.pad(x, [(0, 0), *around, (0, 0)])
    axes = list(zip(padded.shape[1:-1], sizes, strides, dilation, strict=True))
    places = [windows(*axis) for axis in axes]
    y = np.zeros((len(x), *map(len, places), kernel.shape[-1]))
    per_group, filters = kernel.shape[-2], kernel.shape[-1] // groups
    for *where, f in product(*(range(size) for size in y.shape)):
        n, *outputs = where
        for taps in product(*map(range, sizes)):
            at = [place[o][tap] for place, o, tap in zip(places, outputs, taps, strict=True)]
            for c in range(per_group):
                value = padded[(n, *at, f // filters * per_group + c)]
                y[(n, *outputs, f)] += value * kernel[(*taps, c, f)]
    return y


def depthwise(x, kernel, strides, padding, dilation):
    """y (N, …, C*m): channel c and multiple q of a kernel (…, C, m) land in channel c*m + q."""
    multiplier = kernel.shape[-1]
    columns = []
    for c, q in product(range(kernel.shape[-2]), range(multiplier)):
        alone = kernel[..., c : c + 1, q : q + 1]
        columns.append(convolution(x[..., c : c + 1], alone, strides, padding, dilation))
    return np.concatenate(columns, axis=-1)


def transposed_size(size, kernel, stride, dilation, padding, output_padding):
    """(length, cut off before) of one axis of a transposed convolution."""
    window = covered(kernel, dilation)
    if padding == "valid":
        added = max(stride - window, 0) if output_padding is None else output_padding
        return (size - 1) * stride + window + added, 0
    if output_padding is None:
        return size * stride, max(window - stride, 0) // 2
    odd = window % 2
    return (size - 1) * stride + odd + output_padding, max(0, (window - odd - output_padding) // 2)


def transposed(x, kernel, strides, padding, dilation, output_padding):
    """Every input stamps the kernel (…, F, C); what falls off the result is lost."""
    sizes = kernel.shape[:-2]
    extra = output_padding or (None,) * len(sizes)
    settings = zip(x.shape[1:-1], sizes, strides, dilation, extra, strict=True)
    lengths, cuts = zip(
        *(transposed_size(n, k, s, d, padding, op) for n, k, s, d, op in settings), strict=True
    )
    y = np.zeros((len(x), *lengths, kernel.shape[-2]))
    for *where, c in product(*(range(size) for size in x.shape)):
        n, *inputs = where
        for taps in product(*map(range, sizes)):
            at = [
                i * s + tap * d - cut
                for i, s, tap, d, cut in zip(inputs, strides, taps, dilation, cuts, strict=True)
            ]
            if all(0 <= position < length for position, length in zip(at, lengths, strict=True)):
                for f in range(kernel.shape[-2]):
                    y[(n, *at, f)] += x[(*where, c)] * kernel[(*taps, f, c)]
    return y
