"""Threads change how long a call takes and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from functools import partial

import numpy as np
import pytest

from convlab import ops
from convlab.geometry import convolution_axis
from convlab.ops import blas, threads, windows
from tests import oracles
from tests.tolerances import FLOAT64, assert_close

LARGE_WORK = threads.Work(multiply_adds=10**8, outputs=10**4)
MANY_OUTPUTS = threads.Work(multiply_adds=10**7, outputs=10**6)
SMALL_WORK = threads.Work(multiply_adds=10**7, outputs=10**4)

AXES = convolution_axis(9, 3, 2, 1, "same"), convolution_axis(11, 3, 1, 1, "same")


@pytest.fixture
def small_work_is_shared(monkeypatch):
    monkeypatch.setattr(threads, "BLAS_THREADING_THRESHOLD", 0)
    monkeypatch.setattr(threads, "THREADING_THRESHOLD", 0)


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)


def drawn():
    rng = np.random.default_rng(3)
    return rng.standard_normal((2, 9, 11, 24)), rng.standard_normal((3, 3, 24, 8))


def convolve():
    return ops.convolution(*drawn(), AXES, 1)


@pytest.mark.parametrize("failing", ["start", "emscripten"])
def test_without_threads_the_same_is_computed(failing, small_work_is_shared, monkeypatch):
    y = convolve()
    threads.release_buffers()

    def refuse(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    if failing == "emscripten":
        monkeypatch.setattr(threads.sys, "platform", "emscripten")
        assert threads.cores() == 1
    np.testing.assert_array_equal(convolve(), y)
    threads.release_buffers()


def test_without_threadpoolctl_the_same_is_computed(small_work_is_shared, monkeypatch):
    monkeypatch.setitem(threads.sys.modules, "threadpoolctl", None)
    for looked_up in (blas._controller, blas.small_gemm_limit):
        looked_up.cache_clear()
    y = convolve()
    assert_close(y, oracles.convolution(*drawn(), (2, 1), "same", (1, 1)), FLOAT64)
    assert blas.small_gemm_limit() == 0
    for looked_up in (blas._controller, blas.small_gemm_limit):
        looked_up.cache_clear()


def test_an_error_in_a_task_reaches_the_caller():
    def task():
        raise MemoryError

    with pytest.raises(MemoryError):
        threads.run_tasks([task] * 4, LARGE_WORK)


def test_large_work_is_shared(two_cores):
    both = threading.Barrier(2, timeout=20)
    threads.run_tasks([both.wait] * 2, LARGE_WORK)
    threads.run_tasks([both.wait] * 2, MANY_OUTPUTS)


@pytest.mark.parametrize(("count", "work"), [(4, SMALL_WORK), (1, LARGE_WORK)])
def test_small_work_and_a_single_task_wake_no_other_thread(count, work, two_cores, monkeypatch):
    monkeypatch.setattr(threads, "_pool", lambda: pytest.fail("woken"))
    done = []
    threads.run_tasks([partial(done.append, task) for task in range(count)], work)
    assert done == list(range(count))


def test_large_work_is_cut_into_tiles_enough_to_share():
    axes = (convolution_axis(40, 3, 1, 1, "same"),) * 2
    assert len(windows.tiles_for(1, axes, 1, LARGE_WORK)) == 4
    assert len(windows.tiles_for(1, axes, 1, SMALL_WORK)) == 1


def test_a_tile_is_not_too_small_for_a_product():
    axes = (convolution_axis(40, 3, 1, 1, "same"),) * 2
    tiles = windows.tiles_for(1, axes, windows.TILE_BYTES, SMALL_WORK)
    assert {tile.rows.stop - tile.rows.start for tile in tiles} == {4}
    assert windows.MIN_TILE_OUTPUTS // 40 == 4


def test_a_reduction_adds_each_part_to_the_same_partial_sum_each_time():
    def add(part, total):
        places[part] = total.ctypes.data
        total += 10**part

    for _ in range(3):
        places: dict[int, int] = {}
        total = threads.reduce_parts(add, range(5), (3,), np.dtype("float32"), LARGE_WORK)
        assert total.tolist() == [11111.0] * 3
        assert total.dtype == np.float32
        assert places[0] == places[2] == places[4] != places[1] == places[3]


def test_floating_point_warnings_stay_silent_in_every_thread(two_cores):
    def overflow():
        np.float32(3e38) * np.full(3, 10, "float32")

    threads.run_tasks([overflow] * 4, LARGE_WORK)
    threads.run_tasks([overflow] * 4, threads.Work(1, 1))


def test_many_callers_at_once_get_their_own_sums(small_work_is_shared):
    y, results = convolve(), []
    callers = [threading.Thread(target=lambda: results.append(convolve())) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    for result in results:
        np.testing.assert_array_equal(result, y)
    assert len(results) == 4


FORK = """
import os, threading
from convlab.ops import threads
threads.cores = lambda: 2
both = threading.Barrier(2, timeout=20)
work = threads.Work(10**8, 10**4)
threads.run_tasks([both.wait] * 2, work)
child = os.fork()
if child == 0:
    threads.run_tasks([both.wait] * 2, work)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_process_starts_threads_of_its_own():
    command = [sys.executable, "-W", "ignore", "-c", FORK]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert printed.stdout.split() == ["7"]


def test_a_buffer_keeps_its_memory_unless_it_is_large():
    def take(size, max_kept=100):
        return threads.buffer("test", (size,), np.dtype("uint8"), max_kept)

    kept = take(80)
    assert np.shares_memory(kept, take(40))
    assert np.shares_memory(kept, take(80))
    assert not np.shares_memory(kept, take(100))
    assert not np.shares_memory(take(101), take(101))
    threads.release_buffers()
    assert not np.shares_memory(kept, take(40))


def test_each_thread_has_a_buffer_of_its_own():
    taken = [threads.buffer("test", (9,), np.dtype("uint8"), 100)]
    other = threading.Thread(
        target=lambda: taken.append(threads.buffer("test", (9,), np.dtype("uint8"), 100))
    )
    other.start()
    other.join()
    assert not np.shares_memory(*taken)
