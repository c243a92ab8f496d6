"""Running a reader's function: on copies, with a limit, and with an ear for what goes wrong."""

from __future__ import annotations

import ctypes
import linecache
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Event, Lock, Thread, get_ident
from time import process_time
from types import FrameType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..i18n import Term
from . import apart
from .kinds import Kind
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


Value = tuple[tuple[int, ...], tuple[float, ...]]
"""An array's shape and its numbers."""


def values(array: Array) -> Value:
    """An array as something to compare: its shape and its numbers, without rounding's last digits.

    >>> values(np.array([0.1 + 0.2])) == values(np.array([0.3]))
    True
    """
    return (array.shape, tuple(np.round(array.astype(float), 6).ravel().tolist()))


@dataclass(frozen=True, eq=False)
class Function(Kind):
    """A function of the reader's own: what it makes of ``argument``.

    ``code`` is the function's name. ``choices`` are bodies to choose from where nothing can be run,
    each with its value.
    """

    name: ClassVar[str] = "code"
    argument: Array
    code: str
    choices: Mapping[str, Value]

    @property
    def form(self) -> Term:
        return Term("exercises.form_code", code=self.code)

    def read(self, answer: object) -> Value:
        if not callable(answer):
            raise Unusable("not_a_function", kind=kind_of(answer))
        return _value(answer, self.argument)

    def relation(self, value: Value, right: Value) -> str:
        (shape, numbers), (right_shape, right_numbers) = value, right
        if sorted(numbers) == sorted(right_numbers):
            return "places" if shape == right_shape else "shape"
        return "values" if shape == right_shape else "none"

    def near(self, right: Value) -> dict[str, Term]:
        return {code: Term(f"exercises.near_{code}") for code in ("places", "shape", "values")}

    def record(self) -> Mapping[str, Any]:
        return {
            "code": self.code,
            "outcomes": [[body, self.plain(value)] for body, value in self.choices.items()],
        }

    def plain(self, value: Value) -> str:
        """Short, for all that a choice has to do is to equal another."""
        return sha256(repr(value).encode()).hexdigest()[:8]


def _value(function: Callable[..., object], argument: Array) -> Value:
    """The value of ``function(argument)``, computed apart where that is possible.

    Only there is an instruction stopped that does not end, such as ``10 ** 10 ** 10``.
    """
    if not apart.POSSIBLE:
        return _computed(function, argument)
    try:
        return apart.result_apart(lambda: _computed(function, argument), SECONDS + 1)
    except apart.Ended as end:
        raise _late() if end.late else Unusable("died") from None


def _computed(function: Callable[..., object], argument: Array) -> Value:
    return values(_numbers(_called(function, argument)))


def _called(function: Callable[..., object], argument: Array) -> object:
    try:
        with _unsaid(), _timed(SECONDS), _limited(STEPS):
            return function(argument.copy())
    except _TooLong:
        raise _late() from None
    except _Endless:
        raise Unusable("endless", steps=f"{STEPS:,}") from None
    except (Exception, SystemExit) as error:
        raise Unusable(
            "crash",
            error=_in_a_line(f"{kind_of(error)}: {error}").removesuffix(":"),
            place=_place(error, function),
        ) from None


def _late() -> Unusable:
    return Unusable("too_long", seconds=f"{SECONDS:g}")


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


@contextmanager
def _unsaid() -> Iterator[None]:
    """Drop what Python cannot raise, such as an end thrown into a destructor.

    The hook is none of Python's own code: the next throw would land in it.
    """
    before, sys.unraisablehook = sys.unraisablehook, deque[Any](maxlen=0).append
    try:
        yield
    finally:
        sys.unraisablehook = before


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
