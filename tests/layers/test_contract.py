"""What a layer promises besides its numbers: weights, config, state, arrays left alone."""

import inspect
import pickle
import tracemalloc

import numpy as np
import pytest

import convlab
from convlab import (
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)

LAYERS = {
    "Conv1D": (Conv1D(4, 3), (2, 9, 3)),
    "Conv2D": (Conv2D(4, (3, 2)), (2, 9, 7, 3)),
    "DepthwiseConv2D": (DepthwiseConv2D((3, 2), depth_multiplier=2), (2, 9, 7, 3)),
    "SeparableConv2D": (SeparableConv2D(4, (3, 2), depth_multiplier=2), (2, 9, 7, 3)),
    "Conv2DTranspose": (Conv2DTranspose(4, (3, 2), strides=(2, 1)), (2, 9, 7, 3)),
    "DepthwiseConv1D": (DepthwiseConv1D(3, depth_multiplier=2), (2, 9, 3)),
    "SeparableConv1D": (SeparableConv1D(4, 3, depth_multiplier=2), (2, 9, 3)),
    "Conv1DTranspose": (Conv1DTranspose(4, 3, strides=2), (2, 9, 3)),
}
SHAPES_OF_WEIGHTS = {
    "Conv1D": [(3, 3, 4), (4,)],
    "Conv2D": [(3, 2, 3, 4), (4,)],
    "DepthwiseConv2D": [(3, 2, 3, 2), (6,)],
    "SeparableConv2D": [(3, 2, 3, 2), (1, 1, 6, 4), (4,)],
    "Conv2DTranspose": [(3, 2, 4, 3), (4,)],
    "DepthwiseConv1D": [(3, 3, 2), (6,)],
    "SeparableConv1D": [(3, 3, 2), (1, 6, 4), (4,)],
    "Conv1DTranspose": [(3, 4, 3), (4,)],
}


def fresh(name, **more):
    layer, shape = LAYERS[name]
    config = {**layer.get_config(), "name": None, **more}
    return type(layer).from_config(config), np.random.default_rng(3).standard_normal(shape)


@pytest.fixture(params=LAYERS)
def name(request):
    return request.param


def test_weights_stand_in_keras_order_and_shape(name):
    layer, x = fresh(name)
    assert layer.weights == layer.get_weights() == []
    layer(x)
    assert [weight.shape for weight in layer.weights] == SHAPES_OF_WEIGHTS[name]
    assert layer.count_params() == sum(map(np.prod, SHAPES_OF_WEIGHTS[name]))


def test_a_layer_without_bias_has_no_bias(name):
    layer, x = fresh(name, use_bias=False)
    layer(x)
    assert layer.bias is None
    assert [weight.shape for weight in layer.weights] == SHAPES_OF_WEIGHTS[name][:-1]


def test_a_config_makes_a_layer_that_computes_the_same(name):
    layer, x = (
        fresh(name, activation="tanh", kernel_regularizer="l2")
        if name.startswith("Conv")
        else fresh(name, activation="tanh", depthwise_regularizer="l2")
    )
    y = layer(x)
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    again.build(x.shape)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(x), y)


def test_get_weights_hands_out_copies_and_weights_the_arrays_themselves(name):
    layer, x = fresh(name)
    y = layer(x)
    for copy in layer.get_weights():
        copy[...] = 0
    np.testing.assert_array_equal(layer(x), y)
    for weight in layer.weights:
        weight[...] = 0
    assert not layer(x).any()


def test_a_weight_is_set_by_copying_values_of_its_own_shape(name):
    layer, x = fresh(name)
    layer(x)
    first = layer.kernels[0][0]
    kernel = getattr(layer, first)
    setattr(layer, first, np.ones(kernel.shape))
    assert getattr(layer, first) is kernel
    assert kernel.min() == kernel.max() == 1
    with pytest.raises(convlab.errors.ShapeError, match="never broadcasts"):
        setattr(layer, first, np.ones(1))


def test_a_weight_is_no_attribute_before_build(name):
    layer, _ = fresh(name)
    for attribute in (layer.kernels[0][0], "bias"):
        with pytest.raises(AttributeError):
            getattr(layer, attribute)


def test_an_input_of_any_memory_layout_gives_the_same_numbers_and_stays_as_it_was(name):
    layer, x = fresh(name, dtype="float64")
    y = layer(x)
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]))
    wide[..., ::2] = x
    frozen = x.copy()
    frozen.flags.writeable = False
    for other in (np.asfortranarray(x), wide[..., ::2], x[::-1][::-1], frozen, x.astype(">f8")):
        np.testing.assert_allclose(layer(other), y, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(other, x)


def test_a_gradient_of_any_memory_layout_gives_the_same_numbers_and_stays_as_it_was(name):
    layer, x = fresh(name, dtype="float64")
    g = np.random.default_rng(4).standard_normal(layer(x).shape)
    dx = layer.backward(g)
    frozen = g.copy()
    frozen.flags.writeable = False
    for other in (np.asfortranarray(g), frozen):
        np.testing.assert_allclose(layer.backward(other), dx, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(other, g)


@pytest.mark.parametrize("kind", ["int8", "int64", "uint8", "bool", "float16", "float64"])
def test_real_numbers_of_any_kind_come_out_in_the_layer_s_dtype(name, kind):
    layer, x = fresh(name)
    numbers = (x > 0).astype(kind)
    y = layer(numbers)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, layer(numbers.astype("float32")))


def test_a_batch_of_none_computes_forward_and_backward(name):
    layer, x = fresh(name)
    y = layer(x[:0])
    assert len(y) == 0
    assert layer.backward(y).shape == x[:0].shape
    assert not any(gradient.any() for gradient in layer.gradients)


def test_spatial_sizes_may_change_from_call_to_call(name):
    layer, x = fresh(name)
    whole = layer(x)
    part = layer(x[:, :5])
    assert part.shape[1] < whole.shape[1]


def test_the_channel_count_is_fixed_by_the_first_build(name):
    layer, x = fresh(name)
    layer(x)
    with pytest.raises(convlab.errors.ShapeError, match="built for 3 channels"):
        layer(x[..., :2])


def test_a_pickled_layer_computes_the_same(name):
    layer, x = fresh(name)
    y = layer(x)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(layer))(x), y)


def test_backward_differentiates_the_last_call(name):
    layer, x = fresh(name)
    layer(x)
    y = layer(x[:1])
    assert layer.backward(y).shape == x[:1].shape
    with pytest.raises(convlab.errors.ShapeError, match="last output"):
        layer.backward(y[..., :1])


def test_what_comes_too_early_says_what_to_do_first(name):
    layer, _ = fresh(name)
    with pytest.raises(convlab.errors.StateError, match="count_params"):
        layer.count_params()
    with pytest.raises(convlab.errors.StateError, match="call it on an input first"):
        layer.backward(np.ones((1, 2)))


def test_a_frozen_layer_has_weights_but_none_to_train_and_no_penalties(name):
    role = LAYERS[name][0].kernels[0][1]
    layer, x = fresh(name, **{f"{role}_regularizer": "l2"})
    layer(x)
    assert len(layer.losses) == 1
    assert len(layer.trainable_weights) == len(layer.weights)
    assert layer.non_trainable_weights == []
    layer.trainable = False
    assert layer.losses == layer.trainable_weights == []
    assert len(layer.non_trainable_weights) == len(layer.weights)


def test_penalties_are_part_of_what_is_differentiated(name):
    """Central differences of sum(y * g) + sum(losses), element by element."""
    role = LAYERS[name][0].kernels[0][1]
    penalties = {
        f"{role}_regularizer": "l2",
        "bias_regularizer": "l1",
        "activity_regularizer": "l2",
    }
    layer, x = fresh(name, dtype="float64", activation="tanh", **penalties)
    x = x[:, :4]
    g = np.random.default_rng(5).standard_normal(layer(x).shape)
    layer.bias += 0.25  # away from the kink of |b|

    def total():
        return (layer(x) * g).sum() + sum(layer.losses)

    total()
    dx = layer.backward(g)
    gradients = layer.gradients
    for value, gradient in zip([x, *layer.weights], [dx, *gradients], strict=True):
        for flat in range(0, value.size, 5):
            index = np.unravel_index(flat, value.shape)
            kept = value[index]
            value[index] = kept + 1e-5
            ahead = total()
            value[index] = kept - 1e-5
            behind = total()
            value[index] = kept
            assert (ahead - behind) / 2e-5 == pytest.approx(gradient[index], rel=1e-5, abs=1e-7)


def test_the_activity_penalty_is_an_average_over_the_batch_and_replaced_at_each_call():
    layer = Conv1D(1, 1, activity_regularizer="l2", kernel_initializer="ones", use_bias=False)
    layer(np.full((4, 3, 1), 2.0))
    assert layer.losses == [pytest.approx(0.01 * 4 * 3)]
    layer(np.full((2, 3, 1), 1.0))
    assert layer.losses == [pytest.approx(0.01 * 3)]


def test_constrain_projects_the_weights_and_leaves_the_others():
    layer = Conv2D(2, 2, kernel_constraint="non_neg")
    layer.build((None, 4, 4, 1))
    layer.set_weights([np.full((2, 2, 1, 2), -1.0), np.full(2, -1.0)])
    layer.constrain()
    assert not layer.kernel.any()
    assert layer.bias.tolist() == [-1, -1]


def test_names_are_counted_as_keras_counts_them():
    first = Conv2DTranspose(1, 1).name
    Conv2DTranspose(1, 1, name="mine")
    second = Conv2DTranspose(1, 1).name
    number = int(first.removeprefix("conv2d_transpose").lstrip("_") or 0)
    assert second == f"conv2d_transpose_{number + 1}"


def test_an_argument_of_old_keras_is_warned_of_and_not_used():
    with pytest.warns(UserWarning, match="input_shape is not used"):
        layer = Conv2D(1, 3, input_shape=(9, 9, 3))
    assert "input_shape" not in layer.get_config()


def test_repr_shows_what_differs_from_the_defaults():
    assert repr(Conv2D(8, 3, padding="SAME")) == (
        "Conv2D(filters=8, kernel_size=(3, 3), padding='same')"
    )


def test_every_layer_writes_its_signature_out():
    for layer, _ in LAYERS.values():
        parameters = inspect.signature(type(layer)).parameters
        assert set(layer.get_config()) == {*parameters, "name", "trainable", "dtype"} - {"base"}


def test_a_large_call_takes_less_extra_memory_than_its_input_and_output():
    layer = Conv2D(8, 5, padding="same")
    x = np.ones((1, 512, 600, 3), "float32")
    layer(x[:, :64])
    tracemalloc.start()
    y = layer(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - y.nbytes < x.nbytes + y.nbytes


def test_the_two_inner_products_of_a_column_differ_by_the_flip():
    """TRAPS 5: a cross-correlation, not a convolution."""
    x = np.array([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]).reshape(1, 5, 2, 1)
    layer = Conv2D(1, (2, 1), use_bias=False)
    layer.build(x.shape)
    layer.kernel = np.array([1, 2]).reshape(2, 1, 1, 1)
    assert layer(x)[0, :, 0, 0].tolist() == [4, 10, 16, 22]
    layer.kernel = layer.kernel[::-1].copy()
    assert layer(x)[0, :, 0, 0].tolist() == [2, 8, 14, 20]


def test_repr_shows_functions_that_have_no_config():
    def twice(shape, dtype=None):
        return np.full(shape, 2.0, dtype)

    assert "twice" in repr(Conv2D(8, 3, kernel_initializer=twice))
