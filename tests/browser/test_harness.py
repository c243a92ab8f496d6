"""The harness sees what it should: a small notebook with a slider, and planted faults."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import no_chromium
from tests.browser.lab import Notebook, Server, Watch

SLIDER = """
import ipywidgets, matplotlib.pyplot as plt
@ipywidgets.interact(size=ipywidgets.IntSlider(3, 1, {top}))
def draw(size):
    plt.figure(figsize=(2, 1))
    plt.plot(range({points}))
    plt.show()
"""


def write(root: Path, name: str, *sources: str) -> str:
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), root / name)
    return name


def test_a_moved_slider_changes_the_picture_and_back(
    page: Page, server: Server, root: Path
) -> None:
    path = write(root, "slider.ipynb", "1 + 1", SLIDER.format(top=5, points="size"))
    notebook = Notebook(page, server, path)
    notebook.run_all()
    (slider,) = notebook.sliders()
    first = notebook.picture(slider)
    assert notebook.press(slider, "ArrowRight")
    second = notebook.picture_after(slider, first)
    assert second != first
    assert notebook.press(slider, "ArrowLeft")
    assert notebook.picture_after(slider, second) == first
    assert notebook.faults() == []


def test_a_slider_at_its_end_or_without_effect_is_seen(
    page: Page, server: Server, root: Path
) -> None:
    notebook = Notebook(page, server, write(root, "dead.ipynb", SLIDER.format(top=4, points="9")))
    notebook.run_all()
    (slider,) = notebook.sliders()
    first = notebook.picture(slider)
    assert notebook.press(slider, "ArrowRight")
    assert notebook.picture_after(slider, first, limit=1) == first
    assert not notebook.press(slider, "ArrowRight")


def test_an_error_and_a_warning_in_a_cell_are_faults(
    page: Page, server: Server, root: Path
) -> None:
    sources = "import warnings; warnings.warn('careful')", "1 / 0", "2"
    notebook = Notebook(page, server, write(root, "faults.ipynb", *sources))
    notebook.run_all()
    page.wait_for_function("() => document.body.innerText.includes('ZeroDivisionError')")
    careful, division = notebook.faults()
    assert "careful" in careful
    assert "ZeroDivisionError" in division


def test_a_complaint_of_the_page_and_a_call_outside_are_seen(watch: Watch) -> None:
    watch.page.evaluate("() => console.error('planted')")
    watch.page.evaluate("() => fetch('http://192.0.2.1/font.woff').catch(() => true)")
    found, watch.complaints = watch.complaints, []
    assert any("planted" in complaint for complaint in found)
    assert "outside address: http://192.0.2.1/font.woff" in found


@pytest.mark.parametrize(
    ("ci", "outcome"), [(False, pytest.skip.Exception), (True, pytest.fail.Exception)]
)
def test_without_a_chromium_tests_are_skipped_but_fail_in_ci(
    ci: bool, outcome: type[BaseException]
) -> None:
    with pytest.raises(outcome, match="no Chromium"):
        no_chromium(ci)
