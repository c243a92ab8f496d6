"""A page's check, by the data of a variant alone: nothing here knows an exercise or convlab."""

from __future__ import annotations

import base64
import json
import re
from typing import Any


def relation_of_numbers(value: list[int], right: list[int]) -> str:
    if sorted(value) == sorted(right):
        return "order"
    if len(value) == len(right):
        equal = [str(at) for at in range(len(right)) if value[at] == right[at]]
        return "at " + " ".join(equal) if equal else "none"
    if value and leaves(right, value):
        return "missing"
    return "surplus" if leaves(value, right) else "length"


def leaves(whole: list[int], part: list[int]) -> bool:
    """Whether ``part`` is left when some numbers of ``whole`` go."""
    at = 0
    for number in whole:
        if at < len(part) and part[at] == number:
            at += 1
    return at == len(part)


def relation_of_sets(value: list[int], right: list[int]) -> str:
    hits = sum(number in right for number in value)
    if hits == 0:
        return "empty" if value == [] else "none"
    if hits == len(right):
        return "surplus"
    return ("part " if hits == len(value) else "some ") + str(hits)


def relation(kind: str, value: Any, right: Any) -> str:
    if isinstance(value, str):
        return value
    if kind == "number":
        return "above" if value > right else "below"
    if kind in ("positions", "rows"):
        return relation_of_sets(value, right)
    return relation_of_numbers(value, right)


def normal(answer: dict[str, Any], given: Any) -> Any:
    """The normal form of what a field holds."""
    if "outcomes" in answer:
        return next(outcome for choice, outcome in answer["outcomes"] if choice == given)
    return sorted(set(given)) if answer["kind"] in ("positions", "rows") else given


def check(variant: dict[str, Any], given: Any) -> tuple[str, str | None, Any]:
    """The state, the misconception, and the text of the reply."""
    value = normal(variant["answer"], given)
    if value == variant["right"]:
        return "right", None, None
    for trap in variant["traps"]:
        if trap["answer"] == value:
            return "wrong", trap["misconception"], trap["reply"]
    near = variant["near"].get(relation(variant["answer"]["kind"], value, variant["right"]))
    return "wrong", None, near or variant["otherwise"]


def fill(text: Any, templates: dict[str, str], numbers: dict[str, Any]) -> str:
    """A text in the language of ``templates``."""
    key, places = (text, numbers) if isinstance(text, str) else (text["term"], text["with"])
    return re.sub(r"\{(\w+)\}", lambda found: word(places[found[1]], templates), templates[key])


def word(value: Any, templates: dict[str, str]) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "list" in value:
        return templates["list.separator"].join(word(item, templates) for item in value["list"])
    return fill(value, templates, {})


def solution(variant: dict[str, Any], language: str) -> str:
    texts: dict[str, str] = json.loads(base64.b64decode(variant["solution"]))
    return texts[language]
