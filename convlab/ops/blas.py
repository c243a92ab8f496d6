"""Matrix products by NumPy's BLAS: held to one thread, and in pieces that it multiplies best."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

SMALL = 10**6
"""Multiply-adds up to which OpenBLAS multiplies matrices where they lie, no copies laid out first.

It has such code for processors with AVX-512, and there nothing is quicker: docs/performance.md.
"""

AVX_512 = {"SkylakeX", "Cooperlake", "SapphireRapids"}
"""OpenBLAS' names for these processors."""

ROWS = 12
"""Of the first matrix that code takes so many rows at once."""

FILTERS = 64, 32
"""With so many columns of the second it is as fast as it can be."""

_turn = Lock()


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
    """The limit is the process' own: one caller at a time, so that each puts back what it found."""
    controller = _controller()
    with _turn, controller.limit(limits=1) if controller else nullcontext():
        yield


@cache
def largest() -> int:
    """Multiply-adds up to which a product is small; 0 where small products are not quicker."""
    controller = _controller()
    libraries = controller.info() if controller else []
    return SMALL if any(library.get("architecture") in AVX_512 for library in libraries) else 0


def laid_out(weights: Array, last: Array | None = None) -> Array:
    """Weights (…, K, F) as (…, P, K, F/P): P of the filters together make products small.

    A ``last`` row (…, F) comes after the others.
    """
    *lead, numbers, filters = weights.shape
    fewer = _filters_at_once(numbers, filters)
    pieces = *lead, filters // fewer
    rows = weights.reshape(*lead, numbers, filters // fewer, fewer).swapaxes(-2, -3)
    if last is None:
        return np.ascontiguousarray(rows)
    laid = np.empty((*pieces, numbers + 1, fewer), weights.dtype)
    laid[..., :numbers, :] = rows
    laid[..., numbers, :] = last.reshape(*pieces, fewer)
    return laid


def _filters_at_once(numbers: int, filters: int) -> int:
    fitting = largest() // (ROWS * numbers)
    if filters <= min(fitting, FILTERS[0]):
        return filters
    return next((few for few in FILTERS if few <= fitting and filters % few == 0), filters)


def multiply(rows: Array, weights: Array, out: Array) -> None:
    """out[…, j, (p, f)] = sum over k of rows[…, j, k] * weights[…, p, k, f].

    ``rows`` (…, J, K), ``weights`` as ``laid_out`` them (…, P, K, F/P), ``out`` (…, J, F).
    """
    outputs, length = rows.shape[-2], _rows_at_once(rows.shape[-2], weights)
    whole = outputs // length * length
    _multiply(rows[..., :whole, :], weights, out[..., :whole, :], length)
    if whole < outputs:
        _multiply(rows[..., whole:, :], weights, out[..., whole:, :], outputs - whole)


def _rows_at_once(outputs: int, weights: Array) -> int:
    """About equal pieces, each small; all rows if they would be too few for that."""
    numbers, filters = weights.shape[-2:]
    most: int = largest() // (numbers * filters) // ROWS * ROWS
    if not 0 < most < outputs:
        return max(outputs, 1)
    pieces = -(-outputs // most)
    return -(-outputs // (pieces * ROWS)) * ROWS


def _multiply(rows: Array, weights: Array, out: Array, length: int) -> None:
    """``multiply`` in pieces of ``length`` rows; views, since an axis is only ever split."""
    *lead, outputs, numbers = rows.shape
    pieces, filters = weights.shape[-3], weights.shape[-1]
    by_piece = rows.reshape(*lead, 1, outputs // length, length, numbers)
    places = out.reshape(*out.shape[:-2], outputs // length, length, pieces, filters)
    np.matmul(by_piece, weights[..., None, :, :], out=places.swapaxes(-2, -3).swapaxes(-3, -4))
