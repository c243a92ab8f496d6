"""The scripts and the style sheet of the pages, bundled by node onto the shelf."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .node import BROWSER


@dataclass(frozen=True)
class Scripts:
    """The file of each part, such as ``site.js``, and what each file needs besides."""

    parts: dict[str, dict[str, object]]

    def file(self, part: str) -> str:
        """The file of a part on the shelf."""
        return str(self.parts[part]["file"])

    def font(self, beginning: str) -> str:
        """The file of a font of the formulas."""
        return next(name for name in self.parts if name.startswith(beginning))


def bundled(folder: Path) -> Scripts:
    """Bundle everything into ``folder``."""
    if shutil.which("node") is None or not (BROWSER / "node_modules" / "linkedom").is_dir():
        raise SystemExit("`make site` needs Node 20 or newer, and the tools of browser/")
    command = ["node", "site.mjs", str(folder.resolve())]
    done = subprocess.run(command, cwd=BROWSER, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(done.stderr)
    return Scripts(json.loads(done.stdout))
