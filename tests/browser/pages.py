"""The site as a reader finds it: served, below a folder whose name is no plain one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.browser.lab import free_port

BELOW = "a b/課程"
"""Where the site stands on its server."""


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing, and lets no answer be kept: what is kept the site's own worker keeps."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


class Calm(ThreadingHTTPServer):
    """Says nothing of a reader who leaves before an answer has come."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server of a folder, without a slash at its end."""
    server = Calm(("127.0.0.1", free_port()), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
