"""A JupyterLab server of our own, and a notebook in it as a reader's hands and eyes meet it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    sync_playwright,
)

ROOT = Path(__file__).parents[2]

OPTIONS = (
    "--no-browser",
    "--ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)

# Cells off screen stay in the page, and no question lies over it.
SETTINGS: dict[str, dict[str, Any]] = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

# Of several such lists Chromium heeds the last one, so what Playwright leaves out stands here too.
# The list under the address bar is a page of its own in each window: it took four times as long as
# a widget's page does, and nobody sees it.
LEFT_OUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)

CHROMIUM_OPTIONS = (
    f"--disable-features={','.join(LEFT_OUT)}",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The browser named by CONVLAB_CHROMIUM, or the first one on the PATH."""
    candidates = [os.environ["CONVLAB_CHROMIUM"]] if "CONVLAB_CHROMIUM" in os.environ else BROWSERS
    return next((path for name in candidates if (path := shutil.which(name))), None)


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """The browser at ``path``, which reaches nothing but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_OPTIONS])
        yield browser
        browser.close()


# Ports that no system hands out by itself, so nothing takes one between its choice and its use:
# a kernel or a browser that asks for any port gets one from 32,768 on.
SERVER_PORTS = range(20_000, 32_000)


def free_port() -> int:
    while True:
        port = secrets.choice(SERVER_PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


def private_environment(folder: Path) -> dict[str, str]:
    """Jupyter's and IPython's folders in a place of the test's own, and this very convlab."""
    for plugin, settings in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")
    return {
        **os.environ,
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": str(ROOT),
    }


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: its address and its token."""

    url: str
    token: str

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/status?token={self.token}", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def running(
    command: list[str], server: Server, environment: Mapping[str, str], log: Path
) -> Iterator[Server]:
    """``server``, started by ``command``, from its first answer until the end of the block."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 120
        while not server.answers():
            ended = process.poll() is not None
            assert not ended and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield server
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a command and all that it started: politely, since a server has kernels to end."""
    try:
        os.killpg(process.pid, 15)
        process.wait(15)
    except ProcessLookupError:
        process.wait(1)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait(5)


@contextmanager
def jupyterlab(root: Path, folder: Path) -> Iterator[Server]:
    """A JupyterLab that serves ``root`` and keeps whatever is its own in ``folder``."""
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS]
    command += [f"--port={port}", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={root}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    server = Server(f"http://127.0.0.1:{port}", token)
    with running(command, server, private_environment(folder), folder / "server.log"):
        yield server


@dataclass
class Watch:
    """What a reader would never see but a test must: complaints of the page, calls to outside."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        # Nothing is held up to be looked at: JupyterLab asks for hundreds of files.
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.complaints.append(f"outside address: {request.url}")


# Each code cell's source, execution count, and whether an error in it is meant; and what stands in
# its output that should not: a traceback, a warning, a widget that did not come up.
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === 'code')
    .map(cell => ({
        source: cell.model.sharedModel.getSource(),
        count: cell.model.executionCount,
        meant: (cell.model.getMetadata('tags') || []).includes('raises-exception'),
        faults: Array.from(cell.node.querySelectorAll(
            '[data-mime-type="application/vnd.jupyter.stderr"],' +
            '[data-mime-type="application/vnd.jupyter.error"]'
        )).map(node => node.innerText).concat(
            cell.node.innerText.match(/Error (displaying|creating) widget.*/g) || []),
        waiting: cell.node.innerText.includes('Loading widget...'),
    }))"""

# All that can be seen in the output of the cell around an element, but for the controls themselves:
# how many things, and one number for their content.
PICTURE = """element => {
    const shown = Array.from(element.closest('.jp-CodeCell').querySelectorAll(
        '.jp-OutputArea-output img, .jp-OutputArea-output canvas, .jp-OutputArea-output svg,' +
        '.jp-OutputArea-output pre, .jp-OutputArea-output table, .widget-html-content, [data-state]'
    )).map(node => node.dataset.state ??
        (node.tagName === 'CANVAS' ? node.toDataURL() : node.src || node.outerHTML));
    let hash = 0;
    for (const text of shown)
        for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
    return `${shown.length} shown, ${hash}`;
}"""

VALUE = "element => element.getAttribute('aria-valuenow') ?? element.value"

KERNEL = "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status"


class Notebook:
    """One open notebook: run it, read it, move what can be moved. Every wait has a limit."""

    def __init__(self, page: Page, server: Server, path: str) -> None:
        self.page = page
        page.goto(f"{server.url}/doc/tree/{path}?token={server.token}&reset")
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Until the kernel is at rest; the toolbar says so too early, the session does not."""
        self.page.wait_for_function(f"() => {KERNEL} === 'idle'")

    def run_all(self, limit: float = 300) -> None:
        """Forget the stored outputs, run every cell; until all have run, or one has failed."""
        for command in ("notebook:clear-all-cell-outputs", "notebook:run-all-cells"):
            # The command's own promise must not be waited for: it would block the page's calls.
            self.page.evaluate(f"() => {{ jupyterapp.commands.execute('{command}'); }}")
        deadline = time.monotonic() + limit
        while not self._finished():
            assert time.monotonic() < deadline, f"still running after {limit} s: {self.cells()}"
            self.page.wait_for_timeout(100)
        self.wait_until_idle()

    def _finished(self) -> bool:
        cells = self.cells()
        if any(cell["faults"] and not cell["meant"] for cell in cells):
            return True
        return not any(
            cell["waiting"] or (cell["count"] is None and cell["source"].strip()) for cell in cells
        )

    def cells(self) -> list[dict[str, Any]]:
        """Each code cell: ``source``, ``count``, ``meant``, ``faults``, ``waiting``."""
        cells: list[dict[str, Any]] = self.page.evaluate(CELLS)
        return cells

    def faults(self) -> list[str]:
        """Tracebacks, warnings and dead widgets on show, but for the errors that are meant."""
        return [fault for cell in self.cells() if not cell["meant"] for fault in cell["faults"]]

    def sliders(self) -> list[Locator]:
        """Every slider that can be seen, of ipywidgets or native, but for a player's speed.

        One with a name is found by it, for a move may bring up another slider before it.
        """
        found = []
        for cell in self.page.locator(".jp-CodeCell .jp-OutputArea").all():
            named = cell.locator("input[type=range][data-name]:not([data-name=speed])")
            names = named.evaluate_all("all => all.map(element => element.dataset.name)")
            found += [cell.locator(f'input[type=range][data-name="{name}"]') for name in names]
            found += cell.locator("[role=slider], input[type=range]:not([data-name])").all()
        return [slider for slider in found if slider.is_visible()]

    def press(self, slider: Locator, key: str) -> bool:
        """Press an arrow key on a slider; whether it moved."""
        before = slider.evaluate(VALUE)
        slider.focus()
        slider.press(key)
        return bool(slider.evaluate(VALUE) != before)

    def picture(self, slider: Locator) -> str:
        """What the slider's cell shows, once it is at rest: the same at two looks."""
        looks = [""]
        for _ in range(600):
            self.page.wait_for_timeout(50)
            self.wait_until_idle()
            looks.append(str(slider.evaluate(PICTURE)))
            if looks[-1] == looks[-2]:
                return looks[-1]
        raise AssertionError(f"the picture never comes to rest: {looks[-3:]}")

    def picture_after(self, slider: Locator, before: str, limit: float = 60) -> str:
        """What the slider's cell shows once it differs from ``before``, or at the limit."""
        deadline = time.monotonic() + limit
        while (now := self.picture(slider)) == before and time.monotonic() < deadline:
            pass
        return now

    def screenshot(self, path: Path, width: int = 1280) -> None:
        """The whole notebook from top to bottom, as wide as asked, as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # The notebook scrolls inside the window: make the window as high as the notebook is.
        height = self.page.evaluate(
            "() => document.querySelector('.jp-WindowedPanel-outer').scrollHeight"
        )
        self.page.set_viewport_size({"width": width, "height": min(height + 200, 16_000)})
        self.page.evaluate(
            "() => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0; }"
        )
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=path)
