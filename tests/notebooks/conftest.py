"""A tiny project with one lesson, and a way to plant a fault in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.notebooks import form
from tools.notebooks.__main__ import main

LESSON = """\
+++ {"id": "title", "lang": "zh", "claims": ["B2"]}

# 步幅

**步幅**（stride）是 2 時，`padding="same"` 的輸出是 $n/2$。[English](../en/01_try.ipynb)

+++ {"id": "title", "lang": "en"}

# The stride

With a **stride** of 2, `padding="same"` gives $n/2$. [中文](../zh/01_try.ipynb)

```{code-cell} ipython3
:id: size
:claims: [B5]

from convlab.i18n import text

print(text("axis.height"), 12 // 2)
```

+++ {"id": "end", "lang": "zh"}

下一頁。

+++ {"id": "end", "lang": "en"}

The next page.
"""


class Project:
    """A project's folder, on which the builder's commands are run."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        self.lesson = root / "lessons" / "01_try.md"
        self.lesson.parent.mkdir()
        self.lesson.write_text(LESSON, encoding="utf-8")

    def run(self, *arguments: str) -> list[str]:
        """The reasons for which a command refused, one a line; none if it did not."""
        code = main(arguments, self.root)
        lines = self._capsys.readouterr().err.splitlines()
        assert (code == 0) == (not lines)
        return lines[:-1]

    def replace(self, old: str, new: str) -> None:
        """Plant a fault: every ``old`` in the lesson becomes ``new``."""
        text = self.lesson.read_text(encoding="utf-8")
        assert old in text
        self.lesson.write_text(text.replace(old, new), encoding="utf-8")

    def refused(self, old: str, new: str) -> list[str]:
        """What `accept` says to a planted fault, without the folder."""
        self.replace(old, new)
        return [line.removeprefix(f"{self.lesson.parent}/") for line in self.run("accept")]

    def notebook(self, language: str) -> Path:
        """Where a notebook is stored."""
        return self.root / "notebooks" / language / "01_try.ipynb"


@pytest.fixture(autouse=True)
def any_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests plant code that no learner would write."""
    monkeypatch.setattr(form, "faults", lambda lesson: iter(()))


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """A project whose lesson has no fault and was not accepted yet."""
    return Project(tmp_path, capsys)
