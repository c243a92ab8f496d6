"""Products in pieces are the product, and the pieces are as small as they should be."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from convlab.geometry import Axis
from convlab.ops import blas
from tests.tolerances import FLOAT64, assert_close


@pytest.fixture(params=[0, 1, 4000, 10**6])
def largest(request, monkeypatch):
    monkeypatch.setattr(blas, "largest", lambda: request.param)
    return request.param


@pytest.fixture
def sizes(monkeypatch):
    """Multiply-adds of the products that NumPy is asked for."""
    seen, matmul = [], np.matmul

    def watched(rows, weights, out):
        seen.append(rows.shape[-2] * weights.shape[-2] * weights.shape[-1])
        return matmul(rows, weights, out=out)

    monkeypatch.setattr(np, "matmul", watched)
    return seen


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)], ids=str)
@pytest.mark.parametrize(
    ("outputs", "numbers", "filters"),
    [(1, 1, 1), (7, 5, 64), (12, 9, 128), (53, 4, 96), (25, 3, 100), (100, 2, 7), (5, 90, 32)],
)
def test_pieces_make_up_the_product(lead, outputs, numbers, filters, largest):
    rng = np.random.default_rng(2)
    rows = rng.standard_normal((*lead, outputs, numbers))
    weights, last = rng.standard_normal((numbers, filters)), rng.standard_normal(filters)
    wanted = np.einsum("...jk,kf->...jf", rows, weights)
    out = np.full((*lead, outputs, 2 * filters), np.nan)
    blas.multiply(rows, blas.laid_out(weights), out[..., filters:])
    assert_close(out[..., filters:], wanted, FLOAT64)
    assert np.isnan(out[..., :filters]).all()
    ones = np.ones((*lead, outputs, 1))
    blas.multiply(
        np.concatenate([rows, ones], axis=-1), blas.laid_out(weights, last), out[..., :filters]
    )
    assert_close(out[..., :filters], wanted + last, FLOAT64)


def test_each_group_has_weights_of_its_own(largest):
    rng = np.random.default_rng(2)
    rows, weights = rng.standard_normal((3, 50, 8)), rng.standard_normal((3, 8, 64))
    last = rng.standard_normal((3, 64))
    out = np.empty((3, 50, 64))
    blas.multiply(rows, blas.laid_out(weights), out)
    assert_close(out, np.einsum("gjk,gkf->gjf", rows, weights), FLOAT64)
    assert blas.laid_out(weights, last).shape == blas.laid_out(np.ones((3, 9, 64))).shape
    np.testing.assert_array_equal(blas.laid_out(weights, last)[..., -1, :].reshape(3, 64), last)


@pytest.mark.parametrize(
    ("outputs", "numbers", "filters", "wanted"),
    [
        (56, 576, 64, {24 * 576 * 64, 8 * 576 * 64}),
        (28, 1152, 128, {12 * 1152 * 64, 4 * 1152 * 64}),
        (196, 2304, 256, {12 * 2304 * 32, 4 * 2304 * 32}),
        (100, 8000, 32, {100 * 8000 * 32}),
        (600, 76, 8, {600 * 76 * 8}),
        (998, 28, 64, {504 * 28 * 64, 494 * 28 * 64}),
        (50, 400, 100, {24 * 400 * 100, 2 * 400 * 100}),
    ],
)
def test_products_are_small_where_they_can_be(
    outputs, numbers, filters, wanted, sizes, monkeypatch
):
    monkeypatch.setattr(blas, "largest", lambda: blas.SMALL)
    rows, weights = np.ones((outputs, numbers), "f"), np.ones((numbers, filters), "f")
    out = np.empty((outputs, filters), "f")
    blas.multiply(rows, blas.laid_out(weights), out)
    assert (out == numbers).all()
    assert set(sizes) == wanted


def test_where_small_products_are_not_quicker_there_is_one(sizes, monkeypatch):
    monkeypatch.setattr(blas, "largest", lambda: 0)
    rows, weights = np.ones((300, 576)), np.ones((576, 128))
    blas.multiply(rows, blas.laid_out(weights), np.empty((300, 128)))
    assert sizes == [300 * 576 * 128]


@pytest.mark.parametrize(
    ("libraries", "wanted"),
    [([{"architecture": "SkylakeX"}], blas.SMALL), ([{"architecture": "Haswell"}], 0), ([{}], 0)],
)
def test_openblas_names_what_it_has_code_for(libraries, wanted, monkeypatch):
    controller = SimpleNamespace(info=lambda: libraries)
    monkeypatch.setattr(blas, "_controller", lambda: controller)
    assert blas.largest.__wrapped__() == wanted


def test_blas_is_held_to_one_thread_and_let_go():
    pytest.importorskip("threadpoolctl")
    found = [library["num_threads"] for library in blas._controller().info()]
    assert found
    with blas.held_to_one_thread():
        assert [library["num_threads"] for library in blas._controller().info()] == [1] * len(found)
    assert [library["num_threads"] for library in blas._controller().info()] == found


@pytest.mark.parametrize("stride", range(1, 6))
@pytest.mark.parametrize("kernel", range(1, 6))
def test_windows_an_overlap_apart_share_nothing(kernel, stride):
    axis = Axis(40, kernel, stride)
    shared = [
        apart
        for apart in range(1, 6)
        if set(axis.sources(1)) & set(axis.sources(1 + apart)) - {None}
    ]
    assert shared == list(range(1, axis.overlap))
