"""An executed notebook → the body of a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .formulas import Formulas
from .outputs import Outputs
from .prose import Heading, Prose, code
from .scripts import Scripts
from .shelf import Shelf
from .widgets import VIEW, Widgets, saved


@dataclass(frozen=True)
class Exercise:
    """An exercise in a lesson: its id, the cell where it stands, the widget as HTML."""

    id: str
    cell: str
    html: str


@dataclass(frozen=True)
class Body:
    """What a notebook's page shows: its cells as HTML, its title, its headings, its exercises."""

    title: str
    html: str
    headings: tuple[Heading, ...]
    exercises: tuple[Exercise, ...]


@dataclass
class Reader:
    """Reads notebooks, with what all pages share."""

    shelf: Shelf
    scripts: Scripts
    formulas: Formulas
    setup: str
    """What the folded first cell is called."""

    def read(self, path: Path) -> Body:
        """The body of a notebook's page."""
        notebook = json.loads(path.read_text(encoding="utf-8"))
        prose = Prose(self.formulas)
        widgets = Widgets(saved(notebook), self.shelf, self.scripts)
        outputs = Outputs(prose, widgets, self.shelf)
        sections, exercises = [], []
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                sections.append(_text(cell, prose))
                continue
            shown = "".join(map(outputs.html, cell["outputs"]))
            sections.append(section(cell["id"], self._typed(cell) + shown))
            if name := _exercise(cell, widgets):
                exercises.append(Exercise(name, cell["id"], shown))
        return Body(prose.title, "\n".join(sections), tuple(prose.headings), tuple(exercises))

    def _typed(self, cell: Mapping[str, Any]) -> str:
        typed = f'<pre class="code"><code>{code("".join(cell["source"]))}</code></pre>'
        if "hide-input" in cell["metadata"].get("tags", ()):
            return f"<details><summary>{self.setup}</summary>{typed}</details>"
        return typed


def section(id: str, html: str) -> str:
    """A cell of code, or what stands on a page as one does."""
    return f'<section class="cell" id="{id}">{html}</section>'


def _text(cell: Mapping[str, Any], prose: Prose) -> str:
    id = cell["id"]
    html = prose.html("".join(cell["source"]), id)
    # A heading is the place already.
    place = "" if any(one.id == id for one in prose.headings) else f' id="{id}"'
    return f'<section class="prose"{place}>{html}</section>'


def _exercise(cell: Mapping[str, Any], widgets: Widgets) -> str:
    """The exercise that a cell asks, if it asks one."""
    for output in cell.get("outputs", ()):
        model = output.get("data", {}).get(VIEW, {}).get("model_id")
        if model and "sheet" in widgets.models[model]:
            return str(widgets.models[model]["sheet"]["exercise"])
    return ""
