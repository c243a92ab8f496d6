"""A server for the whole run, a browser for each module, a page for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import lab
from tests.browser.lab import ROOT, Server, Watch, find_chromium, jupyterlab

LIMIT = 60_000
"""Milliseconds after which a page is given up: a busy machine may take its time."""


def no_chromium(ci: bool) -> None:
    """Skip; but where the whole suite must run, fail."""
    reason = "no Chromium found: install one, or name it in CONVLAB_CHROMIUM"
    if ci:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find_chromium()
    if path is None:
        no_chromium(ci=os.environ.get("CI") == "true")
    return str(path)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Closed after each module: while Playwright is open, nothing else here can run asyncio."""
    with lab.chromium(chromium) as browser:
        yield browser


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server serves: a copy of the notebooks, for JupyterLab saves what it shows."""
    folder = tmp_path_factory.mktemp("root")
    if (ROOT / "notebooks").exists():
        shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


@pytest.fixture(scope="session")
def server(chromium: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with jupyterlab(root, tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture
def watch(browser: Browser) -> Iterator[Watch]:
    """A fresh page; the test fails in the end if the page complained or called outside."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(LIMIT)
    watch = Watch(context.new_page())
    yield watch
    context.close()
    assert watch.complaints == []


@pytest.fixture
def page(watch: Watch) -> Page:
    return watch.page


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A page with the network off, for what is opened from disk; it must not complain."""
    yield from _offline(browser, viewport={"width": 1100, "height": 700})


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The same under fingers, on a telephone."""
    size = {"width": 360, "height": 640}
    yield from _offline(browser, viewport=size, has_touch=True, is_mobile=True)


def _offline(browser: Browser, **options: Any) -> Iterator[Page]:
    context = browser.new_context(offline=True, **options)
    context.set_default_timeout(LIMIT)
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error.stack)))
    page.on("request", lambda request: complaints.extend([request.url] * ("//" in request.url[7:])))
    yield page
    context.close()
    assert complaints == []
