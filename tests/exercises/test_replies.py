"""What is said of a wrong answer: it speaks of this question, tells how near, names no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest

from convlab import exercises, use_language
from convlab.exercises import desk
from convlab.exercises.kinds import relation_of_numbers, relation_of_sets
from convlab.i18n import LANGUAGES, catalogue, text
from tests.exercises.planted import ANSWERS
from tests.exercises.subjects import SUBJECTS, unasked
from tests.exercises.test_checks import stands_in

READERS = ["", *(f"reader {number}" for number in range(19))]
each_exercise = pytest.mark.parametrize("name", exercises.names())
each_language = pytest.mark.parametrize("language", LANGUAGES)


def reply(name: str, answer: object) -> str:
    verdict = exercises.check(name, answer)
    assert (verdict.state, verdict.misconception) == ("wrong", None), verdict
    return repr(verdict)


@each_exercise
@each_language
def test_a_reply_speaks_only_of_what_its_question_raises(name: str, language: str) -> None:
    with use_language(language):
        asked, given = repr(desk.asked(name)), exercises.task(name)
        told = {trap: str(given.explained(trap)) for trap in given.traps}
        told |= {relation: str(term) for relation, term in given.kind.near(given.right).items()}
        found = {key: unasked(said, asked, language) for key, said in told.items()}
    assert {key: subjects for key, subjects in found.items() if subjects} == {}


@pytest.mark.parametrize(
    ("sentence", "question", "subject"),
    [
        ("The total is right.", "What is the first, and what the last?", "total"),
        ("No zeros at all.", 'Conv2DTranspose, padding="same": how many are cropped?', "zeros"),
        ("The first number is right.", "answer = one whole number", "several numbers"),
        ("Each filter has its own.", "Which sizes are possible?", "filters"),
    ],
)
def test_a_reply_to_another_question_is_seen(sentence: str, question: str, subject: str) -> None:
    assert unasked(sentence, question, "en") == [subject]


@each_language
def test_every_subject_is_spoken_of_somewhere(language: str) -> None:
    replies = [texts[language] for key, texts in catalogue().items() if "exercises.trap_" in key]
    silent = [
        name
        for name, subject in SUBJECTS[language].items()
        if not any(re.search(subject.said, text) for text in replies)
    ]
    assert silent == []


ANSWERED_BY_NUMBERS = [
    name for name in exercises.names() if exercises.task(name).kind.name not in ("settings", "code")
]


def near_misses(right: Any) -> Iterator[Any]:
    """Answers that are right in part: one number off, left out, added, exchanged."""
    if isinstance(right, int):
        yield from (right - 1, right + 1, 2 * right, -right)
        return
    numbers = list(right)
    for at in range(len(numbers)):
        yield [*numbers[:at], numbers[at] + 7, *numbers[at + 1 :]]
        yield [*numbers[:at], *numbers[at + 1 :]]
        yield [*numbers[: at + 1], 1, *numbers[at + 1 :]]
    yield numbers[::-1]
    yield numbers * 2


@pytest.mark.parametrize("name", ANSWERED_BY_NUMBERS)
@each_language
def test_no_reply_to_a_near_miss_names_the_answer(name: str, language: str) -> None:
    with use_language(language):
        for reader in READERS:
            exercises.set_reader(reader)
            given = exercises.task(name)
            spoilers = ANSWERS[name](**given.numbers).spoiler
            for answer in near_misses(given.right):
                verdict = exercises.check(name, answer)
                assert verdict or not [s for s in spoilers if stands_in(s, repr(verdict))]


@each_exercise
@each_language
def test_no_hint_is_shown_unasked(name: str, language: str) -> None:
    with use_language(language):
        given = exercises.task(name)
        steps = range(1, sum(f"exercises.{name}_hint_" in key for key in catalogue()) + 1)
        hints = [text(f"exercises.{name}_hint_{step}", **given.numbers) for step in steps]
        planted = [wrong for _, wrong in ANSWERS[name](**given.numbers).wrong]
        shown = [desk.asked(name), *(exercises.check(name, wrong) for wrong in planted)]
        shown += [exercises.check(name, None), exercises.check(name, "text"), desk.summary()]
        markdown = "".join(words._repr_markdown_() for words in shown)
        assert hints and not [hint for hint in hints if hint in markdown]


def test_the_right_numbers_in_another_order_are_told() -> None:
    height, width, channels = exercises.task("same_size").right  # type: ignore[misc]
    assert "different order" in reply("same_size", (channels, height, width))


@pytest.mark.parametrize("places", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)])
def test_the_numbers_that_are_right_are_named(places: tuple[int, ...]) -> None:
    names = ("height", "width", "channels")
    right = exercises.task("same_size").right
    assert isinstance(right, tuple)
    answer = [size if at in places else size + 50 for at, size in enumerate(right)]
    told = ", ".join(names[at] for at in places)
    assert f"Right so far: {told}. The rest" in reply("same_size", answer)


def test_of_a_shape_the_numbers_that_are_right_are_counted_off() -> None:
    k, channels, filters = exercises.task("one_dimension").right  # type: ignore[misc]
    assert "Right so far: number 1, number 3." in reply("one_dimension", (k, channels + 1, filters))
    assert "something is missing" in reply("one_dimension", (k, channels))
    assert "something extra among them" in reply("one_dimension", (1, k, channels, filters))


def test_a_question_for_two_numbers_says_which() -> None:
    assert "asks for 2 numbers: before, after." in reply("odd_pixel", (1, 2, 3))
    assert "asks for 2 numbers: before, after." in reply("odd_pixel", ())


def test_how_many_positions_are_right_is_told() -> None:
    right = exercises.task("gradient_flow").right
    assert isinstance(right, tuple) and len(right) > 3
    assert "Right so far: 2. None of yours is wrong" in reply("gradient_flow", right[:2])
    assert "Right so far: 1. Some of yours are wrong" in reply("gradient_flow", [right[0], 99])
    assert "All the right ones" in reply("gradient_flow", [*right, 99])
    assert "None of those" in reply("gradient_flow", [99])
    assert "You named none" in reply("gradient_flow", [])


def test_a_number_is_told_to_be_too_large_or_too_small() -> None:
    assert "too large" in reply("sum_channels", 999_983)
    assert "too small" in reply("sum_channels", -5)


def test_the_size_that_a_setting_gets_right_is_named() -> None:
    reasons = exercises.task("unequal_strides").reasons
    sh, sw = reasons["sh"], reasons["sw"]
    assert "the output's height." in reply("unequal_strides", {"strides": (sh, 20)})
    assert "the output's width." in reply("unequal_strides", {"strides": (20, sw)})
    assert "Keras refuses" in reply("unequal_strides", {"strides": 0})
    assert "not one of the common misconceptions" in reply("unequal_strides", {"strides": 20})


def test_what_is_right_of_a_functions_result_is_told() -> None:
    assert "not in their places" in reply("flip", lambda kernel: np.roll(np.flip(kernel), 1))
    assert "the shape is not right" in reply("flip", np.ravel)
    assert "the numbers are not" in reply("flip", lambda kernel: kernel + 1)
    assert "not one of the common misconceptions" in reply("flip", lambda kernel: kernel[:1])


@each_exercise
def test_every_kind_of_answer_has_a_reply_for_what_is_near(name: str) -> None:
    given = exercises.task(name)
    assert given.kind.near(given.right)


def test_the_relation_of_numbers_depends_on_what_can_be_seen() -> None:
    """Against the definitions, written out, on all short lists of small numbers."""
    rng = Random(0)
    for _ in range(5000):
        right, value = ([rng.randrange(4) for _ in range(rng.randrange(1, 5))] for _ in range(2))
        if value == right:
            continue
        told = relation_of_numbers(value, right)
        assert (told == "order") == (sorted(value) == sorted(right))
        assert (told == "missing") == (len(value) < len(right) and is_part(value, right))
        assert (told == "surplus") == (len(right) < len(value) and is_part(right, value))
        if told.startswith("at"):
            places = {int(place) for place in told.split()[1:]}
            assert {at for at in range(len(right)) if value[at] == right[at]} == places


def is_part(part: list[int], whole: list[int]) -> bool:
    """Whether some choice of the places of ``whole`` leaves ``part``."""
    if not part:
        return True
    return any(
        is_part(part[1:], whole[at + 1 :]) for at in range(len(whole)) if whole[at] == part[0]
    )


def test_the_relation_of_sets_counts_what_is_right() -> None:
    rng = Random(0)
    for _ in range(5000):
        right = {rng.randrange(8) for _ in range(rng.randrange(1, 6))}
        value = {rng.randrange(8) for _ in range(rng.randrange(6))}
        if value == right:
            continue
        word, _, count = relation_of_sets(sorted(value), sorted(right)).partition(" ")
        hits, missing, wrong = value & right, right - value, value - right
        assert not count or int(count) == len(hits)
        assert (
            word
            == {
                (True, True, True): "some",
                (True, True, False): "part",
                (True, False, True): "surplus",
                (False, True, True): "none",
                (False, True, False): "empty",
            }[bool(hits), bool(missing), bool(wrong)]
        )
