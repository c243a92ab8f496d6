"""Exercises on windows that write: the transposed convolution."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from ..geometry import TransposedAxis, convolution_axis, transposed_axis
from ..layers import Conv2D, Conv2DTranspose
from .configurations import CHANGED, Setting, refused
from .kinds import Number, Numbers, Positions, Shape
from .quiet import built
from .task import Task


def adjoint_not_inverse(rng: Random) -> Task:
    n, k, v = rng.randrange(8, 12), rng.choice((3, 4)), rng.choice((2, 3, 5))
    w = rng.sample(range(1, 7), k)
    i = rng.randrange(1, k - 1)
    reached, turned = w[: i + 1], w[::-1][: i + 1]
    right = _there_and_back(np.full(n, float(v)), np.array(w, float))[i]
    return Task(
        kind=Number(),
        right=int(right),
        traps={
            "inverse": v,
            "forward_only": v * sum(w),
            "border_forgotten": v * sum(w) * sum(w),
            "divided_by_the_sum": v * sum(reached),
            "stamp_turned": v * sum(w) * sum(turned),
            "one_tap_only": v * sum(w) * w[i],
        },
        numbers={"n": n, "w": w, "v": v, "i": i},
        reasons={"total": sum(w), "middle": v * sum(w), "reached": reached, "sum": sum(reached)},
    )


def _there_and_back(x: Any, kernel: Any) -> Any:
    """Through a convolution and back through the transposed one with the same weights."""
    row = x.reshape(1, 1, -1, 1)
    for kind in (Conv2D, Conv2DTranspose):
        layer = built(kind, row.shape, 1, (1, len(kernel)))
        layer.kernel = kernel.reshape(1, -1, 1, 1)
        row = layer(row)
    return row.ravel()


def transposed_kernel(rng: Random) -> Task:
    kh, kw = rng.sample((3, 4, 5), 2)
    channels, filters = rng.sample((6, 8, 12, 16, 24), 2)
    return Task(
        kind=Shape(),
        right=built(Conv2DTranspose, (1, 9, 12, channels), filters, (kh, kw)).kernel.shape,
        traps={
            "like_conv2d": (kh, kw, channels, filters),
            "pytorch_transposed": (channels, filters, kh, kw),
            "channels_in_front": (filters, channels, kh, kw),
            "channel_axis_forgotten": (kh, kw, filters),
            "only_slides": (kh, kw),
            "width_first": (kw, kh, filters, channels),
        },
        numbers={"kh": kh, "kw": kw, "channels": channels, "filters": filters},
    )


def output_padding_none(rng: Random) -> Task:
    n, k, s = rng.randrange(7, 20), rng.choice((5, 7, 6, 8)), rng.choice((3, 4))

    def size(output_padding: int | None, padding: str = "same") -> Any:
        return transposed_axis(n, k, s, 1, padding, output_padding).output_size

    free, zero = size(None), size(0)
    return Task(
        kind=Numbers(("with_none", "with_zero")),
        right=(free, zero),
        traps={
            "zero_is_none": (free, free),
            "none_is_zero": (zero, zero),
            "none_and_zero_swapped": (zero, free),
            "nothing_cropped": (size(None, "valid"), size(0, "valid")),
            "one_short": (free, free - 1),
            "cropped_only_for_none": (free, size(0, "valid")),
        },
        numbers={"n": n, "k": k, "s": s},
        reasons={"free": free, "zero": zero, "odd": k % 2},
    )


def even_same_transposed(rng: Random) -> Task:
    n, k, s = rng.randrange(3, 9), rng.choice((4, 6)), rng.choice((3, 4))
    fixed = {"filters": 1, "kernel_size": k, "strides": s, "padding": "same"}
    shape, code = (1, n, n, 1), '{"output_padding": …}'
    kind = Setting(Conv2DTranspose, fixed, "output_padding", shape, code)
    right = kind.at(None)
    return Task(
        kind=kind,
        right=right,
        traps={
            "zero_is_default": kind.at(0),
            "padding_too_small": kind.at(1),
            "largest_is_not_enough": kind.at(s - 1),
            "padding_beyond": refused("output_padding"),
            "rule_changed": CHANGED,
        },
        numbers={"n": n, "k": k, "s": s, "size": right[0]},
        reasons={"least": kind.at(0)[0], "most": kind.at(s - 1)[0]},
    )


def which_size(rng: Random) -> Task:
    m, k, s = rng.randrange(7, 20), rng.choice((3, 5)), rng.choice((3, 4))
    sizes = tuple(n for n in range(1, 200) if convolution_axis(n, k, s, 1, "same").output_size == m)
    first, last = sizes[0], sizes[-1]
    return Task(
        kind=Positions(first - s, last + s, "sizes"),
        right=sizes,
        traps={
            "only_the_multiple": (last,),
            "rounded_down": tuple(range(last, last + s)),
            "only_two_sizes": (last - 1, last),
            "shifted_by_one": tuple(at - 1 for at in sizes),
            "one_size_too_many": (first - 1, *sizes),
        },
        numbers={"m": m, "k": k, "s": s},
        reasons={"first": first, "last": last},
    )


def checkerboard(rng: Random) -> Task:
    s, most = rng.choice((3, 4, 5)), rng.randrange(13, 22)
    kernels = range(2, most + 1)
    even = tuple(k for k in kernels if _evenly_covered(k, s))
    return Task(
        kind=Positions(2, most, "sizes"),
        right=even,
        traps={
            "odd_kernels": tuple(kernels[1::2]),
            "even_kernels": tuple(kernels[::2]),
            "only_the_step": (s,),
            "as_large_as_the_step": tuple(range(s, most + 1)),
            "one_more_than_a_multiple": tuple(k + 1 for k in even if k < most),
            "no_gaps_below_the_step": tuple(range(2, s + 1)),
            "always_uneven": (),
        },
        numbers={"s": s, "most": most},
    )


def _evenly_covered(kernel: int, stride: int) -> bool:
    """Whether the stamps write equally often onto the outputs far from both borders."""
    axis = transposed_axis(12, kernel, stride, 1, "valid")
    return len({_found(axis, output) for output in range(kernel, kernel + stride)}) == 1


def _found(axis: TransposedAxis, output: int) -> int:
    return sum(source is not None for source in axis.sources(output))


def adjoint_of_same(rng: Random) -> Task:
    k, s = rng.choice(((7, 2), (9, 2), (11, 4), (8, 3), (10, 3), (9, 4)))
    n = rng.randrange(8, 20)

    def crops(axis: TransposedAxis) -> tuple[int, int]:
        return axis.crop_before, axis.crop_after

    before, after = crops(transposed_axis(n, k, s, 1, "same"))
    return Task(
        kind=Numbers(("before", "after")),
        right=(before, after),
        traps={
            "crop_odd_before": (after, before),
            "crop_half_a_kernel": (k // 2, k // 2),
            "no_crops": (0, 0),
            "crop_all_after": (0, before + after),
            "crop_all_before": (before + after, 0),
        },
        numbers={"n": n, "k": k, "s": s},
        reasons={
            "full": transposed_axis(n, k, s, 1, "same").full_size,
            "before": before,
            "after": after,
        },
    )
