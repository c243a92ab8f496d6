"""The site over http, as any server of files would give it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nobody reads what was asked for."""


def handler(root: Path) -> Callable[..., SimpleHTTPRequestHandler]:
    """Gives out the files of a folder."""
    return partial(_Quiet, directory=str(root))


def serve(root: Path, port: int) -> None:
    """Show a folder until the reader stops it."""
    with ThreadingHTTPServer(("127.0.0.1", port), handler(root)) as server:
        print(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
