"""What ``import convlab`` costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def loaded_by(statement: str) -> set[str]:
    """Packages, but for the standard library, that a fresh interpreter has loaded in the end."""
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in run.stdout.split()} - sys.stdlib_module_names


def test_import_loads_numpy_alone() -> None:
    assert loaded_by("import convlab") <= loaded_by("import numpy.random") | {"convlab"}


def test_import_loads_nothing_that_only_words_and_errors_need() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); import convlab;"
        "from convlab import i18n;"
        "print(*set(sys.modules) - before, 'catalogue' * i18n.catalogue.cache_info().currsize)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    late = {"importlib.resources", "tomllib", "secrets", "difflib", "fractions", "catalogue"}
    assert not set(run.stdout.split()) & (late | {"concurrent.futures", "numpy.random"})


def test_the_measurement_sees_matplotlib() -> None:
    assert "matplotlib" in loaded_by("import convlab, matplotlib")
