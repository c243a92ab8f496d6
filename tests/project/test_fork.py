"""A fork's CI: what requirements.txt installs, and nothing else, runs every lesson.

One language will do: both have the same code.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOR_DEVELOPERS = ("hypothesis", "jupytext", "playwright", "xdist", "pytest_cov")


def run(*command: str | Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, capture_output=True, text=True
    )


@pytest.mark.skipif(
    os.environ.get("CI") != "true",
    reason="a fresh environment takes minutes and a network: CI=true",
)
def test_requirements_alone_run_every_lesson(tmp_path: Path) -> None:
    hidden = (
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "PYTEST_ADDOPTS",
        "COV_CORE_SOURCE",
        "COVERAGE_PROCESS_START",
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in hidden and not name.startswith(("PYTEST_", "COV_"))
    }
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    python = tmp_path / "bin" / "python"
    quiet = ("--quiet", "--disable-pip-version-check")
    installed = run(
        python, "-m", "pip", "install", *quiet, "-r", "requirements.txt", environment=environment
    )
    assert installed.returncode == 0, installed.stderr[-2000:]
    absent = f"import importlib.util as u; print(*[n for n in {FOR_DEVELOPERS} if u.find_spec(n)])"
    assert run(python, "-c", absent, environment=environment).stdout.strip() == ""
    options = ("-q", "--nbval", "-p", "no:cacheprovider")
    tested = run(python, "-m", "pytest", *options, "notebooks/en", environment=environment)
    assert tested.returncode == 0, tested.stdout[-4000:] + tested.stderr[-2000:]
