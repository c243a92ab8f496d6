"""Answers that cannot be read: a sentence, and never a crash."""

from __future__ import annotations

import re
from itertools import count

import numpy as np
import pytest

import convlab
from convlab import exercises, use_language
from convlab.i18n import LANGUAGES, catalogue, text


def unusable(name: str, answer: object) -> str:
    """What is said of an answer that can be neither right nor wrong."""
    verdict = exercises.check(name, answer)
    assert verdict.state == "unusable"
    assert verdict.misconception is None
    assert not verdict
    return repr(verdict)


@pytest.mark.parametrize("answer", [True, np.True_, 1j, [3], (1, 2), np.zeros(2), object(), {3: 4}])
def test_a_number_is_asked_for(answer: object) -> None:
    said = unusable("stride_divides", answer)
    assert text("exercises.unusable_not_a_number", kind=type(answer).__name__) in said
    assert text("exercises.form_number") in said


@pytest.mark.parametrize("answer", [2.5, np.float32(0.1), float("nan"), float("inf")])
def test_only_a_whole_number_is_taken(answer: object) -> None:
    assert text("exercises.unusable_not_whole") in unusable("stride_divides", answer)


@pytest.mark.parametrize("answer", [3, {"height": 3}, np.zeros((2, 2)), object()])
@pytest.mark.parametrize("name", ["odd_pixel", "checkerboard"])
def test_several_numbers_are_asked_for(name: str, answer: object) -> None:
    said = unusable(name, answer)
    assert text("exercises.unusable_not_a_sequence", kind=type(answer).__name__) in said


def test_numbers_in_a_shape_are_whole() -> None:
    assert "whole number" in unusable("same_size", (2, 3.5, 4))
    assert "`NoneType`" in unusable("same_size", (2, None, 4))


def test_a_set_is_no_shape() -> None:
    assert "no order" in unusable("odd_pixel", {2, 3})


def test_an_endless_iterator_is_only_wrong() -> None:
    assert exercises.check("odd_pixel", count()).state == "wrong"


def test_a_position_given_twice_counts_once() -> None:
    right = exercises.task("causal").right
    assert isinstance(right, tuple)
    assert exercises.check("causal", [*right, *right])


def test_an_iterator_that_fails_is_told() -> None:
    assert "`generator`" in unusable("odd_pixel", (1 // zero for zero in (1, 0)))
    assert "`generator`" in unusable("checkerboard", (1 // zero for zero in (1, 0)))


def test_no_article_stands_before_the_name_of_a_type() -> None:
    """Which of the two it must be, only the ear knows: an int, a str."""
    before_a_type = re.compile(r"\b[Aa]n? `?\{kind")
    assert not [key for key, words in catalogue().items() if before_a_type.search(words["en"])]


@pytest.mark.parametrize("answer", [2, (2, 3), {1: 2}, {2, 3}, convlab.Conv2D(8, 3), object()])
def test_a_setting_is_asked_for(answer: object) -> None:
    said = unusable("unequal_strides", answer)
    assert f"`{type(answer).__name__}`" in said
    assert "'strides'" in said and "`SeparableConv2D`" in said


@pytest.mark.parametrize("name", ["stride", "padding_mode", "self", "nonsense"])
def test_a_slip_in_an_arguments_name_is_not_a_wrong_answer(name: str) -> None:
    assert f"`{name}` is not an argument" in unusable("unequal_strides", {name: (2, 3)})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", [1, "x", [1j], {"a": 1}, object(), np.zeros(0), b"", range(0)])
def test_no_answer_at_all_crashes_a_checker(answer: object, language: str) -> None:
    with use_language(language):
        for name in exercises.names():
            assert repr(exercises.check(name, answer))
