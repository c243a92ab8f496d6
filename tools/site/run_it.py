"""Where the project stands, and how a lesson is opened there: from ``[project.urls]`` alone.

``python -m tools.site.run_it`` writes the addresses and the lessons into README.md and
CITATION.cff, which a test holds against what this module makes.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from .words import LANGUAGES

ROOT = Path(__file__).parents[2]
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]

SITE: str = URLS["Homepage"]
"""The address of the published site, with a slash at its end."""

REPOSITORY: str = URLS["Repository"]
"""The address of the repository, without one."""

BRANCH = "main"

_TITLE = re.compile(r"第 \d+ 課　|Lesson \d+: ")
_PARTS = {name: (f"<!-- {name}: begin -->", f"<!-- {name}: end -->") for name in ("try", "lessons")}


@dataclass(frozen=True)
class Ways:
    """How a reader opens one lesson in Jupyter: addresses, and lines for a shell.

    ``hub`` is what follows the address of any JupyterHub that has nbgitpuller.
    """

    local: tuple[str, ...]
    binder: str
    colab: str
    hub: str
    source: str


def ways(name: str, language: str) -> Ways:
    """How to open the lesson ``name`` in a language, ``"zh"`` or ``"en"``.

    >>> ways("02_conv2d", "zh").local[-1]
    'make lab START=notebooks/zh/02_conv2d.ipynb'
    """
    path = f"notebooks/{language}/{name}.ipynb"
    owner, project = urlsplit(REPOSITORY).path.strip("/").split("/")
    opened = quote(f"lab/tree/{project}/{path}", safe="")
    return Ways(
        local=(f"git clone {REPOSITORY}", f"cd {project}", f"make lab START={path}"),
        binder=f"https://mybinder.org/v2/gh/{owner}/{project}/{BRANCH}?urlpath=lab/tree/{path}",
        colab=f"https://colab.research.google.com/github/{owner}/{project}/blob/{BRANCH}/{path}",
        hub=f"/hub/user-redirect/git-pull?repo={quote(REPOSITORY, safe='')}"
        f"&branch={BRANCH}&urlpath={opened}",
        source=f"{REPOSITORY}/blob/{BRANCH}/{path}",
    )


def title(name: str, language: str) -> str:
    """A lesson's title without its number."""
    path = ROOT / "notebooks" / language / f"{name}.ipynb"
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    heading = "".join(first).splitlines()[0].removeprefix("# ")
    return _TITLE.sub("", heading)


def lessons() -> list[str]:
    """The lessons' names, in their order."""
    return sorted(path.stem for path in (ROOT / "notebooks" / LANGUAGES[0]).glob("*.ipynb"))


def lesson_table() -> str:
    """The lessons in both languages as a Markdown table; what numbers 90 and above has none."""
    rows = ["| | 中文 | English |", "|--:|---|---|"]
    for name in lessons():
        number = str(int(name[:2])) if name < "90" else ""
        zh, en = (f"[{title(name, one)}](notebooks/{one}/{name}.ipynb)" for one in ("zh", "en"))
        rows.append(f"| {number} | {zh} | {en} |")
    return "\n".join(rows)


def try_links() -> str:
    """Where there is something to see with nothing installed, in both languages."""
    zh, en = (ways(lessons()[0], language) for language in ("zh", "en"))
    return (
        f"**[打開網站]({SITE}zh/)**，或者在 [Binder]({zh.binder}) 或 [Colab]({zh.colab}) "
        "上執行第 0 課，什麼都不必安裝。\n\n"
        f"**[Open the site]({SITE}en/)**, or run lesson 0 on [Binder]({en.binder}) or "
        f"[Colab]({en.colab}), with nothing to install."
    )


def readme(text: str) -> str:
    """The README with its addresses and lessons as they are now."""
    for name, made in (("try", try_links()), ("lessons", lesson_table())):
        begin, end = _PARTS[name]
        before, after = text.partition(begin)[0], text.partition(end)[2]
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return re.sub(r"(?<=^git clone )\S+", REPOSITORY, text, flags=re.MULTILINE)


def citation(text: str) -> str:
    """CITATION.cff with the addresses as they are now."""
    for key, address in (("repository-code", REPOSITORY), ("url", SITE)):
        text = re.sub(rf"^{key}: .*", f'{key}: "{address}"', text, flags=re.MULTILINE)
    return text


def main() -> None:
    for file, made in (("README.md", readme), ("CITATION.cff", citation)):
        path = ROOT / file
        path.write_text(made(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
