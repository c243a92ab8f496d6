"""Regularizers against naive loops, central differences and recorded numbers of Keras."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convlab import regularizers, use_language
from convlab.errors import ArgumentError, ShapeError
from convlab.regularizers import L1, L1L2, L2, OrthogonalRegularizer
from tests.tolerances import CENTRAL_DIFFERENCE, FLOAT32, FLOAT64, assert_close


def cosines(rows):
    """|cos(angle)| of every pair of rows."""
    return [
        abs(sum(a * b for a, b in zip(u, v, strict=True))) / math.hypot(*u) / math.hypot(*v)
        for i, u in enumerate(rows)
        for v in rows[:i]
    ]


def naive_orthogonal(factor, rows):
    return factor * sum(cosines(rows)) / len(cosines(rows))


WEIGHTS = np.random.default_rng(1).normal(size=(4, 3))
NUMBERS = WEIGHTS.ravel().tolist()
NAIVE = [
    (L1(0.3), sum(0.3 * abs(w) for w in NUMBERS)),
    (L2(0.7), sum(0.7 * w * w for w in NUMBERS)),
    (L1L2(0.3, 0.7), sum(0.3 * abs(w) + 0.7 * w * w for w in NUMBERS)),
    (OrthogonalRegularizer(0.5), naive_orthogonal(0.5, WEIGHTS.tolist())),
    (OrthogonalRegularizer(0.5, "columns"), naive_orthogonal(0.5, WEIGHTS.T.tolist())),
]
each_regularizer = pytest.mark.parametrize("regularizer", [pair[0] for pair in NAIVE], ids=repr)


@pytest.mark.parametrize(("regularizer", "expected"), NAIVE)
def test_the_penalty_is_the_sum_term_by_term(regularizer, expected):
    assert_close(regularizer(WEIGHTS), expected, FLOAT64)


@each_regularizer
def test_the_gradient_is_the_central_difference(regularizer):
    expected, h = np.empty_like(WEIGHTS), 1e-5
    for index in np.ndindex(WEIGHTS.shape):
        step = np.zeros_like(WEIGHTS)
        step[index] = h
        expected[index] = (regularizer(WEIGHTS + step) - regularizer(WEIGHTS - step)) / (2 * h)
    assert_close(regularizer.gradient(WEIGHTS), expected, CENTRAL_DIFFERENCE)


# Keras 3.15.1 on JAX 0.10.2, in float64, of [[1, -2, 0], [0.5, 1, 2]].
KERAS = [
    (L1(0.5), 3.25, [[0.5, -0.5, 0.5], [0.5, 0.5, 0.5]]),
    (L2(0.5), 5.125, [[1.0, -2.0, 0.0], [0.5, 1.0, 2.0]]),
    (L1L2(0.5, 0.25), 5.8125, [[1.0, -1.5, 0.5], [0.75, 1.0, 1.5]]),
    (
        OrthogonalRegularizer(0.5),
        0.14638501094227999,
        [
            [-0.07807200583588267, -0.03903600291794132, -0.19518001458970666],
            [-0.11153143690840381, 0.1672971553626057, -0.05576571845420191],
        ],
    ),
    (
        OrthogonalRegularizer(0.5, "columns"),
        0.24907119849998596,
        [
            [-0.006295146066661039, 0.0031475730333305196, 0.0],
            [0.012590292133322106, 0.006295146066661053, 0.0],
        ],
    ),
]


@pytest.mark.parametrize(("regularizer", "penalty", "gradient"), KERAS)
def test_penalty_and_gradient_are_those_of_keras(regularizer, penalty, gradient):
    w = np.array([[1.0, -2.0, 0.0], [0.5, 1.0, 2.0]])
    # Keras keeps the factor in float32.
    assert_close(regularizer(w), penalty, FLOAT32)
    assert_close(regularizer.gradient(w), gradient, FLOAT32)


@each_regularizer
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_stays_and_the_weight_is_left_alone(regularizer, dtype):
    w = WEIGHTS.astype(dtype)[::-1]
    w.setflags(write=False)
    penalty, gradient = regularizer(w), regularizer.gradient(w)
    assert penalty.dtype == gradient.dtype == dtype
    assert penalty.shape == ()
    assert gradient.shape == w.shape


@pytest.mark.parametrize("kind", [L1, L2, L1L2])
def test_nothing_weighs_nothing(kind):
    assert kind()(np.zeros((0, 3))) == 0
    assert kind().gradient(np.zeros((0, 3))).shape == (0, 3)


def test_the_factors_left_out_are_a_hundredth_except_in_l1l2():
    assert L1().l1 == L1(None).l1 == L2().l2 == L2(None).l2 == 0.01
    assert L1L2().get_config() == L1L2(None, None).get_config() == {"l1": 0.0, "l2": 0.0}
    assert OrthogonalRegularizer().get_config() == {"factor": 0.01, "mode": "rows"}


def test_rows_of_length_zero_are_orthogonal_to_all():
    w = np.array([[0.0, 0.0], [3.0, 4.0]])
    assert OrthogonalRegularizer()(w) == 0
    assert np.isfinite(OrthogonalRegularizer().gradient(w)).all()


def test_a_tiny_row_is_divided_by_a_constant_and_so_is_its_gradient():
    w = np.array([[1e-9, 0.0], [3.0, 4.0]])
    assert_close(OrthogonalRegularizer(0.5)(w), 0.5 * 0.01 * 0.6, FLOAT64)
    assert_close(OrthogonalRegularizer(0.5).gradient(w)[0], [0.5e7 * 0.6, 0.5e7 * 0.8], FLOAT64)


def test_a_single_row_has_no_pairs_and_gives_nan_as_in_keras():
    assert np.isnan(OrthogonalRegularizer()(np.ones((1, 3))))


# Names and configurations.


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("l1", L1),
        ("l2", L2),
        ("l1l2", L1L2),
        ("orthogonal_regularizer", OrthogonalRegularizer),
    ],
)
def test_every_name_makes_its_class(name, kind):
    for identifier in (name, kind.__name__, kind):
        assert type(regularizers.get(identifier)) is kind


def test_the_string_l1_l2_is_refused_as_in_keras_and_l1l2_offered():
    with pytest.raises(ArgumentError) as caught:
        regularizers.get("l1_l2", argument="bias_regularizer")
    assert {"bias_regularizer": "l1l2"} in caught.value.choices
    assert regularizers.l1_l2 is L1L2


# As Keras 3.15.1 writes them.
@pytest.mark.parametrize(
    ("class_name", "config"),
    [
        ("L1", {"l1": 0.30000001192092896}),
        ("L2", {"l2": 0.01}),
        ("L1L2", {"l1": 0.3, "l2": 0.0}),
        ("OrthogonalRegularizer", {"factor": 0.009999999776482582, "mode": "columns"}),
    ],
)
def test_what_keras_wrote_is_read_and_written_the_same(class_name, config):
    written = {
        "module": "keras.regularizers",
        "class_name": class_name,
        "config": config,
        "registered_name": None,
    }
    assert regularizers.serialize(regularizers.get(written)) == written


def test_none_stays_none():
    assert regularizers.get(None) is None


# A caller's own.


def quartic(w):
    return np.sum(w**4)


def test_an_own_function_gives_a_penalty_without_having_a_gradient():
    own = regularizers.get(quartic)
    assert own(np.array([2.0])) == 16
    assert regularizers.serialize(own)["config"] == "quartic"


@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_an_own_function_without_a_gradient_says_how_to_add_one(language):
    with use_language(language), pytest.raises(ArgumentError) as caught:
        regularizers.get(quartic).gradient(np.ones(1))
    with use_language(language):
        assert "quartic.gradient = lambda w:" in str(caught.value)


def test_a_gradient_may_be_added_after_the_layer_was_made():
    def cubic(w):
        return np.sum(w**3)

    own = regularizers.get(cubic)
    cubic.gradient = lambda w: 3 * w**2
    assert own.gradient(np.array([2.0])).tolist() == [12.0]


class Quartic(regularizers.Regularizer):
    def __call__(self, w):
        return np.sum(w**4)


def test_an_own_class_is_used_as_it_is():
    own = regularizers.get(Quartic)
    assert type(own) is Quartic
    assert regularizers.get(own) is own
    with pytest.raises(ArgumentError, match="Quartic"):
        own.gradient(np.ones(1))


def test_the_base_class_computes_nothing():
    with pytest.raises(NotImplementedError):
        regularizers.Regularizer()(np.ones(1))


# Refusals.


@pytest.mark.parametrize("kind", [L1, L2, L1L2, OrthogonalRegularizer])
@pytest.mark.parametrize("factor", [-1, -0.5, "a", math.nan, math.inf, np.float32(0.1), [1]])
@pytest.mark.parametrize("language", ["en", "zh_TW"])
def test_a_factor_is_a_finite_number_from_0_up(kind, factor, language):
    with use_language(language), pytest.raises(ArgumentError) as caught:
        kind(factor)
    assert caught.value.code == "penalty_factor"
    with use_language(language):
        assert repr(factor) in str(caught.value)


@pytest.mark.parametrize("factor", [True, np.float64(1.0), 1])
def test_python_numbers_and_float64_are_factors(factor):
    assert L1(factor).get_config() == {"l1": 1.0}


@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize("shape", [(3,), (2, 2, 2), (3, 3, 1, 2)])
def test_orthogonality_is_for_matrices(shape, language):
    for call in (OrthogonalRegularizer(), OrthogonalRegularizer(mode="columns").gradient):
        with use_language(language), pytest.raises(ShapeError) as caught:
            call(np.ones(shape))
        with use_language(language):
            assert str(shape) in str(caught.value)


@pytest.mark.parametrize("mode", ["row", "Rows", None, 1])
def test_orthogonality_is_of_rows_or_columns(mode):
    with pytest.raises(ArgumentError, match="mode must be one of 'rows', 'columns'"):
        OrthogonalRegularizer(mode=mode)


def test_orthogonal_has_no_factor_none():
    with pytest.raises(ArgumentError):
        OrthogonalRegularizer(None)


@pytest.mark.parametrize("identifier", ["L3", "", "relu", 3, [], {}, b"l1", np.ones(2)])
def test_anything_else_is_refused_under_the_callers_name(identifier):
    with pytest.raises(ArgumentError, match="kernel_regularizer") as caught:
        regularizers.get(identifier, argument="kernel_regularizer")
    assert caught.value.choices
