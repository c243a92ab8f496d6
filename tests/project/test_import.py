"""What ``import convlab`` costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def loaded_by(statement: str) -> set[str]:
    """Packages, but for the standard library, that a fresh interpreter loads for a statement."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split("|") for line in run.stderr.splitlines() if line.startswith("import time:")]
    return {row[-1].strip().split(".")[0] for row in rows} - sys.stdlib_module_names


def test_import_loads_numpy_alone() -> None:
    before = loaded_by("pass")
    assert loaded_by("import convlab") - before - {"package"} <= {"convlab", "numpy"}


def test_the_measurement_sees_matplotlib() -> None:
    assert "matplotlib" in loaded_by("import convlab, matplotlib")
