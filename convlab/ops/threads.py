"""Tiles shared by threads: as many as there are cores, each with one thread of BLAS."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from math import prod
from queue import Empty, SimpleQueue
from threading import local
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from .blas import held_to_one_thread

Task = Callable[[], None]
Part = TypeVar("Part")

BLAS_ALONE = 1 << 18
"""Multiply-adds up to which BLAS uses one thread of its own accord."""

WRITING = 24
"""Multiply-adds that take as long as copying what an output needs, and writing it."""

WORTH_SHARING = 24 << 20
"""So many of both together at least: two threads lose some 100 µs by waiting for each other."""

IN_SILENCE = np.errstate(all="ignore")
"""Infinities and nan pass in silence: what NumPy would say hangs on the thread and on BLAS."""

_buffers = local()


def cores() -> int:
    """How many threads can run at once; one where the platform has no threads."""
    if sys.platform in ("emscripten", "wasi"):
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Work(NamedTuple):
    """What a call has to do."""

    multiply_adds: int
    outputs: int

    @property
    def is_worth_sharing(self) -> bool:
        return self.multiply_adds + WRITING * self.outputs >= WORTH_SHARING


def share(tasks: Sequence[Task], work: Work) -> None:
    """Call each task once, in threads where there is enough to do.

    Whichever thread takes a task, its arithmetic is the same: tasks must write to places of their
    own, and BLAS is held to one thread, so the result does not hang on who came first.
    """
    if work.multiply_adds <= BLAS_ALONE:
        _all(tasks)
        return
    left: SimpleQueue[Task] = SimpleQueue()
    for task in tasks:
        left.put(task)
    helpers = min(cores(), len(tasks)) - 1 if work.is_worth_sharing else 0
    with held_to_one_thread():
        others = list(_started(helpers, left))
        try:
            _all(_until_empty(left))
        finally:
            for other in others:
                other.result()


LANES = 2
"""Totals that grow side by side: so many threads can add to a sum over tiles."""


def sum_of(
    add: Callable[[Part, NDArray[Any]], None],
    parts: Sequence[Part],
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    work: Work,
) -> NDArray[Any]:
    """Zeros (``shape``), to which ``add(part, total)`` has added once for each part.

    A part is added to the total of its lane, and the lanes are added in the end, all in one order:
    the sum does not hang on which thread was quicker.
    """
    totals = np.zeros((LANES, *shape), dtype)

    def add_all(lane: int) -> None:
        for part in parts[lane::LANES]:
            add(part, totals[lane])

    share([partial(add_all, lane) for lane in range(LANES)], work)
    total: NDArray[Any] = np.add(*totals)
    return total


@IN_SILENCE
def _all(tasks: Iterable[Task]) -> None:
    for task in tasks:
        task()


def _until_empty(left: SimpleQueue[Task]) -> Iterator[Task]:
    while True:
        try:
            yield left.get_nowait()
        except Empty:
            return


def _started(helpers: int, left: SimpleQueue[Task]) -> Iterator[Future[None]]:
    """Helpers at work; fewer, or none, where the platform starts no more threads."""
    for _ in range(helpers):
        try:
            yield _pool().submit(_all, _until_empty(left))
        except RuntimeError:
            return


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(cores() - 1, 1), thread_name_prefix="convlab")


if hasattr(os, "register_at_fork"):
    # A forked process has none of its parent's threads.
    os.register_at_fork(after_in_child=_pool.cache_clear)


def forget_buffers() -> None:
    """Give back what this thread keeps, and what the helpers keep by ending them."""
    _buffers.__dict__.clear()
    _pool().shutdown()
    _pool.cache_clear()


def buffer(name: str, shape: tuple[int, ...], dtype: np.dtype[Any], most: int) -> NDArray[Any]:
    """An array of this thread's to write into, the same memory at every call of that name.

    Fresh memory costs a page fault every 4 KiB, as much as filling it. More than ``most`` bytes
    are not kept.
    """
    size = prod(shape) * dtype.itemsize
    if size > most:
        return np.empty(shape, dtype)
    kept = getattr(_buffers, name, None)
    if kept is None or kept.nbytes < size:
        kept = np.empty(size, np.uint8)
        setattr(_buffers, name, kept)
    return np.ndarray(shape, dtype, kept)
