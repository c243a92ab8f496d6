"""What each idea of ``convlab/ops`` brings: a call with it and without it, in turn in one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from types import ModuleType
from typing import Any
from unittest.mock import patch

from convlab.ops import blas, depthwise, planes, products, scatter, strips, threads, windows

from . import clock, rivals
from .cases import CASES


@dataclass(frozen=True)
class Idea:
    """``without`` it, these names in these modules are something else."""

    name: str
    case: str
    without: dict[tuple[ModuleType, str], Any]
    backward: bool = False


def never(*_: Any) -> bool:
    return False


WINDOWS_AS_THEY_ARE = {(planes, "pay"): never}
WINDOWS_SIDE_BY_SIDE = {(strips, "pay"): never}
BLAS_AS_IT_IS = {(blas, "largest"): lambda: 0}
WHOLE = {(windows, "TILE_BYTES"): 1 << 40, (windows, "LEAST_TILES"): 1}

IDEAS = [
    Idea("one step for small inputs", "lesson, 8×8", {(products, "AT_ONCE"): 0}),
    Idea("tiles, in the cache and shared by the cores", "56×56, 64 channels", WHOLE),
    Idea("both cores", "56×56, 64 channels", {(threads, "cores"): lambda: 1}),
    Idea("runs of a row of outputs", "photograph, 5×5×8", WINDOWS_AS_THEY_ARE),
    Idea("runs of a row of outputs", "digits, batch of 64", WINDOWS_AS_THEY_ARE),
    Idea("strips of windows", "32×32, 32 channels", WINDOWS_SIDE_BY_SIDE),
    Idea("windows of height 1 as they lie", "signal, kernel 64, stride 4", WINDOWS_SIDE_BY_SIDE),
    Idea("small products", "28×28, 128 channels", BLAS_AS_IT_IS),
    Idea("small products", "article's image, 64 filters", BLAS_AS_IT_IS),
    Idea(
        "rows for depthwise", "56×56, depthwise, 128 channels", {(depthwise, "_is_stretch"): never}
    ),
    Idea(
        "products before places, windows apart",
        "transposed, 2×2, stride 2",
        {(scatter, "are_apart"): never},
    ),
    Idea(
        "products before places, few channels",
        "article's image, 64 filters",
        {(scatter, "few_pay"): never},
        backward=True,
    ),
]


def effect(idea: Idea, rounds: int) -> dict[str, Any]:
    """Seconds with and without."""
    case = next(case for case in CASES if case.name == idea.case)
    call = rivals.ours(case, idea.backward)

    def without() -> Any:
        with _patched(idea):
            return call()

    turns = clock.in_turn({"with": call, "without": without}, rounds)
    both = {name: median(turn[name] for turn in turns) for name in ("without", "with")}
    print(f"{idea.name:50} {case.name:32} {both['without'] / both['with']:6.2f}", flush=True)
    return {"idea": idea.name, "case": idea.case, "backward": idea.backward, **both}


@contextmanager
def _patched(idea: Idea) -> Iterator[None]:
    with ExitStack() as stack:
        for (module, name), value in idea.without.items():
            stack.enter_context(patch.object(module, name, value))
        yield
