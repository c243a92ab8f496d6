"""A reader's exercises as data, from which a page asks, checks and explains without Python."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from string import Formatter
from typing import Any

from ..i18n import LANGUAGES, Choices, Term, catalogue, in_language
from . import desk
from .task import Task


def variant(exercise: str, reader: str = "") -> dict[str, Any]:
    """The exercise of a reader as data for JSON; ``contents`` says what it holds.

    Wherever a text stands, there is ``{"term": key, "with": {name: value, …}}``: the template
    ``labels([…])[language][key]`` with its places filled; a value is a number, a text, a term, or
    ``{"list": […]}`` of them.

    Raises ``ArgumentError`` for an exercise that does not exist, ``DTypeError`` for a reader that
    is no text.

    >>> found = variant("stride_divides", "Ada")
    >>> found["answer"], type(found["right"]).__name__, found["near"]["above"]
    ({'kind': 'number'}, 'int', {'term': 'exercises.near_above', 'with': {}})
    """
    given = desk.task(exercise, reader)
    solution = desk.solved(exercise, given)
    return {
        "exercise": exercise,
        "reader": reader,
        "title": _plain(desk.title(exercise)),
        "question": _plain(desk.question(exercise, given)),
        "field": _plain(Term(f"exercises.field_{given.kind.name}")),
        "answer": {"kind": given.kind.name, **_plain(given.kind.record())},
        **_checking(given),
        "hints": [_plain(hint) for hint in desk.hints(exercise, given)],
        "solution": _sealed(solution),
    }


def _checking(given: Task) -> dict[str, Any]:
    """All that the verdict on an answer depends on."""
    plain = given.kind.plain
    return {
        "right": plain(given.right),
        "traps": [
            {"answer": plain(wrong), "misconception": trap, "reply": _plain(given.explained(trap))}
            for trap, wrong in given.traps.items()
        ],
        "near": _plain(given.kind.near(given.right)),
        "otherwise": _plain(Term("exercises.near_unknown")),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Term):
        used = _places(value.key)
        parameters = {name: item for name, item in value.parameters.items() if name in used}
        return {"term": value.key, "with": {name: _word(item) for name, item in parameters.items()}}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _word(value: Any) -> Any:
    """What fills a place in a template."""
    if isinstance(value, Choices):
        return {"list": [_plain(item) for item in value.values]}
    return _plain(value) if isinstance(value, int | Term) else str(value)


def _places(key: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(catalogue()[key]["en"])}


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
    """The keys of all terms inside."""
    if isinstance(value, dict):
        if "term" in value:
            yield value["term"]
        value = [*value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
