"""The lock: a pair is built only as somebody accepted it."""

from __future__ import annotations

from typing import Any

import pytest


def faults(project: Any, *arguments: str) -> list[str]:
    """The refusals of `check` that are about the lock."""
    return [line for line in project.run("check", *arguments) if "`make accept`" in line]


def test_a_new_pair_waits_to_be_accepted(project: Any) -> None:
    title, end = faults(project)
    assert title.endswith("01_try.md:1: title: " + end.split(": end: ")[1])
    assert "the pair is new: read zh and en side by side" in title
    project.run("accept")
    assert faults(project) == []


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ({"下一頁": "上一頁"}, "changed in zh alone"),
        ({"next": "last"}, "changed in en alone"),
        ({"下一頁": "上一頁", "next": "last"}, "changed in both languages"),
    ],
)
def test_a_changed_twin_is_refused_until_the_pair_is_accepted(
    project: Any, edits: dict[str, str], reason: str
) -> None:
    project.run("accept")
    for old, new in edits.items():
        project.replace(old, new)
    [fault] = faults(project)
    assert f"01_try.md:22: end: the pair is {reason}: read" in fault
    assert project.run("build") == [fault]
    project.run("accept", "01_try")
    assert faults(project) == []


def test_a_pair_that_is_gone_leaves_the_lock_when_accepted(project: Any) -> None:
    project.run("accept")
    text = project.lesson.read_text(encoding="utf-8")
    project.lesson.write_text(text[: text.index('+++ {"id": "end"')], encoding="utf-8")
    [fault] = faults(project)
    assert "01_try.md:1: end: the pair is removed" in fault
    project.run("accept", "01_try")
    assert faults(project) == []


def test_a_lesson_that_is_gone_leaves_the_lock_when_all_are_accepted(project: Any) -> None:
    project.run("accept")
    project.lesson.unlink()
    assert [fault.split(": ", 1)[1] for fault in faults(project)] == [
        "end: the lesson '01_try' is gone: `make accept`",
        "title: the lesson '01_try' is gone: `make accept`",
    ]
    project.run("accept")
    assert faults(project) == []


def test_accepting_one_lesson_keeps_the_others_in_the_lock(project: Any) -> None:
    project.run("accept")
    other = project.lesson.with_name("02_other.md")
    other.write_text(project.lesson.read_text(encoding="utf-8"), encoding="utf-8")
    project.run("accept", "lessons/02_other.md")
    assert faults(project) == []


def test_faults_are_never_accepted(project: Any) -> None:
    project.replace("下一頁。", "下一頁.")
    assert project.run("accept")
    assert not (project.root / "lessons" / "pairs.lock").exists()


def test_a_lock_with_a_merge_conflict_is_refused_by_its_line(project: Any) -> None:
    project.run("accept")
    lock = project.root / "lessons" / "pairs.lock"
    lock.write_text(lock.read_text(encoding="utf-8") + "<<<<<<< ours\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"pairs\.lock:4: not a pair: '<<<<<<< ours'"):
        project.run("check")


def test_a_lesson_that_does_not_exist_is_named(project: Any) -> None:
    with pytest.raises(SystemExit, match="no such lesson: 07_none"):
        project.run("check", "07_none")
