"""What the developers' tests need besides: random examples, and a word on what did not run."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# CI tries the same examples every time, so that a failure there belongs to the change at hand.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud that the browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum("no Chromium" in str(report.longrepr) for report in skipped)
    if count:
        line = f"NO CHROMIUM: {count} BROWSER TESTS DID NOT RUN (apt install chromium)"
        terminalreporter.write_line(line, red=True, bold=True)
