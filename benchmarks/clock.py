"""How long a call takes, and how much memory: in turn with its rivals, rested and warm."""

from __future__ import annotations

import gc
import re
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from convlab.ops import threads

Call = Callable[[], Any]

REST = 0.1
"""Seconds: another library's idle threads may spin for a while after its last call."""
WARM = 0.15
"""Seconds of untimed calls: after a rest, processors and allocators are slow again."""
TIMED = 0.15


now = time.perf_counter
"""What is read before and after a call; ``hold_to_one_thread`` puts processor time here."""


def hold_to_one_thread() -> None:
    """Count processor time, with one thread for each library: for a machine that others use too."""
    global now
    import torch

    now = time.process_time
    torch.set_num_threads(1)
    threads.cores = lambda: 1


def turn(call: Call) -> float:
    """The median seconds of a call, after a rest and some untimed ones."""
    time.sleep(REST)
    start = now()
    while now() - start < WARM:
        call()
    times: list[float] = []
    while sum(times) < TIMED or len(times) < 3:
        begin = now()
        call()
        times.append(now() - begin)
    return median(times)


def in_turn(calls: Mapping[str, Call], rounds: int) -> list[dict[str, float]]:
    """Seconds of each call in each round; a round gives every call one turn."""
    return [{name: turn(call) for name, call in calls.items()} for _ in range(rounds)]


def python_memory(call: Call) -> tuple[int, int]:
    """Bytes that Python and NumPy hold at the peak of a call beyond its result: (first, later).

    What a first call keeps for the next ones counts in the first number alone.
    """
    peaks = []
    for _ in range(2):
        gc.collect()
        tracemalloc.start()
        result = call()
        peaks.append(tracemalloc.get_traced_memory()[1] - result.nbytes)
        tracemalloc.stop()
        del result
    return peaks[0], peaks[1]


def resident_memory(call: Call) -> int | None:
    """Bytes by which the process' resident memory peaks in a call, beyond its result (Linux)."""
    status, clear = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not clear.exists():
        return None
    clear.write_text("5")
    before = _kibibytes(status.read_text(), "VmRSS")
    result = call()
    return 1024 * (_kibibytes(status.read_text(), "VmHWM") - before) - int(result.nbytes)


def _kibibytes(status: str, field: str) -> int:
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found
    return int(found[1])
