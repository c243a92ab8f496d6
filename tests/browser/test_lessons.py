"""Each lesson as a reader meets it: opened, run from top to bottom, every slider moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.lab import ROOT, Notebook, Server

CI = os.environ.get("CI") == "true"
SCREENSHOTS = ROOT / ".build" / "screenshots"


def lessons() -> Iterator[Path]:
    """Both editions of each lesson; in CI one of them, by turns, for the code is the same.

    Both in CI too where Python draws while a slider moves, for what it draws may hold words.
    """
    for number, path in enumerate(sorted(ROOT.glob("notebooks/en/*.ipynb"))):
        editions = [path, ROOT / "notebooks" / "zh" / path.name]
        both = not CI or "SliderModel" in path.read_text(encoding="utf-8")
        yield from editions if both else [editions[number % 2]]


def ids(lesson: Path) -> str:
    return f"{lesson.parent.name}-{lesson.stem}"


@pytest.mark.parametrize("lesson", [*lessons()], ids=ids)
def test_a_lesson_runs_and_every_slider_changes_the_picture(
    lesson: Path, page: Page, server: Server
) -> None:
    notebook = Notebook(page, server, lesson.relative_to(ROOT).as_posix())
    notebook.run_all()
    sliders = notebook.sliders()
    for slider in sliders:
        before = notebook.picture(slider)
        key, back = "ArrowRight", "ArrowLeft"
        if not notebook.press(slider, key):
            key, back = back, key
            assert notebook.press(slider, key), "a slider that moves neither way"
        after = notebook.picture_after(slider, before)
        assert after != before, f"slider {sliders.index(slider) + 1} of {len(sliders)} does nothing"
        notebook.press(slider, back)
        assert notebook.picture_after(slider, after) != after
    if not CI:  # Nobody looks at it there.
        notebook.screenshot(SCREENSHOTS / f"{ids(lesson)}.png")
    assert notebook.faults() == []
    stored = lesson.read_text(encoding="utf-8")
    # An exercise has a field, not a slider.
    assert bool(sliders) == (
        "SliderModel" in stored or '"_anywidget_id":"convlab.widgets.' in stored
    )
