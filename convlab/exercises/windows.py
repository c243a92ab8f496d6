"""Exercises on windows that read: sizes, pads, and which inputs an output sees."""

from __future__ import annotations

from random import Random
from typing import Any

from ..errors import ConvlabError
from ..geometry import Axis, convolution_axis
from ..layers import Conv1D, Conv2D, Layer
from .kinds import Number, Numbers, Positions, Rows
from .quiet import NAME
from .task import Task


def same_size(rng: Random) -> Task:
    height, width = rng.sample(range(20, 60), 2)
    kernel = tuple(rng.sample((3, 5, 7), 2))
    sh, sw = rng.sample((2, 3, 4), 2)
    channels, filters = 3, rng.choice((8, 16, 32))

    def shape(strides: tuple[int, int], padding: str = "same") -> tuple[Any, ...]:
        layer = Conv2D(filters, kernel, strides, padding, name=NAME)
        return layer.compute_output_shape((1, height, width, channels))[1:]

    right = shape((sh, sw))
    return Task(
        kind=Numbers(("height", "width", "channels")),
        right=right,
        traps={
            "same_keeps_the_size": shape((1, 1)),
            "same_keeps_it_all": (height, width, channels),
            "rounded_down": (height // sh, width // sw, filters),
            "no_padding": shape((sh, sw), "valid"),
            "axes_swapped": shape((sw, sh)),
            "width_first": (right[1], right[0], filters),
            "channels_kept": (*right[:2], channels),
            "batch_counted": (1, *right),
        },
        numbers={
            "height": height,
            "width": width,
            "channels": channels,
            "filters": filters,
            "kernel": kernel,
            "sh": sh,
            "sw": sw,
        },
        reasons={"new_height": right[0], "new_width": right[1]},
    )


def odd_pixel(rng: Random) -> Task:
    n, k, s = rng.randrange(20, 240), rng.choice((5, 7, 9, 11)), rng.choice((2, 4))
    axis = convolution_axis(n, k, s, 1, "same")
    before, after = _pads(axis)
    total = before + after
    return Task(
        kind=Numbers(("before", "after")),
        right=(before, after),
        traps={
            "odd_before": (after, before),
            "symmetric": (k // 2, k // 2),
            "no_zeros": (0, 0),
            "all_after": (0, total),
            "all_before": (total, 0),
        },
        numbers={"n": n, "k": k, "s": s},
        reasons={"total": total, "outputs": axis.output_size, "before": before, "after": after},
    )


def _pads(axis: Axis) -> tuple[int, int]:
    assert axis.before is not None and axis.after is not None
    return axis.before, axis.after


def even_kernel(rng: Random) -> Task:
    n, k = rng.randrange(30, 60), rng.choice((4, 6, 8))
    o = rng.randrange(10, 20)

    def window(before: int) -> tuple[Any, Any]:
        sources = Axis(n, k, before=before).sources(o)
        return sources[0], sources[-1]

    axis = convolution_axis(n, k, 1, 1, "same")
    before, after = _pads(axis)
    right = window(before)
    return Task(
        kind=Numbers(("first", "last")),
        right=right,
        traps={
            "looks_further_back": window(after),
            "even_centred": (o - k // 2, o + k // 2),
            "window_starts_here": window(0),
            "window_ends_here": window(k - 1),
            "stop_not_last": (right[0], right[1] + 1),
        },
        numbers={"n": n, "k": k, "o": o},
        reasons={"before": before, "after": after, "first": right[0], "last": right[1]},
    )


def stride_divides(rng: Random) -> Task:
    n, k, s = rng.randrange(60, 200), rng.choice((9, 11, 15, 21)), rng.choice((3, 4, 5))
    axis = convolution_axis(n, k, s, 1, "valid")
    right = axis.output_size
    assert right is not None
    return Task(
        kind=Number(),
        right=right,
        traps={
            "rounded_up": right + 1 if axis.tail else right,
            "fence_post": right - 1,
            "padded_like_same": convolution_axis(n, k, s, 1, "same").output_size,
            "kernel_forgotten": n // s,
            "step_forgotten": Axis(n, k).output_size,
        },
        numbers={"n": n, "k": k, "s": s},
        reasons={"tail": axis.tail},
    )


def causal(rng: Random) -> Task:
    n, k, d = 60, rng.choice((3, 4, 5)), rng.choice((2, 3, 4))
    t = rng.randrange(25, 35)

    def read(dilation: int, padding: str) -> tuple[Any, ...]:
        return convolution_axis(n, k, 1, dilation, padding).sources(t)

    return Task(
        kind=Positions(0, n - 1),
        right=read(d, "causal"),
        traps={
            "causal_like_same": read(d, "same"),
            "gaps_forgotten": read(1, "causal"),
            "present_left_out": tuple(at - d for at in read(d, "causal")),
            "future": tuple(at + (k - 1) * d for at in read(d, "causal")),
            "all_in_between": tuple(range(t - (k - 1) * d, t + 1)),
        },
        numbers={"n": n, "k": k, "d": d, "t": t},
    )


def dilated_strides(rng: Random) -> Task:
    s, d = rng.choice((2, 3)), rng.choice((2, 3, 4))
    rows: list[tuple[str, type[Layer], dict[str, Any]]] = [
        ("both", Conv2D, {"strides": s, "dilation_rate": d}),
        ("axes", Conv2D, {"strides": (s, 1), "dilation_rate": (1, d)}),
        ("steps", Conv1D, {"strides": s, "dilation_rate": d}),
        ("strides", Conv2D, {"strides": s, "dilation_rate": 1}),
        ("dilation", Conv2D, {"strides": 1, "dilation_rate": d}),
        ("unequal", Conv2D, {"strides": 1, "dilation_rate": (1, d)}),
    ]
    rng.shuffle(rows)
    refused = {name for name, kind, settings in rows if _refused(kind, settings)}
    chosen = {
        "axes_apart": refused - {"axes"},
        "one_axis_exempt": refused - {"steps"},
        "only_axes_apart": {"axes"},
        "strides_suspected": refused | {"strides"},
        "dilation_suspected": refused | {"dilation", "unequal"},
        "unequal_suspected": refused | {"unequal"},
        "nothing_refused": set(),
    }

    def answer(names: set[str]) -> tuple[int, ...]:
        return tuple(number for number, row in enumerate(rows, 1) if row[0] in names)

    return Task(
        kind=Rows(tuple(_call(*row[1:]) for row in rows)),
        right=answer(refused),
        traps={trap: answer(names) for trap, names in chosen.items()},
        numbers={f"row_{number}": _call(*row[1:]) for number, row in enumerate(rows, 1)},
    )


def _refused(kind: type[Layer], settings: dict[str, Any]) -> bool:
    try:
        kind(filters=8, kernel_size=3, **settings, name=NAME)
    except ConvlabError:
        return True
    return False


def _call(kind: type[Layer], settings: dict[str, Any]) -> str:
    given = ", ".join(f"{name}={value}" for name, value in settings.items())
    return f"{kind.__name__}(8, 3, {given})"


def valid_too_large(rng: Random) -> Task:
    d, k = rng.choice((3, 4, 5)), rng.randrange(8, 16)
    covered = Axis(None, k, dilation=d).effective_kernel
    n = covered + rng.randrange(1, d - 1)
    return Task(
        kind=Number(),
        right=Axis(n, 1, dilation=d).largest_kernel,
        traps={
            "gaps_forgotten": n,
            "fence_post": n // d,
            "cover_not_taps": covered,
            "gaps_too_wide": Axis(n, 1, dilation=d + 1).largest_kernel,
            "one_tap_too_many": k + 1,
        },
        numbers={"n": n, "d": d},
        reasons={"covered": covered, "next": Axis(None, k + 1, dilation=d).effective_kernel},
    )
