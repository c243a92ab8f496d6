"""Every algorithm gives the definition's sums, and the same bits each time."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from convlab import ops
from convlab.geometry import UNIT_AXIS, Axis, convolution_axis
from convlab.ops import (
    blas,
    depthwise,
    im2col,
    planar_im2col,
    scatter,
    threads,
    width_im2col,
    windows,
)
from tests import oracles
from tests.tolerances import FLOAT32, FLOAT64, assert_close

SMALL_TILE = 1 << 12
LARGE_TILE = windows.TILE_BYTES
SMALL_PRODUCT = 1 << 16

UNTILED, IM2COL = im2col.convolve_untiled, im2col.tasks
WIDTH, PLANAR, DEPTHWISE = width_im2col.tasks, planar_im2col.tasks, depthwise.tasks

# (sample, height, width, channels), kernel shape, strides, padding, dilation, groups, algorithm.
SETTINGS = {
    "untiled": ((1, 5, 6, 2), (3, 2, 2, 3), (1, 1), "same", (1, 1), 1, UNTILED),
    "untiled, padded after": ((1, 5, 6, 2), (2, 2, 2, 3), (1, 1), "same", (1, 1), 1, UNTILED),
    "untiled, padded before": ((1, 5, 6, 2), (3, 2, 2, 3), (1, 1), "causal", (1, 1), 1, UNTILED),
    "tiles": ((2, 9, 11, 24), (3, 3, 24, 8), (2, 1), "same", (1, 1), 1, IM2COL),
    "dilation": ((1, 12, 13, 7), (3, 3, 7, 9), (1, 1), "same", (2, 3), 1, IM2COL),
    "dilation, long rows": ((1, 11, 40, 17), (3, 3, 17, 9), (1, 1), "same", (2, 1), 1, IM2COL),
    "short rows": ((2, 3, 20, 30), (1, 2, 30, 9), (1, 1), "same", (1, 1), 1, IM2COL),
    "1x1": ((2, 6, 33, 16), (1, 1, 16, 12), (1, 1), "valid", (1, 1), 1, WIDTH),
    "width im2col": ((2, 6, 35, 16), (3, 3, 16, 70), (1, 1), "same", (1, 1), 1, WIDTH),
    "width im2col, stride": ((2, 9, 69, 24), (3, 2, 24, 8), (2, 2), "same", (1, 1), 1, WIDTH),
    "width im2col, dilation": ((1, 7, 40, 17), (2, 3, 17, 64), (1, 1), "same", (1, 3), 1, WIDTH),
    "width im2col, valid": ((1, 7, 37, 20), (3, 3, 20, 66), (1, 1), "valid", (1, 1), 1, WIDTH),
    "implicit": ((3, 1, 295, 5), (1, 9, 5, 40), (1, 1), "same", (1, 1), 1, WIDTH),
    "implicit, narrow": ((2, 3, 501, 1), (1, 4, 1, 9), (1, 1), "same", (1, 1), 1, WIDTH),
    "implicit, stride": ((2, 2, 999, 3), (1, 8, 3, 12), (1, 3), "valid", (1, 1), 1, WIDTH),
    "height 1, dilation": ((2, 1, 190, 20), (1, 3, 20, 8), (1, 1), "same", (1, 2), 1, WIDTH),
    "height 1, overlapping": ((2, 6, 35, 30), (1, 2, 30, 19), (1, 1), "same", (1, 1), 1, WIDTH),
    "implicit, every window": ((1, 1, 64, 30), (1, 2, 30, 19), (1, 1), "same", (1, 1), 1, WIDTH),
    "patches": ((4, 12, 12, 3), (4, 4, 3, 20), (4, 4), "valid", (1, 1), 1, IM2COL),
    "patches, gaps": ((3, 15, 13, 9), (2, 3, 9, 20), (4, 3), "valid", (1, 1), 1, IM2COL),
    "patches, padded": ((2, 13, 14, 3), (3, 3, 3, 30), (3, 3), "same", (1, 1), 1, IM2COL),
    "channels": ((4, 9, 10, 32), (3, 3, 32, 33), (1, 1), "same", (1, 1), 1, IM2COL),
    "planar, parts of rows": ((2, 5, 2000, 3), (3, 3, 3, 40), (1, 1), "same", (1, 1), 1, PLANAR),
    "planar": ((2, 12, 24, 1), (3, 3, 1, 16), (1, 1), "same", (1, 1), 1, PLANAR),
    "planar, stride": ((2, 17, 61, 3), (5, 5, 3, 4), (2, 3), "same", (1, 1), 1, PLANAR),
    "planar, dilation": ((1, 12, 25, 2), (3, 3, 2, 20), (1, 1), "same", (1, 2), 1, PLANAR),
    "planar, both": ((1, 13, 67, 2), (2, 4, 2, 20), (2, 4), "same", (1, 6), 1, PLANAR),
    "planar, tail": ((8, 9, 38, 1), (2, 2, 1, 30), (2, 3), "valid", (1, 1), 1, PLANAR),
    "groups": ((2, 7, 8, 12), (3, 3, 4, 6), (1, 1), "same", (1, 1), 3, IM2COL),
    "depthwise": ((2, 9, 8, 6), (3, 3, 1, 6), (1, 1), "same", (1, 1), 6, DEPTHWISE),
    "depthwise, stride 2": ((2, 9, 8, 6), (3, 2, 1, 6), (2, 2), "same", (1, 1), 6, DEPTHWISE),
    "depthwise, multiplier 3": ((1, 9, 8, 4), (3, 3, 1, 12), (1, 1), "valid", (1, 1), 4, DEPTHWISE),
}
each_setting = pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)


def drawn(setting, dtype="float64"):
    shape, kernel_shape, strides, padding, dilation, groups, _ = setting
    rng = np.random.default_rng(3)
    axes = tuple(
        convolution_axis(size, kernel, stride, rate, padding)
        for size, kernel, stride, rate in zip(
            shape[1:3], kernel_shape, strides, dilation, strict=False
        )
    )
    x = rng.standard_normal(shape).astype(dtype)
    kernel = rng.standard_normal(kernel_shape).astype(dtype)
    bias = rng.standard_normal(kernel_shape[3]).astype(dtype)
    return x, kernel, axes, groups, bias


def expected(setting, x, kernel, bias):
    """The definition, tap by tap; the loops of ``oracles`` over all numbers would take minutes."""
    _, _, strides, padding, dilation, groups, _ = setting
    around = [
        oracles.pads(*axis, padding)
        for axis in zip(x.shape[1:3], kernel.shape, strides, dilation, strict=False)
    ]
    padded = np.pad(x, [(0, 0), *around, (0, 0)])
    rows, columns = (
        oracles.windows(*axis)
        for axis in zip(padded.shape[1:3], kernel.shape, strides, dilation, strict=False)
    )
    channels, filters = kernel.shape[2], kernel.shape[3] // groups
    y = np.zeros((len(x), len(rows), len(columns), kernel.shape[3]))
    for k, j, g in np.ndindex(*kernel.shape[:2], groups):
        places = np.ix_(range(len(x)), [row[k] for row in rows], [column[j] for column in columns])
        seen = padded[places][..., g * channels : (g + 1) * channels]
        mine = slice(g * filters, (g + 1) * filters)
        y[..., mine] += (seen[..., None] * kernel[k, j, :, mine]).sum(axis=-2)
    return y + bias


@pytest.fixture(
    params=[(LARGE_TILE, 0), (SMALL_TILE, blas.SMALL_GEMM), (LARGE_TILE, SMALL_PRODUCT)],
    ids=["large tiles", "small tiles", "small products"],
)
def pieces(request, monkeypatch):
    if request.param is None:
        return
    tile, product = request.param
    monkeypatch.setattr(windows, "TILE_BYTES", tile)
    monkeypatch.setattr(windows, "MIN_TILE_OUTPUTS", 1)
    monkeypatch.setattr(threads, "BLAS_THREADING_THRESHOLD", 0)
    monkeypatch.setattr(threads, "THREADING_THRESHOLD", 0)
    monkeypatch.setattr(blas, "small_gemm_limit", lambda: product)


def watched(monkeypatch, algorithm):
    """A list that grows whenever ``algorithm`` is called."""
    seen = []
    module = next(
        one
        for one in (depthwise, im2col, planar_im2col, scatter, width_im2col)
        if algorithm in vars(one).values()
    )
    monkeypatch.setattr(
        module, algorithm.__name__, lambda *a, **k: seen.append(1) or algorithm(*a, **k)
    )
    return seen


@each_setting
def test_each_setting_takes_its_algorithm(setting, monkeypatch):
    seen = watched(monkeypatch, setting[-1])
    x, kernel, axes, groups, bias = drawn(setting)
    ops.convolution(x, kernel, axes, groups, bias)
    assert seen


@pytest.mark.parametrize(
    ("name", "algorithm"),
    [
        ("patches", scatter.scatter),
        ("patches, gaps", scatter.scatter),
        ("planar", scatter.scatter_add),
        ("planar, both", scatter.scatter_add),
        ("channels", im2col.tasks),
    ],
)
def test_each_input_gradient_takes_its_algorithm(name, algorithm, monkeypatch):
    seen = watched(monkeypatch, algorithm)
    x, kernel, axes, groups, bias = drawn(SETTINGS[name])
    y = expected(SETTINGS[name], x, kernel, bias)
    ops.input_gradient(y, kernel, axes, groups)
    assert seen


@each_setting
def test_the_input_gradient_takes_a_bias_for_each_channel(setting, pieces):
    x, kernel, axes, groups, bias = drawn(setting)
    dy = expected(setting, x, kernel, bias)
    plain = ops.input_gradient(dy, kernel, axes, groups)
    biases = np.arange(1.0, x.shape[3] + 1)
    assert_close(ops.input_gradient(dy, kernel, axes, groups, biases), plain + biases, FLOAT64)


@each_setting
def test_every_algorithm_gives_the_definition_s_sums(setting, pieces):
    x, kernel, axes, groups, bias = drawn(setting)
    y = ops.convolution(x, kernel, axes, groups, bias)
    assert_close(y, expected(setting, x, kernel, bias), FLOAT64)


@each_setting
def test_every_algorithm_keeps_float32(setting, pieces):
    x, kernel, axes, groups, bias = drawn(setting, "float32")
    y = ops.convolution(x, kernel, axes, groups, bias)
    assert y.dtype == np.float32
    assert_close(y, expected(setting, x.astype(float), kernel, bias), FLOAT32)


@each_setting
def test_the_gradients_are_the_adjoints(setting, pieces):
    x, kernel, axes, groups, _ = drawn(setting)
    y = ops.convolution(x, kernel, axes, groups)
    dy = np.random.default_rng(4).standard_normal(y.shape)
    product = float((y * dy).sum())
    dx = ops.input_gradient(dy, kernel, axes, groups)
    dkernel = ops.kernel_gradient(x, dy, axes, groups)
    assert dx.shape == x.shape
    assert dkernel.shape == kernel.shape
    assert float((dx * x).sum()) == pytest.approx(product, rel=1e-10)
    assert float((dkernel * kernel).sum()) == pytest.approx(product, rel=1e-10)


@each_setting
def test_the_kernel_s_gradient_is_a_sum_over_taps(setting, pieces):
    x, kernel, axes, groups, bias = drawn(setting)
    dy = np.random.default_rng(5).standard_normal(expected(setting, x, kernel, bias).shape)
    dkernel = ops.kernel_gradient(x, dy, axes, groups)
    one = np.zeros_like(kernel)
    for place in [(0, 0, 0, 0), tuple(size - 1 for size in kernel.shape)]:
        one[...] = 0
        one[place] = 1
        assert dkernel[place] == pytest.approx(
            (expected(setting, x, one, 0) * dy).sum(), rel=1e-9, abs=1e-9
        )


@each_setting
def test_one_thread_and_many_give_the_same_bits(setting, pieces, monkeypatch):
    x, kernel, axes, groups, bias = drawn(setting, "float32")
    y = ops.convolution(x, kernel, axes, groups, bias)
    both = [y, ops.input_gradient(y, kernel, axes, groups), ops.kernel_gradient(x, y, axes, groups)]
    for cores in (1, 2, 2):
        monkeypatch.setattr(threads, "cores", lambda cores=cores: cores)
        again = ops.convolution(x, kernel, axes, groups, bias)
        dx = ops.input_gradient(again, kernel, axes, groups)
        dkernel = ops.kernel_gradient(x, again, axes, groups)
        for one, other in zip(both, (again, dx, dkernel), strict=True):
            np.testing.assert_array_equal(one, other)


@each_setting
def test_views_and_read_only_inputs_are_computed_and_left_alone(setting):
    x, kernel, axes, groups, bias = drawn(setting)
    y = ops.convolution(x, kernel, axes, groups, bias)
    scattered = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 3, 1)), 1, 3)
    backwards = x[:, ::-1].copy()[:, ::-1]
    for other in (scattered, backwards, np.repeat(x, 2, axis=2)[:, :, ::2]):
        other.flags.writeable = False
        assert_close(ops.convolution(other, kernel, axes, groups, bias), y, FLOAT64)
        np.testing.assert_array_equal(other, x)


@each_setting
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stays_in_the_windows_that_see_it(setting, value):
    x, kernel, axes, groups, bias = drawn(setting)
    spoiled = x.copy()
    row, column = (axis.sources(min(1, axis.output_size - 1))[-1] for axis in axes)
    spoiled[0, row, column, 0] = value
    with np.errstate(all="ignore"):
        wanted = np.isfinite(expected(setting, spoiled, kernel, bias))
    y = ops.convolution(spoiled, kernel, axes, groups, bias)
    np.testing.assert_array_equal(np.isfinite(y), wanted)
    assert not wanted.all()


@each_setting
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stays_in_the_gradients_that_see_it(setting, value):
    x, kernel, axes, groups, _ = drawn(setting)
    dy = np.random.default_rng(4).standard_normal(ops.convolution(x, kernel, axes, groups).shape)
    row, column = (axis.sources(min(1, axis.output_size - 1))[-1] for axis in axes)
    x[0, row, column, 0] = value
    dkernel = ops.kernel_gradient(x, dy, axes, groups)
    reads = [
        [o is not None for o in axis.targets(p)]
        for axis, p in zip(axes, (row, column), strict=True)
    ]
    wanted = np.ones(kernel.shape, bool)
    wanted[:, :, 0, : kernel.shape[3] // groups] = ~np.outer(*reads)[..., None]
    np.testing.assert_array_equal(np.isfinite(dkernel), wanted)

    dy[0, 0, 0, 0] = value
    dx = ops.input_gradient(dy, kernel, axes, groups)
    rows, columns = ([p in axis.sources(0) for p in range(axis.size)] for axis in axes)
    wanted = np.ones(x.shape, bool)
    wanted[0, ..., : kernel.shape[2]] = ~np.outer(rows, columns)[..., None]
    np.testing.assert_array_equal(np.isfinite(dx), wanted)


@each_setting
def test_an_overflow_is_infinite_without_a_warning(setting):
    x, kernel, axes, groups, _ = drawn(setting, "float32")
    x[...] = kernel[...] = 1e38
    y = ops.convolution(x, kernel, axes, groups)
    dy = np.full_like(y, 1e38)
    assert np.isposinf(y).all()
    assert np.isposinf(ops.kernel_gradient(x, dy, axes, groups)).all()
    assert np.isposinf(ops.input_gradient(dy, kernel, axes, groups)).any()


def test_small_integers_stay_exact():
    rng = np.random.default_rng(0)
    x = rng.integers(-4, 5, (4, 10, 10, 32)).astype("float32")
    kernel = rng.integers(-4, 5, (3, 3, 32, 33)).astype("float32")
    axes = (convolution_axis(10, 3, 1, 1, "same"),) * 2
    y = ops.convolution(x, kernel, axes, 1)
    np.testing.assert_array_equal(y, expected(SETTINGS["channels"], x, kernel, 0))


def test_no_sample_and_no_output_are_computed():
    axes = (convolution_axis(9, 3, 1, 1, "same"),) * 2
    for samples, channels in ((0, 1), (0, 64)):
        x, kernel = np.empty((samples, 9, 9, channels)), np.ones((3, 3, channels, 64))
        y = ops.convolution(x, kernel, axes, 1)
        assert y.shape == (samples, 9, 9, 64)
        assert ops.input_gradient(y, kernel, axes, 1).shape == x.shape
        assert not ops.kernel_gradient(x, y, axes, 1).any()


def test_a_window_larger_than_the_input_has_no_output():
    x, kernel, axes = np.ones((2, 3, 9, 4)), np.ones((5, 3, 4, 6)), (Axis(3, 5), Axis(9, 3))
    y = ops.convolution(x, kernel, axes, 1)
    assert y.shape == (2, 0, 7, 6)
    assert not ops.kernel_gradient(x, y, axes, 1).any()
    dx = ops.input_gradient(y, kernel, axes, 1, bias=np.arange(4.0))
    np.testing.assert_array_equal(dx, np.broadcast_to(np.arange(4.0), x.shape))


def extra_memory(call, monkeypatch):
    """Bytes at the peak of a first call beside its result, where two threads share it."""
    monkeypatch.setattr(threads, "cores", lambda: 2)
    threads.release_buffers()
    tracemalloc.start()
    y = call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - y.nbytes, y


@pytest.mark.parametrize(
    ("shape", "filters", "size"),
    [((1, 512, 600, 3), 8, 5), ((1, 1000, 1000, 3), 64, 3), ((16, 56, 56, 64), 64, 3)],
    ids=["photograph", "article's image", "56×56"],
)
def test_a_call_takes_little_memory_beside_its_input_and_output(shape, filters, size, monkeypatch):
    x, kernel = np.ones(shape, "float32"), np.ones((size, size, shape[3], filters), "float32")
    axes = tuple(convolution_axis(length, size, 1, 1, "same") for length in shape[1:3])
    extra, y = extra_memory(lambda: ops.convolution(x, kernel, axes, 1), monkeypatch)
    assert extra < 0.1 * (x.nbytes + y.nbytes)


def test_what_lies_between_two_stages_is_never_whole(monkeypatch):
    x, points = np.ones((16, 56, 56, 128), "float32"), np.ones((1, 1, 128, 128), "float32")
    kernels = np.ones((3, 3, 1, 128), "float32"), points
    axes = (convolution_axis(56, 3, 1, 1, "same"),) * 2
    extra, y = extra_memory(lambda: ops.separable(x, kernels, axes, 128), monkeypatch)
    assert extra < 0.1 * (x.nbytes + y.nbytes)


@pytest.mark.parametrize(
    "shape",
    [(2, 9, 8, 6), (3, 30, 1, 6), (2, 9, 8, 1), (1, 40, 41, 17), (0, 9, 8, 6)],
    ids=["plane", "line", "one channel", "many tiles", "no sample"],
)
@pytest.mark.parametrize("multiplier", [1, 3])
@pytest.mark.parametrize(
    "pieces", [None, (LARGE_TILE, 0), (SMALL_TILE, SMALL_PRODUCT)], indirect=True
)
def test_two_stages_are_one_after_the_other(shape, multiplier, pieces):
    rng = np.random.default_rng(7)
    channels, size = shape[3], (3, min(shape[2], 2))
    x = rng.standard_normal(shape)
    first = rng.standard_normal((*size, channels, multiplier))
    second = rng.standard_normal((channels * multiplier, 5))
    bias = rng.standard_normal(5)
    axes = tuple(
        convolution_axis(length, each, 1, 1, "same")
        for length, each in zip(shape[1:3], size, strict=True)
    )
    kernels = first.reshape(*size, 1, -1), second[None, None]
    between = oracles.depthwise(x, first, (1, 1), "same", (1, 1))
    wanted = between @ second + bias
    assert_close(ops.separable(x, kernels, axes, channels, bias), wanted, FLOAT64)
    first_channels = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 3, 1)), 1, 3)
    assert_close(ops.separable(first_channels, kernels, axes, channels, bias), wanted, FLOAT64)


def test_one_dimension_along_the_height_is_one_along_the_width():
    rng = np.random.default_rng(1)
    x, kernel = rng.standard_normal((2, 400, 1, 3)), rng.standard_normal((5, 1, 3, 4))
    axis = convolution_axis(400, 5, 2, 1, "same")
    y = ops.convolution(x, kernel, (axis, UNIT_AXIS), 1)
    wanted = oracles.convolution(x[:, :, 0], kernel[:, 0], (2,), "same", (1,))
    assert_close(y[:, :, 0], wanted, FLOAT64)
