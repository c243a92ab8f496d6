"""Work in a copy of this process, which can be ended whatever it is at."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NoReturn, TypeVar

T = TypeVar("T")

POSSIBLE = hasattr(os, "fork")

MEMORY = 2**30
"""Bytes that the work may take beyond what this process has."""


class Ended(Exception):
    """The copy was ended before it had a result; ``late`` tells whether for want of time."""

    def __init__(self, late: bool) -> None:
        super().__init__(late)
        self.late = late


def result_apart(work: Callable[[], T], seconds: float) -> T:
    """What ``work`` returns or raises (pickled on the way), computed for at most ``seconds``.

    Raises ``Ended`` where the copy ran out of time or took an end of its own.
    """
    source, target = os.pipe()
    sys.stdout.flush()  # Or both would print what waits there.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of other threads, none of which the copy has or needs.
        child = os.fork()
    if not child:
        _work(work, seconds, target)
    os.close(target)
    try:
        with open(source, "rb") as pipe:
            result: Callable[[], T] = pickle.load(pipe)
    except EOFError:
        _, status = os.waitpid(child, 0)
        child = 0
        raise Ended(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF) from None
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return result()


def _work(work: Callable[[], object], seconds: float, target: int) -> NoReturn:
    with suppress(BaseException):
        # By default the timer's signal ends a process even inside one endless instruction.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        _limit_memory()
        result = pickle.dumps(_kept(work))
        sys.stdout.flush()
        with open(target, "wb") as pipe:
            pipe.write(result)
    os._exit(0)


def _kept(work: Callable[[], object]) -> Callable[[], object]:
    """What gives again what ``work`` returned or raised."""
    try:
        return partial(_returned, work())
    except BaseException as error:
        return partial(_raised, error)


def _returned(result: object) -> object:
    return result


def _raised(error: BaseException) -> NoReturn:
    raise error


def _limit_memory() -> None:
    """Where the system tells how much is taken (Linux)."""
    import resource  # Not on every system.

    with suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        taken = int(file.read().split()[5]) * resource.getpagesize()
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (taken + MEMORY, most))
