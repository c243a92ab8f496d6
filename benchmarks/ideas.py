"""What each idea of ``convlab/ops`` brings: a call with it and without it, in turn in one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from types import ModuleType
from typing import Any
from unittest.mock import patch

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


NO_PLANAR_IM2COL = {(planar_im2col, "is_worthwhile"): never}
NO_WIDTH_IM2COL = {(width_im2col, "is_worthwhile"): never}
NO_SMALL_PRODUCTS = {(blas, "small_gemm_limit"): lambda: 0}
NO_TILES = {(windows, "TILE_BYTES"): 1 << 40, (windows, "MIN_TILES"): 1}

IDEAS = [
    Idea("one matrix for small inputs", "lesson, 8×8", {(im2col, "UNTILED_LIMIT"): 0}),
    Idea("tiles, in the cache and shared by the cores", "56×56, 64 channels", NO_TILES),
    Idea("both cores", "56×56, 64 channels", {(threads, "cores"): lambda: 1}),
    Idea("planar im2col", "photograph, 5×5×8", NO_PLANAR_IM2COL),
    Idea("planar im2col", "digits, batch of 64", NO_PLANAR_IM2COL),
    Idea("width-only im2col", "32×32, 32 channels", NO_WIDTH_IM2COL),
    Idea("implicit GEMM for height 1", "signal, kernel 64, stride 4", NO_WIDTH_IM2COL),
    Idea("small products", "28×28, 128 channels", NO_SMALL_PRODUCTS),
    Idea("small products", "article's image, 64 filters", NO_SMALL_PRODUCTS),
    Idea(
        "whole rows for depthwise",
        "56×56, depthwise, 128 channels",
        {(depthwise, "_has_contiguous_rows"): never},
    ),
    Idea(
        "scatter, disjoint windows",
        "transposed, 2×2, stride 2",
        {(scatter, "windows_are_disjoint"): never},
    ),
    Idea(
        "scatter-add, few channels",
        "article's image, 64 filters",
        {(scatter, "scatter_add_is_worthwhile"): never},
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
