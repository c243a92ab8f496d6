"""The recorded settings of real Keras' other layers, replayed: one test a setting."""

import collections

import pytest

import convlab
from convlab.companions import COMPANIONS
from convlab.layers.common import REQUIRED
from tools.keras.companions import COUNTS, check, recorded
from tools.keras.encoding import encode

HEAD, ROWS, ARRAYS = recorded()


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_shapes_weights_numbers_gradients_and_configs_are_those_of_keras(row):
    check(row, ARRAYS)


@pytest.mark.parametrize("name", HEAD["signatures"])
def test_arguments_have_the_names_order_and_defaults_of_keras(name):
    declared = getattr(convlab, name).declared_arguments()
    found = [
        [key] if value is REQUIRED else [key, encode(value)] for key, value in declared.items()
    ]
    assert found == HEAD["signatures"][name]


def test_the_record_is_as_large_and_as_varied_as_it_claims():
    layers = collections.Counter(row["case"].partition("-")[0] for row in ROWS)
    assert len(ROWS) >= 1500 and sum("gradients" in row for row in ROWS) >= 400
    assert layers == COUNTS and {*COUNTS, "InputLayer"} == {*COMPANIONS}
    assert {row["dtype"] for row in ROWS} == {"float32", "float64"}
