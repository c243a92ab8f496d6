"""How a lesson begins: in its language, seeded; and what it says where it cannot begin."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from unittest.mock import Mock, call

import matplotlib
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

import convlab
from convlab import lessons, use_language
from tools.notebooks.notebook import setup

ROOT = Path(__file__).parents[1]
VERSION = convlab.__version__
WORDS = {
    "en": f"This lesson needs convlab {VERSION} or newer, "
    "and this notebook's Python does not have it.",
    "zh": f"這一課需要 convlab {VERSION} 以上，但這份筆記本使用的 Python 裡沒有。",
}
INSTALL = "`%pip install --upgrade convlab-tutorial`"


def run_setup(language: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The first cell in a fresh interpreter that knows the project only if it starts there."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # An editable installation is on the path, or finds the project by a hook: both are taken out.
    hide = "import sys; sys.path[:] = [p for p in sys.path if p != {0!r}]; sys.meta_path[:] = "
    hide += "[f for f in sys.meta_path if 'editable' not in repr(f)]; sys.path.insert(0, '')\n"
    code = hide.format(str(ROOT)) + setup(language)
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_cell_begins_a_lesson_where_convlab_is(language: str) -> None:
    run = run_setup(language, ROOT)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_convlab_the_first_cell_says_what_to_do(language: str, tmp_path: Path) -> None:
    run = run_setup(language, tmp_path)
    *_, first, second, third = run.stderr.splitlines()
    assert run.returncode == 1
    assert first == f"ImportError: {WORDS[language]}"
    assert "`make lab`" in second and INSTALL in third
    assert run.stderr.count("Traceback") == 1


@pytest.mark.parametrize("colab", [True, False])
@pytest.mark.parametrize("missing", [True, False])
def test_only_colab_without_convlab_installs_it(
    monkeypatch: pytest.MonkeyPatch, colab: bool, missing: bool
) -> None:
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if missing else name)
    shell = Mock()
    with use_language("en"), matplotlib.rc_context():
        exec(setup("en"), {"get_ipython": lambda: shell})
    asked = [call("pip", "install --quiet convlab-tutorial")] if colab and missing else []
    assert shell.run_line_magic.mock_calls == asked


def test_a_package_older_than_the_first_cell_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "convlab").mkdir()
    (tmp_path / "convlab" / "__init__.py").write_text("__version__ = '0.0.1'\n")
    assert f"ImportError: {WORDS['en']}" in run_setup("en", tmp_path).stderr.splitlines()


@pytest.mark.parametrize("installed", ["0.9.9", "0.10.0rc1", "0.9.12.dev3"])
def test_an_old_package_is_refused_in_the_lessons_language(
    monkeypatch: pytest.MonkeyPatch, installed: str
) -> None:
    monkeypatch.setattr(convlab, "__version__", installed)
    lessons_of = {"en": "This lesson was made with convlab 0.11.0, but {} is installed."}
    lessons_of["zh_TW"] = "這一課需要 convlab 0.11.0，但目前安裝的是 {}。"
    for language, sentence in lessons_of.items():
        with use_language("en"), pytest.raises(lessons.OldPackageError) as caught:
            lessons.begin_lesson(language, "0.11.0")
        with use_language(language):
            first, second, third = str(caught.value).splitlines()
        assert first == sentence.format(installed)
        assert "`make lab`" in second and INSTALL in third


@pytest.mark.parametrize("needed", ["0.9.0", "0.10", "0.10.0", "0.10.0.dev1"])
def test_a_package_as_new_as_the_lesson_will_do(
    monkeypatch: pytest.MonkeyPatch, needed: str
) -> None:
    monkeypatch.setattr(convlab, "__version__", "0.10.0")
    with use_language("en"):
        lessons.begin_lesson("en", needed)


def test_a_notebook_shows_no_traceback_of_an_old_package(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns of another one.
    with use_language("en"):
        shell = InteractiveShell()
        shell.run_cell('from convlab.lessons import begin_lesson\nbegin_lesson("en", "9.0")')
    shown = capsys.readouterr().out
    assert shown.startswith("OldPackageError: This lesson was made with convlab 9.0")
    assert "Traceback" not in shown and "lessons.py" not in shown


def test_a_lesson_begins_in_its_language_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    kernels = []
    with use_language("en"), matplotlib.rc_context({"svg.hashsalt": None}):
        for _ in range(2):
            lessons.begin_lesson("zh_TW", convlab.__version__)
            layer = convlab.Conv2D(2, 3)
            layer.build((None, 5, 6, 1))
            kernels.append(layer.kernel)
        assert convlab.get_language() == "zh_TW"
        assert matplotlib.rcParams["svg.hashsalt"] == "convlab"
        assert os.environ["SOURCE_DATE_EPOCH"] == "0"
    assert np.array_equal(*kernels)
