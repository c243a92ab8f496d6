"""What people really gave to the layers and to ``explain``, and what is right."""

from __future__ import annotations

import json
import sys
import threading
import warnings

import numpy as np
import pytest

import convlab
from convlab import (
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    DepthwiseConv2D,
    SeparableConv2D,
    arguments,
    errors,
    explain,
    initializers,
)
from convlab.errors import OMIT
from convlab.explanation import Refusal
from convlab.layers import LAYERS
from tests.tolerances import FLOAT64, assert_close


def refusal_of(make):
    with pytest.raises(errors.ConvlabError) as caught:
        make()
    return caught.value


# Names and values from Keras 1 and from PyTorch

FOREIGN = [
    (DepthwiseConv2D, {"kernel_size": 3, "groups": 1}, {"groups": OMIT}),
    (Conv2D, {"filters": 8, "kernel_size": 3, "border_mode": "same"},
     {"padding": "same", "border_mode": OMIT}),
    (Conv2D, {"nb_filter": 8, "kernel_size": 3, "subsample": 2, "dim_ordering": "th"},
     {"filters": 8, "nb_filter": OMIT, "strides": 2, "subsample": OMIT,
      "data_format": "channels_first", "dim_ordering": OMIT}),
    (Conv1D, {"nb_filter": 8, "filter_length": 5}, {"filters": 8, "nb_filter": OMIT,
                                                  "kernel_size": 5, "filter_length": OMIT}),
    (Conv2D, {"in_channels": 3, "out_channels": 64, "kernel_size": 3, "stride": 1, "padding": 3,
              "bias": False},
     {"filters": 64, "out_channels": OMIT, "in_channels": OMIT, "strides": 1, "stride": OMIT,
      "padding": "same", "use_bias": False, "bias": OMIT}),
    (Conv2D, {"in_channels": 3, "out_channels": 64, "kernel_size": 3, "padding": 0},
     {"filters": 64, "out_channels": OMIT, "in_channels": OMIT, "padding": "valid"}),
    (Conv2D, {"out_channels": 2, "kernel_size": 3}, {"filters": 2, "out_channels": OMIT}),
    (Conv2DTranspose, {"filters": 2, "kernel_size": 3, "stride": 2, "output_padding": 1},
     {"strides": 2, "stride": OMIT}),
    (Conv2D, {"nb_filter": 8, "nb_row": 5, "nb_col": 3},
     {"filters": 8, "nb_filter": OMIT, "kernel_size": (5, 3), "nb_row": OMIT, "nb_col": OMIT}),
    (Conv2D, {"features": 8, "kernel_size": 3, "kernel_dilation": 2, "feature_group_count": 4},
     {"filters": 8, "features": OMIT, "dilation_rate": 2, "kernel_dilation": OMIT, "groups": 4,
      "feature_group_count": OMIT}),
    (Conv2D, {"output_channels": 8, "kernel_shape": 3, "with_bias": False, "w_init": "zeros"},
     {"filters": 8, "output_channels": OMIT, "kernel_size": 3, "kernel_shape": OMIT,
      "use_bias": False, "with_bias": OMIT, "kernel_initializer": "zeros", "w_init": OMIT}),
    (Conv2D, {"channels": 8, "kernel_size": 3, "layout": "NCHW"},
     {"filters": 8, "channels": OMIT, "data_format": "channels_first", "layout": OMIT}),
    (Conv2D, {"num_outputs": 8, "kernel_size": 3, "activation_fn": "relu"},
     {"filters": 8, "num_outputs": OMIT, "activation": "relu", "activation_fn": OMIT}),
    (Conv2D, {"filters": 8, "kernel_size": 3, "output_padding": 1}, {"output_padding": OMIT}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "best"), FOREIGN)
def test_a_name_of_keras_1_or_pytorch_is_renamed_and_what_has_no_place_is_left_out(
    kind, given, best
):
    error = refusal_of(lambda: kind(**given))
    assert error.choices[0] == best
    for choice in error.choices:
        layer = kind(**{**given, **choice})
        for name in given.keys() - choice.keys():
            assert getattr(layer, name) == arguments.normal(name, given[name], layer.rank)


def test_a_typing_mistake_never_overwrites_what_was_given():
    error = refusal_of(lambda: Conv2D(8, 3, filtres=2))
    assert error.choices == ({"filtres": OMIT},)
    assert refusal_of(lambda: Conv2D(8, kernelsize=3)).choices[0]["kernel_size"] == 3


def test_every_choice_holds_together_with_all_other_mistakes():
    given = {"filters": 0, "kernel_size": -1, "groups": 7, "strides": (2, 1), "dilation_rate": 3}
    error = refusal_of(lambda: Conv2D(**given))
    assert error.choices
    for choice in error.choices:
        Conv2D(**{**given, **choice})


def test_a_wrong_name_becomes_one_right_name_in_every_choice():
    error = refusal_of(lambda: DepthwiseConv2D(3, kernel_initializer="ones"))
    named = [
        [name for name, value in choice.items() if value == "ones"] for choice in error.choices
    ]
    assert named == [["depthwise_initializer"], ["bias_initializer"]]


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ({"data_format": "NCHW"}, {"data_format": "channels_first"}),
        ({"data_format": "th"}, {"data_format": "channels_first"}),
        ({"data_format": "NHWC"}, {"data_format": "channels_last"}),
        ({"strides": [1, 2, 3, 1]}, {"strides": (2, 3)}),
        ({"strides": [[2, 3]]}, {"strides": (2, 3)}),
        ({"padding": np.array([1, 1])}, {"padding": "same"}),
        ({"filters": np.array([8])}, {"filters": 8}),
        ({"activation": None, "filters": 8.4}, {"filters": 8}),
    ],
)
def test_a_value_in_another_form_becomes_the_same_value_in_ours(given, nearest):
    error = refusal_of(lambda: Conv2D(**{"filters": 8, "kernel_size": 3, **given}))
    assert error.choices[0] == nearest


def test_a_count_that_no_array_has_is_told_its_bound():
    error = refusal_of(lambda: Conv2D(2**63, 3))
    assert f"from 1 to {2**63 - 1}" in str(error) and error.choices == ({"filters": 2**63 - 1},)


@pytest.mark.parametrize("name", ["self", "layer", "own", "base", "__class__"])
def test_a_name_that_the_code_itself_uses_is_left_out_like_any_other(name):
    given = {"filters": 2, "kernel_size": 3, name: 5}
    assert refusal_of(lambda: Conv2D.from_config(given)).choices == ({name: OMIT},)
    refusal = explain(("Conv2D", given), (None, 9, 8, 1))
    assert [(choice.changes, choice.left_out) for choice in refusal.choices] == [({}, (name,))]
    error = refusal_of(lambda: convlab.Calculator(("Conv2D", given), (None, 9, 8, 1)))
    assert error.choices == ({name: OMIT},)


@pytest.mark.filterwarnings("ignore:input_shape is not used")
def test_the_input_shape_of_old_keras_is_no_wish_for_another_shape():
    pair = ("Conv2D", {"filters": 2, "kernel_size": 9, "input_shape": (28, 28, 1)})
    refusal = explain(pair, (None, 8, 20, 3))
    assert [choice.changes for choice in refusal.choices] == [
        {"kernel_size": (8, 9)},
        {"padding": "same"},
    ]
    calculator = convlab.Calculator(pair, (None, 28, 20, 3))
    assert calculator.record.output_shape == (None, 20, 12, 2)


def test_what_the_layers_share_is_no_layer():
    for make in (convlab.Layer, lambda: convlab.Layer.from_config({"filters": 2})):
        assert "Layer is only what" in str(refusal_of(make))


def test_too_many_values_and_a_value_given_twice_are_told_in_words():
    assert "16 values" in str(refusal_of(lambda: Conv2D(*[1] * 20)))
    assert "filters twice" in str(refusal_of(lambda: Conv2D(4, 3, filters=5)))


def test_an_omitted_argument_counts_as_not_given():
    assert Conv2D(4, 3, strides=OMIT, groups=OMIT, anything=OMIT).strides == (1, 1)


# Subclasses


class Block(Conv2D):
    def __init__(self, filters, **options):
        super().__init__(filters, 3, **options)


def test_a_subclass_with_a_constructor_of_its_own_works_as_in_keras():
    block = Block(4, padding="same", activation="relu")
    assert block(np.ones((1, 5, 6, 2))).shape == (1, 5, 6, 4)
    assert repr(block) == "Block(filters=4, kernel_size=(3, 3), padding='same', activation='relu')"
    assert explain(block, (1, 5, 6, 2)).parameters == 76
    refusal = explain(Block(4), (None, 5, 2, 1))
    assert {"kernel_size": (3, 2)} in [dict(choice.changes) for choice in refusal.choices]
    assert refusal_of(lambda: Block(4, paddig="same")).choices[0]["padding"] == "same"


# Shapes

NEAREST = [
    (Conv2D(8, 3), (None, 28, 28), (None, 28, 28, 1)),
    (Conv2D(8, 3), (32, 20, 3), (1, 32, 20, 3)),
    (Conv2D(8, 3), (1, 28, 28), (1, 28, 28, 1)),
    (Conv2D(8, 3, data_format="channels_first"), (None, 28, 20), (None, 1, 28, 20)),
    (Conv2D(8, 3, data_format="channels_first"), (3, 28, 20), (1, 3, 28, 20)),
    (Conv2D(8, 3), (28, 28), (1, 28, 28, 1)),
    (Conv2D(8, 3), (2, 5, 28, 20, 3), (10, 28, 20, 3)),
    (Conv2D(8, 3), (None, 5, 28, 20, 3), (None, 28, 20, 3)),
    (Conv2D(8, 5, dilation_rate=2), (None, -1, 20.4, 3), (None, 9, 20, 3)),
    (Conv2D(8, 3), (None, 9, 9, None), (None, 9, 9, 1)),
    (Conv2D(8, 3, groups=4), (None, 9, 9, 0), (None, 9, 9, 4)),
    (Conv1D(8, 3), (10, 128), (1, 10, 128)),
    (Conv1D(8, 3), (None, 28, 28, 3), (None, 28, 3)),
    (Conv2D(8, 3), [(None, 28, 20, 3)], (None, 28, 20, 3)),
    (Conv2D(8, 3), np.zeros((2, 28, 20, 3)), (2, 28, 20, 3)),
]


@pytest.mark.parametrize(("layer", "shape", "nearest"), NEAREST)
def test_the_nearest_shape_keeps_every_size_that_was_given(layer, shape, nearest):
    error = refusal_of(lambda: layer.geometry(shape))
    assert error.choices[0] == {"input_shape": nearest}
    for choice in error.choices:
        layer.geometry(choice["input_shape"])
    assert explain(layer, shape).choices[0].changes == {"input_shape": nearest}


@pytest.mark.parametrize("shape", [np.array([1, 9, 8, 1]), (1.5, 9, 8, 1), np.zeros((2, 3)), "abc"])
def test_a_stack_on_any_shape_is_plain_data(shape):
    json.dumps(explain([Conv2D(1, 3)], shape).to_dict())


def test_an_input_without_a_batch_is_offered_shapes_of_as_many_numbers():
    x = np.arange(9 * 8 * 3.0).reshape(9, 8, 3)
    error = refusal_of(lambda: Conv2D(2, 3)(x))
    for choice in error.choices:
        Conv2D(2, choice.get("kernel_size", 3))(x.reshape(choice["input_shape"]))


@pytest.mark.parametrize("shape", [None, 5, "abc", (), {}, object(), np.array(3), 1 << 70])
def test_no_shape_at_all_is_refused_in_words_also_for_a_stack(shape):
    assert explain([Conv2D(1, 3)], shape).refusal.error.code == "input_shape"
    assert explain(Conv2D(1, 3), shape).error.code == "input_shape"


def test_a_shape_and_a_stack_may_come_from_an_iterator():
    layers = (Conv2D(2, 3) for _ in range(2))
    record = explain(layers, iter((None, 9, 8, 1)))
    assert record.input_shape == (None, 9, 8, 1) and record.output_shape == (None, 5, 4, 2)


# Memory


def test_a_frame_of_zeros_that_fits_nowhere_is_refused_in_words():
    layer = Conv2D(1, 3, padding="same", dilation_rate=1_000_000)
    assert layer.compute_output_shape((1, 8, 8, 1)) == (1, 8, 8, 1)
    with pytest.raises(errors.NotEnoughMemoryError, match="padding of shape"):
        layer(np.ones((1, 8, 8, 1)))


def test_an_input_that_cannot_be_copied_into_the_layers_dtype_is_refused_in_words():
    x = np.broadcast_to(np.float64(1), (1, 10**6, 10**6, 2))
    with pytest.raises(errors.NotEnoughMemoryError, match="copy of the input"):
        Conv2D(1, 3)(x)


# Weights


def test_weights_are_taken_from_any_iterable_of_arrays():
    layer = Conv2D(2, 3)
    layer.build((None, 9, 9, 1))
    own = [np.full((3, 3, 1, 2), 2.0), np.array([1.0, 3.0])]
    boxed = np.empty(2, dtype=object)
    boxed[:] = own
    for given in (own, tuple(own), iter(own), boxed, {"kernel": own[0], "bias": own[1]}.values()):
        layer.set_weights([np.zeros(each.shape) for each in own])
        layer.set_weights(given)
        assert layer.kernel.min() == 2 and layer.bias.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("kind", "arguments", "channels", "pytorch", "order"),
    [
        (Conv2D, (64, (3, 5)), 3, (64, 3, 3, 5), (2, 3, 1, 0)),
        (Conv1D, (64, 5), 3, (64, 3, 5), (2, 1, 0)),
        (Conv2DTranspose, (64, (3, 5)), 8, (8, 64, 3, 5), (2, 3, 1, 0)),
        (DepthwiseConv2D, ((3, 5),), 8, (8, 1, 3, 5), (2, 3, 0, 1)),
        (DepthwiseConv2D, ((3, 5),), 3, (3, 1, 3, 5), (2, 3, 0, 1)),
    ],
)
def test_weights_in_pytorchs_order_are_told_how_to_turn(kind, arguments, channels, pytorch, order):
    layer = kind(*arguments)
    layer.build((None, *(9,) * layer.rank, channels))
    kernel = np.random.default_rng(0).normal(size=pytorch)
    error = refusal_of(lambda: layer.set_weights([kernel, layer.bias]))
    assert f"transpose{order}" in str(error)
    layer.set_weights(**error.choices[0])
    assert_close(layer.kernel, kernel.transpose(order), 1e-6)


@pytest.mark.parametrize(
    "weights", [None, 5, "kernel", [[1, [2]], 3], [], [np.ones(3)], [None, None], {1: 2}, object()]
)
def test_anything_else_leaves_the_weights_alone_and_says_what_is_wanted(weights):
    layer = Conv2D(2, 3)
    layer.build((None, 9, 9, 1))
    before = layer.get_weights()
    error = refusal_of(lambda: layer.set_weights(weights))
    assert "(3, 3, 1, 2), (2,)" in str(error)
    for old, new in zip(before, layer.weights, strict=True):
        np.testing.assert_array_equal(old, new)


def test_weights_before_build_are_refused_with_what_to_do_first():
    layer = Conv2D(2, 3)
    for act in (
        lambda: layer.set_weights([np.ones((3, 3, 1, 2)), np.ones(2)]),
        lambda: setattr(layer, "kernel", np.ones((3, 3, 1, 2))),
        lambda: layer.kernel,
    ):
        assert "build(input_shape)" in str(refusal_of(act))
    assert not hasattr(layer, "kernel")
    layer = Conv2D(2, 3, use_bias=False)
    layer.build((None, 9, 9, 1))
    assert "no weight bias" in str(refusal_of(lambda: setattr(layer, "bias", np.ones(2))))


@pytest.mark.parametrize("kind", LAYERS.values())
@pytest.mark.parametrize("size", [3, 300])
def test_the_gradient_is_that_of_the_weights_which_the_call_used(kind, size):
    required = {"filters": size, "kernel_size": 1}
    names = [name for name in required if name in kind.declared_arguments()]
    layer, twin = (
        kind(**{name: required[name] for name in names}, kernel_regularizer="l2", dtype="float64")
        if "kernel_regularizer" in kind.declared_arguments()
        else kind(**{name: required[name] for name in names}, dtype="float64")
        for _ in range(2)
    )
    x = np.random.default_rng(1).normal(size=(1, *(3,) * kind.rank, size))
    layer.build(x.shape)
    twin.build(x.shape)
    twin.set_weights(layer.get_weights())
    y, _ = layer(x), twin(x)
    layer.set_weights([np.full(weight.shape, 5.0) for weight in layer.weights])
    assert_close(layer.backward(y), twin.backward(y), FLOAT64)
    for own, expected in zip(layer.gradients, twin.gradients, strict=True):
        assert_close(own, expected, FLOAT64)


def test_weights_changed_in_place_count_as_they_were_or_are_refused():
    small, large = Conv2D(1, 1, kernel_initializer="ones"), Conv2D(300, 1)
    small(np.full((1, 1, 1, 1), 3.0))
    small.kernel[...] = 5
    assert small.backward(np.ones((1, 1, 1, 1))).item() == 1
    y = large(np.ones((1, 1, 1, 300)))
    large.kernel *= 2
    assert "changed in place" in str(refusal_of(lambda: large.backward(y)))
    large(np.ones((1, 1, 1, 300)))
    large.backward(y)


# Inputs


def test_a_masked_input_is_refused_and_one_without_a_masked_element_taken():
    x = np.ma.masked_equal(np.array([1.0, 999.0, 2.0]).reshape(1, 3, 1), 999)
    layer = Conv1D(1, 3, kernel_initializer="ones")
    assert "masked" in str(refusal_of(lambda: layer(x)))
    assert layer(x.filled(0)).item() == 3
    assert layer(np.ma.masked_equal(np.ones((1, 3, 1)), 999)).item() == 3


class Tensor:
    """As far as a layer sees one: it gives its numbers only once it is detached."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def detach(self):
        return self

    def cpu(self):
        return np.full((1, 3, 1), 2.0)


class Lost(Tensor):
    def detach(self):
        raise RuntimeError("on another device")


class Odd:
    def __array__(self, dtype=None, copy=None):
        raise TypeError("an unknown number format")

    def float(self):
        return Unreadable()


class Unreadable:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("on another device")


def test_a_tensor_with_a_history_is_taken_for_its_numbers():
    assert Conv1D(1, 3, kernel_initializer="ones")(Tensor()).item() == 6


@pytest.mark.parametrize("kind", [Unreadable, Lost, Odd])
def test_what_cannot_be_read_is_refused_with_the_reason(kind):
    error = refusal_of(lambda: Conv1D(1, 3)(kind()))
    assert kind.__name__ in str(error) and "on another device" in str(error)


def test_a_call_takes_training_as_keras_does():
    x = np.ones((1, 3, 1))
    layer = Conv1D(1, 3)
    np.testing.assert_array_equal(layer(x, training=True), layer(x))


def test_numbers_of_sixteen_bits_that_numpy_does_not_know_are_taken_as_float32():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    assert Conv1D(1, 3, kernel_initializer="ones")(np.ones((1, 3, 1), bfloat16)).item() == 3


# Configurations of Keras


def test_an_old_config_is_understood():
    own = DepthwiseConv2D(3, name="old").get_config()
    old = {**own, "groups": 1, "batch_input_shape": (None, 9, 9, 3)}
    assert DepthwiseConv2D.from_config(old).get_config() == own
    error = refusal_of(lambda: DepthwiseConv2D.from_config({**old, "groups": 2}))
    assert error.choices == ({"groups": OMIT},)


@pytest.mark.parametrize("config", [None, 5, "Conv2D", [("filters", 3)], {1: 2}])
def test_what_is_no_config_is_refused_in_words(config):
    assert "config must" in str(refusal_of(lambda: Conv2D.from_config(config)))


def test_a_mixed_policy_changes_neither_shapes_nor_counts():
    own = Conv2D(2, 3, name="mixed").get_config()
    for name in ("mixed_float16", "mixed_bfloat16"):
        config = {**own, "dtype": {"class_name": "DTypePolicy", "config": {"name": name}}}
        assert Conv2D.from_config(config).get_config() == own
        assert explain(("Conv2D", config), (1, 5, 5, 1)).parameters == 20


@pytest.mark.parametrize(("name", "bytes_each"), [("float16", 2), ("bfloat16", 2), ("float64", 8)])
def test_explain_takes_every_precision_of_keras_and_counts_its_bytes(name, bytes_each):
    pair = ("Conv2D", {"filters": 2, "kernel_size": 3, "dtype": name})
    record = explain(pair, (1, 5, 5, 1))
    assert record.parameters == 20 and record.bytes.weights == 20 * bytes_each


def test_lora_adds_a_product_of_two_thin_matrices_to_a_kernel_that_stays():
    config = Conv2D(4, (2, 3), groups=2, kernel_regularizer="l2", dtype="float64").get_config()
    layer = Conv2D.from_config({**config, "lora_rank": 3, "lora_alpha": 6})
    plain = Conv2D(4, (2, 3), groups=2, dtype="float64")
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, 5, 6, 4))
    plain.build(x.shape)
    first_output = layer(x)
    assert layer.count_params() == 4 * 2 * 6 + 4 + 12 * 3 + 3 * 4
    assert explain(layer, x.shape).parameters == layer.count_params()
    plain.set_weights(layer.get_weights()[:2])
    assert_close(first_output, plain(x), FLOAT64)  # b begins as zeros
    layer.set_weights([rng.normal(size=weight.shape) for weight in layer.weights])
    kernel, bias, a, b = layer.get_weights()
    product = sum(a[..., r, None] * b[r] for r in range(3))
    plain.set_weights([kernel + 2 * product, bias])
    y, dy = layer(x), rng.normal(size=(2, 4, 4, 4))
    assert_close(y, plain(x), FLOAT64)
    assert_close(layer.backward(dy), plain.backward(dy), FLOAT64)
    dkernel = plain.gradients[0]
    expected_a = np.array([[(dkernel[..., f] * 2 * b[r, f]) for f in range(4)] for r in range(3)])
    da = expected_a.sum(axis=1).transpose(1, 2, 3, 0) + 0.02 * a
    db = np.array([[2 * (a[..., r] * dkernel[..., f]).sum() for f in range(4)] for r in range(3)])
    assert_close(layer.gradients[2], da, FLOAT64)
    assert_close(layer.gradients[3], db + 0.02 * b, FLOAT64)
    assert [weight is kept for weight, kept in zip(layer.trainable_weights, layer.weights[1:],
                                                   strict=True)] == [True] * 3  # fmt: skip
    assert len(layer.losses) == 2


def test_lora_and_a_constraint_on_the_kernel_exclude_each_other():
    given = {"filters": 2, "kernel_size": 3, "lora_rank": 2, "kernel_constraint": "non_neg"}
    error = refusal_of(lambda: Conv2D(**given))
    assert len(error.choices) == 2
    for choice in error.choices:
        Conv2D(**{**given, **choice})


def test_the_fourier_initializer_makes_cosines_under_a_window():
    made = initializers.STFT("imag", window=[1.0, 2.0, 1.0, 0.0], scaling=None)((4, 1, 3))
    sines = [[-np.sin(2 * np.pi * t * f / 4) * w for f in range(3)]
             for t, w in enumerate([1, 2, 1, 0])]  # fmt: skip
    assert_close(made[:, 0], np.array(sines, "float32"), 1e-6)
    hann = initializers.STFT()((5, 1, 2))[:, 0, 0]
    assert_close(hann, np.array([0, 0.5, 1, 0.5, 0], "float32") / np.sqrt(1.5), 1e-6)
    assert Conv1D(3, 8, kernel_initializer="stft")(np.ones((1, 9, 1))).shape == (1, 2, 3)
    assert "frequencies" in str(
        refusal_of(lambda: Conv2D(3, 8, kernel_initializer="stft")(np.ones((1, 9, 9, 1))))
    )


# Activations


@pytest.mark.parametrize(
    ("name", "options", "values"),
    [
        ("LeakyReLU", {"negative_slope": 0.2}, [-0.4, 8.0]),
        ("LeakyReLU", {}, [-0.6, 8.0]),
        ("LeakyReLU", {"alpha": 0.5}, [-1.0, 8.0]),
        ("ReLU", {"max_value": 6}, [0.0, 6.0]),
        ("ReLU", {"negative_slope": 0.1, "max_value": 6.0, "threshold": 1.0}, [-0.3, 6.0]),
        ("ELU", {"alpha": 2.0}, [2 * np.expm1(-2), 8.0]),
        ("Activation", {"activation": "relu"}, [0.0, 8.0]),
    ],
)
def test_an_activation_layer_of_keras_is_taken_for_its_function(name, options, values):
    described = {"module": "keras.layers", "class_name": name, "config": options}
    layer = Conv1D(1, 1, activation=described, kernel_initializer="ones", dtype="float64")
    x = np.array([-2.0, 8.0]).reshape(1, 2, 1)
    assert_close(layer(x).ravel(), np.array(values), FLOAT64)
    twin = Conv1D.from_config(layer.get_config())
    twin.build(x.shape)
    twin.set_weights(layer.get_weights())
    assert_close(twin(x), layer(x), FLOAT64)
    layer.backward(np.ones((1, 2, 1)))


def test_an_activation_layer_with_weights_of_its_own_is_refused_at_the_constructor():
    config = {"module": "keras.layers", "class_name": "PReLU", "config": {}}
    assert "'relu'" in str(refusal_of(lambda: Conv2D(1, 3, activation=config)))


def keras_object(kind, name, config):
    """An object as another library would make it: its module says where it comes from."""
    made = type(name, (), {"get_config": lambda self: config, "__call__": lambda self, *_: 1 / 0})
    made.__module__ = f"keras.src.{kind}"
    return made()


def test_objects_of_keras_are_taken_by_their_names():
    def relu(z):
        return 1 / 0

    relu.__module__ = "keras.src.activations.activations"
    layer = Conv2D(
        2,
        3,
        activation=relu,
        kernel_regularizer=keras_object("regularizers", "L2", {"l2": 0.5}),
        kernel_initializer=keras_object("initializers", "Constant", {"value": 2.0}),
        kernel_constraint=keras_object("constraints", "NonNeg", {}),
    )
    assert layer(np.ones((1, 3, 3, 1))).ravel().tolist() == [18, 18]
    assert layer.losses == [36]
    layer.backward(np.ones((1, 1, 1, 2)))
    leaky = keras_object("layers", "LeakyReLU", {"negative_slope": 0.2})
    assert Conv2D(1, 3, activation=leaky).activation.name == "leaky_relu"


def test_glu_halves_what_explain_says_and_an_odd_number_is_refused():
    for data_format, shape in (("channels_last", (1, 7, 8, 3)), ("channels_first", (1, 3, 7, 8))):
        layer = Conv2D(4, 3, activation="glu", data_format=data_format)
        assert explain(layer, shape).output_shape == layer(np.ones(shape)).shape
    stack = explain([Conv2D(4, 3, activation="glu"), Conv2D(1, 3)], (1, 9, 9, 3))
    assert stack.layers[1].input_shape == (1, 7, 7, 2)
    odd = explain(Conv2D(3, 3, activation="glu"), (1, 9, 9, 3))
    assert isinstance(odd, Refusal)
    assert [dict(c.changes) for c in odd.choices][:2] == [{"filters": 4}, {"filters": 2}]
    depthwise = explain(DepthwiseConv2D(3, activation="glu"), (1, 9, 9, 3))
    assert dict(depthwise.choices[0].changes) == {"depth_multiplier": 2}


@pytest.mark.parametrize("function", [lambda z: None, lambda z: "text", lambda z: z[..., 0]])
def test_an_activation_that_returns_no_such_array_is_named(function):
    error = refusal_of(lambda: Conv2D(1, 3, activation=function)(np.ones((1, 5, 5, 1))))
    assert "<lambda>" in str(error)


# Code


def test_code_says_in_a_comment_what_it_cannot_write():
    layer = Conv2D(1, 3, kernel_initializer=np.ones((3, 3, 1, 1)), activation=np.tanh)
    call, comment = explain(layer, (1, 5, 5, 1)).code.split("  # ")
    assert call == "keras.layers.Conv2D(filters=1, kernel_size=(3, 3))"
    assert "activation (tanh)" in comment and "kernel_initializer (array (3, 3, 1, 1))" in comment
    with convlab.use_language("zh_TW"):
        assert "寫不出來" in explain(layer, (1, 5, 5, 1)).code


ODD_OBJECTS = [
    np.tanh,
    lambda z: z,
    np.ones((3, 3, 1, 1)),
    type("Own", (), {"__call__": lambda self, *_, **__: 1.0})(),
    type("Broken", (), {"__call__": lambda self, *_, **__: 1.0, "get_config": lambda self: None})(),
    initializers.RandomNormal(seed=convlab.initializers.SeedGenerator(3)),
    float("nan"),
]


@pytest.mark.parametrize("thing", ODD_OBJECTS)
@pytest.mark.parametrize("argument", ["activation", "kernel_initializer", "bias_regularizer",
                                      "kernel_constraint", "activity_regularizer"])  # fmt: skip
def test_code_is_python_whatever_object_an_argument_is(argument, thing):
    try:
        layer = SeparableConv2D(1, 3, **{argument: thing})
    except errors.ConvlabError:
        return
    compile(explain(layer, (1, 5, 5, 1)).code, "code", "eval")


# Threads


def test_a_first_call_from_many_threads_builds_once():
    x = np.ones((1, 8, 8, 3), "float32")
    failed = []

    def call(layer):
        try:
            layer(x)
        except Exception as error:
            failed.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(60):
            layer = Conv2D(4, 3)
            threads = [threading.Thread(target=call, args=(layer,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(before)
    assert failed == []


def test_the_warning_about_input_shape_points_at_the_callers_line():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Conv2D(1, 3, input_shape=(8, 8, 1))
    assert [warning.filename for warning in caught] == [__file__]
