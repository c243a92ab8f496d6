"""What holds for every test, the doctests of convlab included."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

import convlab.i18n

# CI tries the same examples every time, so that a failure there belongs to the change at hand.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")

# The exercises as nobody has solved them yet: in the kernels that nbval starts, too.
os.environ["CONVLAB_PROGRESS"] = os.devnull
os.environ.pop("CONVLAB_READER", None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep nbval from measuring coverage inside its kernels: they never answer (nbval 116)."""
    session.config.option.cov_source = None


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages in English, whatever the developer's own language, and again after each test."""
    with convlab.i18n.use_language("en"):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud that the browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum("no Chromium" in str(report.longrepr) for report in skipped)
    if count:
        line = f"NO CHROMIUM: {count} BROWSER TESTS DID NOT RUN (apt install chromium)"
        terminalreporter.write_line(line, red=True, bold=True)
