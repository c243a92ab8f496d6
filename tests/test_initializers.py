"""Initializers: exact values, bounds and moments, seeds, configurations, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convlab import initializers, use_language
from convlab.errors import ArgumentError, DTypeError, ShapeError
from convlab.random import SeedGenerator, fresh_seed, set_random_seed
from tests.tolerances import FLOAT32, FLOAT64, assert_close

SEEDED = [
    initializers.GlorotNormal,
    initializers.GlorotUniform,
    initializers.HeNormal,
    initializers.HeUniform,
    initializers.LecunNormal,
    initializers.LecunUniform,
    initializers.Orthogonal,
    initializers.RandomNormal,
    initializers.RandomUniform,
    initializers.TruncatedNormal,
    initializers.VarianceScaling,
]
UNSEEDED = [initializers.Constant, initializers.Ones, initializers.Zeros]
each_seeded = pytest.mark.parametrize("kind", SEEDED)

KERNEL = (5, 3, 40, 60)
FAN_IN, FAN_OUT = 5 * 3 * 40, 5 * 3 * 60


@pytest.mark.parametrize("kind", SEEDED + UNSEEDED)
@pytest.mark.parametrize("dtype", [None, "float16", "float32", "float64", np.float64])
def test_the_array_is_fresh_and_of_the_dtype_asked_for(kind, dtype):
    init = kind()
    first, second = init((3, 2, 4, 5), dtype), init([3, 2, 4, 5], dtype=dtype)
    assert first.dtype == (dtype or "float32")
    assert first.shape == second.shape == (3, 2, 4, 5)
    assert first.flags.writeable
    assert not np.shares_memory(first, second)


@pytest.mark.parametrize("dtype", ["int32", "bool"])
def test_constants_may_be_integers(dtype):
    assert initializers.Ones()((2,), dtype).dtype == dtype
    assert initializers.Constant(3)((2,), "int32").tolist() == [3, 3]


def test_a_constant_array_is_repeated_over_the_axes_that_it_lacks():
    assert initializers.Constant([1, 2])((2, 2)).tolist() == [[1, 2], [1, 2]]


def test_identity_is_scaled_and_may_be_oblong():
    assert initializers.Identity(3)((2, 3)).tolist() == [[3, 0, 0], [0, 3, 0]]


# Seeds.


@each_seeded
def test_an_integer_seed_gives_the_same_weights_every_time(kind):
    init = kind(seed=11)
    again = kind.from_config(init.get_config())
    np.testing.assert_array_equal(init((3, 2, 4)), init((3, 2, 4)))
    np.testing.assert_array_equal(init((3, 2, 4)), again((3, 2, 4)))
    assert (kind(seed=12)((3, 2, 4)) != init((3, 2, 4))).any()


@each_seeded
def test_both_precisions_get_the_same_weights(kind):
    init = kind(seed=11)
    np.testing.assert_array_equal(init((3, 4)), init((3, 4), "float64").astype("float32"))


@each_seeded
def test_without_a_seed_each_initializer_differs_but_repeats_itself(kind):
    first, second = kind(), kind()
    np.testing.assert_array_equal(first((3, 2, 4)), first((3, 2, 4)))
    assert (first((3, 2, 4)) != second((3, 2, 4))).any()


@each_seeded
def test_the_global_seed_repeats_what_has_none(kind):
    set_random_seed(3)
    first = [kind()((2, 3)), kind()((2, 3))]
    set_random_seed(3)
    np.testing.assert_array_equal(first, [kind()((2, 3)), kind()((2, 3))])
    set_random_seed(4)
    assert (kind()((2, 3)) != first[0]).any()


@each_seeded
def test_a_seed_generator_gives_new_weights_at_every_call(kind):
    init = kind(seed=SeedGenerator(5))
    first, second = init((2, 3)), init((2, 3))
    assert (first != second).any()
    np.testing.assert_array_equal(kind(seed=SeedGenerator(5))((2, 3)), first)


def test_an_unseeded_generator_follows_the_global_seed():
    set_random_seed(3)
    first = SeedGenerator().next()
    set_random_seed(3)
    assert SeedGenerator().next() == first


def test_the_global_seed_is_given_back_to_chance():
    set_random_seed(3)
    seeds = {fresh_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert all(1 <= seed < 2**32 for seed in seeds)


# Distributions: a seed is fixed, and the bounds are several standard errors wide.


def moments(init, shape=(200, 500)):
    weights = init(shape, "float64")
    return weights.mean(), weights.std(), weights


def test_a_normal_has_its_mean_and_deviation():
    mean, deviation, weights = moments(initializers.RandomNormal(2.0, 0.5, seed=1))
    assert mean == pytest.approx(2.0, abs=0.01)
    assert deviation == pytest.approx(0.5, abs=0.01)
    assert np.abs(weights - 2).max() > 3 * 0.5


def test_a_truncated_normal_ends_at_two_deviations_and_is_not_widened():
    mean, deviation, weights = moments(initializers.TruncatedNormal(2.0, 0.5, seed=1))
    assert mean == pytest.approx(2.0, abs=0.01)
    assert deviation == pytest.approx(0.5 * 0.8796, abs=0.005)
    assert 1.9 * 0.5 < np.abs(weights - 2).max() <= 2 * 0.5


def test_a_uniform_fills_its_interval_evenly():
    _, _, weights = moments(initializers.RandomUniform(1.0, 4.0, seed=1))
    shares = np.histogram(weights, bins=10, range=(1, 4))[0] / weights.size
    assert shares.sum() == 1
    assert_close(shares, np.full(10, 0.1), 0.01)


@pytest.mark.parametrize(
    ("mode", "fan"),
    [("fan_in", FAN_IN), ("fan_out", FAN_OUT), ("fan_avg", (FAN_IN + FAN_OUT) / 2)],
)
@pytest.mark.parametrize(
    ("distribution", "largest"),
    [
        ("uniform", math.sqrt(3)),
        ("truncated_normal", 2 / 0.87962566),
        ("NORMAL", 2 / 0.87962566),
        ("untruncated_normal", None),
    ],
)
def test_the_variance_is_the_scale_over_the_fan(mode, fan, distribution, largest):
    init = initializers.VarianceScaling(1.7, mode, distribution, seed=2)
    mean, deviation, weights = moments(init, KERNEL)
    target = math.sqrt(1.7 / fan)
    assert mean == pytest.approx(0, abs=0.03 * target)
    assert deviation == pytest.approx(target, rel=0.02)
    peak = np.abs(weights).max() / target
    assert peak > 3.5 if largest is None else 0.97 * largest < peak <= largest


@pytest.mark.parametrize(
    ("name", "variance", "is_uniform"),
    [
        ("glorot_uniform", 2 / (FAN_IN + FAN_OUT), True),
        ("glorot_normal", 2 / (FAN_IN + FAN_OUT), False),
        ("he_uniform", 2 / FAN_IN, True),
        ("he_normal", 2 / FAN_IN, False),
        ("lecun_uniform", 1 / FAN_IN, True),
        ("lecun_normal", 1 / FAN_IN, False),
    ],
)
def test_the_named_scalings_have_their_variance(name, variance, is_uniform):
    _, deviation, weights = moments(initializers.get(name), KERNEL)
    assert deviation == pytest.approx(math.sqrt(variance), rel=0.02)
    peak = np.abs(weights).max() / math.sqrt(variance)
    assert peak == pytest.approx(math.sqrt(3) if is_uniform else 2 / 0.8796, rel=0.02)


@pytest.mark.parametrize(
    ("shape", "fans"),
    [
        ((), (1, 1)),
        ((7,), (7, 7)),
        ((2, 3), (2, 3)),
        ((5, 2, 3), (10, 15)),
        ((5, 4, 2, 3), (40, 60)),
    ],
)
def test_fans_come_from_the_last_two_axes(shape, fans):
    assert initializers.compute_fans(shape) == fans


def test_named_axes_make_the_fans_only_in_pairs():
    assert initializers.compute_fans((2, 3, 5), input_axes=[0, 1], output_axes=[2]) == (6, 5)
    assert initializers.compute_fans((2, 3, 5), input_axes=[0, 1]) == (6, 10)


def test_a_scalar_weight_can_be_random():
    assert initializers.GlorotNormal(seed=1)(()).shape == ()


@pytest.mark.parametrize("shape", [(3, 2, 4, 5), (2, 3, 2, 40), (6, 6)])
def test_an_orthogonal_kernel_has_orthonormal_rows_or_columns(shape):
    matrix = initializers.Orthogonal(gain=2.0, seed=1)(shape, "float64").reshape(-1, shape[-1])
    narrow = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    assert_close(narrow.T @ narrow, 4 * np.eye(narrow.shape[1]), FLOAT64)


def test_orthogonal_matrices_favour_no_sign():
    corners = [initializers.Orthogonal(seed=seed)((3, 3))[0, 0] for seed in range(200)]
    assert 70 < np.sum(np.array(corners) > 0) < 130


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 2, 3)])
def test_an_empty_weight_stays_empty(shape):
    for kind in SEEDED + UNSEEDED:
        assert kind()(shape).shape == shape


# Names and configurations.


def test_every_name_makes_what_its_class_is_called():
    for name in initializers._registry.legal:
        kind = type(initializers.get(name))
        assert getattr(initializers, name) is kind
        assert type(initializers.get(kind.__name__)) is kind
        assert type(initializers.get(kind)) is kind


@pytest.mark.parametrize(
    ("alias", "kind"),
    [
        ("zero", initializers.Zeros),
        ("one", initializers.Ones),
        ("normal", initializers.RandomNormal),
        ("uniform", initializers.RandomUniform),
        ("IdentityInitializer", initializers.Identity),
        ("OrthogonalInitializer", initializers.Orthogonal),
    ],
)
def test_keras_other_names_are_understood(alias, kind):
    assert type(initializers.get(alias)) is kind


# As Keras 3.15.1 writes them (keras.initializers.serialize).
WRITTEN_BY_KERAS = [
    ("Zeros", {}),
    ("Constant", {"value": 2.0}),
    ("Constant", {"value": [1.0, 2.0]}),
    (
        "Constant",
        {
            "value": {
                "class_name": "__numpy__",
                "config": {"value": [1.0, 1.0], "dtype": "float64"},
            }
        },
    ),
    ("RandomNormal", {"seed": 5, "mean": 0.0, "stddev": 0.05}),
    ("RandomUniform", {"seed": None, "minval": -0.05, "maxval": 0.05}),
    ("TruncatedNormal", {"seed": None, "mean": 0.0, "stddev": 0.05}),
    ("GlorotUniform", {"seed": 3, "input_axes": None, "output_axes": None}),
    ("Orthogonal", {"seed": 4, "gain": 2.0}),
    (
        "VarianceScaling",
        {
            "seed": None,
            "scale": 1.0,
            "mode": "fan_in",
            "distribution": "truncated_normal",
            "input_axes": None,
            "output_axes": None,
        },
    ),
    (
        "HeNormal",
        {
            "seed": {
                "module": "keras.random",
                "class_name": "SeedGenerator",
                "config": {"seed": 3, "name": "seed_generator"},
                "registered_name": None,
            },
            "input_axes": None,
            "output_axes": None,
        },
    ),
]


@pytest.mark.parametrize(("class_name", "config"), WRITTEN_BY_KERAS)
def test_what_keras_wrote_is_read_and_written_the_same(class_name, config):
    written = {
        "module": "keras.initializers",
        "class_name": class_name,
        "config": config,
        "registered_name": None,
    }
    assert initializers.serialize(initializers.get(written)) == written


def test_identity_without_its_gain_is_read_since_keras_drops_it():
    assert repr(initializers.deserialize({"class_name": "Identity", "config": {}})) == (
        "Identity(gain=1.0)"
    )


def test_numbers_of_numpy_become_plain_ones():
    config = initializers.RandomNormal(np.float32(0.5), np.array(2.0)).get_config()
    assert config == {"mean": 0.5, "stddev": 2.0, "seed": None}
    assert type(config["mean"]) is type(config["stddev"]) is float
    assert type(initializers.Constant(np.float32(2)).get_config()["value"]) is float


def test_none_stays_none():
    assert initializers.get(None) is None
    assert initializers.serialize(None) is None


def test_a_constructor_that_is_replaced_is_read_anew(monkeypatch):
    class Scale(initializers.Initializer):
        def __init__(self, factor):
            self.factor = factor

    def with_shift(self, factor, shift):
        self.factor, self.shift = factor, shift

    assert Scale.from_config({"factor": 2}).get_config() == {"factor": 2}
    monkeypatch.setattr(Scale, "__init__", with_shift)
    told = {"factor": 2, "shift": 1}
    assert Scale.from_config(told).get_config() == told


def test_a_name_is_its_own_configuration():
    assert initializers.serialize("zeros") == "zeros"


def test_an_own_function_is_taken_as_it_is():
    def ramp(shape, dtype=None):
        return np.arange(math.prod(shape), dtype=dtype).reshape(shape)

    assert initializers.get(ramp) is ramp
    assert initializers.serialize(ramp)["config"] == "ramp"


class Ramp(initializers.Initializer):
    def __init__(self, slope=1.0):
        self.rise = slope

    def __call__(self, shape, dtype=None):
        return self.rise * np.arange(math.prod(shape), dtype=dtype).reshape(shape)


def test_an_own_class_comes_back_by_the_name_that_the_caller_gives_it():
    written = initializers.serialize(Ramp(2.0))
    assert written["module"] == __name__
    assert written["registered_name"] == "Ramp"
    assert written["config"] == {}
    assert type(initializers.deserialize(written, {"Ramp": Ramp})) is Ramp
    with pytest.raises(ArgumentError):
        initializers.deserialize(written)


def test_a_class_of_the_main_script_is_found_among_the_callers_own_alone():
    class Zeros(Ramp):
        __module__ = "__main__"

    written = initializers.serialize(Zeros())
    assert written["module"] is None
    assert type(initializers.deserialize(written, {"Zeros": Zeros})) is Zeros
    with pytest.raises(ArgumentError):
        initializers.deserialize(written)


@pytest.mark.parametrize("base", [initializers.Initializer, initializers.RandomInitializer])
def test_a_base_class_computes_nothing(base):
    with pytest.raises(NotImplementedError):
        base()((2,))


# An array as an initializer.


def test_an_array_serves_for_its_own_shape_alone_and_is_copied():
    values = np.arange(6.0).reshape(2, 3)
    init = initializers.get(values)
    values[:] = 9
    assert init((2, 3), "float32").tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(ShapeError) as caught:
        init((3, 2))
    assert caught.value.choices == ({"shape": (2, 3)},)
    with pytest.raises(ShapeError):
        init((4, 2, 3))


def test_an_array_is_written_as_a_constant_that_keras_can_read():
    written = initializers.serialize(initializers.get(np.ones((1, 2))))
    assert written["class_name"] == "Constant"
    assert_close(initializers.get(written)((1, 2)), np.ones((1, 2)), FLOAT32)


def test_a_number_of_numpy_serves_for_a_scalar():
    assert initializers.get(np.float32(3))(()) == 3


# Refusals.

REFUSED = {
    "seed": [
        lambda: initializers.HeNormal(seed="a"),
        lambda: initializers.HeNormal(seed=1.5),
        lambda: initializers.HeNormal(seed=np.int64(3)),
        lambda: initializers.HeNormal(seed=-1),
        lambda: initializers.HeNormal(seed=2**32),
        lambda: set_random_seed(None),
        lambda: SeedGenerator(0.5),
    ],
    "number": [
        lambda: initializers.Constant("a"),
        lambda: initializers.Constant(None),
        lambda: initializers.Constant(1j),
        lambda: initializers.Identity("a"),
        lambda: initializers.Orthogonal(np.ones(2)),
        lambda: initializers.RandomNormal("a"),
        lambda: initializers.RandomNormal(stddev=None),
        lambda: initializers.RandomUniform(minval=1j),
        lambda: initializers.RandomUniform(maxval=[1]),
        lambda: initializers.VarianceScaling("a"),
    ],
    "scale": [
        lambda: initializers.VarianceScaling(0),
        lambda: initializers.VarianceScaling(-1.0),
        lambda: initializers.VarianceScaling(math.nan),
        lambda: initializers.VarianceScaling(math.inf),
    ],
    "one_of": [
        lambda: initializers.VarianceScaling(mode="FAN_IN"),
        lambda: initializers.VarianceScaling(mode=None),
        lambda: initializers.VarianceScaling(mode=[]),
        lambda: initializers.VarianceScaling(distribution="normall"),
        lambda: initializers.VarianceScaling(distribution=None),
    ],
    "fan_axes": [
        lambda: initializers.HeNormal(input_axes=[9], output_axes=[0])((2, 3)),
        lambda: initializers.HeNormal(input_axes=[0], output_axes=1)((2, 3)),
    ],
    "weight_shape": [
        lambda: initializers.Zeros()(3),
        lambda: initializers.Ones()((-1, 2)),
        lambda: initializers.HeNormal()((None, 2)),
        lambda: initializers.Constant()((2.0,)),
    ],
    "weight_dtype": [
        lambda: initializers.Zeros()((2,), "bad"),
        lambda: initializers.Ones()((2,), "complex64"),
        lambda: initializers.HeNormal()((2,), object),
        lambda: initializers.Constant()((2,), "U3"),
    ],
    "random_dtype": [lambda: initializers.RandomNormal()((2,), "int32")],
    "value_shape": [lambda: initializers.Constant([1, 2])((3, 3))],
    "identity_rank": [lambda: initializers.Identity()((3, 3, 1, 1))],
    "orthogonal_shape": [lambda: initializers.Orthogonal()((3,))],
    "unknown_option": [
        lambda: initializers.GlorotUniform.from_config({"gain": 1}),
        lambda: initializers.get({"class_name": "Zeros", "config": {"bogus": 1}}),
    ],
    "unknown_name": [
        lambda: initializers.get("glorotuniform"),
        lambda: initializers.get("GLOROT_UNIFORM"),
        lambda: initializers.get("le_cun_normal"),
        lambda: initializers.get("relu"),
        lambda: initializers.get("initializer"),
        lambda: initializers.get({"class_name": "L1", "config": {}}),
        lambda: initializers.get({"module": None, "class_name": "Zeros", "config": {}}),
    ],
    "configuration": [
        lambda: initializers.get({}),
        lambda: initializers.get({"config": {}}),
        lambda: initializers.get({"class_name": "Zeros", "config": []}),
        lambda: initializers.get({"class_name": "function", "config": "zeros"}),
        lambda: initializers.get({"class_name": 3, "config": {}}),
    ],
    "not_an_identifier": [
        lambda: initializers.get(3),
        lambda: initializers.get([]),
        lambda: initializers.get(b"zeros"),
        lambda: initializers.get(True),
    ],
    "not_serializable": [
        lambda: initializers.serialize(initializers.Zeros),
        lambda: initializers.serialize(object()),
    ],
}


@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize(
    ("code", "call"), [(code, call) for code, calls in REFUSED.items() for call in calls]
)
def test_what_keras_refuses_is_refused_in_both_languages(code, call, language):
    with use_language(language), pytest.raises((ArgumentError, ShapeError, DTypeError)) as caught:
        call()
    assert caught.value.code == code
    with use_language(language):
        value, sentence = caught.value.parameters["value"], str(caught.value)
    assert repr(value) in sentence or str(value) in sentence


def test_a_misspelt_name_gets_the_nearest_one_under_the_callers_argument():
    with pytest.raises(ArgumentError) as caught:
        initializers.get("glorot_unform", argument="kernel_initializer")
    assert caught.value.choices[0] == {"kernel_initializer": "glorot_uniform"}
    assert "kernel_initializer" in str(caught.value)


def test_an_initializer_without_arguments_says_that_it_has_none():
    with pytest.raises(ArgumentError, match="none") as caught:
        initializers.Zeros.from_config({"value": 1})
    assert caught.value.choices == ()
