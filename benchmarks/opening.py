"""How long a calculator takes to open in JupyterLab, beside the one of many small widgets.

Run as ``python -m benchmarks.opening``; it needs the project's history. Both open by turns, each in
a fresh kernel that has imported convlab, and then a second time: the first opening loads the
libraries of widgets, too. The time is from the command that runs the cell to the last change of its
output.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import tarfile
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium, server
from tests.browser.lab import ROOT, Notebook, Server
from tests.browser.widgets import write

BEFORE = "a0f5620^"
"""The last commit whose calculator had a widget for each field."""
ROUNDS = 5

IMPORT = "import sys; sys.path.insert(0, {tree!r}); import convlab"
OPEN = "convlab.Calculator(convlab.Conv2D(16, 3))"
COUNT = "from ipywidgets.widgets.widget import _instances; print('models', len(_instances))"

# Runs the cell at an index; milliseconds until its output changed last, once it is quiet.
RUN = """async ([index, wanted]) => {
    const { content } = jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    const output = content.widgets[index].node, start = performance.now();
    let last = start;
    new MutationObserver(() => { last = performance.now(); }).observe(output,
        { subtree: true, childList: true, attributes: true, characterData: true });
    jupyterapp.commands.execute('notebook:run-cell');
    while (!output.querySelector(wanted) || performance.now() - last < 1000)
        await new Promise(done => setTimeout(done, 50));
    return last - start;
}"""


def checkout(folder: Path) -> Path:
    """The tree of the commit before, in a folder."""
    archive = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tree:
        tree.extractall(folder, filter="data")
    return folder


def milliseconds(page: Page, lab: Server, root: Path, tree: Path) -> tuple[float, float, int]:
    """The times that two calculators of ``tree`` take, and the models that they are made of."""
    write(root / "opening.ipynb", [IMPORT.format(tree=str(tree)), OPEN, OPEN, COUNT])
    notebook = Notebook(page, lab, "opening.ipynb")
    page.evaluate(RUN, [0, ".jp-InputPrompt"])
    notebook.wait_until_idle()
    first, second = (page.evaluate(RUN, [cell, ".convlab-calculator"]) for cell in (1, 2))
    page.evaluate(RUN, [3, ".jp-OutputArea-output pre"])
    said = page.locator(".jp-OutputArea-output pre", has_text="models").inner_text()
    return float(first), float(second), int(said.split()[-1])


def fresh(browser: Browser, lab: Server, root: Path, tree: Path) -> tuple[float, float, int]:
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    found = milliseconds(page, lab, root, tree)
    page.evaluate("() => { jupyterapp.commands.execute('kernelmenu:shutdown'); }")
    page.close()
    return found


def main() -> None:
    times: dict[str, list[tuple[float, float]]] = {"before": [], "now": []}
    models = {}
    with tempfile.TemporaryDirectory() as name, chromium() as browser, server(Path(name)) as lab:
        trees = {"before": checkout(Path(name) / "before"), "now": ROOT}
        for _ in range(ROUNDS):
            for when, tree in trees.items():
                *pair, models[when] = fresh(browser, lab, Path(name) / "root", tree)
                times[when].append((pair[0], pair[1]))
    print(f"two calculators: {models['now']} models, before {models['before']}")
    for at, which in enumerate(("first", "second")):
        before, now = (statistics.median(one[at] for one in times[when]) for when in times)
        print(f"the {which} opens in JupyterLab, ms: {now:.0f}, before {before:.0f}: "
              f"{before / now:.1f} times faster")  # fmt: skip


if __name__ == "__main__":
    main()
