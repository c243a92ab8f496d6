"""The explorer in JupyterLab: both ways with a kernel, and alive without one."""

from __future__ import annotations

from pathlib import Path

import pytest
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
from tests.browser.widgets import forget_the_debugger, run_and_save, wait_for, wake, write

SHOW = "import convlab\nexplorer = convlab.Explorer('Conv2D', layers=['Conv2D'])\nexplorer"


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
    wait_for(page, ROOT, "state.arguments.padding === 'same'")
    assert state_of(page)["output_shape"] == [3, 7, 1]
    dial(page, "filters").press("ArrowRight")
    page.locator(f"{ROOT} figure.output .grid").first.press("ArrowDown")
    page.get_by_text("Python sees 2 at (1, 0, 0)").wait_for()
    move_every_dial(page)
    assert notebook.faults() == []


def test_a_saved_notebook_is_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    page = watch.page
    notebook = run_and_save(root / "saved.ipynb", [SHOW])
    assert notebook.metadata.widgets
    assert "image/svg+xml" in notebook.cells[0].outputs[0].data
    still = ".jp-OutputArea-output:has-text(\"Explorer('Conv2D', ...)\")"
    wake(page, server, "saved.ipynb", still, ROOT, "state.layer === 'Conv2D'")
    move_every_dial(page)
    forget_the_debugger(watch)
