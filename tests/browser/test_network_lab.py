"""The network explorer in JupyterLab: it tells Python, follows a training, needs no kernel."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

from tests.browser.lab import ROOT as PROJECT
from tests.browser.lab import Notebook, Server, Watch
from tests.browser.network_page import ROOT, control, state_of
from tests.browser.widgets import forget_the_debugger, run_and_save, wait_for, wake, write

SHOW = """\
import convlab, ipywidgets
from convlab.samples import digits
images, labels = digits()
convlab.set_random_seed(1)
layers = [convlab.Conv2D(6, 3, activation="relu"), convlab.Conv2D(10, 6)]
explorer = convlab.NetworkExplorer(layers, images[:9], labels=labels[:9], pad=4)
explorer"""
HEARD = """\
label = ipywidgets.Label()
def say(change):
    label.value = f"Python has {explorer.sample}, {explorer.selected}, {explorer.scores.argmax()}"
explorer.observe(say, "shown")
label"""
LOOP = """\
for step in range(40):
    layers[1].bias[3] += 1
    explorer.update()
    if step % 20 == 19:
        explorer.record(loss=1 / (step + 1))"""


def test_python_and_the_hand_move_one_network(page: Page, server: Server, root: Path) -> None:
    cells = [SHOW, HEARD, "explorer.change(sample=4, noise=20, selected=(0, 1, 2, 3))", LOOP]
    write(root / "network.ipynb", cells)
    notebook = Notebook(page, server, "network.ipynb")
    notebook.run_all()
    # The bias has grown by 40 in the loop, and each record is an epoch after the first weights.
    wait_for(page, ROOT, "Math.max(...state.scores) === state.scores[3] && state.scores[3] > 35")
    assert state_of(page)["selected"]["index"] == [1, 2, 3]
    assert control(page, "step").get_attribute("max") == "2"
    control(page, "map.1.7").press("Enter")
    page.get_by_text("Python has 4, (1, 0, 0, 7), 3").wait_for(timeout=20_000)
    control(page, "step").press("Home")
    wait_for(page, ROOT, "state.epoch === 0 && state.scores[3] < 30")
    control(page, "sample").press("Home")
    page.get_by_text("Python has 0, (1, 0, 0, 7)").wait_for(timeout=20_000)
    assert notebook.faults() == []


def test_two_networks_of_a_saved_notebook_share_a_bundle_and_are_alive_without_a_kernel(
    watch: Watch, server: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    page = watch.page
    another = "convlab.NetworkExplorer(layers[0], images[:2], epoch=None)"
    notebook = run_and_save(root / "saved_network.ipynb", [SHOW, LOOP, another])
    states = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    codes = [one["state"].get("packed") for one in states.values() if "packed" in one["state"]]
    assert len(codes) == len(set(codes))
    assert len(nbformat.writes(notebook)) < 400_000
    still = ".jp-OutputArea-output img"
    wake(page, server, "saved_network.ipynb", still, ROOT, "state.scores?.[3] > 35")
    control(page, "step").press("Home")
    assert state_of(page)["epoch"] == 0
    control(page, "map.0.2").press("Enter")
    assert state_of(page)["selected"]["layer"] == 0
    control(page, "open").click()
    page.locator(f"{ROOT} .convlab-explorer[data-state]").wait_for()
    assert page.locator(f"{ROOT}[data-state]").count() == 2
    forget_the_debugger(watch)
