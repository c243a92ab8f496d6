"""What the README and the documents beside it promise."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from PIL import Image

from convlab.style import THEMES
from tools.site import run_it

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
)
HEADINGS = ["Install", "Usage", "Lessons", "Contributing", "Citation", "License"]
PICTURES = [f"{name}-{theme}.webp" for name in ("explorer", "network") for theme in THEMES]


def fenced(language: str, document: str = "README.md") -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("document", ["README.md", "docs/usage.md"])
def test_the_code_prints_what_it_says(document: str) -> None:
    code = "".join(fenced("python", document))
    example = doctest.DocTestParser().get_doctest(code, {}, document, document, 0)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_pictures_lead_to_files(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    targets += re.findall(r'\b(?:src|srcset)="([^"]+)"', text)
    folder = (ROOT / document).parent
    assert [target for target in targets if not (folder / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_exist_in_the_makefile(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert named or document not in {"README.md", "CONTRIBUTING.md"}


def test_the_readme_has_the_headings_that_people_look_for() -> None:
    headings = re.findall(r"^## (.*)$", README, re.MULTILINE)
    assert [heading.rpartition(" ")[2] for heading in headings] == HEADINGS
    assert all(re.match(r"[\u4e00-\u9fff]+ · ", heading) for heading in headings)


def test_the_readme_starts_by_two_commands_and_tests_by_one() -> None:
    start, test = fenced("sh")
    assert len(start.splitlines()) == 2 and start.splitlines()[-1] == "make lab"
    assert test == "make test\n"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120


def test_the_lines_for_windows_open_a_lesson_that_exists() -> None:
    ((_, start),) = (block.splitlines() for block in fenced("powershell", "docs/install.md"))
    assert (ROOT / start.partition("/lab/tree/")[2]).is_file()


def test_the_table_lists_every_notebook() -> None:
    listed = re.findall(r"\((notebooks/[^)]+)\)", README)
    assert sorted(listed) == sorted(
        str(path.relative_to(ROOT)) for path in ROOT.glob("notebooks/*/*.ipynb")
    )


def test_the_readme_has_the_addresses_and_titles_of_now() -> None:
    assert run_it.readme(README) == README, "python -m tools.site.run_it"


@pytest.mark.parametrize("name", PICTURES)
def test_a_moving_picture_moves_for_ever_and_is_light(name: str) -> None:
    file = ROOT / "docs" / "pictures" / name
    assert file.stat().st_size < 1_000_000
    with Image.open(file) as film, Image.open(file.with_stem(f"{file.stem}-still")) as still:
        assert film.n_frames > 15 and film.info["loop"] == 0
        assert film.size == still.size and getattr(still, "n_frames", 1) == 1
    assert README.count(f"docs/pictures/{name}") == 1
