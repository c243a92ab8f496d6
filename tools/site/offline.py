"""The site without a network: a service worker that keeps every file, by an edition's hashes.

A site on its way from one edition to the next mixes both: a browser takes a file only if its
content has the hash of the list. The edition is named after the list, so it is new when a file is.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

WORKER = "sw.js"

# What a reader takes along, and what only other programs read.
_LEFT_OUT = (".ipynb", ".zip", ".pdf", ".txt", ".xml")


def kept(root: Path) -> dict[str, str]:
    """The hash of each file that is kept, by its address below the site's ``root``."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {
        quote(path.relative_to(root).as_posix()): _hash(path.read_bytes())
        for path in files
        if _is_kept(path) and path != root / WORKER
    }


def _is_kept(path: Path) -> bool:
    # Many servers hide what begins with a dot.
    return path.suffix not in _LEFT_OUT and not path.name.startswith(".")


def _hash(content: bytes) -> str:
    return b64encode(sha256(content).digest()).decode()


def edition(files: dict[str, str]) -> str:
    """A name for just these contents.

    >>> edition({"index.html": "a"}) == edition({"index.html": "b"})
    False
    """
    return sha256(json.dumps(files).encode()).hexdigest()[:12]


def write(root: Path, script: str, missing: str) -> str:
    """Write the worker of a finished site, and say its edition.

    ``script`` is the bundle of ``browser/src/site/worker.ts``, ``missing`` the HTML that stands in
    for a page that was not kept.
    """
    files = kept(root)
    list_ = {"version": edition(files), "files": files, "missing": missing}
    text = json.dumps(list_, ensure_ascii=False, separators=(",", ":"))
    (root / WORKER).write_text(f"const EDITION = {text};\n{script}", encoding="utf-8")
    return edition(files)
