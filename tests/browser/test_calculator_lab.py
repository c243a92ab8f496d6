"""The calculator in JupyterLab: both ways with a kernel, and alive without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.lab import ROOT as PROJECT
from tests.browser.lab import Notebook, Server, Watch
from tests.browser.stacks import ROOT, assert_true_to_explain, control_of, state_of
from tests.browser.widgets import forget_the_debugger, run_and_save, wait_for, wake, write

SHOW = """import convlab
calculator = convlab.Calculator([convlab.Conv2D(4, 3), convlab.Conv2D(2, 3)], (None, 12, 9, 1))
calculator"""
CHANGE = "calculator.layers = [convlab.Conv2D(8, 5), convlab.DepthwiseConv2D(3)]"
LABEL = """
import ipywidgets
label = ipywidgets.Label()
def say(change):
    label.value = f"Python sees {calculator.record.output_shape}"
calculator.observe(say, "layers")
label
"""


def move_some(page: Page) -> None:
    control_of(page, "add").click()
    control_of(page, "kernel_size").press("ArrowLeft")
    control_of(page, "padding=same").check(force=True)
    state = state_of(page)
    assert len(state["layers"]) == 3
    assert_true_to_explain(state)


def test_python_and_the_hand_move_one_calculator(page: Page, server: Server, root: Path) -> None:
    write(root / "calculator.ipynb", [SHOW, CHANGE, LABEL])
    notebook = Notebook(page, server, "calculator.ipynb")
    notebook.run_all()
    wait_for(page, ROOT, "state.layers[0].arguments.filters === 8")
    assert_true_to_explain(state_of(page))
    control_of(page, "filters").press("ArrowRight")
    page.get_by_text("Python sees (None, 6, 3, 9)").wait_for()
    move_some(page)
    assert notebook.faults() == []


def test_a_saved_calculator_is_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    page = watch.page
    notebook = run_and_save(root / "saved_calculator.ipynb", [SHOW])
    assert "multiply-adds" in notebook.cells[0].outputs[0].data["text/html"]
    still = ".jp-OutputArea-output:has-text('multiply-adds')"
    wake(page, server, "saved_calculator.ipynb", still, ROOT, "state.layers.length === 2")
    move_some(page)
    forget_the_debugger(watch)
