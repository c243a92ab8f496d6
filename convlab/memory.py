"""Whether an array would fit into this machine's memory, asked before it is made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from .errors import NotEnoughMemoryError
from .i18n import Term

_UNQUESTIONED_BYTES = 1 << 28


def check_memory(shape: Sequence[Any], itemsize: int, what: str) -> None:
    """Refuse an array that this machine has no memory for, before trying to make it.

    ``what`` is an entry of the catalogue's ``errors``: what the array would hold.
    """
    needed = itemsize
    for size in shape:
        needed *= size
    if needed <= _UNQUESTIONED_BYTES:
        return
    free = _free_memory()
    if free is not None and needed > free:
        raise _not_enough(shape, needed, what, free)


def lack_of_memory(error: MemoryError) -> NotEnoughMemoryError:
    """NumPy's refusal of an array that it has no memory for, in words."""
    shape, dtype = getattr(error, "shape", ()), getattr(error, "dtype", np.dtype("float32"))
    return _not_enough(tuple(shape), prod(shape) * dtype.itemsize, "a_step", _free_memory() or 0)


def _not_enough(shape: Sequence[Any], needed: int, what: str, free: int) -> NotEnoughMemoryError:
    return NotEnoughMemoryError(
        "memory",
        argument="shape",
        value=tuple(shape),
        what=Term(f"errors.{what}"),
        needed=f"{needed / 2**30:,.1f}",
        free=f"{free / 2**30:,.1f}",
    )


def _free_memory() -> int | None:
    """Bytes that can still be had, where the system tells: Linux says so, others know the total."""
    try:
        with open("/proc/meminfo", encoding="ascii") as report:
            fields = dict(line.split(":", 1) for line in report)
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError):
        names = getattr(os, "sysconf_names", {})
        if "SC_PHYS_PAGES" not in names:
            return None
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
