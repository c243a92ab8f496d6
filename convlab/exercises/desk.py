"""The desk where a reader asks, answers, and is told: predict, then check."""

from __future__ import annotations

import os
from collections.abc import Hashable

from .. import errors
from ..i18n import Choices, Term, catalogue
from . import records
from .reading import Unusable
from .series import SERIES
from .task import Task, drawn
from .words import Verdict, Words

_reader = os.environ.get("CONVLAB_READER", "")
_hints_given: dict[str, int] = {}


def set_reader(name: str) -> None:
    """Draw the numbers of every exercise anew, for the reader called ``name``; ``""``: nobody's.

    The same name always gets the same numbers. The environment variable ``CONVLAB_READER`` does the
    same from the start. Raises ``DTypeError`` for anything but a text.
    """
    global _reader
    if not isinstance(name, str):
        raise errors.DTypeError("reader", argument="name", kind=type(name).__name__)
    _reader = name
    _hints_given.clear()


def names() -> tuple[str, ...]:
    """The ids of all exercises, in the order of the lessons' list.

    >>> names()[:2]
    ('same_size', 'odd_pixel')
    """
    return tuple(SERIES)


def task(exercise: str) -> Task:
    """The numbers, the right answer and the traps of an exercise, for the reader in force.

    Raises ``ArgumentError`` for an id that does not exist.
    """
    if not isinstance(exercise, str) or exercise not in SERIES:
        choices = errors.choose_one("exercise", exercise, SERIES)
        legal = Choices([choice["exercise"] for choice in choices])
        raise errors.ArgumentError(
            "one_of", argument="exercise", value=exercise, legal=legal, choices=choices
        )
    return drawn(SERIES[exercise], f"{_reader}/{exercise}")


def ask(exercise: str) -> Words:
    """The question, with this reader's numbers.

    >>> print(ask("causal").paragraphs[0])
    **Exercise: What a causal layer reads**
    """
    given = task(exercise)
    title = Term(f"exercises.{exercise}_title")
    return Words(
        Term("exercises.heading", title=title),
        Term(f"exercises.{exercise}_question", **given.numbers),
        given.form,
    )


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
        value = given.read(answer)
    except Unusable as reason:
        return Verdict("unusable", reason.term, given.form)
    return _judged(exercise, given, value)


def _judged(exercise: str, given: Task, value: Hashable) -> Verdict:
    right = value == given.right
    words = records.note(_reader, exercise, right)
    if right:
        return Verdict("right", Term("exercises.right", name=exercise), *words)
    trap = next((trap for trap, wrong in given.traps.items() if wrong == value), None)
    reason = Term(f"exercises.trap_{trap or 'unknown'}", **given.numbers)
    return Verdict("wrong", Term("exercises.wrong", reason=reason), *words, misconception=trap)


def hint(exercise: str) -> Words:
    """The next hint: each call goes one step further, and the last one stays."""
    given = task(exercise)
    count = sum(key.startswith(f"exercises.{exercise}_hint_") for key in catalogue())
    step = _hints_given[exercise] = min(_hints_given.get(exercise, 0) + 1, count)
    sentence = Term(f"exercises.{exercise}_hint_{step}", **given.numbers)
    return Words(Term("exercises.hint", step=step, count=count, hint=sentence))


def solution(exercise: str) -> Words:
    """The answer, with the reason."""
    given = task(exercise)
    told = {"right": given.right, **given.numbers, **given.reasons}
    return Words(Term(f"exercises.{exercise}_solution", **told))


def progress() -> Words:
    """What this reader has solved so far; kept in the notebook's folder."""
    return records.summary(_reader, names())
