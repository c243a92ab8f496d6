"""What is installed from the wheel is whole: a lesson runs on it alone, far from the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.project.test_repository import tracked

ROOT = Path(__file__).parents[2]

EVERY_PART = """
import convlab, numpy as np
assert convlab.__file__.startswith({folder!r}), convlab.__file__
layer = convlab.Conv2D(1, 3)
x = np.ones((1, 5, 6, 1))
pages = [
    convlab.Explorer("Conv2D"), convlab.Lens(), convlab.Calculator(),
    convlab.NetworkExplorer([layer], x), convlab.exercises.ask("flip"),
]
assert all("<script" in page.to_html() for page in pages)
convlab.animate(layer, x)._repr_html_()
try:
    with convlab.use_language("zh_TW"):
        convlab.Conv2D(0, 3)
except convlab.ConvlabError as error:
    assert "filters" in str(error)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def lesson(name: str) -> str:
    """The code of a lesson, cell after cell."""
    notebook = json.loads((ROOT / "notebooks/en" / name).read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return "\n".join(code)


def test_a_lesson_and_every_widget_run_from_the_wheel_alone(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    folder = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    code = EVERY_PART.format(folder=str(folder)) + lesson("00_start.ipynb")
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(folder), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]


def test_the_source_distribution_holds_every_file_of_the_repository(built: Path) -> None:
    (file,) = built.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {path.relative_to(ROOT).as_posix() for path in tracked()} - held == set()
