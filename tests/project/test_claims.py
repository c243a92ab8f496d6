"""Every claim of the source article is taught in both languages, and shown by a result."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLAIMS = tomllib.loads((ROOT / "lessons" / "claims.toml").read_text(encoding="utf-8"))


def claimed(language: str, kind: str) -> Iterator[str]:
    for notebook in sorted((ROOT / "notebooks" / language).glob("*.ipynb")):
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            shows = kind == "markdown" or cell.get("outputs")
            if cell["cell_type"] == kind and shows:
                yield from cell["metadata"].get("claims", [])


def test_the_article_makes_24_claims():
    assert len(CLAIMS) == 24


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_claim_is_said_in_prose(language):
    assert set(CLAIMS) - set(claimed(language, "markdown")) == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_claim_is_shown_by_a_result(language):
    assert set(CLAIMS) - set(claimed(language, "code")) == set()
