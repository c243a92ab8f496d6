"""Running a reader's function: on copies, with a limit, and with an ear for what goes wrong."""

from __future__ import annotations

import ctypes
import linecache
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread, get_ident
from time import process_time
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..i18n import Term
from .reading import Unusable, kind_of

Array = NDArray[Any]

STEPS = 200_000
"""Lines of Python that a function may run: hundreds of times what the small inputs need.

A loop on one line runs that line anew at every turn.
"""

SECONDS = 3.0
"""Computing time that a function may take: where counting failed, or a line takes very long."""

PAUSE = 0.05
"""Seconds between two looks at the time."""


class _Endless(BaseException):
    """Not an ``Exception``, so that ``except Exception`` inside the loop does not hold it."""


def values(array: Array) -> Hashable:
    """An array as something to compare: its shape and its numbers, without rounding's last digits.

    >>> values(np.array([0.1 + 0.2])) == values(np.array([0.3]))
    True
    """
    return (array.shape, tuple(np.round(array.astype(float), 6).ravel().tolist()))


def result_of(*arguments: Array) -> Callable[[object], Hashable]:
    """A reading of answers that are functions: what the function makes of ``arguments``."""

    def read(answer: object) -> Hashable:
        if not callable(answer):
            raise Unusable("not_a_function", kind=kind_of(answer))
        return values(_numbers(_called(answer, arguments)))

    return read


def _called(function: Callable[..., object], arguments: tuple[Array, ...]) -> object:
    copies = [argument.copy() for argument in arguments]
    try:
        with _timed(SECONDS), _limited(STEPS):
            return function(*copies)
    except _TooLong:
        raise Unusable("too_long", seconds=f"{SECONDS:g}") from None
    except _Endless:
        raise Unusable("endless", steps=f"{STEPS:,}") from None
    except (Exception, SystemExit) as error:
        raise Unusable(
            "crash",
            error=_in_a_line(f"{kind_of(error)}: {error}"),
            place=_place(error, function),
        ) from None


@contextmanager
def _limited(steps: int) -> Iterator[None]:
    """Count the lines run inside, and raise ``_Endless`` at the one too many."""
    left = steps

    def enter(frame: FrameType, event: str, argument: object) -> Any:
        frame.f_trace_opcodes = True
        reached = -1

        def count(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal left, reached
            # A loop on one line shows in nothing but a jump back within the line.
            left -= event == "line" or (event == "opcode" and frame.f_lasti <= reached)
            reached = frame.f_lasti - (event == "line")
            if left < 0:
                raise _Endless
            return count

        return count

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)


class _TooLong(_Endless):
    """Thrown from outside."""


@contextmanager
def _timed(seconds: float) -> Iterator[None]:
    """Throw ``_TooLong`` into the thread inside, again and again, once its time is used up.

    Python drops a tracer that raised, so a bare ``except`` inside the loop, or a recursion too deep
    for the tracer itself, ends the counting.
    """
    inside, done, lock = get_ident(), Event(), Lock()
    end = process_time() + seconds

    def watch() -> None:
        while not done.wait(PAUSE):
            with lock:
                if process_time() > end and not done.is_set():
                    _throw(_TooLong, inside)

    def stop() -> None:
        with lock:
            done.set()

    Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        try:
            stop()
        except _TooLong:  # It was under way.
            stop()


def _throw(error: type[BaseException], thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _place(error: BaseException, function: object) -> Term | str:
    """The last line of the reader's own on the way to ``error``; nothing where there is none."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    line, step = 0, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            line = step.tb_lineno
        step = step.tb_next
    if not line:
        return ""
    source = _in_a_line(linecache.getline(str(file), line))
    return Term("exercises.place", line=line, source=source)


def _in_a_line(text: str) -> str:
    """Short enough to read, and fit to stand between backticks."""
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= 160 else line[:159] + "…"


def _numbers(result: object) -> Array:
    if result is None:
        raise Unusable("nothing_returned")
    try:
        array = np.asarray(result)
    except (TypeError, ValueError):
        raise Unusable("ragged") from None
    if array.dtype.kind not in "fiu":
        raise Unusable("not_an_array", kind=kind_of(result))
    return array
