"""What learners answer: right in several forms, and wrong for a reason.

Everything is computed here from the numbers of the question, by formula or by counting, and shares
no code with convlab but the layers' signatures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import convlab


@dataclass(frozen=True)
class Answers:
    """Right answers, equal but of different types, and (misconception, wrong answer) pairs."""

    right: list[Any]
    wrong: list[tuple[str, Any]]
    spoiler: list[str]
    """Spellings of the right answer, which no verdict may contain."""


def number(right: int, **wrong: int) -> Answers:
    return Answers(
        [right, np.int64(right), float(right), np.array(right), np.array([right])],
        [*wrong.items()],
        [str(right), f"{right:,}"],
    )


def ordered(right: tuple[int, ...], **wrong: tuple[int, ...]) -> Answers:
    texts = [", ".join(map(str, right)), " × ".join(map(str, right))]
    forms = [right, list(right), np.array(right), tuple(map(np.int32, right)), map(float, right)]
    return Answers(forms, [*wrong.items()], texts)


def unordered(right: list[int], **wrong: Any) -> Answers:
    forms = [right, right[::-1], tuple(right), set(right), np.array(right), map(np.int64, right)]
    return Answers(forms, [*wrong.items()], [", ".join(map(str, right))])


def ceil(n: int, s: int) -> int:
    return -(-n // s)


def same_size(
    height: int, width: int, kernel: tuple[int, int], sh: int, sw: int, channels: int, filters: int
) -> Answers:
    h, w = len(range(0, height, sh)), len(range(0, width, sw))
    fitting = [
        len([start for start in range(0, size, s) if start + k <= size])
        for size, k, s in zip((height, width), kernel, (sh, sw), strict=True)
    ]
    answers = ordered(
        (h, w, filters),
        same_keeps_the_size=(height, width, filters),
        same_keeps_it_all=(height, width, channels),
        rounded_down=(height // sh, width // sw, filters),
        no_padding=(*fitting, filters),
        axes_swapped=(ceil(height, sw), ceil(width, sh), filters),
        width_first=(w, h, filters),
        channels_kept=(h, w, channels),
        batch_counted=(1, h, w, filters),
    )
    answers.right.append((None, h, w, filters))
    return answers


def odd_pixel(n: int, k: int, s: int) -> Answers:
    total = max((ceil(n, s) - 1) * s + k - n, 0)
    half = total // 2
    assert total == 2 * half + 1
    return ordered(
        (half, half + 1),
        odd_before=(half + 1, half),
        symmetric=((k - 1) // 2, (k - 1) // 2),
        no_zeros=(0, 0),
        all_after=(0, total),
        all_before=(total, 0),
    )


def even_kernel(n: int, k: int, o: int) -> Answers:
    half = k // 2
    return ordered(
        (o - half + 1, o + half),
        looks_further_back=(o - half, o + half - 1),
        even_centred=(o - half, o + half),
        window_starts_here=(o, o + k - 1),
        window_ends_here=(o - k + 1, o),
        stop_not_last=(o - half + 1, o + half + 1),
    )


def stride_divides(n: int, k: int, s: int) -> Answers:
    right = len([start for start in range(0, n, s) if start + k <= n])
    return number(
        right,
        rounded_up=ceil(n - k, s) + 1,
        fence_post=(n - k) // s,
        padded_like_same=ceil(n, s),
        kernel_forgotten=n // s,
        step_forgotten=n - k + 1,
    )


def flip(kh: int, kw: int) -> Answers:
    def turn(kernel: Any) -> Any:
        turned = np.zeros_like(kernel)
        for i in range(kernel.shape[0]):
            for j in range(kernel.shape[1]):
                turned[-1 - i, -1 - j] = kernel[i, j]
        return turned

    return Answers(
        [turn, lambda kernel: kernel[::-1, ::-1].tolist(), np.flip, partial(np.rot90, k=2)],
        [
            ("not_turned", lambda kernel: kernel),
            ("one_axis_turned", np.flipud),
            ("other_axis_turned", np.fliplr),
            ("transposed_not_turned", np.transpose),
            ("quarter_turn", np.rot90),
            ("sign_turned", np.negative),
        ],
        ["[::-1", "flip(", "rot90"],
    )


def sum_channels(kh: int, kw: int, channels: int, filters: int, size: int) -> Answers:
    weights = kh * kw * channels * filters
    return number(
        weights + filters,
        channels_forgotten=(kh * kw + 1) * filters,
        bias_forgotten=weights,
        filters_forgotten=kh * kw * channels + 1,
        bias_of_inputs=weights + channels,
        one_bias=weights + 1,
        bias_everywhere=weights + channels * filters,
    )


def one_dimension(k: int, channels: int, filters: int, steps: int) -> Answers:
    return ordered(
        (k, channels, filters),
        channel_axis_forgotten=(k, filters),
        only_slides=(k,),
        channels_swapped=(k, filters, channels),
        slides_over_channels=(k, k, channels, filters),
        pytorch_order=(filters, channels, k),
        kernel_as_long_as_input=(steps, channels, filters),
    )


def causal(n: int, k: int, d: int, t: int) -> Answers:
    # Centred as `same` is: the odd one of an even kernel looks ahead.
    back = (k - 1) * d // 2
    return unordered(
        [t - d * j for j in range(k)][::-1],
        causal_like_same=[t - back + d * j for j in range(k)],
        gaps_forgotten=range(t - k + 1, t + 1),
        present_left_out=[t - d * j for j in range(1, k + 1)],
        future={t + d * j for j in range(k)},
        all_in_between=range(t - (k - 1) * d, t + 1),
    )


def dilated_strides(**rows: str) -> Answers:
    def lines(wanted: Callable[[str], bool]) -> list[int]:
        return sorted(int(key[-1]) for key, row in rows.items() if wanted(row))

    def refused(row: str) -> bool:
        return "strides=1," not in row and "dilation_rate=1)" not in row

    def apart(row: str) -> bool:
        return "strides=(" in row

    return unordered(
        lines(refused),
        axes_apart=lines(lambda row: refused(row) and not apart(row)),
        one_axis_exempt=lines(lambda row: refused(row) and "Conv2D" in row),
        only_axes_apart=lines(apart),
        strides_suspected=lines(lambda row: "strides=1," not in row),
        dilation_suspected=lines(lambda row: "dilation_rate=1)" not in row),
        unequal_suspected=lines(lambda row: refused(row) or "dilation_rate=(" in row),
        nothing_refused=[],
    )


def separable_parameters(k: int, m: int, channels: int, filters: int) -> Answers:
    first, second = k * k * channels * m, channels * m * filters
    return number(
        first + second + filters,
        not_separated=k * k * channels * filters + filters,
        two_biases=first + channels * m + second + filters,
        bias_forgotten=first + second,
        multiplier_forgotten=k * k * channels + channels * filters + filters,
        depthwise_only=first,
        pointwise_only=second + filters,
    )


def unequal_strides(height: int, width: int, new_height: int, new_width: int) -> Answers:
    sh, sw = height // new_height, width // new_width
    layer = convlab.SeparableConv2D(8, 3, padding="same", strides=(sh, sw))
    dicts = [
        ("first_for_both", (sh, sh)),
        ("second_for_both", (sw, sw)),
        ("axes_swapped", (sw, sh)),
        ("first_axis_only", [sh, 1]),
        ("second_axis_only", np.array([1, sw])),
        ("stride_missing", 1),
    ]
    valid = convlab.SeparableConv2D(8, 3, strides=(sh, sw))
    return Answers(
        [{"strides": (sh, sw)}, {"strides": [sh, sw], "padding": "SAME"}, layer, AsKeras(layer)],
        [
            *((trap, {"strides": strides}) for trap, strides in dicts),
            ("rule_changed", valid),
            ("rule_changed", {"strides": (sh, sw), "kernel_size": 5}),
        ],
        [f"{sh}, {sw}"],
    )


class _Keras:
    """A layer of Keras' own, as far as it can be told apart: a class name and a config."""

    def __init__(self, layer: Any) -> None:
        self.get_config = layer.get_config


def AsKeras(layer: Any) -> Any:
    return type(type(layer).__name__, (_Keras,), {})(layer)


def adjoint_not_inverse(n: int, w: list[int], v: int, i: int) -> Answers:
    row = [sum(v * weight for weight in w)] * (n - len(w) + 1)
    back = [0] * n
    for start, value in enumerate(row):
        for tap, weight in enumerate(w):
            back[start + tap] += value * weight
    turned = sum(w[::-1][: i + 1]) * row[0]
    return number(
        back[i],
        inverse=v,
        forward_only=row[0],
        border_forgotten=max(back),
        divided_by_the_sum=v * sum(w[: i + 1]),
        stamp_turned=turned,
        one_tap_only=row[0] * w[i],
    )


def transposed_kernel(kh: int, kw: int, channels: int, filters: int) -> Answers:
    return ordered(
        (kh, kw, filters, channels),
        like_conv2d=(kh, kw, channels, filters),
        pytorch_transposed=(channels, filters, kh, kw),
        channels_in_front=(filters, channels, kh, kw),
        channel_axis_forgotten=(kh, kw, filters),
        only_slides=(kh, kw),
        width_first=(kw, kh, filters, channels),
    )


def output_padding_none(n: int, k: int, s: int) -> Answers:
    free, zero, full = n * s, (n - 1) * s + k % 2, (n - 1) * s + k
    return ordered(
        (free, zero),
        zero_is_none=(free, free),
        none_is_zero=(zero, zero),
        none_and_zero_swapped=(zero, free),
        nothing_cropped=(full, full),
        one_short=(free, free - 1),
        cropped_only_for_none=(free, full),
    )


def even_same_transposed(n: int, k: int, s: int, size: int) -> Answers:
    assert size == n * s and k % 2 == 0 and s > 2
    make = partial(convlab.Conv2DTranspose, 1, k, strides=s, padding="same")
    return Answers(
        [{"output_padding": None}, {}, make(), AsKeras(make(output_padding=None))],
        [
            ("zero_is_default", {"output_padding": 0}),
            ("padding_too_small", {"output_padding": (1, 1)}),
            ("largest_is_not_enough", make(output_padding=s - 1)),
            ("padding_beyond", {"output_padding": s}),
            ("padding_beyond", {"output_padding": -1}),
            ("rule_changed", {"kernel_size": k + 1, "output_padding": s - 1}),
            ("rule_changed", {"padding": "valid"}),
        ],
        ["None"],
    )


def which_size(m: int, k: int, s: int) -> Answers:
    sizes = [n for n in range(1, 300) if len(range(0, n, s)) == m]
    return unordered(
        sizes,
        only_the_multiple=[m * s],
        rounded_down=range(m * s, (m + 1) * s),
        only_two_sizes=(m * s - 1, m * s),
        shifted_by_one=range((m - 1) * s, m * s),
        one_size_too_many=range((m - 1) * s, m * s + 1),
    )


def checkerboard(s: int, most: int) -> Answers:
    def counts(k: int) -> set[int]:
        stamped = [0] * (30 * s + k)
        for stamp in range(30):
            for tap in range(k):
                stamped[stamp * s + tap] += 1
        return set(stamped[10 * s : 20 * s])

    kernels = range(2, most + 1)
    even = [k for k in kernels if len(counts(k)) == 1]
    return unordered(
        even,
        odd_kernels=range(3, most + 1, 2),
        even_kernels=range(2, most + 1, 2),
        only_the_step=[s],
        as_large_as_the_step=range(s, most + 1),
        one_more_than_a_multiple=[k for k in kernels if k > s and k % s == 1],
        no_gaps_below_the_step=range(2, s + 1),
        always_uneven=set(),
    )


def adjoint_of_same(n: int, k: int, s: int) -> Answers:
    total = (n - 1) * s + k - n * s
    half = total // 2
    assert total == 2 * half + 1
    return ordered(
        (half, half + 1),
        crop_odd_before=(half + 1, half),
        crop_half_a_kernel=(k // 2, k // 2),
        no_crops=(0, 0),
        crop_all_after=(0, total),
        crop_all_before=(total, 0),
    )


def data_format(shape: tuple[int, ...], last_misread: object) -> Answers:
    batch, channels, height, width = shape

    def to_last(x: Any) -> Any:
        return np.stack([x[:, channel] for channel in range(channels)], axis=-1)

    return Answers(
        [
            to_last,
            partial(np.einsum, "nchw->nhwc"),
            lambda x: to_last(x).tolist(),
            np.vectorize(to_last, signature="(n,c,h,w)->(n,h,w,c)"),
        ],
        [
            ("not_moved", lambda x: x),
            ("reshaped", lambda x: x.reshape(batch, height, width, channels)),
            ("all_axes_reversed", lambda x: x.T),
            ("axes_exchanged", lambda x: np.einsum("nchw->nwhc", x)),
            ("batch_moved", lambda x: np.einsum("nchw->chwn", x)),
            ("width_channels_exchanged", lambda x: np.einsum("nchw->ncwh", x)),
        ],
        ["moveaxis", "transpose", f"{batch}, {height}, {width}, {channels}"],
    )


def valid_too_large(n: int, d: int) -> Answers:
    fitting = [k for k in range(1, n + 1) if len(range(0, n, d)) >= k]
    right = fitting[-1]
    return number(
        right,
        gaps_forgotten=n,
        fence_post=(n - 1) // d,
        cover_not_taps=(right - 1) * d + 1,
        gaps_too_wide=len(range(0, n, d + 1)),
        one_tap_too_many=right + 1,
    )


def depthwise_order(channels: int, m: int, c: int, j: int) -> Answers:
    order = [(channel, kernel) for channel in range(channels) for kernel in range(m)]
    other = [(channel, kernel) for kernel in range(m) for channel in range(channels)]
    return number(
        order.index((c, j)),
        multiplier_first=other.index((c, j)),
        counted_from_one=order.index((c, j)) + 1,
        added_only=c + j,
        multiplied_only=order.index((c, 0)),
        blocks_from_one=(c + 1) * m + j,
    )


def weight_sharing(
    height: int, width: int, kh: int, kw: int, channels: int, filters: int
) -> Answers:
    stops = [
        (top, left)
        for top in range(height)
        for left in range(width)
        if top + kh <= height and left + kw <= width
    ]
    return number(
        len(stops),
        used_once=1,
        once_for_each_tap=kh * kw,
        once_for_each_input=height * width,
        once_for_each_channel=len(stops) * channels,
        once_for_each_filter=len(stops) * filters,
    )


def dense_cannot(n: int, row: list[int]) -> Answers:
    assert n == len(row)
    # The gradient of a weight: the error of its output, here 1, times its input.
    gradient = [1 * value for value in row]
    learns = [at for at in range(n) if gradient[at]]
    return unordered(
        learns,
        every_weight_learns=range(n),
        only_silent_inputs=[at for at in range(n) if at not in learns],
        only_positive_inputs=[at for at in range(n) if row[at] > 0],
        from_first_to_last=range(learns[0], learns[-1] + 1),
        largest_input_only=[max(range(n), key=lambda at: abs(row[at]))],
        neighbours_too=range(learns[0] - 1, learns[-1] + 2),
    )


def receptive_field(row_1: str, row_2: str, row_3: str) -> Answers:
    found = [re.findall(r"\d+", row.partition("8, ")[2]) for row in (row_1, row_2, row_3)]
    (k1, s1), (k2, s2), (k3, s3) = ([int(text) for text in row] for row in found)

    def seen(*layers: tuple[int, int]) -> int:
        """One output's inputs, counted by the places that a gradient would reach."""
        reached = [0]
        for k, s in layers:
            reached = sorted({place * s + tap for place in reached for tap in range(k)})
        return len(reached)

    return number(
        seen((k3, s3), (k2, s2), (k1, s1)),
        kernels_added=k1 + k2 + k3,
        strides_left_out=k1 + k2 + k3 - 2,
        last_layer_only=k3,
        kernels_multiplied=k1 * k2 * k3,
        own_stride_too=1 + (k1 - 1) * s1 + (k2 - 1) * s1 * s2 + (k3 - 1) * s1 * s2 * s3,
        from_the_wrong_end=seen((k1, s1), (k2, s2), (k3, s3)),
    )


def gradient_flow(n: int, k: int, s: int, z: list[int]) -> Answers:
    # The layer as a matrix: outputs by inputs, 1 where the window lies.
    matrix = np.zeros((len(z), n))
    for o in range(len(z)):
        matrix[o, o * s : o * s + k] = 1
    assert all(row.sum() == k for row in matrix) and n - ((len(z) - 1) * s + k) < s

    def back(error: list[bool]) -> list[int]:
        return [i for i in range(n) if (matrix.T @ np.array(error, float))[i] > 0]

    alive = [o for o in range(len(z)) if z[o] > 0]
    return unordered(
        back([value > 0 for value in z]),
        relu_forgotten=back([True] * len(z)),
        relu_upside_down=back([value <= 0 for value in z]),
        outputs_not_inputs=alive,
        stride_forgotten=[i for i in range(n) if any(o <= i < o + k for o in alive)],
        window_starts_only=[o * s for o in alive],
        gradient_everywhere=range(n),
    )


def validation_set(rows: str) -> Answers:
    table = [[int(cell) for cell in row.strip("|").split("|")] for row in rows.splitlines()]
    kept = max(table, key=lambda row: row[2])
    lucky = max(table, key=lambda row: row[3])
    learned = max(table, key=lambda row: row[1])
    return ordered(
        (kept[0], kept[3]),
        chosen_by_training=(learned[0], learned[3]),
        training_reported=(learned[0], learned[1]),
        chosen_by_test=(lucky[0], lucky[3]),
        validation_reported=(kept[0], kept[2]),
        own_training_reported=(kept[0], kept[1]),
        best_of_both=(kept[0], lucky[3]),
    )


def even_coverage(w: list[int], v: int) -> Answers:
    row = [0] * 30
    for stamp in range(10):
        for tap, weight in enumerate(w):
            row[2 * stamp + tap] += v * weight
    whole = v * sum(w)
    return ordered(
        (row[10], row[11]),
        even_means_flat=(whole // 2, whole // 2),
        every_weight_lands=(whole, whole),
        stamps_counted=(2, 2),
        one_stamp_only=(row[0], row[1]),
        halves_of_the_stamp=(v * (w[0] + w[1]), v * (w[2] + w[3])),
        input_left_out=(row[10] // v, row[11] // v),
        input_returned=(v, v),
    )


def shown_as(way: str, down: int, right: int) -> Any:
    """The 5×5 kernel whose picture of a photograph is moved, found by rolling a single 1."""
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    fetched = np.roll(impulse, (-down, -right), (0, 1))
    return {"moved": fetched, "negative": -fetched, "double": fetched + impulse}[way]


STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}


def lens_shift(way: Any, moves: Any) -> Answers:
    way = way.key.removeprefix("exercises.shift_")
    told = {
        move.key.removeprefix("exercises.move_"): move.parameters["pixels"] for move in moves.values
    }
    down, right = (
        sum(STEPS[name][axis] * count for name, count in told.items()) for axis in (0, 1)
    )
    kernel = shown_as(way, down, right)
    return Answers(
        [kernel, kernel.tolist(), tuple(map(tuple, kernel.astype(int)))],
        [
            ("tap_where_it_goes", shown_as(way, -down, -right)),
            ("picture_stays", shown_as(way, 0, 0)),
            ("kernel_axes_swapped", shown_as(way, right, down)),
            ("sideways_only", shown_as(way, 0, right)),
            ("up_and_down_only", shown_as(way, down, 0)),
        ],
        [str(kernel.astype(int).tolist())],
    )


COMPASS = {
    "above_left": (0, 0),
    "above": (0, 1),
    "above_right": (0, 2),
    "left": (1, 0),
    "middle": (1, 1),
    "right": (1, 2),
    "below_left": (2, 0),
    "below": (2, 1),
    "below_right": (2, 2),
}


def lens_difference(plus: Any, minus: Any) -> Answers:
    kernel = np.zeros((3, 3))
    one, other = (COMPASS[term.key.removeprefix("exercises.place_")] for term in (plus, minus))
    kernel[one], kernel[other] = 1, -1
    first = np.where(kernel > 0, 1, 0)
    return Answers(
        [kernel, kernel.tolist(), tuple(map(tuple, kernel.astype(int)))],
        [
            ("signs_swapped", -kernel),
            ("kernel_turned", kernel[::-1, ::-1]),
            ("kernel_axes_swapped", kernel.T),
            ("sum_not_difference", np.abs(kernel)),
            ("second_left_out", first),
        ],
        [str(kernel.astype(int).tolist())],
    )


ANSWERS: dict[str, Callable[..., Answers]] = {
    make.__name__: make
    for make in (
        same_size,
        odd_pixel,
        even_kernel,
        stride_divides,
        flip,
        sum_channels,
        one_dimension,
        causal,
        dilated_strides,
        separable_parameters,
        unequal_strides,
        adjoint_not_inverse,
        transposed_kernel,
        output_padding_none,
        even_same_transposed,
        which_size,
        checkerboard,
        adjoint_of_same,
        data_format,
        valid_too_large,
        depthwise_order,
        weight_sharing,
        dense_cannot,
        receptive_field,
        gradient_flow,
        validation_set,
        even_coverage,
        lens_shift,
        lens_difference,
    )
}
