"""The repository itself: what may not stand in any of its files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Written in halves, so that this file is not its own finding.
HOSTS = ["pypi" + ".org", "python" + "hosted", "registry" + ".npmjs", "deb" + ".debian"]
PLACES = ["/opt/" + "venvs", "/work/" + "main", "/home/" + "runner"]
FORBIDDEN = re.compile("|".join(re.escape(word) for word in HOSTS + PLACES))


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    if not listing:
        pytest.skip("not a git checkout")
    return [path for name in listing.split("\0") if (path := ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_machine() -> None:
    assert not [
        path.relative_to(ROOT)
        for path in tracked()
        if FORBIDDEN.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]


def test_no_file_is_over_two_megabytes() -> None:
    assert not [path.relative_to(ROOT) for path in tracked() if path.stat().st_size > 2_000_000]


def test_no_notebook_is_over_900_kilobytes() -> None:
    # What a reader opens on a slow line, and a repository keeps with every change.
    notebooks = [path for path in tracked() if path.suffix == ".ipynb"]
    sizes = {str(path.relative_to(ROOT)): path.stat().st_size for path in notebooks}
    assert sizes
    assert not {name: size for name, size in sizes.items() if size > 900_000}


def test_the_workflow_and_the_hook_call_what_a_developer_calls() -> None:
    workflow = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    hook = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.*)", workflow) == [".ci/run"]
    assert re.findall(r"entry: (.*)", hook) == ["make check"]
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").endswith("\nmake test\n")
