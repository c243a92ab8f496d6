"""A reader's exercises as data, from which a page asks, checks and explains without Python."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from ..i18n import LANGUAGES, Choices, Term, catalogue, in_language
from . import desk
from .task import Task


def variant(exercise: str, reader: str | None = None) -> dict[str, Any]:
    """A reader's exercise as data for JSON: all that asking and checking needs.

    The numbers are those of ``reader``, by default of the reader in force.

    ``answer`` is the kind of the answer with what its field has to know. Of a kind with
    ``outcomes``, pairs of a choice and its outcome, the outcome is the normal form; of the others
    it is the number, the list, or the sorted list itself. An answer is right where its normal form
    is ``right``; else the first of ``traps`` with that ``answer`` gives the reply; else ``near``
    does, by the relation to ``right`` (``kinds.relation_of_numbers`` and its neighbours; of an
    outcome that is a text, the text itself); else ``otherwise``.

    A text is a key of ``labels``, its places filled from ``numbers``, or ``{"term": key, "with":
    {…}}``. What fills a place is a number, a text, a term, or ``{"list": […]}`` of terms.
    ``solution`` is JSON in base64, a text for each language.

    Raises ``ArgumentError`` for an exercise that does not exist, ``DTypeError`` for a reader that
    is no text.

    >>> found = variant("stride_divides", "Ada")
    >>> found["answer"], found["numbers"], found["right"], found["near"]["above"]
    ({'kind': 'number'}, {'n': 126, 'k': 21, 's': 4}, 27, 'exercises.near_above')
    """
    given = desk.task(exercise, reader)
    kind = given.kind
    return {
        "exercise": exercise,
        "reader": desk.reader_in_force() if reader is None else reader,
        "title": desk.title(exercise).key,
        "question": desk.question(exercise, given).key,
        "field": f"exercises.field_{kind.name}",
        "numbers": {name: _word(value) for name, value in given.numbers.items()},
        "answer": {"kind": kind.name, **_plain(kind.record())},
        "right": kind.plain(given.right),
        "traps": [_trap(given, name) for name in given.traps],
        "near": _plain(kind.near(given.right)),
        "otherwise": "exercises.near_unknown",
        "hints": [hint.key for hint in desk.hints(exercise, given)],
        "solution": _sealed(desk.solved(exercise, given)),
    }


def _trap(given: Task, name: str) -> dict[str, Any]:
    wrong = given.kind.plain(given.traps[name])
    return {"answer": wrong, "misconception": name, "reply": given.explained(name).key}


def _plain(value: Any) -> Any:
    """Terms inside as data: by its key alone where a text has no places of its own."""
    if isinstance(value, Term):
        return _word(value) if value.parameters else value.key
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _word(value: Any) -> Any:
    """What fills a place in a template."""
    if isinstance(value, Term):
        filled = {name: _word(item) for name, item in value.parameters.items()}
        return {"term": value.key, "with": filled}
    if isinstance(value, Choices):
        return {"list": [_word(item) for item in value.values]}
    return value if isinstance(value, int) else str(value)


def _sealed(solution: Term) -> str:
    """Both languages' text in base64: nothing that somebody who looks at a page reads by chance."""
    texts = {}
    for language in LANGUAGES:
        with in_language(language):
            texts[language] = str(solution)
    return b64encode(json.dumps(texts, ensure_ascii=False).encode()).decode()


def labels(variants: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The templates that these variants and a page around them need, by language and key.

    A solution's template is none of them.

    >>> labels([variant("causal")])["zh_TW"]["exercises.causal_title"]
    '因果卷積讀取什麼'
    """
    keys = sorted({*_FRAME, *(key for found in variants for key in _keys(found))})
    return {language: {key: catalogue()[key][language] for key in keys} for language in LANGUAGES}


_FRAME = ("list.separator", "exercises.heading", "exercises.wrong", "exercises.hint")


def _keys(value: Any) -> Iterator[str]:
    """The keys of all texts inside."""
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, str) and value in catalogue():
        yield value
