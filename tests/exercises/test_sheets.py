"""An exercise as data: the same texts, in both languages, and nothing that tells the solution."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any

import pytest

from convlab import ConvlabError, exercises, use_language
from convlab.exercises import desk
from convlab.exercises.sheets import READERS
from convlab.i18n import LANGUAGES

each_exercise = pytest.mark.parametrize("name", exercises.names())


def sent(name: str, reader: str = "") -> dict[str, Any]:
    """A sheet as it arrives on a page."""
    found: dict[str, Any] = json.loads(json.dumps(exercises.sheet(name, reader)))
    return found


def variants(sheet: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**sheet, **variant} for variant in sheet["variants"]]


def fill(template: str, templates: dict[str, str], numbers: dict[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: word(numbers[found[1]], templates), template)


def word(value: Any, templates: dict[str, str]) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "list" in value:
        return {"en": ", ", "zh": "、"}[templates["·"]].join(
            word(item, templates) for item in value["list"]
        )
    return fill(templates[value["term"]], templates, value["with"])


def unsealed(text: str) -> Any:
    return json.loads(b64decode(text))


@each_exercise
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_the_texts_that_python_shows(name: str, language: str) -> None:
    with use_language(language):
        sheet = sent(name)
        templates = {**sheet["labels"][language], "·": language[:2]}
        for variant in variants(sheet)[:5]:
            given, numbers = exercises.task(name, variant["reader"]), variant["numbers"]
            question = fill(templates[variant["question"]], templates, numbers)
            assert question == str(desk.question(name, given))
            hints = [fill(templates[key], templates, numbers) for key in variant["hints"]]
            assert hints == [*map(str, desk.hints(name, given))]
            told = {**numbers, **unsealed(variant["reasons"])}
            solution = fill(unsealed(variant["solution"])[language], templates, told)
            assert solution == str(desk.solved(name, given))


@each_exercise
def test_nothing_but_the_sealed_text_tells_the_solution(name: str) -> None:
    sheet = sent(name)
    for variant in variants(sheet):
        for template in unsealed(variant["solution"]).values():
            assert template not in json.dumps(sheet, ensure_ascii=False)
    assert f"exercises.{name}_solution" not in json.dumps(sheet)


@each_exercise
def test_twenty_readers_numbers_are_drawn_beforehand_and_are_theirs(name: str) -> None:
    found = variants(sent(name, "Ada"))
    assert [variant["reader"] for variant in found] == ["Ada", *READERS]
    assert len(READERS) >= 20
    questions = {json.dumps([variant["numbers"], variant["answer"]]) for variant in found}
    assert len(questions) >= 12
    for variant in found[:4]:
        given = exercises.task(name, variant["reader"])
        assert variant["right"] == json.loads(json.dumps(given.kind.plain(given.right)))


def test_what_is_alike_in_all_variants_stands_once() -> None:
    for name in exercises.names():
        sheet = sent(name)
        for variant in sheet["variants"]:
            assert not {"title", "hints", "near", "solution", "misconceptions"} & {*variant}


def test_a_sheet_is_that_of_the_reader_in_force() -> None:
    exercises.set_reader("Ada")
    assert exercises.sheet("causal") == exercises.sheet("causal", "Ada")
    assert exercises.sheet("causal", "Bob") != exercises.sheet("causal")


@pytest.mark.parametrize("odd", [None, 3, b"x", ["x"]])
def test_what_is_no_exercise_and_no_reader_is_refused(odd: Any) -> None:
    with pytest.raises(ConvlabError):
        exercises.sheet(odd)
    if odd is not None:
        with pytest.raises(ConvlabError, match="reader must be a text"):
            exercises.sheet("causal", odd)
