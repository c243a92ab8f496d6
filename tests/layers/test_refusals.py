"""Bad input: the error names the argument, the value and legal choices, in both languages."""

import pickle

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import convlab
from convlab import Conv1D, Conv2D, Conv2DTranspose, DepthwiseConv2D, errors, use_language

IMAGE = np.ones((1, 9, 8, 3), "float32")

CONSTRUCTOR = [
    (Conv2D, {"filters": 0}, "filters"),
    (Conv2D, {"filters": -3}, "filters"),
    (Conv2D, {"filters": 2.5}, "filters"),
    (Conv2D, {"filters": "8"}, "filters"),
    (Conv2D, {"filters": float("nan")}, "filters"),
    (Conv2D, {"filters": None}, "filters"),
    (Conv2D, {"kernel_size": 0}, "kernel_size"),
    (Conv2D, {"kernel_size": (3, -1)}, "kernel_size"),
    (Conv2D, {"kernel_size": (3, 3, 3)}, "kernel_size"),
    (Conv2D, {"kernel_size": (3,)}, "kernel_size"),
    (Conv2D, {"kernel_size": ()}, "kernel_size"),
    (Conv2D, {"kernel_size": "33"}, "kernel_size"),
    (Conv2D, {"kernel_size": np.int64(3)}, "kernel_size"),
    (Conv2D, {"kernel_size": 3.0}, "kernel_size"),
    (Conv2D, {"kernel_size": (float("inf"), 1)}, "kernel_size"),
    (Conv2D, {"strides": 0}, "strides"),
    (Conv2D, {"dilation_rate": 0}, "dilation_rate"),
    (Conv2D, {"padding": "causal"}, "padding"),
    (Conv2D, {"padding": None}, "padding"),
    (Conv2D, {"padding": ["same"]}, "padding"),
    (Conv2D, {"data_format": "channels"}, "data_format"),
    (Conv2D, {"groups": 0}, "groups"),
    (Conv2D, {"groups": 3}, "groups"),
    (Conv2D, {"activation": "rellu"}, "activation"),
    (Conv2D, {"kernel_initializer": "glorot"}, "kernel_initializer"),
    (Conv2D, {"bias_regularizer": "l3"}, "bias_regularizer"),
    (Conv2D, {"kernel_constraint": "maxnorm"}, "kernel_constraint"),
    (Conv2D, {"trainable": 1}, "trainable"),
    (Conv2D, {"name": "a/b"}, "name"),
    (Conv2D, {"name": 3}, "name"),
    (Conv2D, {"dtype": "float16"}, "dtype"),
    (Conv2D, {"dtype": complex}, "dtype"),
    (Conv2D, {"dtype": {"class_name": "DTypePolicy", "config": {"name": "int8"}}}, "dtype"),
    (Conv2D, {"dilation_rate": 2, "strides": (2, 1)}, "dilation_rate"),
    (Conv2D, {"filtres": 2}, "filtres"),
    (Conv1D, {"dilation_rate": 2, "strides": 2}, "dilation_rate"),
    (Conv2DTranspose, {"groups": 2}, "groups"),
    (Conv2DTranspose, {"output_padding": 1}, "output_padding"),
    (Conv2DTranspose, {"output_padding": -1, "strides": 2}, "output_padding"),
    (Conv2DTranspose, {"strides": 2, "output_padding": (2, 5)}, "output_padding"),
]


def constructed(layer, arguments):
    return layer(**{"filters": 4, "kernel_size": 3, **arguments})


@pytest.mark.parametrize(("layer", "arguments", "named"), CONSTRUCTOR)
def test_a_bad_argument_is_refused_by_name_and_value_in_both_languages(layer, arguments, named):
    with pytest.raises(errors.ConvlabError) as caught:
        constructed(layer, arguments)
    error = caught.value
    assert error.parameters["argument"] == named
    english = str(error)
    assert named in english
    with use_language("zh_TW"):
        chinese = str(error)
    assert named in chinese
    assert chinese != english


@pytest.mark.parametrize(("layer", "arguments", "named"), CONSTRUCTOR)
def test_every_choice_of_a_refused_argument_is_legal(layer, arguments, named):
    with pytest.raises(errors.ConvlabError) as caught:
        constructed(layer, arguments)
    assert caught.value.choices
    for choice in caught.value.choices:
        constructed(layer, {**arguments, **choice})


@pytest.mark.parametrize(
    ("shape", "arguments"),
    [
        ((1, 2, 2, 3), {}),
        ((1, 9, 2, 3), {}),
        ((1, 2, 9, 3), {"dilation_rate": 2}),
        ((1, 9, 9, 3), {"groups": 2}),
        ((1, 9, 9, 3), {"groups": 4}),
    ],
)
def test_a_shape_that_does_not_fit_is_refused_with_choices_that_do(shape, arguments):
    x = np.ones(shape)
    with pytest.raises(errors.ShapeError) as caught:
        Conv2D(**{"filters": 4, "kernel_size": 3, **arguments})(x)
    for choice in caught.value.choices:
        Conv2D(**{"filters": 4, "kernel_size": 3, **arguments, **choice})(x)


def test_the_model_error_says_what_covers_what_and_what_would_fit():
    with pytest.raises(errors.ShapeError) as caught:
        Conv2D(1, 5, dilation_rate=2).build((None, 6, 12, 1))
    assert str(caught.value) == (
        "On the height axis, kernel 5 with dilation 2 covers 9 positions, but the input has 6 and "
        "'valid' adds none: use an input of at least 9, a kernel of at most 3, or padding='same'."
    )


def test_valid_refuses_a_later_input_that_is_too_small():
    layer = Conv2D(1, 3)
    layer(IMAGE)
    with pytest.raises(errors.ShapeError, match="covers 3 positions"):
        layer(IMAGE[:, :2])


def test_an_empty_input_under_valid_is_offered_same_only():
    with pytest.raises(errors.ShapeError) as caught:
        Conv2D(1, 3).build((None, 0, 9, 1))
    assert caught.value.choices == ({"padding": "same"},)
    assert Conv2D(1, 3, padding="same").compute_output_shape((None, 0, 9, 1)) == (None, 0, 9, 1)


@pytest.mark.parametrize(
    "bad", [[[1.0]], "x", None, 3.0, np.array("text"), np.ones(3, complex), np.array([None, {}])]
)
def test_an_input_that_is_no_array_of_real_numbers_is_refused(bad):
    with pytest.raises(errors.DTypeError) as caught:
        Conv2D(1, 3)(bad)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("shape", [(), (3,), (9, 8, 3), (1, 1, 9, 8, 3)])
def test_an_input_of_another_rank_is_refused_with_advice(shape):
    with pytest.raises(errors.ShapeError, match="must have 4 axes"):
        Conv2D(1, 3)(np.ones(shape))


def test_a_missing_batch_axis_is_told_how_to_add_it():
    with pytest.raises(errors.ShapeError, match=r"x\[None\]"):
        Conv2D(1, 3)(IMAGE[0])


@pytest.mark.parametrize(
    "shape",
    [3, "abcd", None, (9, 9, 3), (None, 9, 9, -3), (None, float("nan"), 9, 3), (1, 9, "9", 3)],
)
def test_an_input_shape_that_is_none_is_refused(shape):
    with pytest.raises(errors.ShapeError, match="input_shape"):
        Conv2D(1, 3).compute_output_shape(shape)


@pytest.mark.parametrize("channels", [None, 0])
def test_unknown_or_no_channels_cannot_be_built(channels):
    with pytest.raises(errors.ShapeError, match="number of channels"):
        Conv2D(1, 3).build((None, 9, 9, channels))


def test_unknown_channels_leave_the_output_shape_known_except_depthwise():
    assert Conv2D(5, 3).compute_output_shape((None, None, 9, None)) == (None, None, 7, 5)
    with pytest.raises(errors.ShapeError, match="number of channels"):
        DepthwiseConv2D(3).compute_output_shape((None, 9, 9, None))


def test_weights_are_never_broadcast():
    layer = Conv2D(2, 3)
    layer(IMAGE)
    kernel, bias = layer.get_weights()
    for wrong in (
        [kernel],
        [kernel, bias[:1]],
        [kernel[0], bias],
        "ab",
        None,
        [kernel, bias, bias],
    ):
        with pytest.raises(errors.ShapeError, match="never broadcasts"):
            layer.set_weights(wrong)
    with pytest.raises(errors.DTypeError):
        layer.set_weights([kernel.astype(complex), bias])


def test_more_memory_than_there_is_is_refused_before_trying():
    with pytest.raises(errors.NotEnoughMemoryError, match="GiB") as caught:
        Conv2D(10**9, 3)(np.ones((1, 3000, 3000, 1), "float32"))
    assert isinstance(caught.value, MemoryError)
    with pytest.raises(errors.NotEnoughMemoryError, match="A weight of shape"):
        Conv2D(4, 10**6, padding="same").build((None, 9, 9, 3))


def test_memory_is_not_judged_where_the_system_does_not_tell(monkeypatch):
    monkeypatch.setattr("convlab.memory._free_memory", lambda: None)
    convlab.memory.check_memory((10**12,), 8, "an_output")


def test_free_memory_falls_back_on_the_total(monkeypatch):
    def missing(*_, **__):
        raise OSError

    monkeypatch.setattr("builtins.open", missing)
    total = convlab.memory._free_memory()
    assert total is None or total > 2**20
    monkeypatch.setattr("os.sysconf_names", {}, raising=False)
    assert convlab.memory._free_memory() is None


def test_an_error_survives_being_pickled():
    with pytest.raises(errors.ShapeError) as caught:
        Conv2D(1, 5).build((None, 2, 9, 1))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.choices) == (str(caught.value), caught.value.choices)


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.floats(),
    st.text(max_size=3),
    st.tuples(st.integers(-1, 4), st.integers(-1, 4)),
    st.lists(st.integers(-1, 4), max_size=3),
    st.dictionaries(st.integers(), st.integers(), max_size=2),
)
ARGUMENTS = [name for name in Conv2D(1, 1).get_config() if name not in ("name", "use_bias")]


@given(st.sampled_from(ARGUMENTS), ANYTHING)
def test_anything_at_all_is_computed_or_refused_in_words(argument, value):
    """No setting ends in another exception, or in an output that the shape did not foretell."""
    try:
        layer = Conv2D(**{"filters": 4, "kernel_size": 2, argument: value})
        foretold = layer.compute_output_shape(IMAGE.shape)
        y = layer(IMAGE)
    except errors.ConvlabError as error:
        event(str(error))
        return
    assert y.shape == foretold


@pytest.mark.parametrize(
    ("layer", "weights"),
    [
        (Conv2D, {"filters": 2, "kernel_initializer": "ones"}),
        (DepthwiseConv2D, {"depthwise_initializer": "ones"}),
    ],
)
@pytest.mark.parametrize("far", [2**31 + 5, 10**17, 10**40])
@pytest.mark.parametrize(("argument", "size"), [("strides", (9, 8)), ("dilation_rate", 1)])
def test_one_output_or_one_tap_may_be_as_far_from_the_next_as_one_likes(
    layer, weights, far, argument, size
):
    made = [layer(kernel_size=size, **weights, **{argument: apart}) for apart in (far, 1)]
    outputs = [each(IMAGE) for each in made]
    np.testing.assert_array_equal(*outputs)
    np.testing.assert_array_equal(*[each.backward(np.ones_like(outputs[0])) for each in made])
