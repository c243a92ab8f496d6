"""The check in the browser knows nothing but what Python drew, and says what Python says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from convlab import exercises
from convlab.exercises.widget import Exercise
from convlab.widgets.labels import labels
from tests.exercises.planted import ANSWERS
from tests.node import node

READERS = ["", *(f"reader {number}" for number in range(49))]
each_exercise = pytest.mark.parametrize("name", exercises.names())

ENTRY = """
export { check } from "./exercise/check";
export { filled, variantOf } from "./exercise/sheet";
export { wordsOf } from "./words";
"""
BUNDLE = """
const [contents] = process.argv.slice(1);
const stdin = { contents, resolveDir: "src", loader: "ts" };
const options = { stdin, bundle: true, format: "iife", globalName: "desk", write: false };
process.stdout.write(require("esbuild").buildSync(options).outputFiles[0].text);
"""
JUDGE = """([sheet, frame, answers]) => answers.map(given => {
    const words = desk.wordsOf({ en: { ...frame, ...sheet.labels.en } }, "en");
    const variant = desk.variantOf(sheet, 0);
    const { verdict, reply } = desk.check(variant, given);
    const said = reply && desk.filled(words, reply, variant.numbers);
    return [verdict.state, verdict.misconception, said];
})"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.add_script_tag(content=node("-e", BUNDLE, ENTRY))
    yield page
    context.close()


def sent(name: str) -> dict[str, Any]:
    """The exercise of the reader in force, as it arrives in a browser."""
    found: dict[str, Any] = json.loads(json.dumps(exercises.sheet(name)))
    return found


def first(sheet: dict[str, Any]) -> dict[str, Any]:
    return {**sheet, **sheet["variants"][0]}


def agree(page: Page, sheet: dict[str, Any], answers: list[tuple[Any, Any]]) -> list[str]:
    """Hold the browser's verdicts on pairs (field, Python) against Python's; the states."""
    name, given = sheet["exercise"], [field for field, _ in answers]
    frame = labels(*Exercise.records()["labels"]["en"])["en"]
    found = page.evaluate(JUDGE, [sheet, frame, given])
    for (state, misconception, reply), (field, python) in zip(found, answers, strict=True):
        verdict = exercises.check(name, python)
        assert (verdict.state, verdict.misconception) == (state, misconception), field
        if state == "wrong":
            assert repr(verdict).endswith(reply.replace("**", "")), field
    return [state for state, _, _ in found]


def in_field(name: str, python: Any) -> list[Any]:
    """What a field holds for an answer that was planted for Python; nothing if it cannot."""
    kind = exercises.task(name).kind
    if isinstance(python, map):
        python = list(python)
    if kind.name == "number":
        return [int(np.ravel(python)[0])]
    if kind.name in ("numbers", "shape", "positions", "rows"):
        return [[int(number) for number in python if number is not None]]
    if kind.name == "kernel":
        return [np.ravel(python).astype(float).tolist()]
    if kind.name == "settings":
        outcome = kind.plain(kind.read(python))
        return [] if str(outcome).startswith("refused") else [outcome]
    return []


@each_exercise
def test_planted_answers_get_the_same_verdict(name: str, page: Page) -> None:
    for reader in READERS:
        exercises.set_reader(reader)
        planted = ANSWERS[name](**exercises.task(name).numbers)
        forms = [[*form] if isinstance(form, map) else form for form in planted.right]
        right = [(field, form) for form in forms for field in in_field(name, form)]
        wrong = [(field, form) for _, form in planted.wrong for field in in_field(name, form)]
        states = agree(page, sent(name), right + wrong)
        assert states == ["right"] * len(right) + ["wrong"] * len(wrong)


@each_exercise
def test_every_choice_and_every_misconception_gets_its_verdict(name: str, page: Page) -> None:
    for reader in READERS:
        exercises.set_reader(reader)
        sheet = sent(name)
        variant = first(sheet)
        for choice, outcome in variant["answer"].get("outcomes", []):
            [(state, _, _)] = page.evaluate(JUDGE, [sheet, {}, [choice]])
            assert (state == "right") == (outcome == variant["right"])
        if "outcomes" not in variant["answer"]:
            found = page.evaluate(JUDGE, [sheet, {}, [variant["right"], *variant["traps"]]])
            assert [one[1] for one in found] == [None, *variant["misconceptions"]]


def random_answer(variant: dict[str, Any], rng: Random) -> Any:
    """Anything that a field can hold, near the right answer as often as not."""
    answer, right = variant["answer"], variant["right"]
    if answer["kind"] == "number":
        return rng.choice((right + rng.randrange(-9, 10), rng.randrange(-5, 10_000)))
    if answer["kind"] in ("positions", "rows"):
        last = answer.get("last") or len(answer["rows"])
        offered = range(answer.get("first", 0 if "last" in answer else 1), last + 1)
        return [at for at in offered if (at in right) ^ (rng.random() < 0.15)]
    if answer["kind"] == "kernel":
        return [tap if rng.random() < 0.9 else rng.choice((-2, -1, 0, 0.5, 1)) for tap in right]
    numbers = [number if rng.random() < 0.7 else rng.randrange(60) for number in right]
    shuffled = rng.sample(numbers, len(numbers))
    return rng.choice((numbers, numbers, shuffled, numbers[1:], [1, *numbers]))


def for_python(variant: dict[str, Any], field: Any, rng: Random) -> Any:
    if variant["answer"]["kind"] == "kernel":
        return np.reshape(field, (variant["answer"]["side"], -1))
    return field


def pairs(variant: dict[str, Any], name: str, rng: Random) -> Iterator[tuple[Any, Any]]:
    """200 random answers, each once, as a field holds it and as Python is given it."""
    answer = variant["answer"]
    if answer["kind"] == "code":
        argument = "kernel" if answer["code"] == "turn" else "x"
        for choice, _ in answer["outcomes"]:
            yield choice, eval(f"lambda {argument}: {choice}", {"np": np})
    elif answer["kind"] == "settings":
        for _ in range(200):
            python = {
                answer["asked"]: rng.choice((None, (rng.randrange(0, 9), rng.randrange(1, 9))))
            }
            for field in in_field(name, python):
                yield field, python
    else:
        fields = [random_answer(variant, rng) for _ in range(200)]
        for field in {json.dumps(field): field for field in fields}.values():
            yield field, for_python(variant, field, rng)


@each_exercise
def test_random_answers_get_the_same_verdict(name: str, page: Page) -> None:
    for reader in READERS:
        exercises.set_reader(reader)
        sheet = sent(name)
        agree(page, sheet, [*pairs(first(sheet), name, Random(reader))])
