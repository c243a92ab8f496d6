"""Each lesson as a reader meets it: opened, run from top to bottom, every slider moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.lab import ROOT, Notebook, Server

LESSONS = sorted(ROOT.glob("notebooks/*/*.ipynb"))
SCREENSHOTS = ROOT / ".build" / "screenshots"


def ids(lesson: Path) -> str:
    return f"{lesson.parent.name}-{lesson.stem}"


@pytest.mark.parametrize("lesson", LESSONS, ids=ids)
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
    notebook.screenshot(SCREENSHOTS / f"{ids(lesson)}.png")
    assert notebook.faults() == []
    stored = lesson.read_text(encoding="utf-8")
    assert bool(sliders) == ("SliderModel" in stored or "AnyModel" in stored)
