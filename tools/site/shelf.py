"""The files that pages share: each is named after its content and can be cached for ever."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = "assets"


class Shelf:
    """The folder of shared files below the site's ``root``."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes, ending: str, name: str = "") -> str:
        """Keep a file, and say its name on the shelf; the same content is kept once."""
        digest = sha256(data).hexdigest()[:12]
        found = f"{name}-{digest}.{ending}" if name else f"{digest}.{ending}"
        (self.folder / found).write_bytes(data)
        return found

    def put_json(self, value: Any, name: str = "") -> str:
        """Keep a value as JSON."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return self.put(text.encode(), "json", name)
