"""What a reader has done: kept over restarts, and never a reason to crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import convlab
from convlab import exercises, use_language
from convlab.exercises import desk, records
from convlab.exercises.words import Verdict
from convlab.i18n import LANGUAGES


def solve(name: str) -> Verdict:
    return exercises.check(name, exercises.task(name).right)


def session(folder: Path, code: str, **environment: str) -> str:
    """What a fresh interpreter prints that starts in ``folder``, as a notebook's kernel does."""
    path = str(Path(convlab.__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONVLAB_")}
    run = subprocess.run(
        [sys.executable, "-c", "from convlab import exercises as e\n" + code],
        cwd=folder,
        env={**kept, "CONVLAB_LANGUAGE": "en", "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_nothing_given_leaves_no_file(record: Path) -> None:
    exercises.check("flip", None)
    exercises.check("flip", "a text")
    exercises.check("flip", 3)
    assert "0 of 29" in repr(desk.summary())
    assert not record.exists()


def test_the_summary_tells_solved_from_tried_from_open() -> None:
    exercises.check("odd_pixel", (0, 0))
    exercises.check("odd_pixel", (0, 0))
    solve("causal")
    said = repr(desk.summary())
    assert said.startswith("1 of 29 exercises solved.")
    assert "- … Where the odd pixel goes (`odd_pixel`), tries so far: 2\n" in said
    assert "- ✓ What a causal layer reads (`causal`), tries: 1\n" in said
    assert "- ○ Cross-correlation and convolution (`flip`)\n" in said


def test_what_is_solved_stays_solved() -> None:
    solve("odd_pixel")
    exercises.check("odd_pixel", (0, 0))
    assert "(`odd_pixel`), tries: 1" in repr(desk.summary())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_is_markdown_in_both_languages(language: str) -> None:
    with use_language(language):
        lines = desk.summary()._repr_markdown_().splitlines()
    assert lines[0].startswith("**") and lines[0].endswith("**")
    assert sum(line.startswith("- ") for line in lines) == 29


def test_progress_survives_a_restart_in_the_notebooks_folder(tmp_path: Path) -> None:
    first = "e.check('odd_pixel', e.task('odd_pixel').right); import os; os.chdir('/')\n"
    session(tmp_path, first + "e.check('causal', [1])")
    assert (tmp_path / records.FILE).is_file()
    said = session(tmp_path, "print(e.progress())")
    assert "1 of 29" in said
    assert "(`odd_pixel`), tries: 1" in said and "(`causal`), tries so far: 1" in said


def test_the_environment_names_the_reader(tmp_path: Path) -> None:
    ask = "print(e.ask('same_size'))"
    ada, again = (session(tmp_path, ask, CONVLAB_READER="Ada") for _ in range(2))
    assert ada == again != session(tmp_path, ask)
    assert ada == session(tmp_path, "e.set_reader('Ada')\n" + ask)


def test_numbers_are_the_same_in_every_session(tmp_path: Path) -> None:
    ask = "for name in e.names(): print(e.ask(name))"
    here = "".join(f"{desk.asked(name)}\n" for name in exercises.names())
    assert session(tmp_path, ask, PYTHONHASHSEED="1") == here


def test_readers_share_a_file_but_not_their_progress(record: Path) -> None:
    solve("odd_pixel")
    exercises.set_reader("小明")
    assert "0 of 29" in repr(desk.summary())
    solve("causal")
    exercises.set_reader("")
    assert "(`causal`)\n" in repr(desk.summary()) and "1 of 29" in repr(desk.summary())
    assert set(json.loads(record.read_text(encoding="utf-8"))["readers"]) == {"", "小明"}


BROKEN = [
    "{",
    "[]",
    "7",
    '{"version": 2, "readers": {}}',
    '{"version": 1, "readers": []}',
    '{"version": 1, "readers": {"": {"flip": {"tries": "many", "solved": true}}}}',
    '{"version": 1, "readers": {"": {"flip": 3}}}',
    "[" * 100_000,
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_an_unreadable_file_is_put_aside_with_a_word(record: Path, content: str | bytes) -> None:
    content = content.encode() if isinstance(content, str) else content
    record.write_bytes(content)
    assert "cannot be read" in repr(desk.summary())
    assert record.read_bytes() == content
    verdict = solve("odd_pixel")
    assert verdict and "cannot be read" in repr(verdict)
    assert "1 of 29" in repr(desk.summary())
    assert "cannot be read" not in repr(desk.summary())
    assert record.with_suffix(".unreadable").read_bytes() == content


def test_an_empty_file_is_an_empty_record(record: Path) -> None:
    record.touch()
    assert repr(desk.summary()).startswith("0 of 29")


def test_what_the_disk_refuses_is_said_and_kept_for_the_session(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(records.os, "replace", refuse)
        verdict = solve("odd_pixel")
        assert verdict
        assert "could not be saved" in repr(verdict) and "Permission denied" in repr(verdict)
        assert "1 of 29" in repr(desk.summary())
    assert list(record.parent.iterdir()) == []
    assert "could not" not in repr(solve("causal"))
    assert "2 of 29" in repr(desk.summary())
    assert set(json.loads(record.read_text())["readers"][""]) == {"odd_pixel", "causal"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_said(record: Path) -> None:
    record.parent.chmod(0o500)
    assert "could not be saved" in repr(solve("odd_pixel"))


def test_a_folder_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVLAB_PROGRESS", str(tmp_path / "nowhere" / "file"))
    assert "could not be saved" in repr(solve("odd_pixel"))
    assert "1 of 29" in repr(desk.summary())


def test_a_folder_in_place_of_the_file_is_said(record: Path) -> None:
    (record / "inside").mkdir(parents=True)
    record.with_suffix(".unreadable").mkdir()
    (record.with_suffix(".unreadable") / "inside").mkdir()
    assert "cannot be read" in repr(desk.summary())
    said = repr(solve("odd_pixel"))
    assert "cannot be read" in said and "could not be saved" in said


def test_the_device_that_forgets_everything_stays_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVLAB_PROGRESS", os.devnull)
    assert repr(solve("odd_pixel")) == repr(solve("odd_pixel"))
    assert repr(desk.summary()).startswith("0 of 29")
    assert Path(os.devnull).is_char_device()


def test_asking_leaves_names_and_random_numbers_as_they_were() -> None:
    def drawn() -> tuple[str, list[float]]:
        convlab.set_random_seed(3)
        layer = convlab.Conv2D(2, 3)
        for name in exercises.names() if asking else ():
            solve(name)
        layer.build((1, 5, 5, 1))
        return layer.name, layer.kernel.ravel().tolist()

    asking = False
    name, before = drawn()
    asking = True
    exercises.set_reader("somebody new")
    following, after = drawn()
    assert before == after
    assert int(following.rpartition("_")[2]) == int(name.rpartition("_")[2] or 0) + 1
    convlab.set_random_seed(3)
    third = convlab.Conv2D(2, 3).name
    assert int(third.rpartition("_")[2]) == int(following.rpartition("_")[2]) + 1
