"""The input gradient by scatter: chosen only where it is right, and right at every edge."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from convlab import ops
from convlab.geometry import Axis, transposed_axis
from convlab.ops import scatter
from tests import oracles
from tests.tolerances import FLOAT64, assert_close


def test_windows_are_disjoint_where_each_reads_inputs_of_its_own():
    ranges = range(3, 9), range(2, 4), range(1, 5), range(1, 3), range(3), range(-1, 3)
    for setting in product(*ranges):
        axis = Axis(*setting)
        if axis.output_size < 2 or axis.tail:
            continue
        starts = [axis.start(output) for output in range(axis.output_size)]
        covered = [position for s in starts for position in range(s, s + axis.effective_kernel)]
        apart = len(set(covered)) == len(covered) and set(covered) <= set(range(axis.size))
        one = Axis(size=5, kernel=1)
        assert scatter.windows_are_disjoint((axis, one)) == apart, axis
        assert scatter.windows_are_disjoint((one, axis)) == apart, axis


def test_a_kernel_of_one_tap_is_no_scatter():
    assert not scatter.windows_are_disjoint((Axis(5, 1), Axis(5, 1, stride=2)))


# Sizes of the input, kernel, strides, padding, dilation, output padding; the algorithm.
TRANSPOSED = {
    "output padding": ((4, 5), (4, 4), (2, 2), "valid", (1, 1), (1, 1), scatter.scatter_add),
    "one side longer": ((4, 5), (4, 3), (3, 2), "valid", (1, 1), (2, 0), scatter.scatter_add),
    "no output padding": ((4, 5), (4, 4), (2, 2), "valid", (1, 1), None, scatter.scatter_add),
    "same": ((4, 5), (4, 5), (2, 2), "same", (1, 1), None, scatter.scatter_add),
    "same, output padding": ((4, 5), (3, 5), (2, 3), "same", (1, 1), (1, 2), scatter.scatter_add),
    "dilation": ((5, 8), (3, 3), (1, 1), "valid", (2, 3), None, scatter.scatter_add),
    "disjoint": ((4, 5), (2, 3), (2, 3), "valid", (1, 1), None, scatter.scatter),
    "disjoint, output padding": ((4, 5), (2, 3), (3, 4), "valid", (1, 1), (2, 3), scatter.scatter),
    "disjoint, dilation": ((4, 5), (2, 3), (3, 5), "valid", (2, 2), None, scatter.scatter),
    "disjoint, one gap": ((4, 5), (2, 3), (2, 4), "valid", (1, 1), None, scatter.scatter),
}


@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize("setting", TRANSPOSED.values(), ids=TRANSPOSED)
def test_a_transposed_convolution_stamps_the_kernel(setting, with_bias, monkeypatch):
    sizes, kernel_size, strides, padding, dilation, output_padding, algorithm = setting
    rng = np.random.default_rng(6)
    x, kernel = rng.standard_normal((2, *sizes, 24)), rng.standard_normal((*kernel_size, 3, 24))
    bias = rng.standard_normal(3) if with_bias else None
    extra = output_padding or (None, None)
    axes = tuple(
        transposed_axis(n, k, s, d, padding, op).forward
        for n, k, s, d, op in zip(sizes, kernel_size, strides, dilation, extra, strict=True)
    )
    calls = []
    name = algorithm.__name__
    monkeypatch.setattr(scatter, name, lambda *a: calls.append(name) or algorithm(*a))
    y = ops.input_gradient(x, kernel, axes, 1, bias)
    wanted = oracles.transposed(x, kernel, strides, padding, dilation, output_padding)
    assert_close(y, wanted + (bias if with_bias else 0), FLOAT64)
    assert calls == [name]


def test_inputs_between_windows_get_the_bias_alone():
    rng = np.random.default_rng(6)
    x, kernel = rng.standard_normal((2, 4, 5, 24)), rng.standard_normal((1, 2, 3, 24))
    bias = rng.standard_normal(3)
    wanted = oracles.transposed(x, kernel, (2, 1), "valid", (1, 1), None) + bias
    axes = (
        transposed_axis(4, 1, 2, 1, "valid").forward,
        transposed_axis(5, 2, 1, 1, "valid").forward,
    )
    assert_close(ops.input_gradient(x, kernel, axes, 1, bias), wanted, FLOAT64)


@pytest.mark.parametrize(("strides", "length"), [((2, 2), 17), ((5, 5), 23)])
def test_inputs_behind_the_last_window_get_no_gradient(strides, length):
    rng = np.random.default_rng(6)
    kernel = rng.standard_normal((4, 4, 3, 20))
    axes = (Axis(length, 4, strides[0]), Axis(length, 4, strides[1]))
    size = axes[0].output_size
    dy = rng.standard_normal((2, size, size, 20))
    reached = (size - 1) * strides[0] + 4
    assert reached < length
    dx = ops.input_gradient(dy, kernel, axes, 1)
    stamped = oracles.transposed(dy, kernel, strides, "valid", (1, 1), (0, 0))
    assert_close(dx[:, :reached, :reached], stamped, FLOAT64)
    assert not dx[:, reached:].any()
    assert not dx[:, :, reached:].any()
