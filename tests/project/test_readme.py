"""What the README promises."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md"]


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_code_prints_what_it_says() -> None:
    code = "".join(fenced("python"))
    example = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_exist_in_the_makefile(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    assert named
    assert named <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_the_lines_for_windows_open_a_lesson_that_exists() -> None:
    ((_, start),) = (block.splitlines() for block in fenced("powershell"))
    assert (ROOT / start.partition("/lab/tree/")[2]).is_file()


def test_the_table_lists_every_notebook() -> None:
    listed = re.findall(r"\((notebooks/[^)]+)\)", README)
    assert sorted(listed) == sorted(
        str(path.relative_to(ROOT)) for path in ROOT.glob("notebooks/*/*.ipynb")
    )
