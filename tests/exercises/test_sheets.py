"""A page that holds nothing but a variant's data says what Python says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest

from convlab import ConvlabError, exercises, use_language
from convlab.i18n import LANGUAGES
from tests.exercises import page
from tests.exercises.planted import ANSWERS

READERS = ["", *(f"reader {number}" for number in range(49))]
each_exercise = pytest.mark.parametrize("name", exercises.names())


def sent(name: str, reader: str) -> dict[str, Any]:
    """A variant as it arrives on a page."""
    found: dict[str, Any] = json.loads(json.dumps(exercises.variant(name, reader)))
    return found


def for_python(variant: dict[str, Any], given: Any) -> Any:
    """The same answer as it is given in a notebook."""
    answer = variant["answer"]
    if answer["kind"] == "settings":
        return {answer["asked"]: given}
    if answer["kind"] == "code":
        argument = "kernel" if answer["code"] == "turn" else "x"
        return eval(f"lambda {argument}: {given}", {"np": np})
    return given


def agree(variant: dict[str, Any], templates: dict[str, str], given: Any, python: Any) -> str:
    """Hold both verdicts against each other, for the reader in force; the state."""
    state, misconception, reply = page.check(variant, given)
    verdict = exercises.check(variant["exercise"], python)
    assert (verdict.state, verdict.misconception) == (state, misconception), given
    if state == "wrong":
        said = page.fill("exercises.wrong", templates, {"reason": ""}).strip()
        reason = page.fill(reply, templates, variant["numbers"])
        assert repr(verdict) == f"{said} {reason}".replace("**", ""), given
    return state


def fields(variant: dict[str, Any], python: Any) -> Iterator[Any]:
    """What a page's field holds for an answer that was planted for Python; nothing if it cannot."""
    kind = variant["answer"]["kind"]
    if kind == "number":
        yield int(np.ravel(python)[0])
    elif kind in ("numbers", "shape", "positions", "rows"):
        yield [int(number) for number in python if number is not None]
    elif kind == "settings" and isinstance(python, dict):
        yield from _settings(variant["answer"], python)


def _settings(answer: dict[str, Any], python: dict[str, Any]) -> Iterator[Any]:
    if set(python) == {answer["asked"]}:
        value = python[answer["asked"]]
        yield value if value is None else np.broadcast_to(value, 2).tolist()


@each_exercise
def test_a_page_judges_planted_answers_as_python_does(name: str) -> None:
    for reader in READERS:
        exercises.set_reader(reader)
        variant = sent(name, reader)
        templates = exercises.labels([variant])["en"]
        planted = ANSWERS[name](**exercises.task(name).numbers)
        for right in [list(form) if isinstance(form, map) else form for form in planted.right]:
            for given in fields(variant, right):
                assert agree(variant, templates, given, right) == "right"
        for _, wrong in planted.wrong:
            for given in fields(variant, wrong):
                assert agree(variant, templates, given, wrong) == "wrong"


@each_exercise
def test_a_page_judges_the_reference_as_right(name: str) -> None:
    for reader in READERS:
        variant = sent(name, reader)
        outcomes = variant["answer"].get("outcomes", [[variant["right"], variant["right"]]])
        right = [choice for choice, outcome in outcomes if outcome == variant["right"]]
        assert right
        assert {page.check(variant, given)[0] for given in right} == {"right"}


def offered(answer: dict[str, Any]) -> range:
    """The numbers that a page offers to pick."""
    if "rows" in answer:
        return range(1, len(answer["rows"]) + 1)
    return range(answer["first"], answer["last"] + 1)


@each_exercise
def test_every_misconception_can_be_met_on_a_page(name: str) -> None:
    for reader in READERS:
        variant = sent(name, reader)
        answer = variant["answer"]
        for trap in variant["traps"]:
            if "outcomes" in answer:
                met = [outcome for _, outcome in answer["outcomes"]]
                assert trap["answer"] in met or trap["answer"] == "changed"
            elif answer["kind"] in ("positions", "rows"):
                assert set(trap["answer"]) <= {*offered(answer)}


def random_answer(variant: dict[str, Any], rng: Random) -> Any:
    """Anything that a page's field can hold, near the right answer as often as not."""
    answer, right = variant["answer"], variant["right"]
    if "outcomes" in answer:
        return rng.choice(answer["outcomes"])[0]
    if answer["kind"] == "number":
        return rng.choice((right + rng.randrange(-9, 10), rng.randrange(-5, 10_000)))
    if answer["kind"] in ("positions", "rows"):
        return [at for at in offered(answer) if (at in right) ^ (rng.random() < 0.15)]
    numbers = [number if rng.random() < 0.7 else rng.randrange(60) for number in right]
    shuffled = rng.sample(numbers, len(numbers))
    return rng.choice((numbers, numbers, shuffled, numbers[1:], [1, *numbers]))


@each_exercise
def test_a_page_judges_random_answers_as_python_does(name: str) -> None:
    for reader in READERS:
        exercises.set_reader(reader)
        variant, rng = sent(name, reader), Random(reader)
        templates = exercises.labels([variant])["en"]
        answers = [random_answer(variant, rng) for _ in range(200)]
        known = {json.dumps(given): given for given in answers}  # Each once is enough.
        for given in known.values():
            agree(variant, templates, given, for_python(variant, given))


@each_exercise
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_shows_the_texts_that_python_shows(name: str, language: str) -> None:
    with use_language(language):
        for reader in READERS[:5]:
            exercises.set_reader(reader)
            variant = sent(name, reader)
            templates = exercises.labels([variant])[language]
            texts = [variant["title"], variant["question"], *variant["hints"]]
            title, question, *hints = (
                page.fill(text, templates, variant["numbers"]) for text in texts
            )
            asked = exercises.ask(name)._repr_markdown_()
            assert title in asked and question in asked
            for step, hint in enumerate(hints, 1):
                frame = {"step": step, "count": len(hints), "hint": hint}
                shown = page.fill("exercises.hint", templates, frame)
                assert exercises.hint(name)._repr_markdown_() == shown
            assert exercises.solution(name)._repr_markdown_() == page.solution(variant, language)


@each_exercise
def test_nothing_but_the_sealed_text_tells_the_solution(name: str) -> None:
    variant = sent(name, "")
    assert f"exercises.{name}_solution" not in json.dumps(exercises.labels([variant]))
    for language in LANGUAGES:
        text = page.solution(variant, language)
        unsealed = json.dumps({**variant, "solution": ""}, ensure_ascii=False)
        assert text not in unsealed


def test_variants_of_a_reader_are_the_readers_own() -> None:
    exercises.set_reader("Ada")
    assert exercises.variant("causal") == exercises.variant("causal", "Ada")
    assert exercises.variant("causal", "Bob")["numbers"] == exercises.task("causal", "Bob").numbers
    assert exercises.task("causal", "Bob").numbers != exercises.task("causal").numbers


def test_labels_serve_several_variants_at_once() -> None:
    variants = [sent(name, "") for name in exercises.names()]
    found = exercises.labels(variants)
    assert set(found) == set(LANGUAGES)
    for variant in variants:
        assert exercises.labels([variant])["en"].items() <= found["en"].items()


@pytest.mark.parametrize("odd", [None, 3, b"x", ["x"]])
def test_what_is_no_exercise_and_no_reader_is_refused(odd: Any) -> None:
    with pytest.raises(ConvlabError):
        exercises.variant(odd)
    if odd is not None:
        with pytest.raises(ConvlabError, match="reader must be a text"):
            exercises.variant("causal", odd)
