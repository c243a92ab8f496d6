"""Functions of a reader's own: what goes wrong in them is told, not thrown."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any

import numpy as np
import pytest

from convlab import exercises, use_language
from convlab.exercises import apart, running
from convlab.i18n import LANGUAGES


@pytest.fixture(autouse=True, params=["apart", "inside"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Functions run in a copy of this process, and as on a system that makes none."""
    if request.param == "inside":
        monkeypatch.setattr(apart, "POSSIBLE", False)
    elif not apart.POSSIBLE:
        pytest.skip("this system makes no copy of a process")
    return str(request.param)


only_apart = pytest.mark.parametrize("where", ["apart"], indirect=True)


def said(function: object) -> str:
    verdict = exercises.check("flip", function)
    assert verdict.state == "unusable"
    return repr(verdict)


def test_a_crash_is_told_with_the_readers_line() -> None:
    def turn(kernel: Any) -> Any:
        missing = kernel.shape[7]
        return missing

    line = turn.__code__.co_firstlineno + 1
    assert "`IndexError: tuple index out of range`" in said(turn)
    assert f"in line {line}: `missing = kernel.shape[7]`" in said(turn)


def test_the_line_is_the_readers_even_where_numpy_raised() -> None:
    def turn(kernel: Any) -> Any:
        return np.concatenate([kernel, kernel[0]])

    assert "`return np.concatenate([kernel, kernel[0]])`" in said(turn)


def test_a_crash_inside_a_helper_of_the_reader_is_told_with_the_helpers_line() -> None:
    def helper() -> None:
        raise ValueError("a `strange`\nmessage " + "x" * 500)

    words = said(lambda kernel: helper())
    assert "a 'strange' message xxx" in words and "x…`" in words
    assert "`raise ValueError(" in words


def test_a_function_that_takes_nothing_is_told() -> None:
    assert "TypeError" in said(lambda: 1)
    assert ", in line" not in said(lambda: 1)
    assert "TypeError" in said(len.__class__)


def test_leaving_python_is_a_crash() -> None:
    assert "`SystemExit: 3`" in said(lambda kernel: sys.exit(3))


def test_an_interrupt_by_the_reader_gets_through() -> None:
    def turn(kernel: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercises.check("flip", turn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_endless_loop_is_stopped(language: str) -> None:
    def turn(kernel: Any) -> Any:
        while True:
            with suppress(Exception):
                kernel = kernel + 1

    with use_language(language):
        assert "200,000" in said(turn)


def test_an_endless_sum_is_stopped() -> None:
    assert "200,000" in said(lambda kernel: sum(1 for _ in count()))


def loop_on_one_line(kernel: Any) -> Any:
    while True: pass  # fmt: skip  # noqa: E701


def sweep_on_one_line(kernel: Any) -> Any:
    for _ in count(): pass  # fmt: skip  # noqa: E701


def nought(number: int) -> int:
    return 0


ENDLESS = [
    loop_on_one_line,
    sweep_on_one_line,
    lambda kernel: [0 for _ in count()],
    lambda kernel: {number % 7: number for number in count()},
    lambda kernel: any(False for _ in count()),
    lambda kernel: sum(map(nought, count())),
]


@pytest.mark.parametrize("function", ENDLESS, ids=range(len(ENDLESS)))
def test_an_endless_loop_on_one_line_is_stopped(function: Any) -> None:
    assert "200,000" in said(function)


def swallow_everything(kernel: Any) -> Any:
    while True:
        try:
            kernel = kernel + 1
            kernel = np.flip(kernel)
            kernel = kernel - 1
        except:  # noqa: E722
            pass


def recur_anew(kernel: Any) -> Any:
    try:
        return recur_anew(kernel)
    except RecursionError:
        return recur_anew(kernel)


def take_long_at_each_line(kernel: Any) -> Any:
    while True:
        np.ones(10**6).sum()


STUBBORN = [swallow_everything, recur_anew, take_long_at_each_line]


@pytest.mark.parametrize("function", STUBBORN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_escapes_the_counting_is_stopped_by_the_time(
    function: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SECONDS", 0.3)
    with use_language(language):
        # What swallows the count's end may be met outside of what swallows it.
        assert re.search("0[.]3|200,000", said(function))
    time.sleep(3 * running.PAUSE)  # A throw too many would arrive by now.
    assert exercises.check("flip", np.flip)


class Sour:
    def __del__(self) -> None:
        raise ValueError("sour")


def test_what_python_cannot_raise_is_unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", heard.append)
    assert exercises.check("flip", lambda kernel: [Sour(), np.flip(kernel)][1])
    assert heard == []
    Sour()
    assert len(heard) == 1  # Outside it is heard as before.


ONE_INSTRUCTION = [
    lambda kernel: 10**10**10,
    lambda kernel: sum(count()),
    lambda kernel: -1 in count(),
    lambda kernel: deque(count(), maxlen=0),
]


@only_apart
@pytest.mark.parametrize("function", ONE_INSTRUCTION, ids=range(len(ONE_INSTRUCTION)))
def test_one_instruction_without_end_is_stopped(
    function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SECONDS", 0.3)
    assert "0.3" in said(function)
    assert exercises.check("flip", np.flip)


@only_apart
def test_a_function_that_takes_all_memory_is_stopped() -> None:
    assert "MemoryError" in said(lambda kernel: bytearray(2 * apart.MEMORY))


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@only_apart
@pytest.mark.parametrize("end", [partial(os._exit, 3), be_killed])
def test_a_function_that_ends_python_ends_only_its_copy(end: Any) -> None:
    assert "ended Python itself" in said(lambda kernel: end())


@only_apart
def test_what_a_function_changes_stays_as_it_was() -> None:
    changed: list[int] = []
    assert exercises.check("flip", lambda kernel: changed.append(1) or np.flip(kernel))
    assert changed == []


def test_what_a_function_prints_is_shown_once(capfd: pytest.CaptureFixture[str]) -> None:
    print("before")
    exercises.check("flip", lambda kernel: print("inside") or np.flip(kernel))
    print("after")
    sys.stdout.flush()
    assert capfd.readouterr().out.split() == ["before", "inside", "after"]


@only_apart
def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[int] = []
    fork = os.fork

    def noted() -> int:
        copies.append(fork())
        return copies[-1]

    monkeypatch.setattr(os, "fork", noted)
    monkeypatch.setattr(running, "SECONDS", 0.1)
    for function in (np.flip, lambda kernel: be_killed(), lambda kernel: -1 in count()):
        exercises.check("flip", function)
    assert len(copies) == 3
    for copy in copies:
        with pytest.raises(ChildProcessError):
            os.waitpid(copy, os.WNOHANG)


def test_a_function_that_waits_is_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS", 0.1)

    def turn(kernel: Any) -> Any:
        time.sleep(0.3)
        return np.flip(kernel)

    assert exercises.check("flip", turn)


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    for _ in range(20):
        exercises.check("flip", np.flip)
    time.sleep(3 * running.PAUSE)
    assert threading.active_count() <= before


def test_values_are_compared_to_six_digits() -> None:
    numbers = [0.3, 0.30001, 0.3001, 0.3004]
    assert len({running.values(np.array([number])) for number in numbers}) == 4
    assert running.values(np.array([0.1 + 0.2])) == running.values(np.array([0.3]))
    assert exercises.check("flip", lambda kernel: np.flip(kernel) + 1e-12)
    assert exercises.check("flip", lambda kernel: np.flip(kernel) + 4e-4).state == "wrong"


def test_endless_recursion_is_a_crash() -> None:
    def turn(kernel: Any) -> Any:
        return turn(kernel)

    assert "`RecursionError" in said(turn)


def test_a_tracer_that_was_there_is_there_again() -> None:
    def tracer(*_: object) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        exercises.check("flip", lambda kernel: kernel / "x")
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert after is tracer


def test_the_limit_counts_lines() -> None:
    def lines(number: int) -> None:
        for _ in range(number):
            pass

    with running._limited(1000):
        lines(300)
    with pytest.raises(running._Endless), running._limited(1000):
        lines(2000)


def test_a_function_that_changes_its_argument_spoils_nothing() -> None:
    def turn(kernel: Any) -> Any:
        kernel[:] = 0
        return kernel

    assert exercises.check("flip", turn).state == "wrong"
    assert exercises.check("flip", np.flip)


@pytest.mark.parametrize("answer", [np.zeros((2, 2)), 3, (2, 3), {}, object()])
def test_the_result_in_place_of_the_function_is_told(answer: object) -> None:
    assert f"the type of your answer is `{type(answer).__name__}`" in said(answer)


def test_what_a_function_returns_is_told_where_it_is_no_array() -> None:
    assert "returned nothing" in said(lambda kernel: None)
    assert "is `str`" in said(lambda kernel: "kernel")
    assert "is `dict`" in said(lambda kernel: {})
    assert "different lengths" in said(lambda kernel: [[1.0], [1.0, 2.0]])
    assert "is `list`" in said(lambda kernel: [[True]])


def test_a_result_of_another_shape_is_only_wrong() -> None:
    for result in (5.0, [], np.zeros((0, 3)), np.full((2, 3), np.nan)):
        assert exercises.check("flip", lambda kernel, result=result: result).state == "wrong"
