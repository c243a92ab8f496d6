"""All measurements, as one record that ``report`` turns into a page."""

from __future__ import annotations

import os
import platform
from math import exp, log
from pathlib import Path
from statistics import mean, median
from typing import Any
from unittest.mock import patch

import numpy as np

from convlab.ops import threads

from . import clock, ideas, rivals
from .cases import CASES, GROWTH, RICH, Case

Record = dict[str, Any]


def everything(rounds: int) -> Record:
    """The whole record; prints a line for each case as it goes."""
    return {
        "machine": machine(),
        "forward": [compare(case, rounds, backward=False) for case in CASES],
        "backward": [compare(case, rounds, backward=True) for case in CASES],
        "memory": [memory(case) for case in CASES],
        "growth": [grow(case) for case in GROWTH],
        "ideas": [ideas.effect(idea, rounds) for idea in ideas.IDEAS],
        "threads": [two_threads(case, rounds) for case in CASES if case.name in RICH],
        "load after": os.getloadavg()[0],
    }


def machine() -> Record:
    """What the numbers belong to."""
    import jax
    import keras
    import torch
    from threadpoolctl import threadpool_info

    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
    blas = [found for found in threadpool_info() if found["user_api"] == "blas"]
    return {
        "processor": models[0].partition(": ")[2] if models else platform.processor(),
        "cores": threads.cores(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas[0]['internal_api']} {blas[0]['version']}, {blas[0]['architecture']}",
        "torch": torch.__version__,
        "keras": f"{keras.__version__} on JAX {jax.__version__}",
        "avx512": "avx512f" in (info.read_text() if info.exists() else ""),
        "clock": clock.now.__name__,
        "load": os.getloadavg()[0],
    }


def compare(case: Case, rounds: int, backward: bool) -> Record:
    """Seconds and pairwise ratios of one case; PyTorch in its faster layout."""
    layouts = rivals.torch_layouts(case, backward)
    fastest = min(layouts, key=lambda name: clock.turn(layouts[name]))
    calls = {
        "convlab": rivals.ours(case, backward),
        "torch": layouts[fastest],
        "keras": rivals.keras(case, backward),
    }
    turns = clock.in_turn(calls, rounds)
    record = {"case": case.name, "multiply_adds": case.multiply_adds, "layout": fastest}
    for name in calls:
        record[name] = median(one[name] for one in turns)
        record[f"to_{name}"] = median(one["convlab"] / one[name] for one in turns)
    print(
        f"{case.name:32} {'both ways' if backward else 'forward':10}"
        f"{record['convlab'] * 1e3:10.3f} ms   x{record['to_torch']:6.2f} of PyTorch"
        f"   x{record['to_keras']:6.2f} of Keras",
        flush=True,
    )
    return record


def geometric_mean(records: list[Record], key: str) -> float:
    return exp(mean(log(record[key]) for record in records))


def memory(case: Case) -> Record:
    """Extra bytes of a forward call beside those of its input and output."""
    layer, x = case.built()
    threads.release_buffers()
    first, later = clock.python_memory(lambda: layer(x))
    resident = clock.resident_memory(lambda: layer(x))
    both = x.nbytes + layer(x).nbytes
    return {"case": case.name, "both": both, "first": first, "later": later, "resident": resident}


def grow(case: Case) -> Record:
    """Seconds and extra bytes for one amount of work."""
    layer, x = case.built()
    seconds = min(clock.turn(lambda: layer(x)) for _ in range(3))
    _, extra = clock.python_memory(lambda: layer(x))
    return {"multiply_adds": case.multiply_adds, "seconds": seconds, "extra": extra}


def slope(records: list[Record]) -> float:
    """By which power of the work the time grows: the slope of log against log."""
    work = np.log([record["multiply_adds"] for record in records])
    return float(np.polyfit(work, np.log([record["seconds"] for record in records]), 1)[0])


def two_threads(case: Case, rounds: int) -> Record:
    """One thread's time over that of all cores."""
    layer, x = case.built()

    def alone() -> Any:
        with patch.object(threads, "cores", lambda: 1):
            return layer(x)

    turns = clock.in_turn({"one": alone, "all": lambda: layer(x)}, rounds)
    return {"case": case.name, "speed_up": median(one["one"] / one["all"] for one in turns)}
