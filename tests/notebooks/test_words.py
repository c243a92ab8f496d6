"""One code in two languages: the words that it shows, and nothing else, differ."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tools.notebooks import form
from tools.notebooks.source import LANGUAGES, SETUP, lessons, read
from tools.notebooks.words import words_of, written

ROOT = Path(__file__).parents[2]
CELL = 'from convlab.i18n import text\n\nprint(text("axis.height"), 12 // 2)'
SIZE = '[size]\nen = "size: {n}, \\"twice\\""\nzh = "大小：{n}，「兩次」"\n'


def plant(project: Any, words: str, code: str = 'n = 6\nprint(f"@size")') -> None:
    project.replace(CELL, code)
    project.lesson.with_suffix(".toml").write_text(words, encoding="utf-8")


def test_a_word_stands_in_the_code_of_its_language(project: Any) -> None:
    plant(project, SIZE)
    project.run("accept")
    assert project.run("build") == []
    for language, said in (("en", 'size: 6, "twice"\n'), ("zh", "大小：6，「兩次」\n")):
        cell = json.loads(project.notebook(language).read_text(encoding="utf-8"))["cells"][2]
        assert cell["outputs"][0]["text"] == [said]
        assert "@" not in "".join(cell["source"])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", "the word 'size' does not stand in 01_try.toml"),
        (SIZE + SIZE.replace("[size]", "[spare]"), "spare: no code shows it"),
        (SIZE.replace("zh =", "de ="), "has the languages zh, en, but here en, de"),
        (SIZE.replace("{n}，", "{m}，"), "the fields differ: zh ['{m}'], en ['{n}']"),
        (SIZE.replace("大小", "步長"), "the glossary forbids '步長'"),
        (SIZE.replace("大小：", "大小:"), "half-width punctuation"),
        (SIZE.replace("大小", "页"), "Simplified characters: 页"),
        (SIZE.replace("size:", "大小"), "Chinese in the English word"),
    ],
)
def test_a_word_that_is_not_fit_is_refused(project: Any, words: str, reason: str) -> None:
    plant(project, words)
    assert any(reason in fault for fault in project.run("accept"))


@pytest.mark.parametrize("path", lessons(ROOT / "lessons"), ids=lambda path: path.stem)
def test_two_notebooks_of_a_lesson_differ_in_its_words_alone(path: Path) -> None:
    lesson = read(path)
    words, folder = words_of(lesson), ROOT / "notebooks"
    sources = {block.id: block.text for block in lesson.code if block.id != SETUP}
    for language in LANGUAGES:
        stored = (folder / language / f"{path.stem}.ipynb").read_text(encoding="utf-8")
        cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(stored)["cells"]}
        for name, source in sources.items():
            code = cells[name]
            ast.parse(code)
            for word in words:
                code = code.replace(written(f'"@{word}"', words, language), f'"@{word}"')
            assert code == source


FAULTS = form.faults


@pytest.mark.parametrize("path", lessons(ROOT / "lessons"), ids=lambda path: path.stem)
def test_every_lesson_holds_what_a_learner_would_write(path: Path) -> None:
    assert [str(fault) for fault in FAULTS(read(path))] == []


@pytest.fixture
def learners_form(monkeypatch: pytest.MonkeyPatch, any_form: None) -> None:
    """Cells have to be what a learner would write."""
    monkeypatch.setattr(form, "faults", FAULTS)


DEEP = {
    "import math": "imports stand in the cell 'setup'",
    'x = {}\nx["key"]': "x['key']: give what stands there a name",
    "a.b.c.d": "a.b.c.d reaches too deep",
    "\n".join(["1"] * 16): "16 lines, but 15 are enough",
}


@pytest.mark.usefixtures("learners_form")
@pytest.mark.parametrize("code", DEEP)
def test_a_cell_that_no_learner_would_write_is_refused(project: Any, code: str) -> None:
    plant(project, "", code)
    assert any(DEEP[code] in fault for fault in project.run("accept"))


@pytest.mark.usefixtures("learners_form")
def test_a_row_in_one_language_is_no_column_in_the_other(project: Any) -> None:
    project.replace("下一頁", "序列的下一欄")
    assert any("only zh speaks of 欄" in fault for fault in project.run("accept"))
    project.replace("The next page", "The next column, one page in a row")
    assert not any("speaks of" in fault for fault in project.run("accept"))


@pytest.mark.usefixtures("learners_form")
def test_a_lesson_that_is_too_long_is_refused(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "MOST_CELLS", 2)
    assert any("3 cells, but 2" in fault for fault in project.run("accept"))


@pytest.mark.usefixtures("learners_form")
def test_what_begins_a_lesson_imports_from_convlab_itself(project: Any) -> None:
    project.replace(":id: size\n:claims: [B5]\n", ":id: setup\n")
    assert any("not from convlab.i18n" in fault for fault in project.run("accept"))
