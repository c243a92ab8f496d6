"""Which stored notebooks still are what their sources make, seen without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools.notebooks import notebook
from tools.notebooks.__main__ import _store, main
from tools.notebooks.source import LANGUAGES, read

ROOT = Path(__file__).parents[2]


@pytest.fixture
def built(project: Any) -> Any:
    """A project with notebooks that say they ran."""
    project.run("accept")
    for language in LANGUAGES:
        made = notebook.assemble(read(project.lesson), language)
        code = (cell for cell in made.cells if cell.cell_type == "code")
        for count, cell in enumerate(code, start=1):
            cell.execution_count = count
        file = project.notebook(language)
        file.parent.mkdir(parents=True)
        file.write_text(notebook.dumps(made), encoding="utf-8")
    return project


def edit(file: Path, old: str, new: str) -> None:
    """Replace ``old``, which must be there, in a stored notebook."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_fresh_notebook_is_not_refused(built: Any) -> None:
    assert built.run("check") == []


def test_a_changed_source_makes_its_notebooks_stale(built: Any) -> None:
    built.replace("12 // 2", "12 // 3")
    faults = built.run("check")
    assert len(faults) == 2
    assert all("01_try.md:13: size: " in fault for fault in faults)
    assert all("differs from its source here: `make notebooks`" in fault for fault in faults)


def test_a_notebook_changed_by_hand_is_refused(built: Any) -> None:
    edit(built.notebook("en"), "The next page.", "The previous page.")
    [fault] = built.run("check")
    assert "01_try.md:22: end: " in fault and "differs from its source here" in fault


def test_cells_in_another_order_are_refused(built: Any) -> None:
    text = built.lesson.read_text(encoding="utf-8")
    end = text.index('+++ {"id": "end"')
    built.lesson.write_text(f"{text[end:]}\n{text[:end]}", encoding="utf-8")
    assert any("differs from its source here" in fault for fault in built.run("check"))


@pytest.mark.parametrize(
    ("old", "new"),
    [('"execution_count": 2', '"execution_count": null'), ('"cells": [', '"cells":  [')],
)
def test_a_notebook_stored_by_something_else_is_refused(built: Any, old: str, new: str) -> None:
    edit(built.notebook("zh"), old, new)
    [fault] = built.run("check")
    assert "01_try.md:1: zh: " in fault and "was not stored by the builder" in fault


def test_a_missing_and_a_superfluous_notebook_are_refused(built: Any) -> None:
    built.notebook("en").rename(built.notebook("en").with_name("09_gone.ipynb"))
    missing, extra = built.run("check")
    assert "01_try.md:1: en: " in missing and "is not there yet" in missing
    assert "09_gone.ipynb:1: (no id): no lesson makes this notebook" in extra


def test_other_bytes_of_a_picture_are_no_change(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    jpeg = '<img src=\\"data:image/jpeg;base64,{}\\">'
    webp = '<img src=\\"data:image/webp;base64,{}\\">'
    old, new = (
        f'{{"image/png": "iVBORw0KGgo{tail}", "text/html": "{(jpeg + webp).format(tail, tail)}"}}\n'
        for tail in ("AAAA", "BBBB")
    )
    assert _store(file, old, pictures=False).endswith("written")
    assert _store(file, old, pictures=False).endswith("unchanged")
    assert "only pictures differ" in _store(file, new, pictures=False)
    assert file.read_text(encoding="utf-8") == old
    assert _store(file, new, pictures=True).endswith("written")
    assert _store(file, '{"text": 1}\n', pictures=False).endswith("written")


def test_the_lessons_of_this_project_are_sound_and_their_notebooks_fresh() -> None:
    assert main(["check"], ROOT) == 0


def with_widgets(models: dict[str, Any]) -> nbformat.NotebookNode:
    kind = "application/vnd.jupyter.widget-state+json"
    record = {"state": models, "version_major": 2, "version_minor": 0}
    cell = nbformat.v4.new_markdown_cell("the widgets' models", id="a")
    return nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {kind: record}})


def test_a_notebook_is_written_with_each_widget_on_a_line_and_read_back_the_same() -> None:
    models = {name: {"state": {"values": [[1, 2], "卷"], "open": None}} for name in ("b", "a")}
    made = with_widgets(models)
    text = notebook.dumps(made)
    lines = [line for line in text.splitlines() if '"values"' in line]
    assert [line[:3] for line in lines] == ['"a"', '"b"']
    assert nbformat.reads(text, as_version=4) == made
    assert notebook.dumps(nbformat.reads(text, as_version=4)) == text


def test_without_widgets_a_notebook_is_written_as_jupyter_writes_it() -> None:
    made = with_widgets({})
    assert notebook.dumps(made) == nbformat.writes(made).rstrip("\n") + "\n"


def test_of_a_layout_only_what_is_set_is_stored() -> None:
    models = {
        "a" * 32: {"model_name": "LayoutModel", "state": {"width": "360px", "height": None}},
        "b" * 32: {"model_name": "Other", "state": {"height": None}},
    }
    stored = notebook._models(notebook._tidy(with_widgets(models), "salt")).values()
    states = {model["model_name"]: model["state"] for model in stored}
    assert states == {"LayoutModel": {"width": "360px"}, "Other": {"height": None}}
