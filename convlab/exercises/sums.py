"""Exercises on sums of products: kernels and their axes, parameters, the order of the axes."""

from __future__ import annotations

from math import prod
from random import Random
from typing import Any

import numpy as np

from ..i18n import Term
from ..layers import Conv1D, Conv2D, DepthwiseConv2D, SeparableConv2D
from . import reading
from .configurations import CHANGED, output_of
from .quiet import built
from .running import Array, result_of, values
from .task import Task


def _whole_array(rng: Random, shape: tuple[int, ...]) -> Array:
    """Small whole numbers, no two alike: no turn and no swap leaves the array as it is."""
    return np.array(rng.sample(range(1, 2 * prod(shape) + 1), prod(shape)), float).reshape(shape)


def flip(rng: Random) -> Task:
    shape = tuple(rng.sample((2, 3, 4), 2))
    kernel = _whole_array(rng, shape)
    return Task(
        form=Term("exercises.form_code", code="turn"),
        read=result_of(kernel),
        right=values(_impulse_response(kernel)),
        traps={
            "not_turned": values(kernel),
            "one_axis_turned": values(kernel[::-1]),
            "other_axis_turned": values(kernel[:, ::-1]),
            "transposed_not_turned": values(kernel.T),
            "quarter_turn": values(np.rot90(kernel)),
            "sign_turned": values(-kernel),
        },
        numbers={"kh": shape[0], "kw": shape[1]},
        reasons={
            "before": kernel.astype(int).tolist(),
            "after": _impulse_response(kernel).astype(int).tolist(),
        },
    )


def _impulse_response(kernel: Array) -> Array:
    """What the layer makes of a single 1: the kernel that a true convolution would have to have."""
    height, width = kernel.shape
    impulse = np.zeros((1, 2 * height - 1, 2 * width - 1, 1))
    impulse[0, height - 1, width - 1, 0] = 1
    layer = built(Conv2D, impulse.shape, 1, kernel.shape)
    layer.kernel = kernel.reshape(*kernel.shape, 1, 1)
    response: Array = layer(impulse)[0, :, :, 0]
    return response


def sum_channels(rng: Random) -> Task:
    kh, kw = rng.sample((3, 5, 7), 2)
    channels, filters = rng.sample((3, 8, 12, 16, 24, 50), 2)
    size = rng.randrange(30, 90)
    right = built(Conv2D, (1, size, size, channels), filters, (kh, kw)).count_params()
    return Task(
        form=Term("exercises.form_number"),
        read=reading.number,
        right=right,
        traps={
            "channels_forgotten": kh * kw * filters + filters,
            "bias_forgotten": right - filters,
            "filters_forgotten": kh * kw * channels + 1,
            "bias_of_inputs": right - filters + channels,
            "one_bias": right - filters + 1,
            "bias_everywhere": right - filters + channels * filters,
        },
        numbers={"kh": kh, "kw": kw, "channels": channels, "filters": filters, "size": size},
        reasons={"kernel": right - filters},
    )


def one_dimension(rng: Random) -> Task:
    k = rng.choice((3, 5, 7, 9))
    channels, filters = rng.sample((2, 4, 6, 12, 16, 32), 2)
    steps = rng.randrange(100, 300)
    return Task(
        form=Term("exercises.form_shape"),
        read=reading.numbers,
        right=built(Conv1D, (1, steps, channels), filters, k).kernel.shape,
        traps={
            "channel_axis_forgotten": (k, filters),
            "only_slides": (k,),
            "channels_swapped": (k, filters, channels),
            "slides_over_channels": (k, k, channels, filters),
            "pytorch_order": (filters, channels, k),
            "kernel_as_long_as_input": (steps, channels, filters),
        },
        numbers={"k": k, "channels": channels, "filters": filters, "steps": steps},
    )


def separable_parameters(rng: Random) -> Task:
    k, m = rng.choice((3, 5, 7)), rng.choice((2, 3))
    channels, filters = rng.choice((3, 4, 6, 10)), rng.choice((16, 32, 64, 100))

    def count(kind: Any, *arguments: Any, **more: Any) -> Any:
        return built(kind, (1, 32, 48, channels), *arguments, **more).count_params()

    right = count(SeparableConv2D, filters, k, depth_multiplier=m)
    first = count(DepthwiseConv2D, k, depth_multiplier=m, use_bias=False)
    return Task(
        form=Term("exercises.form_number"),
        read=reading.number,
        right=right,
        traps={
            "not_separated": count(Conv2D, filters, k),
            "two_biases": right + channels * m,
            "bias_forgotten": right - filters,
            "multiplier_forgotten": count(SeparableConv2D, filters, k),
            "depthwise_only": first,
            "pointwise_only": right - first,
        },
        numbers={"k": k, "m": m, "channels": channels, "filters": filters},
        reasons={"first": first, "second": right - first - filters, "mid": channels * m},
    )


def unequal_strides(rng: Random) -> Task:
    sh, sw = rng.sample((2, 3, 4, 5), 2)
    height, width = (s * rng.randrange(8, 20) for s in (sh, sw))
    shape = (1, height, width, 3)
    fixed = {"filters": 8, "kernel_size": 3, "padding": "same"}
    read = output_of(SeparableConv2D, fixed, "strides", shape)

    def at(*strides: int) -> Any:
        return read({"strides": strides})

    right = at(sh, sw)
    return Task(
        form=Term("exercises.form_code", code='{"strides": (…, …)}'),
        read=read,
        right=right,
        traps={
            "first_for_both": at(sh, sh),
            "second_for_both": at(sw, sw),
            "axes_swapped": at(sw, sh),
            "first_axis_only": at(sh, 1),
            "second_axis_only": at(1, sw),
            "stride_missing": at(1, 1),
            "rule_changed": CHANGED,
        },
        numbers={"height": height, "width": width, "new_height": right[1], "new_width": right[2]},
        reasons={"sh": sh, "sw": sw},
    )


def data_format(rng: Random) -> Task:
    x = _whole_array(rng, (2, *rng.sample((3, 4, 5), 3)))
    batch, channels, height, width = x.shape
    last = (batch, height, width, channels)
    return Task(
        form=Term("exercises.form_code", code="to_last"),
        read=result_of(x),
        right=values(np.moveaxis(x, 1, -1)),
        traps={
            "not_moved": values(x),
            "reshaped": values(x.reshape(last)),
            "all_axes_reversed": values(x.T),
            "axes_exchanged": values(x.swapaxes(1, -1)),
            "batch_moved": values(np.moveaxis(x, 0, -1)),
            "width_channels_exchanged": values(x.swapaxes(2, 3)),
        },
        numbers={
            "shape": x.shape,
            "last_misread": Term(
                "exercises.data_format_misread", height=channels, width=height, channels=width
            ),
        },
        reasons={"last": last},
    )


def depthwise_order(rng: Random) -> Task:
    channels, m = rng.sample((3, 4, 5, 6, 7), 2)
    c, j = rng.randrange(1, channels - 1), rng.randrange(1, m - 1)
    x = np.zeros((1, 1, 1, channels))
    x[..., c] = 1
    layer = built(DepthwiseConv2D, x.shape, 1, depth_multiplier=m)
    layer.kernel = np.eye(m)[j] * np.ones((1, 1, channels, 1))
    return Task(
        form=Term("exercises.form_number"),
        read=reading.number,
        right=int(layer(x).argmax()),
        traps={
            "multiplier_first": j * channels + c,
            "counted_from_one": c * m + j + 1,
            "added_only": c + j,
            "multiplied_only": c * m,
            "blocks_from_one": (c + 1) * m + j,
        },
        numbers={"channels": channels, "m": m, "c": c, "j": j},
    )
