"""An exercise as data, from which a page asks, checks and explains without Python."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from ..i18n import LANGUAGES, Choices, Term, catalogue
from . import desk
from .task import Task

READERS = tuple(map(str, range(1, 21)))
"""Whose numbers are drawn beforehand, for a page that is asked for new ones."""


def sheet(exercise: str, reader: str | None = None) -> dict[str, Any]:
    """An exercise as data for JSON: all that asking, checking and explaining needs.

    ``variants`` holds the exercise with the numbers of ``reader``, by default of the reader in
    force, and after that with those of ``READERS``. What all variants have in common stands once,
    beside them.

    ``answer`` is the kind of the answer with what its field has to know. Of a kind with
    ``outcomes``, pairs of a choice and its outcome, the outcome is the normal form; of the others
    it is the number, the list, or the sorted list itself. An answer is right where its normal form
    is ``right``; else the first of ``traps`` that is equal gives the misconception of the same
    index, whose reply is ``exercises.trap_<misconception>``; else ``near`` has a reply, by the
    relation to ``right`` (``kinds.relation_of_numbers`` and its neighbours; of an outcome that is a
    text, the text itself); else it is ``exercises.near_unknown``.

    A text is a key of ``labels``, its places filled from ``numbers``, or ``{"term": key, "with":
    {…}}``. What fills a place is a number, a text, a term, or ``{"list": […]}`` of these.
    ``solution`` is JSON in base64, the text's template for each language; ``reasons``, likewise,
    fill its places beside ``numbers``.

    Raises ``ArgumentError`` for an exercise that does not exist, ``DTypeError`` for a reader that
    is no text.

    >>> found = sheet("stride_divides", "Ada")
    >>> found["answer"], found["near"]["above"], len(found["variants"])
    ({'kind': 'number'}, 'exercises.near_above', 21)
    >>> found["variants"][0]["numbers"], found["variants"][0]["right"]
    ({'n': 126, 'k': 21, 's': 4}, 27)
    """
    own = desk.reader_in_force(exercise) if reader is None else reader
    variants = [_variant(exercise, each) for each in (own, *READERS)]
    first = variants[0]
    common = {key: first[key] for key in first if all(one[key] == first[key] for one in variants)}
    return {
        **common,
        "labels": _labels(variants),
        "variants": [{k: v for k, v in one.items() if k not in common} for one in variants],
    }


def _variant(exercise: str, reader: str) -> dict[str, Any]:
    given = desk.task(exercise, reader)
    kind = given.kind
    solution = _template(f"exercises.{exercise}_solution")
    return {
        "exercise": exercise,
        "title": desk.title(exercise).key,
        "question": desk.question(exercise, given).key,
        "field": f"exercises.field_{kind.name}",
        "hints": [hint.key for hint in desk.hints(exercise, given)],
        "misconceptions": [*given.traps],
        "reader": reader,
        "numbers": {name: _word(value) for name, value in given.numbers.items()},
        "answer": {"kind": kind.name, **_plain(kind.record())},
        "right": kind.plain(given.right),
        "traps": [kind.plain(wrong) for wrong in given.traps.values()],
        "near": _plain(kind.near(given.right)),
        "solution": _sealed(solution),
        "reasons": _sealed({
            name: _word(value)
            for name, value in {"right": given.right, **given.reasons}.items()
            if f"{{{name}}}" in solution["en"] + solution["zh_TW"]
        }),
    }


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


def _sealed(value: Any) -> str:
    """As JSON in base64: nothing that somebody who looks at a page reads by chance."""
    return b64encode(json.dumps(value, ensure_ascii=False).encode()).decode()


def _labels(variants: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The templates that these variants need, by language and key; no solution is among them."""
    traps = {f"exercises.trap_{name}" for one in variants for name in one["misconceptions"]}
    keys = sorted({*traps, *(key for one in variants for key in _keys(one))})
    return {language: {key: _template(key)[language] for key in keys} for language in LANGUAGES}


def _template(key: str) -> dict[str, str]:
    """A text by language, its places left open; braces that are none of them stand once."""
    texts = catalogue()[key].items()
    return {language: re.sub(r"\{\{|\}\}", lambda found: found[0][0], t) for language, t in texts}


def _keys(value: Any) -> Iterator[str]:
    """The keys of all texts inside."""
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, str) and value in catalogue():
        yield value
