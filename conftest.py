"""What holds for every test, notebooks and doctests too; it needs requirements.txt alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import convlab.i18n

# The exercises as nobody has solved them yet: in the kernels that nbval starts, too.
os.environ["CONVLAB_PROGRESS"] = os.devnull
os.environ.pop("CONVLAB_READER", None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep nbval from measuring coverage inside its kernels: they never answer (nbval 116)."""
    session.config.option.cov_source = None


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages in English, whatever the developer's own language, and again after each test."""
    with convlab.i18n.in_language("en"):
        yield
