"""A product in blocks is the product, and the blocks are as small as they should be."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from convlab.ops import blas
from tests.tolerances import FLOAT64, assert_close


@pytest.fixture(params=[0, 1, 4000, 10**6])
def small_gemm_limit(request, monkeypatch):
    monkeypatch.setattr(blas, "small_gemm_limit", lambda: request.param)
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
    ("outputs", "depth", "filters"),
    [(1, 1, 1), (7, 5, 64), (12, 9, 128), (53, 4, 96), (25, 3, 100), (100, 2, 7), (5, 90, 32)],
)
def test_blocks_make_up_the_product(lead, outputs, depth, filters, small_gemm_limit):
    rng = np.random.default_rng(2)
    rows = rng.standard_normal((*lead, outputs, depth))
    weights, last = rng.standard_normal((depth, filters)), rng.standard_normal(filters)
    wanted = np.einsum("...jk,kf->...jf", rows, weights)
    out = np.full((*lead, outputs, 2 * filters), np.nan)
    blas.matmul(rows, blas.column_panels(weights), out[..., filters:])
    assert_close(out[..., filters:], wanted, FLOAT64)
    assert np.isnan(out[..., :filters]).all()
    ones = np.ones((*lead, outputs, 1))
    blas.matmul(
        np.concatenate([rows, ones], axis=-1), blas.column_panels(weights, last), out[..., :filters]
    )
    assert_close(out[..., :filters], wanted + last, FLOAT64)


def test_each_group_has_weights_of_its_own(small_gemm_limit):
    rng = np.random.default_rng(2)
    rows, weights = rng.standard_normal((3, 50, 8)), rng.standard_normal((3, 8, 64))
    last = rng.standard_normal((3, 64))
    out = np.empty((3, 50, 64))
    blas.matmul(rows, blas.column_panels(weights), out)
    assert_close(out, np.einsum("gjk,gkf->gjf", rows, weights), FLOAT64)
    assert blas.column_panels(weights, last).shape == blas.column_panels(np.ones((3, 9, 64))).shape
    np.testing.assert_array_equal(
        blas.column_panels(weights, last)[..., -1, :].reshape(3, 64), last
    )


@pytest.mark.parametrize(
    ("outputs", "depth", "filters", "wanted"),
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
def test_products_are_small_where_they_can_be(outputs, depth, filters, wanted, sizes, monkeypatch):
    monkeypatch.setattr(blas, "small_gemm_limit", lambda: blas.SMALL_GEMM)
    rows, weights = np.ones((outputs, depth), "f"), np.ones((depth, filters), "f")
    out = np.empty((outputs, filters), "f")
    blas.matmul(rows, blas.column_panels(weights), out)
    assert (out == depth).all()
    assert set(sizes) == wanted


def test_where_small_products_are_not_faster_there_is_one(sizes, monkeypatch):
    monkeypatch.setattr(blas, "small_gemm_limit", lambda: 0)
    rows, weights = np.ones((300, 576)), np.ones((576, 128))
    blas.matmul(rows, blas.column_panels(weights), np.empty((300, 128)))
    assert sizes == [300 * 576 * 128]


@pytest.mark.parametrize("name", ["SkylakeX", "Cooperlake", "SapphireRapids"])
def test_small_products_are_for_processors_that_openblas_has_code_for(name, monkeypatch):
    def limit(*libraries):
        controller = SimpleNamespace(info=lambda: libraries)
        monkeypatch.setattr(blas, "_controller", lambda: controller)
        return blas.small_gemm_limit.__wrapped__()

    assert limit({"architecture": name}) == blas.SMALL_GEMM
    assert limit({}, {"architecture": name}) == blas.SMALL_GEMM
    assert limit({"architecture": "Haswell"}) == limit({}) == limit() == 0


def test_one_caller_at_a_time_sets_the_number_of_threads():
    entered = threading.Event()

    def enter():
        with blas.held_to_one_thread():
            entered.set()

    other = threading.Thread(target=enter)
    with blas.held_to_one_thread():
        other.start()
        assert not entered.wait(0.1)
    assert entered.wait(20)
    other.join()


COUNT_THREADS = """
import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits
from convlab.ops import threads

def found():
    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
    return [library["num_threads"] for library in libraries]

during = []
threadpool_limits(2, "blas")
before = found()
threads.run_tasks([lambda: during.append(found())] * 4, threads.Work(10**8, 10**4))
print(before, *during, found(), sep="|")
"""


@pytest.mark.parametrize("omp_num_threads", [None, "1", "2", "4"])
def test_blas_is_held_to_one_thread_during_tasks_and_then_released(omp_num_threads):
    pytest.importorskip("threadpoolctl")
    environment = {name: os.environ[name] for name in os.environ if "NUM_THREADS" not in name}
    if omp_num_threads:
        environment["OMP_NUM_THREADS"] = omp_num_threads
    command = [sys.executable, "-c", COUNT_THREADS]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[2]|[1]|[1]|[1]|[1]|[2]"
