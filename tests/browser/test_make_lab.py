"""``make lab``, on an environment that has been made before."""

from __future__ import annotations

import secrets
import shutil
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.browser.lab import Server, free_port, private_environment, running


@pytest.mark.skipif(shutil.which("make") is None, reason="no make: Windows has two lines instead")
@pytest.mark.parametrize("edition", ["zh", "en"])
def test_make_lab_opens_a_lesson_and_installs_nothing(edition: str, tmp_path: Path) -> None:
    port, token = free_port(), secrets.token_hex(16)
    options = f"--no-browser --port={port} --ServerApp.port_retries=0"
    command = ["make", "lab", f"VENV={sys.prefix}", f"EDITION={edition}"]
    command += [f"--old-file={sys.prefix}/.lab", f"--old-file={sys.prefix}/bin/python"]
    command += [f"ARGS={options} --IdentityProvider.token={token}"]
    environment = {k: v for k, v in private_environment(tmp_path).items() if k != "MAKEFLAGS"}
    log = tmp_path / "server.log"
    server = Server(f"http://127.0.0.1:{port}", token)
    with (
        running(command, server, environment, log),
        urllib.request.urlopen(f"{server.url}/?token={token}") as page,
    ):
        opened = page.url.partition("?")[0]
    assert "Installing" not in log.read_text()
    assert opened.startswith(f"{server.url}/lab/tree/notebooks/{edition}/")
