"""The recorded numbers on disk: a compressed JSON index to read, and the arrays to look up (npz).

Every array stands in one of three pools, one after the other; the index holds
``[pool, offset, shape]``. Inputs and weights that are multiples of 1/8 take a byte each. The same
numbers give the same bytes.
"""

import gzip
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parents[2] / "tests" / "keras" / "data"
POOLS = {"eighths": np.int8, "float32": np.float32, "float64": np.float64}


class Pools:
    """Arrays put one after the other, by kind."""

    def __init__(self) -> None:
        self._arrays: dict[str, list[NDArray[Any]]] = {pool: [] for pool in POOLS}
        self._sizes = dict.fromkeys(POOLS, 0)

    def add(self, array: NDArray[Any]) -> list[Any]:
        """Store ``array`` and return the place where it can be found."""
        pool = "eighths" if _fits_eighths(array) else array.dtype.name
        kept = (array * 8 if pool == "eighths" else array).astype(POOLS[pool]).ravel()
        place = [pool, self._sizes[pool], list(array.shape)]
        self._arrays[pool].append(kept)
        self._sizes[pool] += kept.size
        return place

    def save(self, path: Path) -> None:
        """Write the pools, compressed."""
        empty = {pool: np.zeros(0, kind) for pool, kind in POOLS.items()}
        joined: dict[str, Any] = {p: np.concatenate([empty[p], *self._arrays[p]]) for p in POOLS}
        np.savez_compressed(path, **joined)


class Reader:
    """The arrays of a recorded file."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as pools:
            self._pools = {pool: pools[pool] for pool in POOLS}

    def get(self, place: list[Any], dtype: str = "float64") -> NDArray[Any]:
        """Return the array at ``place``; eighths are given in ``dtype``, exactly."""
        pool, offset, shape = place
        kept: NDArray[Any] = self._pools[pool][offset : offset + math.prod(shape)].reshape(shape)
        return kept.astype(dtype) / 8 if pool == "eighths" else kept.copy()


def write_json(path: Path, head: dict[str, Any], rows: list[Any]) -> None:
    """Write ``head`` and one line a row, compressed; ``zcat`` shows them."""
    lines = [_compact(line) + "\n" for line in (head, *rows)]
    path.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


def read_json(path: Path) -> tuple[dict[str, Any], list[Any]]:
    """Return what `write_json` wrote."""
    head, *rows = map(json.loads, gzip.decompress(path.read_bytes()).splitlines())
    return head, rows


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _fits_eighths(array: NDArray[Any]) -> bool:
    scaled = array.astype(np.float64) * 8
    whole = bool(np.all(np.isfinite(scaled)) and np.all(scaled == np.rint(scaled)))
    minus_zero = bool(np.any(np.signbit(array) & (array == 0)))
    return whole and not minus_zero and bool(np.all(np.abs(scaled) <= 127))
