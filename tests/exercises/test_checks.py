"""Every checker: what it accepts, what it rejects, and which misconception it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest

import convlab
from convlab import exercises, use_language
from convlab.exercises import desk
from convlab.exercises.kinds import Number
from convlab.exercises.task import Task
from convlab.exercises.task import drawn as drawn_task
from convlab.i18n import LANGUAGES, catalogue, text
from tests.exercises.planted import ANSWERS, Answers

READERS = ["", *(f"reader {number}" for number in range(49))]
each_exercise = pytest.mark.parametrize("name", exercises.names())

# One for each item of the list of misconceptions, in its order; then two of the exact rules, six
# ideas, and two puzzles of the lens.
MISCONCEPTIONS = """
    same_size odd_pixel even_kernel stride_divides flip sum_channels one_dimension causal
    dilated_strides separable_parameters unequal_strides adjoint_not_inverse transposed_kernel
    output_padding_none even_same_transposed which_size checkerboard adjoint_of_same data_format
""".split()


def drawn(name: str) -> Iterator[Answers]:
    """The planted answers for each reader's numbers, that reader being in force."""
    for reader in READERS:
        exercises.set_reader(reader)
        yield ANSWERS[name](**exercises.task(name).numbers)


def test_every_misconception_has_its_exercise() -> None:
    assert list(exercises.names())[:19] == MISCONCEPTIONS
    assert set(ANSWERS) == set(exercises.names())


@each_exercise
def test_a_right_answer_is_right_in_every_form(name: str) -> None:
    for answers in drawn(name):
        assert len({type(right) for right in answers.right}) >= 3
        for right in answers.right:
            verdict = exercises.check(name, right)
            assert verdict, (right, verdict)
            assert verdict.state == "right"


@each_exercise
def test_a_wrong_answer_gets_its_misconception_named(name: str) -> None:
    for answers in drawn(name):
        assert len({trap for trap, _ in answers.wrong}) >= 5
        for trap, wrong in answers.wrong:
            verdict = exercises.check(name, wrong)
            assert not verdict
            assert (verdict.state, verdict.misconception) == ("wrong", trap), wrong
            sentence = text(f"exercises.trap_{trap}", **exercises.task(name).numbers)
            assert sentence in repr(verdict).replace("**", "")


@each_exercise
def test_every_trap_is_planted(name: str) -> None:
    planted = {trap for trap, _ in next(drawn(name)).wrong}
    assert planted == set(exercises.task(name).traps)


@each_exercise
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_verdict_on_a_wrong_answer_gives_the_right_one_away(name: str, language: str) -> None:
    with use_language(language):
        for answers in drawn(name):
            for _, wrong in answers.wrong:
                said = repr(exercises.check(name, wrong))
                assert not [spoiler for spoiler in answers.spoiler if stands_in(spoiler, said)]


def stands_in(spoiler: str, said: str) -> bool:
    """Whether ``said`` contains the spelling, not as a part of a longer number."""
    return re.search(rf"(?<!\d){re.escape(spoiler)}(?!\d)", said) is not None


def test_a_spoiler_is_seen() -> None:
    assert stands_in("24", "it is 24.") and stands_in("2, 3", "(2, 3)")
    assert not stands_in("24", "it is 124 or 240")


@each_exercise
def test_nothing_given_is_neither_right_nor_wrong(name: str) -> None:
    for nothing in (None, ...):
        assert exercises.check(name, nothing).state == "open"


@each_exercise
def test_a_text_is_never_executed(name: str) -> None:
    for words in ("(1/0)", "24", b"24", "__import__('os').abort()"):
        verdict = exercises.check(name, words)
        assert verdict.state == "unusable"
        assert text("exercises.unusable_text") in repr(verdict)


@each_exercise
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_can_be_read_in_both_languages(name: str, language: str) -> None:
    with use_language(language):
        shown = [desk.asked(name), exercises.solution(name), exercises.check(name, None)]
        shown += [exercises.hint(name) for _ in range(4)]
        shown += [exercises.check(name, wrong) for _, wrong in next(drawn(name)).wrong]
        shown += [exercises.check(name, next(drawn(name)).right[0]), desk.summary()]
        for words in shown:
            markdown = words._repr_markdown_()
            assert markdown.count("`") % 2 == 0 and markdown.count("$") % 2 == 0
            assert markdown.count("**") % 2 == 0
            # Markdown does not close a ** between punctuation and a word.
            assert not re.search(r"[。！？：，；]\*\*\w", markdown)
            assert not re.search(r"[{}]", re.sub(r"\$.*?\$|`.*?`", "", markdown))


@each_exercise
def test_the_question_does_not_show_the_answer(name: str) -> None:
    for answers in drawn(name):
        if name not in ("even_same_transposed",):  # Its answer is a word of Python: None.
            assert not [s for s in answers.spoiler if stands_in(s, repr(desk.asked(name)))]


@each_exercise
def test_the_solution_shows_the_answer(name: str) -> None:
    for answers in drawn(name):
        assert any(spoiler in repr(exercises.solution(name)) for spoiler in answers.spoiler)


@each_exercise
def test_hints_go_one_step_at_a_time_and_stay_at_the_last(name: str) -> None:
    steps = sum(key.startswith(f"exercises.{name}_hint_") for key in catalogue())
    assert steps >= 2
    seen = [repr(exercises.hint(name)) for _ in range(steps + 2)]
    assert len(set(seen)) == steps
    assert seen[-3:] == [seen[steps - 1]] * 3
    assert seen[0].startswith(f"Hint 1 of {steps}.")


@each_exercise
def test_numbers_belong_to_the_reader_and_differ_between_readers(name: str) -> None:
    def numbers(reader: str) -> str:
        exercises.set_reader(reader)
        return f"{exercises.task(name).numbers} {exercises.task(name).right}"

    assert numbers("Ada") == numbers("Ada")
    assert len({numbers(reader) for reader in READERS}) > 15


def test_a_word_speaks_the_language_of_the_moment_it_is_read() -> None:
    verdict = exercises.check("causal", None)
    with use_language("zh_TW"):
        assert "還沒有作答" in repr(verdict)
    assert "Not answered yet" in repr(verdict)


def test_an_unknown_exercise_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(convlab.ConvlabError, match="'odd_pixel'"):
        exercises.ask("odd_pixels")


ODD = [None, "", 3, np.nan, b"flip", ["flip"], {"flip": 1}, np.array("flip"), np.ones(2), object()]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize(
    "call", [exercises.ask, exercises.hint, exercises.solution, exercises.task]
)
def test_whatever_is_no_exercise_is_refused_with_exercises(call: Any, odd: Any) -> None:
    with pytest.raises(convlab.ConvlabError) as caught:
        call(odd)
    assert caught.value.choices
    for choice in caught.value.choices:
        assert call(**choice)
    with pytest.raises(convlab.ConvlabError):
        exercises.check(odd, 3)


def test_a_task_whose_question_holds_the_answer_is_drawn_again() -> None:
    def maker(rng: Random) -> Task:
        n = rng.randrange(2)
        return Task(Number(), 1, {"trap": 2}, {"n": n})

    drawings = [drawn_task(maker, str(seed)) for seed in range(20)]
    assert {task.numbers["n"] for task in drawings} == {0}
    assert {maker(Random(str(seed))).numbers["n"] for seed in range(20)} == {0, 1}


def test_a_task_in_which_two_answers_agree_is_not_sound() -> None:
    def task(right: int, **traps: int) -> Task:
        return Task(Number(), right, traps, {"n": 9})

    assert task(1, a=2, b=3).sound
    assert not task(1, a=2, b=2).sound
    assert not task(1, a=1).sound
    assert not task(9, a=1).sound


@each_exercise
def test_no_number_of_three_hundred_questions_is_the_answer(name: str) -> None:
    for number in range(300):
        exercises.set_reader(f"somebody {number}")
        task = exercises.task(name)
        assert task.right not in task.numbers.values()


def test_a_reader_is_a_text() -> None:
    with pytest.raises(TypeError, match="name must be a text"):
        exercises.set_reader(3)  # type: ignore[arg-type]


def test_every_trap_of_the_catalogue_is_in_use() -> None:
    used = {trap for name in exercises.names() for trap in exercises.task(name).traps}
    listed = {key.partition("trap_")[2] for key in catalogue() if key.startswith("exercises.trap_")}
    assert listed == used
