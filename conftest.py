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


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages in English, whatever the developer's own language, and again after each test."""
    with convlab.i18n.use_language("en"):
        yield
