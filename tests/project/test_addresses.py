"""Where the project stands: one setting, and what is made of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

import convlab
from tests.project.test_repository import tracked
from tools.site import run_it

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
HOLDERS = {"pyproject.toml", "README.md", "CITATION.cff"}

each_lesson = pytest.mark.parametrize(
    ("name", "language"),
    [(path.stem, path.parent.name) for path in sorted(ROOT.glob("notebooks/*/*.ipynb"))],
)


def test_the_addresses_stand_where_the_setting_puts_them_and_nowhere_else() -> None:
    addresses = [address.rstrip("/") for address in PROJECT["urls"].values()]
    found = {
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix != ".ipynb"
        and any(address in path.read_text("utf-8", errors="ignore") for address in addresses)
    }
    assert found == HOLDERS


def test_the_citation_has_the_addresses_of_now() -> None:
    assert run_it.citation(CITATION) == CITATION, "python -m tools.site.run_it"
    cited = yaml.safe_load(CITATION)
    assert {cited["repository-code"], cited["url"]} == set(PROJECT["urls"].values())


def test_another_owner_is_named_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_it, "REPOSITORY", "https://github.com/ada/lab")
    monkeypatch.setattr(run_it, "SITE", "https://ada.example/lab/")
    made = run_it.readme((ROOT / "README.md").read_text(encoding="utf-8"))
    assert "OWNER" not in made + run_it.citation(CITATION)
    assert run_it.ways("02_conv2d", "en").local[:2] == (
        "git clone https://github.com/ada/lab",
        "cd lab",
    )


@each_lesson
def test_every_way_opens_the_lesson_itself(name: str, language: str) -> None:
    way, path = run_it.ways(name, language), f"notebooks/{language}/{name}.ipynb"
    owner, project = urlsplit(PROJECT["urls"]["Repository"]).path.strip("/").split("/")
    binder, colab, hub = map(urlsplit, (way.binder, way.colab, way.hub))
    assert binder.path == f"/v2/gh/{owner}/{project}/main"
    assert parse_qs(binder.query) == {"urlpath": [f"lab/tree/{path}"]}
    assert colab.path == f"/github/{owner}/{project}/blob/main/{path}"
    assert parse_qs(hub.query) == {
        "repo": [PROJECT["urls"]["Repository"]],
        "branch": ["main"],
        "urlpath": [f"lab/tree/{project}/{path}"],
    }
    assert way.local[-1] == f"make lab START={path}"


def test_the_makefile_takes_the_lesson_to_start_with() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^START \?=", makefile, re.MULTILINE)


def test_one_version_is_named_everywhere() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d[^]]*)\] - (\d{4}-\d\d-\d\d)$", changes, re.MULTILINE)
    cited = yaml.safe_load(CITATION)
    assert released[0] == (PROJECT["version"], cited["date-released"])
    assert PROJECT["version"] == convlab.__version__ == cited["version"]
