"""What companions promise besides Keras' numbers: gradients, windows, words, arrays left alone."""

import re

import numpy as np
import pytest

import convlab
from convlab import (
    Add,
    AveragePooling1D,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    InputLayer,
    LayerNormalization,
    LayerScale,
    MaxPooling2D,
    Multiply,
    Normalization,
    Permute,
    PReLU,
    ReLU,
    Rescaling,
    Reshape,
    Softmax,
    UpSampling2D,
    ZeroPadding2D,
    use_language,
)
from convlab.companions import COMPANIONS, Companion
from convlab.errors import OMIT, ConvlabError, DTypeError, ShapeError, StateError
from convlab.geometry.fields import ReceptiveField
from convlab.layers import CONVOLUTIONS, LAYERS
from tools.keras.companions import COUNTS, draw

IMAGE = np.random.default_rng(0).normal(size=(2, 6, 7, 3))


def random_layer(name, number):
    """A built layer of random arguments in float64, with random weights, and its input."""
    arguments, shape, _, _ = draw(name, number)
    given = {key: value for key, value in arguments.items() if key != "dtype"}
    layer, random = COMPANIONS[name](**given, dtype="float64"), np.random.default_rng(number)
    layer.build(shape)
    layer.set_weights([np.abs(random.normal(size=w.shape)) + 0.1 for w in layer.weights])
    merged = isinstance(shape, list)
    x = [random.normal(size=each) for each in shape] if merged else random.normal(size=shape)
    return layer, x


@pytest.mark.parametrize("name", COUNTS)
def test_the_gradients_are_the_adjoint_of_the_derivative(name):
    """<J v, g> = <v, J' g> for a random direction v of every input and every weight."""
    for number in range(6):
        layer, x = random_layer(name, number)
        random, listed = np.random.default_rng(1), x if isinstance(x, list) else [x]
        g = random.normal(size=layer(x).shape)

        def objective(layer=layer, x=x, g=g):
            return (layer(x) * g).sum() + sum(layer.losses)

        dx = layer.backward(g)
        gradients = [*(dx if isinstance(x, list) else [dx]), *layer.gradients]
        values = [*listed, *layer.weights]
        if name == "Normalization":  # Its statistics are measured, not learned.
            gradients, values = gradients[:1], values[:1]
        for value, gradient in zip(values, gradients, strict=True):
            assert gradient.shape == value.shape
            v, step = random.normal(size=value.shape), 1e-6
            value += step * v
            ahead = objective()
            value -= 2 * step * v
            behind = objective()
            value += step * v
            slope = (ahead - behind) / (2 * step)
            assert slope == pytest.approx((v * gradient).sum(), rel=1e-5, abs=1e-6), repr(layer)


def test_at_the_corner_of_a_prelu_the_gradient_is_0_as_in_keras_on_jax():
    layer = PReLU("ones")
    layer(np.array([[-1.0, 0.0, 1.0]]))
    assert layer.backward(np.ones((1, 3))).tolist() == [[1.0, 0.0, 1.0]]


SLIDING = [name for name in COUNTS if re.search(r"Pool|Padding|Cropping|UpSampling", name)]


@pytest.mark.parametrize("name", SLIDING)
def test_an_output_depends_on_the_inputs_under_its_window_and_on_no_others(name):
    for number in range(6):
        layer, x = random_layer(name, number)
        x, dy = x[:1], layer(x[:1]) * 0
        at = np.random.default_rng(number).integers(0, dy.shape)
        dy[tuple(at)] = 1
        layer.activity_regularizer = None
        layer(x)
        touched = np.moveaxis(layer.backward(dy), 1, -1) if first(layer) else layer.backward(dy)
        places = [*at[2:], at[1]] if first(layer) else at[1:]
        unders = []
        for direction, axis in enumerate(layer.axes(x.shape)):
            output = 0 if axis.output_size == 1 else int(places[direction])
            unders.append({place for place in axis.sources(output) if place is not None})
        found = [set(each.tolist()) for each in np.nonzero(touched)[1:-1]]
        assert all(each <= under for each, under in zip(found, unders, strict=True)), repr(layer)
        if all(unders) and not name.startswith(("Max", "GlobalMax")):
            assert found == unders, repr(layer)


def first(layer):
    return layer.data_format == "channels_first"


# One place in a network


def field_of(layers, shape):
    fields = [ReceptiveField()] * 2
    for layer in layers:
        conv = isinstance(layer, convlab.Layer)
        axes = layer.geometry(shape).stages[0].axes if conv else layer.axes(shape)
        fields = [field.through(axis) for field, axis in zip(fields, axes, strict=True)]
        shape = layer.compute_output_shape(shape)
    return fields[0]


def test_vgg16_sees_212_pixels_at_a_stride_of_32_with_pooling_counted():
    layers = []
    for convolutions in (2, 2, 3, 3, 3):
        layers += [Conv2D(1, 3, padding="same")] * convolutions + [MaxPooling2D()]
    field = field_of(layers, (None, 224, 224, 1))
    assert (field.size, field.jump, field.start) == (212, 32, -90)


def test_a_global_pooling_sees_all_of_a_size_as_far_as_it_is_known():
    height, width = GlobalAveragePooling2D().axes((None, 5, None, 3))
    assert (height.effective_kernel, height.output_size, width) == (5, 1, None)


def test_padding_then_valid_sees_what_padding_inside_the_layer_sees():
    apart = [ZeroPadding2D(((1, 0), (2, 1))), Conv2D(1, (2, 4))]
    assert field_of(apart, (None, 8, 9, 1)).start == -1
    assert field_of([*apart, Cropping2D(((2, 1), (0, 0)))], (None, 8, 9, 1)).start == 1
    assert field_of([UpSampling2D(2)], (None, 8, 9, 1)).jump == 0.5


def network():
    return [
        Conv2D(4, 3, padding="same"),
        BatchNormalization(),
        ReLU(),
        MaxPooling2D(),
        ZeroPadding2D(1),
        Conv2D(4, 3),
        AveragePooling2D(2, padding="same"),
        Flatten(),
        Dense(2, activation="softmax"),
    ]


def test_a_network_with_pooling_learns_to_tell_stripes_from_rows():
    convlab.set_random_seed(1)
    random, layers = np.random.default_rng(2), network()
    stripes = np.tile([0.0, 1.0], (32, 8, 4)) + 0.3 * random.normal(size=(32, 8, 8))
    x = np.concatenate([stripes, stripes.swapaxes(1, 2)])[..., None]
    wanted = np.eye(2)[[0] * 32 + [1] * 32]
    losses = []
    for _ in range(40):
        y = x
        for layer in layers:
            y = layer(y)
        losses.append(-np.log((y * wanted).sum(axis=1)).mean())
        dy = -wanted / y / len(x)
        for layer in reversed(layers):
            dy = layer.backward(dy)
            every = zip(layer.weights, layer.gradients, strict=True)
            trained = {id(weight) for weight in layer.trainable_weights}
            for weight, gradient in every:
                weight -= 0.2 * gradient * (id(weight) in trained)
    assert losses[-1] < 0.1 < 0.5 < losses[0]


def test_costs_count_products_with_a_factor_of_the_layer():
    shape = (None, 6, 7, 3)
    assert Dense(5).multiply_adds(shape) == 6 * 7 * 3 * 5
    assert Dense(5).multiply_adds((None, None, 3)) is None
    assert BatchNormalization().multiply_adds(shape) == LayerScale(1, 3).multiply_adds(shape) == 126
    assert MaxPooling2D().multiply_adds(shape) == ReLU().multiply_adds(shape) == 0


def test_dense_with_lora_is_dense_with_the_product_added_to_its_kernel():
    layer, x = Dense(4, lora_rank=2, lora_alpha=6, dtype="float64"), IMAGE.astype("float64")
    layer.build(x.shape)
    random = np.random.default_rng(5)
    layer.set_weights([random.normal(size=weight.shape) for weight in layer.weights])
    plain = Dense(4, dtype="float64")
    plain.build(x.shape)
    kernel, bias, first, second = layer.get_weights()
    plain.set_weights([kernel + 3 * first @ second, bias])
    np.testing.assert_allclose(layer(x), plain(x), atol=1e-12)
    dy = random.normal(size=(2, 6, 7, 4))
    np.testing.assert_allclose(layer.backward(dy), plain.backward(dy), atol=1e-12)
    dkernel = plain.gradients[0]
    wanted = [*plain.gradients, 3 * dkernel @ second.T, 3 * first.T @ dkernel]
    for found, right in zip(layer.gradients, wanted, strict=True):
        np.testing.assert_allclose(found, right, atol=1e-12)
    assert [weight.shape for weight in layer.non_trainable_weights] == [(3, 4)]


# Arrays, state, registries


@pytest.mark.parametrize("name", COUNTS)
def test_changing_an_output_leaves_the_input_as_it_was(name):
    layer, x = random_layer(name, 0)
    listed = x if isinstance(x, list) else [x]
    kept = [each.copy() for each in listed]
    y = layer(x)
    if y.flags.writeable:
        y[...] = 99
    for each, before in zip(listed, kept, strict=True):
        np.testing.assert_array_equal(each, before)


def test_every_companion_is_loaded_on_first_use_by_its_name_in_the_package():
    assert tuple(COMPANIONS) == convlab._COMPANIONS
    for name, kind in COMPANIONS.items():
        assert getattr(convlab, name) is kind and name in convlab.__all__ and issubclass(
            kind, Companion
        )  # fmt: skip


def test_widgets_have_the_five_layers_explanations_all_eight_and_companions_stand_apart():
    assert [*CONVOLUTIONS][:5] == [*LAYERS] and len(CONVOLUTIONS) == 8
    assert not {*CONVOLUTIONS} & {*COMPANIONS}
    assert not any(issubclass(kind, convlab.Layer) for kind in COMPANIONS.values())


def test_what_shows_convolutions_refuses_a_companion_in_words():
    for show in (convlab.coverage_map, convlab.matrix_map):
        with pytest.raises(ConvlabError, match="MaxPooling2D"):
            show(MaxPooling2D(), (None, 8, 8, 1))


def test_a_built_layer_takes_no_input_that_its_weights_do_not_fit():
    for layer in (Dense(2), BatchNormalization(), PReLU(shared_axes=[1]), LayerNormalization()):
        layer.build((None, 6, 3))
        with pytest.raises(ShapeError, match="built with weights") as caught:
            layer(np.ones((1, 6, 4)))
        assert caught.value.choices == ({"input_shape": (None, 6, 3)},)
        assert layer.compute_output_shape((None, 9, 3))[1] == 9


@pytest.mark.parametrize("kind", [MaxPooling2D, AveragePooling2D])
def test_a_window_much_larger_than_the_input_is_pooled_over_what_there_is(kind):
    layer = kind(10**9, strides=3, padding="same")
    y = layer(IMAGE)
    whole = getattr(IMAGE, "max" if kind is MaxPooling2D else "mean")(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(y, np.broadcast_to(whole, (2, 2, 3, 3)), rtol=1e-6)
    assert layer.backward(np.ones(y.shape)).sum() == pytest.approx(y.size)


@pytest.mark.parametrize("kind", [MaxPooling2D, AveragePooling2D])
def test_a_batch_or_a_map_of_nothing_is_pooled_to_nothing(kind):
    for shape in ((0, 6, 7, 3), (2, 0, 7, 3)):
        layer = kind(2, padding="same")
        y = layer(np.ones(shape))
        assert y.size == 0 and layer.backward(y).shape == shape


def test_dropout_scales_what_it_keeps_and_its_gradient_goes_the_same_way():
    layer, x = Dropout(0.75, seed=3), np.ones((50, 40))
    assert layer(x).tolist() == x.tolist()
    y = layer(x, training=True)
    assert {*y.ravel().tolist()} == {0.0, 4.0} and 0.2 < (y > 0).mean() < 0.3
    np.testing.assert_array_equal(layer.backward(x), y)
    rows = Dropout(0.5, noise_shape=(None, 1), seed=3)(x, training=True)
    assert (rows == rows[:, :1]).all() and 0 < rows.mean() < 2


def test_batch_normalization_has_no_statistics_of_a_batch():
    with pytest.raises(StateError, match="training=True"):
        BatchNormalization()(IMAGE, training=True)
    assert BatchNormalization(trainable=False)(IMAGE, training=True).shape == IMAGE.shape


def test_the_moving_statistics_are_not_trained():
    layer = BatchNormalization()
    layer.build(IMAGE.shape)
    assert [len(layer.trainable_weights), len(layer.non_trainable_weights)] == [2, 2]


def test_an_adapted_normalization_gives_mean_0_and_variance_1():
    layer = Normalization(dtype="float64")
    layer.adapt(3 * IMAGE + 7)
    y = layer(3 * IMAGE + 7)
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=(0, 1, 2)), 1, atol=1e-12)


@pytest.mark.parametrize(
    "made",
    [
        InputLayer((8, 9, 1), batch_size=4),
        InputLayer(batch_shape=(4, 8, 9, 1)),
        InputLayer.from_config({"batch_input_shape": [4, 8, 9, 1], "sparse": False}),
    ],
)
def test_an_input_layer_says_what_a_network_begins_with(made):
    assert made.batch_shape == (4, 8, 9, 1)
    assert InputLayer.from_config(made.get_config()).batch_shape == made.batch_shape
    with pytest.raises(ShapeError, match=r"begins with inputs of shape \(4, 8, 9, 1\)"):
        made.compute_output_shape((4, 8, 8, 1))


# Words


REFUSED = [
    (MaxPooling2D, {"pool_size": 0}, {"pool_size": (1, 1)}),
    (MaxPooling2D, {"padding": "causal"}, {"padding": "valid"}),
    (MaxPooling2D, {"stride": 2}, {"strides": 2, "stride": OMIT}),
    (AveragePooling1D, {}, {"pool_size": (1,)}),
    (ZeroPadding2D, {"padding": -1}, {"padding": ((0, 0), (0, 0))}),
    (ZeroPadding2D, {"padding": (1, 2, 3)}, {"padding": ((1, 1), (2, 2))}),
    (ZeroPadding2D, {"padding": "same"}, {"padding": ((1, 1), (1, 1))}),
    (Cropping2D, {"cropping": ((1, 2), (3, -4))}, {"cropping": ((1, 2), (3, 0))}),
    (UpSampling2D, {"interpolation": "bicubic"}, {"interpolation": "nearest"}),
    (Reshape, {"target_shape": (-1, -1)}, {"target_shape": (0, 0)}),
    (Dense, {"units": 2.5}, {"units": 2}),
    (Dense, {"units": 2, "lora_rank": 0}, {"lora_rank": 1}),
    (BatchNormalization, {"renorm": True}, {"renorm": False}),
    (BatchNormalization, {"axis": "channels"}, {"axis": -1}),
    (LayerNormalization, {"axis": [1, 1]}, {"axis": [1]}),
    (ReLU, {"max_value": -1}, {"max_value": 0.0}),
    (Dropout, {"rate": 1.5}, {"rate": 1.0}),
    (PReLU, {"shared_axes": [0, 1]}, {"shared_axes": [1]}),
    (Rescaling, {"scale": "1/255"}, {"scale": 1.0}),
]


@pytest.mark.parametrize(("kind", "given", "best"), REFUSED)
def test_a_bad_argument_is_refused_with_the_nearest_that_works(kind, given, best):
    with pytest.raises(ConvlabError) as caught:
        kind(**given)
    assert caught.value.choices[0] == best
    for language in ("en", "zh_TW"):
        with use_language(language):
            assert str(caught.value.parameters["argument"]) in str(caught.value)
    kind(**{key: value for key, value in {**given, **best}.items() if value is not OMIT})


UNFIT = [
    (
        MaxPooling2D(3),
        (1, 2, 5, 1),
        "height axis, a window of 3 .* window of at most 2",
        {"pool_size": (2, 3)},
    ),
    (Cropping2D(2), (1, 9, 4, 1), r"width axis, cropping \(2, 2\)", {"cropping": ((2, 2), (2, 1))}),
    (GlobalAveragePooling2D(), (1, 0, 4, 1), "no position", {"input_shape": (1, 1, 4, 1)}),
    (Reshape((4, 4)), (None, 15), "15 numbers", {"target_shape": (-1,)}),
    (Permute((2, 1)), (None, 2, 3, 4), "3 axes", {"dims": (1, 2, 3)}),
    (Softmax(3), (None, 5), r"no axis", {"axis": -1}),
    (Dense(2), (None, None), "axis 1 decides", {"input_shape": (None, 1)}),
    (Add(), [(1, 2), (1, 3)], "do not go together", {"input_shape": [(1, 2), (1, 2)]}),
    (Multiply(), [(1, 2), (2, 2)], "do not go together", {"input_shape": [(1, 2), (1, 2)]}),
    (Concatenate(), [(1, 2, 3), (1, 3, 3)], "together", {"input_shape": [(1, 2, 3), (1, 2, 3)]}),
]


@pytest.mark.parametrize(("layer", "shape", "words", "best"), UNFIT)
def test_a_shape_that_does_not_fit_is_refused_with_what_would(layer, shape, words, best):
    with pytest.raises(ShapeError, match=words) as caught:
        layer.build(shape)
    assert caught.value.choices[0] == best


@pytest.mark.parametrize("x", [IMAGE, [], None, "x", 3])
def test_a_merge_takes_a_list_of_arrays(x):
    with pytest.raises(DTypeError, match="list of one or more arrays"):
        Add()(x)


def test_an_array_without_its_batch_is_refused_as_by_a_convolution():
    with pytest.raises(ShapeError, match="add the batch axis"):
        MaxPooling2D()(IMAGE[0])
