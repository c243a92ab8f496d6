"""Nobody's numbers, a fresh memory, and a folder of its own for every test's progress."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from convlab import exercises
from convlab.exercises import records


@pytest.fixture(autouse=True)
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file in which this test's progress is kept."""
    path = tmp_path / records.FILE
    monkeypatch.setenv("CONVLAB_PROGRESS", str(path))
    exercises.set_reader("")
    yield path
    exercises.set_reader("")
    records._unsaved.clear()
