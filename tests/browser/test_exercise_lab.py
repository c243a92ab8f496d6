"""An exercise in JupyterLab: it tells Python, and it is alive without a kernel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from convlab import exercises
from tests.browser.lab import ROOT as PROJECT
from tests.browser.lab import Notebook, Server, Watch
from tests.browser.widgets import forget_the_debugger, run_and_save, state_at, wait_for, wake, write

ROOT = ".convlab-exercise"
ASK = 'from convlab import exercises\nexercise = exercises.ask("stride_divides")\nexercise'
HEARD = """
import ipywidgets, os
os.environ["CONVLAB_PROGRESS"] = "heard.json"
label = ipywidgets.Label()
def say(change):
    [line] = [one for one in repr(exercises.progress()).splitlines() if "stride_divides" in one]
    label.value = f"{line} {exercises.task('stride_divides').numbers}"
exercise.observe(say, ["verdict", "variant"])
label
"""


def answer(page: Page, number: int) -> None:
    page.locator(f'{ROOT} [data-name="answer"]').first.fill(str(number))
    page.locator(f'{ROOT} [data-name="answer"]').first.press("Enter")


def right(reader: str) -> int:
    found: int = json.loads(json.dumps(exercises.task("stride_divides", reader).right))
    return found


def test_python_hears_of_an_answer_and_of_new_numbers(
    page: Page, server: Server, root: Path
) -> None:
    write(root / "exercise.ipynb", [ASK, HEARD])
    notebook = Notebook(page, server, "exercise.ipynb")
    notebook.run_all()
    answer(page, 1)
    page.get_by_text("tries so far: 1").wait_for(timeout=60_000)
    answer(page, right(""))
    page.get_by_text("tries: 2").wait_for(timeout=60_000)
    page.locator(f'{ROOT} [data-name="new"]').click()
    wait_for(page, ROOT, "state.reader === '1'")
    numbers = exercises.task("stride_divides", "1").numbers
    page.get_by_text(str(numbers)).wait_for(timeout=60_000)
    assert notebook.faults() == []


def test_a_saved_exercise_is_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    page = watch.page
    boards = ASK + '\nexercises.ask("lens_difference")'
    notebook = run_and_save(root / "saved_exercise.ipynb", [ASK, boards])
    assert "How many steps" in notebook.cells[0].outputs[0].data["text/markdown"]
    still = ".jp-OutputArea-output:has-text('How many steps')"
    wake(page, server, "saved_exercise.ipynb", still, ROOT, "state.reader === ''")
    answer(page, right(""))
    assert state_at(page, ROOT)["state"] == "right"
    lens = page.locator(f"{ROOT} .convlab-lens[data-state]")
    lens.wait_for(timeout=20_000)
    page.locator(f"{ROOT}:has(.convlab-lens) > form > .buttons [data-name=check]").click()
    assert "wrong" in (page.locator(f"{ROOT}:has(.convlab-lens)").get_attribute("data-state") or "")
    forget_the_debugger(watch)
