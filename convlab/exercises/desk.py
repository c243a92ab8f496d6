"""The desk where a reader asks, answers, and is told: predict, then check."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import TYPE_CHECKING

from .. import errors
from ..i18n import Choices, Term, catalogue
from . import records
from .reading import Unusable
from .series import SERIES
from .task import Task, drawn
from .words import Verdict, Words

if TYPE_CHECKING:
    from .widget import Exercise, Progress

_reader = os.environ.get("CONVLAB_READER", "")
_hints_given: dict[str, int] = {}
_drawn_for: dict[str, str] = {}
"""Whose numbers an exercise shows, where new ones were asked for."""


def set_reader(name: str) -> None:
    """Draw the numbers of every exercise anew, for the reader called ``name``; ``""``: nobody's.

    The same name always gets the same numbers. The environment variable ``CONVLAB_READER`` does the
    same from the start. Raises ``DTypeError`` for anything but a text.
    """
    global _reader
    _reader = _checked(name, "name")
    _hints_given.clear()
    _drawn_for.clear()


def draw(exercise: str, reader: str) -> None:
    """Go on with the numbers of another reader for this exercise; the hints begin anew."""
    _drawn_for[exercise] = reader
    _hints_given.pop(exercise, None)


def _checked(reader: object, argument: str) -> str:
    if not isinstance(reader, str):
        raise errors.DTypeError("reader", argument=argument, kind=type(reader).__name__)
    return reader


def reader_in_force(exercise: object = None) -> str:
    """The name that ``set_reader`` was given last, or whose numbers this exercise shows."""
    return _drawn_for.get(exercise, _reader) if isinstance(exercise, str) else _reader


def names() -> tuple[str, ...]:
    """The ids of all exercises, in the order of the lessons' list.

    >>> names()[:2]
    ('same_size', 'odd_pixel')
    """
    return tuple(SERIES)


def task(exercise: str, reader: str | None = None) -> Task:
    """The numbers, the right answer and the traps of an exercise; by default the present reader's.

    Raises ``ArgumentError`` for an id that does not exist, ``DTypeError`` for a reader that is no
    text.

    >>> task("causal", "Ada").numbers == task("causal", "Bob").numbers
    False
    """
    reader = reader_in_force(exercise) if reader is None else _checked(reader, "reader")
    if not isinstance(exercise, str) or exercise not in SERIES:
        choices = errors.choose_one("exercise", exercise, SERIES)
        legal = Choices([choice["exercise"] for choice in choices])
        raise errors.ArgumentError(
            "one_of", argument="exercise", value=exercise, legal=legal, choices=choices
        )
    return drawn(SERIES[exercise], f"{reader}/{exercise}")


def title(exercise: str) -> Term:
    return Term(f"exercises.{exercise}_title")


def question(exercise: str, given: Task) -> Term:
    return Term(f"exercises.{exercise}_question", **given.numbers)


def hints(exercise: str, given: Task) -> list[Term]:
    """All hints, in their order."""
    count = sum(key.startswith(f"exercises.{exercise}_hint_") for key in catalogue())
    steps = range(1, count + 1)
    return [Term(f"exercises.{exercise}_hint_{step}", **given.numbers) for step in steps]


def solved(exercise: str, given: Task) -> Term:
    """The answer, with the reason."""
    told = {"right": given.right, **given.numbers, **given.reasons}
    return Term(f"exercises.{exercise}_solution", **told)


def ask(exercise: str) -> Exercise:
    """The question with this reader's numbers, a field for the answer, hints and the solution.

    >>> ask("causal").state
    'open'
    """
    from .widget import Exercise  # Here, because a check needs no widgets.

    task(exercise)
    return Exercise(exercise)


def asked(exercise: str) -> Words:
    """The question in words, and how to answer it in code."""
    given = task(exercise)
    heading = Term("exercises.heading", title=title(exercise))
    form = Term("exercises.form", name=exercise, form=given.kind.form)
    return Words(heading, question(exercise, given), form)


def check(exercise: str, answer: object) -> Verdict:
    """Whether ``answer`` is right, and if not, which misconception leads to it.

    ``None`` and ``...`` mean: not answered yet. A text is never executed.

    >>> check("causal", None).state
    'open'
    """
    given = task(exercise)
    if answer is None or answer is ...:
        return Verdict("open", Term("exercises.open"))
    try:
        if isinstance(answer, str | bytes):
            raise Unusable("text")
        value = given.kind.read(answer)
    except Unusable as reason:
        return Verdict("unusable", reason.term, Term("exercises.usable_form", form=given.kind.form))
    return _judged(exercise, given, value)


def _judged(exercise: str, given: Task, value: Hashable) -> Verdict:
    right = value == given.right
    words = note(exercise, right)
    if right:
        return Verdict("right", Term("exercises.right", name=exercise), *words)
    said = Term("exercises.wrong", reason=given.reply(value))
    return Verdict("wrong", said, *words, misconception=given.misconception(value))


def note(exercise: str, right: bool) -> tuple[Term, ...]:
    """Count a try of the reader in force; a word where the record cannot be kept."""
    return records.note(_reader, exercise, right)


def hint(exercise: str) -> Words:
    """The next hint: each call goes one step further, and the last one stays."""
    steps = hints(exercise, task(exercise))
    step = _hints_given[exercise] = min(_hints_given.get(exercise, 0) + 1, len(steps))
    return Words(Term("exercises.hint", step=step, count=len(steps), hint=steps[step - 1]))


def solution(exercise: str) -> Words:
    """The answer, with the reason."""
    return Words(solved(exercise, task(exercise)))


def progress() -> Progress:
    """What this reader has solved so far; kept in the notebook's folder."""
    from .widget import Progress  # Here, because a check needs no widgets.

    return Progress()


def summary() -> Words:
    """The same in words."""
    return records.summary(_reader, names())


def done() -> dict[str, records.Done]:
    """What this reader has tried, by exercise."""
    return records.load()[0].get(_reader, {})
