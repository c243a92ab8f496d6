"""The two lists of what to install, and what the tests themselves import."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def required() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_requirements_are_the_dependencies_and_the_package_itself() -> None:
    assert required() == [*PROJECT["dependencies"], "--editable ."]


def test_the_distribution_has_a_name_of_its_own() -> None:
    assert PROJECT["name"] == "convlab-tutorial"


def test_python_is_3_11_or_newer() -> None:
    assert PROJECT["requires-python"] == ">=3.11"


def test_the_site_is_made_with_its_own_extra_alone() -> None:
    listed = PROJECT["optional-dependencies"]["test"]
    tools = set(re.findall(r"^[\w-]+", "\n".join(listed), re.MULTILINE)) - {PROJECT["name"]}
    hidden = [module for module, found in packages_distributions().items() if tools & {*found}]
    assert "jupytext" in hidden and "convlab" not in hidden
    code = f"import sys; sys.modules |= dict.fromkeys({hidden}); import tools.site.__main__"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
