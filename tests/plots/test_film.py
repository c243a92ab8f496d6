"""The numbers that the drawings show are the layer's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings

import convlab
from convlab.plots.animation import Animation, animate
from convlab.plots.scene import Step, empty, plain
from tests.strategies import conv, depthwise, separable, settings_of_any_layer, transposed
from tests.tolerances import FLOAT64, assert_close


def film_of(setting, **choices) -> tuple[Animation, np.ndarray, convlab.Layer]:
    """The animation of a random layer on a random sample, and its output, channels last."""
    name, arguments, shape = setting
    assume(0 not in shape)
    layer = getattr(convlab, name)(**arguments)
    assume(0 not in layer.compute_output_shape(shape))
    random = np.random.default_rng(len(str(setting)))
    x = random.normal(size=shape)
    layer.build(shape)
    layer.set_weights([random.normal(size=weight.shape) for weight in layer.weights])
    y = layer(x)[0]
    if arguments["data_format"] == "channels_first":
        y = np.moveaxis(y, 0, -1)
    if setting[0] == "Conv1DTranspose":
        y = y[None]  # It is drawn as an image of one row.
    filters = tuple(range(y.shape[-1]))
    return animate(layer, x, filters=filters, every=5, **choices), y, layer


def shown(step: Step, prefix: str) -> float:
    """The sum of all numbers of the grids whose names begin so."""
    grids = [look.values for name, look in step.looks.items() if name.startswith(prefix)]
    return float(sum(plain(values)[~empty(values)].sum() for values in grids))


def looked_at(step: Step) -> tuple[int, ...]:
    """The index of the output that a step frames, the filter last."""
    if "output" in step.looks:
        turn, position = step.looks["output"].frame[0]
        return position, turn
    framed = {name: look.frame for name, look in step.looks.items() if name.startswith("output")}
    ((name, frame),) = ((name, frame) for name, frame in framed.items() if frame)
    return (*frame[0], int(name.removeprefix("output")))


def final_output(step: Step) -> np.ndarray:
    """All output grids of a step as (…, filters)."""
    if "output" in step.looks:
        return step.looks["output"].values.T
    names = sorted(name for name in step.looks if name.startswith("output"))
    return np.ma.stack([step.looks[name].values for name in names], axis=-1)


@settings(max_examples=1000)
@given(settings_of_any_layer())
def test_the_sums_in_the_boxes_are_the_layers_output(setting) -> None:
    animation, y, layer = film_of(setting)
    last = animation.film.acts[-1]
    for step in animation.film[-len(last) :]:
        z = shown(step, "sum") + shown(step, "others") + shown(step, "bias")
        assert_close(z, shown(step, "z"), FLOAT64)
        assert_close(shown(step, "a"), y[looked_at(step)], FLOAT64)
        if layer.activation.name == "linear":
            assert_close(shown(step, "z"), shown(step, "a"), FLOAT64)
    assert_close(final_output(step), y, FLOAT64)


@settings(max_examples=200)
@given(settings_of_any_layer())
def test_the_products_of_a_step_sum_to_its_boxes(setting) -> None:
    animation, _, _ = film_of(setting, view="zeros" if setting[0].endswith("Transpose") else "both")
    for step in animation.film:
        assert_close(shown(step, "products"), shown(step, "sum"), FLOAT64)


@settings(max_examples=500)
@given(transposed(1) | transposed(2))
def test_both_views_of_a_transposed_layer_end_in_the_same_output(setting) -> None:
    animation, y, layer = film_of(setting)
    stamping, gathering = animation.film.acts
    assert_close(uncropped(stamping.step(len(stamping) - 1, 0), y), y, FLOAT64)
    assert_close(final_output(gathering.step(len(gathering) - 1, 1)), y, FLOAT64)
    bias = layer.bias if layer.use_bias else np.zeros(y.shape[-1])
    sums = stamping.canvas(0, stamping.turns.places[-1])
    z = [shown(gathering.step(at, 1), "z") for at in range(len(gathering.turns.places))]
    assert_close(sums.ravel()[gathering.turns.places] + bias[0], np.array(z), FLOAT64)


def uncropped(step: Step, y: np.ndarray) -> np.ndarray:
    """The outputs of the stamping act without the cropped cells around them."""
    framed = final_output(step)
    known = ~empty(framed[..., 0])
    return framed[known.any(axis=1)][:, known.any(axis=0)].reshape(y.shape)


@settings(max_examples=100)
@given(conv(2) | depthwise(2) | separable(2) | transposed(2))
def test_the_window_frames_what_it_reads(setting) -> None:
    animation, _, _ = film_of(setting, view="zeros" if setting[0].endswith("Transpose") else "both")
    for step in animation.film:
        for name, look in step.looks.items():
            if name.startswith("input") and look.marked:
                values = np.array([look.values[cell] for cell in look.marked])
                weights = step.looks[name.replace("input", "kernel")].values.ravel()
                products = step.looks[name.replace("input", "products")].values.ravel()
                assert_close(values * weights, products, FLOAT64)
                assert look.frame == (min(look.marked), max(look.marked))


@settings(max_examples=50)
@given(transposed(2))
def test_among_inserted_zeros_each_value_is_that_of_its_source(setting) -> None:
    animation, _, _ = film_of(setting, view="zeros")
    (act,) = animation.film.acts
    for place in act.turns.places:
        window = act.view.window(act.turns.position(place), 0)
        for product in window:
            source = product.source
            read = 0 if source is None else act.view.input[(*source, product.channel)]
            assert product.value == read


def test_padding_is_drawn_on_the_side_where_it_is() -> None:
    layer = convlab.Conv2D(1, 3, strides=2, padding="same")
    scene = animate(layer, np.ones((1, 4, 6, 1))).film.scenes[0]
    zeros = scene.grids[0].zeros
    assert zeros.shape == (5, 7)
    assert zeros[-1].all() and zeros[:, -1].all()
    assert not zeros[:-1, :-1].any()


def test_causal_padding_stands_on_the_left_only() -> None:
    layer = convlab.Conv1D(1, 3, padding="causal", dilation_rate=2)
    scene = animate(layer, np.ones((1, 5, 2))).film.scenes[0]
    assert scene.grids[0].zeros.tolist() == [[True] * 4 + [False] * 5] * 2


def test_a_dilated_window_has_holes() -> None:
    layer = convlab.Conv2D(1, (2, 3), dilation_rate=(1, 2))
    look = animate(layer, np.ones((1, 4, 6, 1))).film[0].looks["input0"]
    assert look.marked == ((0, 0), (0, 2), (0, 4), (1, 0), (1, 2), (1, 4))
    assert look.frame == ((0, 0), (1, 4))


def test_channels_outside_the_group_are_faint() -> None:
    layer = convlab.Conv2D(2, 2, groups=2)
    animation = animate(layer, np.ones((1, 3, 3, 2)), filters=(0, 1))
    first, last = animation.film[0], animation.film[-1]
    assert first.looks["input0"].faint is None and first.looks["input1"].faint.all()
    assert last.looks["input1"].faint is None and last.looks["input0"].faint.all()
    assert empty(first.looks["kernel1"].values).all()


@pytest.mark.parametrize("layer", [convlab.DepthwiseConv2D(2), convlab.SeparableConv2D(2, 2)])
def test_a_depthwise_step_shows_its_own_channels_sum_and_adds_up_none(layer: convlab.Layer) -> None:
    x = np.random.default_rng(0).integers(-4, 5, size=(1, 2, 2, 3))
    animation = animate(layer, x, filters=(0, 1))
    signs = {"DepthwiseConv2D": ["+", "="], "SeparableConv2D": []}[type(layer).__name__]
    act = animation.film.acts[0]
    assert [part for part in act.ledger.flow if part in ("+", "=")] == signs
    assert [name for name, *_ in act.ledger.boxes if name.startswith("sum")] == ["sum"]
    for channel in (0, 1):
        weights = layer.weights[0][..., channel, 0].astype(np.float64)
        assert_close(
            shown(act.step(channel, 0), "sum"), (x[0, ..., channel] * weights).sum(), FLOAT64
        )


def test_a_separable_layer_has_two_acts_and_the_second_reads_the_first() -> None:
    layer = convlab.SeparableConv2D(2, 2, depth_multiplier=2)
    animation = animate(layer, np.random.default_rng(0).normal(size=(1, 4, 5, 1)))
    depthwise_act, pointwise_act = animation.film.acts
    between = depthwise_act.step(len(depthwise_act) - 1, 0)
    reads = pointwise_act.step(0, 1)
    for channel in (0, 1):
        written, read = between.looks[f"output{channel}"], reads.looks[f"input{channel}"]
        assert_close(read.values, written.values, FLOAT64)


def test_a_line_frames_the_rows_of_its_group_alone() -> None:
    layer = convlab.Conv1D(2, 2, groups=2)
    animation = animate(layer, np.ones((1, 4, 6)), filters=1, channels=(0, 3, 5))
    look = animation.film[1].looks["input"]
    assert look.frame == ((1, 1), (2, 2))
    assert look.marked == ((1, 1), (1, 2), (2, 1), (2, 2))
    assert look.faint.tolist() == [[True] * 4, [False] * 4, [False] * 4]
    kernel = animation.film[1].looks["kernel"].values
    assert empty(kernel).tolist() == [[True] * 2, [False] * 2, [False] * 2]


@pytest.mark.parametrize(
    ("multiplier", "channels", "between"),
    [(6, (0,), (0, 1, 2, 3)), (2, (1,), (2, 3)), (2, (0, 2, 3, 4, 5), (0, 1, 4, 5, 6))],
)
def test_between_two_stages_four_channels_are_drawn_or_as_many_as_are_read(
    multiplier: int, channels: tuple, between: tuple
) -> None:
    layer = convlab.SeparableConv2D(1, 2, depth_multiplier=multiplier)
    first, second = animate(layer, np.ones((1, 3, 3, 6)), channels=channels).film.acts
    assert first.selection.filters == second.selection.channels == between


@pytest.mark.parametrize("name", ["Conv1D", "Conv2D", "Conv2DTranspose"])
def test_where_glu_halves_an_axis_the_rest_has_no_number(name: str) -> None:
    """Channels first, glu takes the last direction: its second half is read and not written."""
    layer = getattr(convlab, name)(4, 2, activation="glu", data_format="channels_first")
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 5)[: layer.rank + 2])
    animation, y = animate(layer, x), layer(x)[0, 0]
    last = animation.film[-1]
    assert last.looks["a"].values.mask.all() and not empty(last.looks["z"].values).any()
    np.testing.assert_allclose(final_output(last)[..., 0], y, rtol=1e-6)
    assert not any(look.frame for key, look in last.looks.items() if key.startswith("output"))
    gathering = animation.film.acts[-1]
    for index in range(len(gathering)):
        _, place = gathering.turns[index]
        done = np.arange(np.prod(gathering.turns.sizes)).reshape(gathering.turns.sizes) <= place
        written = ~empty(final_output(gathering.step(index, 0))[..., 0])
        np.testing.assert_array_equal(written, done[tuple(map(slice, written.shape))])
    if name == "Conv2DTranspose":
        stamping = animation.film.acts[0]
        ended = final_output(stamping.step(len(stamping) - 1, 0))[..., 0]
        assert (~empty(ended)).sum() == y.size


def test_a_stamp_lands_where_the_kernel_reaches() -> None:
    layer = convlab.Conv2DTranspose(1, (1, 3), strides=(1, 2), kernel_initializer="ones")
    animation = animate(layer, np.array([1.0, 10.0]).reshape(1, 1, 2, 1), view="scatter")
    rows = [animation.film[at].looks["output0"].values[0].tolist() for at in (0, 1)]
    assert rows == [[1, 1, 1, 0, 0], [1, 1, 11, 10, 10]]
    assert animation.film[1].looks["output0"].marked == ((0, 2), (0, 3), (0, 4))


def test_cropped_outputs_are_hatched() -> None:
    layer = convlab.Conv2DTranspose(1, 3, strides=2, padding="same")
    zeros = animate(layer, np.ones((1, 2, 2, 1)), view="scatter").film.scenes[0].grids[-1].zeros
    assert zeros[-1].all() and zeros[:, -1].all() and not zeros[:-1, :-1].any()


def test_every_nth_position_and_always_the_last() -> None:
    layer = convlab.Conv1D(1, 1)
    animation = animate(layer, np.ones((1, 8, 1)), every=3)
    shown_places = [step.looks["output"].frame[0][1] for step in animation.film]
    assert shown_places == [0, 3, 6, 7]


def test_undrawn_channels_are_counted_and_said() -> None:
    layer = convlab.Conv2D(1, 2, kernel_initializer="ones")
    animation = animate(layer, np.ones((1, 2, 2, 5)), channels=(4,))
    step = animation.film[0]
    assert shown(step, "sum4") == 4 and shown(step, "others") == 16 and shown(step, "z") == 20
    assert any("1 of 5 channels" in label.text for label in animation.film.scenes[0].labels)


@pytest.mark.parametrize(
    ("size", "mode", "said"),
    [(8, "numbers", None), (40, "cells", "Too many cells"), (200, "image", "drawn as an image")],
)
def test_large_inputs_lose_their_numbers_and_the_figure_says_so(size, mode, said) -> None:
    layer = convlab.Conv2D(1, 3)
    animation = animate(layer, np.random.default_rng(0).normal(size=(1, size, size, 1)), every=99)
    scene = animation.film.scenes[0]
    assert scene.grids[0].mode == mode
    texts = " ".join(label.text for label in scene.labels)
    assert said is None or said in texts
