"""Costs, held against Keras' record, against counting in naive loops, and against arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from convlab import Conv1D, Conv2D, Conv2DTranspose, SeparableConv2D, explain
from tests import oracles
from tools.keras.replay import Case
from tools.keras.store import DATA, Reader, read_json

HEAD, ROWS = read_json(DATA / "cases.json.gz")
ARRAYS = Reader(DATA / "cases.npz")
CASES = [Case(row, HEAD["default_configs"][row["case"].partition("-")[0]], ARRAYS) for row in ROWS]


class Tally(float):
    """A number that counts how often it is multiplied."""

    products = 0
    # NumPy's numbers, such as those of a padding, leave the product to this class.
    __array_ufunc__ = None

    def __mul__(self, other):
        Tally.products += 1
        return float(self) * float(other)

    __rmul__ = __mul__


def tallies(*shape):
    values = [Tally(1.0) for _ in range(int(np.prod(shape)))]
    return np.array(values, dtype=object).reshape(shape)


def counted(oracle, *operands, **arguments):
    Tally.products = 0
    oracle(*operands, **arguments)
    return Tally.products


def multiply_adds_of_the_oracle(layer, config, input_shape, weights):
    """The products that the naive loops form for one sample."""
    strides, dilation = tuple(config["strides"]), tuple(config["dilation_rate"])
    sizes = input_shape[1:]
    if config["data_format"] == "channels_first":
        sizes = (*sizes[1:], sizes[0])
    x, kernel = tallies(1, *sizes), tallies(*weights[0])
    if layer == "Conv2DTranspose":
        # All of a stamp is computed before it is cropped: 'valid' crops nothing.
        return counted(oracles.transposed, x, kernel, strides, "valid", dilation, None)
    padding = config["padding"]
    if layer in ("Conv1D", "Conv2D"):
        groups = config["groups"]
        return counted(oracles.convolution, x, kernel, strides, padding, dilation, groups)
    first = counted(oracles.depthwise, x, kernel, strides, padding, dilation)
    if layer == "DepthwiseConv2D":
        return first
    between = oracles.depthwise(x, kernel, strides, padding, dilation)
    pointwise = tallies(*weights[1])
    return first + counted(oracles.convolution, between, pointwise, (1, 1), "valid", (1, 1))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_shapes_and_parameters_are_those_of_keras(case):
    layer = case.make()
    for given, expected in case.row["shapes"]:
        shape = list(explain(layer, tuple(given)).output_shape)
        if layer.activation.name == "glu":
            # Keras' compute_output_shape does not know that glu halves the last axis.
            assert shape[:-1] == expected[:-1] and 2 * shape[-1] == expected[-1]
        else:
            assert shape == expected
    record = explain(layer, tuple(case.row["input_shape"]))
    assert [weight.shape for weight in record.weights] == [
        tuple(place[2]) for _, place in case.row["weights"]
    ]
    assert record.parameters == case.row["count_params"]


@pytest.mark.parametrize("case", CASES[::16], ids=[case.name for case in CASES[::16]])
def test_multiply_adds_are_those_that_the_naive_loops_form(case):
    shape = tuple(case.row["input_shape"])
    weights = [tuple(place[2]) for _, place in case.row["weights"]]
    found = explain(case.make(), shape).multiply_adds
    assert found == multiply_adds_of_the_oracle(case.layer, case.config, shape, weights)


def test_bytes_follow_the_dtype():
    single = explain(Conv1D(4, 3), (7, 10, 2)).bytes
    double = explain(Conv1D(4, 3, dtype="float64"), (7, 10, 2)).bytes
    assert single.to_dict() == {"input": 80, "output": 128, "weights": 112}
    assert double.to_dict() == {"input": 160, "output": 256, "weights": 224}


def test_a_dense_layer_has_a_weight_for_every_input_and_output():
    dense = explain(Conv2D(8, 3), (None, 10, 12, 3)).dense
    assert (dense.inputs, dense.outputs) == (360, 640)
    assert (dense.parameters, dense.multiply_adds) == (360 * 640 + 640, 360 * 640)
    assert dense.ratio == Fraction(360 * 640 + 640, 224)


def test_without_a_bias_the_dense_layer_has_none_either():
    assert explain(Conv1D(2, 3, use_bias=False), (None, 5, 1)).dense.parameters == 5 * 6


def test_unknown_sizes_leave_costs_open_and_parameters_known():
    record = explain(SeparableConv2D(8, 3), (None, None, 12, 3))
    assert record.output_shape == (None, None, 10, 8)
    assert (record.multiply_adds, record.dense, record.bytes.output) == (None, None, None)
    assert record.parameters == 27 + 24 + 8
    assert (
        str(record.multiply_adds_step)
        == "M = h′ · w′ · 27 + h′ · w′ · 24 = h′ · 10 · 27 + h′ · 10 · 24"
    )


def test_the_transposed_layer_counts_its_inputs():
    step = explain(Conv2DTranspose(2, 3, strides=2), (None, 4, 5, 1)).multiply_adds_step
    assert step.chain == ("h * w * 18", "4 * 5 * 18", "360")
