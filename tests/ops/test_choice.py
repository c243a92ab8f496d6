"""Which algorithm computes what, on both sides of each threshold."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import numpy as np
import pytest

from convlab import ops
from convlab.geometry import Axis
from convlab.ops import blas, depthwise, im2col, planar_im2col, scatter, width_im2col

ALGORITHMS = {
    (im2col, "convolve_untiled"): "untiled",
    (im2col, "kernel_gradient_untiled"): "untiled",
    (im2col, "tasks"): "im2col",
    (im2col, "kernel_gradient"): "im2col",
    (width_im2col, "_implicit_gemm"): "implicit",
    (width_im2col, "_lowered_gemm"): "lowered",
    (planar_im2col, "tasks"): "planar",
    (planar_im2col, "kernel_gradient"): "planar",
    (depthwise, "tasks"): "depthwise",
    (depthwise, "kernel_gradient"): "depthwise",
    (scatter, "scatter"): "scatter",
    (scatter, "scatter_add"): "scatter-add",
}


@pytest.fixture
def called(monkeypatch):
    """The names of the algorithms that were called."""
    seen = []

    def watched(algorithm, label, *arguments):
        seen.append(label)
        return algorithm(*arguments)

    for (module, name), label in ALGORITHMS.items():
        monkeypatch.setattr(module, name, partial(watched, getattr(module, name), label))
    return seen


def arrays(rows, columns, channels, filters, groups=1, samples=2):
    x = np.ones((samples, rows.size, columns.size, channels), "float32")
    kernel = np.ones((rows.kernel, columns.kernel, channels // groups, filters), "float32")
    dy = np.ones((samples, rows.output_size, columns.output_size, filters), "float32")
    return x, kernel, dy


def outputs(count, kernel, stride=1, dilation=1):
    """An axis with ``count`` outputs, no padding and no tail."""
    return Axis((count - 1) * stride + (kernel - 1) * dilation + 1, kernel, stride, dilation)


@pytest.mark.parametrize(
    ("rows", "columns", "channels", "filters", "algorithm"),
    [
        (outputs(1, 1), outputs(16, 1), 32, 32, "untiled"),
        (outputs(1, 1), outputs(17, 1), 32, 32, "im2col"),
        (outputs(9, 1), outputs(24, 1), 32, 32, "implicit"),
        (outputs(9, 1), outputs(23, 1), 32, 32, "im2col"),
        (outputs(9, 1), outputs(72, 3), 5, 40, "implicit"),
        (outputs(9, 1), outputs(71, 3), 5, 40, "planar"),
        (outputs(9, 1), outputs(48, 3, stride=2), 5, 40, "implicit"),
        (outputs(9, 1), outputs(47, 3, stride=2), 5, 40, "planar"),
        (outputs(9, 1), outputs(130, 3, dilation=2), 5, 40, "planar"),
        (outputs(9, 1), outputs(130, 3, dilation=2), 16, 40, "lowered"),
        (outputs(9, 3), outputs(24, 3), 16, 48, "lowered"),
        (outputs(9, 3), outputs(23, 3), 16, 48, "im2col"),
        (outputs(9, 3), outputs(32, 3), 16, 64, "lowered"),
        (outputs(9, 3), outputs(31, 3), 16, 64, "im2col"),
        (outputs(9, 3, dilation=2), outputs(32, 3), 16, 64, "im2col"),
        (outputs(9, 3), outputs(48, 3), 15, 20, "planar"),
        (outputs(9, 3), outputs(45, 3), 15, 20, "im2col"),
        (outputs(9, 3, dilation=2), outputs(48, 3), 15, 20, "im2col"),
        (outputs(99, 1), outputs(23, 1), 3, 20, "im2col"),
    ],
)
def test_the_algorithm_of_a_convolution(rows, columns, channels, filters, algorithm, called):
    x, kernel, _ = arrays(rows, columns, channels, filters)
    ops.convolution(x, kernel, (rows, columns), 1)
    assert called == [algorithm]


@pytest.mark.parametrize(
    ("rows", "columns", "channels", "filters", "algorithm"),
    [
        (outputs(8, 2, stride=2), outputs(8, 2, stride=3), 16, 16, "scatter"),
        (outputs(8, 2, stride=1), outputs(8, 2, stride=3), 16, 16, "im2col"),
        (outputs(8, 1), outputs(8, 1), 32, 32, "im2col"),
        (outputs(9, 3), outputs(20, 3), 8, 16, "scatter-add"),
        (outputs(9, 3), outputs(20, 3), 9, 16, "im2col"),
        (outputs(9, 3), outputs(20, 3), 8, 15, "im2col"),
        (outputs(2, 3), outputs(4, 3), 8, 16, "im2col"),
    ],
)
def test_the_algorithm_of_an_input_gradient(rows, columns, channels, filters, algorithm, called):
    _, kernel, dy = arrays(rows, columns, channels, filters)
    ops.input_gradient(dy, kernel, (rows, columns), 1)
    assert set(called) == {algorithm}


@pytest.mark.parametrize(
    ("rows", "columns", "channels", "filters", "algorithm"),
    [
        (outputs(1, 1), outputs(16, 1), 32, 32, "untiled"),
        (outputs(1, 1), outputs(17, 1), 32, 32, "im2col"),
        (outputs(9, 3), outputs(48, 3), 15, 20, "planar"),
        (outputs(9, 3), outputs(48, 3), 16, 20, "im2col"),
    ],
)
def test_the_algorithm_of_a_kernel_gradient(rows, columns, channels, filters, algorithm, called):
    x, _, dy = arrays(rows, columns, channels, filters)
    ops.kernel_gradient(x, dy, (rows, columns), 1)
    assert called == [algorithm]


@pytest.mark.parametrize(
    ("channels", "filters", "groups", "algorithm"),
    [(6, 6, 6, "depthwise"), (6, 12, 6, "depthwise"), (12, 6, 6, "depthwise"), (6, 6, 3, "im2col")],
)
def test_the_algorithm_of_groups(channels, filters, groups, algorithm, called):
    axes = outputs(4, 3), outputs(5, 3)
    x, kernel, dy = arrays(*axes, channels, filters, groups)
    ops.convolution(x, kernel, axes, groups)
    ops.kernel_gradient(x, dy, axes, groups)
    ops.input_gradient(dy, kernel, axes, groups)
    assert called == [algorithm] * 3


@pytest.mark.parametrize(("stride", "whole_rows"), [(1, True), (2, False)])
def test_a_depthwise_tap_scales_whole_rows_where_they_are_contiguous(
    stride, whole_rows, monkeypatch
):
    seen, flat_rows = [], depthwise._flat_rows
    monkeypatch.setattr(depthwise, "_flat_rows", lambda view: seen.append(view) or flat_rows(view))
    axes = outputs(4, 3), outputs(5, 3, stride)
    x, kernel, dy = arrays(*axes, 12, 12, 12)
    ops.convolution(x, kernel, axes, 12)
    ops.kernel_gradient(x, dy, axes, 12)
    assert bool(seen) == whole_rows
    assert all(np.shares_memory(view, flat_rows(view)) for view in seen)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (4, 3), (2, 2), (1, 2)])
def test_no_rows_of_a_matrix_overlap_in_memory(kernel, stride, monkeypatch):
    seen, matmul = [], blas.matmul

    def watched(rows, *others):
        seen.append(rows)
        return matmul(rows, *others)

    monkeypatch.setattr(blas, "matmul", watched)
    axes = outputs(9, 1), outputs(100, kernel, stride)
    x, weights, _ = arrays(*axes, 30, 40)
    ops.convolution(x, weights, axes, 1)
    assert seen
    for rows in seen:
        assert rows.strides[-1] == rows.itemsize
        assert rows.strides[-2] >= rows.shape[-1] * rows.itemsize


def test_a_kernel_gradient_sums_over_equal_blocks_each_a_small_product():
    assert planar_im2col._block_depth(2000, 400) == 2000
    assert planar_im2col._block_depth(10_000, 400) == 2500
    assert planar_im2col._block_depth(9_995, 400) == 1999
    assert planar_im2col._block_depth(10_007, 400) == 10_007


def test_the_work_of_a_separable_convolution_counts_both_stages(monkeypatch):
    module, seen = import_module("convlab.ops.convolution"), []
    monkeypatch.setattr(module, "run_tasks", lambda tasks, work: seen.append(work))
    axes = outputs(4, 3), outputs(5, 3)
    x, kernel, _ = arrays(*axes, 6, 12, 6)
    ops.separable(x, (kernel, np.ones((1, 1, 12, 7), "float32")), axes, 6)
    places = 2 * 4 * 5
    assert seen == [(places * 12 * 9 + places * 7 * 12, places * 12 + places * 7)]


def test_one_dimension_is_computed_along_the_width(called):
    axis, unit = outputs(99, 3), Axis(1, 1)
    x, kernel, dy = arrays(axis, unit, 5, 40)
    ops.convolution(x, kernel, (axis, unit), 1)
    ops.kernel_gradient(x, dy, (axis, unit), 1)
    ops.input_gradient(dy, kernel, (axis, unit), 1)
    assert called == ["implicit", "planar", "scatter-add"]
