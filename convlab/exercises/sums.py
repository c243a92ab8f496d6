"""Exercises on sums of products: kernels and their axes, parameters, the order of the axes."""

from __future__ import annotations

from math import prod
from random import Random
from typing import Any

import numpy as np

from ..i18n import Term
from ..layers import Conv1D, Conv2D, DepthwiseConv2D, SeparableConv2D
from .configurations import CHANGED, Setting
from .kinds import Number, Shape
from .quiet import built
from .running import Array, Function, Value, values
from .task import Task


def _whole_array(rng: Random, shape: tuple[int, ...]) -> Array:
    """Small whole numbers, no two alike: no turn and no swap leaves the array as it is."""
    return np.array(rng.sample(range(1, 2 * prod(shape) + 1), prod(shape)), float).reshape(shape)


def flip(rng: Random) -> Task:
    shape = tuple(rng.sample((2, 3, 4), 2))
    kernel = _whole_array(rng, shape)
    right = values(_impulse_response(kernel))
    choices = {
        "kernel[::-1, ::-1]": right,
        "kernel": values(kernel),
        "kernel[::-1]": values(kernel[::-1]),
        "kernel[:, ::-1]": values(kernel[:, ::-1]),
        "kernel.T": values(kernel.T),
        "np.rot90(kernel)": values(np.rot90(kernel)),
        "-kernel": values(-kernel),
    }
    return Task(
        kind=Function(kernel, "turn", _shuffled(rng, choices)),
        right=right,
        traps={
            "not_turned": choices["kernel"],
            "one_axis_turned": choices["kernel[::-1]"],
            "other_axis_turned": choices["kernel[:, ::-1]"],
            "transposed_not_turned": choices["kernel.T"],
            "quarter_turn": choices["np.rot90(kernel)"],
            "sign_turned": choices["-kernel"],
        },
        numbers={"kh": shape[0], "kw": shape[1]},
        reasons={
            "before": kernel.astype(int).tolist(),
            "after": _impulse_response(kernel).astype(int).tolist(),
        },
    )


def _shuffled(rng: Random, choices: dict[str, Value]) -> dict[str, Value]:
    return dict(rng.sample([*choices.items()], len(choices)))


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
        kind=Number(),
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
        kind=Shape(),
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
        kind=Number(),
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
    height, width = (s * rng.randrange(2, 16 // s + 1) for s in (sh, sw))
    shape = (1, height, width, 3)
    fixed = {"filters": 8, "kernel_size": 3, "padding": "same"}
    kind = Setting(SeparableConv2D, fixed, "strides", shape, '{"strides": (…, …)}')
    right = kind.at((sh, sw))
    return Task(
        kind=kind,
        right=right,
        traps={
            "first_for_both": kind.at((sh, sh)),
            "second_for_both": kind.at((sw, sw)),
            "axes_swapped": kind.at((sw, sh)),
            "first_axis_only": kind.at((sh, 1)),
            "second_axis_only": kind.at((1, sw)),
            "stride_missing": kind.at((1, 1)),
            "rule_changed": CHANGED,
        },
        numbers={"height": height, "width": width, "new_height": right[0], "new_width": right[1]},
        reasons={"sh": sh, "sw": sw},
    )


def data_format(rng: Random) -> Task:
    x = _whole_array(rng, (2, *rng.sample((3, 4, 5), 3)))
    batch, channels, height, width = x.shape
    last = (batch, height, width, channels)
    choices = {
        "np.moveaxis(x, 1, -1)": values(np.moveaxis(x, 1, -1)),
        "x": values(x),
        f"x.reshape{last}": values(x.reshape(last)),
        "x.T": values(x.T),
        "x.swapaxes(1, 3)": values(x.swapaxes(1, 3)),
        "np.moveaxis(x, 0, -1)": values(np.moveaxis(x, 0, -1)),
        "x.swapaxes(2, 3)": values(x.swapaxes(2, 3)),
    }
    return Task(
        kind=Function(x, "to_last", _shuffled(rng, choices)),
        right=choices["np.moveaxis(x, 1, -1)"],
        traps={
            "not_moved": choices["x"],
            "reshaped": choices[f"x.reshape{last}"],
            "all_axes_reversed": choices["x.T"],
            "axes_exchanged": choices["x.swapaxes(1, 3)"],
            "batch_moved": choices["np.moveaxis(x, 0, -1)"],
            "width_channels_exchanged": choices["x.swapaxes(2, 3)"],
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
        kind=Number(),
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
