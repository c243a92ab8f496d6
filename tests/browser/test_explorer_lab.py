"""The explorer in JupyterLab: both ways with a kernel, and alive without one."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Page

from tests.browser.hands import (
    GROUPS,
    ROOT,
    assert_true_to_the_layer,
    control_of,
    dial,
    dial_names,
    nudge,
    open_group,
    state_of,
)
from tests.browser.lab import ROOT as PROJECT
from tests.browser.lab import Notebook, Server, Watch

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOW = "import convlab\nexplorer = convlab.Explorer('Conv2D', layers=['Conv2D'])\nexplorer"


def write(path: Path, sources: list[str]) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(text, id=f"cell-{i}") for i, text in enumerate(sources)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)
    nbformat.write(notebook, path)
    return notebook


def wait_for(page: Page, condition: str) -> None:
    page.wait_for_function(
        f"() => {{ const root = document.querySelector('{ROOT}');"
        f" const state = root && JSON.parse(root.dataset.state); return state && {condition}; }}",
        timeout=20_000,
    )


def move_every_dial(page: Page) -> None:
    """Move each dial by a key, and hold every picture to the real layer."""
    moved = 0
    for group in GROUPS:
        open_group(page, group)
        for name in dial_names(page):
            control, before = control_of(page, name), page.get_attribute(ROOT, "data-state")
            if not control.count():
                continue  # Another dial's move has taken it away.
            nudge(control)
            if state_of(page)["refused"]:
                page.locator(f"{ROOT} .ways button").first.click()
            moved += page.get_attribute(ROOT, "data-state") != before
            assert_true_to_the_layer(state_of(page))
    assert moved > 9


LABEL = """
import ipywidgets
label = ipywidgets.Label()
def say(change):
    label.value = f"Python sees {explorer.filters} at {explorer.position}"
explorer.observe(say, "shown")
label
"""


def test_python_and_the_hand_move_one_explorer(page: Page, server: Server, root: Path) -> None:
    change = "explorer.change(padding='same', strides=(2, 1))"
    write(root / "explorer.ipynb", [SHOW, change, LABEL])
    notebook = Notebook(page, server, "explorer.ipynb")
    notebook.run_all()
    wait_for(page, "state.arguments.padding === 'same'")
    assert state_of(page)["output_shape"] == [3, 7, 1]
    dial(page, "filters").press("ArrowRight")
    page.locator(f"{ROOT} figure.output .grid").first.press("ArrowDown")
    page.get_by_text("Python sees 2 at (1, 0, 0)").wait_for(timeout=20_000)
    move_every_dial(page)
    assert notebook.faults() == []


def test_a_saved_notebook_is_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    page = watch.page
    notebook = write(root / "saved.ipynb", [SHOW])
    NotebookClient(notebook, resources={"metadata": {"path": str(root)}}).execute()
    assert notebook.metadata.widgets
    assert "image/svg+xml" in notebook.cells[0].outputs[0].data
    nbformat.write(notebook, root / "saved.ipynb")
    # Nothing is run: what comes up comes from the file, once it is trusted. Then the kernel goes.
    Notebook(page, server, "saved.ipynb")
    page.locator(".jp-OutputArea-output", has_text="Explorer('Conv2D', ...)").wait_for()
    page.evaluate("() => { jupyterapp.commands.execute('notebook:trust'); }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    wait_for(page, "state.layer === 'Conv2D'")
    page.evaluate("() => { jupyterapp.commands.execute('kernelmenu:shutdown'); }")
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    page.wait_for_function(f"() => !{kernel}", timeout=20_000)
    move_every_dial(page)
    # JupyterLab's debugger misses its kernel; the explorer does not.
    watch.complaints = [one for one in watch.complaints if "debugger state" not in one]
