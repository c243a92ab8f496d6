"""The sums shown in frames and stamps are the layer's own outputs."""

import numpy as np
import pytest

from convlab import Conv1D, Conv2D, Conv2DTranspose, SeparableConv2D, errors
from convlab.explanation import frames, stamps
from convlab.layers import LAYERS
from tests.tolerances import FLOAT64, assert_close


def random_settings(random, name):
    """Arguments and an input shape that the layer takes, unequal wherever they can be."""
    rank = LAYERS[name].rank
    strides, dilation = random.integers(1, 4, rank), np.ones(rank, int)
    if random.random() < 0.4:
        strides, dilation = dilation, random.integers(1, 3, rank)
    groups = int(random.integers(1, 4))
    paddings = ["valid", "same", "causal"][: 4 - rank]
    arguments = {
        "kernel_size": tuple(map(int, random.integers(1, 4, rank))),
        "strides": tuple(map(int, strides)),
        "dilation_rate": tuple(map(int, dilation)),
        "padding": str(random.choice(paddings)),
        "data_format": str(random.choice(["channels_last", "channels_first"])),
        "use_bias": bool(random.random() < 0.7),
        "bias_initializer": "random_normal",
        "dtype": "float64",
    }
    channels = int(random.integers(1, 4))
    if name in ("Conv1D", "Conv2D"):
        arguments |= {"groups": groups, "filters": groups * int(random.integers(1, 3))}
        channels *= groups
    elif name == "DepthwiseConv2D":
        arguments |= {"depth_multiplier": int(random.integers(1, 4))}
    elif name == "SeparableConv2D":
        arguments |= {"depth_multiplier": int(random.integers(1, 3)), "filters": groups}
    else:
        explicit = tuple(int(random.integers(0, stride)) for stride in strides)
        arguments |= {"filters": groups, "output_padding": explicit if groups > 1 else None}
    sizes = tuple(map(int, random.integers(5, 8, rank)))
    first = arguments["data_format"] == "channels_first"
    return arguments, (2, channels, *sizes) if first else (2, *sizes, channels)


def random_layers(count, seed, names=tuple(LAYERS)):
    random = np.random.default_rng(seed)
    for turn in range(count):
        name = names[turn % len(names)]
        arguments, shape = random_settings(random, name)
        yield LAYERS[name](**arguments), random.standard_normal(shape), random


def channels_last(layer, y):
    return np.moveaxis(y, 1, -1) if layer.data_format == "channels_first" else y


def test_the_sums_in_frames_are_the_outputs_of_the_layer():
    for layer, x, random in random_layers(1000, seed=1):
        film = frames(layer, x, sample=1)
        y = channels_last(layer, layer(x))[1]
        assert len(film) == y.size
        for number in random.integers(0, len(film), 6):
            frame = film[int(number)]
            expected = y[(*frame.position, frame.filter)]
            assert_close(np.array(frame.z), expected, FLOAT64, repr(layer))
            assert frame.a == expected


def test_frames_run_through_every_position_once_filter_by_filter():
    layer = SeparableConv2D(3, (2, 3), depth_multiplier=2)
    x = np.random.default_rng(0).standard_normal((1, 4, 6, 2)).astype("float32")
    film = frames(layer, x)
    y = layer(x)[0]
    rebuilt = np.full(y.shape, np.nan)
    for frame in film:
        rebuilt[(*frame.position, frame.filter)] = frame.z
    assert np.abs(rebuilt - y).max() < 1e-5
    assert [frame.filter for frame in film] == sorted(frame.filter for frame in film)


def test_a_chosen_filter_has_one_frame_a_position():
    film = frames(Conv2D(4, 3), np.ones((1, 5, 6, 2)), filter=2)
    assert (len(film), film.sizes) == (12, (3, 4))
    assert {frame.filter for frame in film} == {2}
    assert [frame.position for frame in film[:5]] == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]
    assert film[-1].position == (2, 3)
    with pytest.raises(IndexError):
        film[12]


def test_products_name_their_input_and_zeros_have_none():
    layer = Conv2D(1, 2, padding="same", use_bias=False, kernel_initializer="ones")
    x = np.arange(1.0, 7.0).reshape(1, 2, 3, 1)
    corner = frames(layer, x).at((1, 2))
    assert [(each.tap, each.source, each.value, each.partial_sum) for each in corner.window] == [
        ((0, 0), (1, 2), 6.0, 6.0),
        ((0, 1), None, 0.0, 6.0),
        ((1, 0), None, 0.0, 6.0),
        ((1, 1), None, 0.0, 6.0),
    ]


def test_the_second_stage_reads_the_sums_of_the_first():
    layer = SeparableConv2D(2, 3, depth_multiplier=2)
    frame = frames(layer, np.random.default_rng(0).standard_normal((1, 5, 6, 3)))[7]
    depthwise, (pointwise,) = frame.stages
    assert [window.filter for window in depthwise] == list(range(6))
    assert pointwise.values.ravel().tolist() == [window.sum for window in depthwise]


def test_both_views_of_the_transposed_layer_agree():
    for layer, x, random in random_layers(500, seed=2, names=("Conv2DTranspose",)):
        filter = int(random.integers(layer.filters))
        film, prints = frames(layer, x, filter=filter), stamps(layer, x, filter=filter)
        *_, canvas = prints.canvases(filter)
        gathered = np.array([frame.window.sum for frame in film]).reshape(canvas.shape)
        assert_close(canvas, gathered, FLOAT64, repr(layer))
        assert_close(canvas + prints.bias[filter], film.output[..., filter], FLOAT64, repr(layer))


def test_the_window_among_inserted_zeros_reads_the_same_inputs():
    for layer, x, _ in random_layers(200, seed=3, names=("Conv2DTranspose",)):
        for axis in layer.geometry(x.shape).stages[0].axes:
            inserted = axis.inserted
            assert inserted.output_size == axis.output_size
            where = {axis.inserted_position(i): i for i in range(axis.input_size)}
            for output in range(axis.output_size):
                seen = [None if at is None else where.get(at) for at in inserted.sources(output)]
                assert tuple(seen[::-1]) == axis.sources(output)


def test_an_activation_over_a_whole_axis_is_the_layers_own():
    layer = Conv1D(3, 2, activation="softmax")
    x = np.random.default_rng(0).standard_normal((1, 4, 2)).astype("float32")
    film = frames(layer, x)
    assert sum(film.at((1,), filter).a for filter in range(3)) == pytest.approx(1)


def test_where_an_activation_leaves_no_number_there_is_none():
    film = frames(Conv1D(4, 1, activation="glu"), np.ones((1, 2, 1)))
    assert [film.at((0,), filter).a is None for filter in range(4)] == [False, False, True, True]


def test_frames_leave_the_layers_last_call_alone():
    layer = Conv1D(1, 2, activity_regularizer="l2")
    x = np.ones((1, 5, 1), "float32")
    layer(x)
    losses = list(layer.losses)
    frames(layer, 3 * x)[0]
    assert layer.losses == losses
    layer.backward(np.ones((1, 4, 1), "float32"))


def test_frames_build_a_layer_without_weights_once():
    layer = Conv1D(1, 2)
    x = np.ones((1, 5, 1))
    first = frames(layer, x)[0]
    assert layer.built
    assert frames(layer, x)[0].z == first.z


@pytest.mark.parametrize(("argument", "value"), [("sample", 2), ("filter", 3), ("filter", -1)])
def test_a_sample_or_filter_that_is_not_there_is_refused(argument, value):
    with pytest.raises(errors.ArgumentError, match=f"{argument} must be an integer from 0 to") as e:
        frames(Conv1D(3, 2), np.ones((2, 5, 1)), **{argument: value})
    assert 0 <= e.value.choices[0][argument] < 3


def test_stamps_are_for_transposed_layers():
    with pytest.raises(errors.ArgumentError, match="Only a transposed layer"):
        stamps(Conv2D(1, 2), np.ones((1, 5, 6, 1)))


def test_a_wrong_shape_gets_the_engines_error():
    with pytest.raises(errors.ShapeError, match="batch axis"):
        frames(Conv2D(1, 2), np.ones((5, 6, 1)))


def test_a_slice_of_stamps_is_a_list_of_them():
    prints = stamps(Conv2DTranspose(2, 2), np.ones((1, 2, 3, 1)), filter=1)
    assert [stamp.position for stamp in prints[4:]] == [(1, 1), (1, 2)]
    assert prints.kernels[0].shape == (2, 2, 1, 2)
    assert prints.input.shape == (2, 3, 1)


@pytest.mark.parametrize("odd", [True, np.uint8(1), np.int64(1)])
def test_a_sample_and_a_filter_are_counted_by_whatever_counts(odd):
    x = np.arange(10.0).reshape(2, 5, 1)
    layer = Conv1D(2, 2)
    chosen, plain = frames(layer, x, sample=odd, filter=odd), frames(layer, x, sample=1, filter=1)
    assert chosen.input.tolist() == plain.input.tolist()
    assert [frame.filter for frame in chosen] == [1] * 4
    np.testing.assert_array_equal(chosen.output, plain.output)


def test_an_activation_adds_no_numbers():
    with pytest.raises(errors.ArgumentError, match=r"but it returned ndarray \(2, 8, 2\)"):
        frames(Conv1D(2, 1, activation=lambda z: np.repeat(z, 2, axis=1)), np.ones((2, 4, 2)))


def test_the_partial_sums_follow_the_products_in_order():
    for layer, x, _ in random_layers(10, seed=4):
        window = frames(layer, x)[0].window
        products = list(window)
        sums = np.cumsum([each.product for each in products])
        assert [each.partial_sum for each in products] == sums.tolist()
        assert window.sum == sums[-1]
