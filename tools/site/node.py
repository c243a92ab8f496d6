"""What is made by JavaScript when the site is built."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

BROWSER = Path(__file__).parents[2] / "browser"


def made(script: str, asked: Any) -> Any:
    """What a script of ``browser/`` answers to JSON, in one call for all that is asked."""
    done = subprocess.run(
        ["node", script],
        cwd=BROWSER,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise SystemExit(f"{script} has failed:\n{done.stderr}")
    return json.loads(done.stdout)
