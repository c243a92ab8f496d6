"""An exercise in a real browser, opened from disk: no kernel, no network."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from convlab import exercises, use_language
from convlab.exercises import desk
from tests.browser.axe import Scheme, bring_axe, calm, serious
from tests.browser.widgets import open_page, state_at
from tests.exercises.planted import ANSWERS

ROOT = ".convlab-exercise"
LIST = ".convlab-progress"
FORM = f"{ROOT} > form"


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody's numbers, and a record of the test's own."""
    monkeypatch.setenv("CONVLAB_PROGRESS", str(tmp_path / "progress.json"))
    yield
    exercises.set_reader("")


def show(page: Page, folder: Path, name: str, language: str = "en") -> None:
    with use_language(language):
        open_page(page, folder, exercises.ask(name))
    if desk.task(name).kind.name in ("settings", "kernel"):
        page.wait_for_selector(f"{ROOT} .board [data-state]")


def state_of(page: Page) -> dict[str, Any]:
    return state_at(page, ROOT)


def verdict_of(page: Page) -> tuple[str, str | None]:
    state = state_of(page)
    return state["state"], state["misconception"]


def press(page: Page, name: str) -> None:
    page.locator(f'{FORM} > .buttons [data-name="{name}"]').click()


def answers(page: Page) -> Locator:
    return page.locator(f'{FORM} > :not(.board) [data-name="answer"]')


def give(page: Page, kind: str, value: Any) -> None:
    """Answer as a hand would."""
    fields = answers(page)
    if kind == "number":
        fields.fill(str(value))
    elif kind in ("numbers", "shape"):
        for at in range(fields.count()):
            fields.nth(at).fill("")
        fields.first.press_sequentially(" ".join(map(str, value)))
    elif kind in ("positions", "rows"):
        for number in range(fields.count()):
            field = fields.nth(number)
            field.set_checked(int(field.get_attribute("value") or "") in value, force=True)
    elif kind == "code":
        page.locator(f'{FORM} [data-name="answer"][value="{value}"]').check()


BY_HAND = [
    name for name in exercises.names() if desk.task(name).kind.name not in ("settings", "kernel")
]


@pytest.mark.parametrize("name", BY_HAND)
def test_answers_by_hand_get_pythons_verdicts(name: str, offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, name)
    sheet = exercises.sheet(name)
    for at in (0, 1):
        variant = {**sheet, **sheet["variants"][at]}
        kind, wrong = variant["answer"]["kind"], variant["traps"]
        assert state_of(offline)["reader"] == variant["reader"]
        outcomes = {outcome: choice for choice, outcome in variant["answer"].get("outcomes", [])}
        for trap, answer in zip(variant["misconceptions"], wrong, strict=True):
            if kind == "numbers" and len(answer) != len(variant["right"]):
                continue  # There are only as many boxes as the question has numbers.
            give(offline, kind, outcomes.get(answer, answer) if kind == "code" else answer)
            press(offline, "check")
            assert verdict_of(offline) == ("wrong", trap)
        right = variant["right"]
        give(offline, kind, outcomes[right] if kind == "code" else right)
        press(offline, "check")
        assert verdict_of(offline) == ("right", None)
        press(offline, "new")


def stride_to(page: Page, values: tuple[int, int]) -> None:
    link = page.locator('[data-name="strides.link"]')
    if link.get_attribute("aria-pressed") == "true":
        link.click()
    for axis, value in enumerate(values):
        page.locator(f'{ROOT} .board [data-name="strides.{axis}"]').fill(str(value))


def test_a_setting_is_answered_on_a_focused_explorer(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "unequal_strides")
    for reader in ("", "1"):
        planted = ANSWERS["unequal_strides"](**exercises.task("unequal_strides", reader).numbers)
        for trap, python in planted.wrong[:6]:
            stride_to(offline, tuple(np.broadcast_to(python["strides"], 2).tolist()))
            press(offline, "check")
            assert verdict_of(offline) == ("wrong", trap)
        stride_to(offline, planted.right[0]["strides"])
        press(offline, "check")
        assert verdict_of(offline) == ("right", None)
        press(offline, "new")
        offline.wait_for_function(
            f"() => JSON.parse(document.querySelector('{ROOT} .board [data-state]')?.dataset.state"
            " ?? '{}').arguments?.strides.join() === '1,1'"
        )


def test_a_setting_that_the_layer_refuses_is_judged_as_such(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "even_same_transposed")
    verdicts = []
    for choice in ("5", "0", "4", "3", "None"):
        offline.locator(f'{ROOT} .board [data-name="output_padding"]').first.select_option(choice)
        press(offline, "check")
        verdicts.append(verdict_of(offline))
    beyond = ("wrong", "padding_beyond")
    assert verdicts == [
        beyond,
        ("wrong", "zero_is_default"),
        beyond,
        ("wrong", "largest_is_not_enough"),
        ("right", None),
    ]


@pytest.mark.parametrize("name", ["lens_shift", "lens_difference"])
def test_a_puzzle_is_solved_with_the_lens(name: str, offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, name)
    planted = ANSWERS[name](**exercises.task(name).numbers)
    for state, kernel in [*planted.wrong, ("right", planted.right[0])]:
        taps = offline.locator(f"{ROOT} .board .kernel input")
        for tap, number in enumerate(np.ravel(kernel).tolist()):
            if float(taps.nth(tap).input_value().replace("−", "-")) != number:
                taps.nth(tap).fill(f"{number:g}")
                taps.nth(tap).press("Tab")
        press(offline, "check")
        assert verdict_of(offline) == (("right", None) if state == "right" else ("wrong", state))


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("stride_divides", "", "Give an answer first"),
        ("stride_divides", "many", "“many” is not a whole number"),
        ("stride_divides", "2.5", "“2.5” is not a whole number"),
        ("stride_divides", "<b>1", "“<b>1” is not a whole number"),
        ("one_dimension", "3, x, 4", "“x” is not a whole number"),
        ("same_size", "18", "The question asks for 3 numbers"),
    ],
)
def test_what_is_no_answer_is_said_in_words(
    name: str, typed: str, said: str, offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, name)
    answers(offline).first.press_sequentially(typed)
    answers(offline).first.press("Enter")
    state = "open" if not typed else "wrong" if name == "same_size" else "unusable"
    assert verdict_of(offline) == (state, None)
    assert said in offline.locator(f"{ROOT} .reply").inner_text()


@pytest.mark.parametrize("written", ["27", " 27 ", "２７", "27.0", "+27", "2 7"])
def test_a_whole_number_may_be_written_in_many_ways(
    written: str, offline: Page, tmp_path: Path
) -> None:
    exercises.set_reader("Ada")
    show(offline, tmp_path, "stride_divides")
    answers(offline).fill(written)
    answers(offline).press("Enter")
    assert verdict_of(offline) == ("right", None)


def test_hints_come_one_by_one_and_the_solution_when_asked(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "same_size")
    solution = str(desk.solved("same_size", desk.task("same_size"))).replace("`", "")[:30]
    texts = map(str, desk.hints("same_size", desk.task("same_size")))
    hints = [max(re.split(r"\$[^$]*\$", text), key=len)[:40] for text in texts]
    for given in range(len(hints) + 1):
        assert state_of(offline)["hints"] == given
        shown = offline.locator(ROOT).inner_text().replace("“", '"')
        assert [hint in shown for hint in hints] == [at < given for at in range(len(hints))]
        assert solution not in offline.content()
        if given < len(hints):
            press(offline, "hint")
    assert offline.locator('[data-name="hint"]').is_disabled()
    press(offline, "solution")
    assert solution in offline.locator(".solution").inner_text()


def test_progress_survives_a_reload_and_ticks_the_list(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "stride_divides")
    answers(offline).fill("1")
    press(offline, "check")
    answers(offline).fill(str(exercises.task("stride_divides").right))
    press(offline, "check")
    offline.reload()
    offline.wait_for_selector(f"{ROOT}[data-state]")
    assert offline.locator(f"{ROOT} .tick").inner_text() == "✓"
    assert state_of(offline)["state"] == "open"
    (tmp_path / "list.html").write_text(exercises.progress().to_html(), encoding="utf-8")
    offline.goto((tmp_path / "list.html").as_uri())
    offline.wait_for_selector(f"{LIST}[data-state]")
    assert state_at(offline, LIST) == {
        "solved": 1, "count": len(exercises.names()), "language": "en",
    }  # fmt: skip
    assert offline.locator("li.solved").inner_text().split("\n")[-1] == "tries: 2"


def test_what_python_has_on_record_is_ticked_too(offline: Page, tmp_path: Path) -> None:
    exercises.check("causal", exercises.task("causal").right)
    show(offline, tmp_path, "causal")
    assert offline.locator(f"{ROOT} .tick").inner_text() == "✓"
    (tmp_path / "list.html").write_text(exercises.progress().to_html(), encoding="utf-8")
    offline.goto((tmp_path / "list.html").as_uri())
    assert offline.locator("li.solved code").inner_text() == "causal"


@pytest.mark.parametrize("name", ["same_size", "one_dimension", "causal", "flip"])
def test_another_language_keeps_the_answer_and_its_verdict(
    name: str, offline: Page, tmp_path: Path
) -> None:
    show(offline, tmp_path, name)
    variant = {**exercises.sheet(name), **exercises.sheet(name)["variants"][0]}
    wrong, kind = variant["traps"][1], variant["answer"]["kind"]
    if kind == "code":
        wrong = next(choice for choice, out in variant["answer"]["outcomes"] if out == wrong)
    give(offline, kind, wrong)
    press(offline, "check")
    before = verdict_of(offline)
    offline.locator(f'{ROOT} [data-name="language"][value="zh_TW"]').check(force=True)
    trap = variant["misconceptions"][1]
    with use_language("zh_TW"):
        said = str(desk.task(name).explained(trap)).replace("`", "")
    assert verdict_of(offline) == before == ("wrong", trap)
    assert said in offline.locator(f"{ROOT} .reply").inner_text()
    press(offline, "check")
    assert verdict_of(offline) == before


SAMPLE = ["same_size", "one_dimension", "causal", "dilated_strides", "flip", "validation_set"]


@pytest.mark.parametrize("scheme", get_args(Scheme))
@pytest.mark.parametrize("name", [*SAMPLE, "unequal_strides", "lens_difference"])
def test_an_exercise_is_accessible(
    name: str, scheme: Scheme, offline: Page, tmp_path: Path
) -> None:
    calm(offline, scheme)
    show(offline, tmp_path, name, "zh_TW")
    press(offline, "hint")
    press(offline, "check")
    press(offline, "solution")
    bring_axe(offline)
    assert serious(offline) == []


@pytest.mark.parametrize("scheme", get_args(Scheme))
def test_the_list_is_accessible(scheme: Scheme, offline: Page, tmp_path: Path) -> None:
    calm(offline, scheme)
    (tmp_path / "list.html").write_text(exercises.progress().to_html(), encoding="utf-8")
    offline.goto((tmp_path / "list.html").as_uri())
    offline.wait_for_selector(f"{LIST}[data-state]")
    bring_axe(offline)
    assert serious(offline) == []


IN_VIEW = """() => {
    const reply = document.querySelector('.convlab-exercise .reply');
    const { top, bottom } = reply.getBoundingClientRect();
    return 0 <= top && bottom <= innerHeight;
}"""


@pytest.mark.parametrize("name", exercises.names())
@pytest.mark.parametrize("device", ["offline", "phone"])
def test_what_is_said_of_an_answer_is_in_view(
    name: str, device: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    page: Page = request.getfixturevalue(device)
    show(page, tmp_path, name)
    press(page, "check")
    assert page.locator(f"{ROOT} .reply p").inner_text()
    assert page.evaluate(IN_VIEW)


@pytest.mark.parametrize("name", exercises.names())
def test_an_exercise_fits_a_telephone_and_its_fingers(
    name: str, phone: Page, tmp_path: Path
) -> None:
    show(phone, tmp_path, name, "zh_TW")
    press(phone, "check")
    press(phone, "solution")
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    own = f"{FORM} > :not(.board) :is(button, input:not([type=checkbox], [type=radio]), label)"
    heights = phone.evaluate(
        f"() => [...document.querySelectorAll('{own}')].map(one => one.offsetHeight)"
    )
    assert min(heights) >= 40


def test_all_of_it_is_done_by_keyboard(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "even_kernel")
    right = exercises.task("even_kernel").right
    answers(offline).first.focus()
    for number in right:
        offline.keyboard.type(str(number))
        offline.keyboard.press("Tab")
    assert offline.evaluate("() => document.activeElement.dataset.name") == "check"
    offline.keyboard.press("Enter")
    assert verdict_of(offline) == ("right", None)
    for name in ("hint", "solution", "new"):
        offline.keyboard.press("Tab")
        assert offline.evaluate("() => document.activeElement.dataset.name") == name
    offline.keyboard.press("Enter")
    assert state_of(offline)["reader"] == "1"


def test_the_page_holds_the_solution_only_sealed(offline: Page, tmp_path: Path) -> None:
    show(offline, tmp_path, "adjoint_of_same")
    text = json.loads(b64decode(exercises.sheet("adjoint_of_same")["solution"]))["en"]
    assert text[:60] not in offline.content()
