"""Node and the tools of browser/, for tests that build."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BROWSER = Path(__file__).parents[1] / "browser"


def no_tools(ci: bool) -> None:
    """Skip; but where the whole suite must run, fail."""
    reason = "browser/ cannot be built here: `make browser` needs Node 20 or newer"
    if ci:
        pytest.fail(reason)
    pytest.skip(reason)


def need_tools() -> None:
    """Go on only where browser/ can be built."""
    if shutil.which("node") is None or not (BROWSER / "node_modules").is_dir():
        no_tools(ci=os.environ.get("CI") == "true")


def node(*arguments: str | Path) -> str:
    """What a command of Node prints, run in browser/ with its tools installed."""
    need_tools()
    command = ["node", *map(str, arguments)]
    done = subprocess.run(command, cwd=BROWSER, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
