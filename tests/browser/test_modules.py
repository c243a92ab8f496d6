"""Widgets of one module in JupyterLab, in a saved notebook and on a page, each alive by itself."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from playwright.sync_api import Browser, Page

from tests.browser.lab import ROOT, Notebook, Server, Watch
from tests.widgets.dial import Dial

SHOW = "from tests.widgets.dial import Dial\ndial = Dial(at={at})\ndial"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
WIDGETS = "application/vnd.jupyter.widget-state+json"
COLOUR = "element => getComputedStyle(element).color"


def notebook_of(*sources: str) -> NotebookNode:
    cells = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def executed(root: Path, *sources: str) -> NotebookNode:
    notebook = notebook_of(*sources)
    NotebookClient(
        notebook, resources={"metadata": {"path": str(root)}}, record_timing=False
    ).execute()
    return notebook


@pytest.fixture(autouse=True)
def this_convlab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def says(page: Page, *texts: str) -> None:
    """Wait until the dials on the page say this, in this order."""
    wanted = "\n".join(f"</script><b> {text}" for text in texts)
    seen = "[...document.querySelectorAll('.convlab-dial')].map(dial => dial.textContent)"
    page.wait_for_function(f"text => {seen}.join('\\n') === text", arg=wanted)


def test_widgets_and_second_views_share_what_was_loaded_once(
    page: Page, server: Server, root: Path
) -> None:
    sources = [SHOW.format(at=3), "dial", "Dial(at=7)", "dial.at = 4"]
    nbformat.write(notebook_of(*sources), root / "dials.ipynb")
    notebook = Notebook(page, server, "dials.ipynb")
    notebook.run_all()
    says(page, "4", "4", "7")
    page.locator(".convlab-dial").nth(1).click()
    says(page, "5", "5", "7")
    assert page.evaluate("globalThis.dialsLoaded") == 1
    assert page.locator(".convlab-dial").nth(2).evaluate(COLOUR) == "rgb(1, 2, 3)"
    assert notebook.faults() == []


def test_a_saved_notebook_holds_the_code_once_and_is_alive_once_trusted(
    watch: Watch, server: Server, root: Path
) -> None:
    page = watch.page
    notebook = executed(root, SHOW.format(at=3), "Dial(at=7)")
    models = notebook.metadata.widgets[WIDGETS]["state"].values()
    packed = [model["state"]["packed"] for model in models if "packed" in model["state"]]
    assert packed == [Dial().module.packed]
    nbformat.write(notebook, root / "saved_dials.ipynb")
    Notebook(page, server, "saved_dials.ipynb")
    page.locator(".jp-OutputArea-output", has_text="Dial(7)").wait_for()
    assert page.locator(".convlab-dial").count() == 0
    page.evaluate("() => { jupyterapp.commands.execute('notebook:trust'); }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    says(page, "3", "7")
    page.evaluate("() => { jupyterapp.commands.execute('kernelmenu:shutdown'); }")
    kernel = "jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    page.wait_for_function(f"() => !{kernel}")
    page.locator(".convlab-dial").first.click()
    says(page, "4", "7")
    # JupyterLab's debugger misses its kernel.
    watch.complaints = [one for one in watch.complaints if "debugger state" not in one]


def without_ids(notebook: NotebookNode) -> object:
    """What it holds, with a number for each model, in the order in which they were made."""
    text = nbformat.writes(notebook)
    for number, model in enumerate(notebook.metadata.widgets[WIDGETS]["state"]):
        text = text.replace(model, f"model {number}")
    return json.loads(text)


def test_two_runs_of_a_notebook_store_the_same(root: Path) -> None:
    one, two = (executed(root, SHOW.format(at=3), "Dial()") for _ in range(2))
    assert without_ids(one) == without_ids(two)


def test_a_page_from_disk_is_alive(browser: Browser, tmp_path: Path) -> None:
    context, complaints = browser.new_context(offline=True), list[str]()
    offline = context.new_page()
    offline.on("console", lambda message: complaints.append(message.text))
    offline.on("pageerror", lambda error: complaints.append(str(error)))
    path = tmp_path / "dial.html"
    path.write_text(Dial(at=5).to_html(), encoding="utf-8")
    offline.goto(path.as_uri())
    says(offline, "5")
    offline.locator(".convlab-dial").click()
    says(offline, "6")
    assert offline.locator(".convlab-dial").evaluate(COLOUR) == "rgb(1, 2, 3)"
    assert offline.locator("noscript").count() == 0
    context.close()
    assert complaints == []
