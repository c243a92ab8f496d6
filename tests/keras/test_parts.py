"""Activations, initializers, regularizers and constraints of real Keras, replayed."""

import json

import numpy as np
import pytest

from tests.tolerances import FLOAT32, FLOAT64, assert_close
from tools.keras.backend import convlab_namespace
from tools.keras.encoding import attribute, decode
from tools.keras.parts import CORNERS, ROWS
from tools.keras.replay import assert_same_config
from tools.keras.store import DATA, Reader, read_json

_, PARTS = read_json(DATA / "parts.json.gz")
ARRAYS = Reader(DATA / "parts.npz")
CONVLAB = convlab_namespace()


def _each(part, fits=lambda row: True):
    rows = [row for row in PARTS if row["part"] == part and fits(row)]
    return pytest.mark.parametrize("row", rows, ids=[_label(row) for row in rows])


def _label(row):
    if row["part"] == "activation":
        return row["name"] + "".join(f"-{k}={v}" for k, v in row["options"].items())
    return json.dumps(row.get("object", row.get("identifier")))[:100]


def _tolerance(row):
    """Keras computes some parts in float32, also of float64 numbers: tanh, and the factor of L1."""
    coarse = row.get("y", [None])[0] == "float32" or "L1" in json.dumps(row.get("object"))
    return FLOAT32 if coarse or "Orthogonal" in json.dumps(row.get("object")) else FLOAT64


def _activate(row, x):
    """convlab's activation with its options, at x: (y, a function from dy to dx)."""
    function = attribute(CONVLAB, "activations", row["name"])
    y = function(x, **row["options"])
    return y, lambda dy: function.gradient(x, dy, **row["options"])


@_each("activation")
def test_an_activation_has_the_values_of_keras(row):
    y, _ = _activate(row, ARRAYS.get(row["x"]))
    expected = ARRAYS.get(row["y"])
    np.testing.assert_allclose(y, expected, rtol=_tolerance(row), atol=_tolerance(row))


@_each("activation")
def test_an_activation_has_the_gradient_of_keras(row):
    x = ARRAYS.get(row["x"])
    _, gradient = _activate(row, x)
    found, expected = gradient(ARRAYS.get(row["dy"])), ARRAYS.get(row["dx"])
    smooth = slice(None) if row["name"] in ROWS else slice(0, -len(CORNERS))
    np.testing.assert_allclose(
        found[smooth], expected[smooth], rtol=_tolerance(row), atol=_tolerance(row)
    )


@_each("activation", lambda row: row["name"] not in ROWS)
def test_at_a_corner_the_gradient_is_that_of_keras_or_lies_between_its_two_sides(row):
    corners, ones = np.array(CORNERS), np.ones(len(CORNERS))
    at, before, after = (_activate(row, corners + step)[1](ones) for step in (0.0, -1e-6, 1e-6))
    last = slice(-len(CORNERS), None)
    of_keras = ARRAYS.get(row["dx"])[last] / ARRAYS.get(row["dy"])[last]
    between = (at >= np.minimum(before, after) - 1e-5) & (at <= np.maximum(before, after) + 1e-5)
    assert np.all(between | (at == of_keras))


@_each("regularizer", lambda row: "Orthogonal" not in json.dumps(row["object"]))
def test_a_penalty_on_zeros_pulls_nowhere_further_than_its_slope(row):
    regularizer = decode(row["object"], CONVLAB)
    slope = np.abs(regularizer.gradient(np.full((2, 3), 1e-9)))
    assert np.all(np.abs(regularizer.gradient(np.zeros((2, 3)))) <= slope + 1e-12)


@_each("regularizer")
def test_a_penalty_and_its_gradient_are_those_of_keras(row):
    regularizer = decode(row["object"], CONVLAB)
    x = ARRAYS.get(row["x"])
    assert_close(regularizer(x), row["penalty"], _tolerance(row))
    gradient = np.broadcast_to(regularizer.gradient(x), x.shape)
    assert_close(gradient, ARRAYS.get(row["gradient"]), _tolerance(row))


@_each("constraint")
def test_a_projection_is_that_of_keras(row):
    constraint = decode(row["object"], CONVLAB)
    assert_close(constraint(ARRAYS.get(row["x"])), ARRAYS.get(row["y"]), FLOAT64)


@_each("filling")
def test_a_deterministic_initializer_has_the_values_of_keras(row):
    initializer = decode(row["object"], CONVLAB)
    values = initializer(tuple(row["shape"]), dtype="float64")
    np.testing.assert_array_equal(values, ARRAYS.get(row["values"]))
    assert initializer(tuple(row["shape"])).dtype == row["default_dtype"]


@_each("drawing")
def test_a_random_initializer_draws_from_the_distribution_of_keras(row):
    initializer = decode(row["object"], CONVLAB)
    shape = tuple(row["shape"])
    values = np.asarray(initializer(shape, dtype="float64"))
    mean, deviation, low, high = _facts(row)
    assert values.shape == shape
    assert low <= values.min() and values.max() <= high
    assert abs(values.mean() - mean) < 5 * deviation / np.sqrt(values.size)
    assert values.std() == pytest.approx(deviation, rel=5 / np.sqrt(values.size))
    if np.isfinite(high):  # the ends are reached: the range is not narrower
        reach = 0.02 if row["distribution"] == "uniform" else 0.1
        assert values.max() > high - reach * (high - low)
        assert values.min() < low + reach * (high - low)


def _facts(row):
    """Mean, standard deviation and range of the recorded distribution."""
    if row["distribution"] == "uniform":
        low, high = row["minval"], row["maxval"]
        return (low + high) / 2, (high - low) / np.sqrt(12), low, high
    mean, stddev = row["mean"], row["stddev"]
    if row["distribution"] == "normal":
        return mean, stddev, -np.inf, np.inf
    return mean, stddev * 0.87962566103423978, mean - 2 * stddev, mean + 2 * stddev


@_each("drawing")
def test_an_integer_seed_gives_the_same_weights_every_time(row):
    first, second = (decode(row["object"], CONVLAB)(tuple(row["shape"])) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (2, 3, 4, 5), (2, 1, 2, 9), (7, 1)])
def test_the_orthogonal_initializer_has_orthonormal_rows_or_columns(shape):
    kernel = CONVLAB.initializers.Orthogonal(gain=2.0, seed=1)(shape, dtype="float64")
    matrix = kernel.reshape(-1, shape[-1])
    short = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    assert_close(short @ short.T, 4 * np.eye(len(short)), FLOAT64)


# Keras forgets it: its Identity has no get_config, and comes back with a gain of one.
KEPT_BEYOND_KERAS = {"Identity": {"gain"}}


@_each("serialization")
def test_an_object_serializes_as_in_keras(row):
    family = getattr(CONVLAB, row["family"])
    found = family.serialize(family.get(decode(row["identifier"], CONVLAB)))
    again = family.serialize(family.get(found))
    assert again == found
    if isinstance(found, dict):
        beyond = KEPT_BEYOND_KERAS.get(found["class_name"], set())
        found = {**found, "config": {k: v for k, v in found["config"].items() if k not in beyond}}
    assert_same_config(json.loads(json.dumps(found)), row["serialized"], _label(row))
