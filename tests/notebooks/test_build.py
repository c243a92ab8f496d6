"""Notebooks that were really run: what is stored, what is refused, and that nbval agrees."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

CELL = 'print(text("axis.height"), 12 // 2)'
WIDGETS = """\
from io import BytesIO

import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import SVG, display

fig, ax = plt.subplots(figsize=(2, 2))
ax.plot([1, 2])
drawing = BytesIO()
fig.savefig(drawing, format="svg")
display(SVG(drawing.getvalue()))
plt.show()

slider = ipywidgets.Dropdown(options=["a", "b"])
ipywidgets.VBox([slider, ipywidgets.interactive_output(print, {"end": slider})])
```

```{code-cell} ipython3
:id: wrong
:tags: [raises-exception]

import convlab

convlab.Conv2D(1, 3, padding="smae")"""


def outputs(file: Path) -> dict[str, Any]:
    """The outputs of a stored notebook's code cells, by cell id."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: cell["outputs"] for cell in cells if cell["cell_type"] == "code"}


def test_both_notebooks_are_stored_byte_for_byte_the_same_and_pass_nbval(project: Any) -> None:
    project.replace(CELL, f"{CELL}\n{WIDGETS}")
    project.run("accept")
    assert project.run("build") == []
    zh, en = (project.notebook(language) for language in ("zh", "en"))
    assert outputs(zh)["size"][0]["text"] == ["高度方向 6\n"]
    assert outputs(en)["size"][0]["text"] == ["height axis 6\n"]

    first = {file: file.read_bytes() for file in (zh, en)}
    for file in (zh, en):
        file.unlink()
    assert project.run("build") == []
    assert {file: file.read_bytes() for file in (zh, en)} == first
    assert project.run("check") == []

    stored = json.loads(zh.read_text(encoding="utf-8"))
    models = stored["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    [box] = [model for model in models.values() if model["model_name"] == "VBoxModel"]
    assert box["state"]["children"][0].removeprefix("IPY_MODEL_") in models
    assert [cell["metadata"].get("claims") for cell in stored["cells"][:3]] == [
        ["B2"],
        None,
        ["B5"],
    ]
    assert [cell["id"] for cell in stored["cells"]] == ["title", "setup", "size", "wrong", "end"]
    folded = stored["cells"][1]["metadata"]
    assert (folded["jupyter"], folded["cellView"]) == ({"source_hidden": True}, "form")
    error = outputs(zh)["wrong"][0]
    assert (
        error["traceback"] == [f"ArgumentError: {error['evalue']}"]
        and "其中之一" in error["evalue"]
    )
    assert "version" not in stored["metadata"]["language_info"]

    nbval = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    nbval += ["--nbval", "--nbval-current-env", str(project.root / "notebooks")]
    passed = subprocess.run(nbval, capture_output=True, text=True, check=False)
    assert passed.returncode == 0, passed.stdout


UNFIT = {
    "import warnings\nwarnings.warn(text('axis.width'))": "wrote to stderr: ",
    "object()": "holds an address, another one at every run: 'at 0x",
    "import os\nos.getcwd()": "holds a path of this machine: ",
    "import matplotlib.pyplot as plt\nplt.title(chr(0x10FFFD))\nplt.show()": "wrote to stderr: ",
    "import logging\nlogging.getLogger('matplotlib.mathtext').warning('x')": "wrote to stderr: x",
    "1 + 1\n```\n```{code-cell} ipython3\n:id: tagged\n:tags: [raises-exception]\n2": (
        "is tagged raises-exception, but raised nothing"
    ),
}


def test_outputs_that_may_not_be_stored_are_refused(project: Any) -> None:
    cells = (f":id: c{n}\n\n{code}" for n, code in enumerate(UNFIT))
    project.replace(CELL, "\n```\n\n```{code-cell} ipython3\n".join([CELL, *cells]))
    project.run("accept")
    faults = "\n".join(project.run("build"))
    for number, reason in enumerate(UNFIT.values()):
        place = "tagged" if number == 5 else f"c{number}"
        for language in ("zh", "en"):
            assert re.search(rf": {place}: \[{language}\] {re.escape(reason)}", faults)
    assert "missing from font" in faults
    assert faults.count(f"{project.lesson}:") == 2 * len(UNFIT)
    assert not project.notebook("zh").exists() and not project.notebook("en").exists()


def test_a_cell_that_raises_is_refused(project: Any) -> None:
    project.replace(CELL, "1 / 0")
    project.run("accept")
    assert [fault.split("01_try.md:")[1] for fault in project.run("build")] == [
        f"13: size: [{language}] raised ZeroDivisionError: division by zero"
        for language in ("zh", "en")
    ]


def test_a_kernel_that_dies_is_refused(project: Any) -> None:
    project.replace(CELL, "import os\nos._exit(1)")
    project.run("accept")
    zh, en = project.run("build")
    assert "01_try.md:1: zh: DeadKernelError" in zh and "01_try.md:1: en: DeadKernelError" in en
