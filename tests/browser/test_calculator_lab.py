"""The calculator in JupyterLab: both ways with a kernel, and alive without one."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Page

from tests.browser.lab import ROOT as PROJECT
from tests.browser.lab import Notebook, Server, Watch
from tests.browser.stacks import ROOT, assert_true_to_explain, control_of, state_of
from tests.browser.test_explorer_lab import write

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


def wait_for(page: Page, condition: str) -> None:
    page.wait_for_function(
        f"() => {{ const root = document.querySelector('{ROOT}');"
        f" const state = root && JSON.parse(root.dataset.state); return state && {condition}; }}",
        timeout=20_000,
    )


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
    wait_for(page, "state.layers[0].arguments.filters === 8")
    assert_true_to_explain(state_of(page))
    control_of(page, "filters").press("ArrowRight")
    page.get_by_text("Python sees (None, 6, 3, 9)").wait_for(timeout=20_000)
    move_some(page)
    assert notebook.faults() == []


def test_a_saved_calculator_is_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    page = watch.page
    notebook = write(root / "saved_calculator.ipynb", [SHOW])
    NotebookClient(notebook, resources={"metadata": {"path": str(root)}}).execute()
    assert "multiply-adds" in notebook.cells[0].outputs[0].data["text/html"]
    nbformat.write(notebook, root / "saved_calculator.ipynb")
    # Nothing is run: what comes up comes from the file, once it is trusted. Then the kernel goes.
    Notebook(page, server, "saved_calculator.ipynb")
    page.locator(".jp-OutputArea-output", has_text="multiply-adds").wait_for()
    page.evaluate("() => { jupyterapp.commands.execute('notebook:trust'); }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    wait_for(page, "state.layers.length === 2")
    page.evaluate("() => { jupyterapp.commands.execute('kernelmenu:shutdown'); }")
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    page.wait_for_function(f"() => !{kernel}", timeout=20_000)
    move_some(page)
    # JupyterLab's debugger misses its kernel; the calculator does not.
    watch.complaints = [one for one in watch.complaints if "debugger state" not in one]
