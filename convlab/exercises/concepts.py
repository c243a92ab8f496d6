"""Exercises on ideas: shared weights, what one sees and learns, what a number promises."""

from __future__ import annotations

from itertools import accumulate
from math import prod
from operator import mul
from random import Random
from typing import Any

import numpy as np

from ..geometry import Axis
from ..layers import Conv1D, Conv2D, Conv2DTranspose
from .kinds import Number, Numbers, Positions
from .quiet import built
from .task import Task


def weight_sharing(rng: Random) -> Task:
    height, width = rng.sample(range(12, 40), 2)
    kh, kw = rng.sample((3, 5, 7), 2)
    channels, filters = rng.sample((3, 4, 6, 8, 16), 2)
    right = _uses_of_one_weight((height, width), (kh, kw))
    return Task(
        kind=Number(),
        right=right,
        traps={
            "used_once": 1,
            "once_for_each_tap": kh * kw,
            "once_for_each_input": height * width,
            "once_for_each_channel": right * channels,
            "once_for_each_filter": right * filters,
        },
        numbers={
            "height": height,
            "width": width,
            "kh": kh,
            "kw": kw,
            "channels": channels,
            "filters": filters,
        },
        reasons={"rows": height - kh + 1, "columns": width - kw + 1},
    )


def _uses_of_one_weight(size: tuple[int, int], kernel: tuple[int, int]) -> int:
    """Over an image of ones, a weight's gradient counts the outputs that it goes into."""
    image = np.ones((1, *size, 1))
    layer = built(Conv2D, image.shape, 1, kernel)
    layer.backward(np.ones(layer(image).shape))
    return int(layer.gradients[0][0, 0, 0, 0])


def dense_cannot(rng: Random) -> Task:
    n = rng.randrange(9, 13)
    start, gap = rng.randrange(1, n - 5), rng.randrange(1, 3)
    row = np.zeros(n, int)
    row[[start, start + gap, start + 3]] = rng.sample((2, 3, 4, 5), 3)
    row[start + gap] *= -1
    loud = tuple(np.flatnonzero(row).tolist())
    return Task(
        kind=Positions(0, n - 1),
        right=_inputs_that_teach(row),
        traps={
            "every_weight_learns": tuple(range(n)),
            "only_silent_inputs": tuple(np.flatnonzero(row == 0).tolist()),
            "only_positive_inputs": tuple(np.flatnonzero(row > 0).tolist()),
            "from_first_to_last": tuple(range(loud[0], loud[-1] + 1)),
            "largest_input_only": (int(np.abs(row).argmax()),),
            "neighbours_too": tuple(range(loud[0] - 1, loud[-1] + 2)),
        },
        numbers={"n": n, "row": row.tolist()},
    )


def _inputs_that_teach(row: Any) -> tuple[int, ...]:
    """Where a kernel as long as its input, which is a dense layer, has a gradient."""
    x = row.reshape(1, -1, 1).astype(float)
    layer = built(Conv1D, x.shape, 2, len(row))
    layer.backward(np.ones(layer(x).shape))
    return tuple(np.flatnonzero(layer.gradients[0].any(axis=(1, 2))).tolist())


def gradient_flow(rng: Random) -> Task:
    k, s, count = rng.choice((2, 3)), rng.choice((2, 3, 4)), 5
    n = Axis(None, count, dilation=s).effective_kernel + k - 1 + rng.randrange(s)
    alive = sorted(rng.sample(range(count), 2))
    z = [rng.randrange(1, 9) if o in alive else -rng.randrange(1, 9) for o in range(count)]
    axis = Axis(n, k, s)
    dead = [o for o in range(count) if o not in alive]
    return Task(
        kind=Positions(0, n - 1),
        right=_inputs_with_gradient(axis, z),
        traps={
            "relu_forgotten": _read_by(axis, range(count)),
            "relu_upside_down": _read_by(axis, dead),
            "outputs_not_inputs": tuple(alive),
            "stride_forgotten": _read_by(Axis(n, k), alive),
            "window_starts_only": _read_by(Axis(n, 1, s), alive),
            "gradient_everywhere": tuple(range(n)),
        },
        numbers={"n": n, "k": k, "s": s, "z": z},
        reasons={"alive": alive},
    )


def _read_by(axis: Axis, outputs: Any) -> tuple[int, ...]:
    return tuple(sorted({at for o in outputs for at in axis.sources(o) if at is not None}))


def _inputs_with_gradient(axis: Axis, z: list[int]) -> tuple[int, ...]:
    """What comes back through a layer of positive weights, where ``relu`` lets it through."""
    x = np.ones((1, axis.size or 0, 1))
    layer = built(Conv1D, x.shape, 1, axis.kernel, axis.stride)
    layer.kernel = np.ones(layer.kernel.shape)
    layer(x)
    back = layer.backward((np.array(z) > 0).astype(float).reshape(1, -1, 1))
    return tuple(np.flatnonzero(back[0, :, 0]).tolist())


def receptive_field(rng: Random) -> Task:
    kernels = [rng.choice((3, 5, 7)) for _ in range(3)]
    strides = [rng.choice((1, 2, 3)) for _ in range(3)]
    layers = [*zip(kernels, strides, strict=True)]
    calls = {f"row_{i}": f"Conv1D(8, {k}, strides={s})" for i, (k, s) in enumerate(layers, 1)}
    jumps = [1, *accumulate(strides, mul)]
    return Task(
        kind=Number(),
        right=_seen_through(layers),
        traps={
            "kernels_added": sum(kernels),
            "strides_left_out": _seen_through([(k, 1) for k in kernels]),
            "last_layer_only": kernels[-1],
            "kernels_multiplied": prod(kernels),
            "own_stride_too": 1 + sum((k - 1) * j for k, j in zip(kernels, jumps[1:], strict=True)),
            "from_the_wrong_end": _seen_through(layers[::-1]),
        },
        numbers=calls,
        reasons={"parts": [(k - 1) * j for k, j in zip(kernels, jumps, strict=False)]},
    )


def _seen_through(layers: list[tuple[int, int]]) -> int:
    """How many inputs one output sees, followed back layer by layer."""
    seen = {0}
    for kernel, stride in reversed(layers):
        axis = Axis(None, kernel, stride)
        seen = {axis.start(output) + tap for output in seen for tap in range(kernel)}
    return len(seen)


def validation_set(rng: Random) -> Task:
    train = sorted(rng.sample(range(80, 100), 5))
    best = rng.randrange(1, 4)
    validation = _hill(rng, best)
    test = [percent + rng.randrange(-4, 4) for percent in validation]
    luckiest = int(np.argmax(test))
    rows = enumerate(zip(train, validation, test, strict=True), 1)
    return Task(
        kind=Numbers(("epoch", "percent")),
        right=(best + 1, test[best]),
        traps={
            "chosen_by_training": (5, test[-1]),
            "training_reported": (5, train[-1]),
            "chosen_by_test": (luckiest + 1, test[luckiest]),
            "validation_reported": (best + 1, validation[best]),
            "own_training_reported": (best + 1, train[best]),
            "best_of_both": (best + 1, test[luckiest]),
        },
        numbers={"rows": "\n".join(f"| {epoch} | {a} | {b} | {c} |" for epoch, (a, b, c) in rows)},
        reasons={"best": best + 1, "reported": test[best], "seen": validation[best]},
    )


def _hill(rng: Random, top: int) -> list[int]:
    """Five percentages that rise to the one numbered ``top``, and fall after it."""
    *lower, highest = sorted(rng.sample(range(78, 94), 5))
    rng.shuffle(lower)
    return [*sorted(lower[:top]), highest, *sorted(lower[top:], reverse=True)]


def even_coverage(rng: Random) -> Task:
    w, v = rng.sample(range(1, 10), 4), rng.choice((2, 4, 6))
    even, odd = _far_from_borders(w, v)
    return Task(
        kind=Numbers(("even", "odd")),
        right=(even, odd),
        traps={
            "even_means_flat": (v * sum(w) // 2, v * sum(w) // 2),
            "every_weight_lands": (v * sum(w), v * sum(w)),
            "stamps_counted": (2, 2),
            "one_stamp_only": (v * w[0], v * w[1]),
            "halves_of_the_stamp": (v * sum(w[:2]), v * sum(w[2:])),
            "input_left_out": (w[0] + w[2], w[1] + w[3]),
            "input_returned": (v, v),
        },
        numbers={"w": w, "v": v},
        reasons={"even": even, "odd": odd},
    )


def _far_from_borders(kernel: list[int], value: int) -> tuple[int, int]:
    """Two neighbouring outputs of a transposed layer of stride 2, fed the same value everywhere."""
    row = np.full((1, 1, 8, 1), float(value))
    layer = built(Conv2DTranspose, row.shape, 1, (1, len(kernel)), (1, 2))
    layer.kernel = np.array(kernel, float).reshape(1, -1, 1, 1)
    even, odd = layer(row)[0, 0, 8:10, 0]
    return int(even), int(odd)
