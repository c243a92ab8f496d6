"""Tasks shared by a thread for each core, while BLAS uses one thread in each of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from math import prod
from queue import Empty, SimpleQueue
from threading import local
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from .blas import held_to_one_thread

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Task = Callable[[], None]
Part = TypeVar("Part")

BLAS_THREADING_THRESHOLD = 1 << 18
"""Multiply-adds up to which BLAS uses one thread by itself."""

OUTPUT_COST = 24
"""Multiply-adds that take as long as an output's memory traffic: its inputs copied, it written."""

THREADING_THRESHOLD = 24 << 20
"""Cost, in multiply-adds, from which a second thread is worthwhile.

Two threads lose some 100 µs by waiting for each other.
"""

without_float_warnings = np.errstate(all="ignore")
"""For infinities and nan: whether NumPy warns of them depends on the thread and on BLAS."""

_buffers = local()


def cores() -> int:
    """How many threads can run at once; one where the platform has no threads."""
    if sys.platform in ("emscripten", "wasi"):
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Work(NamedTuple):
    """The amount of work in a call."""

    multiply_adds: int
    outputs: int

    @property
    def is_worth_threads(self) -> bool:
        return self.multiply_adds + OUTPUT_COST * self.outputs >= THREADING_THRESHOLD


def run_tasks(tasks: Sequence[Task], work: Work) -> None:
    """Call each task once; in several threads if the ``work`` is worth it.

    Tasks must write to disjoint memory. A task computes the same whichever thread takes it, and
    BLAS is held to one thread: the result does not depend on the order in which tasks finish.
    """
    if work.multiply_adds <= BLAS_THREADING_THRESHOLD:
        _run_all(tasks)
        return
    queue: SimpleQueue[Task] = SimpleQueue()
    for task in tasks:
        queue.put(task)
    helpers = min(cores(), len(tasks)) - 1 if work.is_worth_threads else 0
    with held_to_one_thread():
        started = list(_start_helpers(helpers, queue))
        try:
            _run_all(_taken_from(queue))
        finally:
            for helper in started:
                helper.result()


PARTIAL_SUMS = 2
"""Partial sums of a reduction, and so the number of threads that can work on it."""


def reduce_parts(
    add: Callable[[Part, NDArray[Any]], None],
    parts: Sequence[Part],
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    work: Work,
) -> NDArray[Any]:
    """A sum over ``parts``: zeros (``shape``), on which ``add(part, total)`` was called for each.

    Every part belongs to a fixed partial sum, and partial sums are added in a fixed order: the
    result does not depend on which thread was faster.
    """
    totals = np.zeros((PARTIAL_SUMS, *shape), dtype)

    def add_all(which: int) -> None:
        for part in parts[which::PARTIAL_SUMS]:
            add(part, totals[which])

    run_tasks([partial(add_all, which) for which in range(PARTIAL_SUMS)], work)
    total: NDArray[Any] = np.add(*totals)
    return total


@without_float_warnings
def _run_all(tasks: Iterable[Task]) -> None:
    for task in tasks:
        task()


def _taken_from(queue: SimpleQueue[Task]) -> Iterator[Task]:
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return


def _start_helpers(helpers: int, queue: SimpleQueue[Task]) -> Iterator[Future[None]]:
    """Threads that take tasks too; fewer, or none, where the platform starts no more threads."""
    for _ in range(helpers):
        try:
            yield _pool().submit(_run_all, _taken_from(queue))
        except RuntimeError:
            return


@cache
def _pool() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor  # Here, because small work needs no threads.

    return ThreadPoolExecutor(max(cores() - 1, 1), thread_name_prefix="convlab")


if hasattr(os, "register_at_fork"):
    # A forked process has none of its parent's threads.
    os.register_at_fork(after_in_child=_pool.cache_clear)


def release_buffers() -> None:
    """Free this thread's buffers, and those of the helpers by ending them."""
    _buffers.__dict__.clear()
    _pool().shutdown()
    _pool.cache_clear()


def buffer(name: str, shape: tuple[int, ...], dtype: np.dtype[Any], max_kept: int) -> NDArray[Any]:
    """An uninitialized array of this thread's own: each call with this name reuses its memory.

    Fresh memory costs a page fault every 4 KiB, as much as filling it. An array of more than
    ``max_kept`` bytes is not kept.
    """
    size = prod(shape) * dtype.itemsize
    if size > max_kept:
        return np.empty(shape, dtype)
    kept = getattr(_buffers, name, None)
    if kept is None or kept.nbytes < size:
        kept = np.empty(size, np.uint8)
        setattr(_buffers, name, kept)
    return np.ndarray(shape, dtype, kept)
