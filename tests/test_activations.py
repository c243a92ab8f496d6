"""Activations against formulas of their own, central differences and recorded numbers of Keras."""

from __future__ import annotations

import copy
import math
import pickle
from functools import partial

import numpy as np
import pytest

from convlab import activations, use_language
from convlab.activations import Activation
from convlab.errors import ArgumentError, ShapeError
from tests.tolerances import CENTRAL_DIFFERENCE, FLOAT32, FLOAT64, assert_close


def erf_cdf(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def logistic(z):
    return 1 / (1 + math.exp(-z))


# Each activation of a single number, in the words of its paper.
FORMULAS = {
    "celu": lambda z: z if z > 0 else math.exp(z) - 1,
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "exponential": math.exp,
    "gelu": lambda z: z * erf_cdf(z),
    "hard_shrink": lambda z: z if abs(z) > 0.5 else 0,
    "hard_sigmoid": lambda z: 0 if z < -3 else 1 if z > 3 else z / 6 + 0.5,
    "hard_silu": lambda z: 0 if z < -3 else z if z > 3 else z * (z + 3) / 6,
    "hard_tanh": lambda z: -1 if z < -1 else 1 if z > 1 else z,
    "leaky_relu": lambda z: z if z > 0 else z / 5,
    "linear": lambda z: z,
    "log_sigmoid": lambda z: math.log(logistic(z)),
    "mish": lambda z: z * math.tanh(math.log(1 + math.exp(z))),
    "relu": lambda z: z if z > 0 else 0,
    "relu6": lambda z: 0 if z < 0 else 6 if z > 6 else z,
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * (math.exp(z) - 1)),
    "sigmoid": logistic,
    "silu": lambda z: z * logistic(z),
    "soft_shrink": lambda z: math.copysign(max(abs(z) - 0.5, 0), z),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "sparse_plus": lambda z: 0 if z < -1 else z if z > 1 else (z + 1) ** 2 / 4,
    "sparse_sigmoid": lambda z: 0 if z < -1 else 1 if z > 1 else (z + 1) / 2,
    "squareplus": lambda z: (z + math.sqrt(z * z + 4)) / 2,
    "tanh": lambda z: 1 - 2 / (math.exp(2 * z) + 1),
    "tanh_shrink": lambda z: z - math.tanh(z),
}
ELEMENTWISE = sorted(FORMULAS)
MIXING = ["glu", "log_softmax", "softmax", "sparsemax"]
BY_NAME = ELEMENTWISE + MIXING

# (name, options) of every way in which a gradient is computed.
VARIANTS = [
    *((name, {}) for name in BY_NAME),
    ("celu", {"alpha": 2.5}),
    ("elu", {"alpha": 0.3}),
    ("gelu", {"approximate": True}),
    ("glu", {"axis": 0}),
    ("hard_shrink", {"threshold": 1.1}),
    ("leaky_relu", {"negative_slope": 0.01}),
    ("log_softmax", {"axis": 0}),
    ("relu", {"negative_slope": 0.1, "max_value": 1.1, "threshold": 0.3}),
    ("relu", {"negative_slope": 0.1, "threshold": 0.3}),
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"max_value": 6}),
    ("relu", {"threshold": -0.3}),
    ("soft_shrink", {"threshold": 1.1}),
    ("softmax", {"axis": (0, 1)}),
    ("softmax", {"axis": 0}),
    ("sparsemax", {"axis": 1}),
    ("squareplus", {"b": 0.5}),
    ("threshold", {"threshold": 0.3, "default_value": -2.0}),
]
each_variant = pytest.mark.parametrize(("name", "options"), VARIANTS)


def variant(name):
    return getattr(activations, name)


def sums(shape=(4, 3, 8), scale=1.5, dtype="float64"):
    """Random sums, none within 1e-3 of a kink: these lie at multiples of a tenth."""
    z = np.random.default_rng(5).normal(size=shape) * scale
    return (np.where(abs(z * 10 - np.round(z * 10)) < 0.02, z + 0.02, z)).astype(dtype)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_each_number_follows_the_formula(name):
    z = sums(scale=3)
    expected = np.array([FORMULAS[name](number) for number in z.ravel().tolist()])
    assert_close(activations.get(name)(z), expected.reshape(z.shape), FLOAT64)


def naive_softmax(row):
    return [math.exp(z) / sum(math.exp(other) for other in row) for z in row]


def naive_sparsemax(row):
    """Keras 3.15's rule: its threshold sums the running sums of the numbers that stay."""
    ranked, sums_that_stay, running = sorted(row, reverse=True), [], 0.0
    for rank, z in enumerate(ranked, start=1):
        running += z
        if z - (running - 1) / rank > 0:
            sums_that_stay.append(running)
    threshold = (sum(sums_that_stay) - 1) / len(sums_that_stay)
    return [max(z - threshold, 0) for z in row]


@pytest.mark.parametrize(
    ("name", "of_row"),
    [
        ("softmax", naive_softmax),
        ("log_softmax", lambda row: [math.log(share) for share in naive_softmax(row)]),
        ("sparsemax", naive_sparsemax),
        ("glu", lambda row: [row[i] * logistic(row[i + 4]) for i in range(4)]),
    ],
)
def test_the_last_axis_is_mixed(name, of_row):
    z = sums(scale=0.4)
    expected = [[of_row(row) for row in plane] for plane in z.tolist()]
    assert_close(activations.get(name)(z), expected, FLOAT64)


def test_softmax_over_two_axes_sums_to_one():
    assert_close(activations.softmax(sums(), axis=(0, 2)).sum((0, 2)), np.ones(3), FLOAT64)


@each_variant
def test_the_gradient_is_the_central_difference(name, options):
    g, z = variant(name), sums()
    grad_output = np.random.default_rng(6).normal(size=g(z, **options).shape)
    expected, h = np.empty_like(z), 1e-5
    for index in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[index] = h
        difference = g(z + step, **options) - g(z - step, **options)
        expected[index] = np.sum(difference * grad_output) / (2 * h)
    assert_close(g.gradient(z, grad_output, **options), expected, CENTRAL_DIFFERENCE)


# Keras 3.15.1 on JAX 0.10.2 (jax.grad), in float64. The points include every kink.
POINTS = [-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0]
KERAS = {
    "celu": (
        [-0.997521, -0.950213, -0.632121, -0.393469, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.00247875, 0.0497871, 0.367879, 0.606531, 1.0, 1.0, 1.0, 1.0, 1.0],
    ),
    "elu": (
        [-0.997521, -0.950213, -0.632121, -0.393469, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.00247875, 0.0497871, 0.367879, 0.606531, 1.0, 1.0, 1.0, 1.0, 1.0],
    ),
    "exponential": (
        [0.00247875, 0.0497871, 0.367879, 0.606531, 1.0, 1.64872, 2.71828, 20.0855, 403.429],
        [0.00247875, 0.0497871, 0.367879, 0.606531, 1.0, 1.64872, 2.71828, 20.0855, 403.429],
    ),
    "gelu": (
        [-5.91953e-09, -0.00404969, -0.158655, -0.154269, 0.0, 0.345731, 0.841345, 2.99595, 6.0],
        [-3.54687e-08, -0.0119456, -0.0833155, 0.132505, 0.5, 0.867495, 1.08332, 1.01195, 1.0],
    ),
    "hard_shrink": (
        [-6.0, -3.0, -1.0, 0.0, 0.0, 0.0, 1.0, 3.0, 6.0],
        [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
    ),
    "hard_sigmoid": (
        [0.0, 0.0, 0.333333, 0.416667, 0.5, 0.583333, 0.666667, 1.0, 1.0],
        [0.0, 0.0, 0.166667, 0.166667, 0.166667, 0.166667, 0.166667, 0.0, 0.0],
    ),
    "hard_silu": (
        [0.0, 0.0, -0.333333, -0.208333, 0.0, 0.291667, 0.666667, 3.0, 6.0],
        [0.0, 0.0, 0.166667, 0.333333, 0.5, 0.666667, 0.833333, 1.0, 1.0],
    ),
    "hard_tanh": (
        [-1.0, -1.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.0, 1.0],
        [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
    ),
    "leaky_relu": (
        [-1.2, -0.6, -0.2, -0.1, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.2, 0.2, 0.2, 0.2, 1.0, 1.0, 1.0, 1.0, 1.0],
    ),
    "linear": (
        [-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    ),
    "log_sigmoid": (
        [
            -6.00248,
            -3.04859,
            -1.31326,
            -0.974077,
            -0.693147,
            -0.474077,
            -0.313262,
            -0.0485874,
            -0.00247569,
        ],
        [0.997527, 0.952574, 0.731059, 0.622459, 0.5, 0.377541, 0.268941, 0.0474259, 0.00247262],
    ),
    "mish": (
        [-0.0148541, -0.145647, -0.303401, -0.220744, 0.0, 0.375245, 0.865098, 2.98654, 5.99993],
        [-0.01236, -0.0933931, 0.0592168, 0.289511, 0.6, 0.886424, 1.04904, 1.02111, 1.00013],
    ),
    "relu": (
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0],
    ),
    "relu6": (
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0],
    ),
    "selu": (
        [-1.75374, -1.67057, -1.11133, -0.691758, 0.0, 0.52535, 1.0507, 3.1521, 6.30421],
        [0.00435789, 0.0875306, 0.646769, 1.06634, 1.7581, 1.0507, 1.0507, 1.0507, 1.0507],
    ),
    "sigmoid": (
        [0.00247262, 0.0474259, 0.268941, 0.377541, 0.5, 0.622459, 0.731059, 0.952574, 0.997527],
        [
            0.00246651,
            0.0451767,
            0.196612,
            0.235004,
            0.25,
            0.235004,
            0.196612,
            0.0451767,
            0.00246651,
        ],
    ),
    "silu": (
        [-0.0148357, -0.142278, -0.268941, -0.18877, 0.0, 0.31123, 0.731059, 2.85772, 5.98516],
        [-0.0123264, -0.0881041, 0.0723295, 0.260039, 0.5, 0.739961, 0.927671, 1.0881, 1.01233],
    ),
    "soft_shrink": (
        [-5.5, -2.5, -0.5, 0.0, 0.0, 0.0, 0.5, 2.5, 5.5],
        [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
    ),
    "softplus": (
        [0.00247569, 0.0485874, 0.313262, 0.474077, 0.693147, 0.974077, 1.31326, 3.04859, 6.00248],
        [0.00247262, 0.0474259, 0.268941, 0.377541, 0.5, 0.622459, 0.731059, 0.952574, 0.997527],
    ),
    "softsign": (
        [-0.857143, -0.75, -0.5, -0.333333, 0.0, 0.333333, 0.5, 0.75, 0.857143],
        [0.0204082, 0.0625, 0.25, 0.444444, 1.0, 0.444444, 0.25, 0.0625, 0.0204082],
    ),
    "sparse_plus": (
        [0.0, 0.0, 0.0, 0.0625, 0.25, 0.5625, 1.0, 3.0, 6.0],
        [0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0],
    ),
    "sparse_sigmoid": (
        [0.0, 0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0],
        [0.0, 0.0, 0.25, 0.5, 0.5, 0.5, 0.25, 0.0, 0.0],
    ),
    "squareplus": (
        [0.162278, 0.302776, 0.618034, 0.780776, 1.0, 1.28078, 1.61803, 3.30278, 6.16228],
        [0.0256584, 0.0839749, 0.276393, 0.378732, 0.5, 0.621268, 0.723607, 0.916025, 0.974342],
    ),
    "tanh": (
        [-0.999988, -0.995055, -0.761594, -0.462117, 0.0, 0.462117, 0.761594, 0.995055, 0.999988],
        [
            2.47955e-05,
            0.00986612,
            0.419974,
            0.786448,
            1.0,
            0.786448,
            0.419974,
            0.0098661,
            2.47954e-05,
        ],
    ),
    "tanh_shrink": (
        [-5.00001, -2.00495, -0.238406, -0.0378828, 0.0, 0.0378828, 0.238406, 2.00495, 5.00001],
        [0.999975, 0.990134, 0.580026, 0.213552, 0.0, 0.213552, 0.580026, 0.990134, 0.999975],
    ),
}
KERAS_RELU = [
    (
        {"negative_slope": 0.25},
        [-1.5, -0.75, -0.25, -0.125, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.25, 0.25, 0.25, 0.25, 1.0, 1.0, 1.0, 1.0, 1.0],
    ),
    (
        {"max_value": 6},
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0],
    ),
    (
        {"max_value": 3.0},
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 3.0, 3.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.5, 0.0],
    ),
    (
        {"threshold": 1.0},
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 6.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0],
    ),
    (
        {"threshold": 1.0, "negative_slope": 0.25},
        [-1.75, -1.0, -0.5, -0.375, -0.25, -0.125, 0.0, 3.0, 6.0],
        [0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.0, 1.0, 1.0],
    ),
    (
        {"max_value": 3.0, "threshold": 1.0, "negative_slope": 0.25},
        [-1.75, -1.0, -0.5, -0.375, -0.25, -0.125, 0.0, 3.0, 3.0],
        [0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.0, 0.5, 0.0],
    ),
    (
        {"max_value": 3.0, "negative_slope": 0.25},
        [-1.5, -0.75, -0.25, -0.125, 0.0, 0.5, 1.0, 3.0, 3.0],
        [0.25, 0.25, 0.25, 0.25, 0.0, 1.0, 1.0, 0.5, 0.0],
    ),
    (
        {"max_value": 6, "negative_slope": 0.25},
        [-1.5, -0.75, -0.25, -0.125, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.25, 0.25, 0.25, 0.25, 0.0, 1.0, 1.0, 1.0, 0.0],
    ),
    (
        {"threshold": -1.0},
        [0.0, 0.0, 0.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0],
        [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    ),
    (
        {"threshold": -1.0, "max_value": 3.0},
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 3.0, 3.0],
        [0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 0.5, 0.0],
    ),
]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_values_and_slopes_are_those_of_keras(name):
    g, z = activations.get(name), np.array(POINTS)
    values, slopes = KERAS[name]
    assert_close(g(z), values, FLOAT32)
    assert_close(g.gradient(z, np.ones_like(z)), slopes, FLOAT32)


@pytest.mark.parametrize(("options", "values", "slopes"), KERAS_RELU)
def test_relu_with_options_has_the_kinks_of_keras(options, values, slopes):
    z = np.array(POINTS)
    assert_close(activations.relu(z, **options), values, FLOAT64)
    assert_close(activations.relu.gradient(z, np.ones_like(z), **options), slopes, FLOAT64)


def test_sparsemax_shares_a_tie_as_keras_does():
    z = np.array([0.0, 0.0, 0.0, 1.0])
    jacobian = [activations.sparsemax.gradient(z, row) for row in np.eye(4)]
    expected = [[0.5, 0, 0, -0.5], [0, 0.5, 0, -0.5], [0, 0, 0.5, -0.5], [0, 0, 0, 0]]
    assert_close(jacobian, expected, FLOAT64)


def test_sparsemax_ranks_equal_sums_in_their_order():
    z, first = np.tile([0.0, 1e-4, 2e-4], 14), np.eye(42)[0]
    # Python's own sort keeps the order of equals.
    order = sorted(range(42), key=lambda index: -z[index])
    expected = first.copy()
    expected[order] -= (42 - np.arange(42)) / 42
    assert_close(activations.sparsemax.gradient(z, first), expected, FLOAT64)


def test_sparsemax_takes_the_threshold_of_keras_not_of_the_paper():
    assert_close(activations.sparsemax([1.0, 0.8]), [0.1, 0.0], FLOAT64)


@each_variant
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_dtype_stays_and_the_input_is_left_alone(name, options, dtype):
    g, z = variant(name), sums(dtype=dtype)[:, ::-1]
    z.setflags(write=False)
    y = g(z, **options)
    grad_output = np.ones_like(y)
    grad_output.setflags(write=False)
    assert y.dtype == dtype
    grad_input = g.gradient(z, grad_output, **options)
    assert grad_input.dtype == dtype
    assert grad_input.shape == z.shape


@pytest.mark.parametrize(("name", "options"), [v for v in VARIANTS if v[0] != "exponential"])
def test_huge_sums_neither_overflow_nor_warn(name, options):
    g, size = variant(name), 1e4
    z = np.array([[size, -size, 0, size / 2], [-size, -size, 1, 2]], dtype="float32")
    y = g(z, **options)
    assert np.isfinite(y).all()
    assert np.isfinite(g.gradient(z, np.ones_like(y), **options)).all()


def test_exponential_overflows_to_infinity_in_silence():
    z = np.array([-1e4, 1e4], dtype="float32")
    assert activations.exponential(z).tolist() == [0, math.inf]


@pytest.mark.parametrize("name", [name for name in BY_NAME if name != "linear"])
def test_infinities_and_nan_pass_without_a_warning(name):
    g = activations.get(name)
    z = np.array([math.nan, math.inf, -math.inf, 1.0])
    y = g(z)
    g.gradient(z, np.full_like(y, math.inf))
    # Only what compares before it computes can lose a nan, as it does in Keras.
    assert np.isnan(y).any() or name in ("hard_shrink", "soft_shrink")


@pytest.mark.parametrize("z", [-30.0, -5.0, -0.4, 0.3, 3.0, 8.0])
def test_gelu_keeps_every_digit_of_its_tail(z):
    # An error of the last digit in z / √2 grows by z², for the tail falls as e^(−z² / 2).
    exact = pytest.approx(z * erf_cdf(z), rel=max(1, z**2) * 2e-16, abs=0)
    assert activations.gelu(np.array([z]))[0] == exact


@pytest.mark.parametrize("name", BY_NAME)
def test_an_empty_batch_stays_empty(name):
    z = np.zeros((0, 3, 4), dtype="float32")
    y = activations.get(name)(z)
    assert y.size == 0
    assert activations.get(name).gradient(z, y).shape == z.shape


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_of_nothing_is_nothing(name):
    assert activations.get(name)(np.zeros((2, 0))).shape == (2, 0)


def test_linear_returns_the_very_array():
    z = sums()
    assert activations.linear(z) is z
    assert activations.linear.gradient(z, z) is z


def test_glu_refuses_an_odd_number_of_channels():
    with pytest.raises(ShapeError, match="7") as caught:
        activations.glu(np.zeros((2, 7)))
    assert caught.value.choices == ({"size": 6}, {"size": 8})


# What get accepts, and what not.


@pytest.mark.parametrize("name", BY_NAME)
def test_every_name_gives_the_activation_of_that_name(name):
    assert activations.get(name).name == name
    assert activations.serialize(activations.get(name)) == name
    assert activations.deserialize(name) is activations.get(name)


@pytest.mark.parametrize(("alias", "name"), [("swish", "silu"), ("hard_swish", "hard_silu")])
def test_an_alias_is_written_under_its_first_name(alias, name):
    assert activations.serialize(activations.get(alias)) == name


def test_none_is_linear():
    assert activations.get(None) is activations.linear


@pytest.mark.parametrize("module", ["keras.activations", "builtins"])
def test_a_function_as_keras_writes_it_is_read(module):
    config = {"module": module, "class_name": "function", "config": "relu"}
    assert activations.get(config) is activations.relu


def square(z):
    return z**2


def test_an_own_function_needs_no_gradient_to_go_forward():
    assert activations.get(square)(np.array([3.0])).tolist() == [9.0]


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_an_own_function_without_a_gradient_says_how_to_add_one(language):
    with use_language(language), pytest.raises(ArgumentError) as caught:
        activations.get(square).gradient(np.ones(1), np.ones(1))
    with use_language(language):
        assert "square.gradient = lambda z, grad_output:" in str(caught.value)


def test_a_gradient_may_be_added_after_the_layer_was_made():
    def cube(z):
        return z**3

    g = activations.get(cube)
    cube.gradient = lambda z, grad_output: 3 * z**2 * grad_output
    assert g.gradient(np.array([2.0]), np.array([1.0])).tolist() == [12.0]


def test_an_own_function_is_written_as_keras_writes_it():
    written = activations.serialize(activations.get(square))
    assert written == {
        "module": "builtins",
        "class_name": "function",
        "config": "square",
        "registered_name": "function",
    }
    assert activations.serialize(square) == written
    assert activations.deserialize(written, {"square": square}) is square


class Scaled:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, z):
        return self.factor * z

    def gradient(self, z, grad_output):
        return self.factor * grad_output

    def get_config(self):
        return {"factor": self.factor}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def test_an_own_object_goes_both_ways_and_into_a_configuration():
    g = activations.get(Scaled(3))
    assert g.name == "Scaled"
    assert g.gradient(np.ones(2), np.ones(2)).tolist() == [3.0, 3.0]
    assert activations.deserialize(activations.serialize(g), {"Scaled": Scaled}).factor == 3


def test_a_class_is_called_not_made_as_in_keras():
    assert activations.get(list)(np.ones(2)) == [1.0, 1.0]


def test_a_partial_keeps_name_and_gradient():
    g = activations.get(partial(activations.leaky_relu, negative_slope=0.5))
    assert g.name == "leaky_relu"
    assert g(np.array([-4.0])).tolist() == [-2.0]
    assert g.gradient(np.array([-4.0]), np.array([1.0])).tolist() == [0.5]


def test_a_partial_of_an_own_function_has_no_gradient():
    with pytest.raises(ArgumentError):
        activations.get(partial(square)).gradient(np.ones(1), np.ones(1))


def test_a_partial_has_no_configuration():
    with pytest.raises(ArgumentError, match="get_config"):
        activations.serialize(activations.get(partial(activations.celu, alpha=2)))


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_threshold_by_name_says_what_it_lacks(language):
    with use_language(language), pytest.raises(ArgumentError) as caught:
        activations.get("threshold", argument="activation")
    with use_language(language):
        assert "partial" in str(caught.value)


@pytest.mark.parametrize(
    ("identifier", "nearest"),
    [("Relu", "relu"), ("rleu", "relu"), ("soft_max", "softmax"), ("hard_tan", "hard_tanh")],
)
def test_a_misspelt_name_gets_the_nearest_one(identifier, nearest):
    with pytest.raises(ArgumentError) as caught:
        activations.get(identifier)
    assert caught.value.choices[0] == {"activation": nearest}


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "RELU",
        3,
        2.5,
        True,
        [],
        ["relu"],
        b"relu",
        np.ones(2),
        {},
        {"class_name": "relu"},
        {"class_name": "relu", "config": {}},
        {"class_name": "function", "config": "relu"},
        {"module": "keras.layers", "class_name": "PReLU", "config": {}},
        {"module": "builtins", "class_name": "function", "config": "nothing"},
    ],
)
@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_anything_else_is_refused_under_the_callers_name(identifier, language):
    with use_language(language), pytest.raises(ArgumentError) as caught:
        activations.get(identifier, argument="my_activation")
    with use_language(language):
        assert "my_activation" in str(caught.value)
    assert caught.value.parameters["argument"] == "my_activation"
    assert caught.value.choices


@pytest.mark.parametrize("name", ["relu", "softmax"])
def test_an_activation_is_itself_after_copying_and_pickling(name):
    g = activations.get(name)
    assert copy.deepcopy(g) is g
    assert pickle.loads(pickle.dumps(g)) is g


def test_an_own_function_survives_pickling():
    g = pickle.loads(pickle.dumps(Activation(math.sqrt)))
    assert g(np.array(9.0)) == 3
