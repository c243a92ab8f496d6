"""Matrix products (GEMM) by NumPy's BLAS: on one thread, in blocks that it multiplies fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

SMALL_GEMM = 10**6
"""Multiply-adds up to which OpenBLAS multiplies matrices in place, without packing copies of them.

It has such kernels for processors with AVX-512, and nothing is faster there: docs/performance.md.
"""

AVX512_CORES = {"SkylakeX", "Cooperlake", "SapphireRapids"}
"""OpenBLAS' names for these processors."""

MICROKERNEL_ROWS = 12
"""Rows of the left matrix that such a kernel computes at a time."""

PANEL_WIDTHS = 64, 32
"""Columns of the right matrix for which such a kernel is fastest; the better number first."""

_limit_lock = Lock()


@cache
def _controller() -> Any:
    """threadpoolctl's handle on BLAS, looked up once; ``None`` where it is not installed."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController().select(user_api="blas")


@contextmanager
def held_to_one_thread() -> Iterator[None]:
    """Within this block BLAS uses one thread.

    The limit holds for the whole process, so only one caller at a time sets it: each restores the
    number that it found.
    """
    controller = _controller()
    with _limit_lock, controller.limit(limits=1) if controller else nullcontext():
        yield


@cache
def small_gemm_limit() -> int:
    """Multiply-adds of the largest small product; 0 where small products are not faster."""
    controller = _controller()
    libraries = controller.info() if controller else []
    fast = any(library.get("architecture") in AVX512_CORES for library in libraries)
    return SMALL_GEMM if fast else 0


def column_panels(weights: Array, last_row: Array | None = None) -> Array:
    """Weights (…, K, F) as P panels of F/P columns each (…, P, K, F/P), narrow for small products.

    ``last_row`` (…, F) is appended below the others.
    """
    *lead, depth, filters = weights.shape
    width = _panel_width(depth, filters)
    lead_panels = *lead, filters // width
    by_panel = weights.reshape(*lead, depth, filters // width, width).swapaxes(-2, -3)
    if last_row is None:
        return np.ascontiguousarray(by_panel)
    panels = np.empty((*lead_panels, depth + 1, width), weights.dtype)
    panels[..., :depth, :] = by_panel
    panels[..., depth, :] = last_row.reshape(*lead_panels, width)
    return panels


def _panel_width(depth: int, filters: int) -> int:
    fitting = small_gemm_limit() // (MICROKERNEL_ROWS * depth)
    if filters <= min(fitting, PANEL_WIDTHS[0]):
        return filters
    dividing = (width for width in PANEL_WIDTHS if width <= fitting and filters % width == 0)
    return next(dividing, filters)


def matmul(rows: Array, panels: Array, out: Array) -> None:
    """out[…, j, (p, f)] = sum over k of rows[…, j, k] * panels[…, p, k, f].

    ``rows`` (…, J, K), ``panels`` (…, P, K, F/P) from ``column_panels``, ``out`` (…, J, F).
    """
    outputs, height = rows.shape[-2], _block_height(rows.shape[-2], panels)
    whole = outputs // height * height
    _matmul_blocks(rows[..., :whole, :], panels, out[..., :whole, :], height)
    if whole < outputs:
        _matmul_blocks(rows[..., whole:, :], panels, out[..., whole:, :], outputs - whole)


def _block_height(outputs: int, panels: Array) -> int:
    """Rows in a block: blocks of about equal height, each a small product, or all rows in one."""
    depth, width = panels.shape[-2:]
    highest: int = small_gemm_limit() // (depth * width) // MICROKERNEL_ROWS * MICROKERNEL_ROWS
    if not 0 < highest < outputs:
        return max(outputs, 1)
    blocks = -(-outputs // highest)
    return -(-outputs // (blocks * MICROKERNEL_ROWS)) * MICROKERNEL_ROWS


def _matmul_blocks(rows: Array, panels: Array, out: Array, height: int) -> None:
    """``matmul`` in blocks of ``height`` rows; all are views, since only single axes are split."""
    *lead, outputs, depth = rows.shape
    count, width = panels.shape[-3], panels.shape[-1]
    row_blocks = rows.reshape(*lead, 1, outputs // height, height, depth)
    out_blocks = out.reshape(*out.shape[:-2], outputs // height, height, count, width)
    out_blocks = out_blocks.swapaxes(-2, -3).swapaxes(-3, -4)
    np.matmul(row_blocks, panels[..., None, :, :], out=out_blocks)
