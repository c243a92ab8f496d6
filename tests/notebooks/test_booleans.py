"""A bare True or False proves nothing: rebuilt, the same cell may print its denial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools.notebooks.outputs import faults

CELL = 'print(text("axis.height"), 12 // 2)'
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*/*.ipynb"))

BARE = {
    "import numpy as np\na = np.zeros(3)\nprint(np.allclose(a, a + 1))": "False",
    "12 > 6": "True",
    "print(7, 12 < 6)": "False",
    "import numpy as np\nnp.zeros(1)[0] == 0": "np.True_",
    "import numpy as np\nnp.arange(2) == 0": "True",
    "[12 > 6, 12 < 6]": "True",
    "print({'equal': 12 > 6})": "True",
    "equal = 12 > 6\nprint(f'{equal=}')": "True",
    "from IPython.display import Markdown\nMarkdown(f'`{12 > 6}`')": "True",
    "from IPython.display import HTML\nHTML(f'<td>{12 > 6}</td>')": "True",
    "12\n```\n```{code-cell} ipython3\n:id: tagged\n:tags: [boolean]\n12": None,
}
FINE = [
    "import convlab\nconvlab.Conv2D(1, 3, use_bias=False)",
    "print({'use_bias': False}, 'Falsehood', 'UNTRUE', 'true')",
    "import numpy as np\nassert np.allclose(np.zeros(3), 0)",
    "12\n```\n```{code-cell} ipython3\n:id: meant\n:tags: [boolean]\n12 > 6",
]


def build(project: Any, cells: list[str]) -> list[str]:
    """What the builder says to a lesson with these cells, named c0, c1, …"""
    blocks = (f":id: c{n}\n\n{code}" for n, code in enumerate(cells))
    project.replace(CELL, "\n```\n\n```{code-cell} ipython3\n".join([CELL, *blocks]))
    assert project.run("accept") == []
    return [fault.split("/lessons/")[1] for fault in project.run("build")]


def test_a_bare_boolean_is_refused_by_lesson_and_cell(project: Any) -> None:
    refused = build(project, list(BARE))
    for number, boolean in enumerate(BARE.values()):
        place = f": c{number}: " if boolean else ": tagged: "
        reason = f"shows the bare boolean {boolean!r}: prove it with `assert`"
        for language in ("zh", "en"):
            [fault] = [line for line in refused if place in line and f"[{language}]" in line]
            assert fault.startswith("01_try.md:")
            assert (reason if boolean else "is tagged boolean, but shows none") in fault
    assert len(refused) == 2 * len(BARE)
    assert not project.notebook("en").exists()


def test_an_argument_a_proof_and_a_marked_cell_are_not_refused(project: Any) -> None:
    assert build(project, FINE) == []


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_no_stored_notebook_shows_a_bare_boolean_that_is_not_marked(file: Path) -> None:
    for cell in nbformat.read(file, as_version=4).cells:
        if cell.cell_type == "code":
            assert list(faults(cell)) == [], cell.id
