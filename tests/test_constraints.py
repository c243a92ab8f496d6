"""Constraints against naive loops and recorded numbers of Keras."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convlab import constraints, use_language
from convlab.constraints import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from convlab.errors import ArgumentError, ShapeError
from tests.tolerances import FLOAT64, assert_close

EPSILON = 1e-7


def per_column(w, scale):
    """Each column of a matrix, times what ``scale`` makes of its length."""
    columns = []
    for column in w.T.tolist():
        length = math.sqrt(sum(number * number for number in column))
        columns.append([number * scale(length) / (length + EPSILON) for number in column])
    return np.array(columns).T


WEIGHTS = np.random.default_rng(1).normal(size=(4, 30))
NAIVE = [
    (MaxNorm(1.5), lambda length: min(length, 1.5)),
    (MaxNorm(None), lambda length: length),
    (MaxNorm(-1), lambda length: -1),
    (UnitNorm(), lambda length: 1),
    (MinMaxNorm(1.5, 2.0), lambda length: max(1.5, min(length, 2.0))),
    (MinMaxNorm(1.5, 2.0, 0.25), lambda n: 0.25 * max(1.5, min(n, 2.0)) + 0.75 * n),
]


@pytest.mark.parametrize(("constraint", "scale"), NAIVE, ids=[repr(row[0]) for row in NAIVE])
def test_each_column_gets_its_length(constraint, scale):
    assert_close(constraint(WEIGHTS), per_column(WEIGHTS, scale), FLOAT64)


def test_non_negative_weights_stay_and_others_vanish():
    assert NonNeg()(np.array([[-1.0, 2.0], [0.5, -3.0]])).tolist() == [[0, 2], [0.5, 0]]


@pytest.mark.parametrize("axis", [(0, 1, 2), [0, 1, 2], (0, -3, 2)])
def test_several_axes_make_one_length(axis):
    kernel = np.random.default_rng(2).normal(size=(3, 2, 4, 5))
    expected = per_column(kernel.reshape(24, 5), lambda length: 1).reshape(kernel.shape)
    assert_close(UnitNorm(axis)(kernel), expected, FLOAT64)


def test_no_axis_means_all_axes():
    assert np.linalg.norm(UnitNorm(None)(WEIGHTS)) == pytest.approx(1)


def test_a_norm_inside_the_ball_shrinks_a_little_as_well():
    assert MaxNorm(2)(np.array([0.5])).item() == 0.5 * (0.5 / (0.5 + EPSILON)) < 0.5


# Keras 3.15.1 on JAX 0.10.2, of [[3, 0, -0.1], [-4, 0, 0.2]] in float64.
KERAS = [
    (
        MaxNorm(),
        [[1.1999999760000004, 0, -0.09999995527866046], [-1.599999968, 0, 0.19999991055732091]],
    ),
    (
        MaxNorm(1, 1),
        [[0.9994448736828, 0, -0.033314829122760], [-0.9987523139401894, 0, 0.04993761569699]],
    ),
    (NonNeg(), [[3, 0, 0], [0, 0, 0.2]]),
    (
        UnitNorm(),
        [[0.5999999880000002, 0, -0.4472133955000474], [-0.799999984, 0, 0.8944267910000948]],
    ),
    (
        UnitNorm((0, 1)),
        [[0.599400886526572, 0, -0.0199800295508858], [-0.79920118203543, 0, 0.03996005910177]],
    ),
    (
        MinMaxNorm(0.5, 2, 0.5),
        [[2.0999999580000006, 0, -0.16180332651434204], [-2.799999944, 0, 0.3236066530286841]],
    ),
]


@pytest.mark.parametrize(("constraint", "expected"), KERAS, ids=lambda value: repr(value)[:40])
def test_the_projection_is_that_of_keras(constraint, expected):
    w = np.array([[3.0, 0.0, -0.1], [-4.0, 0.0, 0.2]])
    assert_close(constraint(w), expected, FLOAT64)


@pytest.mark.parametrize("kind", [MaxNorm, MinMaxNorm, NonNeg, UnitNorm])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_result_is_new_and_keeps_the_dtype(kind, dtype):
    w = WEIGHTS.astype(dtype)[::-1]
    w.setflags(write=False)
    projected = kind()(w)
    assert projected.dtype == dtype
    assert projected.flags.writeable
    assert not np.shares_memory(projected, w)


def test_a_bound_of_numpy_does_not_widen_the_dtype():
    w = WEIGHTS.astype("float32")
    assert MinMaxNorm(np.float64(0.5), np.float64(1), np.array(1.0))(w).dtype == "float32"


# Names and configurations.


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("max_norm", MaxNorm),
        ("min_max_norm", MinMaxNorm),
        ("non_neg", NonNeg),
        ("unit_norm", UnitNorm),
    ],
)
def test_every_name_makes_its_class(name, kind):
    assert getattr(constraints, name) is kind
    for identifier in (name, kind.__name__, kind, {"class_name": kind.__name__}):
        assert type(constraints.get(identifier)) is kind


# As Keras 3.15.1 writes them.
@pytest.mark.parametrize(
    ("class_name", "config"),
    [
        ("MaxNorm", {"max_value": 3, "axis": [0, 1]}),
        ("MaxNorm", {"max_value": 2, "axis": (0, 1)}),
        ("MinMaxNorm", {"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": 0}),
        ("NonNeg", {}),
        ("UnitNorm", {"axis": None}),
    ],
)
def test_what_keras_wrote_is_read_and_written_the_same(class_name, config):
    written = {
        "module": "keras.constraints",
        "class_name": class_name,
        "config": config,
        "registered_name": None,
    }
    assert constraints.serialize(constraints.get(written)) == written


def test_none_stays_none_and_an_own_function_itself():
    assert constraints.get(None) is None
    assert constraints.get(np.abs) is np.abs


def test_a_deserialized_function_is_the_callers():
    config = {"module": "builtins", "class_name": "function", "config": "halve"}
    assert constraints.deserialize(config, {"halve": np.abs}) is np.abs


def test_the_base_class_computes_nothing():
    with pytest.raises(NotImplementedError):
        constraints.Constraint()(np.ones(1))


# Refusals.


@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize("axis", ["a", 1.0, [0, 0], ["a"], (0, None), {0}])
@pytest.mark.parametrize("kind", [MaxNorm, MinMaxNorm, UnitNorm])
def test_an_axis_is_an_integer_or_several(kind, axis, language):
    with use_language(language), pytest.raises(ArgumentError) as caught:
        kind(axis=axis)
    with use_language(language):
        assert repr(axis) in str(caught.value)


@pytest.mark.parametrize("language", ["en", "zh_TW"])
@pytest.mark.parametrize("axis", [2, -3, (0, 2), (0, -2)])
def test_an_axis_exists_and_is_named_once(axis, language):
    with use_language(language), pytest.raises(ShapeError) as caught:
        UnitNorm(axis)(WEIGHTS)
    with use_language(language):
        assert "(4, 30)" in str(caught.value)
    assert caught.value.choices == ({"axis": 0}, {"axis": 1})


@pytest.mark.parametrize(
    "call",
    [
        lambda: MaxNorm("a"),
        lambda: MinMaxNorm(None),
        lambda: MinMaxNorm(max_value=[1]),
        lambda: MinMaxNorm(rate="a"),
    ],
)
def test_a_bound_is_a_number(call):
    with pytest.raises(ArgumentError, match="must be a real number"):
        call()


@pytest.mark.parametrize("identifier", ["maxnorm", "Max_Norm", "", "relu", 3, [], {}, np.ones(2)])
def test_anything_else_is_refused_under_the_callers_name(identifier):
    with pytest.raises(ArgumentError, match="bias_constraint") as caught:
        constraints.get(identifier, argument="bias_constraint")
    assert caught.value.choices
